"""When a provider is asked again: the rules about money and time."""

from __future__ import annotations

import pytest
from attrs import asdict

from photochanger_core.domain.errors import (
    CoreError,
    JobCancelled,
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    StorageUnavailable,
    SyncTimeout,
)
from photochanger_core.domain.retry import (
    MAX_STARTS,
    RETRY_CHECKS,
    RetryPolicy,
    as_policy,
    is_ambiguous,
    may_start,
)

NO_PICTURE = ProviderNoPicture("NO_IMAGE")
SERVER, QUOTA = ProviderServerError("503"), ProviderQuota("429")
NOT_REACHED = ProviderUnreachable("refused")
CUT = ProviderUnreachable("reset", may_have_begun=True)
TIMEOUT = SyncTimeout("its share of the window is over")
FINAL = [
    ProviderBadResponse("garbage"),
    ProviderRefused("SAFETY"),
    ProviderMisconfigured("404"),
    PayloadTooLarge("21 MB"),
    StorageUnavailable("away"),
    JobCancelled("left"),
]

DEFAULT, BOLD = RetryPolicy(), RetryPolicy(after_ambiguous=True)
OWN = RetryPolicy(
    no_picture_tries=2, no_picture_pause_seconds=7, error_tries=4, error_pause_seconds=0
)


@pytest.mark.parametrize(
    "policy, failures, pause",
    [
        (DEFAULT, [NO_PICTURE], 3),
        (DEFAULT, [NO_PICTURE] * 4, 3),
        (DEFAULT, [NO_PICTURE] * 5, None),
        (OWN, [NO_PICTURE], 7),
        (OWN, [NO_PICTURE] * 2, None),
        (DEFAULT, [SERVER], 1),
        (DEFAULT, [SERVER] * 2, 1),
        (DEFAULT, [SERVER] * 3, None),
        (DEFAULT, [QUOTA], 1),
        (DEFAULT, [QUOTA, SERVER], 1),
        (DEFAULT, [QUOTA, SERVER, QUOTA], None),
        (DEFAULT, [NOT_REACHED], 1),
        (DEFAULT, [NOT_REACHED] * 3, None),
        (OWN, [NOT_REACHED] * 3, 0),
        (OWN, [SERVER] * 4, None),
        (DEFAULT, [CUT], None),
        (DEFAULT, [TIMEOUT], None),
        (BOLD, [CUT], 1),
        (BOLD, [TIMEOUT, CUT], 1),
        (BOLD, [TIMEOUT] * 3, None),
    ],
)
def test_what_is_passing_is_tried_again_so_often(
    policy: RetryPolicy, failures: list[CoreError], pause: float | None
) -> None:
    assert policy.pause(failures) == pause


@pytest.mark.parametrize("policy", [DEFAULT, BOLD, OWN])
@pytest.mark.parametrize("failure", FINAL, ids=lambda failure: type(failure).__name__)
def test_what_will_not_pass_is_not_tried_again(policy: RetryPolicy, failure: CoreError) -> None:
    assert policy.pause([failure]) is None
    assert policy.pause([SERVER, failure]) is None


@pytest.mark.parametrize("kind", [ProviderServerError, ProviderQuota])
@pytest.mark.parametrize("wish", [0.0, 0.3, 46.0])
def test_the_providers_wish_counts_instead_of_the_pause(kind: type[CoreError], wish: float) -> None:
    failure = kind("later", retry_after=wish)

    assert DEFAULT.pause([failure]) == wish
    assert DEFAULT.pause([failure] * 3) is None


def test_each_kind_of_failure_is_counted_by_itself() -> None:
    mixed = [NO_PICTURE, SERVER, NO_PICTURE, QUOTA, NO_PICTURE, NO_PICTURE]
    assert DEFAULT.pause(mixed) == DEFAULT.no_picture_pause_seconds
    assert DEFAULT.pause([*mixed, SERVER]) is None
    assert DEFAULT.pause([*mixed, NO_PICTURE]) is None


def test_one_try_is_no_retry() -> None:
    once = RetryPolicy(no_picture_tries=1, error_tries=1, after_ambiguous=True)

    for failure in (NO_PICTURE, SERVER, QUOTA, NOT_REACHED, CUT, TIMEOUT):
        assert once.pause([failure]) is None


@pytest.mark.parametrize("failure", [CUT, TIMEOUT], ids=repr)
def test_who_may_be_at_work_is_ambiguous(failure: CoreError) -> None:
    assert is_ambiguous(failure)


@pytest.mark.parametrize("failure", [NO_PICTURE, SERVER, QUOTA, NOT_REACHED, *FINAL], ids=repr)
def test_who_has_answered_or_was_never_asked_is_not(failure: CoreError) -> None:
    assert not is_ambiguous(failure)


@pytest.mark.parametrize(
    "seconds_left, typical, expected",
    [
        (48.0, None, True),
        (1.0, None, True),
        (0.99, None, False),
        (0.0, None, False),
        (-1.0, None, False),
        (1.0, 0.2, True),
        (0.99, 0.2, False),
        (10.0, 10.0, True),
        (9.99, 10.0, False),
        (24.0, 90.0, True),
        (23.99, 90.0, False),
    ],
)
def test_nothing_is_started_that_cannot_be_expected_to_finish(
    seconds_left: float, typical: float | None, *, expected: bool
) -> None:
    assert may_start(seconds_left=seconds_left, quick=typical, window=48.0) is expected


def test_half_of_a_tiny_window_is_still_no_less_than_a_second() -> None:
    assert not may_start(seconds_left=0.9, quick=30.0, window=1.0)
    assert may_start(seconds_left=1.0, quick=30.0, window=1.0)


def test_a_policy_is_what_its_fields_say() -> None:
    assert as_policy(asdict(OWN)) == OWN
    assert as_policy({"error_tries": 2}) == RetryPolicy(error_tries=2)
    assert as_policy({}) == DEFAULT == as_policy(DEFAULT)


def test_every_field_has_a_check_that_the_default_passes() -> None:
    assert RETRY_CHECKS.keys() == asdict(DEFAULT).keys()
    for name, value in asdict(DEFAULT).items():
        assert RETRY_CHECKS[name](value) == []


@pytest.mark.parametrize(
    "name, good, bad",
    [
        ("no_picture_tries", [1, MAX_STARTS], [0, MAX_STARTS + 1, 2.5, True, "3", None]),
        ("error_tries", [1, MAX_STARTS], [0, MAX_STARTS + 1]),
        ("no_picture_pause_seconds", [0, 30], [-1, 31, 0.5]),
        ("error_pause_seconds", [0, 30], [-1, 31]),
        ("after_ambiguous", [True, False], [1, "true", None]),
    ],
)
def test_checks_let_good_values_pass_only(name: str, good: list[object], bad: list[object]) -> None:
    assert [RETRY_CHECKS[name](value) for value in good] == [[]] * len(good)
    assert all(RETRY_CHECKS[name](value) for value in bad)
