"""How it is said what is wrong with a setting."""

from __future__ import annotations

from typing import Any, Final

import pytest

from photochanger_adapters.settings_schema.storing import MOST_VALUES
from tests.settings_schemas import problem_of, schemas_of

PAIR: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "y": {"type": "boolean"}},
    "required": ["x", "y"],
    "additionalProperties": False,
}


def nested(depth: int) -> object:
    value: object = "core"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "part, value, problem",
    [
        ({"type": "string"}, 1, "must be text"),
        ({"type": "string", "maxLength": 3}, "four", "must be text of at most 3 characters"),
        ({"type": "string", "minLength": 5}, "four", "must be text of at least 5 characters"),
        (
            {"type": "string", "minLength": 1, "maxLength": 3},
            "",
            "must be text of 1 to 3 characters",
        ),
        ({"type": "string", "pattern": r"\S"}, " \n", "is empty"),
        ({"type": "string", "pattern": "^a", "examples": ["ab"]}, "b", "must look like ab"),
        ({"pattern": "^a"}, "b", "must have the form that the description tells"),
        ({"type": "string", "enum": ["a", "b"]}, "A", "must be one of a, b"),
        ({"type": ["string", "null"], "enum": [None, "a"]}, 1, "must be one of a"),
        ({"type": ["null", "string"]}, 1, "must be text"),
        ({"type": "integer"}, 0.5, "must be a whole number"),
        ({"type": "integer"}, True, "must be a whole number"),
        (
            {"type": "integer", "minimum": 0, "maximum": 80},
            81,
            "must be a whole number from 0 to 80",
        ),
        ({"type": "integer", "minimum": 1}, 0, "must be a whole number of at least 1"),
        ({"type": "number", "maximum": 7.5}, 8, "must be a number of at most 7.5"),
        ({"type": "boolean"}, 0, "must be true or false"),
        ({"type": "array", "maxItems": 1}, [1, 2], "must be a list of at most 1 values"),
        ({"type": "array"}, {}, "must be a list"),
        ({"type": "object"}, [], "must be an object"),
        ({"const": 1}, 2, "is not allowed"),
        ({}, "\0", "holds text that cannot be stored"),
        ({}, {"a": [{"\ud800": 1}]}, "holds text that cannot be stored"),
        ({}, float("inf"), "holds a number that cannot be stored"),
        ({}, [10**5000], "holds a number that cannot be stored"),
    ],
)
def test_problems_are_told_in_our_words(part: object, value: object, problem: str) -> None:
    assert problem_of(part, value) == problem


@pytest.mark.parametrize(
    "part, value, problem",
    [
        (PAIR, {"x": 1}, "y is missing"),
        (PAIR, {"x": 1, "y": True, "z": 1}, "z is unknown"),
        (
            {"items": PAIR},
            [{"x": 1, "y": 1}, {"x": 1, "y": False}, 5, {"x": "1"}],
            (
                "[0].y must be true or false; [2] must be an object; "
                "[3].x must be a whole number; [3].y is missing"
            ),
        ),
        ({"type": "array", "maxItems": 1, "items": PAIR}, [5, 5], "must be a list of at most 1"),
    ],
)
def test_where_inside_of_a_setting_is_told(part: object, value: object, problem: str) -> None:
    assert str(problem_of(part, value)).removesuffix(" values") == problem


def test_a_name_that_cannot_be_stored_is_not_repeated() -> None:
    problems = schemas_of({}).check("do", {"\ud800": 1, "a\0": 2, "b": 3})

    assert sorted(problems) == [
        ("settings", "holds text that cannot be stored"),
        ("settings.b", "is not a setting of this operation"),
    ]


@pytest.mark.parametrize("value", [nested(50_000), [0] * 50_000, {str(n): n for n in range(999)}])
def test_no_setting_is_too_deep_or_too_long_to_be_checked(value: object) -> None:
    schemas = schemas_of({"a": {"type": "string"}, "b": {"type": "string"}}, required=["a"])

    assert sorted(schemas.check("do", {"a": value, "b": 5})) == [
        ("settings.a", "holds too many values"),
        ("settings.b", "must be text"),
    ]


def test_what_is_just_not_too_deep_is_checked() -> None:
    deepest = MOST_VALUES - 3  # beside the list of name and value, the name, and the core

    assert problem_of({"type": "string"}, nested(deepest)) == "must be text"
    assert problem_of({"type": "string"}, nested(deepest + 1)) == "holds too many values"
