"""The stand-in for Turbotext takes no form that breaks a rule."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.simulators.turbotext_errors import TurbotextError
from photochanger_adapters.simulators.turbotext_rules import BODY_LIMIT, METHODS, Order, accepted
from tests.turbotext_account import KEY, Account, turbotext_account

FORM = "application/x-www-form-urlencoded"

texts = st.text(st.characters(codec="utf-8"))
words = texts.filter(str.strip)


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with turbotext_account() as account:
        yield account


BAD_FIELDS = [
    ("mix_images", {"strength": "40"}, "Unknown field strength"),
    ("mix_images", {"content": " "}, "content"),
    ("mix_images", {"queueid": "1"}, "Unknown field queueid"),
    ("deepfake_photo", {"face_restore": "true"}, "face_restore"),
    ("deepfake_photo", {"content": "x"}, "Unknown field content"),
    ("generate_image2image", {"content": ""}, "content"),
    ("generate_image2image", {"url_image_target": "x"}, "Unknown field url_image_target"),
    ("generate_image2image", {"strength": "81"}, "strength"),
    ("generate_image2image", {"strength": "-1"}, "strength"),
    ("generate_image2image", {"strength": "4.5"}, "strength"),
    ("generate_image2image", {"strength": "٤"}, "strength"),
    ("generate_image2image", {"seed": "0"}, "seed"),
    ("generate_image2image", {"seed": "10000000001"}, "seed"),
    ("generate_image2image", {"scale": "0.09"}, "scale"),
    ("generate_image2image", {"scale": "20.1"}, "scale"),
    ("generate_image2image", {"scale": "nan"}, "scale"),
    ("generate_image2image", {"scale": "7,5"}, "scale"),
    ("generate_image2image", {"original_language": "russian"}, "original_language"),
    ("generate_image2image", {"user_id": "me"}, "user_id"),
    ("object_replace", {"url_mask": ""}, "url_mask"),
]


@pytest.mark.parametrize("method, change, words", BAD_FIELDS)
async def test_fields_that_break_a_rule_are_refused(
    account: Account, method: str, change: dict[str, str], words: str
) -> None:
    form = {"do": "create_queue", **account.good(method), **change}

    status, answer = await account.ask(method, form)

    assert (status, answer["success"]) == (200, False)
    assert words in answer["error"]
    assert (account.simulator.calls, account.simulator.refused) == (0, 1)


@pytest.mark.parametrize(
    "method, name",
    [
        *(("mix_images", name) for name in ("url", "url_image_target", "do")),
        *(("deepfake_photo", name) for name in ("url", "url_image_target", "face_restore")),
        *(("generate_image2image", name) for name in ("url", "content")),
        *(("object_replace", name) for name in ("url", "url_mask", "content")),
    ],
)
async def test_fields_that_are_wanted_must_come(account: Account, method: str, name: str) -> None:
    form = {"do": "create_queue", **account.good(method)}
    del form[name]

    _, answer = await account.ask(method, form)

    assert not answer["success"]
    assert name in answer["error"]


@pytest.mark.parametrize(
    "change",
    [
        *({"strength": value} for value in ("0", "80")),
        *({"seed": value} for value in ("1", "10000000000")),
        *({"scale": value} for value in ("0.1", "20", "20.0")),
        {"negative_prompt": "blur", "original_language": "ru"},
    ],
)
async def test_numbers_up_to_their_bounds_are_accepted(
    account: Account, change: dict[str, str]
) -> None:
    fields = account.good("generate_image2image") | change
    await account.order("generate_image2image", **fields)

    assert account.simulator.received[0].fields == fields


BAD_FORMS = [
    ("mix_images", b""),
    ("mix_images", b"do"),
    ("mix_images", b"do=create_queue&&url=x"),
    ("mix_images", b"do=create_queue&do=create_queue"),
    ("mix_images", b"do=create_queue&content=%FF&url=x&url_image_target=x"),
    ("mix_images", "do=create_queue&content=я&url=x&url_image_target=x".encode()),
    ("mix_images", b"do=delete_queue&queueid=1"),
    ("mix_images", b"do=get_result"),
    ("mix_images", b"do=get_result&queueid=1&url=x"),
    ("mix_images", b"do=get_result&queueid=one"),
    ("available_api", b"do=create_queue&url=x"),
    ("available_api", b"do=get_result&queueid=1"),
    ("available_api", b""),
]


@pytest.mark.parametrize("method, form", BAD_FORMS)
async def test_what_is_no_form_or_no_step_is_refused(
    account: Account, method: str, form: bytes
) -> None:
    status, answer = await account.ask(method, form)

    assert (status, answer["success"]) == (200, False)
    assert answer["error"]
    assert account.simulator.refused == 1


@pytest.mark.parametrize("label", ["application/json", "multipart/form-data; boundary=x", ""])
async def test_other_types_of_content_are_refused(account: Account, label: str) -> None:
    form = {"do": "create_queue", **account.style()}
    _, answer = await account.ask("mix_images", form, **{"Content-Type": label})

    assert "content type" in answer["error"]


@pytest.mark.parametrize("size, status", [(BODY_LIMIT, 200), (BODY_LIMIT + 1, 413)])
async def test_bodies_over_the_limit_are_refused(account: Account, size: int, status: int) -> None:
    form = b"do=create_queue&url=x&url_image_target=x&content="
    answered, answer = await account.ask("mix_images", form + b"a" * (size - len(form)))

    assert (answered, answer["success"]) == (status, status == HTTPStatus.OK)


@pytest.mark.parametrize("key", ["Bearer other", KEY, f"Basic {KEY}", ""])
@pytest.mark.parametrize("method", ["mix_images", "available_api", "unknown"])
async def test_without_the_right_key_nothing_happens(
    account: Account, key: str, method: str
) -> None:
    form = {"do": "create_queue"}
    status, answer = await account.ask(method, form, Authorization=key)

    assert (status, answer) == (401, {"success": False, "error": "Unauthorized"})
    assert account.simulator.refused == 1


async def test_unknown_methods_are_not_found(account: Account) -> None:
    status, answer = await account.ask("paint", {"do": "create_queue"})

    assert (status, answer["success"]) == (404, False)
    assert answer["error"]


@given(body=st.binary() | st.builds(urlencode, st.dictionaries(texts, texts)).map(str.encode))
def test_any_other_body_is_refused_for_a_reason(body: bytes) -> None:
    for method in (*METHODS, "available_api", "paint"):
        with pytest.raises(TurbotextError) as refused:
            accepted(method, FORM, body)
        assert refused.value.message


@given(fields=st.fixed_dictionaries({"url": words, "url_image_target": words, "content": words}))
def test_whatever_a_form_says_arrives_unchanged(fields: Mapping[str, str]) -> None:
    body = urlencode({"do": "create_queue", **fields}).encode()

    assert accepted("mix_images", FORM, body) == Order(method="mix_images", fields=fields)
