"""Pictures become templates, and slots use them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from photochanger_adapters.memory.images import UNTIDY
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    FailureReason,
    InvalidRequest,
    StorageFull,
    UnsupportedMediaType,
    ValidationFailed,
)
from photochanger_core.domain.media import MAX_TEMPLATES, MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.ports.provider import Operation
from tests.fetching_provider import content_of
from tests.ingesting import SLOT, sent, set_slot
from tests.memory_world import MemoryWorld

PNG = b"\x89PNG\r\n\x1a\n"
ELSEWHERE = {"provider": "gemini", "operation": "remote"}


async def registered(world: MemoryWorld, content: bytes = PNG + b"a beach") -> MediaObject:
    picture = BytesBlob(content, MediaType.PNG)
    registered = await world.use.register_template(picture, name="template", by=Actor(name="test"))
    return registered.media


def bound(*templates: MediaObject) -> list[dict[str, object]]:
    return [{"media_kind": "style", "media_object_id": each.media_id} for each in templates]


ONE_KNOWN = {"media_kind": "style", "media_object_id": "x"}


async def problems(world: MemoryWorld, **changes: object) -> list[tuple[str, Problem]]:
    """Return what is wrong with *changes*; nothing may have changed."""
    before = await world.slots.get(SLOT)
    with pytest.raises(ValidationFailed) as caught:
        await set_slot(world, **changes)
    assert await world.slots.get(SLOT) == before
    return [(found.field, found.problem) for found in caught.value.problems]


async def test_a_template_is_kept_without_its_metadata(world: MemoryWorld) -> None:
    template = await registered(world, PNG + b"a beach" + UNTIDY)

    content = await content_of(await world.media_objects.open(template))
    assert content == PNG + b"a beach"
    assert (template.use, template.media_type) == (MediaUse.TEMPLATE, MediaType.PNG)
    assert (template.size, template.expires_at) == (len(content), None)
    assert world.media.handles == 0


async def test_the_same_picture_is_kept_once(world: MemoryWorld) -> None:
    first = await registered(world)
    together = await asyncio.gather(registered(world), registered(world, PNG + b"other"))

    assert together[0] == first != together[1]
    assert len(world.media_rows.media) == 2


@pytest.mark.parametrize(
    "content, error",
    [(b"GIF89a", UnsupportedMediaType), (PNG + b"broken", InvalidRequest)],
)
async def test_what_is_no_picture_is_no_template(
    world: MemoryWorld, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await registered(world, content)

    assert world.media_rows.media == {}
    assert world.media.handles == 0


async def test_a_broken_template_is_called_as_the_caller_calls_it(world: MemoryWorld) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await registered(world, PNG + b"broken")
    assert caught.value.details == {"field": "template", "problem": "undecodable"}


async def test_without_room_there_is_no_template(world: MemoryWorld) -> None:
    world.media.failing = StorageFull("full")
    with pytest.raises(StorageFull):
        await registered(world)
    assert world.media_rows.media == {}


async def test_a_template_that_was_lost_or_damaged_is_mended_by_the_same_picture(
    world: MemoryWorld,
) -> None:
    first = await registered(world)
    await world.media_objects.discard(MediaUse.TEMPLATE, first.media_id)

    assert await registered(world) == first
    assert await content_of(await world.media_objects.open(first)) == PNG + b"a beach"


async def test_a_guest_gets_the_own_photo_where_a_template_was_lost(world: MemoryWorld) -> None:
    template = await registered(world)
    await set_slot(world, template_media=bound(template), on_failure="original")
    await world.media_objects.discard(MediaUse.TEMPLATE, template.media_id)

    processed = await sent(world)
    assert processed.degraded is FailureReason.MISCONFIGURED
    assert world.media.handles == 0


async def test_a_change_that_has_nothing_to_do_with_the_provider_is_not_refused_for_it(
    world: MemoryWorld, configured: Callable[[bool], None]
) -> None:
    configured(True)
    await set_slot(world, **ELSEWHERE)
    configured(False)
    await set_slot(world, display_name="Seaside")
    await set_slot(world, is_active=False)
    assert [field for field, _ in await problems(world, is_active=True)] == ["provider"]


async def test_templates_go_to_the_provider_in_the_slots_order(world: MemoryWorld) -> None:
    one, two = await registered(world), await registered(world, PNG + b"two")
    await set_slot(world, template_media=bound(two, one))
    await sent(world)

    [call] = world.provider.calls
    assert [blob.sha256 for blob in call.order.templates] == [two.sha256, one.sha256]
    assert world.media.handles == 0


async def test_unknown_templates_are_named(world: MemoryWorld) -> None:
    known = bound(await registered(world))
    unknown = {"media_kind": "face", "media_object_id": "0" * 32}

    assert await problems(world, template_media=[*known, unknown]) == [
        ("template_media[1].media_object_id", Problem.NO_SUCH_TEMPLATE)
    ]


@pytest.mark.parametrize(
    "value, where, problem",
    [
        ("style", "", Problem.NOT_LIST),
        ({"media_kind": "style", "media_object_id": "x"}, "", Problem.NOT_LIST),
        ([{"media_kind": "style"}], "[0].media_object_id", Problem.MISSING),
        ([{"media_kind": "hat", "media_object_id": "x"}], "[0].media_kind", Problem.NOT_ONE_OF),
        ([{"media_kind": "style", "media_object_id": 5}], "[0].media_object_id", Problem.NOT_TEXT),
        ([{**ONE_KNOWN, "more": 1}], "[0].more", Problem.UNKNOWN),
        ([ONE_KNOWN] * (MAX_TEMPLATES + 1), "", Problem.TOO_MANY_ITEMS),
        ([ONE_KNOWN, None], "[1]", Problem.NOT_OBJECT),
    ],
)
async def test_what_is_no_list_of_templates_is_refused(
    world: MemoryWorld, value: object, where: str, problem: Problem
) -> None:
    found = await problems(world, template_media=value)
    assert found == [(f"template_media{where}", problem)]


async def test_templates_may_leave_too_little_room_for_a_photo(world: MemoryWorld) -> None:
    template = await registered(world)
    world.provider.largest_photo = MEGABYTE - 1

    assert await problems(world, template_media=bound(template)) == [
        ("template_media", Problem.NO_ROOM_FOR_PHOTO)
    ]


async def test_everything_wrong_is_named_at_once(
    world: MemoryWorld, configured: Callable[[bool], None]
) -> None:
    configured(False)
    with pytest.raises(ValidationFailed) as caught:
        await world.use.configure_slot(
            SLOT,
            {**ELSEWHERE, "fallback": ELSEWHERE},
            settings={"invalid": 1},
            by=Actor(name="test"),
        )
    assert [found.field for found in caught.value.problems] == [
        "settings.invalid",
        "provider",
        "fallback.provider",
    ]


async def test_who_is_asked_once_is_no_fallback_of_its_own(world: MemoryWorld) -> None:
    world.provider.operations = {"image_edit": Operation(schema={}, asks_once=True)}
    other = {"provider": "other", "operation": "image_edit"}
    world.use = UseCases.over(
        world.ports(providers={"gemini": world.provider, "other": world.provider})
    )

    same = {"provider": "gemini", "operation": "image_edit"}
    assert await problems(world, fallback=same) == [("fallback.provider", Problem.ASKED_ONLY_ONCE)]
    await set_slot(world, fallback=other)


@pytest.fixture
def configured(world: MemoryWorld) -> Callable[[bool], None]:
    """Give the provider an operation that fetches by links, and the server an address or not."""

    def configure(has_address: bool) -> None:
        world.provider.operations = {
            "image_edit": Operation(schema={"properties": {"prompt": {}, "model": {}}}),
            "remote": Operation(schema={"properties": {"prompt": {}}}, requires_public_media=True),
        }
        link = (lambda media_id: f"https://x.test/{media_id}") if has_address else None
        world.use = UseCases.over(world.ports(provider_link=link))

    return configure


async def test_a_slot_whose_provider_fetches_needs_a_public_address(
    world: MemoryWorld, configured: Callable[[bool], None]
) -> None:
    configured(False)
    assert await problems(world, **ELSEWHERE) == [("provider", Problem.NO_PUBLIC_ADDRESS)]
    assert await problems(world, fallback=ELSEWHERE) == [
        ("fallback.provider", Problem.NO_PUBLIC_ADDRESS)
    ]

    configured(True)
    await set_slot(world, **ELSEWHERE, fallback=ELSEWHERE)


async def test_settings_that_another_operation_does_not_know_are_dropped(
    world: MemoryWorld, configured: Callable[[bool], None]
) -> None:
    configured(True)
    before = await world.slots.get(SLOT)
    assert before.settings.keys() == {"prompt", "model"}
    await set_slot(world, **ELSEWHERE)

    assert (await world.slots.get(SLOT)).settings == {"prompt": before.settings["prompt"]}


async def test_settings_stay_as_long_as_the_operation_does(
    world: MemoryWorld, configured: Callable[[bool], None]
) -> None:
    configured(True)
    before = await world.slots.get(SLOT)
    await set_slot(world, provider=before.provider, operation=before.operation)

    assert (await world.slots.get(SLOT)).settings == before.settings
