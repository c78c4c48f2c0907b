"""What is wrong with a field, and where."""

from __future__ import annotations

import pytest

from photochanger_core.domain.checks import each, flag, object_of, whole
from photochanger_core.domain.problems import (
    LONGEST_NAME,
    PARAMS,
    FieldProblem,
    Param,
    Problem,
    wrong,
)

MISSING = wrong(Problem.MISSING)


@pytest.mark.parametrize(
    "problem, field",
    [
        (MISSING, ""),
        (MISSING.at("retry"), "retry"),
        (MISSING.at("error_tries").at("retry"), "retry.error_tries"),
        (MISSING.at("retry", "error_tries"), "retry.error_tries"),
        (MISSING.at("templates", 1, "kind"), "templates[1].kind"),
        (MISSING.at(1, 2).at("grid"), "grid[1][2]"),
        (MISSING.at("", "kind"), '"".kind'),
        (MISSING.at("settings", "[0]"), 'settings."[0]"'),
        (MISSING.at("n" * LONGEST_NAME), "n" * LONGEST_NAME),
        (MISSING.at("settings", "n" * 10**6), f"settings.{'n' * LONGEST_NAME}…"),
    ],
)
def test_where_it_is_is_told_as_a_path(problem: FieldProblem, field: str) -> None:
    assert problem == FieldProblem(field, Problem.MISSING)


@pytest.mark.parametrize(
    "problem, params",
    [
        (Problem.MISSING, {"least": 1}),
        (Problem.NUMBER_OUT_OF_RANGE, {"least": 1}),
        (Problem.NUMBER_OUT_OF_RANGE, {}),
        (Problem.NOT_ONE_OF, {"most": 5}),
    ],
)
def test_exactly_that_goes_with_a_problem_which_its_sentences_need(
    problem: Problem, params: dict[str, Param]
) -> None:
    with pytest.raises(ValueError, match=problem):
        wrong(problem, **params)


def test_nothing_goes_with_most_problems() -> None:
    assert all(PARAMS.values())
    assert wrong(Problem.UNKNOWN).params == {}


def test_logs_tell_all_of_it_in_one_line() -> None:
    problem = wrong(Problem.NUMBER_OUT_OF_RANGE, least=1, most=6)

    assert str(problem) == "number_out_of_range (least=1 most=6)"
    assert str(problem.at("retry", "error_tries")) == f"retry.error_tries: {problem}"
    assert str(MISSING) == "missing"


def test_all_that_is_wrong_inside_of_a_field_is_named() -> None:
    check = object_of(
        {"on": flag, "sizes": each(whole(1, 9), most=3)}, needed=("name", "address", "on")
    )

    found = check({"on": 1, "sizes": [1, 10, "2"], "colour": "red"})

    assert [problem.field for problem in found] == [
        *("address", "name", "on", "sizes[1]", "sizes[2]", "colour")
    ]
