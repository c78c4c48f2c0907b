"""Values of a JSON request, checked as the Gemini API checks them (proto3 JSON)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection
from typing import TypeVar

from .gemini_errors import invalid

T = TypeVar("T")

Check = Callable[[object, str], T]
"""Takes a value and its path; raises GeminiError if the value is wrong."""


def parsed(body: bytes) -> object:
    """Return the JSON in *body*."""
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise invalid(f"Invalid JSON payload received. {error}", field="") from error
    return document


def message(value: object, path: str, names: str) -> dict[str, object]:
    """Return *value* if it is an object with no other fields than *names*."""
    if not isinstance(value, dict):
        raise invalid(f"Invalid value at '{path}', an object is wanted.", field=path)
    for name in value.keys() - names.split():
        at = f" at '{path}'" if path else ""
        text = f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
        raise invalid(text, field=path)
    return value


def each(value: object, path: str, check: Check[T]) -> list[T]:
    """Return what *check* makes of every element of the list *value*."""
    if not isinstance(value, list):
        raise invalid(f"Invalid value at '{path}', a list is wanted.", field=path)
    return [check(element, f"{path}[{index}]") for index, element in enumerate(value)]


def text(value: object, path: str) -> str:
    """Return *value* if it is a string."""
    if not isinstance(value, str):
        raise invalid(f"Invalid value at '{path}' (TYPE_STRING), {value!r:.100}", field=path)
    return value


def one_of(value: object, path: str, allowed: Collection[str]) -> str:
    """Return *value* if it is one of the strings *allowed*."""
    if not isinstance(value, str) or value not in allowed:
        raise invalid(f"Invalid value at '{path}' (TYPE_ENUM), {value!r:.100}", field=path)
    return value


def binary(value: object, path: str) -> bytes:
    """Return what the standard base64 *value* stands for; a `data:` prefix is none."""
    try:
        return base64.b64decode(text(value, path), validate=True)
    except (binascii.Error, ValueError) as error:
        problem = f"Invalid value at '{path}' (TYPE_BYTES), Base64 decoding failed: {error}"
        raise invalid(problem, field=path) from error
