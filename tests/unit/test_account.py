from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.account import ALL_SCOPES, Account, Scope, account_name

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(seconds=3)).map(lambda passed: NOON + passed)


@pytest.mark.parametrize("name", ["serg", "igor", "A", "a.b-c_d@e", "a" * 64])
def test_names_are_plain(name: str) -> None:
    assert account_name(name) == []
    assert Account.new(name, password_hash="", at=NOON).name == name


@pytest.mark.parametrize(
    "name", ["", "a" * 65, "1a", "192.0.2.7", "fe80::1", "Игорь", "a b", "a\n", "a\0", None, 5]
)
def test_what_could_be_an_address_or_confuses_people_is_no_name(name: object) -> None:
    assert account_name(name)
    with pytest.raises((ValueError, TypeError)):
        Account(name=name, password_hash="", scopes=[], password_set_at=NOON)  # type: ignore[arg-type] # meant


def test_a_new_account_may_do_everything() -> None:
    assert Account.new("serg", password_hash="", at=NOON).scopes == ALL_SCOPES == set(Scope)


def test_hashes_are_not_shown() -> None:
    assert "hidden" not in repr(Account.new("serg", password_hash="hidden", at=NOON))


@given(moments=st.lists(MOMENTS, min_size=1, max_size=6))
def test_no_token_outlives_its_password(moments: list[datetime]) -> None:
    """A token is issued right after each change, and its own second is all that it tells."""
    account = Account.new("serg", password_hash="", at=NOON)
    for moment in sorted(moments):
        issued = max(moment.replace(microsecond=0), account.password_set_at)
        account = account.with_password("", at=moment)
        assert issued < account.password_set_at
        assert account.password_set_at.microsecond == 0
