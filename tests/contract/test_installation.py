"""What every `InstallationPort` promises."""

from __future__ import annotations

from photochanger_core.ports.installation import InstallationPort


async def test_a_database_is_always_called_the_same(installation: InstallationPort) -> None:
    told = await installation.id()
    assert len(told) == len("00000000-0000-4000-8000-000000000000")
    assert await installation.id() == told
