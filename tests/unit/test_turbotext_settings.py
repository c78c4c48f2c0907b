"""What a slot may tell Turbotext, and what becomes of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.turbotext.settings import MAX_FIELDS, SCHEMAS, TurbotextSettings
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import Problem

PLAIN: dict[str, object] = {"prompt": "Studio portrait"}
TEMPLATES = {"style_transfer": 1, "identity_transfer": 1, "image_edit": 0, "custom": 0}
LEAST: dict[str, dict[str, object]] = {
    "style_transfer": {},
    "identity_transfer": {},
    "image_edit": PLAIN,
    "custom": {"method": "replace_object"},
}
"""The fewest settings that each operation does with."""


def read(operation: str, settings: dict[str, Any], templates: int | None = None) -> Any:
    count = TEMPLATES[operation] if templates is None else templates
    return TurbotextSettings.of(operation, settings, templates=count)


def problems(operation: str, settings: dict[str, Any], templates: int | None = None) -> Any:
    with pytest.raises(ValidationFailed) as caught:
        read(operation, settings, templates)
    return {found.field: found.problem for found in caught.value.problems}


def test_every_operation_needs_links_that_lead_here() -> None:
    assert SCHEMAS.operations.keys() == LEAST.keys()
    assert all(operation.requires_public_media for operation in SCHEMAS.operations.values())


@pytest.mark.parametrize(
    "operation, expected",
    [
        ("style_transfer", ("mix_images", "url_image_target", "url", {})),
        (
            "identity_transfer",
            ("deepfake_photo", "url_image_target", "url", {"face_restore": "True"}),
        ),
        (
            "image_edit",
            (
                "generate_image2image",
                "url",
                None,
                {
                    "content": "Studio portrait",
                    "strength": "40",
                    "scale": "7.5",
                    "original_language": "ru",
                    "user_id": "1",
                },
            ),
        ),
        ("custom", ("replace_object", "url", None, {})),
    ],
)
def test_what_is_not_said_has_its_defaults(operation: str, expected: tuple[object, ...]) -> None:
    found = read(operation, LEAST[operation])

    assert (found.method, found.guest_field, found.template_field, found.fields) == expected


@pytest.mark.parametrize("operation", LEAST)
def test_only_an_edited_photo_keeps_its_shape(operation: str) -> None:
    assert read(operation, LEAST[operation]).follows_photo is (operation == "image_edit")


@pytest.mark.parametrize(
    "name, value, field, text",
    [
        ("prompt", "На фото «5 °C»", "content", "На фото «5 °C»"),
        ("strength", 0, "strength", "0"),
        ("strength", 80.0, "strength", "80"),
        ("seed", 10**10, "seed", "10000000000"),
        ("scale", 0.1, "scale", "0.1"),
        ("scale", 20, "scale", "20"),
        ("negative_prompt", "hats", "negative_prompt", "hats"),
        ("original_language", "en", "original_language", "en"),
        ("user_id", 7, "user_id", "7"),
    ],
)
def test_each_setting_travels_in_its_field(name: str, value: object, field: str, text: str) -> None:
    assert read("image_edit", PLAIN | {name: value}).fields[field] == text


@pytest.mark.parametrize("value, text", [(True, "True"), (False, "False")])
def test_faces_are_restored_or_not_as_the_service_spells_it(value: object, text: str) -> None:
    assert read("identity_transfer", {"face_restore": value}).fields == {"face_restore": text}


@pytest.mark.parametrize("operation", ["style_transfer", "custom"])
def test_a_blank_prompt_is_as_good_as_none(operation: str) -> None:
    assert read(operation, LEAST[operation] | {"prompt": " \n"}).fields == {}


def test_the_fields_of_the_pictures_can_be_others() -> None:
    found = read("style_transfer", {"guest_field": "url", "template_field": "style"})

    assert (found.guest_field, found.template_field) == ("url", "style")


def test_any_method_takes_any_fields() -> None:
    settings = {
        "method": "Replace-object_2",
        "prompt": "a hat",
        "fields": {"mask": "", "mode": "fast"},
        "guest_field": "image",
        "template_field": "object",
    }

    found = read("custom", settings, templates=1)

    assert found.method == "Replace-object_2"
    assert (found.guest_field, found.template_field) == ("image", "object")
    assert found.fields == {"content": "a hat", "mask": "", "mode": "fast"}


def test_a_field_of_ones_own_goes_before_the_prompt() -> None:
    settings = LEAST["custom"] | {"prompt": "a hat", "fields": {"content": "a coat"}}

    assert read("custom", settings).fields == {"content": "a coat"}


@pytest.mark.parametrize(
    "operation, settings, fields",
    [
        ("paint", PLAIN, {"operation"}),
        ("image_edit", {}, {"settings.prompt"}),
        ("image_edit", {"prompt": " \n"}, {"settings.prompt"}),
        ("image_edit", {"prompt": "half \ud83d"}, {"settings.prompt"}),
        ("image_edit", {"prompt": "a" * 10_001}, {"settings.prompt"}),
        ("image_edit", PLAIN | {"template_field": "style"}, {"settings.template_field"}),
        ("image_edit", PLAIN | {"strength": 81}, {"settings.strength"}),
        ("image_edit", PLAIN | {"strength": -1}, {"settings.strength"}),
        ("image_edit", PLAIN | {"strength": True}, {"settings.strength"}),
        ("image_edit", PLAIN | {"seed": 0}, {"settings.seed"}),
        ("image_edit", PLAIN | {"seed": 10**10 + 1}, {"settings.seed"}),
        ("image_edit", PLAIN | {"scale": 0}, {"settings.scale"}),
        ("image_edit", PLAIN | {"scale": 20.1}, {"settings.scale"}),
        ("image_edit", PLAIN | {"scale": float("nan")}, {"settings.scale"}),
        ("image_edit", PLAIN | {"original_language": "russian"}, {"settings.original_language"}),
        ("image_edit", PLAIN | {"user_id": "1"}, {"settings.user_id"}),
        ("image_edit", PLAIN | {"safety": "standard"}, {"settings.safety"}),
        ("image_edit", PLAIN | {"guest_field": "content"}, {"settings.guest_field"}),
        ("image_edit", PLAIN | {"guest_field": "strength"}, {"settings.guest_field"}),
        ("image_edit", PLAIN | {"guest_field": "a-b"}, {"settings.guest_field"}),
        ("image_edit", PLAIN | {"guest_field": "url\n"}, {"settings.guest_field"}),
        ("image_edit", PLAIN | {"guest_field": "1url"}, {"settings.guest_field"}),
        ("image_edit", PLAIN | {"guest_field": "a" * 65}, {"settings.guest_field"}),
        ("image_edit", PLAIN | {"guest_field": "do"}, {"settings.guest_field"}),
        ("style_transfer", {"guest_field": "webhook"}, {"settings.guest_field"}),
        ("style_transfer", {"template_field": "queueid"}, {"settings.template_field"}),
        ("style_transfer", {"guest_field": "url"}, {"settings.template_field"}),
        ("style_transfer", {"strength": 5}, {"settings.strength"}),
        ("identity_transfer", {"face_restore": "True"}, {"settings.face_restore"}),
        ("identity_transfer", {"prompt": "p"}, {"settings.prompt"}),
        ("custom", {}, {"settings.method"}),
        *(
            ("custom", {"method": method}, {"settings.method"})
            for method in ("", "a/b", "..", "a.b", "a?b", "метод", "a\n", "a" * 65, 5)
        ),
    ],
)
def test_wrong_settings_are_named(
    operation: str, settings: dict[str, object], fields: set[str]
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        TurbotextSettings.of(operation, settings, templates=TEMPLATES.get(operation, 0))

    assert {found.field for found in caught.value.problems} == fields


@pytest.mark.parametrize(
    "fields",
    [
        *({"do": "x"}, {"queueid": "1"}, {"webhook": "https://example.org"}, {"url": "x"}),
        *({"style": "x"}, {"": "x"}, {"a b": "x"}, {"a&b": "x"}, {"x\n": "x"}, {"a" * 65: "x"}),
        *({"a": 5}, {"a": None}, {"a": "x" * 10_001}, {"a": "\ud83d"}, ["a"], "a"),
        {f"f{number}": "x" for number in range(MAX_FIELDS + 1)},
    ],
)
def test_fields_of_ones_own_have_their_bounds(fields: object) -> None:
    settings = LEAST["custom"] | {"template_field": "style", "fields": fields}

    [field] = problems("custom", settings, 1)
    assert field == "settings.fields" or field.startswith("settings.fields.")


def test_as_many_and_as_long_as_they_may_be_they_pass() -> None:
    fields = {f"f{number}": "x" * 10_000 for number in range(MAX_FIELDS)}

    assert read("custom", LEAST["custom"] | {"fields": fields}).fields == fields


@pytest.mark.parametrize(
    "operation, settings",
    [
        ("style_transfer", {}),
        ("identity_transfer", {}),
        ("custom", {"method": "m", "template_field": "style"}),
    ],
)
def test_what_sends_a_template_needs_one(operation: str, settings: dict[str, object]) -> None:
    assert problems(operation, settings, 0) == {"template_media": Problem.TEMPLATE_NEEDED}
    assert read(operation, settings, 1).template_field is not None


@pytest.mark.parametrize("operation", LEAST)
def test_templates_that_another_way_needs_do_no_harm(operation: str) -> None:
    assert read(operation, LEAST[operation], 9).method


def test_everything_wrong_is_named_at_once() -> None:
    wrong = {"method": "?", "fields": 5, "other": 1, "template_field": "style"}

    assert problems("custom", wrong, templates=0).keys() == {
        "settings.method",
        "settings.fields",
        "settings.other",
        "template_media",
    }


WORDS = st.text(max_size=9) | st.sampled_from(["url", "do", "content", "webhook", "style", "en"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner),
    max_leaves=5,
)
SETTING_NAMES = st.sampled_from(
    [
        *("prompt", "guest_field", "template_field", "face_restore", "strength", "seed", "scale"),
        *("negative_prompt", "original_language", "user_id", "method", "fields", "other"),
    ]
)


@given(
    st.sampled_from(sorted(LEAST)),
    st.dictionaries(SETTING_NAMES, VALUES, max_size=6),
    st.integers(0, 2),
)
def test_whatever_is_set_is_named_or_can_be_sent(
    operation: str, settings: dict[str, object], templates: int
) -> None:
    with suppress(ValidationFailed):
        found = read(operation, LEAST[operation] | settings, templates)
        pictures = {found.guest_field, found.template_field} - {None}
        assert templates or len(pictures) == 1
        assert pictures.isdisjoint(found.fields)
        assert {*found.fields}.isdisjoint({"do", "queueid", "webhook"})
        assert all(text.encode() for text in found.fields)
