from __future__ import annotations

import pytest

from photochanger_core.domain.blob import CHUNK, BytesBlob, Digest
from photochanger_core.domain.picture import MediaType

CONTENT = bytes(range(256)) * (CHUNK // 128) + b"tail"


@pytest.mark.parametrize(
    "start,stop",
    [
        (0, None),
        (0, 0),
        (0, 1),
        (5, 5),
        (1, CHUNK),
        (0, CHUNK + 1),
        (CHUNK - 1, 2 * CHUNK + 1),
        (len(CONTENT) - 1, None),
        (len(CONTENT), None),
    ],
)
async def test_any_range_comes_in_bounded_chunks(start: int, stop: int | None) -> None:
    blob = BytesBlob(CONTENT, MediaType.PNG)
    chunks = [chunk async for chunk in blob.chunks(start, stop)]
    assert b"".join(chunks) == CONTENT[start:stop]
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)


async def test_a_blob_knows_what_it_is() -> None:
    blob = BytesBlob(b"abc", MediaType.PNG)
    assert (blob.size, blob.media_type) == (3, MediaType.PNG)
    assert blob.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    await blob.close()
    await blob.close()


@pytest.mark.parametrize(
    "kind, digest",
    [
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ],
)
async def test_a_blob_has_digests_of_every_kind(kind: Digest, digest: str) -> None:
    assert await BytesBlob(b"abc", MediaType.PNG).digest(kind) == digest


async def test_the_same_bytes_can_be_had_again() -> None:
    blob = BytesBlob(CONTENT, MediaType.PNG)
    other = blob.again()
    await blob.close()

    assert b"".join([chunk async for chunk in other.chunks()]) == CONTENT
    assert (other.size, other.sha256, other.media_type) == (blob.size, blob.sha256, MediaType.PNG)


def test_its_bytes_are_not_shown() -> None:
    assert "secret" not in repr(BytesBlob(b"secret", MediaType.PNG))
