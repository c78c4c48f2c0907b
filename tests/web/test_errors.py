"""Errors become HTTP in one place, all of them, and tell nothing they should not."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    QueueUnavailable,
    StorageFull,
    StorageUnavailable,
)
from photochanger_core.domain.events import BugMet, BugPlace
from photochanger_core.domain.problems import Problem
from photochanger_web.errors import STATUS
from photochanger_web.locale import LANGUAGES, has_text

from .booth import captured, get, post
from .running_site import Site

SECRET = "s3cret-upstream-text"
ONCE = {"no_picture_tries": 1, "error_tries": 1}


TRY_AGAIN = [reason for reason, status in STATUS.items() if status in (429, 503)]


def error_with(reason: FailureReason) -> CoreError:
    """Return an error that nobody has filled in."""
    kinds = [CoreError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return next(kind for kind in kinds[1:] if getattr(kind, "reason", None) is reason)()


def test_every_reason_has_a_status() -> None:
    assert set(STATUS) == set(FailureReason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_problem_has_a_text(language: str) -> None:
    keys = [*FailureReason, *(f"problem.{problem}" for problem in Problem)]

    assert [key for key in keys if not has_text(language, key)] == []


@pytest.mark.parametrize(
    "error, status, reason",
    [
        (ProviderServerError, 503, "provider_5xx"),
        (ProviderBadResponse, 502, "bad_response"),
        (ProviderQuota, 503, "quota"),
        (ProviderUnreachable, 503, "network"),
        (ProviderRefused, 502, "refused"),
        (ProviderMisconfigured, 502, "misconfigured"),
    ],
)
async def test_provider_failures_are_told_by_kind_only(
    site: Site, error: type[ProviderFailure], status: int, reason: str
) -> None:
    failure = site.world.provider.error = error(SECRET)
    failure.retry_after = 12.3
    await site.world.set_slot(retry=ONCE)
    reply = await post(site.port, captured())

    assert (reply.status, reply.code) == (status, "provider_error")
    assert reply.json["failure_reason"] == reason
    assert reply.headers.get("retry-after") == ("13" if status == 503 else None)
    assert SECRET not in reply.body.decode()
    job = (await get(site.port, f"/api/jobs/{reply.json['error']['details']['job_id']}")).json
    assert (job["status"], job["failure_reason"]) == ("failed", reason)


@pytest.mark.parametrize(
    "answer, reason",
    [(b"\xff\xd8\xff broken", "bad_response"), (b"<html>", "bad_response")],
)
async def test_what_is_no_picture_is_not_passed_on(site: Site, answer: bytes, reason: str) -> None:
    site.world.answer_next_with(answer)
    await site.world.set_slot(retry=ONCE)
    reply = await post(site.port, captured())

    assert (reply.status, reply.json["failure_reason"]) == (502, reason)


@pytest.mark.parametrize(
    "error, status", [(StorageFull(SECRET), 507), (StorageUnavailable(SECRET), 503)]
)
async def test_a_failing_disk_is_told(site: Site, error: CoreError, status: int) -> None:
    assert isinstance(error, StorageFull | StorageUnavailable)
    site.world.media.failing = error
    reply = await post(site.port, captured())

    assert (reply.status, reply.code) == (status, error.reason)
    assert SECRET not in reply.body.decode()
    assert site.world.provider.calls == []


async def test_a_late_picture_is_a_timeout(site: Site) -> None:
    site.world.provider.seconds = 60
    await site.world.set(sync_response_seconds=1)
    reply = await post(site.port, captured())

    assert reply.status == 504
    assert reply.json["status"] == "timeout"
    assert reply.json["failure_reason"] == "timeout"
    error = reply.json["error"]
    assert error["code"] == "sync_timeout"
    assert error["message"] == "Ingest processing exceeded the synchronous response window"
    assert error["details"]["expires_at"].endswith("Z")
    job = (await get(site.port, f"/api/jobs/{error['details']['job_id']}")).json
    assert (job["status"], job["failure_reason"]) == ("timeout", "timeout")


@pytest.mark.parametrize("known, told", [(None, "5"), (0.0, "1"), (2.1, "3"), (60.0, "60")])
async def test_whoever_may_try_again_is_told_when(
    site: Site, known: float | None, told: str
) -> None:
    for reason in TRY_AGAIN:
        error = site.world.slots.failing = error_with(reason)
        error.retry_after = known
        reply = await post(site.port, captured())

        assert (reply.status, reply.json["failure_reason"]) == (STATUS[reason], reason)
        assert reply.headers["retry-after"] == told


def bugs(site: Site) -> list[BugPlace]:
    return [event.place for event in site.world.events.events if isinstance(event, BugMet)]


async def test_bugs_do_not_tell_anything(site: Site) -> None:
    site.world.provider.error = ZeroDivisionError(SECRET)
    with capture_logs():  # to show a bug with all that is around it takes long
        reply = await post(site.port, captured())

    assert (reply.status, reply.code) == (500, "internal_error")
    assert SECRET not in reply.body.decode()
    assert bugs(site) == [BugPlace.REQUEST]


async def test_bugs_before_the_handlers_do_not_tell_anything(site: Site) -> None:
    site.world.slots.failing = ZeroDivisionError(SECRET)
    with capture_logs():
        reply = await post(site.port, captured(), extra=["expect: 100-continue"])

    assert (reply.status, reply.code) == (500, "internal_error")
    assert SECRET not in reply.body.decode()
    assert bugs(site) == [BugPlace.REQUEST]


async def test_bugs_outside_the_middlewares_do_not_tell_anything(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("photochanger_web.middleware.compress", fail)
    with capture_logs() as logs:
        reply = await get(site.port, "/livez")

    assert (reply.status, reply.code) == (500, "internal_error")
    assert SECRET not in reply.body.decode()
    assert [line["event"] for line in logs] == ["request", "bug"]
    assert bugs(site) == [BugPlace.REQUEST]


async def test_a_database_away_is_told(site: Site) -> None:
    site.world.slots.failing = QueueUnavailable(SECRET)
    reply = await post(site.port, captured())

    assert (reply.status, reply.code) == (503, "queue_unavailable")
    assert int(reply.headers["retry-after"]) > 0
    assert site.world.provider.calls == []
