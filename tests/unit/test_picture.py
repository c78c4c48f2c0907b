from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.picture import (
    SNIFF_BYTES,
    BadPicture,
    MediaType,
    PictureProblem,
    sniff,
)

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"
WEBP = b"RIFF\x24\x00\x00\x00WEBP"


@pytest.mark.parametrize(
    "head,expected",
    [
        (JPEG, MediaType.JPEG),
        (b"\xff\xd8\xff\xdb", MediaType.JPEG),
        (PNG, MediaType.PNG),
        (WEBP, MediaType.WEBP),
        (b"RIFF\x24\x00\x00\x00WAVE", None),
        (b"WEBP\x24\x00\x00\x00RIFF", None),
        (b"GIF89a" + bytes(6), None),
        (b"BM" + bytes(10), None),
        (b"II*\x00" + bytes(8), None),
        (b"\x00\x00\x00\x1cftypavif", None),
        (b"<svg xmlns=", None),
        (b"%PDF-1.7", None),
        (b" " + JPEG, None),
        (b"\xff\xd8", None),
        (b"\x89PNG\r\n\x1a", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_type(head: bytes, expected: MediaType | None) -> None:
    assert sniff(head) is expected


@given(st.sampled_from([JPEG, PNG, WEBP]), st.binary())
def test_what_follows_the_first_bytes_does_not_matter(head: bytes, rest: bytes) -> None:
    assert len(head) == SNIFF_BYTES
    assert sniff(head + rest) is sniff(head) is not None


def test_a_media_type_is_its_mime_type_and_has_an_ending() -> None:
    assert {str(kind): kind.extension for kind in MediaType} == {
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/webp": "webp",
    }


def test_a_bad_picture_says_why() -> None:
    bad = BadPicture(PictureProblem.TOO_LARGE, "30000 x 30000")
    assert (bad.problem, bad.detail, str(bad)) == (
        PictureProblem.TOO_LARGE,
        "30000 x 30000",
        "too_large: 30000 x 30000",
    )
