"""What fields of a slot and their values are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.localised import localised
from photochanger_core.domain.media import MediaKind
from photochanger_core.use_cases.describe_providers import ProvidersView
from photochanger_web.locale import page_text

from .fields import Field, Kind, shown
from .route_titles import route_title
from .row_fields import cell_path, rows_of
from .schema_fields import field_of
from .slot_fields import SPECS
from .slot_texts import words

_PLACE: Final = re.compile(r"\[(\d+)\]")
_TEMPLATE: Final = re.compile(r"template_media\[(\d+)\]")
_OF_FALLBACK: Final = "fallback.settings."
_SETTINGS: Final = "settings."


@frozen(kw_only=True)
class Names:
    """What fields and their values are called.

    Attributes:
        language: In it.
        labels: By path, with empty brackets for places in lists, and by path and value.
    """

    language: str
    labels: Mapping[str, str]

    def label(self, path: str) -> str:
        """Return what the field at *path* is called: at least its path."""
        if found := _TEMPLATE.match(path):
            return page_text(self.language, "slot.image_number", number=int(found[1]) + 2)
        if path.startswith(_OF_FALLBACK):
            name = self.label(_SETTINGS + path.removeprefix(_OF_FALLBACK))
            return page_text(self.language, "slot.of_fallback", name=name)
        return self.labels.get(_PLACE.sub("[]", path), path)

    def value(self, path: str, value: object) -> str:
        """Return *value* of the field at *path* as people read it."""
        parts = unfolded(path, value)
        if [*parts] == [path]:
            return self._whole(path, value)
        if not parts:
            return self.labels["nothing"]
        return "; ".join(f"{self.label(at)}: {self._whole(at, one)}" for at, one in parts.items())

    def _whole(self, path: str, value: object) -> str:
        match value:
            case None | "" | []:
                return self.labels["nothing"]
            case {"media_kind": kind}:
                return self.labels[f"media_kind={kind}"]
            case Mapping() if value:
                return "; ".join(f"{name}: {self._whole(path, one)}" for name, one in value.items())
            case list() | tuple():
                return "; ".join(self._row(path, one) for one in value)
        return self._plain(path, value)

    def _plain(self, path: str, value: object) -> str:
        if isinstance(value, bool):
            return self.labels["true" if value else "false"]
        told = shown(Kind.TEXT, value)
        name = _PLACE.sub("[]", path).replace(_OF_FALLBACK, _SETTINGS)
        return self.labels.get(f"{name}={told}", told)

    def _row(self, path: str, row: object) -> str:
        cells = row.items() if isinstance(row, Mapping) else [("", row)]
        return " — ".join(self._whole(cell_path(path, 0, cell), one) for cell, one in cells)


def unfolded(path: str, value: object) -> Mapping[str, object]:
    """Return what *value* at *path* consists of, by path, as far as that has names of its own."""
    match value:
        case {"provider": provider, "operation": operation, **others} if path == "fallback":
            settings: Any = others.pop("settings", {})
            inside = {f"{path}.{name}": one for name, one in others.items()}
            inside |= {f"{path}.settings.{name}": one for name, one in settings.items()}
            return {path: f"{provider}/{operation}", **inside}
        case Mapping() if path == "retry":
            return {f"{path}.{name}": one for name, one in value.items()}
        case list() | tuple() if path == "template_media":
            return {f"{path}[{place}]": one for place, one in enumerate(value)}
    return {path: value}


def names_of(providers: ProvidersView, language: str) -> Names:
    """Return what fields and their values are called in *language*."""
    labels = {
        **words(language),
        **{f"media_kind={kind}": page_text(language, f"slot.kind_{kind}") for kind in MediaKind},
        "route": page_text(language, "slot.route"),
        "fallback": page_text(language, "slot.fallback"),
        "fallback.share": page_text(language, "slot.share"),
        **dict(_route_labels(providers, language)),
    }
    for field in _fields(providers, language):
        labels[field.name] = field.label
        labels |= {f"{field.name}={one.value}": one.label for one in field.choices if one.value}
    return Names(language=language, labels=labels)


def _route_labels(providers: ProvidersView, language: str) -> Iterator[tuple[str, str]]:
    for provider, operations in providers.operations.items():
        for name in operations:
            title = route_title(providers, provider, name, language)
            yield f"fallback={provider}/{name}", title
            yield f"route={provider}/{name}", title


def _fields(providers: ProvidersView, language: str) -> Iterator[Field]:
    """Yield all fields that slots may have; where operations share a name they mean the same."""
    for operations in providers.operations.values():
        for operation in operations.values():
            schema: Any = localised(operation.schema, language)
            for name, part in schema.get("properties", {}).items():
                yield from _with_cells(_SETTINGS + name, part)
    yield from (spec.field(language, {}, {}) for spec in SPECS)


def _with_cells(path: str, part: Mapping[str, Any]) -> Sequence[Field]:
    rows = rows_of(part)
    cells = {} if rows is None else rows.cells
    inside = [field_of(cell_path(path, "", cell), one, None, {}) for cell, one in cells.items()]
    return [field_of(path, part, None, {}), *inside]
