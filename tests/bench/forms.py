"""What clients put on the wire, made beforehand: only a request's beginning differs by photo."""

from __future__ import annotations

import hashlib
from typing import Final, Protocol

from attrs import frozen

from photochanger_cli.booth import BoothPhoto

from .photos import noted, place_of_note

PASSWORD: Final = "123456"
_BOUNDARY: Final = "-" * 24 + "of-the-bench"


class Form(Protocol):
    """A request with a photo."""

    @property
    def rest(self) -> memoryview:
        """What stands behind the photo's number."""

    def beginning(self, number: int) -> bytes:
        """Return all but `rest` for photo *number*."""


@frozen(kw_only=True)
class BoothForm:
    """A booth's request with a photo, in three pieces.

    Attributes:
        head: The request's head, and of its body what stands before the hash.
        between: What stands between the hash and the photo's number.
        rest: What stands behind the number.
    """

    head: bytes
    between: bytes
    rest: memoryview
    photo: bytes

    @classmethod
    def of(cls, photo: bytes, *, path: str, port: int) -> BoothForm:
        """Return the request for the server on *port*; it asks for no `100 Continue`."""
        booth = BoothPhoto.of(photo, time=1758217512, password=PASSWORD)
        head, body = booth.request(target=path, host=f"127.0.0.1:{port}")
        head = head.replace(b"expect: 100-continue\r\n", b"")
        digest = hashlib.sha1(photo, usedforsecurity=False).hexdigest().encode()
        before, _, behind = body.partition(digest)
        start = behind.index(photo[:20]) + place_of_note(photo).start
        return cls(
            head=head + before,
            between=behind[:start],
            rest=memoryview(behind)[start + 4 :],
            photo=photo,
        )

    def beginning(self, number: int) -> bytes:
        """Return all but `rest` for photo *number*."""
        note, place = noted(number), place_of_note(self.photo)
        digest = hashlib.sha1(self.photo[: place.start], usedforsecurity=False)
        digest.update(note)
        digest.update(memoryview(self.photo)[place.stop :])
        return self.head + digest.hexdigest().encode() + self.between + note


@frozen(kw_only=True)
class EditForm:
    """OpenAI's request to have a photo edited, in two pieces."""

    before: bytes
    rest: memoryview

    @classmethod
    def of(cls, photo: bytes, *, path: str, port: int, key: str, model: str) -> EditForm:
        """Return the request for the server on *port*."""
        place = place_of_note(photo)
        before = _edit_fields(model) + photo[: place.start]
        rest = photo[place.stop :] + f"\r\n--{_BOUNDARY}--\r\n".encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: multipart/form-data; boundary={_BOUNDARY}\r\n"
            f"Content-Length: {len(before) + 4 + len(rest)}\r\n\r\n"
        )
        return cls(before=head.encode() + before, rest=memoryview(rest))

    def beginning(self, number: int) -> bytes:
        """Return all but `rest` for photo *number*."""
        return self.before + noted(number)


def _edit_fields(model: str) -> bytes:
    """Return the text fields, and the head of the photo's part."""
    texts = {"model": model, "prompt": "Retouch this portrait."}
    fields = "".join(f"{_disposition(name)}\r\n\r\n{text}\r\n" for name, text in texts.items())
    file = f'{_disposition("image")}; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return f"{fields}{file}".encode()


def _disposition(name: str) -> str:
    return f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
