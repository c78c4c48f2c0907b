"""However a form is cut into pieces, and in whatever order it comes: its fate is the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_core.use_cases.receive_upload import MAX_TEXT_BYTES
from tests.uploads import JPEG, LIMIT, Field, Line, outcome, split
from tests.virtual_time import VirtualClock, run

HEADS = st.sampled_from([JPEG, b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"\xff\xd8"])
LENGTHS = st.sampled_from([0, 1, 12, LIMIT - 12, LIMIT - 8, LIMIT, LIMIT + 1])
TYPES = st.sampled_from([None, "image/jpeg", "image/webp", "image/gif"])
CUTS = st.lists(st.integers(0, 2 * MAX_TEXT_BYTES), max_size=8)
NAMES = st.sampled_from([None, "", "name", "hash", "password", "fileToUpload"])
TEXTS = st.sampled_from(
    [b"", b"123456", b"654321", "Игорь".encode(), b"\xc8\xe3", bytes(MAX_TEXT_BYTES + 1)]
)

photos = st.builds(
    lambda head, length, kind: Field("fileToUpload", (head + bytes(length),), kind),
    HEADS,
    LENGTHS,
    TYPES,
)
texts = st.builds(lambda name, content: Field(name, (content,)), NAMES, TEXTS)
forms = st.lists(photos | texts, max_size=5)
good = st.permutations(
    [
        Field("fileToUpload", (JPEG + bytes(100),), "image/jpeg"),
        Field("password", (b"123456",)),
        Field("hash", (b"7b6c683e",)),
        Field("name", ("Игорь".encode("cp1251"),)),
        Field("slot_id", (b"slot-015",)),
    ]
)


def fate(form: list[Field]) -> object:
    media = MemoryMediaStore(VirtualClock())
    result = run(outcome(media, Line(form)))
    assert media.handles == 0
    return result


def cut(form: list[Field], cuts: list[int]) -> list[Field]:
    return [Field(f.name, split(b"".join(f.pieces), cuts), f.content_type) for f in form]


@given(form=forms, cuts=CUTS)
def test_pieces_do_not_matter(form: list[Field], cuts: list[int]) -> None:
    assert fate(cut(form, cuts)) == fate(form)


@given(form=good, cuts=CUTS)
def test_order_does_not_matter(form: list[Field], cuts: list[int]) -> None:
    in_order = sorted(form, key=lambda field: str(field.name))
    assert fate(cut(form, cuts)) == fate(in_order)
