"""JSON that somebody wrote, as frozen classes: nothing is missing, unknown or of another type."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar, get_origin

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import ForbiddenExtraKeysError, IterableValidationError

from .errors import FieldProblem, ValidationFailed

_PLAIN: Final = re.compile(r"[\w.-]{1,80}")
_LONGEST_NAME: Final = 80

T = TypeVar("T")


def structured(document: object, kind: type[T]) -> T:
    """Return *document* as a *kind*, a frozen attrs class with JSON's types.

    Bytes are text in base64. Dicts are taken as they are.

    Raises:
        ValidationFailed: Naming every field that is missing, unknown or of another type.
    """
    try:
        return _CONVERTER.structure(document, kind)
    except cattrs.BaseValidationError as error:
        raise ValidationFailed(list(_problems(error))) from error


def unstructured(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return *value* as JSON that `structured` takes."""
    return _CONVERTER.unstructure(value)


def step(name: str) -> str:
    """Return the *name* of a field, which anybody may have made up, as part of a path."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name[:_LONGEST_NAME])


class _Unfit(ValueError):
    """A value is of the right type, but not what it must be; the text says what is wrong."""


def _problems(error: BaseException, path: str = "") -> Iterator[FieldProblem]:
    if isinstance(error, ForbiddenExtraKeysError):
        yield from ((f"{path}{step(name)}", "is unknown") for name in sorted(error.extra_fields))
    elif isinstance(error, cattrs.ClassValidationError | IterableValidationError):
        for inner in error.exceptions:
            yield from _inside(inner, path)
    elif isinstance(error, KeyError):
        yield f"{path}{error.args[0]}", "is missing"
    else:
        problem = str(error) if isinstance(error, _Unfit) else "is of the wrong type"
        yield path.rstrip("."), problem


def _inside(error: BaseException, path: str) -> Iterator[FieldProblem]:
    notes = [] if isinstance(error, KeyError) else getattr(error, "__notes__", [])
    for note in notes:
        name = getattr(note, "name", None)
        index = getattr(note, "index", None)
        if name is not None:
            return _problems(error, f"{path}{name}.")
        if index is not None:
            return _problems(error, f"{path.rstrip('.')}[{index}].")
    return _problems(error, path)


def _converter() -> cattrs.Converter:
    """Return a converter that takes JSON as it is: no text for a number, no 1 for yes."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    for kind in (str, int, float, bool, dict):
        converter.register_structure_hook(kind, _strict)
    converter.register_structure_hook(bytes, _bytes)
    converter.register_unstructure_hook(bytes, lambda value: base64.b64encode(value).decode())
    converter.register_structure_hook_factory(_is_list, _listed)
    converter.register_structure_hook_func(_is_object, lambda value, _: _strict(value, dict))
    return converter


def _strict(value: Any, kind: type) -> Any:  # noqa: ANN401 - as cattrs calls it
    is_number = kind is float and isinstance(value, int) and not isinstance(value, bool)
    if is_number or (isinstance(value, kind) and (kind is bool) is isinstance(value, bool)):
        return value
    raise TypeError(f"no {kind.__name__}")


def _bytes(value: object, _: type) -> bytes:
    if not isinstance(value, str):
        raise TypeError("no text")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise _Unfit("is no base64") from None


def _is_list(kind: Any) -> bool:  # noqa: ANN401 - as cattrs calls it
    return get_origin(kind) is tuple


def _is_object(kind: Any) -> bool:  # noqa: ANN401 - as cattrs calls it
    return get_origin(kind) is dict


def _listed(kind: Any, converter: cattrs.BaseConverter) -> Any:  # noqa: ANN401 - as cattrs calls it
    structure = homogenous_tuple_structure_factory(kind, converter)

    def listed(value: object, kind: type) -> object:
        """Take lists only: text and objects can be gone through, too."""
        return structure(_strict(value, list), kind)

    return listed


_CONVERTER: Final = _converter()
