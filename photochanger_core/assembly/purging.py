"""What readers and the cleaning up share."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.purge_media import PurgeMedia
from photochanger_core.use_cases.purge_results import PurgeResults

from .drawing import Drawing


class Purging(Drawing):
    """Use cases that remove what is past its time."""

    @cached_property
    def purge_results(self) -> PurgeResults:
        return PurgeResults(
            results=self._ports.results,
            media=self._ports.media,
            clock=self._ports.clock,
            events=self._ports.events,
        )

    @cached_property
    def purge_media(self) -> PurgeMedia:
        return PurgeMedia(
            jobs=self._ports.jobs,
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            clock=self._ports.clock,
            events=self._ports.events,
        )
