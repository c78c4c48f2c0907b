"""Who is let in, who is not, and what is told of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from photochanger_adapters.memory.login_failures import MemoryLoginFailures
from photochanger_adapters.memory.passwords import MemoryPasswords
from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import (
    CoreError,
    QueueUnavailable,
    Throttled,
    Unauthorized,
    WrongCredentials,
)
from photochanger_core.domain.events import LoginFailed, LoginSucceeded
from photochanger_core.domain.login import LOCK_TIME, MAX_FAILURES, LoginRefusal
from photochanger_core.ports.audit import AuditFilter
from tests.logins import HERE, PASSWORD, THERE, WatchedPasswords, give_account, log_in, told
from tests.memory_world import MemoryWorld


async def fail(
    world: MemoryWorld,
    name: str = "serg",
    *,
    times: int = MAX_FAILURES,
    address: str = HERE,
    password: str = "wrong",  # noqa: S107 - as wrong as it says
) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            await log_in(world, name, password, address=address)


async def throttled(world: MemoryWorld, name: str = "serg", *, address: str = HERE) -> float:
    """Check that not even the right password is looked at; return how long that lasts."""
    with pytest.raises(Throttled) as caught:
        await log_in(world, name, address=address)
    assert caught.value.retry_after is not None
    return caught.value.retry_after


async def test_the_right_password_gives_a_token_for_twelve_hours(world: MemoryWorld) -> None:
    account = await give_account(world, password_set_at=world.clock.now() - timedelta(days=1))
    logged_in = await log_in(world)

    claims = await world.use.authorise(logged_in.token, None)
    assert (claims.account, claims.scopes) == ("serg", account.scopes)
    assert claims.expires_at - claims.issued_at == logged_in.life == timedelta(hours=12)
    await asyncio.sleep(12 * 3600 - 1)
    await world.use.authorise(logged_in.token, None)
    await asyncio.sleep(1)
    with pytest.raises(Unauthorized):
        await world.use.authorise(logged_in.token, None)


async def test_every_token_is_another_one(world: MemoryWorld) -> None:
    await give_account(world)
    first, second = await log_in(world), await log_in(world)

    assert first.claims.token_id != second.claims.token_id


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", "x" * 2000])
async def test_wrong_passwords_and_unknown_names_are_answered_alike(password: str) -> None:
    world = MemoryWorld(passwords=WatchedPasswords())
    await give_account(world)
    with pytest.raises(WrongCredentials) as known:
        await log_in(world, "serg", password)
    with pytest.raises(WrongCredentials) as unknown:
        await log_in(world, "nobody", password)

    assert (known.value.details, known.value.detail) == (
        unknown.value.details,
        unknown.value.detail,
    )


async def test_for_unknown_names_a_password_is_verified_too() -> None:
    world = MemoryWorld(passwords=(passwords := WatchedPasswords()))
    account = await give_account(world)
    await fail(world, times=1)
    await fail(world, "nobody", times=2)

    known, nobodys, again = passwords.tried
    assert known == account.password_hash
    assert nobodys == again != known


async def test_the_password_that_stands_for_nobodys_lets_nobody_in(world: MemoryWorld) -> None:
    await fail(world, "nobody", times=1, password="gallery-key")


@pytest.mark.parametrize("name", ["serg", "nobody"])
async def test_ten_failures_lock_an_account_wherever_they_come_from(
    world: MemoryWorld, name: str
) -> None:
    await give_account(world)
    for number in range(MAX_FAILURES):
        await fail(world, name, times=1, address=f"203.0.113.{number}")

    assert await throttled(world, name, address=THERE) == pytest.approx(900)


async def test_ten_failures_lock_an_address_whoever_it_says_to_be(world: MemoryWorld) -> None:
    await give_account(world)
    for number in range(MAX_FAILURES):
        await fail(world, f"nobody-{number}", times=1)

    assert await throttled(world) == pytest.approx(900)
    assert (await log_in(world, address=THERE)).claims.account == "serg"


async def test_whoever_waits_as_long_as_told_is_let_in_and_no_earlier(world: MemoryWorld) -> None:
    await give_account(world)
    await fail(world)
    await asyncio.sleep(100)
    left = await throttled(world)
    assert left == pytest.approx(800)
    await asyncio.sleep(left - 1)
    assert await throttled(world) == pytest.approx(1)
    await asyncio.sleep(1)

    await log_in(world)


async def test_of_tries_at_once_ten_are_looked_at() -> None:
    world = MemoryWorld(passwords=(passwords := WatchedPasswords()))
    await give_account(world)
    tries = (log_in(world, "serg", f"wrong {number}") for number in range(50))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)

    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(WrongCredentials), kinds.count(Throttled)) == (10, 40)
    assert len(passwords.tried) == 10


async def test_a_success_clears_the_failures_of_the_account(world: MemoryWorld) -> None:
    await give_account(world)
    for _ in range(3):
        await fail(world, times=MAX_FAILURES - 1)
        await log_in(world)


async def test_a_success_does_not_clear_what_an_address_tried_elsewhere(
    world: MemoryWorld,
) -> None:
    await give_account(world)
    await give_account(world, "igor")
    await fail(world, "igor", times=MAX_FAILURES - 1)
    await log_in(world)
    await fail(world, "igor", times=1)

    await throttled(world)


async def test_open_sessions_go_on_while_the_account_is_locked(world: MemoryWorld) -> None:
    await give_account(world)
    logged_in = await log_in(world)
    await fail(world)
    await throttled(world)

    await world.use.authorise(logged_in.token, None)


@pytest.mark.parametrize("who", ["serg", HERE])
async def test_unlocking_lets_try_again_at_once(world: MemoryWorld, who: str) -> None:
    await give_account(world)
    await fail(world)
    await throttled(world)
    assert await world.use.unlock_login(who, by=Actor(name="cli")) == MAX_FAILURES

    await log_in(world)


async def test_a_lock_is_remembered_by_servers_that_start_later(world: MemoryWorld) -> None:
    await give_account(world)
    await fail(world)
    later = MemoryWorld(accounts=world.accounts, login_failures=world.login_failures)

    await throttled(later)


async def test_a_password_change_ends_tokens_of_the_old_one(world: MemoryWorld) -> None:
    await give_account(world)
    old = await log_in(world)
    await world.use.set_account_password("serg", "new", by=Actor(name="cli"))
    new = await log_in(world, "serg", "new")  # in the same second

    with pytest.raises(Unauthorized):
        await world.use.authorise(old.token, None)
    await world.use.authorise(new.token, None)
    await fail(world, times=1, password=PASSWORD)


class SlowPasswords(MemoryPasswords):
    """Passwords that take two seconds to look at."""

    async def verify(self, hashed: str, password: str) -> bool:
        await asyncio.sleep(2)
        return await super().verify(hashed, password)


async def test_a_password_changed_while_the_old_one_is_checked_gives_no_good_token(
    world: MemoryWorld,
) -> None:
    world.passwords = SlowPasswords()
    await give_account(world)
    logging_in = asyncio.create_task(log_in(world))
    await asyncio.sleep(1)
    await world.use.set_account_password("serg", "new", by=Actor(name="cli"))

    with pytest.raises(Unauthorized):
        await world.use.authorise((await logging_in).token, None)


async def test_whoever_ends_all_sessions_ends_the_one_that_is_about_to_begin(
    world: MemoryWorld,
) -> None:
    world.passwords = SlowPasswords()
    await give_account(world)
    logging_in = asyncio.create_task(log_in(world))
    await asyncio.sleep(1)
    await world.use.log_out.everywhere("serg", by=Actor(name="cli"))

    with pytest.raises(Unauthorized):
        await world.use.authorise((await logging_in).token, None)
    await world.use.authorise((await log_in(world)).token, None)


async def test_logins_are_told_and_recorded(world: MemoryWorld) -> None:
    await give_account(world)
    await log_in(world)
    await fail(world, address=THERE)
    await throttled(world, address=THERE)

    assert told(world, LoginSucceeded) == [LoginSucceeded(username="serg", address=HERE)]
    reasons = [LoginRefusal.INVALID_CREDENTIALS] * MAX_FAILURES + [LoginRefusal.THROTTLED]
    assert told(world, LoginFailed) == [
        LoginFailed(username="serg", reason=reason, address=THERE) for reason in reasons
    ]
    entries = await world.audit.read(AuditFilter(subject="serg"), 100)
    assert [entry.action for entry in entries] == [
        *[AuditAction.LOGIN_FAILED] * MAX_FAILURES,
        AuditAction.LOGGED_IN,
    ]
    assert entries[0].actor == Actor(name="serg", address=THERE)


async def test_passwords_are_never_told(world: MemoryWorld) -> None:
    await give_account(world)
    logged_in = await log_in(world)
    await fail(world, times=1, password="hidden")
    told_all = repr((world.events.events, world.audit.entries, logged_in))

    assert "hidden" not in told_all
    assert PASSWORD not in told_all
    assert logged_in.token not in told_all


@pytest.mark.parametrize("typed", ["s3cret password", "s" * 200_000, "s"])
async def test_a_name_that_nobody_has_may_be_a_password_and_is_not_told(
    world: MemoryWorld, typed: str
) -> None:
    await give_account(world, "s" * 64)
    await fail(world, typed, password=PASSWORD)
    await throttled(world, typed)

    failed = [event for event in world.events.events if isinstance(event, LoginFailed)]
    assert {event.username for event in failed} == {"s…"}
    entries = await world.audit.read(AuditFilter(), 100)
    assert {(entry.actor.name, entry.subject) for entry in entries} == {("s…", "s…")}


async def test_whoever_has_no_account_any_more_is_out(world: MemoryWorld) -> None:
    await give_account(world)
    logged_in = await log_in(world)
    world.accounts._accounts.clear()

    with pytest.raises(Unauthorized):
        await world.use.authorise(logged_in.token, None)


class NoFailures(MemoryLoginFailures):
    """Failures that cannot be forgotten."""

    async def forget(self, who: str) -> int:
        raise QueueUnavailable


async def test_without_a_database_nobody_is_let_in(world: MemoryWorld) -> None:
    world.login_failures = NoFailures()
    await give_account(world)

    with pytest.raises(QueueUnavailable):
        await log_in(world)
    assert world.tokens._issued == {}


async def test_what_is_purged_is_only_what_counts_no_more(world: MemoryWorld) -> None:
    await give_account(world)
    logged_in = await log_in(world)
    await world.use.log_out(logged_in.claims, by=Actor(name="serg"))
    await fail(world)
    await world.use.purge_logins()
    await throttled(world)
    assert await world.revoked_tokens.is_revoked(logged_in.claims)

    world.clock.stepped += 2 * LOCK_TIME + timedelta(seconds=1)
    await world.use.purge_logins()
    assert world.login_failures._failures == []
    world.clock.stepped += timedelta(hours=12)
    await world.use.purge_logins()
    assert not await world.revoked_tokens.is_revoked(logged_in.claims)
    with pytest.raises(CoreError):
        await world.use.authorise(logged_in.token, None)
