"""What a booth puts on the wire, and what it makes of the answer. No I/O.

The form is that of a captured request of DSLR Remote Pro 3.30.2: lower-case headers in this
order, neither User-Agent nor Accept, the text fields without a Content-Type, the file last. The
values are invented.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Final

from attrs import Factory, field, frozen

from photochanger_core.domain.picture import MediaType, sniff

from .failures import CommandFailed
from .locale import phrase

_HEAD: Final = """\
POST {target} HTTP/1.1
host: {host}
content-type: multipart/form-data; boundary={boundary}
content-length: {length}
expect: 100-continue
"""
_FILE_NAME: Final = {
    MediaType.JPEG: "IMG_0001.JPG",
    MediaType.PNG: "IMG_0001.PNG",
    MediaType.WEBP: "IMG_0001.WEBP",
}


def _boundary() -> str:
    return "-" * 12 + f"{secrets.randbelow(10**24):024}"


@frozen(kw_only=True)
class BoothPhoto:
    """One photo on its way from a booth to a slot.

    Attributes:
        time: When it was taken, in Unix seconds.
        password: None: the operator has left it empty, and no such field is sent.
        idempotency_key: Printable ASCII; None, as of real booths: no such header is sent.
    """

    content: bytes = field(repr=False)
    media_type: MediaType
    time: int
    password: str | None = field(default=None, repr=False)
    idempotency_key: str | None = field(default=None, repr=False)
    boundary: str = Factory(_boundary)

    @classmethod
    def of(
        cls, content: bytes, *, time: int, password: str | None, idempotency_key: str | None = None
    ) -> BoothPhoto:
        """Return the photo with this *content*.

        Raises:
            CommandFailed: If it is none.
        """
        media_type = sniff(content)
        if media_type is None:
            raise CommandFailed(phrase("photo.unknown_format"))
        return cls(
            content=content,
            media_type=media_type,
            time=time,
            password=password,
            idempotency_key=idempotency_key,
        )

    def request(self, *, target: str, host: str) -> tuple[bytes, bytes]:
        """Return head and body of the request for the path *target* of the server *host*."""
        body = self._body()
        head = _HEAD.format(target=target, host=host, boundary=self.boundary, length=len(body))
        if self.idempotency_key is not None:
            head += f"idempotency-key: {self.idempotency_key}\n"
        return f"{head}\n".replace("\n", "\r\n").encode("ascii"), body

    def _body(self) -> bytes:
        parts = [_text_part(name, value) for name, value in self._fields().items()]
        delimiter = f"--{self.boundary}\r\n".encode()
        end = f"--{self.boundary}--\r\n".encode()
        return b"".join(delimiter + part for part in [*parts, self._file_part()]) + end

    def _fields(self) -> dict[str, str]:
        fields = {
            "time": str(self.time),
            "user_id": "Booth",
            "id": "PHOTOCHANGER_00000001.",
            "profile": r"C:\Users\Booth\Documents\PhotoboothImages\setup.xml",
            "status": r"C:\Users\Booth\Documents\PhotoboothImages\screen\preview.jpg",
            "hash": hashlib.sha1(self.content, usedforsecurity=False).hexdigest(),
            "name": "BOOTH-PC",
            "model": "Windows",
            "version": "3.30.2",
        }
        return fields if self.password is None else {**fields, "password": self.password}

    def _file_part(self) -> bytes:
        disposition = f'form-data; name="fileToUpload"; filename="{_FILE_NAME[self.media_type]}"'
        head = f"Content-Disposition: {disposition}\r\nContent-Type: {self.media_type}\r\n\r\n"
        return head.encode() + self.content + b"\r\n"


def _text_part(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


@frozen(kw_only=True)
class Head:
    """The head of an answer; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]

    @classmethod
    def parse(cls, text: bytes) -> Head:
        """Return the head that *text* is.

        Raises:
            CommandFailed: If it is none, or announces what a booth cannot read.
        """
        first, *lines = text.decode("latin-1").rstrip("\r\n").split("\r\n")
        version, _, status = first.partition(" ")
        if not version.startswith("HTTP/1.") or not status[:3].isdecimal():
            raise CommandFailed(phrase("answer.not_http"))
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if "transfer-encoding" in headers or "content-encoding" in headers:
            raise CommandFailed(phrase("answer.encoded"))
        return cls(status=int(status[:3]), headers=headers)

    @property
    def length(self) -> int:
        """The bytes of the body.

        Raises:
            CommandFailed: If they are not announced.
        """
        announced = self.headers.get("content-length", "")
        if not announced.isdecimal():
            raise CommandFailed(phrase("answer.without_length"))
        return int(announced)


@frozen(kw_only=True)
class BoothAnswer:
    """What a booth was answered."""

    head: Head
    body: bytes = field(repr=False)

    def picture(self) -> MediaType:
        """Return the type of the picture that the body is.

        Raises:
            CommandFailed: If it is none, with the server's message.
        """
        if self.head.status != 200:  # noqa: PLR2004 - OK; a booth knows no other
            raise CommandFailed(
                phrase("answer.refused", status=self.head.status, message=self._message())
            )
        media_type = sniff(self.body)
        if media_type is None:
            raise CommandFailed(phrase("answer.no_picture"))
        return media_type

    def _message(self) -> str:
        try:
            error = json.loads(self.body)["error"]
            return f"{error['code']}: {error['message']}"
        except (ValueError, LookupError, TypeError):
            return phrase("answer.without_message")
