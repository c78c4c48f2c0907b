"""Keys of providers, encrypted in a real database and sent to a stand-in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from photochanger_adapters.security.seals import new_secret_key
from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_cli.settings import ServerSettings
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import FailureReason
from photochanger_core.ports.audit import AuditFilter
from photochanger_core.use_cases.check_provider import ProviderCheck

from .parts import query
from .processes import run

KEY = "AIza-of-the-database"
OLD, NEW = new_secret_key(), new_secret_key()
SERG = Actor(name="serg")


@asynccontextmanager
async def server(folder: Path, gemini_url: str, *secret_keys: str) -> AsyncIterator[UseCases]:
    """Open all real parts in *folder*, with a key in the environment that is wrong."""
    settings = ServerSettings(
        data_dir=folder / "var",
        media_root=folder / "media",
        gemini_api_key="of-the-environment",
        gemini_base_url=gemini_url,
        secret_keys=secret_keys,
    )
    async with open_ports(settings) as ports:
        yield UseCases.over(ports)


async def well(use: UseCases) -> bool:
    return await use.check_provider("gemini") == ProviderCheck()


async def test_a_key_of_the_database_is_sent_from_the_moment_it_is_set(tmp_path: Path) -> None:
    async with (
        running_gemini_simulator(api_key=KEY) as gemini,
        server(tmp_path, gemini.url) as one,
        server(tmp_path, gemini.url) as other,
    ):
        check = await other.check_provider("gemini")
        assert check.failure is FailureReason.MISCONFIGURED
        assert "of-the-environment" not in check.detail

        await one.configure_settings({"provider_keys": {"gemini": KEY}}, by=SERG)
        assert await well(one)
        assert await well(other)

        await other.configure_settings({"provider_keys": {"gemini": None}}, by=SERG)
        assert not await well(one)


async def test_secret_keys_are_rotated_and_the_old_one_goes(tmp_path: Path) -> None:
    async with running_gemini_simulator(api_key=KEY) as gemini:
        async with server(tmp_path, gemini.url, OLD) as use:
            await use.configure_settings({"provider_keys": {"gemini": KEY}}, by=SERG)

        rotated = await rotate(tmp_path, f"{NEW},{OLD}", "--json")
        assert json.loads(rotated) == {"resealed": ["gemini"], "unreadable": []}
        assert await rotate(tmp_path, f"{NEW},{OLD}") == "encrypted anew: nothing\n"

        async with server(tmp_path, gemini.url, NEW) as use:
            assert await well(use)
            youngest, *_ = (await use.read_audit(AuditFilter(), limit=5)).entries
        assert (youngest.actor.name, youngest.action) == ("cli", "secrets_rotated")


async def test_a_secret_key_that_is_lost_is_told_everywhere(tmp_path: Path) -> None:
    async with running_gemini_simulator(api_key=KEY) as gemini:
        async with server(tmp_path, gemini.url, OLD) as use:
            await use.configure_settings({"provider_keys": {"gemini": KEY}}, by=SERG)

        async with server(tmp_path, gemini.url, NEW) as use:
            check = await use.check_provider("gemini")
            assert check.failure is FailureReason.MISCONFIGURED
            assert "SECRET_KEYS" in check.detail
            assert (await use.read_settings()).keys["gemini"].is_unreadable
        lost = await asyncio.to_thread(
            run, "secrets", "rotate", folder=tmp_path, variables={"SECRET_KEYS": NEW}
        )
        assert (lost.returncode, lost.stdout) == (1, "encrypted anew: nothing\n")
        assert lost.stderr.startswith(
            "photochanger: no key of SECRET_KEYS opens the keys of gemini"
        )

        async with server(tmp_path, gemini.url, NEW) as use:
            await use.configure_settings({"provider_keys": {"gemini": KEY}}, by=SERG)
            assert await well(use)


async def test_nobody_reads_a_key_in_the_database(tmp_path: Path) -> None:
    async with server(tmp_path, "http://127.0.0.1:9") as use:
        await use.configure_settings(
            {"provider_keys": {"gemini": KEY}, "ingest_password": "geheim"}, by=SERG
        )
    for table in ("provider_secret", "settings", "audit"):
        rows = query(tmp_path, f"SELECT row_to_json({table})::text FROM {table}")  # noqa: S608 - ours
        assert rows
        assert not any(secret in str(rows) for secret in (KEY, KEY.encode().hex(), "geheim"))


async def rotate(folder: Path, secret_keys: str, *words: str) -> str:
    done = await asyncio.to_thread(
        run, "secrets", "rotate", *words, folder=folder, variables={"SECRET_KEYS": secret_keys}
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
