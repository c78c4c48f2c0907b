"""See whether pictures can be stored, and for how long there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, warning, well
from photochanger_core.domain.errors import MediaForeign, StorageFull, StorageUnavailable
from photochanger_core.domain.stats import Kept
from photochanger_core.domain.window import Window
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.disk import DiskPort, Room
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.stats import StatsPort

from .recognise_media import RecogniseMedia

MEDIA: Final = "media"
ROOM: Final = "room"

_GIGABYTE: Final = 1024**3
_LITTLE: Final = _GIGABYTE
"""Bytes that are little, whatever the rate: a few hundred pictures."""

_FILES_EACH: Final = 3
"""Entries on the disk that a result takes: its folder, the picture, the preview."""

_FEW_FILES: Final = 10_000
_LOOK_BACK: Final = (6 * 60, 72 * 60)
"""Minutes: an event of which it is the middle, and one of which it is the next morning."""

_SOON: Final = 24.0
"""Hours: nobody comes by before that."""


@frozen(kw_only=True)
class ExamineMedia:
    """See whether pictures can be stored, and for how long there is room."""

    media: HealthPort
    recognise: RecogniseMedia
    disk: DiskPort
    stats: StatsPort
    settings: SettingsRepoPort
    clock: ClockPort

    async def __call__(self) -> Sequence[Finding]:
        """Return whether they can be stored now."""
        try:
            await self.media.check()
        except StorageFull as error:
            return [failure(MEDIA, Sign.MEDIA_FULL, why=error.detail)]
        except StorageUnavailable as error:
            return [failure(MEDIA, Sign.MEDIA_AWAY, why=error.detail)]
        return [well(MEDIA, Sign.MEDIA_OK)]

    async def owner(self) -> Sequence[Finding]:
        """Return whether they are another database's; that they cannot be read is told elsewhere.

        Raises:
            QueueUnavailable: If it cannot be told.
        """
        try:
            await self.recognise(claim=False)
        except MediaForeign as error:
            return [failure(MEDIA, Sign.MEDIA_FOREIGN, why=error.detail)]
        except StorageUnavailable:
            pass
        return []

    async def headroom(self) -> Sequence[Finding]:
        """Return whether there is room until results expire, at the rate of late.

        What is stored now expires meanwhile, so the disk has to hold as much more as a whole TTL
        brings beyond that.

        Raises:
            StorageUnavailable, QueueUnavailable: If it cannot be told.
        """
        room, hours = await self.disk.room(), (await self.settings.read()).result_ttl_hours
        stored = (await self.stats.totals()).stored_bytes
        rate = max([await self._per_hour(minutes) for minutes in _LOOK_BACK], key=_bytes_first)
        return [_bytes(room, hours, stored, rate[0]), *_files(room, hours, rate[1])]

    async def _per_hour(self, minutes: int) -> tuple[float, float]:
        """Return the bytes and the results that an hour of the last *minutes* brought."""
        kept: Kept = await self.stats.kept(Window.of(minutes, self.clock.now()))
        return kept.bytes * 60 / minutes, kept.results * 60 / minutes


def _bytes_first(rate: tuple[float, float]) -> float:
    return rate[0]


def _bytes(room: Room, hours: int, stored: int, per_hour: float) -> Finding:
    more = max(0.0, per_hour * hours - stored)
    told = {
        "free": room.bytes_free / _GIGABYTE,
        "needed": more / _GIGABYTE,
        "hours": hours,
        "per_hour": per_hour / _GIGABYTE,
    }
    if room.bytes_free < more:
        is_soon = per_hour * _SOON > room.bytes_free
        return (failure if is_soon else warning)(ROOM, Sign.ROOM_SHORT, **told)
    if room.bytes_free < _LITTLE:
        return warning(ROOM, Sign.ROOM_LITTLE, **told)
    return well(ROOM, Sign.ROOM_OK, **told)


def _files(room: Room, hours: int, per_hour: float) -> Sequence[Finding]:
    needed = max(_FEW_FILES, round(per_hour * hours * _FILES_EACH))
    if room.files_free is None or room.files_free >= needed:
        return []
    return [warning(ROOM, Sign.FILES_SHORT, free=room.files_free, needed=needed)]
