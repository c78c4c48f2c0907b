"""What is said to Gemini, and what its answers mean: without any I/O."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from photochanger_adapters.gemini.protocol import (
    BODY_LIMIT,
    TEXT_ROOM,
    Request,
    answer,
    check_found,
    look_up,
    photo_limit,
    request,
)
from photochanger_adapters.gemini.reply import REFUSALS, Reply
from photochanger_adapters.gemini.settings import OPERATION, SCHEMAS
from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.untrusted import NotJson, parsed
from photochanger_core.domain.blob import Blob, BytesBlob, Digest
from photochanger_core.domain.errors import (
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    StorageUnavailable,
    ValidationFailed,
)
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Order

JPEG = b"\xff\xd8\xff" + bytes(range(97))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(50))
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(10)
UNHURRIED = settings(deadline=None)
PLAIN = {"prompt": "Studio portrait"}


@frozen
class ChoppedBlob(Blob):
    """A picture that comes in chunks of given lengths, over and over."""

    content: bytes = field(repr=False)
    lengths: tuple[int, ...] = (10,)
    size: int = field()
    sha256: str = ""
    media_type: MediaType = MediaType.JPEG

    @size.default
    def _size(self) -> int:
        return len(self.content)

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        assert (start, stop) == (0, None)
        at, turn = 0, 0
        while at < len(self.content):
            length = self.lengths[turn % len(self.lengths)]
            yield self.content[at : at + length]
            at, turn = at + length, turn + 1

    async def digest(self, kind: Digest) -> str:
        return await BytesBlob(self.content, self.media_type).digest(kind)

    def again(self) -> Blob:
        return self

    async def close(self) -> None:
        """Nothing is held."""


class UnreadableBlob(BytesBlob):
    """A picture whose disk is gone."""

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[:5]
        raise StorageUnavailable("the disk is gone")


def order(
    settings: Mapping[str, object] = PLAIN, photo: Blob | None = None, *templates: Blob
) -> Order:
    return Order(
        operation="image_edit",
        settings=settings,
        photo=photo or BytesBlob(JPEG, MediaType.JPEG),
        templates=templates,
        seconds_left=10,
    )


async def sent(wanted: Request) -> bytes:
    body = b"".join([chunk async for chunk in wanted.body.chunks()])
    assert len(body) == wanted.body.size
    return body


# Requests


async def test_photo_templates_and_text_come_in_this_order() -> None:
    wanted = request(order({"prompt": "На фото «5 °C»"}, None, BytesBlob(PNG, MediaType.PNG)))

    [content] = json.loads(await sent(wanted))["contents"]
    assert wanted.path == "/v1beta/models/gemini-3.1-flash-image:generateContent"
    assert content == {
        "role": "user",
        "parts": [
            {"inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(JPEG).decode()}},
            {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(PNG).decode()}},
            {"text": "На фото «5 °C»"},
        ],
    }


async def test_only_what_the_slot_sets_is_sent() -> None:
    body = json.loads(await sent(request(order(PLAIN | {"system_instruction": " "}))))

    assert body.keys() == {"contents", "generationConfig"}
    assert body["generationConfig"] == {"responseModalities": ["TEXT", "IMAGE"]}


async def test_everything_the_slot_sets_is_sent() -> None:
    safety = {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_ONLY_HIGH"}
    settings = {
        "prompt": "p",
        "model": "gemini-3-pro-image",
        "system_instruction": "Be kind.",
        "aspect_ratio": "3:2",
        "image_size": "1K",
        "safety_settings": [safety],
    }

    wanted = request(order(settings))

    body = json.loads(await sent(wanted))
    assert wanted.path == "/v1beta/models/gemini-3-pro-image:generateContent"
    assert body["systemInstruction"] == {"parts": [{"text": "Be kind."}]}
    assert body["generationConfig"]["imageConfig"] == {"aspectRatio": "3:2", "imageSize": "1K"}
    assert body["safetySettings"] == [safety]


@UNHURRIED
@given(st.binary(max_size=200), st.lists(st.integers(1, 9), min_size=1, max_size=4))
async def test_the_length_is_known_whatever_chunks_a_photo_comes_in(
    content: bytes, lengths: list[int]
) -> None:
    body = json.loads(await sent(request(order(PLAIN, ChoppedBlob(content, tuple(lengths))))))

    data = body["contents"][0]["parts"][0]["inlineData"]["data"]
    assert base64.b64decode(data, validate=True) == content


async def test_a_body_may_be_exactly_as_long_as_the_limit() -> None:
    size = request(order()).body.size

    assert request(order(), limit=size).body.size == size
    with pytest.raises(PayloadTooLarge):
        request(order(), limit=size - 1)


def test_the_limit_is_20_mib_of_body_templates_counted() -> None:
    photo, template = (ChoppedBlob(b"", size=8_000_000) for _ in range(2))
    assert BODY_LIMIT == 20_971_520
    assert request(order(PLAIN, photo)).body.size < BODY_LIMIT

    with pytest.raises(PayloadTooLarge):
        request(order(PLAIN, photo, template))


ALLOWED: Any = SCHEMAS.operations[OPERATION].schema["properties"]
SAFETY: Any = ALLOWED["safety_settings"]["items"]["properties"]
LONGEST = {
    "model": "m" * 100,
    "aspect_ratio": "21:9",
    "image_size": "512",
    "safety_settings": [
        {"category": category, "threshold": max(SAFETY["threshold"]["enum"], key=len)}
        for category in SAFETY["category"]["enum"]
    ],
}


@pytest.mark.parametrize("letter", ["x", "\x01", "Ж", "🙂", '"'])
@pytest.mark.parametrize("limit", [BODY_LIMIT, BODY_LIMIT + 1, 100 * 1024 * 1024])
def test_a_photo_of_the_limit_fits_whatever_the_slot_sets(letter: str, limit: int) -> None:
    texts = {name: letter * ALLOWED[name]["maxLength"] for name in ("prompt", "system_instruction")}
    settings = LONGEST | texts
    photo = ChoppedBlob(b"", size=photo_limit(limit))

    assert limit - TEXT_ROOM < request(order(settings, photo), limit=limit).body.size <= limit


def test_the_limit_of_a_photo_is_never_below_zero() -> None:
    assert photo_limit(BODY_LIMIT) == 15_630_336
    assert photo_limit(TEXT_ROOM + 3) == photo_limit(TEXT_ROOM) == photo_limit(1) == 0


@pytest.mark.parametrize("ratio, follows", [(None, True), ("3:2", False), ("1:1", False)])
def test_an_answer_follows_the_photo_unless_a_shape_is_set(
    ratio: str | None, *, follows: bool
) -> None:
    assert request(order(PLAIN)).follows_photo
    assert request(order(PLAIN | {"aspect_ratio": ratio})).follows_photo is follows


async def test_a_photo_that_cannot_be_read_says_so_itself() -> None:
    with pytest.raises(StorageUnavailable, match="the disk is gone"):
        await sent(request(order(PLAIN, UnreadableBlob(JPEG, MediaType.JPEG))))


async def test_a_photo_that_is_shorter_than_it_said_is_noticed() -> None:
    with pytest.raises(StorageUnavailable):
        await sent(request(order(PLAIN, ChoppedBlob(JPEG, size=101))))


# Answers


def inline(content: bytes, label: str = "image/png", **more: object) -> dict[str, object]:
    data = base64.b64encode(content).decode()
    return {"inlineData": {"mimeType": label, "data": data}, **more}


def candidate(*parts: object, **more: object) -> dict[str, object]:
    return {"candidates": [{"content": {"parts": list(parts)}, "finishReason": "STOP"} | more]}


def read(document: object, status: int = 200) -> Reply:
    return answer(arrived(status, json.dumps(document).encode()))


def arrived(
    status: int, body: bytes, content_type: str = "application/json", wait: str | None = None
) -> Arrived:
    headers = {"Content-Type": content_type} | ({} if wait is None else {"Retry-After": wait})
    return Arrived(status=status, headers=headers, body=body)


def test_the_picture_is_found_with_what_is_worth_recording() -> None:
    more = {
        "modelVersion": "gemini-3.1-flash-image",
        "usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 9, "other": 1},
    }

    reply = read(candidate({"text": "Here"}, inline(PNG)) | more)

    assert reply == Reply(
        picture=PNG,
        media_type=MediaType.PNG,
        model="gemini-3.1-flash-image",
        usage={"promptTokenCount": 3, "totalTokenCount": 9},
    )


def test_the_last_picture_that_is_no_thought_counts() -> None:
    draft, last = inline(JPEG, thought=True), inline(WEBP, thought=True)

    assert read(candidate(draft, inline(JPEG), inline(PNG), {"text": "."}, last)).picture == PNG


@pytest.mark.parametrize(
    "content, kind",
    [(JPEG, MediaType.JPEG), (PNG, MediaType.PNG), (WEBP, MediaType.WEBP)],
)
def test_the_bytes_decide_the_type_not_the_label(content: bytes, kind: MediaType) -> None:
    assert read(candidate(inline(content, "image/gif"))).media_type is kind


@pytest.mark.parametrize("content", [b"", b"text", b"<svg/>", b"GIF89a" + bytes(20), b"RIFF"])
def test_what_came_as_a_picture_and_is_none_is_worth_another_try(content: bytes) -> None:
    with pytest.raises(ProviderNoPicture):
        read(candidate(inline(content)))


@pytest.mark.parametrize("data", ["iVBORw0KGg", "data:image/png;base64,iVBO", "🙂", "", 5, [], {}])
def test_so_is_what_is_no_base64(data: object) -> None:
    with pytest.raises(ProviderNoPicture):
        read(candidate({"inlineData": {"data": data}}))


def test_so_is_base64_with_foreign_characters() -> None:
    data = base64.b64encode(PNG).decode()

    with pytest.raises(ProviderNoPicture):
        read(candidate({"inlineData": {"data": f"{data[:8]}*{data[8:]}"}}))


@pytest.mark.parametrize("reason", sorted(REFUSALS))
def test_refusals_are_refused_with_and_without_parts(reason: str) -> None:
    for document in (
        {"candidates": [{"finishReason": reason}]},
        candidate(inline(PNG), finishReason=reason, finishMessage="No."),
    ):
        with pytest.raises(ProviderRefused, match=reason):
            read(document)


def test_a_blocked_prompt_is_refused() -> None:
    with pytest.raises(ProviderRefused, match="OTHER"):
        read({"promptFeedback": {"blockReason": "OTHER"}})


@pytest.mark.parametrize(
    "reason", ["STOP", "NO_IMAGE", "IMAGE_OTHER", "OTHER", "WHATEVER", None, 7]
)
def test_no_picture_is_worth_another_try_and_keeps_what_was_said(reason: object) -> None:
    with pytest.raises(ProviderNoPicture, match="Not today"):
        read(candidate({"text": "Not today."}, finishReason=reason))


@pytest.mark.parametrize(
    "found", [{}, {"content": {}}, {"content": {"parts": []}}, {"finishReason": "NO_IMAGE"}]
)
def test_a_candidate_without_anything_is_worth_another_try(found: object) -> None:
    with pytest.raises(ProviderNoPicture):
        read({"candidates": [found]})


@pytest.mark.parametrize(
    "document",
    [
        *({}, [], 5, None, {"candidates": []}, {"candidates": [7]}, {"candidates": None}),
        {"error": {"message": "Something else"}},
        {"usageMetadata": {"totalTokenCount": 9}},
    ],
)
def test_what_is_no_answer_of_the_service_is_not(document: object) -> None:
    with pytest.raises(ProviderBadResponse) as caught:
        read(document)

    assert type(caught.value) is ProviderBadResponse


def test_too_few_tokens_are_a_mistake_of_the_settings() -> None:
    with pytest.raises(ProviderMisconfigured):
        read(candidate({"text": "Hm"}, finishReason="MAX_TOKENS"))


def failure(status: int, body: object, content_type: str = "application/json") -> ProviderFailure:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(ProviderFailure) as caught:
        answer(arrived(status, data, content_type))
    return caught.value


@pytest.mark.parametrize(
    "status, kind",
    [
        (100, ProviderBadResponse),
        (204, ProviderBadResponse),
        (302, ProviderBadResponse),
        (307, ProviderBadResponse),
        (400, ProviderMisconfigured),
        (401, ProviderMisconfigured),
        (402, ProviderQuota),
        (403, ProviderMisconfigured),
        (404, ProviderMisconfigured),
        (409, ProviderBadResponse),
        (413, ProviderMisconfigured),
        (429, ProviderQuota),
        (500, ProviderServerError),
        (502, ProviderServerError),
        (503, ProviderServerError),
        (504, ProviderServerError),
        (599, ProviderServerError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", {"error": {"message": "m"}}, [], [[]], "x", None])
def test_the_status_decides_the_kind(
    status: int, kind: type[ProviderFailure], body: object
) -> None:
    assert type(failure(status, body)) is kind


def test_a_key_that_is_not_valid_is_told_from_other_mistakes() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]

    assert "key is not valid" in failure(400, {"error": {"details": details}}).detail
    assert "key" not in failure(400, {"error": {"message": "bad argument"}}).detail


def test_a_model_that_is_gone_is_called_so() -> None:
    told = failure(404, {"error": {"status": "NOT_FOUND", "message": "models/x is not found"}})

    assert "model does not exist" in told.detail
    assert "models/x" in told.detail


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    "delay, seconds",
    [
        ("46s", 46.0),
        ("10.970611001s", 10.970611001),
        ("0s", 0.0),
        ("999999999s", 86_400.0),
        ("1e9s", None),
        ("-1s", None),
        ("٣s", None),
        ("46", None),
        (46, None),
        (None, None),
    ],
)
def test_the_wish_to_wait_is_kept(
    status: int, delay: object, seconds: float | None, *, wrapped: bool
) -> None:
    details = [{"@type": "google.rpc.QuotaFailure"}, 5, {"retryDelay": delay}]
    document = {"error": {"code": status, "details": details}}

    assert failure(status, [document] if wrapped else document).retry_after == seconds


@pytest.mark.parametrize("body", [b"<html>", b'{"error":{"status":"RESOURCE_EXHAUSTED"}}'])
def test_a_header_may_wish_to_wait_too(body: bytes) -> None:
    with pytest.raises(ProviderQuota) as caught:
        answer(arrived(429, body, wait="7"))

    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    "body", ["long " * 1000, {"error": {"status": "S" * 900, "message": "m" * 900}}]
)
def test_at_most_300_characters_are_quoted(body: object) -> None:
    data = body.encode() if isinstance(body, str) else body

    assert len(failure(500, data, "text/" + "x" * 500).detail) <= 300 + len("HTTP 500: ")


# Whatever anybody sends

HOSTILE = [
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"candidates":' + b"[" * 900 + b"]" * 900 + b"}",
    b"[" + b"[]," * 2_000_000 + b"[]]",
    b'{"usageMetadata":{"totalTokenCount":' + b"9" * 5_000 + b"}}",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b'"\xff\xfe"',
    b'{"error":"\\ud800"}',
    b"\xef\xbb\xbf{}",
    b"\x00",
    b'{"candidates":[{"finishReason":["SAFETY"]}]}',
    b'{"promptFeedback":{"blockReason":{}}}',
    b'{"candidates":{"0":1}}',
    b'{"candidates":[null]}',
    b'{"candidates":[{"content":{"parts":[null,1,"x",[],{"inlineData":null}]}}]}',
]


def reply_or_failure(status: int, body: bytes) -> Reply | ProviderFailure:
    """Return what comes of *body*; anything but these two is an error of the test."""
    try:
        return answer(arrived(status, body))
    except ProviderFailure as error:
        return error


@pytest.mark.parametrize("status", [200, 400, 429, 500])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_failures(status: int, body: bytes) -> None:
    assert isinstance(reply_or_failure(status, body), ProviderFailure)


def test_more_values_than_anybody_honest_sends_are_not_even_built() -> None:
    assert parsed(b"[[" + b"0," * 99_990 + b"0]]") == [0] * 99_991
    with pytest.raises(NotJson, match="values"):
        parsed(b"[[" + b"0," * 100_000 + b"0]]")


NAMES = st.sampled_from(
    [
        *("candidates", "content", "parts", "text", "inlineData", "mimeType", "data", "thought"),
        *("finishReason", "finishMessage", "promptFeedback", "blockReason", "modelVersion"),
        *("usageMetadata", "totalTokenCount", "error", "code", "message", "status", "details"),
        *("retryDelay", "reason", "@type"),
    ]
)
WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["STOP", "SAFETY", "MAX_TOKENS", "46s", "API_KEY_INVALID"]),
    st.sampled_from([JPEG, PNG, b"text"]).map(lambda content: base64.b64encode(content).decode()),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
)
PARTS = st.lists(st.fixed_dictionaries({}, optional={"text": DOCUMENTS, "inlineData": DOCUMENTS}))
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "candidates": st.lists(
            st.fixed_dictionaries(
                {"content": st.fixed_dictionaries({"parts": PARTS})},
                optional={"finishReason": LEAVES, "finishMessage": LEAVES},
            ),
            max_size=2,
        ),
        "usageMetadata": DOCUMENTS,
        "modelVersion": LEAVES,
        "promptFeedback": DOCUMENTS,
        "error": st.dictionaries(NAMES, DOCUMENTS, max_size=5),
    },
)
STATUSES = st.one_of(st.just(200), st.integers(100, 999))


@UNHURRIED
@given(STATUSES, st.binary(max_size=300))
def test_any_bytes_give_a_picture_or_a_failure(status: int, body: bytes) -> None:
    reply_or_failure(status, body)


@UNHURRIED
@given(STATUSES, DOCUMENTS | ANSWERS | st.lists(ANSWERS, max_size=2))
def test_any_json_gives_a_picture_or_a_failure(status: int, document: object) -> None:
    outcome = reply_or_failure(status, json.dumps(document).encode())

    if isinstance(outcome, Reply):
        assert status == 200
        assert outcome.model is None or outcome.model.isprintable()
    else:
        assert outcome.detail.isprintable()
        assert outcome.retry_after is None or 0 <= outcome.retry_after <= 86_400


# The look-up of models


def test_a_model_is_looked_up_by_what_the_slot_sets_or_else_the_default() -> None:
    assert look_up({**PLAIN, "model": "gemini-3-pro-image"}) == "/v1beta/models/gemini-3-pro-image"
    assert look_up(PLAIN) == f"/v1beta/models/{SCHEMAS.with_defaults(OPERATION, PLAIN)['model']}"


@pytest.mark.parametrize("model", ["../files", "a/b", "a?b", "", 7])
def test_only_what_is_safe_in_a_path_is_looked_up(model: object) -> None:
    with pytest.raises(ValidationFailed):
        look_up({**PLAIN, "model": model})


def found(status: int, body: bytes) -> ProviderFailure | None:
    try:
        check_found(arrived(status, body))
    except ProviderFailure as error:
        return error
    return None


def test_a_model_that_is_told_of_is_there() -> None:
    assert found(200, b'{"name":"models/gemini-3-pro-image","version":"1"}') is None


@UNHURRIED
@given(STATUSES, st.binary(max_size=300) | DOCUMENTS.map(lambda it: json.dumps(it).encode()))
def test_nothing_else_is_and_leads_to_a_failure_at_most(status: int, body: bytes) -> None:
    failed = found(status, body)

    assert failed is not None
    assert failed.detail.isprintable()
    assert len(failed.detail) < 400
