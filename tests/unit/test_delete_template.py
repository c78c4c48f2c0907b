"""Templates go when nobody uses them, and not before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.cleanup import ORPHAN_AGE, Leftover
from photochanger_core.domain.errors import (
    InUse,
    MediaExpired,
    MediaNotFound,
    StorageUnavailable,
    ValidationFailed,
)
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.problems import Problem, wrong
from tests.cleaning import removed
from tests.ingesting import SLOT, set_slot
from tests.memory_world import MemoryWorld

PNG = b"\x89PNG\r\n\x1a\n"
SERG = Actor(name="serg")


async def registered(world: MemoryWorld, content: bytes = PNG + b"a beach") -> MediaObject:
    picture = BytesBlob(content, MediaType.PNG)
    return (await world.use.register_template(picture, name="file", by=SERG)).media


async def bind(world: MemoryWorld, *templates: MediaObject) -> None:
    bound = [{"media_kind": "style", "media_object_id": one.media_id} for one in templates]
    await set_slot(world, template_media=bound)


async def has_file(world: MemoryWorld, media: MediaObject) -> bool:
    try:
        await (await world.media_objects.open(media)).close()
    except MediaNotFound:
        return False
    return True


async def test_a_template_goes_with_its_file(world: MemoryWorld) -> None:
    template = await registered(world)
    assert await world.use.delete_template(template.media_id, slot=None, by=SERG) is None

    assert not await has_file(world, template)
    assert (await world.media_rows.get(template.media_id)).cleaned_at == world.clock.now()
    with pytest.raises(MediaExpired):
        await world.use.delete_template(template.media_id, slot=None, by=SERG)


async def test_a_template_that_a_slot_was_given_just_now_stays(world: MemoryWorld) -> None:
    template = await registered(world)

    class Late(type(world.media_rows)):  # type: ignore[misc] # the fake's own class
        """Templates that a slot is given while one of them is being deleted."""

        async def retire(self, media_id: MediaId, at: datetime) -> bool:
            await bind(world, template)
            retired: bool = await world.media_rows.retire(media_id, at)
            return retired

    rows = Late()
    rows.media = world.media_rows.media
    with pytest.raises(InUse) as caught:
        await UseCases.over(world.ports(media_rows=rows)).delete_template(
            template.media_id, slot=None, by=SERG
        )
    assert caught.value.details == {"slots": [SLOT]}
    assert await has_file(world, template)
    assert (await world.media_rows.get(template.media_id)) == template


async def test_a_template_that_was_deleted_just_now_is_not_given(world: MemoryWorld) -> None:
    template = await registered(world)
    before = await world.slots.get(SLOT)

    class Late(type(world.slots)):  # type: ignore[misc] # the fake's own class
        """Slots that are saved just after somebody has deleted the template."""

        async def save(self, slot: object) -> None:
            await world.use.delete_template(template.media_id, slot=None, by=SERG)
            await super().save(slot)

    elsewhere = TaskRuns()  # in one process nobody is quicker than whoever has the turn
    use = UseCases.over(world.ports(slots=Late(world.media_rows), runs=elsewhere))
    bound: Mapping[str, object] = {
        "template_media": [{"media_kind": "style", "media_object_id": template.media_id}]
    }
    with pytest.raises(ValidationFailed) as caught:
        await use.configure_slot(SLOT, bound, settings={}, by=SERG)
    problem = wrong(Problem.NO_SUCH_TEMPLATE).at("template_media", 0, "media_object_id")
    assert caught.value.problems == (problem,)
    assert await world.slots.get(SLOT) == before


async def test_a_file_that_could_not_be_removed_is_left_to_the_purge(world: MemoryWorld) -> None:
    template = await registered(world)
    world.media.failing = StorageUnavailable()
    with pytest.raises(StorageUnavailable):
        await world.use.delete_template(template.media_id, slot=None, by=SERG)

    world.media.failing = None
    assert await has_file(world, template)
    world.clock.stepped = 2 * ORPHAN_AGE
    assert await removed(world.use.purge_media) == {Leftover.ORPHAN_MEDIA: 1}
    assert not await has_file(world, template)


async def test_a_template_without_which_a_slot_would_not_work_stays(world: MemoryWorld) -> None:
    class Picky(type(world.provider)):  # type: ignore[misc] # the fake's own class
        """A provider that needs a template."""

        def check_settings(
            self, operation: str, settings: Mapping[str, object], *, templates: int = 0
        ) -> None:
            if not templates:
                raise ValidationFailed([wrong(Problem.TEMPLATE_NEEDED).at("template_media")])

    template = await registered(world)
    await bind(world, template)
    use = UseCases.over(world.ports(providers={"gemini": Picky(world.clock)}))
    with pytest.raises(ValidationFailed):
        await use.delete_template(template.media_id, slot=SLOT, by=SERG)
    assert (await world.slots.get(SLOT)).template_media
    assert await has_file(world, template)


async def test_a_slot_that_does_not_use_it_is_not_changed(world: MemoryWorld) -> None:
    template = await registered(world)
    assert await world.use.delete_template(template.media_id, slot=SLOT, by=SERG) is None
    assert (await world.slots.get(SLOT)).version == 1


async def test_a_preview_needs_a_file(world: MemoryWorld) -> None:
    template = await registered(world)
    await world.media_objects.discard(MediaUse.TEMPLATE, template.media_id)
    with pytest.raises(MediaNotFound):
        await world.use.read_template.preview(template)


async def test_a_picture_that_was_a_template_can_be_one_again(world: MemoryWorld) -> None:
    first = await registered(world)
    await world.use.delete_template(first.media_id, slot=None, by=SERG)
    again = await registered(world)
    assert again.media_id != first.media_id
    assert await has_file(world, again)
