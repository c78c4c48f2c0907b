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
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from attrs import asdict

from .checks import Check, an_object, each, field_problems, object_of, one_of
from .errors import FieldProblem, ValidationFailed
from .ids import SLOT_IDS
from .media import MAX_TEMPLATES, MediaKind
from .picture import SNIFF_BYTES, sniff
from .plain_json import FILE, parsed, refuse
from .slot import MAX_SIZE_LIMIT, MEGABYTE, SLOT_CHECKS
from .slots_file import FiledSlot, FiledTemplate, SlotsFile, used
from .structuring import structured, unstructured

FORMAT: Final = "photochanger-slots"
FORMAT_VERSION: Final = 1

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
    document = parsed(text)
    del text
    checksum = _opened(document)
    file = structured(document, SlotsFile)
    refuse(_problems(file))
    if checksum not in (None, _checksum(file.slots)):
        problem = "does not fit the slots: they were damaged, or changed; if changed, remove it"
        raise ValidationFailed([("checksum", problem)])
    return file


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationFailed([(FILE, f"is no UTF-8 at byte {error.start}")]) from None


def _opened(document: dict[str, Any]) -> object:
    """Take from *document* what is said of it as a whole, and return its checksum."""
    if document.pop("format", None) != FORMAT:
        raise ValidationFailed([("format", f"must be {FORMAT}")])
    version = document.pop("format_version", None)
    if isinstance(version, bool) or version != FORMAT_VERSION:
        raise ValidationFailed([("format_version", f"must be {FORMAT_VERSION}")])
    return document.pop("checksum", None)


def _checksum(slots: Iterable[FiledSlot]) -> str:
    told = json.dumps(unstructured(tuple(slots)), sort_keys=True)
    return sha256(told.encode()).hexdigest()


def _problems(file: SlotsFile) -> Iterator[FieldProblem]:
    if not file.slots:
        yield "slots", "are none"
    for place, slot in enumerate(file.slots):
        for name, problem in field_problems(asdict(slot), _CHECKS):
            yield f"slots[{place}].{name}", problem
    for place, template in enumerate(file.templates):
        for name, problem in _template_problems(template):
            yield f"templates[{place}].{name}", problem
    yield from _repeated("slots", "slot_id", [slot.slot_id for slot in file.slots])
    yield from _repeated("templates", "sha256", [one.sha256 for one in file.templates])
    yield from _unfit(file)


def _template_problems(template: FiledTemplate) -> Iterator[FieldProblem]:
    content = template.content
    if not 0 < len(content) <= MAX_SIZE_LIMIT:
        yield "content", f"must be 1 byte to {MAX_SIZE_LIMIT // MEGABYTE} MiB"
    elif len(content) != template.size or sha256(content).hexdigest() != template.sha256:
        yield "content", "does not fit size and sha256: it is damaged"
    elif (media_type := sniff(content[:SNIFF_BYTES])) is None:
        yield "content", "is no JPEG, PNG or WebP"
    elif template.media_type != media_type:
        yield "media_type", f"must be {media_type}, as the content is"


def _repeated(name: str, key: str, values: list[str]) -> Iterator[FieldProblem]:
    counts = Counter(values)
    for place, value in enumerate(values):
        if counts[value] > 1:
            yield f"{name}[{place}].{key}", "stands there twice"


def _unfit(file: SlotsFile) -> Iterator[FieldProblem]:
    """Yield templates that slots do not find, and those that none uses."""
    there, wanted = {one.sha256 for one in file.templates}, used(file.slots)
    for place, slot in enumerate(file.slots):
        for number, binding in enumerate(slot.template_media):
            if binding.sha256 not in there:
                path = f"slots[{place}].template_media[{number}].sha256"
                yield path, "is not among the templates"
    for place, template in enumerate(file.templates):
        if template.sha256 not in wanted:
            yield f"templates[{place}]", "is used by no slot"


def _is_slot(value: object) -> str | None:
    return None if value in SLOT_IDS else f"must be one of {SLOT_IDS[0]} to {SLOT_IDS[-1]}"


def _is_sha256(value: object) -> str | None:
    if isinstance(value, str) and _SHA256.fullmatch(value):
        return None
    return "must be 64 lower-case hexadecimal digits"


_BINDING: Final = {"media_kind": one_of(MediaKind), "sha256": _is_sha256}
_CHECKS: Final[Mapping[str, Check]] = {
    **SLOT_CHECKS,
    "slot_id": _is_slot,
    "settings": an_object,
    "template_media": each(object_of(_BINDING), most=MAX_TEMPLATES),
}
