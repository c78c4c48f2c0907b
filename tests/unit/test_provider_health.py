"""What is remembered of providers, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.memory.provider_health import MemoryProviderHealth
from photochanger_core.domain.errors import FailureReason
from photochanger_core.ports.provider_health import Circuit
from tests.virtual_time import VirtualClock

ROUTE, OTHER = "gemini/fast", "gemini/pro"
ITS_OWN = [
    FailureReason.TIMEOUT,
    FailureReason.PROVIDER_5XX,
    FailureReason.NETWORK,
    FailureReason.QUOTA,
]
AN_ANSWER = [FailureReason.BAD_RESPONSE, FailureReason.REFUSED, FailureReason.MISCONFIGURED, None]
NOBODYS = [
    FailureReason.JOB_CANCELLED,
    FailureReason.INTERRUPTED,
    FailureReason.STORAGE_UNAVAILABLE,
    FailureReason.PAYLOAD_TOO_LARGE,
    FailureReason.INTERNAL_ERROR,
]


class SetClock(VirtualClock):
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 1_000.0

    def monotonic(self) -> float:
        return self.moment


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def health(clock: SetClock) -> MemoryProviderHealth:
    return MemoryProviderHealth(clock)


def fail(
    health: MemoryProviderHealth,
    times: int,
    reason: FailureReason | None = FailureReason.TIMEOUT,
    route: str = ROUTE,
) -> None:
    for _ in range(times):
        health.tried(route, 3.0, reason)


class TestQuickSeconds:
    def test_nothing_is_known_of_a_new_one(self, health: MemoryProviderHealth) -> None:
        assert health.quick_seconds(ROUTE) is None

    @pytest.mark.parametrize(
        "took, quick",
        [
            ([7], 7),
            ([9, 7], 7),
            ([4, 3, 2, 1], 1),
            ([5, 4, 3, 2, 1], 2),
            ([8, 7, 6, 5, 4, 3, 2, 1], 2),
            ([1] * 10 + [60] * 30, 1),
            ([1] * 9 + [60] * 31, 60),
        ],
    )
    def test_it_is_what_the_quickest_quarter_took_at_most(
        self, health: MemoryProviderHealth, took: list[float], quick: float
    ) -> None:
        for seconds in took:
            health.tried(ROUTE, seconds, None)

        assert health.quick_seconds(ROUTE) == quick

    @given(st.lists(st.floats(0, 100), min_size=1, max_size=120))
    def test_a_quarter_of_the_last_fifty_were_as_quick(self, took: list[float]) -> None:
        health = MemoryProviderHealth(SetClock())
        for seconds in took:
            health.tried(ROUTE, seconds, None)

        quick, last = health.quick_seconds(ROUTE), took[-50:]

        assert quick in last
        assert sum(seconds <= quick for seconds in last) * 4 >= len(last)
        assert sum(seconds < quick for seconds in last) * 4 < len(last)

    def test_only_the_last_fifty_count(self, health: MemoryProviderHealth) -> None:
        for seconds in [1.0] * 50 + [9.0] * 50:
            health.tried(ROUTE, seconds, None)

        assert health.quick_seconds(ROUTE) == 9

    def test_what_is_older_than_a_quarter_of_an_hour_does_not_count(
        self, health: MemoryProviderHealth, clock: SetClock
    ) -> None:
        health.tried(ROUTE, 1, None)
        clock.moment += 600
        health.tried(ROUTE, 8, None)

        clock.moment += 300
        assert health.quick_seconds(ROUTE) == 1
        clock.moment += 0.001
        assert health.quick_seconds(ROUTE) == 8
        clock.moment += 600
        assert health.quick_seconds(ROUTE) is None

    def test_failures_and_other_routes_do_not_count(self, health: MemoryProviderHealth) -> None:
        health.tried(OTHER, 2, None)
        for reason in set(FailureReason) - {FailureReason.TIMEOUT}:
            health.tried(ROUTE, 1, reason)

        assert health.quick_seconds(ROUTE) is None

    def test_who_was_given_up_would_have_taken_longer_still(
        self, health: MemoryProviderHealth
    ) -> None:
        for seconds in (20, 30, 40):
            health.tried(ROUTE, seconds, FailureReason.TIMEOUT)

        assert health.quick_seconds(ROUTE) == 20


class TestJobSeconds:
    def test_nothing_is_known_of_a_new_one(self, health: MemoryProviderHealth) -> None:
        assert health.job_seconds("gemini") is None

    def test_it_is_the_median_of_the_last_fifty(
        self, health: MemoryProviderHealth, clock: SetClock
    ) -> None:
        for seconds in (4, 90, 5):
            health.job_took("gemini", seconds)
        clock.moment += 1_000_000
        assert health.job_seconds("gemini") == 5

        for _ in range(50):
            health.job_took("gemini", 20)
        assert health.job_seconds("gemini") == 20
        assert health.job_seconds("other") is None


class TestIsDown:
    def test_a_new_one_is_not(self, health: MemoryProviderHealth) -> None:
        assert not health.is_down(ROUTE)

    @pytest.mark.parametrize("reason", ITS_OWN)
    def test_it_is_after_five_failures_of_its_own(
        self, health: MemoryProviderHealth, reason: FailureReason
    ) -> None:
        fail(health, 4, reason)
        assert not health.is_down(ROUTE)

        fail(health, 1, reason)
        assert health.is_down(ROUTE)
        assert not health.is_down(OTHER)

    def test_they_may_be_of_several_kinds(self, health: MemoryProviderHealth) -> None:
        for reason in (*ITS_OWN, FailureReason.TIMEOUT):
            fail(health, 1, reason)

        assert health.is_down(ROUTE)

    @pytest.mark.parametrize("answer", AN_ANSWER)
    def test_any_answer_ends_the_row(
        self, health: MemoryProviderHealth, answer: FailureReason | None
    ) -> None:
        fail(health, 4)
        fail(health, 1, answer)
        fail(health, 4)
        assert not health.is_down(ROUTE)

        fail(health, 1)
        assert health.is_down(ROUTE)
        fail(health, 1, answer)
        assert not health.is_down(ROUTE)

    @pytest.mark.parametrize("reason", NOBODYS)
    def test_what_is_nobodys_fault_neither_counts_nor_ends_the_row(
        self, health: MemoryProviderHealth, reason: FailureReason
    ) -> None:
        fail(health, 4)
        fail(health, 9, reason)
        assert not health.is_down(ROUTE)

        fail(health, 1)
        assert health.is_down(ROUTE)
        fail(health, 1, reason)
        assert health.is_down(ROUTE)

    def test_each_route_has_a_row_of_its_own(self, health: MemoryProviderHealth) -> None:
        for _ in range(4):
            fail(health, 1)
            fail(health, 1, route=OTHER)

        assert not health.is_down(ROUTE)
        assert not health.is_down(OTHER)

    def test_after_fifteen_seconds_one_may_try_every_fifteen_seconds(
        self, health: MemoryProviderHealth, clock: SetClock
    ) -> None:
        fail(health, 5)
        assert list(asked(health, clock)) == [15.0, 30.0, 45.0]

    def test_a_failure_meanwhile_makes_it_longer(
        self, health: MemoryProviderHealth, clock: SetClock
    ) -> None:
        fail(health, 5)
        clock.moment += 14
        fail(health, 1)
        clock.moment += 14.999
        assert health.is_down(ROUTE)

        clock.moment += 0.001
        assert not health.is_down(ROUTE)

    def test_a_try_that_succeeds_ends_it(
        self, health: MemoryProviderHealth, clock: SetClock
    ) -> None:
        fail(health, 5)
        clock.moment += 15
        assert not health.is_down(ROUTE)
        assert health.is_down(ROUTE)
        fail(health, 1, None)

        assert not any(health.is_down(ROUTE) for _ in range(9))

    def test_a_try_that_fails_does_not(self, health: MemoryProviderHealth, clock: SetClock) -> None:
        fail(health, 5)
        clock.moment += 15
        assert not health.is_down(ROUTE)
        clock.moment += 10
        fail(health, 1)

        assert list(asked(health, clock)) == [15.0, 30.0, 45.0]


def asked(health: MemoryProviderHealth, clock: SetClock) -> Iterator[float]:
    """Ask three times at every half second for 50 s; yield after how long it was not down."""
    began = clock.moment
    for half_seconds in range(100):
        clock.moment = began + half_seconds / 2
        yield from (half_seconds / 2 for _ in range(3) if not health.is_down(ROUTE))


class TestCircuit:
    def test_a_new_one_is_closed(self, health: MemoryProviderHealth) -> None:
        assert health.circuit(ROUTE) == Circuit(is_open=False, failures_in_a_row=0)

    def test_it_opens_with_the_fifth_failure_and_goes_on_counting(
        self, health: MemoryProviderHealth
    ) -> None:
        seen = []
        for _ in range(6):
            fail(health, 1)
            seen.append(health.circuit(ROUTE))

        assert [circuit.failures_in_a_row for circuit in seen] == [1, 2, 3, 4, 5, 6]
        assert [circuit.is_open for circuit in seen] == [False] * 4 + [True] * 2
        assert not health.circuit(OTHER).failures_in_a_row

    @pytest.mark.parametrize("answer", AN_ANSWER)
    def test_any_answer_closes_it(
        self, health: MemoryProviderHealth, answer: FailureReason | None
    ) -> None:
        fail(health, 9)
        fail(health, 1, answer)

        assert health.circuit(ROUTE) == Circuit(is_open=False, failures_in_a_row=0)

    def test_it_stays_open_between_tries_until_nobody_has_tried_for_a_quarter_of_an_hour(
        self, health: MemoryProviderHealth, clock: SetClock
    ) -> None:
        fail(health, 5)
        clock.moment += 600
        assert health.circuit(ROUTE).is_open
        fail(health, 1)

        clock.moment += 900
        assert health.circuit(ROUTE).is_open
        clock.moment += 0.001
        assert health.circuit(ROUTE) == Circuit(is_open=False, failures_in_a_row=6)


class TestQuota:
    def test_nothing_is_known_at_first(self, health: MemoryProviderHealth) -> None:
        assert health.quota_left("turbotext") == {}

    def test_what_was_said_last_counts(self, health: MemoryProviderHealth) -> None:
        health.quota_told("turbotext", {"foto_limit": 9, "text_limit": 3})
        health.quota_told("turbotext", {"foto_limit": 8})

        assert health.quota_left("turbotext") == {"foto_limit": 8}
        assert health.quota_left("gemini") == {}
