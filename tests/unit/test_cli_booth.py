from __future__ import annotations

import json

import pytest

from photochanger_cli.booth import BoothAnswer, BoothPhoto, Head
from photochanger_cli.failures import CommandFailed
from photochanger_core.domain.picture import MediaType
from tests.pictures import JPEG, PNG, WEBP, flat

PHOTO = b"\xff\xd8\xff\xe0 a guest \xff\xd9"
CAPTURED_BOUNDARY = "------------090306000104030805010400"


def booth_photo(content: bytes = PHOTO, password: str | None = None) -> BoothPhoto:
    return BoothPhoto(
        content=content,
        media_type=MediaType.JPEG,
        time=1758217512,
        password=password,
        boundary=CAPTURED_BOUNDARY,
    )


def answer(status: int, body: bytes) -> BoothAnswer:
    return BoothAnswer(head=Head(status=status, headers={}), body=body)


def test_a_request_is_what_a_booth_sends() -> None:
    head, body = booth_photo(password="123456").request(target="/ingest/slot-001", host="h:80")
    assert head == (
        b"POST /ingest/slot-001 HTTP/1.1\r\n"
        b"host: h:80\r\n"
        b"content-type: multipart/form-data; boundary=------------090306000104030805010400\r\n"
        b"content-length: " + str(len(body)).encode() + b"\r\n"
        b"expect: 100-continue\r\n"
        b"\r\n"
    )
    texts = [
        ("time", "1758217512"),
        ("user_id", "Booth"),
        ("id", "PHOTOCHANGER_00000001."),
        ("profile", r"C:\Users\Booth\Documents\PhotoboothImages\setup.xml"),
        ("status", r"C:\Users\Booth\Documents\PhotoboothImages\screen\preview.jpg"),
        ("hash", "d946bf40454db7e765b867c2603873e82dd61984"),
        ("name", "BOOTH-PC"),
        ("model", "Windows"),
        ("version", "3.30.2"),
        ("password", "123456"),
    ]
    delimiter = f"--{CAPTURED_BOUNDARY}\r\n"
    parts = "".join(
        f'{delimiter}Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in texts
    )
    file = (
        f'{delimiter}Content-Disposition: form-data; name="fileToUpload"; filename="IMG_0001.JPG"'
        "\r\nContent-Type: image/jpeg\r\n\r\n"
    )
    end = f"\r\n--{CAPTURED_BOUNDARY}--\r\n"
    assert body == parts.encode() + file.encode() + PHOTO + end.encode()


def test_a_key_is_a_header_behind_those_of_a_booth() -> None:
    photo = BoothPhoto.of(PHOTO, time=0, password=None, idempotency_key="photo 7")
    head, _ = photo.request(target="/ingest/slot-001", host="h:80")
    assert head.endswith(b"expect: 100-continue\r\nidempotency-key: photo 7\r\n\r\n")


def test_the_framing_has_as_many_bytes_as_a_captured_one() -> None:
    """The capture: 53,205 bytes, of them 51,977 of photo, and no password part."""
    captured = (
        *("1758217512", "Acer", "CY04N068111304S2L_00000001."),
        r"C:\Users\Acer\Documents\PhotoboothImages\setup_Serg.xml",
        r"C:\Users\Acer\Documents\PhotoboothImages\screenSerg\preview.jpg",
        *("7b6c683e1d3fd29c8701791c54e3c12a236f5a5b", "DESKTOP-K968T3F", "Windows", "3.30.2"),
    )
    ours = (
        *("1758217512", "Booth", "PHOTOCHANGER_00000001."),
        r"C:\Users\Booth\Documents\PhotoboothImages\setup.xml",
        r"C:\Users\Booth\Documents\PhotoboothImages\screen\preview.jpg",
        *("d946bf40454db7e765b867c2603873e82dd61984", "BOOTH-PC", "Windows", "3.30.2"),
    )
    _, body = booth_photo(PHOTO.ljust(51_977, b"\0")).request(target="/", host="h")
    assert len(body) - len("".join(ours)) + len("".join(captured)) == 53_205


def test_a_booth_without_a_password_sends_no_such_field() -> None:
    _, body = booth_photo().request(target="/", host="h")
    assert b"password" not in body


def test_boundaries_are_of_the_captured_kind_and_differ() -> None:
    first, second = (BoothPhoto.of(PHOTO, time=0, password=None).boundary for _ in range(2))
    assert first != second
    assert len(first) == len(CAPTURED_BOUNDARY)
    assert first.startswith("-" * 12)
    assert first[12:].isdecimal()


@pytest.mark.parametrize("kind", [JPEG, PNG, WEBP])
def test_the_type_is_that_of_the_content(kind: MediaType) -> None:
    content = flat(kind, (4, 4))
    _, body = BoothPhoto.of(content, time=0, password=None).request(target="/", host="h")
    assert f"Content-Type: {kind}\r\n\r\n".encode() + content in body


def test_what_is_no_photo_is_not_sent() -> None:
    with pytest.raises(CommandFailed, match="no JPEG, PNG or WebP"):
        BoothPhoto.of(b"GIF89a", time=0, password=None)


def test_a_head_is_read_whatever_the_case_of_its_names() -> None:
    head = Head.parse(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nx-job-ID:  a \r\n\r\n")
    assert (head.status, head.length) == (200, 12)
    assert head.headers["x-job-id"] == "a"


@pytest.mark.parametrize(
    "text",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n",
    ],
)
def test_a_head_that_a_booth_cannot_read_is_refused(text: bytes) -> None:
    with pytest.raises(CommandFailed):
        Head.parse(text)


@pytest.mark.parametrize("announced", [{}, {"content-length": "-1"}, {"content-length": "many"}])
def test_the_length_must_be_announced(announced: dict[str, str]) -> None:
    with pytest.raises(CommandFailed, match="how long"):
        assert Head(status=200, headers=announced).length


def test_a_picture_is_known_by_its_bytes() -> None:
    assert answer(200, flat(PNG, (4, 4))).picture() is MediaType.PNG


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(CommandFailed, match="no picture"):
        answer(200, b"<html>").picture()


def test_a_refusal_is_told_with_its_message() -> None:
    body = json.dumps({"error": {"code": "queue_busy", "message": "Try again soon."}}).encode()
    with pytest.raises(CommandFailed, match=r"^answer 429: queue_busy: Try again soon.$"):
        answer(429, body).picture()


@pytest.mark.parametrize("body", [b"", b"[]", b'"error"', b'{"error": "text"}', b"\xff", b"{}"])
def test_a_refusal_in_other_words_is_told_too(body: bytes) -> None:
    with pytest.raises(CommandFailed, match=r"^answer 502: without a message$"):
        answer(502, body).picture()
