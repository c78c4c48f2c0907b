"""Who the fuzzer is, what its pictures are, and what it cannot know; loaded by schemathesis."""

from __future__ import annotations

import itertools
import json
import os
import re
from email.message import Message
from email.parser import BytesParser
from ipaddress import IPv4Address
from typing import Any, Final

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CaseMetadata
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData

from tests.contract_document import operation
from tests.pictures import JPEG, PNG, WEBP, picture

LOGS_IN: Final = "CONTRACT_FUZZ_LOGS_IN"

CREDENTIALS: Final = operation("POST", "/api/login")["requestBody"]["content"]["application/json"][
    "example"
]
"""Of somebody who may do everything: those of the contract's example."""

_PATIENCE: Final = 30
_ADDRESSES: Final = map(str, map(IPv4Address, itertools.count(int(IPv4Address("10.0.0.0")))))

_KNOWN_TO_THE_SERVER: Final = re.compile(
    r"provider|operation|(settings|fallback|template_media|provider_keys).*"  # what there is
    r"|version"  # to roll back to
    r"|before"  # what an earlier page has ended with
    r"|password",  # whether a slot needs one
    re.DOTALL,
)

for kind in (JPEG, PNG, WEBP):
    schemathesis.openapi.media_type(kind, strategies.just(picture(kind)))


@schemathesis.hook
def before_add_examples(_: HookContext, examples: list[schemathesis.Case[Any]]) -> None:
    """Send a picture where an example can only speak of one."""
    for case in examples:
        if isinstance(case.body, dict) and "fileToUpload" in case.body:
            case.body = {**case.body, "fileToUpload": picture(JPEG)}  # type: ignore[dict-item] # files are bytes


@schemathesis.hook
def before_call(_: HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Come from another address each time: nobody asks too fast, or is locked out."""
    case.headers["X-Forwarded-For"] = next(_ADDRESSES)
    if case.meta and _is_about_the_body(case.meta):
        case.headers.pop("If-Match", None)  # what is said of it would hide what is said of the body


def _is_about_the_body(meta: CaseMetadata) -> bool:
    return (
        meta.is_negative_at(ParameterLocation.BODY)
        or meta.phase.data.parameter_location is ParameterLocation.BODY
    )


@schemathesis.hook
def filter_failure(
    _: HookContext, failure: Failure, case: schemathesis.Case[Any], response: schemathesis.Response
) -> bool:
    """Pass over refusals of what no schema can tell: what there is at the moment."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    error = response.json()["error"]
    if error["code"] == "idempotency_key_reused":
        return False
    problems = error["details"].get("errors", [error["details"]])
    return not all(_is_known_to_the_server(problem.get("field", ""), case) for problem in problems)


def _is_known_to_the_server(field: str, case: schemathesis.Case[Any]) -> bool:
    holds_nul = "\\u0000" in json.dumps(case.body, default=str)  # where `settings` may be anything
    return _KNOWN_TO_THE_SERVER.fullmatch(field) is not None or (
        holds_nul and field in ("body", "slot_payload")
    )


@schemathesis.deserializer("multipart/mixed")
def parts(_: schemathesis.DeserializationContext, response: schemathesis.Response) -> list[Any]:
    """Read an answer of several parts: JSON as it is meant, pictures as nothing."""
    [kind] = response.headers["content-type"]
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + response.content)
    return [_content(part) for part in message.walk() if not part.is_multipart()]


def _content(part: Message) -> Any:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return json.loads(content) if part.get_content_type() == "application/json" else None


@schemathesis.auth(refresh_interval=None)
class Administrator:
    """Somebody who may do everything, if told to log in."""

    def __init__(self) -> None:
        self._token: str | None = None

    def get(self, case: schemathesis.Case[Any], _: schemathesis.AuthContext) -> str | None:
        """Return a token, a new one for whoever ends it."""
        if LOGS_IN not in os.environ:
            return None
        if self._token is None or case.path == "/api/logout":
            self._token = _logged_in(case.operation.base_url)
        return self._token

    def set(self, case: schemathesis.Case[Any], data: str, _: schemathesis.AuthContext) -> None:
        """Show the token."""
        case.headers["Authorization"] = f"Bearer {data}"


def _logged_in(url: str | None) -> str:
    headers = {"X-Forwarded-For": next(_ADDRESSES)}
    answer = requests.post(f"{url}/api/login", json=CREDENTIALS, headers=headers, timeout=_PATIENCE)
    answer.raise_for_status()
    return str(answer.json()["access_token"])
