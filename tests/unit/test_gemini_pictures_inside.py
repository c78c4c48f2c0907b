"""Pictures taken out of an answer before it is parsed: nobody may see a difference."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.gemini.pictures_inside import emptied
from photochanger_adapters.gemini.protocol import answer
from photochanger_adapters.gemini.reply import Reply, reply_in
from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.untrusted import NotJson, parsed
from photochanger_core.domain.errors import ProviderBadResponse, ProviderFailure

LARGE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 150
SMALL = b"\xff\xd8\xff and so on"

PICTURES = st.builds(
    lambda head, number: base64.b64encode(head + bytes([number])).decode(),
    st.sampled_from([LARGE, SMALL, LARGE[::-1], LARGE * 2]),
    st.integers(0, 3),
)
NEARLY = st.builds(
    lambda text, wrong, at: text[:at] + wrong + text[at:],
    PICTURES,
    st.sampled_from([" ", "\n", "é", '"', "\\", "*", "=", '","data":"AAAA']),
    st.integers(0, 60_000),
)
PARTS = st.fixed_dictionaries(
    {"inlineData": st.fixed_dictionaries({"data": PICTURES | NEARLY})},
    optional={"thought": st.booleans(), "text": st.just('here is "data":"' + "A" * 40_000)},
)
DOCUMENTS = st.lists(PARTS, max_size=4).map(
    lambda parts: {"candidates": [{"content": {"parts": parts}}], "modelVersion": "one"}
)
WRITERS = st.sampled_from(
    [
        json.dumps,
        lambda document: json.dumps(document, indent=3, ensure_ascii=False),
        lambda document: json.dumps(document).replace("/", "\\/"),
        lambda document: json.dumps(document, separators=(",", " : \n")),
    ]
)
BODIES = st.builds(lambda document, write: write(document).encode(), DOCUMENTS, WRITERS)
BROKEN = st.builds(
    lambda body, at, more, left_out: body[:at] + more + body[at + left_out :],
    BODIES,
    st.integers(0, 200_000),
    st.sampled_from([b"", b'"', b"\\", b"\x00", b"\xff", b'"data":"', b"}"]),
    st.integers(0, 50_000),
)


def understood(body: bytes) -> Reply | type[ProviderFailure]:
    """Return what an answer means."""
    try:
        return answer(Arrived(status=200, body=bytearray(body)))
    except ProviderFailure as failure:
        return type(failure)


def understood_whole(body: bytes) -> Reply | type[ProviderFailure]:
    """Return what it means to whoever parses all of it."""
    try:
        return reply_in(parsed(body), {})
    except NotJson:
        return ProviderBadResponse
    except ProviderFailure as failure:
        return type(failure)


@given(BODIES | BROKEN)
def test_an_answer_means_what_it_would_mean_parsed_as_a_whole(body: bytes) -> None:
    assert understood(body) == understood_whole(body)


def test_whoever_sends_a_mark_gets_a_picture_of_its_own() -> None:
    datas = [base64.b64encode(LARGE).decode(), "*0"]
    parts = [{"inlineData": {"data": data}} for data in datas]
    body = json.dumps({"candidates": [{"content": {"parts": parts}}]}).encode()

    reply = answer(Arrived(status=200, body=body))
    assert reply.picture == LARGE


def test_a_large_picture_leaves_next_to_nothing_to_parse() -> None:
    data = base64.b64encode(LARGE * 40).decode()
    body = json.dumps({"candidates": [{"content": {"parts": [{"inlineData": {"data": data}}]}}]})

    short = emptied(body.encode())
    assert len(short.body) < 100
    assert list(short.pictures.values()) == [LARGE * 40]
    assert reply_in(parsed(short.body), short.pictures).picture == LARGE * 40


@pytest.mark.parametrize("filler", [b'"data":"",', b'"data":', b'"data" : "x"'])
def test_keys_without_end_are_not_looked_through(filler: bytes) -> None:
    body = filler * 400_000
    assert emptied(body).body == body
