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
            StorageUnavailable: If the photo cannot be read; where its hash is only told of, nobody
                misses that: its job cannot read it either.
        """
        if policy is HashPolicy.OFF:
            return
        told = (told or "").strip().lower()
        problem = _misspelled(told)
        if problem is None and policy is HashPolicy.WARN:
            self.runs.aside(partial(self._compare_aside, photo.again(), told, slot_id))
            return
        if problem is None and not await _fits(photo, told):
            problem = Problem.MISMATCH
        if problem is None:
            return
        self._tell(slot_id, problem)
        if policy is HashPolicy.STRICT:
            kind = InvalidRequest if problem is Problem.MISSING else HashMismatch
            raise kind(HASH, problem)

    async def _compare_aside(self, photo: Blob, told: str, slot_id: SlotId) -> None:
        try:
            if not await _fits(photo, told):
                self._tell(slot_id, Problem.MISMATCH)
        finally:
            await photo.close()

    def _tell(self, slot_id: SlotId, problem: Problem) -> None:
        self.events.emit(HashDiffers(slot_id=slot_id, problem=problem))


def _misspelled(told: str) -> Problem | None:
    if not told:
        return Problem.MISSING
    return None if len(told) in _KIND and _HEX.fullmatch(told) else Problem.MALFORMED


async def _fits(photo: Blob, told: str) -> bool:
    kind = _KIND[len(told)]
    return told == (photo.sha256 if kind == "sha256" else await photo.digest(kind))
