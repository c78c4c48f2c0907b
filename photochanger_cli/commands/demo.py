"""Try the whole service on this machine: a server, stand-ins for providers, photos as of a booth.

Nothing of the environment and no `.env` is read: a demo never spends money and never touches a
real installation.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from attrs import evolve

from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_adapters.simulators.turbotext import running_turbotext_simulator
from photochanger_adapters.system.logs import configure_logging
from photochanger_cli.booth_connection import Server, send_as_booth
from photochanger_cli.commands.send import booth_photo, picture_name, save_picture
from photochanger_cli.demo_checks import check_links, check_page
from photochanger_cli.failures import CommandFailed
from photochanger_cli.first_start import FIRST_ACCOUNTS
from photochanger_cli.kept_secrets import keep_secret
from photochanger_cli.locale import phrase
from photochanger_cli.server import check_interpreter, listen, running_server
from photochanger_cli.settings import ServerSettings
from photochanger_cli.signals import told_to_leave
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

_FOLDER: Final = Path("photochanger-demo")
_PHOTO: Final = Path(__file__).parents[1] / "sample.jpg"
_HOST: Final = "127.0.0.1"
_PORT: Final = 8000
_SLOTS: Final = {"Gemini": "slot-001", "Turbotext": "slot-002"}
_KEY: Final = "simulated-key"
_BY: Final = Actor(name="demo")
_ADMIN_PASSWORD: Final = "admin_password"  # noqa: S105 - the file's name


async def run(arguments: argparse.Namespace) -> int:
    """Show that everything works; then go on until Ctrl-C, or end if that is asked for."""
    check_interpreter()
    configure_logging("console")
    logging.getLogger().setLevel(logging.WARNING)
    folder = _FOLDER.absolute()
    print(phrase("demo.lives", folder=folder), flush=True)
    async with AsyncExitStack() as stack:
        told, sock = stack.enter_context(told_to_leave()), stack.enter_context(_free_socket())
        gemini = await stack.enter_async_context(running_gemini_simulator(api_key=_KEY))
        turbotext = await stack.enter_async_context(running_turbotext_simulator(api_key=_KEY))
        _say(phrase("demo.stand_in", provider="Gemini"), gemini.url)
        _say(phrase("demo.stand_in", provider="Turbotext"), turbotext.url)
        admin = await asyncio.to_thread(keep_secret, folder, _ADMIN_PASSWORD)
        settings = evolve(
            _settings(folder, sock, gemini_url=gemini.url, turbotext_url=turbotext.url),
            first_admin_password=admin.value,
        )
        use_cases = await stack.enter_async_context(running_server(settings, sock))
        booths = await asyncio.to_thread(keep_secret, folder, INGEST_PASSWORD)
        await _set_up(use_cases, booths.value)
        _say(
            phrase("demo.administrator"),
            phrase("demo.account", name=FIRST_ACCOUNTS[0], password=admin.value),
        )
        url = f"http://{settings.host}:{settings.port}"
        await _show(settings.data_dir, url=url, password=booths.value)
        if not arguments.once:
            _say_what_next(url, booths.value)
            await told.wait()
    return 0


def _free_socket() -> socket.socket:
    try:
        return listen(_HOST, _PORT)
    except CommandFailed:
        return listen(_HOST, 0)


def _settings(
    folder: Path, sock: socket.socket, *, gemini_url: str, turbotext_url: str
) -> ServerSettings:
    port = sock.getsockname()[1]
    return ServerSettings(
        data_dir=folder,
        media_root=folder / "media",
        host=_HOST,
        port=port,
        public_media_base_url=f"http://{_HOST}:{port}",
        gemini_api_key=_KEY,
        gemini_base_url=gemini_url,
        turbotext_api_key=_KEY,
        turbotext_base_url=turbotext_url,
    )


async def _set_up(use_cases: UseCases, password: str) -> None:
    """Give the second slot to Turbotext, and open both to booths that know *password*.

    Whoever tried the pages may have set another one, or switched slots off.
    """
    everybody = {"ingest_password": None, "ingest_password_required": True, "is_active": True}
    await use_cases.configure_settings({INGEST_PASSWORD: password}, by=_BY)
    gemini = (await use_cases.read_slots(_SLOTS["Gemini"])).slot
    if gemini.ingest_password_hash or not gemini.is_active:
        await use_cases.configure_slot(gemini.slot_id, everybody, settings={}, by=_BY)
    await use_cases.configure_slot(
        _SLOTS["Turbotext"],
        {"provider": "turbotext", "operation": "image_edit", **everybody},
        settings={"prompt": "As a comic of the 1960s."},
        by=_BY,
    )


async def _show(folder: Path, *, url: str, password: str) -> None:
    """Send a photo to each provider as a booth does, save the pictures, and try every link.

    Raises:
        CommandFailed: If a step fails.
    """
    _say(phrase("demo.server"), url)
    _say(phrase("demo.pages"), f"{url}/login")
    for provider, slot in _SLOTS.items():
        await _show_slot(provider, slot, url=url, password=password, folder=folder)
    _say(phrase("demo.contract"), await check_page(url))


def _say_what_next(url: str, password: str) -> None:
    print(
        f"{phrase('demo.try_next')}\n"
        f"  photochanger send YOUR_PHOTO.jpg --slot {_SLOTS['Gemini']} --url {url} "
        f"--password {password}"
    )
    print(phrase("demo.ctrl_c"), flush=True)


async def _show_slot(provider: str, slot: str, *, url: str, password: str, folder: Path) -> None:
    photo = await booth_photo(
        _PHOTO,
        password=password,
        idempotency_key=secrets.token_hex(),  # or a demo would show the picture of the last one
    )
    answer = await send_as_booth(Server.at(url), slot, photo)
    _say(
        phrase("demo.sent"),
        phrase("demo.sent_to", photo=_PHOTO.name, slot=slot, provider=provider),
    )
    path = await save_picture(answer, folder / picture_name(answer))
    _say(phrase("demo.saved"), str(path.relative_to(Path.cwd())))
    for name, link in (await check_links(url, answer)).items():
        _say(phrase(f"demo.link.{name}"), link)


def _say(what: str, value: str) -> None:
    print(f"  {what:26}{value}", flush=True)
