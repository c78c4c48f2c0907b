"""What a schema wants, in the words of `photochanger_core.domain.checks`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

NOT_BLANK: Final = r"\S"
"""The pattern of text that must not be empty, nor white space only."""

_Schema = Mapping[str, Any]


def wanted(schema: _Schema) -> str:
    """Return what is wrong with a value that is not what *schema* wants."""
    if "enum" in schema:
        return f"must be one of {', '.join(str(one) for one in schema['enum'] if one is not None)}"
    kinds = schema.get("type", ())
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind in _KINDS:
            return f"must be {_KINDS[kind](schema)}"
    return "is not allowed"


def misshapen(schema: _Schema) -> str:
    """Return what is wrong with text that does not match the pattern of *schema*."""
    if schema["pattern"] == NOT_BLANK:
        return "is empty"
    if "examples" in schema:
        return f"must look like {schema['examples'][0]}"
    return "must have the form that the description tells"


def _text(schema: _Schema) -> str:
    bounds = _bounds(schema, "minLength", "maxLength", "of")
    return f"text{bounds} characters" if bounds else "text"


def _whole(schema: _Schema) -> str:
    return f"a whole number{_bounds(schema, 'minimum', 'maximum', 'from')}"


def _number(schema: _Schema) -> str:
    return f"a number{_bounds(schema, 'minimum', 'maximum', 'from')}"


def _list(schema: _Schema) -> str:
    bounds = _bounds(schema, "minItems", "maxItems", "of")
    return f"a list{bounds} values" if bounds else "a list"


def _bounds(schema: _Schema, least: str, most: str, word: str) -> str:
    match schema.get(least), schema.get(most):
        case None, None:
            return ""
        case low, None:
            return f" of at least {low}"
        case None, high:
            return f" of at most {high}"
        case low, high:
            return f" {word} {low} to {high}"


_KINDS: Final[Mapping[str, Callable[[_Schema], str]]] = {
    "string": _text,
    "integer": _whole,
    "number": _number,
    "boolean": lambda _: "true or false",
    "array": _list,
    "object": lambda _: "an object",
}
