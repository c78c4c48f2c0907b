"""Compare a booth's `hash` with its photo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob, Digest
from photochanger_core.domain.errors import HashMismatch, InvalidRequest
from photochanger_core.domain.events import HashDiffers
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.settings import HashPolicy
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.runs import RunsPort

from .receive_upload import HASH

_KIND: Final[Mapping[int, Digest]] = {32: "md5", 40: "sha1", 64: "sha256"}
"""Digests by the number of their hexadecimal digits."""

_HEX: Final = re.compile(r"[0-9a-f]+", re.ASCII)


@frozen(kw_only=True)
class CheckHash:
    """Compare a booth's `hash` with its photo, as far as the policy wants it.

    What booths compute it of is not documented, so it is taken for a digest of the photo, of the
    kind that has so many digits. To read megabytes again takes milliseconds: where a hash that
    does not fit is only told of, no guest waits for that.
    """

    events: EventsPort
    runs: RunsPort

    async def __call__(
        self, photo: Blob, told: str | None, policy: HashPolicy, slot_id: SlotId
    ) -> None:
        """Return if the photo, which stays the caller's, may be processed.

        Raises:
            InvalidRequest: If the policy is strict and there is no hash.
            HashMismatch: If it is strict and the hash does not fit.
            StorageUnavailable: If the photo cannot be read.
        """
        match policy:
            case HashPolicy.WARN:
                self.runs.aside(partial(self._look_aside, photo.again(), told, slot_id))
            case HashPolicy.STRICT:
                problem = await self._told_of(photo, told, slot_id)
                if problem is not None:
                    kind = InvalidRequest if problem is Problem.MISSING else HashMismatch
                    raise kind(HASH, problem)

    async def _look_aside(self, photo: Blob, told: str | None, slot_id: SlotId) -> None:
        try:
            await self._told_of(photo, told, slot_id)
        finally:
            await photo.close()

    async def _told_of(self, photo: Blob, told: str | None, slot_id: SlotId) -> Problem | None:
        problem = await _problem(photo, (told or "").strip().lower())
        if problem is not None:
            self.events.emit(HashDiffers(slot_id=slot_id, problem=problem))
        return problem


async def _problem(photo: Blob, told: str) -> Problem | None:
    if not told:
        return Problem.MISSING
    kind = _KIND.get(len(told))
    if kind is None or not _HEX.fullmatch(told):
        return Problem.MALFORMED
    digest = photo.sha256 if kind == "sha256" else await photo.digest(kind)
    return None if digest == told else Problem.MISMATCH
