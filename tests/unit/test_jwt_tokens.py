"""Tokens that are none of ours, however like ours they look."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import warnings
from datetime import timedelta
from typing import Any

import jwt
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.security.tokens import JwtTokens
from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import Unauthorized
from photochanger_core.ports.tokens import Claims
from tests.contract.samples import NOON

KEY, OTHER = "k" * 32, "o" * 32
OURS = JwtTokens([KEY])
CLAIMS = Claims(
    token_id="one",
    account="serg",
    scopes=[Scope.SLOTS_READ],
    issued_at=NOON,
    expires_at=NOON + timedelta(hours=12),
)
TOKEN = OURS.issue(CLAIMS)
SAID: dict[str, Any] = jwt.decode(TOKEN, options={"verify_signature": False})
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def signed(header: object, said: object, *, key: str = KEY, digest: str = "sha256") -> str:
    """Return a token that is signed by hand, whatever it says."""
    begin = ".".join(encoded(json.dumps(part).encode()) for part in (header, said))
    return f"{begin}.{encoded(hmac.digest(key.encode(), begin.encode(), digest))}"


def refused(token: str, tokens: JwtTokens = OURS) -> None:
    with pytest.raises(Unauthorized):
        tokens.read(token)


def test_what_is_signed_by_hand_is_as_good_as_ours() -> None:
    assert OURS.read(signed({"alg": "HS256", "typ": "JWT"}, SAID)).token_id == "one"


def test_a_token_tells_what_others_expect_of_it() -> None:
    assert jwt.get_unverified_header(TOKEN)["alg"] == "HS256"
    assert {
        "sub": "serg",
        "scopes": ["slots:read"],
        "jti": "one",
        "iat": int(NOON.timestamp()),
        "exp": int(NOON.timestamp()) + 12 * 3600,
    } == SAID


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, 5, "HS384", "RS256"])
def test_another_algorithm_is_refused(algorithm: object) -> None:
    header = {"alg": algorithm, "typ": "JWT"}
    unsigned = signed(header, SAID).rpartition(".")[0] + "."

    refused(unsigned)
    refused(signed(header, SAID))
    refused(signed(header, SAID, digest="sha384"))


def test_a_token_that_an_other_algorithm_of_the_library_signed_is_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the short key
        for algorithm in ("HS384", "HS512"):
            refused(jwt.encode(SAID, KEY, algorithm=algorithm))


def test_another_key_is_refused() -> None:
    refused(JwtTokens([OTHER]).issue(CLAIMS))


@given(st.data())
def test_a_token_that_is_cut_or_changed_is_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TOKEN) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != TOKEN[place]))
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]

    refused(TOKEN[:place])
    if place < len(TOKEN) - 1:  # the last letter has bits that mean nothing
        refused(changed)


@pytest.mark.parametrize("name", SAID)
@given(value=JSONS)
def test_claims_of_another_type_are_refused(name: str, value: object) -> None:
    is_good = type(value) is type(SAID[name]) and (name in ("sub", "jti") or value == [])
    if not is_good and not (name in ("iat", "exp") and type(value) is int):
        refused(signed({"alg": "HS256"}, SAID | {name: value}))


@given(value=JSONS)
def test_a_generation_of_another_type_is_refused(value: object) -> None:
    if type(value) is not int:
        refused(signed({"alg": "HS256"}, SAID | {"gen": value}))


def test_a_token_from_before_there_were_generations_is_of_the_first() -> None:
    assert OURS.read(signed({"alg": "HS256"}, SAID)).generation == 0
    assert OURS.read(OURS.issue(evolve(CLAIMS, generation=7))).generation == 7


@pytest.mark.parametrize("name", SAID)
def test_a_claim_that_is_missing_is_refused(name: str) -> None:
    rest = {other: value for other, value in SAID.items() if other != name}

    refused(signed({"alg": "HS256"}, rest))


@pytest.mark.parametrize("seconds", [10**12, -(10**12), 10**400])
@pytest.mark.parametrize("name", ["iat", "exp"])
def test_a_moment_that_is_none_is_refused(name: str, seconds: int) -> None:
    refused(signed({"alg": "HS256"}, SAID | {name: seconds}))


@pytest.mark.parametrize("said", [[], "text", 5, None, {}])
def test_what_is_no_set_of_claims_is_refused(said: object) -> None:
    refused(signed({"alg": "HS256"}, said))


@pytest.mark.parametrize("header", [b"[" * 2000, b'{"a":' * 700, b"{}", b"\xff", b"null"])
def test_a_header_that_is_none_is_refused(header: bytes) -> None:
    rest = TOKEN.partition(".")[2]

    refused(f"{encoded(header)}.{rest}")


def test_a_scope_that_there_is_not_is_refused() -> None:
    refused(signed({"alg": "HS256"}, SAID | {"scopes": ["slots:read", "everything"]}))


def test_the_first_key_signs_and_all_verify() -> None:
    both = JwtTokens([OTHER, KEY])

    assert both.read(TOKEN).token_id == "one"
    assert JwtTokens([OTHER]).read(both.issue(CLAIMS)).token_id == "one"
    refused(both.issue(CLAIMS))
    refused(JwtTokens(["x" * 32]).issue(CLAIMS), both)


@pytest.mark.parametrize("keys", [[], [""], ["k" * 31], [KEY, "short"], ["я" * 15]])
def test_a_key_that_is_too_short_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="at least 32 bytes") as caught:
        JwtTokens(keys)
    assert "short" not in str(caught.value)


def test_keys_are_not_shown() -> None:
    assert KEY not in repr(OURS)


def test_the_signature_is_that_of_the_standard() -> None:
    begin, _, signature = TOKEN.rpartition(".")
    digest = hmac.new(KEY.encode(), begin.encode(), hashlib.sha256).digest()

    assert signature == encoded(digest)
