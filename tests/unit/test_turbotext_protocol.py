"""What is said to Turbotext, and what its answers mean: without any I/O."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.turbotext.protocol import (
    MAX_URL,
    OVERVIEW,
    Made,
    check_taken,
    errand,
    made,
    overview,
    queued,
)
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ValidationFailed,
)
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Order

UNHURRIED = settings(deadline=None)
BASE = "https://www.turbotext.ru"
PICTURE = "https://www.turbotext.ru/uploads/1.png"
GUEST = "https://booth.example.org/public/provider-media/guest?a=1&b=ж"
TEMPLATE = "https://booth.example.org/public/provider-media/template"
PLAIN: dict[str, Any] = {"prompt": "На фото «5 °C» & more"}


def order(operation: str, *links: str, templates: int = 0, **more: Any) -> Order:
    return Order(
        operation=operation,
        settings=more,
        photo=BytesBlob(b"photo", MediaType.JPEG),
        templates=[BytesBlob(b"template", MediaType.PNG)] * templates,
        links=links,
        seconds_left=10,
    )


def fields_of(form: bytes) -> dict[str, str]:
    """Return the fields of a form in which none is repeated."""
    pairs = parse_qsl(form.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def arrived(
    document: object,
    status: int = 200,
    *,
    content_type: str = "application/json",
    retry_after: str = "",
) -> Arrived:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = {"Content-Type": content_type, "Retry-After": retry_after}
    return Arrived(status=status, headers=headers, body=body)


def looked(document: object, base_url: str = BASE) -> Made | None:
    return made(arrived(document), base_url)


# What is said


def test_an_edited_photo_goes_into_the_queue_with_its_prompt() -> None:
    wanted = errand(order("image_edit", GUEST, **PLAIN, seed=5))

    assert wanted.path == "/api_ai/generate_image2image"
    assert wanted.follows_photo
    assert fields_of(wanted.create()) == {
        "do": "create_queue",
        "url": GUEST,
        "content": PLAIN["prompt"],
        "strength": "40",
        "seed": "5",
        "scale": "7.5",
        "original_language": "ru",
        "user_id": "1",
    }


@pytest.mark.parametrize(
    "operation, method, more",
    [
        ("style_transfer", "mix_images", {}),
        ("identity_transfer", "deepfake_photo", {"face_restore": "True"}),
    ],
)
def test_the_template_comes_beside_the_guest(
    operation: str, method: str, more: dict[str, str]
) -> None:
    wanted = errand(order(operation, GUEST, TEMPLATE, templates=1))

    assert wanted.path == f"/api_ai/{method}"
    assert not wanted.follows_photo
    assert fields_of(wanted.create()) == {
        "do": "create_queue",
        "url_image_target": GUEST,
        "url": TEMPLATE,
        **more,
    }


def test_any_method_is_asked_as_the_slot_says() -> None:
    wanted = errand(
        order(
            "custom",
            *(GUEST, TEMPLATE),
            templates=1,
            method="replace",
            prompt="a hat",
            fields={"mode": "fast=1&x", "mask": ""},
            guest_field="image",
            template_field="object",
        )
    )

    assert wanted.path == "/api_ai/replace"
    assert fields_of(wanted.create()) == {
        "do": "create_queue",
        "image": GUEST,
        "object": TEMPLATE,
        "content": "a hat",
        "mode": "fast=1&x",
        "mask": "",
    }


def test_asking_says_no_more_than_the_number() -> None:
    wanted = errand(order("image_edit", GUEST, **PLAIN))

    assert fields_of(wanted.ask("17")) == {"do": "get_result", "queueid": "17"}


@pytest.mark.parametrize(
    "wanted",
    [
        order("image_edit", **PLAIN),
        order("style_transfer", GUEST, templates=1),
        order("style_transfer", templates=1),
    ],
)
def test_without_links_somebody_must_give_this_server_an_address(wanted: Order) -> None:
    with pytest.raises(ProviderMisconfigured, match="public address"):
        errand(wanted)


@pytest.mark.parametrize(
    "wanted",
    [order("image_edit", GUEST), order("style_transfer", GUEST), order("paint", GUEST, **PLAIN)],
)
def test_settings_that_do_not_pass_are_not_sent(wanted: Order) -> None:
    with pytest.raises(ValidationFailed):
        errand(wanted)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50))
def test_any_prompt_arrives_as_it_is(prompt: str) -> None:
    form = errand(order("style_transfer", GUEST, TEMPLATE, templates=1, prompt=prompt)).create()

    assert fields_of(form).get("content", "").strip() == prompt.strip()


def test_links_are_not_shown() -> None:
    assert GUEST not in repr(errand(order("image_edit", GUEST, **PLAIN)))


# The answer to `create`


@pytest.mark.parametrize(
    "value, number",
    [(17, "17"), (0, "0"), ("0017", "0017"), (2**64 - 1, str(2**64 - 1)), ("9" * 20, "9" * 20)],
)
def test_the_number_in_the_queue_is_digits(value: object, number: str) -> None:
    assert queued(arrived({"success": True, "queueid": value})) == number
    assert queued(arrived({"queueid": value})) == number


@pytest.mark.parametrize(
    "value", [None, True, -1, 1.5, "", " 17", "17\n", "1&do=x", "٣", "9" * 21, "-1", [], {}, [17]]
)
def test_anything_else_is_no_number(value: object) -> None:
    with pytest.raises(ProviderBadResponse, match="no queueid"):
        queued(arrived({"success": True, "queueid": value}))


# The answers to `ask`


@pytest.mark.parametrize("success", [True, False, None, "false", 0])
def test_reconnect_means_ask_again_whatever_else_is_said(success: object) -> None:
    document = {"action": "reconnect", "success": success, "error": "", "uploaded_image": PICTURE}

    assert looked(document) is None
    assert looked({"action": "reconnect", "data": {"forbidden_content": True}}) is None


@pytest.mark.parametrize("action", ["Reconnect", "done", "", None, 1, ["reconnect"]])
def test_other_actions_mean_nothing(action: object) -> None:
    assert looked({"action": action, "uploaded_image": PICTURE}) == Made(url=PICTURE, quota_left={})


@pytest.mark.parametrize(
    "document",
    [
        {"uploaded_image": PICTURE, "data": {"uploaded_image": "x", "image": ["y"]}},
        {"uploaded_image": "", "data": {"uploaded_image": PICTURE, "image": ["y"]}},
        {"data": {"uploaded_image": None, "image": [PICTURE, "y"]}},
        {"uploaded_image": 5, "data": {"uploaded_image": [], "image": ["/uploads/1.png"]}},
        {"data": {"image": ["uploads/1.png"]}},
        {"uploaded_image": "  \n", "data": {"image": [f" {PICTURE}\n"]}},
    ],
)
def test_the_picture_is_where_the_first_url_says(document: dict[str, object]) -> None:
    assert looked({"success": True, "error": "", **document}) == Made(url=PICTURE, quota_left={})


@pytest.mark.parametrize(
    "base, place, url",
    [
        ("https://gate.example.org/turbo", "uploads/1.png", "/turbo/uploads/1.png"),
        ("https://gate.example.org/turbo", "/uploads/1.png", "/uploads/1.png"),
        ("https://gate.example.org:8443", "1.png?a=b", "/1.png?a=b"),
    ],
)
def test_relative_urls_are_joined_with_the_base(base: str, place: str, url: str) -> None:
    found = looked({"uploaded_image": place}, base)

    origin = base.removesuffix("/turbo")
    assert found == Made(url=origin + url, quota_left={})


@pytest.mark.parametrize(
    "document",
    [
        *({}, [], 5, None, "x", {"success": True}, {"success": True, "data": {}}),
        *({"data": []}, {"data": {"image": []}}, {"data": {"image": "x"}}, {"uploaded_image": ""}),
        *({"data": {"image": [None, PICTURE]}}, {"uploaded_image": {"url": PICTURE}}),
        *({"uploaded_image": "https://[::1"}, {"uploaded_image": "a" * MAX_URL}),
        *({"uploaded_image": "1.png\0"}, {"uploaded_image": "1\r\nX: y"}),
    ],
)
def test_success_without_a_picture_is_none(document: object) -> None:
    with pytest.raises(ProviderBadResponse):
        looked(document)


@pytest.mark.parametrize(
    "limits, left",
    [
        ({"foto_limit": 12, "text_limit": 0}, {"foto_limit": 12, "text_limit": 0}),
        ({"foto_limit": 12, "other": 5}, {"foto_limit": 12}),
        ({"foto_limit": -1, "text_limit": "5"}, {}),
        ({"foto_limit": True, "text_limit": 2**31}, {}),
        (None, {}),
        ([], {}),
    ],
)
def test_what_is_left_is_told(limits: object, left: dict[str, int]) -> None:
    assert looked({"uploaded_image": PICTURE, "limits": limits}) == Made(
        url=PICTURE, quota_left=left
    )


# Failures

STEPS: list[Callable[[Arrived], object]] = [queued, lambda answer: made(answer, BASE)]
EACH_STEP = pytest.mark.parametrize("step", STEPS)


@EACH_STEP
@pytest.mark.parametrize("success", [True, False])
def test_forbidden_content_is_refused(step: Callable[[Arrived], object], *, success: bool) -> None:
    document = {
        "success": success,
        "queueid": 5,
        "uploaded_image": PICTURE,
        "data": {"forbidden_content": True},
        "error": "Не сегодня",
    }

    with pytest.raises(ProviderRefused, match="Не сегодня"):
        step(arrived(document))


@EACH_STEP
@pytest.mark.parametrize("value", [False, None, 0, "", "no"])
def test_only_true_forbids(step: Callable[[Arrived], object], value: object) -> None:
    data = {"forbidden_content": value}

    assert step(arrived({"queueid": 5, "uploaded_image": PICTURE, "data": data}))


@EACH_STEP
@pytest.mark.parametrize("name", ["error", "message"])
def test_what_is_said_of_a_failure_is_kept(step: Callable[[Arrived], object], name: str) -> None:
    document = {"success": False, name: "Недостаточно средств\n#77", "queueid": 5}

    with pytest.raises(ProviderBadResponse, match="Недостаточно средств #77"):
        step(arrived(document | {"uploaded_image": PICTURE}))


@EACH_STEP
@pytest.mark.parametrize(
    "body",
    [
        b"{'success': True, 'queueid': 5, 'uploaded_image': 'x'}",
        b'{"success":true,"queueid":5',
        b"<html>Sorry</html>",
        b"",
        b"\xff\xfe",
    ],
)
def test_what_is_no_json_is_quoted(step: Callable[[Arrived], object], body: bytes) -> None:
    with pytest.raises(ProviderBadResponse) as caught:
        step(arrived(body, content_type="text/html"))

    start = body.decode("ascii", "ignore")
    assert f"text/html {start}".strip() in caught.value.detail


@EACH_STEP
@pytest.mark.parametrize("body", [b"long " * 1_000, {"success": False, "error": "long " * 1_000}])
def test_at_most_300_characters_are_quoted(step: Callable[[Arrived], object], body: object) -> None:
    for status in (200, 500):
        with pytest.raises(ProviderFailure) as caught:
            step(arrived(body, status))
        assert 200 < len(caught.value.detail) < 330


@EACH_STEP
@pytest.mark.parametrize("body", [b"", b"<html>", {"queueid": 5, "uploaded_image": PICTURE}, [[]]])
@pytest.mark.parametrize(
    "status, kind",
    [
        *((status, ProviderBadResponse) for status in (100, 201, 204, 301, 302, 307, 409, 422)),
        *((status, ProviderMisconfigured) for status in (400, 401, 403, 404, 405, 413, 415)),
        *((status, ProviderQuota) for status in (402, 429)),
        *((status, ProviderServerError) for status in (500, 502, 503, 504, 599)),
    ],
)
def test_the_status_decides_the_kind(
    step: Callable[[Arrived], object], status: int, kind: type[ProviderFailure], body: object
) -> None:
    with pytest.raises(ProviderFailure, match=f"HTTP {status}") as caught:
        step(arrived(body, status, retry_after="46"))

    assert type(caught.value) is kind
    assert caught.value.retry_after == 46


# Whatever anybody sends

WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["reconnect", PICTURE, "/1.png", "//evil.test/1", "17", "https://[", "data:x"]),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS)
NAMES = st.sampled_from(
    [
        *("success", "action", "queueid", "error", "message", "data", "image", "uploaded_image"),
        *("forbidden_content", "limits", "foto_limit", "text_limit"),
    ]
)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5)
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "success": st.booleans() | LEAVES,
        "action": st.just("reconnect") | LEAVES,
        "queueid": st.integers(0, 9) | LEAVES,
        "uploaded_image": WORDS | DOCUMENTS,
        "data": st.fixed_dictionaries(
            {},
            optional={
                "forbidden_content": LEAVES,
                "uploaded_image": WORDS,
                "image": st.lists(WORDS | DOCUMENTS, max_size=2),
            },
        ),
        "limits": DOCUMENTS,
        "error": DOCUMENTS,
    },
)
STATUSES = st.one_of(st.just(200), st.integers(100, 999))
HOSTILE = [
    b"[" * 100_000,
    b'{"data":' * 100_000,
    b'{"data":{"image":' + b"[" * 900 + b"]" * 900 + b"}}",
    b"[" + b"[]," * 200_000 + b"[]]",
    b'{"queueid":' + b"9" * 5_000 + b"}",
    b'{"limits":{"foto_limit":1e999}}',
    b'{"uploaded_image":"\\ud800"}',
    b'{"uploaded_image":"\\u0000"}',
    b"\xef\xbb\xbf{}",
    b"NaN",
    b"\x00",
]


def outcome(step: Callable[[Arrived], object], answer: Arrived) -> object:
    """Return what comes of *answer*; what is neither that nor a failure is an error of the test."""
    try:
        return step(answer)
    except ProviderFailure as failure:
        assert_fit_for_a_log(failure)
        return failure


def assert_fit_for_a_log(failure: ProviderFailure) -> None:
    assert failure.detail.isprintable()
    assert len(failure.detail) < 400
    assert not failure.is_final


def assert_is_a_step(found: object) -> None:
    """Check that *found* is a number in the queue, a wish to be asked again, or a picture's URL."""
    match found:
        case None | ProviderFailure():
            pass
        case str():
            assert found.isdigit()
            assert len(found) <= 20
        case Made(url=url, quota_left=left):
            assert 0 < len(url) <= MAX_URL
            assert left.keys() <= {"foto_limit", "text_limit"}
            assert all(0 <= count < 2**31 for count in left.values())
        case _:
            raise AssertionError(found)


@EACH_STEP
@pytest.mark.parametrize("status", [200, 400, 429, 500])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_failures(
    step: Callable[[Arrived], object], status: int, body: bytes
) -> None:
    assert isinstance(outcome(step, arrived(body, status)), ProviderFailure)


@UNHURRIED
@given(st.sampled_from(STEPS), STATUSES, st.binary(max_size=300))
def test_any_bytes_give_a_step_or_a_failure(
    step: Callable[[Arrived], object], status: int, body: bytes
) -> None:
    assert_is_a_step(outcome(step, arrived(body, status)))


@UNHURRIED
@given(st.sampled_from(STEPS), STATUSES, DOCUMENTS | ANSWERS | st.lists(ANSWERS, max_size=2))
def test_any_json_gives_a_step_or_a_failure(
    step: Callable[[Arrived], object], status: int, document: object
) -> None:
    found = outcome(step, arrived(document, status))

    assert_is_a_step(found)
    assert status == 200 or isinstance(found, ProviderFailure)


# The overview


def test_the_overview_is_asked_for_without_pictures_and_prompts() -> None:
    assert OVERVIEW == "/api_ai/available_api"
    assert fields_of(overview()) == {"do": "create_queue"}


@pytest.mark.parametrize("document", [{"success": True, "data": {"methods": []}}, {}, ["mix"]])
def test_what_the_overview_says_is_not_looked_at(document: object) -> None:
    check_taken(arrived(document))


def test_an_overview_without_success_is_none() -> None:
    with pytest.raises(ProviderBadResponse, match="no money"):
        check_taken(arrived({"success": False, "error": "no money"}))


@UNHURRIED
@given(STATUSES, st.binary(max_size=300) | DOCUMENTS.map(lambda it: json.dumps(it).encode()))
def test_any_overview_is_one_or_a_failure(status: int, body: bytes) -> None:
    failed = outcome(check_taken, arrived(body, status))

    assert failed is None or isinstance(failed, ProviderFailure)
    assert status == 200 or failed is not None
