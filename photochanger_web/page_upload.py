"""A form of a page that comes with a picture, as browsers send it without scripts.

The key of the form has to come first: nothing else of a form is read that none of our pages sends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import UploadTimeout
from photochanger_core.use_cases.receive_form import Form, FormShape
from photochanger_core.use_cases.receive_upload import Part, content_of

from .admin_form import check_form
from .form import parts
from .json_body import BODY_SECONDS
from .keys import USE_CASES
from .page_form import FORM_KEY_FIELD, FORM_LIMIT, remember_fields

_KEY_BYTES: Final = 64

_COMING: Final[web.RequestKey[AsyncGenerator[Part, None]]] = web.RequestKey("coming")
"""What has not been read of the form yet."""


async def form_key_in(request: web.Request) -> str | None:
    """Return the key that the form in the body of *request* begins with; None: with another part.

    Raises:
        CoreError: Whatever `check_form` raises.
        InvalidRequest: If the form is broken.
        UploadTimeout: If the key does not arrive.
    """
    check_form(request)
    coming = request[_COMING] = parts(request)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            first = await anext(coming, None)
            if first is None or first.name != FORM_KEY_FIELD:
                return None
            return (await content_of(first, most=_KEY_BYTES)).decode("utf-8", "replace")
    except TimeoutError:
        raise UploadTimeout from None


@asynccontextmanager
async def upload_of(request: web.Request, file: str) -> AsyncIterator[Form]:
    """Yield the form of *request*, the picture in which is called *file*.

    `fields_of` returns its other fields from then on.

    Raises:
        InvalidRequest: If another field is there twice, is too long, or no text.
        CoreError: Whatever `check_form` and `ReceiveForm` raise.
    """
    check_form(request)
    coming = request[_COMING] if _COMING in request else parts(request)
    shape = FormShape(file=file, others=FORM_LIMIT)
    receive_form = request.app[USE_CASES].receive_form
    async with aclosing(coming), receive_form(coming, shape) as form:
        remember_fields(request, form.texts)
        yield form
