"""What goes wrong when the Turbotext stand-in is told so, and at which stages it can."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from yarl import URL

from .odd_pictures import ODD_PICTURES
from .wire_faults import WIRE

URL_ELSEWHERE: Final = "url_elsewhere"
"""The result is where nobody should fetch it."""

Document = Mapping[str, object]


class Stage(StrEnum):
    """Where on the way to a picture something goes wrong."""

    CREATE = "create"
    RESULT = "result"
    PICTURE = "picture"


RECONNECT: Final[Document] = {"action": "reconnect"}
"""A wish to be asked again."""

_REPLIES: Final = (Stage.CREATE, Stage.RESULT)
_BROKE: Final = "Недостаточно средств #77"

HTTP_ERRORS: Final[Mapping[str, HTTPStatus]] = {
    f"http_{status}": HTTPStatus(status) for status in (400, 401, 403, 404, 429, 500, 503, 504)
}
"""Errors that come on request, by the name of the fault."""

_REFUSALS: Final[Mapping[str, Document]] = {
    "unknown_error": {"success": False, "error": _BROKE},
    "unknown_message": {"success": False, "message": _BROKE},
    "forbidden_content": {"success": True, "data": {"forbidden_content": True}},
}
"""Answers of a service that does not want to."""

_INSTEAD: Final[Mapping[str, Document]] = {
    **_REFUSALS,
    "never_ready": RECONNECT,
    "no_queueid": {"success": True},
}


def python_like(right: Document) -> bytes:
    """The right answer as Python would print it."""
    return repr(dict(right)).encode()


def malformed(right: Document) -> bytes:
    """The right answer, cut off."""
    text = dumped(right)
    return text[: len(text) * 2 // 3]


_SPELLINGS: Final[Mapping[str, Callable[[Document], bytes]]] = {
    spelling.__name__: spelling for spelling in (python_like, malformed)
}


def no_url(result: Document) -> Document:
    """Success, but of what?"""
    return {name: value for name, value in result.items() if name != "uploaded_image"}


def url_in_data(result: Document) -> Document:
    """The URL lies one level deeper."""
    return {**no_url(result), "data": {"uploaded_image": result["uploaded_image"]}}


def url_in_list(result: Document) -> Document:
    """The URL is the first one of a list."""
    return {**no_url(result), "data": {"image": [result["uploaded_image"]]}}


def relative_url(result: Document) -> Document:
    """The URL is the first one of a list, and has neither scheme nor host."""
    return {**no_url(result), "data": {"image": [URL(str(result["uploaded_image"])).path]}}


def url_text_error(result: Document) -> Document:
    """Words where the URL should be."""
    return {**result, "uploaded_image": "Ошибка загрузки изображения"}


_MOVES: Final[Mapping[str, Callable[[Document], Document]]] = {
    move.__name__: move for move in (no_url, url_in_data, url_in_list, relative_url, url_text_error)
}

STAGES: Final[Mapping[str, tuple[Stage, ...]]] = {
    **dict.fromkeys((*WIRE, *HTTP_ERRORS), tuple(Stage)),
    **dict.fromkeys(_SPELLINGS, _REPLIES),
    **dict.fromkeys(_REFUSALS, _REPLIES),
    "forbidden_content": (Stage.RESULT, Stage.CREATE),
    "no_queueid": (Stage.CREATE,),
    **dict.fromkeys((*_MOVES, "never_ready", URL_ELSEWHERE), (Stage.RESULT,)),
    **dict.fromkeys(ODD_PICTURES, (Stage.PICTURE,)),
}
"""By the name of the fault, where it can happen; first where it does unless told otherwise."""

FAULTS: Final = frozenset(STAGES)
"""The names of everything that can go wrong."""

PREVENTS_ENTRY: Final = frozenset((*HTTP_ERRORS, *_REFUSALS))
"""Faults after which, at the first stage, nothing was queued; others only spoil the answer."""


def spoiled(fault: str, right: Document) -> bytes:
    """Return what *fault* makes of an answer: of some nothing else than what is *right*."""
    if fault in _SPELLINGS:
        return _SPELLINGS[fault](right)
    if fault in _INSTEAD:
        return dumped(_INSTEAD[fault])
    if fault in _MOVES and "uploaded_image" in right:
        return dumped(_MOVES[fault](right))
    return dumped(right)


def dumped(document: Document) -> bytes:
    """Return the JSON."""
    return json.dumps(document).encode()
