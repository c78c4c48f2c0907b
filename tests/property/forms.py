"""What a booth sends, and what may be wrong with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.ports.clock import ClockPort
from photochanger_core.use_cases.receive_upload import HASH, MAX_PARTS, MAX_TEXT_BYTES, Part
from photochanger_core.use_cases.receive_upload import PASSWORD as PASSWORD_FIELD
from photochanger_core.use_cases.receive_upload import PHOTO as PHOTO_FIELD

JPEG: Final = b"\xff\xd8\xff\xe0"
PNG: Final = b"\x89PNG\r\n\x1a\n"
GIF: Final = b"GIF89a" + bytes(1024)
PASSWORD: Final = "123456"
SIZE_LIMIT: Final = MEGABYTE
_CHUNK: Final = 64 * 1024


@frozen
class Field:
    """One field of a form."""

    name: str
    content: bytes
    content_type: str | None = None


Form = tuple[Field, ...]


@frozen
class Flaw:
    """Something wrong with a form.

    Attributes:
        reason: What comes of it.
        after_admission: Whether it is seen only when the photo is decoded.
    """

    spoil: Callable[[Form], Form]
    reason: FailureReason
    after_admission: bool = False


def photo(number: int, ending: bytes = b"") -> bytes:
    """Return a photo unlike all others."""
    return JPEG + number.to_bytes(8, "big") + ending


def form(content: bytes, names: Sequence[str]) -> Form:
    """Return a whole form with the photo *content*, its fields ordered as *names*."""
    fields = {
        PHOTO_FIELD: Field(PHOTO_FIELD, content, "image/jpeg"),
        PASSWORD_FIELD: Field(PASSWORD_FIELD, PASSWORD.encode()),
        HASH: Field(HASH, b"7b6c683e1d3fd29c8701791c54e3c12a236f5a5b"),
        "name": Field("name", "Игорь".encode("cp1251")),
        "slot_id": Field("slot_id", b"slot-015"),
    }
    return tuple(fields[name] for name in names)


NAMES: Final = (PHOTO_FIELD, PASSWORD_FIELD, HASH, "name", "slot_id")


def _with(name: str, **changes: Any) -> Callable[[Form], Form]:
    return lambda form: tuple(evolve(f, **changes) if f.name == name else f for f in form)


def _without(name: str) -> Callable[[Form], Form]:
    return lambda form: tuple(field for field in form if field.name != name)


def _and(*more: Field) -> Callable[[Form], Form]:
    return lambda form: form + more


def _ending(ending: bytes) -> Callable[[Form], Form]:
    def spoil(form: Form) -> Form:
        content = next(field.content for field in form if field.name == PHOTO_FIELD)
        return _with(PHOTO_FIELD, content=content + ending)(form)

    return spoil


_INVALID: Final = FailureReason.INVALID_REQUEST
_LARGE: Final = FailureReason.PAYLOAD_TOO_LARGE
_TYPE: Final = FailureReason.UNSUPPORTED_MEDIA_TYPE

FLAWS: Final[Mapping[str, Flaw]] = {
    "no password": Flaw(_without(PASSWORD_FIELD), _INVALID),
    "wrong password": Flaw(
        _with(PASSWORD_FIELD, content=b"654321"), FailureReason.INVALID_PASSWORD
    ),
    "no photo": Flaw(_without(PHOTO_FIELD), _INVALID),
    "empty photo": Flaw(_with(PHOTO_FIELD, content=b""), _INVALID),
    "second hash": Flaw(_and(Field(HASH, b"")), _INVALID),
    "long text": Flaw(_with("name", content=bytes(MAX_TEXT_BYTES + 1)), _INVALID),
    "many parts": Flaw(_and(*[Field("survey", b"")] * MAX_PARTS), _INVALID),
    "gif": Flaw(_with(PHOTO_FIELD, content=GIF), _TYPE),
    "said to be a gif": Flaw(_with(PHOTO_FIELD, content_type="image/gif"), _TYPE),
    "large": Flaw(_ending(bytes(SIZE_LIMIT)), _LARGE),
    "broken": Flaw(_ending(b"broken"), _INVALID, after_admission=True),
    "huge": Flaw(_ending(b"huge"), _LARGE, after_admission=True),
}


async def parts(form: Form, clock: ClockPort, pause: float) -> AsyncGenerator[Part, None]:
    """Yield the parts of *form*, waiting *pause* seconds before each."""
    for field in form:
        await clock.sleep(pause)
        yield Part(name=field.name, content_type=field.content_type, chunks=_chunks(field.content))


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]
