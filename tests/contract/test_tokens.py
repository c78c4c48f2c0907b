"""What every `TokensPort` promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.memory.tokens import MemoryTokens
from photochanger_adapters.security.tokens import JwtTokens
from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import Unauthorized
from photochanger_core.ports.tokens import Claims, TokensPort

from .samples import NOON

CLAIMS = Claims(
    token_id="one",
    account="serg",
    scopes=frozenset(Scope),
    issued_at=NOON,
    expires_at=NOON + timedelta(hours=12),
)
MAKERS = [MemoryTokens, lambda: JwtTokens(["k" * 32])]
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - as hypothesis wants it
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))]),
)
ALL_CLAIMS = st.builds(
    Claims,
    token_id=st.text(st.characters(codec="utf-8"), max_size=40),
    account=st.text(st.characters(codec="utf-8"), max_size=64),
    scopes=st.frozensets(st.sampled_from(Scope)),
    issued_at=MOMENTS,
    expires_at=MOMENTS,
    generation=st.integers(0, 2**31 - 1),
)


@pytest.fixture(params=MAKERS, ids=["memory", "jwt"])
def tokens(request: pytest.FixtureRequest) -> TokensPort:
    made: TokensPort = request.param()
    return made


@pytest.mark.parametrize("make", MAKERS, ids=["memory", "jwt"])
@given(claims=ALL_CLAIMS)
def test_a_token_says_what_it_was_issued_for_to_the_second(make: object, claims: Claims) -> None:
    assert callable(make)
    tokens: TokensPort = make()

    assert tokens.read(tokens.issue(claims)) == evolve(
        claims,
        issued_at=claims.issued_at.replace(microsecond=0),
        expires_at=claims.expires_at.replace(microsecond=0),
    )


def test_scopes_may_come_in_any_collection(tokens: TokensPort) -> None:
    token = tokens.issue(evolve(CLAIMS, scopes=[Scope.STATS_READ, Scope.STATS_READ]))

    assert tokens.read(token).scopes == {Scope.STATS_READ}


def test_tokens_are_told_apart(tokens: TokensPort) -> None:
    issued = {name: tokens.issue(evolve(CLAIMS, token_id=name)) for name in ("a", "b")}

    assert {name: tokens.read(token).token_id for name, token in issued.items()} == {
        "a": "a",
        "b": "b",
    }


def test_a_token_is_read_when_its_time_is_over_too(tokens: TokensPort) -> None:
    over = evolve(CLAIMS, issued_at=NOON - timedelta(days=99), expires_at=NOON - timedelta(days=98))

    assert tokens.read(tokens.issue(over)) == over


def test_a_token_of_somebody_else_is_none(tokens: TokensPort) -> None:
    other = JwtTokens(["o" * 32]).issue(CLAIMS)

    with pytest.raises(Unauthorized):
        tokens.read(other)


@given(text=st.text() | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True))
@pytest.mark.parametrize("make", MAKERS, ids=["memory", "jwt"])
def test_no_other_text_is_a_token(make: object, text: str) -> None:
    assert callable(make)
    tokens: TokensPort = make()
    tokens.issue(CLAIMS)
    if text == "token-1":
        return
    with pytest.raises(Unauthorized):
        tokens.read(text)
