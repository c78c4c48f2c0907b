"""The format of a file of slots: JSON in UTF-8, checked to the last field when it is read.

    {"format": "photochanger-slots", "format_version": 1, "checksum": …, "slots": […],
     "templates": [{"sha256": …, "media_type": …, "size": …, "content": base64}]}

`checksum` is that of the slots; templates have their own. Without it, as in a file that somebody
has changed on purpose, nobody vouches for the slots. The same slots make the same file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from attrs import asdict

from .checks import (
    Check,
    an_object,
    each,
    field_problems,
    known_slot,
    object_of,
    one_of,
    whole,
)
from .errors import ValidationFailed
from .media import MAX_TEMPLATES, MediaKind
from .picture import SNIFF_BYTES, sniff
from .plain_json import JsonLimits, parsed, refuse
from .problems import FieldProblem, Problem, wrong
from .slot import MAX_SIZE_LIMIT, SLOT_CHECKS
from .slots_file import FiledSlot, FiledTemplate, SlotsFile
from .structuring import structured, unstructured

FORMAT: Final = "photochanger-slots"
FORMAT_VERSION: Final = 1

FILE: Final = "file"
"""Stands for the whole where nothing in it is wrong in particular."""

_LIMITS: Final = JsonLimits(depth=50, numbers=2**63 - 1, fractions_matter=True)
"""More levels than the settings of any slot have, and numbers as they were written."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def written(file: SlotsFile) -> Iterator[str]:
    """Yield the text of *file*, piece by piece."""
    told = unstructured(file)
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "checksum": _checksum(file.slots)}
    encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, indent=1)
    yield from encoder.iterencode(head | told)
    yield "\n"


def read(content: bytes) -> SlotsFile:
    """Return the file that *content* is.

    Raises:
        ValidationFailed: If it is none, or damaged, naming each place that is wrong.
    """
    text = _decoded(content)
    del content  # there may be little room for both
    document = _parsed(text)
    del text
    checksum = _opened(document)
    file = structured(document, SlotsFile)
    refuse(_problems(file))
    if checksum not in (None, _checksum(file.slots)):
        raise ValidationFailed([wrong(Problem.DAMAGED).at("slots")])
    return file


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationFailed([wrong(Problem.MALFORMED).at(f"byte {error.start}")]) from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        return parsed(text, _LIMITS)
    except ValidationFailed as error:
        problems = [one if one.field else one.at(FILE) for one in error.problems]
        raise ValidationFailed(problems) from None


def _opened(document: dict[str, Any]) -> object:
    """Take from *document* what is said of it as a whole, and return its checksum."""
    if document.pop("format", None) != FORMAT:
        raise ValidationFailed([wrong(Problem.NOT_ONE_OF, allowed=[FORMAT]).at("format")])
    refuse(_version_problems(document.pop("format_version", None)))
    return document.pop("checksum", None)


def _version_problems(version: object) -> Iterator[FieldProblem]:
    if not isinstance(version, int) or isinstance(version, bool) or version < FORMAT_VERSION:
        allowed = [str(FORMAT_VERSION)]
        yield wrong(Problem.NOT_ONE_OF, allowed=allowed).at("format_version")
    elif version > FORMAT_VERSION:
        yield wrong(Problem.NEWER_PROGRAM).at("format_version")


def _checksum(slots: Iterable[FiledSlot]) -> str:
    told = json.dumps(unstructured(tuple(slots)), sort_keys=True)
    return sha256(told.encode()).hexdigest()


def _problems(file: SlotsFile) -> Iterator[FieldProblem]:
    if not file.slots:
        yield wrong(Problem.TOO_FEW_ITEMS, least=1).at("slots")
    for place, slot in enumerate(file.slots):
        for problem in field_problems(asdict(slot), _SLOT):
            yield problem.at("slots", place)
    for place, template in enumerate(file.templates):
        for problem in _template_problems(template):
            yield problem.at("templates", place)
    yield from _repeated("slots", "slot_id", [slot.slot_id for slot in file.slots])
    yield from _repeated("templates", "sha256", [one.sha256 for one in file.templates])
    yield from _missing(file)


def _template_problems(template: FiledTemplate) -> Iterator[FieldProblem]:
    content = template.content
    if wrong_sizes := _SIZE(template.size):
        yield from (problem.at("size") for problem in wrong_sizes)
    elif len(content) != template.size or sha256(content).hexdigest() != template.sha256:
        yield wrong(Problem.DAMAGED).at("content")
    elif (media_type := sniff(content[:SNIFF_BYTES])) is None:
        yield wrong(Problem.UNDECODABLE).at("content")
    elif template.media_type != media_type:
        yield wrong(Problem.NOT_ONE_OF, allowed=[media_type]).at("media_type")


def _repeated(name: str, key: str, values: list[str]) -> Iterator[FieldProblem]:
    counts = Counter(values)
    for place, value in enumerate(values):
        if counts[value] > 1:
            yield wrong(Problem.REPEATED).at(name, place, key)


def _missing(file: SlotsFile) -> Iterator[FieldProblem]:
    """Yield templates that slots do not find."""
    there = {one.sha256 for one in file.templates}
    for place, slot in enumerate(file.slots):
        for number, binding in enumerate(slot.template_media):
            if binding.sha256 not in there:
                problem = wrong(Problem.NO_SUCH_TEMPLATE).at("sha256")
                yield problem.at("slots", place, "template_media", number)


def _is_sha256(value: object) -> Sequence[FieldProblem]:
    if isinstance(value, str) and _SHA256.fullmatch(value):
        return []
    return [wrong(Problem.UNLIKE_EXAMPLE, example=sha256().hexdigest())]


_SIZE: Final = whole(1, MAX_SIZE_LIMIT)
_BINDING: Final = {"media_kind": one_of(MediaKind), "sha256": _is_sha256}
_SLOT: Final[Mapping[str, Check]] = {
    **SLOT_CHECKS,
    "slot_id": known_slot,
    "settings": an_object,
    "template_media": each(object_of(_BINDING), most=MAX_TEMPLATES),
}
