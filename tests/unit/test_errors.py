from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from photochanger_core.domain import errors
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    InvalidRequest,
    QueueBusy,
    ValidationFailed,
    error_of,
    reason_of,
)
from photochanger_core.domain.problems import MOST_TOLD, Problem, wrong


def family(parent: type[CoreError], depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, parent.__name__
    for child in parent.__subclasses__():
        yield from family(child, depth + 1)


def drawn() -> Iterator[tuple[int, str]]:
    """The tree in the docstring: two spaces a level."""
    for line in (errors.__doc__ or "").splitlines():
        if match := re.fullmatch(r"( *)[*+.-] (\w+)", line):
            yield len(match[1]) // 2, match[2]


CONCRETE = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, CoreError) and "reason" in vars(error)
]


def test_the_tree_is_drawn_as_it_is() -> None:
    assert list(drawn()) == list(family(CoreError))


def test_every_error_that_is_raised_has_a_reason_of_its_own() -> None:
    assert max(Counter(error.reason for error in CONCRETE).values()) == 1


def test_every_reason_but_the_internal_one_has_an_error() -> None:
    assert {error.reason for error in CONCRETE} == set(FailureReason) - {
        FailureReason.INTERNAL_ERROR
    }


@pytest.mark.parametrize("error", [CoreError, errors.JobEnded, errors.ProviderFailure])
def test_a_family_has_no_reason(error: type[CoreError]) -> None:
    assert not hasattr(error, "reason")


def test_what_is_for_the_log_and_what_is_for_the_caller_are_kept_apart() -> None:
    error = QueueBusy("for the log", details={"for": "the caller"}, retry_after=1.5)
    assert (error.detail, str(error)) == ("for the log", "for the log")
    assert error.details == {"for": "the caller"}
    assert error.retry_after == 1.5


def test_details_are_a_copy() -> None:
    details: dict[str, object] = {}
    QueueBusy(details=details).details["job_id"] = "1"
    assert details == {}


def test_a_bad_request_names_its_field_and_problem() -> None:
    error = InvalidRequest("hash", Problem.REPEATED)
    assert error.details == {"field": "hash", "problem": "repeated"}
    assert error.detail == "hash: repeated"
    assert InvalidRequest("hash", Problem.REPEATED, "twice").detail == "twice"


def test_bad_values_name_every_field() -> None:
    problems = [wrong(Problem.TEXT_TOO_LONG, most=5).at("a"), wrong(Problem.UNKNOWN).at("b")]
    error = ValidationFailed(problems)
    assert error.detail == "a: text_too_long (most=5); b: unknown"
    assert error.problems == tuple(problems)
    assert error.details == {}


def test_so_many_bad_values_are_told_at_once_and_no_more() -> None:
    error = ValidationFailed([wrong(Problem.UNKNOWN).at(str(number)) for number in range(10_000)])
    assert len(error.problems) == MOST_TOLD
    assert error.detail.count("unknown") == MOST_TOLD


@pytest.mark.parametrize("bug", [RuntimeError(), KeyError(1), TimeoutError()])
def test_what_was_not_raised_on_purpose_is_internal(bug: Exception) -> None:
    assert reason_of(bug) is FailureReason.INTERNAL_ERROR
    assert reason_of(QueueBusy()) is FailureReason.QUEUE_BUSY


@pytest.mark.parametrize(
    "reason",
    [
        *("invalid_request", "payload_too_large", "unsupported_media_type", "timeout"),
        *("job_cancelled", "provider_5xx", "bad_response", "quota", "network", "refused"),
        *("misconfigured", "storage_unavailable", "storage_full"),
    ],
)
def test_a_job_can_be_told_of_by_what_is_stored(reason: str) -> None:
    assert error_of(FailureReason(reason)).reason == reason


@pytest.mark.parametrize("reason", [None, FailureReason.INTERNAL_ERROR, FailureReason.INTERRUPTED])
def test_a_job_that_ended_for_no_reason_of_its_own_was_interrupted(
    reason: FailureReason | None,
) -> None:
    assert error_of(reason).reason is FailureReason.INTERRUPTED
