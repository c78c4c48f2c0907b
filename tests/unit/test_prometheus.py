"""What is counted, and what the page looks like."""

from __future__ import annotations

import asyncio
import re
import tracemalloc
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.prometheus import definitions as the
from photochanger_adapters.prometheus.definitions import METRICS
from photochanger_adapters.prometheus.events import COUNTED, UNCOUNTED, PrometheusEvents
from photochanger_adapters.prometheus.meters import Meters
from photochanger_adapters.prometheus.metric import Kind, Metric
from photochanger_adapters.prometheus.metrics import PrometheusMetrics
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.events import Event
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.ingest_outcome import IngestOutcome
from photochanger_core.domain.service_state import ServiceState
from tests.counting import BEGAN, EVERY_KIND, STATE, ended, new_meters
from tests.scrapes import matching, name_of, samples, total


async def page(meters: Meters, state: ServiceState | None = None) -> str:
    return (await PrometheusMetrics(meters).page(state or ServiceState())).decode()


async def after(*events: Event) -> Any:
    meters = new_meters()
    for event in events:
        PrometheusEvents(meters).emit(event)
    return samples(await page(meters))


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_tell_what_is_measured(metric: Metric) -> None:
    assert re.fullmatch(r"(photochanger|process)_[a-z_]+", metric.name)
    assert metric.name.endswith("_total") is (metric.kind is Kind.COUNTER)
    assert not metric.name.endswith(("_sum", "_count", "_bucket"))
    assert "job" not in [label.name for label in metric.labels]  # Prometheus' own
    assert bool(metric.buckets) is (metric.kind is Kind.HISTOGRAM)
    assert list(metric.buckets) == sorted(metric.buckets)
    assert metric.text.endswith(".")


def test_no_name_is_given_twice() -> None:
    assert len({name for metric in METRICS for name in metric.series}) == sum(
        len(metric.series) for metric in METRICS
    )


def test_every_event_is_counted_or_known_not_to_be() -> None:
    assert {*COUNTED, *UNCOUNTED} == set(Event.__subclasses__()) == {*map(type, EVERY_KIND)}
    assert not COUNTED.keys() & UNCOUNTED


async def test_every_counter_starts_with_zeros() -> None:
    told = await after()
    starting = [metric for metric in METRICS if metric.kind is not Kind.GAUGE]

    assert {name_of(series) for series in told} >= {
        name for metric in starting for name in metric.series
    }
    for slot in SLOT_IDS:
        timeouts = matching(told, the.INGEST_ANSWERS.name, slot=slot, outcome="timeout")
        assert {*timeouts.values()} == {0}
        assert len(timeouts) == 3


def test_zeros_take_no_memory_to_speak_of() -> None:
    tracemalloc.start()
    try:
        meters = new_meters()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del meters
    assert kept < 500_000  # orjson's own bytes, kept as keys, take 4 KB each


async def test_an_answer_is_counted_under_what_became_of_it() -> None:
    told = await after(
        ended(IngestOutcome.DONE),
        ended(IngestOutcome.TIMEOUT, failure_reason=FailureReason.TIMEOUT, seconds=48.1),
        ended(IngestOutcome.DEGRADED, failure_reason=FailureReason.QUOTA),
    )
    answers = the.INGEST_ANSWERS.name

    assert total(told, answers, slot="slot-001", provider="gemini", outcome="done") == 1
    assert total(told, answers) == 3
    assert total(told, the.INGEST_ERRORS.name) == 1
    assert total(told, the.INGEST_ERRORS.name, reason="timeout") == 1
    ratio = the.INGEST_WINDOW_RATIO.name
    assert total(told, f"{ratio}_bucket", slot="slot-001", le="1.0") == 2
    assert total(told, f"{ratio}_bucket", slot="slot-001", le="1.1") == 3
    phases = total(told, f"{the.INGEST_PHASE_SECONDS.name}_sum", phase="provider")
    assert phases == 3 * 10.5


@pytest.mark.parametrize("outcome", [IngestOutcome.REFUSED, IngestOutcome.REPLAYED])
async def test_what_no_picture_was_made_for_says_nothing_of_speed(outcome: IngestOutcome) -> None:
    told = await after(ended(outcome))

    assert total(told, f"{the.INGEST_WINDOW_RATIO.name}_count") == 0


async def test_what_a_refused_request_took_is_no_phase_of_a_photo() -> None:
    told = await after(ended(IngestOutcome.REFUSED))

    assert total(told, f"{the.INGEST_PHASE_SECONDS.name}_count") == 0


async def test_a_request_to_no_slot_is_that_of_no_provider() -> None:
    told = await after(ended(IngestOutcome.REFUSED, slot_id=None, provider=None))

    assert total(told, the.INGEST_ANSWERS.name, slot="other", provider="none") == 1


async def test_events_of_every_kind_leave_a_page_that_can_be_read() -> None:
    told = await after(*EVERY_KIND)

    attempts = the.PROVIDER_ATTEMPTS.name
    assert total(told, attempts, provider="gemini", result="picture") == 1
    assert total(told, attempts, provider="gemini", result="provider_5xx") == 1
    assert total(told, the.PROVIDER_RETRIES.name) == 1
    assert total(told, the.PROVIDER_FALLBACKS.name, provider="turbotext") == 1
    assert total(told, the.PROVIDER_TOKENS.name, kind="total") == 1500
    assert total(told, the.PROVIDER_POLLS.name, provider="turbotext") == 1
    assert total(told, the.JOBS_LATE.name) == total(told, the.JOBS_DEGRADED.name) == 1
    assert total(told, the.CLEANUP_REMOVED.name, what="expired_results") == 3
    assert total(told, the.CLEANUP_RUNS.name, result="failed") == 1
    assert total(told, the.LOGINS.name, result="throttled") == 1
    assert total(told, the.BUGS.name, place="upkeep") == 1


@given(slot=st.text(), provider=st.text(), reason=st.text())
def test_nothing_from_outside_gets_into_a_label(slot: str, provider: str, reason: str) -> None:
    told = asyncio.run(
        after(ended(IngestOutcome.REFUSED, slot_id=slot, provider=provider, failure_reason=reason))
    )
    known = asyncio.run(after())

    new = told.keys() - known.keys()
    assert all('="other"' in series for series in new)


async def test_how_the_service_stands_is_told() -> None:
    told = samples(await page(new_meters(), STATE))

    assert total(told, the.COMPONENT_UP.name, component="media") == 0
    assert total(told, the.COMPONENT_UP.name, component="database") == 1
    assert total(told, the.PROVIDER_CIRCUIT_OPEN.name, provider="turbotext") == 1
    quota = matching(told, the.PROVIDER_QUOTA_LEFT.name, provider="turbotext", quota="foto_limit")
    assert [*quota.values()] == [7]
    assert told[the.CLEANUP_LAST_SUCCESS.name] == BEGAN.timestamp()
    assert told[the.BACKUP_LAST_SUCCESS.name] == BEGAN.timestamp()
    assert told[the.START_TIME.name] == BEGAN.timestamp()
    assert total(told, the.JOBS_RUNNING.name) == 3
    assert total(told, the.SLOT_ACTIVE.name) == 1
    assert len(matching(told, the.SLOT_LAST_SUCCESS.name)) == 1
    assert (told[the.DISK_FREE.name], told[the.DISK_SIZE.name]) == (4, 10)
    assert told[the.PHOTOS_RECEIVING.name] == 3
    assert told[the.LOOP_LAG.name] == 0.25
    assert total(told, the.BUILD_INFO.name, version="0.1.0") == 1
    assert told["process_open_fds"] == 30


async def test_what_nobody_knows_any_more_is_not_told() -> None:
    meters = new_meters()
    before = samples(await page(meters, STATE))
    later = samples(await page(meters, ServiceState(parts={"database": False})))

    gone = {name_of(series) for series in before.keys() - later.keys()}
    assert the.DISK_FREE.name in gone
    assert the.JOBS_RUNNING.name in gone
    assert total(later, the.COMPONENT_UP.name, component="database") == 0
    assert not matching(later, the.COMPONENT_UP.name, component="media")


@pytest.mark.parametrize("part", ["database", "media", "slots", "health"])
async def test_whatever_fails_is_named(part: str) -> None:
    told = samples(await page(new_meters(), ServiceState(parts={part: False})))

    assert matching(told, the.COMPONENT_UP.name) == {
        f'{the.COMPONENT_UP.name}{{component="{part}"}}': 0
    }


async def test_nobody_has_cleaned_up_yet() -> None:
    assert STATE.stored is not None
    told = samples(await page(new_meters(), ServiceState(stored=STATE.stored)))

    assert told[the.CLEANUP_LAST_SUCCESS.name] == 0


async def test_where_nobody_ever_backs_up_nothing_is_told_of_it() -> None:
    told = samples(await page(new_meters(), evolve(STATE, last_backup=None)))

    assert the.BACKUP_LAST_SUCCESS.name not in told


async def test_others_get_their_turn_while_a_page_is_made() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await page(new_meters(), STATE)
    task.cancel()
    assert turns >= sum(metric.kind is not Kind.GAUGE for metric in METRICS)
