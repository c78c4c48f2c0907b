"""A made-up event: slots that are set up, guests who have been there, and what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any, Final

from attrs import Factory, define, evolve, frozen
from PIL import Image

from photochanger_adapters.gemini.settings import SCHEMAS as GEMINI
from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_adapters.turbotext.settings import SCHEMAS as TURBOTEXT
from photochanger_core.assembly import Ports
from photochanger_core.domain.account import Scope
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import FailureReason, ProviderServerError
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.picture import MediaType, PictureFacts
from photochanger_core.ports.images import Drawn
from photochanger_core.ports.media_store import Spool
from tests.contract.samples import LEASE, job, running
from tests.logins import give_account
from tests.web.admin import Admin, admin
from tests.web.booth import PASSWORD, PASSWORD_PART, file, post
from tests.web.running_site import Site
from tests.web.world import HeldImages, World

from .figures import a_day
from .paintings import SIZE, after, before, template

_MODEL: Final = "gemini-3.1-flash-image"
_PREVIEW: Final = (480, 480)
_HOUR: Final = timedelta(hours=1)
_OTHER: Final = "other.example:8000"
_GUESTS: Final = 10
"""Who can be seen: the others have gone by before, and left their figures only."""

_SECOND_TRY: Final = _GUESTS - 2
"""The guest whose picture comes at the second try only."""

_SLOTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "slot-001": {
        "display_name": "Портрет в стиле ренессанс",
        "settings": {
            "model": _MODEL,
            "prompt": "Перерисуй фото как парадный портрет эпохи Возрождения: мягкий свет слева, "
            "бархат и золото, фон с «Изображения №2». Лица и улыбки оставь как есть.",
        },
    },
    "slot-002": {
        "display_name": "Кадр из комикса",
        "settings": {"model": _MODEL, "prompt": "Сделай из фото кадр комикса с яркой обводкой."},
    },
    "slot-003": {
        "display_name": "Новогодняя открытка",
        "settings": {"model": "gemini-3-pro-image", "prompt": "Заснеженный город, огни, гирлянды."},
    },
    "slot-004": {
        "display_name": "Афиша: главные герои",
        "provider": "turbotext",
        "operation": "style_transfer",
        "settings": {},
    },
    "slot-005": {
        "display_name": "Акварель",
        "settings": {"model": _MODEL, "prompt": "Лёгкая акварель на белой бумаге."},
    },
}


@frozen
class PaintedImages(HeldImages):
    """Images whose previews are such."""

    async def preview(self, picture: Blob, *, into: Spool, seconds: float) -> Drawn:
        content = b"".join([chunk async for chunk in picture.chunks()])
        small = Image.open(BytesIO(content)).convert("RGB")
        small.thumbnail(_PREVIEW)
        made = BytesIO()
        small.save(made, "WEBP", quality=80)
        await into.write(made.getvalue())
        size = {"width": small.width, "height": small.height}
        return Drawn(facts=PictureFacts(media_type=MediaType.WEBP, **size), is_changed=True)


def _gemini(world: EventWorld) -> ScriptedProvider:
    return ScriptedProvider(world.clock, operations=GEMINI.operations)


@define(eq=False, kw_only=True)
class EventWorld(World):
    """A world with both providers, whose settings are as they really are."""

    images: PaintedImages = Factory(lambda: PaintedImages(width=SIZE[0], height=SIZE[1]))

    def __attrs_post_init__(self) -> None:
        self.provider = _gemini(self)

    def ports(self, **changes: Any) -> Ports:
        turbotext = ScriptedProvider(self.clock, operations=TURBOTEXT.operations)
        both = {"gemini": self.provider, "turbotext": turbotext}
        return super().ports(providers=both, **changes)


@frozen(kw_only=True)
class Event:
    """What is there afterwards, by the names that addresses of pages have for it."""

    result: str
    gone: str
    token: str
    job: str


async def held(site: Site) -> Event:
    """Let everything happen at *site*, a server over an `EventWorld`, up to now."""
    await give_account(site.world, "serg", scopes=list(Scope))
    olga, igor = await admin(site, name="olga"), await admin(site, name="igor")
    await _set_up(site, olga, igor)
    await a_day(site.world)
    shown = await _photos(site)
    await olga.ask("DELETE", f"/api/results/{shown[0]}")
    token = (await olga.post("/api/gallery/share")).json["token"]
    await _break_down(site.world)
    return Event(result=shown[-1], gone=shown[0], token=token, job=shown[-2])


async def _set_up(site: Site, olga: Admin, igor: Admin) -> None:
    keys = {"gemini": "AIza-made-up", "turbotext": "made-up"}
    await olga.put("/api/settings", {"provider_keys": keys, "ingest_password": PASSWORD})
    for number, (slot_id, wanted) in enumerate(_SLOTS.items()):
        who = igor if number % 2 else olga
        await _put(who, slot_id, {**wanted, "is_active": True})
    media = []
    for number, kind in enumerate(("background", "style")):
        sent = await olga.send(
            "/api/template-media/register", [file(template(number), name="file")]
        )
        media.append({"media_kind": kind, "media_object_id": sent.json["template_media_id"]})
    await _put(igor, "slot-001", {"template_media": media})
    await _put(olga, "slot-001", {"sync_response_seconds": 40, "daily_call_limit": 800})


async def _put(who: Admin, slot_id: str, wanted: Mapping[str, Any]) -> None:
    reply = await who.put(f"/api/slots/{slot_id}", wanted)
    if reply.status != 200:
        raise RuntimeError(reply.body.decode())


async def _photos(site: Site) -> list[str]:
    """Let guests have their photos taken, a few minutes after each other; return the jobs."""
    found = []
    for number in range(_GUESTS):
        site.world.clock.stepped += timedelta(minutes=3)
        if number == _SECOND_TRY:
            site.world.provider.script.append(Step(0.8, ProviderServerError("503 UNAVAILABLE")))
        site.world.provider.script.append(Step(0.5 + number % 3 / 4, after(number)))
        slot_id = f"slot-00{1 if number % 3 else 2 + number % 2}"
        reply = await post(
            site.port, [PASSWORD_PART, file(before(number))], path=f"/ingest/{slot_id}"
        )
        found.append(reply.headers["x-job-id"])
    site.world.clock.stepped += timedelta(minutes=2)
    return found


@asynccontextmanager
async def going_on(world: World) -> AsyncIterator[None]:
    """Have another server work on two photos inside."""
    renewing = asyncio.create_task(_work(world))
    try:
        yield
    finally:
        renewing.cancel()


async def _work(world: World) -> None:
    now, begun = world.clock.now(), []
    for number in (5001, 5002):
        one = job(number, slot_id=SlotId("slot-002"), started_at=now, lease_until=now + LEASE)
        one = evolve(one, owner=_OTHER, sync_deadline=now + _HOUR)
        begun.append((await running(world.jobs, one)).job_id)
    while True:
        await world.jobs.renew(begun, world.clock.now() + LEASE)
        await asyncio.sleep(1)


async def _break_down(world: World) -> None:
    """Let a provider stop answering."""
    view = await world.use.read_slots("slot-004")
    for _ in range(5):
        world.health.tried(view.slot.route.name(view.model), 1.0, FailureReason.NETWORK)
