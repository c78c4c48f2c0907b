"""Which database this is, told."""

from __future__ import annotations

from uuid import uuid4

from attrs import define, field

from photochanger_core.ports.installation import InstallationPort


def _new_id() -> str:
    return str(uuid4())


@define
class MemoryInstallation(InstallationPort):
    """An id of its own, or the one that it is given."""

    called: str = field(factory=_new_id)

    async def id(self) -> str:
        return self.called
