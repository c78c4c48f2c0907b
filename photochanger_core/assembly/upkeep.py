"""What is done that nobody waits for."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.clean_up import CleanUp
from photochanger_core.use_cases.clear_leftovers import ClearLeftovers
from photochanger_core.use_cases.forget_traces import ForgetTraces
from photochanger_core.use_cases.purge_stray_files import PurgeStrayFiles
from photochanger_core.use_cases.recognise_media import RecogniseMedia

from .accounts import Accounts
from .results import Results
from .shared import recognise_media


class Upkeep(Accounts, Results):
    """Use cases about what is left over."""

    @cached_property
    def clear_leftovers(self) -> ClearLeftovers:
        return ClearLeftovers(
            results=self._ports.results, media=self._ports.media, clock=self._ports.clock
        )

    @cached_property
    def recognise_media(self) -> RecogniseMedia:
        return recognise_media(self._ports)

    @cached_property
    def clean_up(self) -> CleanUp:
        return CleanUp(
            runs=self._ports.cleanup_runs,
            recognise_media=self.recognise_media,
            purge_results=self.purge_results,
            purge_media=self.purge_media,
            purge_stray_files=PurgeStrayFiles(
                strays=self._ports.stray_files, clock=self._ports.clock
            ),
            forget_traces=ForgetTraces(traces=self._ports.traces, clock=self._ports.clock),
            purge_logins=self.purge_logins,
            purge_gallery_links=self.purge_gallery_links,
            audit=self._ports.audit,
            clock=self._ports.clock,
        )
