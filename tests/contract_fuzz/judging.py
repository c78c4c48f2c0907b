"""What the fuzzer takes for wrong, and is not: it knows neither what there is, nor forms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from tests.contract_document import operation, problems

_UNKNOWABLE: Final = (
    (r"(fallback\.)?(provider|operation)", "not_one_of"),
    (r"(fallback\.)?settings(\..*)?", None),  # what the schema of the operation says, any code
    (r"fallback", "same_as"),
    (r"template_media(\[\d+\]\.media_object_id)?", "no_such_template"),
    (r"provider_keys", "unknown"),
    (r"version", "no_such_version"),  # to roll back to
    (r"output_(width|height)", "set_together"),  # one is named, the other stays as it is
    (r"password", "missing"),  # whether a slot needs one
    (r"before", "not_a_page"),  # what an earlier page has ended with
)
"""Fields, and what is said of them by what there is: no schema can tell that."""

_BOOTHS: Final = ("/ingest/", "/api/ingest/")


def is_unknowable(error: Mapping[str, Any], body: object) -> bool:
    """Whether a request with *body* is refused for what there is at the moment, and only for it."""
    if error["code"] in ("idempotency_key_reused", "invalid_password"):
        return True
    told = error["details"].get("errors", [error["details"]])
    return bool(told) and all(_is_by_what_there_is(problem, body) for problem in told)


def _is_by_what_there_is(problem: Mapping[str, Any], body: object) -> bool:
    field, code = problem.get("field", ""), problem.get("code", problem.get("problem"))
    holds_nul = "\\u0000" in json.dumps(body, default=str)  # where `settings` may be anything
    return (holds_nul and field in ("body", "slot_payload")) or any(
        re.fullmatch(known, field, re.DOTALL) and said in (None, code)
        for known, said in _UNKNOWABLE
    )


def is_right_form(path: str, body: object) -> bool:
    """Whether *body* is what booths may send to *path* once its numbers are texts: forms have none.

    What stands behind the question mark is always right there: unknown names are ignored.
    """
    if not path.startswith(_BOOTHS) or not isinstance(body, dict):
        return False
    sent = {
        name: str(value) if isinstance(value, int | float) else value
        for name, value in body.items()
    }
    described = operation("POST", path)["requestBody"]["content"]["multipart/form-data"]
    return not problems(described["schema"], sent)
