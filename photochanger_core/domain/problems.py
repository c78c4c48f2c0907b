"""What can be wrong with a field that somebody filled in.

Only what it is: the sentence is made where it is told, in the language of whoever is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

from attrs import Factory, evolve, frozen

LONGEST_NAME: Final = 64
"""Characters that are repeated of a name: ours are shorter, and what is longer may be anything."""


MOST_TOLD: Final = 100
"""Problems told at once. Who sends more has not made that many mistakes."""


class Problem(StrEnum):
    """What is wrong with one field, or with the configuration: stored nowhere, shown to callers."""

    MISSING = "missing"
    EMPTY = "empty"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    TOO_LONG = "too_long"
    TOO_MANY_PARTS = "too_many_parts"
    MALFORMED = "malformed"
    UNDECODABLE = "undecodable"
    MISMATCH = "mismatch"
    DAMAGED = "damaged"
    NEWER_PROGRAM = "newer_program"
    NOT_IN_FILE = "not_in_file"
    NO_PUBLIC_ADDRESS = "no_public_address"
    WRONG_CREDENTIALS = "wrong_credentials"
    FOREIGN_REQUEST = "foreign_request"
    NO_ACCOUNTS = "no_accounts"
    JSON_BODY = "json_body"
    LINK_ENDED = "link_ended"

    NOT_ALLOWED = "not_allowed"
    NOT_ONE_OF = "not_one_of"
    WRONG_TYPE = "wrong_type"
    NOT_TEXT = "not_text"
    NOT_NUMBER = "not_number"
    NOT_WHOLE_NUMBER = "not_whole_number"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    NOT_LIST = "not_list"
    NOT_OBJECT = "not_object"

    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    NUMBER_TOO_SMALL = "number_too_small"
    NUMBER_TOO_LARGE = "number_too_large"
    TEXT_LENGTH_OUT_OF_RANGE = "text_length_out_of_range"
    TEXT_TOO_SHORT = "text_too_short"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_BYTES_OUT_OF_RANGE = "text_bytes_out_of_range"
    TOO_FEW_ITEMS = "too_few_items"
    TOO_MANY_ITEMS = "too_many_items"
    TOO_MANY_VALUES = "too_many_values"
    UNLIKE_EXAMPLE = "unlike_example"
    UNSTORABLE_TEXT = "unstorable_text"
    UNSTORABLE_NUMBER = "unstorable_number"

    NOT_AN_ACCOUNT_NAME = "not_an_account_name"
    NOT_AN_API_KEY = "not_an_api_key"
    NOT_A_SLOT = "not_a_slot"
    NOT_A_PAGE = "not_a_page"
    NO_SUCH_ACCOUNT = "no_such_account"
    NO_SUCH_TEMPLATE = "no_such_template"
    NO_SUCH_VERSION = "no_such_version"

    UNKNOWN_SETTING = "unknown_setting"
    SET_TOGETHER = "set_together"
    SAME_AS = "same_as"
    ASKED_ONLY_ONCE = "asked_only_once"
    NO_ROOM_FOR_PHOTO = "no_room_for_photo"
    TEMPLATE_NEEDED = "template_needed"
    FORM_FIELD_TAKEN = "form_field_taken"
    NOT_FORM_FIELDS = "not_form_fields"


Param: TypeAlias = int | float | str | Sequence[str]

PARAMS: Final[Mapping[Problem, frozenset[str]]] = {
    problem: frozenset(names.split())
    for problem, names in {
        Problem.NOT_ONE_OF: "allowed",
        Problem.NUMBER_OUT_OF_RANGE: "least most",
        Problem.NUMBER_TOO_SMALL: "least",
        Problem.NUMBER_TOO_LARGE: "most",
        Problem.TEXT_LENGTH_OUT_OF_RANGE: "least most",
        Problem.TEXT_TOO_SHORT: "least",
        Problem.TEXT_TOO_LONG: "most",
        Problem.TEXT_BYTES_OUT_OF_RANGE: "least most",
        Problem.TOO_FEW_ITEMS: "least",
        Problem.TOO_MANY_ITEMS: "most",
        Problem.TOO_MANY_VALUES: "most",
        Problem.UNLIKE_EXAMPLE: "example",
        Problem.NOT_AN_ACCOUNT_NAME: "most",
        Problem.NOT_AN_API_KEY: "most",
        Problem.SET_TOGETHER: "other",
        Problem.SAME_AS: "other",
        Problem.NOT_FORM_FIELDS: "most",
    }.items()
}
"""What goes with each problem, if anything does."""


@frozen
class FieldProblem:
    """What is wrong with a field.

    Attributes:
        field: Its path, as `retry.error_tries` or `template_media[1].media_kind`; empty: all of
            what was looked at.
        problem: What is wrong with it.
        params: What goes with that, by `PARAMS`: what would be right. Never what was given, which
            may be secret, or a megabyte.
    """

    field: str
    problem: Problem
    params: Mapping[str, Param] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        """Raise ValueError if not exactly that goes with the problem which should."""
        if self.params.keys() != PARAMS.get(self.problem, frozenset()):
            raise ValueError(f"{self.problem} does not go with {', '.join(self.params)}")

    def __str__(self) -> str:
        """Return it in a form for logs."""
        params = " ".join(f"{name}={value}" for name, value in self.params.items())
        where = f"{self.field}: {self.problem}" if self.field else self.problem
        return f"{where} ({params})" if params else where

    def at(self, *steps: str | int) -> FieldProblem:
        """Return it as a problem of what holds the field.

        Args:
            steps: Names in objects, and places in lists, on the way to what was looked at.
        """
        path = self.field
        for step in reversed(steps):
            path = _joined(step, path)
        return evolve(self, field=path)


def wrong(problem: Problem, **params: Param) -> FieldProblem:
    """Return what is wrong with all of what was looked at."""
    return FieldProblem("", problem, params)


def _joined(step: str | int, rest: str) -> str:
    head = f"[{step}]" if isinstance(step, int) else _told(step)
    return f"{head}.{rest}" if rest and not rest.startswith("[") else head + rest


def _told(name: str) -> str:
    told = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return told if name and not name.startswith("[") else f'"{told}"'
