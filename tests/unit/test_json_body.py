"""Bodies of JSON that do not come, or are not what they must be."""

from __future__ import annotations

import asyncio
import json
from typing import Final

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request
from attrs import frozen

from photochanger_core.domain.errors import InvalidRequest, UploadTimeout, ValidationFailed
from photochanger_web.json_body import BODY_SECONDS, body_of, parsed_object, read_json
from tests.memory_world import MemoryWorld

WHOLE: Final = "points[0].x: not_whole_number"


def request_with(content: bytes, *, is_whole: bool = True) -> web.Request:
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.connection_made(asyncio.Transport())
    body = StreamReader(protocol, 2**16, loop=loop)
    body.feed_data(content)
    if is_whole:
        body.feed_eof()
    headers = {"Content-Type": "application/json"}
    return make_mocked_request("PUT", "/api/settings", headers=headers, payload=body)


async def test_a_body_that_stalls_is_not_waited_for(world: MemoryWorld) -> None:
    loop = asyncio.get_running_loop()
    request = request_with(b"{", is_whole=False)

    began = loop.time()
    with pytest.raises(UploadTimeout) as caught:
        await read_json(request)

    assert loop.time() - began == BODY_SECONDS
    assert caught.value.details == {"field": "body", "problem": "json_body"}


@frozen
class Point:
    x: int
    label: str = ""


@frozen
class Line:
    points: list[Point]
    is_closed: bool = False
    width: float = 1.0


@pytest.mark.parametrize(
    "body, problems",
    [
        ({"points": [{"x": 1}, {"x": "1"}]}, ["points[1].x: not_whole_number"]),
        ({"points": [{"x": True, "label": 5}]}, ["points[0].label: not_text", WHOLE]),
        ({"points": [{}]}, ["points[0].x: missing"]),
        ({"points": [{"x": 1, "y": 2}]}, ["points[0].y: unknown"]),
        ({"points": [5]}, ["points[0]: wrong_type"]),
        ({"points": 5}, ["points: wrong_type"]),
        ({"points": [], "is_closed": 1}, ["is_closed: not_true_or_false"]),
        ({"points": [], "width": "1"}, ["width: not_number"]),
        ({"more": 1}, ["more: unknown", "points: missing"]),
    ],
)
async def test_where_a_body_is_wrong_is_told(body: object, problems: list[str]) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await body_of(request_with(json.dumps(body).encode()), Line)

    assert sorted(map(str, caught.value.problems)) == problems


@pytest.mark.parametrize(
    "body, field, problem",
    [
        (b'{"a": 1, "a": 1}', "body.a", "repeated"),
        (b'{"a": [{"b": 1, "c": 2, "b": 3}]}', "body.a[0].b", "repeated"),
        (b'{"a": {"b": "\\u0000"}}', "body.a.b", "unstorable_text"),
        (b'{"a": {"\\u0000": 1}}', "body.a", "unstorable_text"),
        (b'{"\\ud800": 1}', "body", "unstorable_text"),
        (b'{"a": [1e999]}', "body.a[0]", "unstorable_number"),
        (b'{"a": -Infinity}', "body.a", "unstorable_number"),
        (b'{"a": ' + b"9" * 310 + b"}", "body.a", "unstorable_number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "body.a", "unstorable_number"),
        (b"[]", "body", "not_object"),
        (b'{"a": 1', "body", "malformed"),
        (b"\xef\xbb\xbf{}", "body", "malformed"),
        (b"\xff", "body", "malformed"),
        (b'{"a": ' + b"[" * 20 + b"1" + b"]" * 20 + b"}", "body", "malformed"),
        (b"[" * 100_000, "body", "malformed"),
    ],
)
def test_what_cannot_be_kept_is_named(body: bytes, field: str, problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parsed_object(body, field="body")

    assert caught.value.details == {"field": field, "problem": problem}


def test_what_can_be_kept_is() -> None:
    deep = b'{"a": ' + b"[" * 19 + b"1" + b"]" * 19 + b"}"
    assert parsed_object(deep, field="body").keys() == {"a"}
    found = parsed_object(b'{"a": {"x": 24.0, "y": 0.5, "z": 1e300}, "b": {"x": 1}}', field="body")
    assert found == {"a": {"x": 24, "y": 0.5, "z": 1e300}, "b": {"x": 1}}
    assert isinstance(found["a"]["x"], int)
