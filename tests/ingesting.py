"""A booth in process: it sends a form straight to the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from photochanger_core.domain.events import Event
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.use_cases.accept_upload import Acceptance, UploadHead
from photochanger_core.use_cases.ingest_photo import Picture
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG, PASSWORD, PASSWORD_FIELD, Field, Line, photo, text

SLOT: Final = SlotId("slot-001")
PHOTO: Final = JPEG + b"a guest"
CHANGED: Final = PHOTO + b"~changed"
FORM: Final = (PASSWORD_FIELD, text("name", "Игорь".encode()), photo(PHOTO))
FIRST: Final = JobId("00000000-0000-4000-8000-000000000001")
WINDOW: Final = 48.0


async def accepted(world: MemoryWorld, *, key: str | None = None) -> Acceptance:
    """Let a booth in; the password is set before."""
    await world.use.configure_settings({"ingest_password": PASSWORD}, by="test")
    head = UploadHead(
        slot=SLOT,
        content_type="multipart/form-data",
        content_encoding=None,
        content_length=None,
        key=key,
    )
    return await world.use.accept_upload(head)


async def ingest(
    world: MemoryWorld, form: Sequence[Field] = FORM, *, key: str | None = None
) -> Picture:
    """Send *form*."""
    return await world.use.ingest_photo(await accepted(world, key=key), Line(form).parts())


async def content(picture: Picture) -> bytes:
    """Return a picture's bytes, and close it."""
    got = b"".join([chunk async for chunk in picture.content.chunks()])
    await picture.content.close()
    return got


async def only_job(world: MemoryWorld) -> Job:
    """Return the first job of the world."""
    return await world.jobs.get(FIRST)


def told(world: MemoryWorld, *kinds: type[Event]) -> list[Event]:
    """Return the events of *kinds*, oldest first."""
    return [event for event in world.events.events if isinstance(event, kinds)]
