from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.use_cases.list_jobs import ListJobs
from tests.contract.samples import NOON, TICK, done, finished, job
from tests.memory_world import MemoryWorld


async def with_jobs(count: int) -> ListJobs:
    world = MemoryWorld()
    for number in range(1, count + 1):
        await finished(world.jobs, done(job(number, started_at=NOON + number // 2 * TICK)))
    return world.use.list_jobs


@pytest.mark.parametrize("count, limit, pages", [(0, 3, 1), (3, 3, 1), (4, 3, 2), (6, 3, 2)])
async def test_one_page_leads_to_the_next_until_there_are_no_more(
    count: int, limit: int, pages: int
) -> None:
    list_jobs = await with_jobs(count)
    page = await list_jobs({"limit": limit})
    seen = list(page.jobs)
    for _ in range(pages - 1):
        assert page.next_before is not None
        page = await list_jobs({"limit": limit, "before": page.next_before})
        seen += page.jobs

    assert page.next_before is None
    assert len({one.job_id for one in seen}) == len(seen) == count


async def test_a_page_has_fifty_jobs_unless_more_or_fewer_are_wanted() -> None:
    list_jobs = await with_jobs(101)

    assert len((await list_jobs({})).jobs) == 50
    assert len((await list_jobs({"limit": 100})).jobs) == 100


@pytest.mark.parametrize(
    "wanted",
    [
        {"slot_id": "slot-016"},
        {"slot_id": "../slot-001"},
        {"slot_id": 1},
        {"status": "DONE"},
        {"status": ""},
        {"source": "booth"},
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"before": ""},
        {"before": "2026-11-21T12:00:00Z_00000000-0000-4000-8000-000000000001"},
        {"before": "2026-13-21T12:00:00.000000Z_00000000-0000-4000-8000-000000000001"},
        {"offset": "1"},
    ],
)
async def test_what_is_wrong_is_named(wanted: Mapping[str, Any]) -> None:
    list_jobs = await with_jobs(0)
    with pytest.raises(ValidationFailed) as caught:
        await list_jobs(wanted)

    assert set(wanted) <= {problem.field for problem in caught.value.problems}
