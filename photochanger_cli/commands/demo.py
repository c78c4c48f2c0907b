"""Try the whole service on this machine: a server, a stand-in for Gemini, a photo as of a booth.

Nothing of the environment and no `.env` is read: a demo never spends money and never touches a
real installation.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import socket
from pathlib import Path
from typing import Final

from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_adapters.system.logs import configure_logging
from photochanger_cli.booth_connection import Server, send_as_booth
from photochanger_cli.commands.send import booth_photo, picture_name, save_picture
from photochanger_cli.demo_checks import check_links
from photochanger_cli.failures import CommandFailed
from photochanger_cli.kept_secrets import keep_secret
from photochanger_cli.server import check_interpreter, listen, running_server
from photochanger_cli.settings import ServerSettings
from photochanger_cli.signals import told_to_leave
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

_FOLDER: Final = Path("photochanger-demo")
_PHOTO: Final = Path(__file__).parents[1] / "sample.jpg"
_HOST: Final = "127.0.0.1"
_PORT: Final = 8000
_SLOT: Final = "slot-001"
_KEY: Final = "simulated-key"


async def run(arguments: argparse.Namespace) -> int:
    """Show that everything works; then go on until Ctrl-C, or end if that is asked for."""
    check_interpreter()
    configure_logging("console")
    logging.getLogger().setLevel(logging.WARNING)
    folder = _FOLDER.absolute()
    print(f"The demo lives in {folder} and costs nothing: Gemini is a stand-in.", flush=True)
    with told_to_leave() as told, _free_socket() as sock:
        async with running_gemini_simulator(api_key=_KEY) as simulator:
            _say("stand-in for Gemini", simulator.url)
            settings = _settings(folder, sock, simulator.url)
            async with running_server(settings, sock):
                await _show(settings)
                if not arguments.once:
                    print("Ctrl-C ends the demo.", flush=True)
                    await told.wait()
    return 0


def _free_socket() -> socket.socket:
    try:
        return listen(_HOST, _PORT)
    except CommandFailed:
        return listen(_HOST, 0)


def _settings(folder: Path, sock: socket.socket, gemini_url: str) -> ServerSettings:
    return ServerSettings(
        data_dir=folder,
        media_root=folder / "media",
        host=_HOST,
        port=sock.getsockname()[1],
        gemini_api_key=_KEY,
        gemini_base_url=gemini_url,
    )


async def _show(settings: ServerSettings) -> None:
    """Send one photo as a booth does, save the picture, and try every link.

    Raises:
        CommandFailed: If a step fails.
    """
    url = f"http://{settings.host}:{settings.port}"
    _say("server with PostgreSQL", url)
    password = await asyncio.to_thread(keep_secret, settings.data_dir, INGEST_PASSWORD)
    photo = await booth_photo(
        _PHOTO,
        password=password.value,
        idempotency_key=secrets.token_hex(),  # or a demo would show the picture of the last one
    )
    answer = await send_as_booth(Server.at(url), _SLOT, photo)
    _say("photo sent as by a booth", f"{_PHOTO.name} to {_SLOT}")
    path = await save_picture(answer, settings.data_dir / picture_name(answer))
    _say("picture saved", str(path.relative_to(Path.cwd())))
    for name, link in (await check_links(url, answer)).items():
        _say(name, link)
    print(
        "Try next, in another terminal:\n"
        f"  photochanger send YOUR_PHOTO.jpg --slot {_SLOT} --url {url} --password {password.value}"
    )


def _say(what: str, value: str) -> None:
    print(f"  {what:26}{value}", flush=True)
