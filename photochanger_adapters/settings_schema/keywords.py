"""What a broken rule of a schema means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from jsonschema import ValidationError

from photochanger_core.domain.problems import FieldProblem, Problem, wrong

NOT_BLANK: Final = r"\S"
"""The pattern of text that must not be empty, nor white space only."""

_Schema = Mapping[str, Any]
_Rule = Callable[[_Schema], FieldProblem]


def problem_of(error: ValidationError) -> FieldProblem:
    """Return what is wrong with the value that *error* is about.

    Of a rule without a meaning of its own no more is told than that it is broken.
    """
    schema: Any = error.schema
    rule = RULES.get(str(error.validator))
    return wrong(Problem.NOT_ALLOWED) if rule is None else rule(schema)


def _enum(schema: _Schema) -> FieldProblem:
    return wrong(
        Problem.NOT_ONE_OF, allowed=[str(one) for one in schema["enum"] if one is not None]
    )


def _type(schema: _Schema) -> FieldProblem:
    if "enum" in schema:  # says it better
        return _enum(schema)
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    known = [_KINDS[kind] for kind in kinds if kind in _KINDS]
    return wrong(known[0] if len(known) == 1 else Problem.WRONG_TYPE)


def _pattern(schema: _Schema) -> FieldProblem:
    if schema["pattern"] == NOT_BLANK:
        return wrong(Problem.EMPTY)
    if "examples" in schema:
        return wrong(Problem.UNLIKE_EXAMPLE, example=str(schema["examples"][0]))
    return wrong(Problem.MALFORMED)


def _number(schema: _Schema) -> FieldProblem:
    if "maximum" not in schema:
        return wrong(Problem.NUMBER_TOO_SMALL, least=schema["minimum"])
    if "minimum" not in schema:
        return wrong(Problem.NUMBER_TOO_LARGE, most=schema["maximum"])
    return wrong(Problem.NUMBER_OUT_OF_RANGE, least=schema["minimum"], most=schema["maximum"])


def _text_length(schema: _Schema) -> FieldProblem:
    if "maxLength" not in schema:
        return wrong(Problem.TEXT_TOO_SHORT, least=schema["minLength"])
    if "minLength" not in schema:
        return wrong(Problem.TEXT_TOO_LONG, most=schema["maxLength"])
    return wrong(
        Problem.TEXT_LENGTH_OUT_OF_RANGE, least=schema["minLength"], most=schema["maxLength"]
    )


_KINDS: Final[Mapping[str, Problem]] = {
    "string": Problem.NOT_TEXT,
    "integer": Problem.NOT_WHOLE_NUMBER,
    "number": Problem.NOT_NUMBER,
    "boolean": Problem.NOT_TRUE_OR_FALSE,
    "array": Problem.NOT_LIST,
    "object": Problem.NOT_OBJECT,
}

RULES: Final[Mapping[str, _Rule]] = {
    "enum": _enum,
    "type": _type,
    "pattern": _pattern,
    "minimum": _number,
    "maximum": _number,
    "minLength": _text_length,
    "maxLength": _text_length,
    "minItems": lambda schema: wrong(Problem.TOO_FEW_ITEMS, least=schema["minItems"]),
    "maxItems": lambda schema: wrong(Problem.TOO_MANY_ITEMS, most=schema["maxItems"]),
    "const": lambda schema: wrong(Problem.NOT_ONE_OF, allowed=[str(schema["const"])]),
    "uniqueItems": lambda _: wrong(Problem.REPEATED),
}
"""By keyword."""
