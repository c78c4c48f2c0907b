"""What is said to Mirror, and what its answers mean: without any I/O."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ValidationFailed,
)
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Answer
from tests.mirrored import mirror_order
from tests.third_driver.protocol import PHOTO_LIMIT, answer, check_well, target
from tests.third_driver.settings import MirrorSettings

PICTURE = b"\xff\xd8\xff\xe0" + bytes(20)
READERS: list[Callable[[Arrived], object]] = [answer, check_well]
READ = pytest.mark.parametrize("read", READERS)

PROMPTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=500)
HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "Retry-After", "X-Units-Left", "X-Other"]),
    st.text(max_size=20) | st.integers().map(str),
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("reason"), inner),
)
BODIES = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=30).map(lambda rest: PICTURE + rest),
    DOCUMENTS.map(lambda document: json.dumps(document).encode()),
    st.sampled_from([b"[" * 100_000, b"[" + b"[]," * 200_000 + b"[]]", b'{"reason":"\\ud800"}']),
)
STATUSES = st.sampled_from([200, 204, 422]) | st.integers(100, 999)


def arrived(status: int, body: bytes = b'{"reason": "no\\nluck"}', **headers: str) -> Arrived:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Arrived(status=status, headers=named, body=body)


# What is said


@given(PROMPTS.filter(str.strip), st.sampled_from(["glass", "water"]))
def test_any_prompt_arrives_as_it_is(prompt: str, style: str) -> None:
    wanted = evolve(mirror_order(), settings={"prompt": prompt, "style": style})

    url = urlsplit(target(wanted))

    assert url.path == "/v1/mirror"
    assert parse_qs(url.query, strict_parsing=True) == {"style": [style], "prompt": [prompt]}
    assert len(target(wanted)) < 8_000  # more than that no server has to take


def test_a_photo_over_the_limit_is_not_sent() -> None:
    content = bytes(PHOTO_LIMIT + 1)

    with pytest.raises(PayloadTooLarge):
        target(mirror_order(BytesBlob(content, MediaType.JPEG)))


@pytest.mark.parametrize(
    "settings, templates, field",
    [
        ({}, 0, "settings.prompt"),
        ({"prompt": " \n"}, 0, "settings.prompt"),
        ({"prompt": "a" * 501}, 0, "settings.prompt"),
        ({"prompt": "a", "style": "brass"}, 0, "settings.style"),
        ({"prompt": "a", "style": None}, 0, "settings.style"),
        ({"prompt": "a"}, 1, "template_media"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, object], templates: int, field: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        MirrorSettings.of("image_edit", settings, templates=templates)

    assert [problem.field for problem in caught.value.problems] == [field]


# What answers mean


@pytest.mark.parametrize(
    "header, left", [("0", {"units_left": 0}), ("41", {"units_left": 41}), ("-1", {}), ("", {})]
)
def test_a_picture_comes_with_what_is_left(header: str, left: dict[str, int]) -> None:
    made = answer(arrived(200, PICTURE, X_Units_Left=header))

    assert made.picture == BytesBlob(PICTURE, MediaType.JPEG)
    assert made.quota_left == left


@READ
@pytest.mark.parametrize(
    "status, kind",
    [
        *((status, ProviderMisconfigured) for status in (400, 401, 403, 404)),
        *((status, ProviderQuota) for status in (402, 429)),
        *((status, ProviderServerError) for status in (500, 503, 599)),
        *((status, ProviderBadResponse) for status in (100, 201, 302, 409)),
        (204, ProviderNoPicture),
        (422, ProviderRefused),
    ],
)
def test_the_status_decides_the_kind(
    read: Callable[[Arrived], object], status: int, kind: type[ProviderFailure]
) -> None:
    with pytest.raises(ProviderFailure, match=f"HTTP {status}: no luck") as caught:
        read(arrived(status, Retry_After="46"))

    assert type(caught.value) is kind
    assert caught.value.retry_after == 46


def outcome(read: Callable[[Arrived], object], answer: Arrived) -> object:
    """Return what comes of *answer*; what is neither that nor a failure is an error of the test."""
    try:
        return read(answer)
    except ProviderFailure as failure:
        return failure


@READ
@given(STATUSES, HEADERS, BODIES)
def test_any_answer_is_a_picture_or_a_failure(
    read: Callable[[Arrived], object], status: int, headers: dict[str, str], body: bytes
) -> None:
    match outcome(read, Arrived(status=status, headers=headers, body=body)):
        case ProviderFailure() as failure:
            assert failure.detail.isprintable()
            assert len(failure.detail) < 400
            assert not failure.is_final
        case Answer(picture=picture):
            assert (status, picture.size) == (200, len(body))
        case well:
            assert (status, well) == (200, None)
