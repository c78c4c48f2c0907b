"""What the composition root makes up by itself."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from photochanger_adapters.memory.events import MemoryEvents
from photochanger_adapters.memory.provider_keys import MemoryProviderKeys
from photochanger_adapters.memory.seals import MemorySeals
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_cli.failures import CommandFailed
from photochanger_cli.settings import ServerSettings
from photochanger_cli.wiring import PROVIDERS, _open_tokens, _owner, open_providers
from photochanger_core.domain.errors import Unauthorized
from photochanger_core.ports.tokens import Claims
from photochanger_core.use_cases.find_key import FindKey
from tests.contract.samples import NOON

CLAIMS = Claims(
    token_id="one",
    account="serg",
    scopes=frozenset(),
    issued_at=NOON,
    expires_at=NOON + timedelta(hours=12),
)


def settings(data_dir: Path, port: int = 8000) -> ServerSettings:
    return ServerSettings(data_dir=data_dir, media_root=data_dir / "media", port=port)


async def test_a_server_keeps_its_name_over_restarts(tmp_path: Path) -> None:
    assert await _owner(settings(tmp_path)) == await _owner(settings(tmp_path))


async def test_no_two_servers_share_a_name(tmp_path: Path) -> None:
    names = {
        await _owner(settings(tmp_path / "one")),
        await _owner(settings(tmp_path / "one", port=8001)),
        await _owner(settings(tmp_path / "two")),  # of another machine that is called the same
    }

    assert len(names) == 3


async def test_a_key_for_tokens_is_made_up_once_and_kept(tmp_path: Path) -> None:
    token = (await _open_tokens(settings(tmp_path / "one"))).issue(CLAIMS)
    path = tmp_path / "one" / "secrets" / "jwt_secret"

    assert path.stat().st_mode & 0o777 == 0o600
    assert (await _open_tokens(settings(tmp_path / "one", port=8001))).read(token) == CLAIMS
    with pytest.raises(Unauthorized):
        (await _open_tokens(settings(tmp_path / "two"))).read(token)


async def test_a_key_that_is_given_is_used_and_none_is_made_up(tmp_path: Path) -> None:
    keys = ("n" * 32, "o" * 32)
    given = ServerSettings(data_dir=tmp_path, media_root=tmp_path / "media", jwt_keys=keys)
    old = ServerSettings(data_dir=tmp_path, media_root=tmp_path / "media", jwt_keys=keys[1:])

    assert (await _open_tokens(given)).read((await _open_tokens(old)).issue(CLAIMS)) == CLAIMS
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("kept", ["", "short"])
async def test_a_kept_key_that_was_damaged_signs_nothing(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "secrets" / "jwt_secret"
    path.parent.mkdir()
    path.write_text(kept)

    with pytest.raises(CommandFailed, match="jwt_secret: keys must have at least 32 bytes"):
        await _open_tokens(settings(tmp_path))


async def test_the_providers_that_are_counted_are_those_there_are(tmp_path: Path) -> None:
    keys = MemoryProviderKeys(MemorySettingsRepo())
    find_key = FindKey(keys=keys, seals=MemorySeals(), environment={})
    async with AsyncExitStack() as stack:
        opened = await open_providers(stack, settings(tmp_path), find_key, MemoryEvents())

        assert tuple(opened) == PROVIDERS
