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
from photochanger_core.domain.problems import Problem
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
BOUND: Final = "slots[0].template_media[0]"
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


def problems(content: bytes) -> list[tuple[str, Problem]]:
    with pytest.raises(ValidationFailed) as caught:
        read(content)
    return [(one.field, one.problem) for one in caught.value.problems]


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
    assert problems(changed.encode()) == [("slots", Problem.DAMAGED)]

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


WRONG: Final[list[tuple[str, object, str, Problem]]] = [
    ("format", "x", "format", Problem.NOT_ONE_OF),
    ("format_version", 2, "format_version", Problem.NEWER_PROGRAM),
    ("format_version", 0, "format_version", Problem.NOT_ONE_OF),
    ("format_version", 1.0, "format_version", Problem.NOT_ONE_OF),
    ("format_version", True, "format_version", Problem.NOT_ONE_OF),
    ("checksum", 1, "slots", Problem.DAMAGED),
    ("nonsense", 1, "nonsense", Problem.UNKNOWN),
    ("slots", {}, "slots", Problem.NOT_LIST),
    ("slots", [], "slots", Problem.TOO_FEW_ITEMS),
    ("slots", [[]], "slots[0]", Problem.WRONG_TYPE),
    ("templates", "", "templates", Problem.NOT_LIST),
    ("slots 0 nonsense", 1, "slots[0].nonsense", Problem.UNKNOWN),
    ("slots 0 ingest_password_hash", "$", "slots[0].ingest_password_hash", Problem.UNKNOWN),
    ("slots 0 slot_id", "slot-016", "slots[0].slot_id", Problem.NOT_A_SLOT),
    ("slots 0 is_active", 1, "slots[0].is_active", Problem.NOT_TRUE_OR_FALSE),
    ("slots 0 size_limit_mb", True, "slots[0].size_limit_mb", Problem.NOT_WHOLE_NUMBER),
    ("slots 0 size_limit_mb", 21, "slots[0].size_limit_mb", Problem.NUMBER_OUT_OF_RANGE),
    ("slots 0 size_limit_mb", HUGE, "slots[0].size_limit_mb", Problem.UNSTORABLE_NUMBER),
    ("slots 0 output_width", "1", "slots[0].output_width", Problem.NOT_WHOLE_NUMBER),
    ("slots 0 gallery", "ajar", "slots[0].gallery", Problem.NOT_ONE_OF),
    ("slots 0 settings", [], "slots[0].settings", Problem.NOT_OBJECT),
    ("slots 0 settings x", 1e300, "slots[0].settings.x", Problem.UNSTORABLE_NUMBER),
    ("slots 0 settings x", float("nan"), "slots[0].settings.x", Problem.UNSTORABLE_NUMBER),
    ("slots 0 settings x", [1, {"y": "\0"}], "slots[0].settings.x[1].y", Problem.UNSTORABLE_TEXT),
    ("slots 0 settings x\udc80", 1, "slots[0].settings", Problem.UNSTORABLE_TEXT),
    ("slots 0 retry nonsense", 1, "slots[0].retry.nonsense", Problem.UNKNOWN),
    ("slots 0 fallback", {"provider": "x"}, "slots[0].fallback.operation", Problem.MISSING),
    ("slots 0 template_media 0 id", "x", f"{BOUND}.id", Problem.UNKNOWN),
    ("slots 0 template_media 0 media_kind", "x", f"{BOUND}.media_kind", Problem.NOT_ONE_OF),
    ("slots 0 template_media 0 sha256", "x", f"{BOUND}.sha256", Problem.UNLIKE_EXAMPLE),
    ("slots 0 template_media 0 sha256", "0" * 64, f"{BOUND}.sha256", Problem.NO_SUCH_TEMPLATE),
    ("templates", [], f"{BOUND}.sha256", Problem.NO_SUCH_TEMPLATE),
    ("templates 0 content", "####", "templates[0].content", Problem.MALFORMED),
    ("templates 0 content", "é", "templates[0].content", Problem.MALFORMED),
    ("templates 0 content", None, "templates[0].content", Problem.NOT_TEXT),
    ("templates 0 content", "", "templates[0].content", Problem.DAMAGED),
    ("templates 0 content", "AAAA", "templates[0].content", Problem.DAMAGED),
    ("templates 0 size", 1, "templates[0].content", Problem.DAMAGED),
    ("templates 0 size", 0, "templates[0].size", Problem.NUMBER_OUT_OF_RANGE),
    ("templates 0 media_type", "image/png", "templates[0].media_type", Problem.NOT_ONE_OF),
]


@pytest.mark.parametrize("path, value, field, problem", WRONG)
def test_what_is_wrong_is_named(path: str, value: object, field: str, problem: Problem) -> None:
    whole = document()
    change(path, value)(whole)
    text = json.dumps(whole).replace(f'"{HUGE}"', HUGE)
    assert (field, problem) in problems(text.encode())


@pytest.mark.parametrize("kind", ["slots", "templates"])
def test_every_field_is_needed(kind: str) -> None:
    for name in document()[kind][0]:
        whole = document()
        del whole[kind][0][name]
        assert (f"{kind}[0].{name}", Problem.MISSING) in problems(json.dumps(whole).encode())


@pytest.mark.parametrize("kind, key", [("slots", "slot_id"), ("templates", "sha256")])
def test_nothing_stands_there_twice(kind: str, key: str) -> None:
    whole = document()
    whole[kind] *= 2
    repeated = [(f"{kind}[{place}].{key}", Problem.REPEATED) for place in (0, 1)]
    assert problems(json.dumps(whole).encode()) == repeated

    text = json.dumps(document()).replace('"is_active"', '"is_active": false, "is_active"')
    assert problems(text.encode()) == [("slots[0].is_active", Problem.REPEATED)]


@pytest.mark.parametrize(
    "content, field, problem",
    [
        (b"", "line 1, column 1", Problem.MALFORMED),
        (b"\n {", "line 2, column 3", Problem.MALFORMED),
        (b'{"\xff', "byte 2", Problem.MALFORMED),
        (b"\x1f\x8b", "byte 1", Problem.MALFORMED),
        (b"[]", "file", Problem.NOT_OBJECT),
        (b"[" * 100_000, "file", Problem.MALFORMED),
        (b"," * 1_000_001, "file", Problem.TOO_MANY_VALUES),
        (b'{"\\u0000": 1}', "file", Problem.UNSTORABLE_TEXT),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, field: str, problem: Problem) -> None:
    assert problems(content) == [(field, problem)]


def test_settings_that_are_nested_too_deep_are_refused() -> None:
    whole, deep = document(), json.loads("[" * 60 + "]" * 60)
    whole["slots"][0]["settings"]["x"] = deep
    place = "slots[0].settings.x" + "[0]" * 47
    assert problems(json.dumps(whole).encode()) == [(place, Problem.MALFORMED)]


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
    assert problems(text.encode()) == [("templates[0].size", Problem.NUMBER_OUT_OF_RANGE)]


def test_any_one_slot_fits_into_a_file() -> None:
    assert MAX_BYTES * 13 <= MAX_PICTURES_BYTES
    assert MAX_PICTURES_BYTES * 4 // 3 <= MAX_FILE_BYTES - 16 * 1024 * 1024
