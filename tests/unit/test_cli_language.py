"""In which language the command line tells what is wrong."""

from __future__ import annotations

import pytest

from photochanger_cli.failures import in_words
from photochanger_cli.language import language_of
from photochanger_core.domain.errors import (
    InvalidRequest,
    QueueUnavailable,
    ShuttingDown,
    ValidationFailed,
)
from photochanger_core.domain.problems import Problem, wrong


@pytest.mark.parametrize(
    "environment, language",
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru"}, "ru"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ru_RU"}, "ru"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ru_RU", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": ""}, "ru"),
        ({"LC_TIME": "ru_RU.UTF-8"}, "en"),
    ],
)
def test_the_locale_says_which(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_fields_that_are_wrong_are_told_in_it() -> None:
    error = ValidationFailed(
        [
            wrong(Problem.NUMBER_OUT_OF_RANGE, least=1, most=6).at("retry", "error_tries"),
            wrong(Problem.UNKNOWN).at("colour"),
        ]
    )

    assert in_words(error, "en") == (
        "validation_failed: retry.error_tries: must be from 1 to 6; colour: unknown"
    )
    assert in_words(error, "ru") == (
        "недопустимые значения (validation_failed): retry.error_tries: должно быть от 1 до 6; "
        "colour: такого поля нет"
    )


def test_what_is_wrong_with_a_part_is_told_in_it() -> None:
    error = InvalidRequest("file", Problem.UNDECODABLE, "12 bytes are missing")

    assert in_words(error, "en") == "invalid_request: file: not a readable picture"
    assert in_words(error, "ru") == (
        "неверные данные (invalid_request): file: не читается как изображение"
    )


def test_other_errors_keep_what_the_log_has_of_them() -> None:
    assert in_words(QueueUnavailable("gone"), "en") == "queue_unavailable: gone"
    assert in_words(QueueUnavailable("gone"), "ru") == (
        "база данных не отвечает (queue_unavailable): gone"
    )
    assert in_words(ShuttingDown(), "en") == "shutting_down"
    assert in_words(ShuttingDown(), "ru") == "shutting_down"
