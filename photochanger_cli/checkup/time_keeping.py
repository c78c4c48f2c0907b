"""Whether somebody keeps the machine's clock right."""

from __future__ import annotations

from collections.abc import Sequence

from photochanger_adapters.system.ntp import is_synchronised
from photochanger_core.domain.checkup import Finding, warning, well
from photochanger_core.use_cases.examine_clock import CLOCK

from .signs import LocalSign


async def examine_time_keeping() -> Sequence[Finding]:
    """Return whether the clock is synchronised; nothing where there is no telling."""
    match is_synchronised():
        case None:
            return []
        case True:
            return [well(CLOCK, LocalSign.TIME_KEPT)]
    return [warning(CLOCK, LocalSign.TIME_NOT_KEPT)]
