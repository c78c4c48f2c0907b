"""Who the fuzzer is, what its pictures are, and what it cannot know; loaded by schemathesis."""

from __future__ import annotations

import itertools
import json
import os
from email.message import Message
from email.parser import BytesParser
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CaseMetadata
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData

from tests.contract_document import operation
from tests.pictures import JPEG, PNG, WEBP, picture

from .judging import is_right_form, is_unknowable

LOGS_IN: Final = "CONTRACT_FUZZ_LOGS_IN"
ANSWERED: Final = "CONTRACT_FUZZ_ANSWERED"
KEPT: Final = "CONTRACT_FUZZ_KEPT"
"""Variables: whether to log in, where to write what is answered well, and what to leave there."""

CREDENTIALS: Final = operation("POST", "/api/login")["requestBody"]["content"]["application/json"][
    "example"
]
"""Of somebody who may do everything: those of the contract's example."""

_PATIENCE: Final = 30
_PROBES: Final = 10
_KEY: Final = "simulated-key"  # that the stand-in for the provider takes
_GOOD: Final = range(200, 300)
_TOKENS: Final[set[str]] = set()
_JOBS: Final[list[str]] = []
_ADDRESSES: Final = map(str, map(IPv4Address, itertools.count(int(IPv4Address("10.0.0.0")))))

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
    if case.method == "DELETE" and LOGS_IN in os.environ:
        _spare_what_others_ask_for(case)
    _allow_what_follows(case)
    if case.meta and _is_about_the_body(case.meta):
        _forget_the_version(case)


def _spare_what_others_ask_for(case: schemathesis.Case[Any]) -> None:
    """Let something else be deleted, or little of what comes after would be answered well."""
    kept = os.environ[KEPT].split()
    if case.path_parameters.get("media_id") in kept:
        case.path_parameters["media_id"] = _registered(str(case.operation.base_url))
    if case.path_parameters.get("job_id") in kept:
        case.path_parameters["job_id"] = _JOBS.pop() if _JOBS else str(UUID(int=0, version=4))


def _forget_the_version(case: schemathesis.Case[Any]) -> None:
    """Name no version to be changed: what is said of it would hide what is said of the rest."""
    case.headers.pop("If-Match", None)
    change = _change(case)
    if "version" in change:
        case.body = {name: value for name, value in change.items() if name != "version"}


def _allow_what_follows(case: schemathesis.Case[Any]) -> None:
    """Let a change leave room for what checks ask at once, from one address, and keys be right."""
    change = _change(case)
    if "request_burst" in change:
        case.body = {**change, "request_burst": max(change["request_burst"], _PROBES)}
    change = _change(case)
    if "gemini" in change.get("provider_keys", {}):
        case.body = {**change, "provider_keys": {**change["provider_keys"], "gemini": _KEY}}


def _change(case: schemathesis.Case[Any]) -> dict[str, Any]:
    """Return what is to be set, if that is as it should be."""
    is_wrong = case.meta is None or case.meta.is_negative_at(ParameterLocation.BODY)
    is_change = case.method == "PUT" and isinstance(case.body, dict) and not is_wrong
    return dict(case.body) if is_change else {}  # type: ignore[arg-type] # looked at above


def _is_about_the_body(meta: CaseMetadata) -> bool:
    return (
        meta.is_negative_at(ParameterLocation.BODY)
        or meta.phase.data.parameter_location is ParameterLocation.BODY
    )


@schemathesis.hook
def after_call(
    _: HookContext, case: schemathesis.Case[Any], response: schemathesis.Response
) -> None:
    """Write down which operations have been answered well, and which photos there are."""
    _JOBS.extend(response.headers.get("x-job-id", ()))
    if response.status_code in _GOOD and case.method.lower() == case.operation.method.lower():
        with Path(os.environ[ANSWERED]).open("a", encoding="utf-8") as answered:
            answered.write(f"{case.operation.label}\n")


@schemathesis.hook
def filter_failure(
    _: HookContext, failure: Failure, case: schemathesis.Case[Any], response: schemathesis.Response
) -> bool:
    """Pass over what no schema can tell, and over what is wrong only before it is sent."""
    if isinstance(failure, AcceptedNegativeData):
        return not _is_right_as_sent(case)
    if isinstance(failure, RejectedPositiveData):
        return not _is_right_to_refuse(response, case)
    return True


def _is_right_as_sent(case: schemathesis.Case[Any]) -> bool:
    elsewhere = (ParameterLocation.PATH, ParameterLocation.HEADER, ParameterLocation.COOKIE)
    return (
        case.meta is not None
        and not any(map(case.meta.is_negative_at, elsewhere))
        and is_right_form(case.operation.path, case.body)
    )


def _is_right_to_refuse(response: schemathesis.Response, case: schemathesis.Case[Any]) -> bool:
    error = response.json()["error"]
    if error["code"] == "unauthorized":
        logs_in = error["details"].get("problem") == "wrong_credentials"
        return case.body != CREDENTIALS if logs_in else not _shows_a_token(case)
    return is_unknowable(error, case.body)


def _shows_a_token(case: schemathesis.Case[Any]) -> bool:
    """Whether it is one that was handed out, and none that the fuzzer has made up."""
    return str(case.headers.get("Authorization")).removeprefix("Bearer ") in _TOKENS


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

    def get(self, case: schemathesis.Case[Any], _: schemathesis.AuthContext) -> str | None:
        """Return the token of all requests, but one of its own for whoever ends it."""
        if LOGS_IN not in os.environ:
            return None
        url = str(case.operation.base_url)
        if case.path != "/api/logout":
            return _token(url)
        _token.cache_clear()  # `everywhere` ends that one, too
        return _logged_in(url)

    def set(self, case: schemathesis.Case[Any], data: str, _: schemathesis.AuthContext) -> None:
        """Show the token."""
        case.headers["Authorization"] = f"Bearer {data}"


@cache
def _token(url: str) -> str:
    return _logged_in(url)


def _logged_in(url: str) -> str:
    token = str(_posted(f"{url}/api/login", {}, json=CREDENTIALS)["access_token"])
    _TOKENS.add(token)
    return token


def _registered(url: str) -> str:
    """Return the id of a template that nothing else knows of."""
    answer = _posted(
        f"{url}/api/template-media/register",
        {"Authorization": f"Bearer {_token(url)}"},
        files={"file": ("a.jpg", picture(JPEG), JPEG)},
    )
    return str(answer["template_media_id"])


def _posted(url: str, headers: dict[str, str], **body: Any) -> Any:
    headers = {"X-Forwarded-For": next(_ADDRESSES), **headers}
    answer = requests.post(url, headers=headers, timeout=_PATIENCE, **body)
    answer.raise_for_status()
    return answer.json()
