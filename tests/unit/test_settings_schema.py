"""What slots may tell drivers: whatever they tell, all that is wrong is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import asdict
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing.exceptions import Unresolvable

from photochanger_adapters.gemini.settings import OPERATION, SCHEMAS, GeminiSettings
from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.ports.provider import Operation
from tests.settings_schemas import schemas_of

UNHURRIED = settings(deadline=None)
ALLOWED: Any = SCHEMAS.operations[OPERATION].schema["properties"]
SAFETY: Any = ALLOWED["safety_settings"]["items"]["properties"]
SECRET: Final = "s3cret!"

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=8,
)
ANY_SETTINGS = st.dictionaries(st.sampled_from([*ALLOWED]) | ANY_TEXT, ANY_JSON, max_size=6)

GOOD_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
GOOD_SAFETY = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(part["enum"]) for name, part in SAFETY.items()}),
    unique_by=lambda item: item["category"],
)
CHOSEN = ("aspect_ratio", "image_size", "safety")
GOOD_SETTINGS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"prompt": GOOD_TEXT.filter(str.strip)},
    optional={
        "model": st.from_regex(r"[a-z0-9](-?[a-z0-9]\.?[a-z0-9]){0,9}", fullmatch=True),
        "system_instruction": GOOD_TEXT,
        "safety_settings": GOOD_SAFETY,
        **{name: st.sampled_from(ALLOWED[name]["enum"]) for name in CHOSEN},
    },
)
NEVER_RIGHT = st.sampled_from([True, 0.5, [{}], {"": "x"}, "\0", [["\ud800"]], float("nan"), 2**64])
WRONG = st.dictionaries(st.sampled_from([*ALLOWED, "seed", "тон"]), NEVER_RIGHT)


@UNHURRIED
@given(ANY_SETTINGS)
def test_whatever_comes_is_either_named_or_understood(told: dict[str, object]) -> None:
    problems = SCHEMAS.check(OPERATION, told)

    for problem in problems:
        assert problem.field.split(".")[0] == "settings"
        assert str(problem).encode()
    if problems:
        with pytest.raises(ValidationFailed):
            GeminiSettings.of(OPERATION, told)
    else:
        GeminiSettings.of(OPERATION, told)


@UNHURRIED
@given(GOOD_SETTINGS)
def test_what_is_right_is_understood_as_it_is_told(told: dict[str, Any]) -> None:
    assert SCHEMAS.check(OPERATION, told) == []

    understood = asdict(GeminiSettings.of(OPERATION, told))

    defaults = {name: part["default"] for name, part in ALLOWED.items() if "default" in part}
    wanted: dict[str, Any] = defaults | told
    assert understood == wanted | {"safety_settings": tuple(wanted["safety_settings"])}


@UNHURRIED
@given(GOOD_SETTINGS, WRONG, st.booleans())
def test_all_that_is_wrong_is_named_at_once_and_nothing_else(
    right: dict[str, Any], wrong: dict[str, object], is_prompt_gone: bool
) -> None:
    told, names = right | wrong, set(wrong)
    if is_prompt_gone:
        del told["prompt"]
        names.add("prompt")

    paths = [problem.field for problem in SCHEMAS.check(OPERATION, told)]

    assert {re.split(r"[.[]", path)[1] for path in paths} == names


@pytest.mark.parametrize("name", [*ALLOWED, "unknown"])
@pytest.mark.parametrize("value", [SECRET * 2000, [SECRET], {"a": SECRET}, [{"a": SECRET}]])
def test_values_are_never_quoted(name: str, value: object) -> None:
    problems = SCHEMAS.check(OPERATION, {"prompt": "p", name: value})

    assert {problem.field.split("[")[0] for problem in problems} == {f"settings.{name}"}
    assert SECRET not in str(problems)


def test_of_an_unknown_operation_the_known_ones_are_named() -> None:
    one = schemas_of({"a": {"type": "boolean"}}, required=["a"])
    two = SettingsSchemas({**one.operations, "undo": Operation(schema={"properties": {}})})

    assert one.check("paint", {}) == [
        wrong(Problem.NOT_ONE_OF, allowed=["do"]).at("operation"),
        wrong(Problem.MISSING).at("settings", "a"),
    ]
    assert two.check("paint", {}) == [
        wrong(Problem.NOT_ONE_OF, allowed=["do", "undo"]).at("operation")
    ]


def test_defaults_fill_only_what_is_not_told() -> None:
    schemas = schemas_of({"a": {"default": 1}, "b": {"default": None}, "c": {}})

    assert schemas.with_defaults("do", {}) == {"a": 1, "b": None}
    assert schemas.with_defaults("do", {"a": 2, "c": 3}) == {"a": 2, "b": None, "c": 3}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of fetching, were it done
def test_a_schema_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    elsewhere = tmp_path / "schema.json"
    elsewhere.write_text("{}", "utf-8")
    schemas = schemas_of({"a": {"$ref": elsewhere.as_uri()}})

    with pytest.raises(Unresolvable):
        schemas.check("do", {"a": 1})
