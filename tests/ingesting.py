"""A booth in process: it sends a form straight to the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from photochanger_core.domain.account import Actor
from photochanger_core.domain.events import Event
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.use_cases.accept_upload import UploadHead
from photochanger_core.use_cases.acceptance import Acceptance
from photochanger_core.use_cases.visit import Processed
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG, PASSWORD, PASSWORD_FIELD, Field, Line, photo, text

SLOT: Final = SlotId("slot-001")
ADDRESS: Final = "192.0.2.7"
PHOTO: Final = JPEG + b"a guest"
CHANGED: Final = PHOTO + b"~changed"
FORM: Final = (PASSWORD_FIELD, text("name", "Игорь".encode()), photo(PHOTO))
FIRST: Final = JobId("00000000-0000-4000-8000-000000000001")
WINDOW: Final = 48.0


async def accepted(
    world: MemoryWorld,
    *,
    key: str | None = None,
    idempotency_key: str | None = None,
    correlation_id: str | None = None,
) -> Acceptance:
    """Let a booth in; the password is set before."""
    if (await world.settings.read()).ingest_password_hash is None:
        await world.use.configure_settings({"ingest_password": PASSWORD}, by=Actor(name="test"))
    head = UploadHead(
        slot=SLOT,
        address=ADDRESS,
        content_type="multipart/form-data",
        content_encoding=None,
        content_length=None,
        key=key,
        idempotency_keys=() if idempotency_key is None else (idempotency_key,),
        correlation_id=correlation_id,
    )
    return await world.use.accept_upload(head)


async def ingest(
    world: MemoryWorld,
    form: Sequence[Field] = FORM,
    *,
    key: str | None = None,
    idempotency_key: str | None = None,
    correlation_id: str | None = None,
) -> Processed:
    """Send *form*."""
    acceptance = await accepted(
        world, key=key, idempotency_key=idempotency_key, correlation_id=correlation_id
    )
    return await world.use.ingest_photo(acceptance, Line(form).parts())


async def sent(world: MemoryWorld, guest: bytes = b"a guest", **how: str | None) -> Processed:
    """Send the photo of *guest*; the answer is closed already."""
    processed = await ingest(world, (PASSWORD_FIELD, photo(JPEG + guest)), **how)
    await processed.content.close()
    return processed


async def set_slot(world: MemoryWorld, **changes: object) -> None:
    """Change the slot."""
    await world.use.configure_slot(SLOT, changes, settings={}, by=Actor(name="test"))


async def content(picture: Processed) -> bytes:
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
