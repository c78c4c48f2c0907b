"""Forms of administrators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

from aiohttp import hdrs, web

from photochanger_core.domain.errors import InvalidRequest, PayloadTooLarge, UnsupportedMediaType
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.slot import MAX_SIZE_LIMIT
from photochanger_core.use_cases.accept_upload import ENVELOPE
from photochanger_core.use_cases.receive_form import Form, FormShape

from .form import parts
from .keys import USE_CASES

MULTIPART: Final = "multipart/form-data"

_LONGEST: Final = MAX_SIZE_LIMIT + ENVELOPE


@asynccontextmanager
async def form_of(request: web.Request, shape: FormShape) -> AsyncIterator[Form]:
    """Yield the form in the body of *request*.

    Raises:
        CoreError: Whatever `check_form` and `ReceiveForm` raise.
    """
    check_form(request)
    receive_form = request.app[USE_CASES].receive_form
    async with aclosing(parts(request)) as coming, receive_form(coming, shape) as form:
        yield form


def check_form(request: web.Request) -> None:
    """Pass if the head of *request* says that there is a form behind it.

    Raises:
        UnsupportedMediaType: If the body is encoded.
        InvalidRequest: If it is no form.
        PayloadTooLarge: If its length is beyond what any form may have.
    """
    if hdrs.CONTENT_ENCODING in request.headers:
        raise UnsupportedMediaType("an encoded form")
    if request.content_type != MULTIPART:
        raise InvalidRequest(hdrs.CONTENT_TYPE, Problem.MALFORMED)
    if (request.content_length or 0) > _LONGEST:
        raise PayloadTooLarge(details={"limit_bytes": MAX_SIZE_LIMIT})
