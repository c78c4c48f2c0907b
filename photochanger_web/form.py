"""A form, part by part, as it comes in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from aiohttp import (
    BodyPartReader,
    MultipartReader,
    content_disposition_filename,
    parse_content_disposition,
    web,
)
from aiohttp.http_exceptions import BadHttpMessage

from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem
from photochanger_core.use_cases.receive_upload import Part

_READ_BYTES: Final = 64 * 1024

_USUAL: Final = 200
"""Characters of a disposition that may be remembered."""

# All that aiohttp's parser is known to raise on what is no form.
_BROKEN: Final = (ValueError, LookupError, RuntimeError, AssertionError, BadHttpMessage)


class _Form(MultipartReader):
    """A form that begins with its first part, and every part of which is one.

    RFC 2046 allows a preamble, no form has one, and aiohttp reads it a line at a time: megabytes
    of line ends would hold up everybody. aiohttp also keeps a first field called `_charset_` to
    itself; to us it is a field like others.
    """

    async def next(self) -> MultipartReader | BodyPartReader | None:
        if self.at_eof():
            return None
        await self._maybe_release_last_part()
        if self._at_bof:
            await self._read_until_first_boundary()
            self._at_bof = False
        else:
            await self._read_boundary()
        self._last_part = None if self.at_eof() else await self.fetch_next_part()
        return self._last_part

    async def _read_until_first_boundary(self) -> None:
        line = await self._readline()
        if not line.strip():
            line = await self._readline()
        line = line.rstrip()
        self._at_eof = line == self._boundary + b"--"
        if not self._at_eof and line != self._boundary:
            raise ValueError("the form does not begin with its boundary")


async def parts(request: web.Request) -> AsyncGenerator[Part, None]:
    """Yield the parts of the form in the body of *request*.

    Raises:
        InvalidRequest: Where the form is broken.
    """
    with _broken_form():
        reader = _Form(request.headers, request.content)
    while (part := await _next(reader)) is not None:
        yield Part(name=_name(part), content_type=_content_type(part), chunks=_chunks(part))


async def _next(reader: MultipartReader) -> BodyPartReader | None:
    with _broken_form():
        part = await reader.next()
    if isinstance(part, MultipartReader):
        raise InvalidRequest("multipart", Problem.MALFORMED, "a form in a form")
    return part


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while True:
        with _broken_form():
            chunk = await part.read_chunk(_READ_BYTES)
        if not chunk:
            return
        yield chunk


def _name(part: BodyPartReader) -> str | None:
    disposition = part.headers.get("Content-Disposition", "")
    with _broken_form():
        if len(disposition) > _USUAL or "filename" in disposition:
            return part.name
        return _name_in(disposition)


@lru_cache(maxsize=256)
def _name_in(disposition: str) -> str | None:
    """Return the name of a part, as `BodyPartReader.name` finds it.

    Booths send the same fields with every photo, and to take one apart costs 0.1 ms. What is
    remembered is short and names no file: it may come from anybody, and files may tell of guests.
    """
    _, parameters = parse_content_disposition(disposition)
    return content_disposition_filename(parameters, "name")


def _content_type(part: BodyPartReader) -> str | None:
    declared = part.headers.get("Content-Type")
    return None if declared is None else declared.partition(";")[0].strip().lower()


@contextmanager
def _broken_form() -> Iterator[None]:
    # Of the parser's errors only the kind is told: their texts quote what a booth has sent.
    try:
        yield
    except web.RequestPayloadError as error:
        raise InvalidRequest("body", Problem.MALFORMED, type(error).__name__) from error
    except _BROKEN as error:
        raise InvalidRequest("multipart", Problem.MALFORMED, type(error).__name__) from error
