"""What this process takes of its machine."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from photochanger_core.domain.service_state import Strain
from photochanger_core.ports.load import LoadPort

_OWN: Final = Path("/proc/self")


@frozen
class ProcessLoad(LoadPort):
    """Memory and descriptors of this process; nothing where the system does not tell.

    Attributes:
        own: Where Linux tells of a process.
    """

    own: Path = _OWN

    def now(self) -> Mapping[Strain, float]:
        try:
            pages = int((self.own / "statm").read_bytes().split()[1])
            files = sum(1 for _ in (self.own / "fd").iterdir())
        except OSError:
            return {}
        return {
            Strain.RESIDENT_BYTES: pages * resource.getpagesize(),
            Strain.OPEN_FILES: files,
            Strain.OPEN_FILES_MOST: resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        }
