"""JSON that somebody wrote, as frozen classes: nothing is missing, unknown or of another type."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final, TypeVar, get_origin

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import ForbiddenExtraKeysError, IterableValidationError

from .errors import ValidationFailed
from .problems import MOST_TOLD, FieldProblem, Problem, wrong

T = TypeVar("T")


def structured(document: object, kind: type[T]) -> T:
    """Return *document* as a *kind*, a frozen attrs class with JSON's types.

    Tuples are lists, bytes are text in base64. Dicts are taken as they are.

    Raises:
        ValidationFailed: Naming every field that is missing, unknown or of another type.
    """
    try:
        return _CONVERTER.structure(document, kind)
    except cattrs.BaseValidationError as error:
        raise ValidationFailed(_problems(error)) from error


def unstructured(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return *value* as JSON that `structured` takes."""
    return _CONVERTER.unstructure(value)


def _problems(error: BaseException) -> list[FieldProblem]:
    if isinstance(error, ForbiddenExtraKeysError):
        return [wrong(Problem.UNKNOWN).at(name) for name in sorted(error.extra_fields)[:MOST_TOLD]]
    if isinstance(error, cattrs.ClassValidationError | IterableValidationError):
        return [problem for inner in error.exceptions for problem in _inside(inner)]
    if isinstance(error, KeyError):
        return [wrong(Problem.MISSING).at(str(error.args[0]))]
    return [wrong(error.problem if isinstance(error, _Unfit) else Problem.WRONG_TYPE)]


def _inside(error: BaseException) -> list[FieldProblem]:
    """Return the problems of a field, or of an element, as those of what holds it."""
    notes = [] if isinstance(error, KeyError) else getattr(error, "__notes__", [])
    steps = [getattr(note, "name", getattr(note, "index", None)) for note in notes]
    place = [step for step in steps if step is not None][:1]
    return [problem.at(*place) for problem in _problems(error)]


class _Unfit(TypeError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def _converter() -> cattrs.Converter:
    """Return a converter that takes JSON as it is: no text for a number, no 1 for yes."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    for kind in _KINDS:
        converter.register_structure_hook(kind, _strict)
    converter.register_structure_hook_func(_is(dict), lambda value, _: _strict(value, dict))
    converter.register_structure_hook_factory(_is(tuple), _listed)
    converter.register_structure_hook(bytes, _bytes)
    converter.register_unstructure_hook(bytes, lambda value: base64.b64encode(value).decode())
    return converter


def _is(origin: Any) -> Any:  # noqa: ANN401 - as cattrs calls it
    return lambda kind: get_origin(kind) is origin


def _strict(value: Any, kind: type) -> Any:  # noqa: ANN401 - as cattrs calls it
    is_number = kind is float and isinstance(value, int) and not isinstance(value, bool)
    if is_number or (isinstance(value, kind) and (kind is bool) is isinstance(value, bool)):
        return value
    raise _Unfit(_KINDS[kind])


def _bytes(value: object, _: type) -> bytes:
    try:
        return base64.b64decode(_strict(value, str), validate=True)
    except ValueError:
        raise _Unfit(Problem.MALFORMED) from None


def _listed(kind: Any, converter: cattrs.BaseConverter) -> Any:  # noqa: ANN401 - as cattrs calls it
    structure = homogenous_tuple_structure_factory(kind, converter)
    # Text and objects can be gone through, too.
    return lambda value, kind: structure(_strict(value, list), kind)


_KINDS: Final[Mapping[type, Problem]] = {
    str: Problem.NOT_TEXT,
    int: Problem.NOT_WHOLE_NUMBER,
    float: Problem.NOT_NUMBER,
    bool: Problem.NOT_TRUE_OR_FALSE,
    list: Problem.NOT_LIST,
    dict: Problem.NOT_OBJECT,
}
"""What is wrong with a value that is none."""


_CONVERTER: Final = _converter()
