"""A file of slots is read as it was written, or refused with the place that is wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import pytest
from attrs import asdict, fields_dict

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.first_slots import slot_at_first
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.slot import MAX_SIZE_LIMIT
from photochanger_core.domain.slot_values import plain
from photochanger_core.domain.slots_file import (
    MAX_FILE_BYTES,
    MAX_PICTURES_BYTES,
    FiledBinding,
    FiledSlot,
    FiledTemplate,
    SlotsFile,
)
from photochanger_core.domain.slots_format import read, written
from photochanger_core.use_cases.register_template import MAX_BYTES
from tests.contract.samples import NOON
from tests.uploads import JPEG

CONTENT: Final = JPEG + b"a picture"
SHA256: Final = sha256(CONTENT).hexdigest()
HUGE: Final = "9" * 5000
"""Stands for the number."""
SLOT: Final = slot_at_first(SLOT_IDS[0], at=NOON, by="setup")


def document() -> Any:
    """Return a file, as JSON, with one slot and one template."""
    slot = {**plain(SLOT), "slot_id": SLOT.slot_id}
    slot["template_media"] = [{"media_kind": "style", "sha256": SHA256}]
    template = {
        "sha256": SHA256,
        "media_type": "image/jpeg",
        "size": len(CONTENT),
        "content": base64.b64encode(CONTENT).decode(),
    }
    return {
        "format": "photochanger-slots",
        "format_version": 1,
        "slots": [slot],
        "templates": [template],
    }


def problems(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as caught:
        read(content)
    return list(caught.value.problems)


def test_a_file_that_somebody_wrote_is_read() -> None:
    file = read(b"\xef\xbb\xbf" + json.dumps(document()).encode())
    [slot] = file.slots
    assert slot.settings == SLOT.settings
    assert slot.template_media == (FiledBinding(media_kind="style", sha256=SHA256),)
    assert [one.content for one in file.templates] == [CONTENT]
    assert slot.over(SLOT) == SLOT


def test_what_can_be_set_of_a_slot_is_in_a_file() -> None:
    assert fields_dict(FiledSlot).keys() == {"slot_id", *plain(SLOT)}


def test_a_file_can_be_read_by_people_and_compared_line_by_line() -> None:
    file = read(json.dumps(document()).encode())
    text = "".join(written(file))
    assert '\n   "display_name": "Slot 1",\n' in text
    assert text == "".join(written(read(text.encode())))
    assert text.endswith("}\n")


def test_a_file_that_was_changed_on_purpose_has_no_checksum() -> None:
    text = "".join(written(read(json.dumps(document()).encode())))
    changed = text.replace("Slot 1", "Slot one")
    [(field, problem)] = problems(changed.encode())
    assert (field, problem[:13]) == ("checksum", "does not fit ")

    lines = [line for line in changed.splitlines() if '"checksum"' not in line]
    assert read("\n".join(lines).encode()).slots[0].display_name == "Slot one"


def change(path: str, value: object) -> Callable[[Any], None]:
    """Return what puts *value* at *path*: names and places, separated by blanks."""
    *steps, last = [int(one) if one.isdecimal() else one for one in path.split()]

    def put(whole: Any) -> None:
        for one in steps:
            whole = whole[one]
        whole[last] = value

    return put


WRONG: Final[list[tuple[str, object, str, str]]] = [
    ("format", "x", "format", "must be photochanger-slots"),
    ("format_version", 2, "format_version", "must be 1"),
    ("format_version", True, "format_version", "must be 1"),
    ("checksum", 1, "checksum", "does not fit"),
    ("nonsense", 1, "nonsense", "is unknown"),
    ("slots", {}, "slots", "is of the wrong type"),
    ("slots", [], "slots", "are none"),
    ("slots", [[]], "slots[0]", "is of the wrong type"),
    ("templates", "", "templates", "is of the wrong type"),
    ("slots 0 nonsense\x1b", 1, 'slots[0]."nonsense\\u001b"', "is unknown"),
    ("slots 0 ingest_password_hash", "$", "slots[0].ingest_password_hash", "is unknown"),
    ("slots 0 slot_id", "slot-016", "slots[0].slot_id", "must be one of slot-001 to slot-015"),
    ("slots 0 is_active", 1, "slots[0].is_active", "is of the wrong type"),
    ("slots 0 size_limit_mb", True, "slots[0].size_limit_mb", "is of the wrong type"),
    ("slots 0 size_limit_mb", 21, "slots[0].size_limit_mb", "must be a whole number"),
    ("slots 0 size_limit_mb", HUGE, "slots[0].size_limit_mb", "is a number that cannot"),
    ("slots 0 output_width", "1", "slots[0].output_width", "is of the wrong type"),
    ("slots 0 gallery", "ajar", "slots[0].gallery", "must be one of open, key, off"),
    ("slots 0 settings", [], "slots[0].settings", "is of the wrong type"),
    ("slots 0 settings x", 1e300, "slots[0].settings.x", "is a number that cannot"),
    ("slots 0 settings x", float("nan"), "slots[0].settings.x", "is a number that cannot"),
    ("slots 0 settings x", [1, {"y": "\0"}], "slots[0].settings.x[1].y", "is text that cannot"),
    ("slots 0 settings x\udc80", 1, "slots[0].settings", "has a field whose name cannot"),
    ("slots 0 retry nonsense", 1, "slots[0].retry", "nonsense is unknown"),
    ("slots 0 fallback", {"provider": "x"}, "slots[0].fallback", "operation is missing"),
    ("slots 0 template_media 0 media_kind", "x", "slots[0].template_media", "[0] media_kind"),
    ("slots 0 template_media 0 id", "x", "slots[0].template_media[0].id", "is unknown"),
    ("slots 0 template_media 0 sha256", "0" * 64, "slots[0].template_media[0].sha256", "is not"),
    ("templates 0 content", "####", "templates[0].content", "is no base64"),
    ("templates 0 content", "é", "templates[0].content", "is no base64"),
    ("templates 0 content", "", "templates[0].content", "must be 1 byte to 20 MiB"),
    ("templates 0 content", "AAAA", "templates[0].content", "does not fit size and sha256"),
    ("templates 0 size", 1, "templates[0].content", "does not fit size and sha256"),
    ("templates 0 media_type", "image/png", "templates[0].media_type", "must be image/jpeg"),
    ("slots 0 template_media", [], "templates[0]", "is used by no slot"),
]


@pytest.mark.parametrize("path, value, field, problem", WRONG)
def test_what_is_wrong_is_named(path: str, value: object, field: str, problem: str) -> None:
    whole = document()
    change(path, value)(whole)
    text = json.dumps(whole).replace(f'"{HUGE}"', HUGE)
    found = problems(text.encode())
    assert any(where == field and what.startswith(problem) for where, what in found), found


@pytest.mark.parametrize("kind", ["slots", "templates"])
def test_every_field_is_needed(kind: str) -> None:
    for name in document()[kind][0]:
        whole = document()
        del whole[kind][0][name]
        assert (f"{kind}[0].{name}", "is missing") in problems(json.dumps(whole).encode())


@pytest.mark.parametrize("kind, key", [("slots", "slot_id"), ("templates", "sha256")])
def test_nothing_stands_there_twice(kind: str, key: str) -> None:
    whole = document()
    whole[kind] *= 2
    found = problems(json.dumps(whole).encode())
    assert [(f"{kind}[{place}].{key}", "stands there twice") for place in (0, 1)] == found

    text = json.dumps(document()).replace('"is_active"', '"is_active": false, "is_active"')
    assert problems(text.encode()) == [("slots[0].is_active", "stands there twice")]


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", "is no JSON at line 1, column 1: Expecting value"),
        (b"\n {", "is no JSON at line 2, column 3"),
        (b'{"\xff', "is no UTF-8 at byte 2"),
        (b"[]", "must be an object"),
        (b"[" * 100_000, "is nested too deep"),
        (b"," * 1_000_001, "has too many parts"),
        (b"\x1f\x8b", "is no UTF-8 at byte 1"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, problem: str) -> None:
    [(field, found)] = problems(content)
    assert (field, found[: len(problem)]) == ("file", problem)


def test_settings_that_are_nested_too_deep_are_refused() -> None:
    whole, deep = document(), json.loads("[" * 60 + "]" * 60)
    whole["slots"][0]["settings"]["x"] = deep
    [(field, problem)] = problems(json.dumps(whole).encode())
    assert field.startswith("slots[0].settings.x[0]")
    assert problem == "is nested too deep"


def test_a_picture_over_the_limit_is_refused() -> None:
    content = JPEG + bytes(MAX_SIZE_LIMIT)
    template = FiledTemplate(
        sha256=sha256(content).hexdigest(),
        media_type="image/jpeg",
        size=len(content),
        content=content,
    )
    slot = FiledSlot.of(SLOT, {})
    binding = FiledBinding(media_kind="style", sha256=template.sha256)
    slot = FiledSlot(**asdict(slot, recurse=False) | {"template_media": (binding,)})
    text = "".join(written(SlotsFile(slots=(slot,), templates=(template,))))
    assert problems(text.encode()) == [("templates[0].content", "must be 1 byte to 20 MiB")]


def test_any_one_slot_fits_into_a_file() -> None:
    assert MAX_BYTES * 13 <= MAX_PICTURES_BYTES
    assert MAX_PICTURES_BYTES * 4 // 3 <= MAX_FILE_BYTES - 16 * 1024 * 1024
