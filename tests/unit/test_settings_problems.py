"""How it is said what is wrong with a setting."""

from __future__ import annotations

from typing import Any, Final

import pytest

from photochanger_adapters.settings_schema.keywords import RULES
from photochanger_adapters.settings_schema.storing import MOST_VALUES
from tests.settings_schemas import SPOKEN, problems_of, schemas_of

WITH_NAMES: Final = {"required", "additionalProperties"}
"""Keywords that have a problem for each name."""

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
        ({"type": "string"}, 1, "not_text"),
        ({"type": "string", "maxLength": 3}, "four", "text_too_long (most=3)"),
        ({"type": "string", "minLength": 5}, "four", "text_too_short (least=5)"),
        (
            {"type": "string", "minLength": 1, "maxLength": 3},
            "",
            "text_length_out_of_range (least=1 most=3)",
        ),
        ({"type": "string", "pattern": r"\S"}, " \n", "empty"),
        (
            {"type": "string", "pattern": "^a", "examples": ["ab"]},
            "b",
            "unlike_example (example=ab)",
        ),
        ({"pattern": "^a"}, "b", "malformed"),
        ({"type": "string", "enum": ["a", "b"]}, "A", "not_one_of (allowed=['a', 'b'])"),
        ({"type": ["string", "null"], "enum": [None, "a"]}, 1, "not_one_of (allowed=['a'])"),
        ({"type": ["null", "string"]}, 1, "not_text"),
        ({"type": ["boolean", "string"]}, 1, "wrong_type"),
        ({"type": "integer"}, 0.5, "not_whole_number"),
        ({"type": "integer"}, True, "not_whole_number"),
        ({"type": "integer", "minimum": 0, "maximum": 80}, "81", "not_whole_number"),
        (
            {"type": "integer", "minimum": 0, "maximum": 80},
            81,
            "number_out_of_range (least=0 most=80)",
        ),
        ({"type": "integer", "minimum": 1}, 0, "number_too_small (least=1)"),
        ({"type": "number", "maximum": 7.5}, 8, "number_too_large (most=7.5)"),
        ({"type": "number"}, "8", "not_number"),
        ({"type": "boolean"}, 0, "not_true_or_false"),
        ({"type": "array", "maxItems": 1}, [1, 2], "too_many_items (most=1)"),
        ({"type": "array", "minItems": 1}, [], "too_few_items (least=1)"),
        ({"type": "array", "uniqueItems": True}, [1, 1], "repeated"),
        ({"type": "array"}, {}, "not_list"),
        ({"type": "object"}, [], "not_object"),
        ({"const": 1}, 2, "not_one_of (allowed=['1'])"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, 0.5, "not_allowed"),
        ({"exclusiveMinimum": 1}, 1, "not_allowed"),
        ({}, "\0", "unstorable_text"),
        ({}, {"a": [{"\ud800": 1}]}, "unstorable_text"),
        ({}, float("inf"), "unstorable_number"),
        ({}, [10**5000], "unstorable_number"),
    ],
)
def test_what_is_wrong_with_a_setting_has_a_code(part: object, value: object, problem: str) -> None:
    assert problems_of(part, value) == [f"settings.it: {problem}"]


@pytest.mark.parametrize(
    "part, value, problems",
    [
        (PAIR, {"x": 1}, [".y: missing"]),
        (PAIR, {"x": 1, "y": True, "z": 1}, [".z: unknown"]),
        (
            {"items": PAIR},
            [{"x": 1, "y": 1}, {"x": 1, "y": False}, 5, {"x": "1"}],
            [
                *("[0].y: not_true_or_false", "[2]: not_object"),
                *("[3].x: not_whole_number", "[3].y: missing"),
            ],
        ),
        (
            {"type": "array", "maxItems": 1, "items": PAIR},
            [5, 5],
            [": too_many_items (most=1)", "[0]: not_object", "[1]: not_object"],
        ),
    ],
)
def test_where_inside_of_a_setting_is_told(
    part: object, value: object, problems: list[str]
) -> None:
    assert sorted(problems_of(part, value)) == [f"settings.it{problem}" for problem in problems]


def test_every_keyword_of_schemas_has_its_problem() -> None:
    assert RULES.keys() - {"const", "uniqueItems"} | WITH_NAMES | {"items", "properties"} == SPOKEN


def test_a_name_that_cannot_be_stored_is_not_repeated() -> None:
    problems = schemas_of({}).check("do", {"\ud800": 1, "a\0": 2, "b": 3})

    assert sorted(map(str, problems)) == [
        "settings.b: unknown_setting",
        "settings: unstorable_text",
    ]


@pytest.mark.parametrize("value", [nested(50_000), [0] * 50_000, {str(n): n for n in range(999)}])
def test_no_setting_is_too_deep_or_too_long_to_be_checked(value: object) -> None:
    schemas = schemas_of({"a": {"type": "string"}, "b": {"type": "string"}}, required=["a"])

    assert sorted(map(str, schemas.check("do", {"a": value, "b": 5}))) == [
        f"settings.a: too_many_values (most={MOST_VALUES})",
        "settings.b: not_text",
    ]


def test_what_is_just_not_too_deep_is_checked() -> None:
    deepest = MOST_VALUES - 3  # beside the list of name and value, the name, and the core
    too_many = f"too_many_values (most={MOST_VALUES})"

    assert problems_of({"type": "string"}, nested(deepest)) == ["settings.it: not_text"]
    assert problems_of({"type": "string"}, nested(deepest + 1)) == [f"settings.it: {too_many}"]
