"""What the composition root makes up by itself."""

from __future__ import annotations

from pathlib import Path

from photochanger_cli.settings import ServerSettings
from photochanger_cli.wiring import _owner


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
