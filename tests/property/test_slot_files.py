"""Whatever slots are set to: a file carries it exactly. Whatever is done to a file: it shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.picture import Fit, MediaType
from photochanger_core.domain.problems import FieldProblem
from photochanger_core.domain.slot import Gallery, LateResult, OnFailure, OutputFormat, Reply
from photochanger_core.domain.slots_format import read, written
from tests.memory_world import MemoryWorld
from tests.strategies import POLICIES
from tests.uploads import JPEG
from tests.virtual_time import run

CLI: Final = Actor(name="cli")
PICTURES: Final = tuple(JPEG + bytes([number]) * 5 for number in range(3))

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
NAMES = st.sampled_from(["prompt", "model", "Я", "a.b", ""]) | TEXTS
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(-1e18, 1e18)
JSONS = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
SETTINGS = st.dictionaries(NAMES, JSONS, max_size=3)
BOUND = st.lists(
    st.tuples(st.sampled_from(MediaKind), st.integers(0, len(PICTURES) - 1)), max_size=4
)
SIZES = st.none() | st.tuples(st.integers(16, 8192), st.integers(16, 8192))
CHANGES = st.fixed_dictionaries(
    {"settings": SETTINGS, "bound": BOUND, "output": SIZES},
    optional={
        "display_name": TEXTS.filter(bool),
        "is_active": st.booleans(),
        "size_limit_mb": st.integers(1, 20),
        "sync_response_seconds": st.none() | st.integers(10, 60),
        "ingest_password_required": st.booleans(),
        "max_input_edge": st.integers(256, 8192),
        "output_format": st.sampled_from(OutputFormat),
        "output_fit": st.sampled_from(Fit),
        "retry": POLICIES,
        "fallback": st.none()
        | st.fixed_dictionaries(
            {"provider": st.just("gemini"), "operation": st.just("image_edit")},
            optional={"settings": SETTINGS, "share": st.integers(10, 80)},
        ),
        "on_failure": st.sampled_from(OnFailure),
        "late_result": st.sampled_from(LateResult),
        "reply": st.sampled_from(Reply),
        "dedupe_seconds": st.none() | st.integers(0, 72 * 3600),
        "daily_call_limit": st.integers(0, 1_000_000),
        "gallery": st.sampled_from(Gallery),
        "ingest_password": st.none() | st.just("secret"),
    },
)
SET_UPS = st.dictionaries(st.sampled_from(SLOT_IDS), CHANGES, max_size=4)
SetUp = Mapping[SlotId, Mapping[str, Any]]


async def installation(set_up: SetUp) -> MemoryWorld:
    world = MemoryWorld()
    for slot_id, changes in set_up.items():
        fields = dict(changes)
        fields["output_width"], fields["output_height"] = fields.pop("output") or (None, None)
        fields["template_media"] = [
            {"media_kind": kind, "media_object_id": await template(world, PICTURES[number])}
            for kind, number in fields.pop("bound")
        ]
        await world.use.configure_slot(slot_id, fields, settings={}, by=CLI)
    return world


async def template(world: MemoryWorld, content: bytes) -> str:
    picture = BytesBlob(content, MediaType.JPEG)
    return (await world.use.register_template(picture, name="file", by=CLI)).media.media_id


async def exported(world: MemoryWorld) -> bytes:
    return "".join(written(await world.use.export_slots())).encode()


async def import_into(world: MemoryWorld, content: bytes) -> int:
    """Return how many slots were changed."""
    return len((await world.use.import_slots(read(content), by=CLI)).changed)


async def versions(world: MemoryWorld) -> object:
    left = [one.sha256 for one in world.media_rows.media.values() if not one.cleaned_at]
    return [slot.version for slot in await world.slots.all()], left, len(world.audit.entries)


@settings(max_examples=30)
@given(set_up=SET_UPS, before=SET_UPS)
def test_a_file_carries_slots_exactly(set_up: SetUp, before: SetUp) -> None:
    async def carry() -> None:
        one, other = await installation(set_up), await installation(before)
        content = await exported(one)
        assert b"secret" not in content
        await import_into(other, content)
        assert await exported(other) == content
        for world in (one, other):
            as_it_was = await versions(world)
            assert await import_into(world, content) == 0
            assert await versions(world) == as_it_was

    run(carry())


SET_UP: Final[SetUp] = {
    SLOT_IDS[1]: {"settings": {"prompt": "Лес"}, "bound": [("style", 0)], "output": None},
    SLOT_IDS[4]: {"settings": {}, "bound": [("face", 1), ("mask", 0)], "output": (16, 16)},
}
CONTENT: Final = run(exported(run(installation(SET_UP))))
PLACES = st.integers(0, len(CONTENT) - 1)


async def refused_or_as_if_whole(content: bytes) -> None:
    """Import a damaged file: it is refused and changes nothing, or was not damaged in earnest."""
    world = MemoryWorld()
    before = await versions(world)
    if problems := await refused(world, content):
        assert all(problem.field for problem in problems)
        assert await versions(world) == before
    else:
        assert await exported(world) == CONTENT


async def refused(world: MemoryWorld, content: bytes) -> Sequence[FieldProblem]:
    """Import a file, and return why it was refused, if it was."""
    try:
        await import_into(world, content)
    except ValidationFailed as error:
        return error.problems
    return ()


@given(place=PLACES, flip=st.integers(1, 255))
def test_a_byte_that_flips_shows(place: int, flip: int) -> None:
    changed = bytearray(CONTENT)
    changed[place] ^= flip
    run(refused_or_as_if_whole(bytes(changed)))


@given(place=PLACES, length=st.integers(0, 40), put=st.binary(max_size=4))
@example(place=0, length=0, put=b"")
def test_a_piece_that_is_lost_or_put_in_shows(place: int, length: int, put: bytes) -> None:
    run(refused_or_as_if_whole(CONTENT[:place] + put + CONTENT[place + length :]))


@given(length=PLACES)
@example(length=len(CONTENT) - 2)
def test_a_file_that_is_cut_short_is_refused(length: int) -> None:
    if length < len(CONTENT) - 1:  # but for the last end of a line
        assert run(refused(MemoryWorld(), CONTENT[:length]))


def put_somewhere(whole: Any, picks: list[int], value: object) -> None:
    """Put *value* in place of what *picks* lead to."""
    for number, pick in enumerate(picks, start=1):
        keys = list(whole) if isinstance(whole, dict) else list(range(len(whole)))
        key = keys[pick % len(keys)]
        if number == len(picks) or not isinstance(whole[key], dict | list) or not whole[key]:
            whole[key] = value
            return
        whole = whole[key]


@given(picks=st.lists(st.integers(0, 10**6), min_size=1, max_size=6), value=JSONS)
def test_a_value_that_is_another_is_refused_or_good(picks: list[int], value: object) -> None:
    """Without its checksum a file may say something else, if it is something that can be."""
    document = json.loads(CONTENT)
    del document["checksum"]
    put_somewhere(document, picks, value)

    async def try_it() -> None:
        world = MemoryWorld()
        before = await versions(world)
        if await refused(world, json.dumps(document).encode()):
            assert await versions(world) == before

    run(try_it())
