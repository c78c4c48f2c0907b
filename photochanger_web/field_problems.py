"""What is wrong with fields, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from photochanger_core.domain.problems import FieldProblem, Param

from .locale import text


def sentence(language: str, problem: FieldProblem) -> str:
    """Return what is wrong with the field of *problem*, without its name, in *language*."""
    said = {name: _said(language, value) for name, value in problem.params.items()}
    return text(language, f"problem.{problem.problem}", said)


def problems_json(language: str, problems: Sequence[FieldProblem]) -> list[dict[str, Any]]:
    """Return *problems* as callers are told them: for programs, and in *language* for people."""
    return [
        {
            "field": problem.field,
            "problem": sentence(language, problem),
            "code": problem.problem,
            "params": dict(problem.params),
        }
        for problem in problems
    ]


def _said(language: str, value: Param) -> str:
    match value:
        case str():
            return value
        case float() if language == "ru":
            return str(value).replace(".", ",")
        case int() | float():
            return str(value)
    return ", ".join(value)
