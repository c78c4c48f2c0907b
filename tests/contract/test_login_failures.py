"""What every `LoginFailuresPort` promises."""

from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.login import LOCK_TIME, MAX_FAILURES
from photochanger_core.ports.login_failures import LoginFailuresPort

from .samples import NOON, TICK

FREE = NOON + LOCK_TIME
HERE, THERE = "192.0.2.7", "192.0.2.8"


async def fail(failures: LoginFailuresPort, *, times: int = MAX_FAILURES) -> None:
    for _ in range(times):
        assert await failures.count("serg", HERE, NOON) is None


async def test_an_account_is_locked_after_so_many_failures(
    login_failures: LoginFailuresPort,
) -> None:
    for number in range(MAX_FAILURES):
        assert await login_failures.count("serg", f"192.0.2.{number}", NOON) is None

    assert await login_failures.count("serg", "203.0.113.1", NOON) == FREE
    assert await login_failures.count("igor", "203.0.113.1", NOON) is None


async def test_an_address_is_locked_whatever_accounts_it_names(
    login_failures: LoginFailuresPort,
) -> None:
    for number in range(MAX_FAILURES):
        assert await login_failures.count(f"nobody {number}", HERE, NOON) is None

    assert await login_failures.count("serg", HERE, NOON) == FREE
    assert await login_failures.count("serg", THERE, NOON) is None


async def test_a_lock_ends_to_the_instant_and_counting_begins_anew(
    login_failures: LoginFailuresPort,
) -> None:
    await fail(login_failures)

    assert await login_failures.count("serg", THERE, FREE - TICK) == FREE
    for _ in range(MAX_FAILURES):
        assert await login_failures.count("serg", THERE, FREE) is None
    assert await login_failures.count("serg", THERE, FREE) == FREE + LOCK_TIME


async def test_tries_that_are_refused_make_a_lock_no_longer(
    login_failures: LoginFailuresPort,
) -> None:
    await fail(login_failures)
    for minute in range(14):
        assert await login_failures.count("serg", HERE, NOON + minute * LOCK_TIME / 15) == FREE

    assert await login_failures.count("serg", HERE, FREE) is None


async def test_failures_over_a_longer_time_lock_nobody(login_failures: LoginFailuresPort) -> None:
    await fail(login_failures, times=MAX_FAILURES - 1)
    for moment in (FREE, FREE + TICK):
        assert await login_failures.count("serg", HERE, moment) is None


async def test_the_later_of_two_locks_is_told(login_failures: LoginFailuresPort) -> None:
    await fail(login_failures)
    for _ in range(MAX_FAILURES):
        assert await login_failures.count("igor", THERE, NOON + TICK) is None

    assert await login_failures.count("serg", THERE, NOON + TICK) == FREE + TICK
    assert await login_failures.count("igor", HERE, NOON + TICK) == FREE + TICK


async def test_of_tries_at_once_no_more_are_counted(login_failures: LoginFailuresPort) -> None:
    tries = (login_failures.count("serg", f"192.0.2.{n}", NOON) for n in range(3 * MAX_FAILURES))
    outcomes = await asyncio.gather(*tries)

    assert outcomes.count(None) == MAX_FAILURES
    assert set(outcomes) == {None, FREE}


@pytest.mark.parametrize("who", ["serg", HERE])
async def test_what_is_forgotten_locks_nobody(login_failures: LoginFailuresPort, who: str) -> None:
    await fail(login_failures)

    assert await login_failures.forget(who) == MAX_FAILURES
    assert await login_failures.forget(who) == 0
    assert await login_failures.count("serg", HERE, NOON) is None


async def test_forgetting_an_account_forgets_no_other(login_failures: LoginFailuresPort) -> None:
    await fail(login_failures)

    assert await login_failures.forget("igor") == 0
    assert await login_failures.forget(THERE) == 0
    assert await login_failures.count("serg", THERE, NOON) == FREE


async def test_what_is_purged_is_forgotten_and_what_is_later_stays(
    login_failures: LoginFailuresPort,
) -> None:
    await fail(login_failures)
    await login_failures.purge(NOON)
    assert await login_failures.count("serg", HERE, NOON) == FREE

    await login_failures.purge(NOON + TICK)
    assert await login_failures.count("serg", HERE, NOON) is None


@pytest.mark.parametrize("name", ["", "\0", "\ud800", "я" * 64, "'; DROP TABLE slot; --"])
async def test_any_name_is_counted(login_failures: LoginFailuresPort, name: str) -> None:
    for number in range(MAX_FAILURES):
        assert await login_failures.count(name, f"192.0.2.{number}", NOON) is None

    assert await login_failures.count(name, HERE, NOON) == FREE
