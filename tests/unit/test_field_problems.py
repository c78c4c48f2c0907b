"""Whatever is wrong with a field, it is told in the language of whoever is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.gemini.settings import SCHEMAS as GEMINI
from photochanger_adapters.turbotext.settings import SCHEMAS as TURBOTEXT
from photochanger_core.domain.account import account_name
from photochanger_core.domain.checks import Check
from photochanger_core.domain.problems import PARAMS, FieldProblem, Problem, wrong
from photochanger_core.domain.provider_key import api_key
from photochanger_core.domain.settings import SETTINGS_CHECKS
from photochanger_core.domain.slot import SLOT_CHECKS
from photochanger_core.use_cases.set_password import password
from photochanger_web.field_problems import problems_json, sentence
from photochanger_web.locale import LANGUAGES, text
from tests.settings_schemas import CYRILLIC

SECRET: Final = "s3cret"
EXAMPLES: Final[Mapping[str, Any]] = {
    "allowed": ["one", "two"],
    "example": "ab",
    "least": 1,
    "most": 9,
    "other": "x",
}
CHECKS: Final[Mapping[str, Check]] = {
    **SLOT_CHECKS,
    **SETTINGS_CHECKS,
    "username": account_name,
    "ingest_password": password,
    "provider_key": api_key,
}
OPERATIONS: Final = [
    (schemas, name) for schemas in (GEMINI, TURBOTEXT) for name in schemas.operations
]

VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.just(SECRET)
    | st.text(max_size=9)
)
NAMES = st.sampled_from(
    [
        *("error_tries", "after_ambiguous", "provider", "operation", "settings", "share"),
        *("media_kind", "media_object_id", "category", "threshold", "x"),
    ]
)
ANY_JSON = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
LONG = st.sampled_from([SECRET * 200, [SECRET] * 500, SECRET * 200_000])


class Asked(Mapping[str, object]):
    """Remembers what a text asks for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> object:
        self.names.add(name)
        return "…"

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_a_sentence_with_exactly_what_goes_with_it(
    problem: Problem, language: str
) -> None:
    asked = Asked()
    written = text(language, f"problem.{problem}", asked)

    assert asked.names == PARAMS.get(problem, set())
    assert bool(CYRILLIC.search(written)) is (language == "ru")


@pytest.mark.parametrize("problem", PARAMS)
def test_what_goes_with_a_problem_is_told(problem: Problem) -> None:
    params = {name: EXAMPLES[name] for name in PARAMS[problem]}
    told = sentence("en", wrong(problem, **params))

    for value in params.values():
        assert (", ".join(value) if isinstance(value, list) else str(value)) in told


def test_numbers_are_written_as_the_language_has_it() -> None:
    problem = wrong(Problem.NUMBER_OUT_OF_RANGE, least=0.1, most=10**10)

    assert sentence("en", problem) == "must be from 0.1 to 10000000000"
    assert sentence("ru", problem) == "должно быть от 0,1 до 10000000000"


@given(st.sampled_from([*CHECKS]), ANY_JSON | LONG)
def test_no_field_leaves_anything_in_english_or_repeats_a_value(name: str, value: object) -> None:
    is_told_well(CHECKS[name](value))


@given(st.data())
def test_no_setting_leaves_anything_in_english_or_repeats_a_value(data: st.DataObject) -> None:
    schemas, operation = data.draw(st.sampled_from(OPERATIONS))
    known: Any = schemas.operations[operation].schema["properties"]
    names = st.sampled_from([*known, "more"])
    told = data.draw(st.dictionaries(names, ANY_JSON | LONG, max_size=4))

    is_told_well(schemas.check(operation, told))


def is_told_well(problems: Sequence[FieldProblem]) -> None:
    for problem in problems:
        russian, english = (sentence(language, problem) for language in ("ru", "en"))
        assert CYRILLIC.search(russian)
        assert not CYRILLIC.search(english)
        assert SECRET not in problem.field + russian + english + str(problem)
        assert len(problem.field + russian) < 1000


def test_programs_are_told_by_code() -> None:
    problem = wrong(Problem.NOT_ONE_OF, allowed=["one", "two"]).at("kind")
    [told] = problems_json("ru", [problem])

    assert json.loads(json.dumps(told)) == {
        "field": "kind",
        "problem": "должно быть одним из: one, two",
        "code": "not_one_of",
        "params": {"allowed": ["one", "two"]},
    }
