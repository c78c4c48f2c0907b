"""What every `CleanupRunsPort` promises."""

from __future__ import annotations

import pytest

from photochanger_core.domain.cleanup import CleanupRun, Leftover
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.ids import SlotId
from photochanger_core.ports.cleanup_runs import CleanupRunsPort

from .samples import NOON, TICK

CLEAN = CleanupRun(
    started_at=NOON,
    finished_at=NOON + 2 * TICK,
    removed={Leftover.EXPIRED_RESULTS: 12, Leftover.AUDIT_ENTRIES: 1},
    bytes_freed=2**40,
)


async def test_one_is_alone_and_the_next_after_it(cleanup_runs: CleanupRunsPort) -> None:
    async with cleanup_runs.alone() as first:
        async with cleanup_runs.alone() as second, cleanup_runs.alone() as third:
            assert (first, second, third) == (True, False, False)
        async with cleanup_runs.alone() as fourth:
            assert not fourth
    async with cleanup_runs.alone() as fifth:
        assert fifth


async def test_who_fails_inside_is_out(cleanup_runs: CleanupRunsPort) -> None:
    with pytest.raises(QueueUnavailable):
        async with cleanup_runs.alone():
            raise QueueUnavailable
    async with cleanup_runs.alone() as is_alone:
        assert is_alone


async def test_the_last_success_is_the_last_of_everything_without_a_failure(
    cleanup_runs: CleanupRunsPort,
) -> None:
    assert await cleanup_runs.last_success() is None
    await cleanup_runs.note(CLEAN)
    late = NOON + 9 * TICK
    await cleanup_runs.note(CleanupRun(started_at=NOON, finished_at=NOON + TICK))
    await cleanup_runs.note(CleanupRun(started_at=NOON, finished_at=late, failed=1))
    slot = SlotId("slot-001")
    await cleanup_runs.note(CleanupRun(started_at=NOON, finished_at=late, slot_id=slot))

    assert await cleanup_runs.last_success() == CLEAN


async def test_runs_since_a_moment_come_in_the_order_of_their_ends(
    cleanup_runs: CleanupRunsPort,
) -> None:
    failed = CleanupRun(
        started_at=NOON, finished_at=NOON + 3 * TICK, slot_id=SlotId("slot-001"), failed=1
    )
    await cleanup_runs.note(failed)
    await cleanup_runs.note(CLEAN)
    await cleanup_runs.note(CleanupRun(started_at=NOON, finished_at=NOON + TICK))

    assert list(await cleanup_runs.since(NOON + TICK)) == [CLEAN, failed]
    assert list(await cleanup_runs.since(NOON + 3 * TICK)) == []
