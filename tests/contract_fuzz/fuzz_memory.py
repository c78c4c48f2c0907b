"""No request that a fuzzer can think of is answered otherwise than the contract says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.ids import SLOT_IDS, MediaId
from photochanger_core.domain.media import MediaUse
from photochanger_web.config import WebConfig
from tests.contract.samples import media
from tests.contract_document import operation, operations
from tests.memory_world import numbered_media_ids
from tests.web.admin import admin
from tests.web.booth import PHOTO, captured, file, post
from tests.web.running_site import Site, site_over
from tests.web.test_stats import happened
from tests.web.world import World

from .administrator import let_in
from .fuzzing import DESCRIBED, fuzz

TEMPLATE: Final = MediaId(
    operation("PUT", "/api/slots/{slot_id}")["requestBody"]["content"]["application/json"][
        "example"
    ]["template_media"][0]["media_object_id"]
)
"""The one of the contract's example."""

LENT: Final = media(7, use=MediaUse.PROVIDER)
HAPPENED: Final = 9
KNOWN: Final[Mapping[str, Sequence[str]]] = {
    "path.media_id": [TEMPLATE, LENT.media_id],
    "path.job_id": [f"00000000-0000-4000-8000-{number:012x}" for number in (1, 2, 5, 10)],
    "path.name": ["gemini"],
    "path.token": ["gallery-key"],
    "header.If-Match": ["*"],
}

NOT_ASKED: Final = {"GET /api/events"}
"""Its answer has no end."""

PUBLIC: Final = {
    f"{method} {path}"
    for method, path, described in operations()
    if described.get("security") == []
}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site in which something of everything is there, and that anybody can send photos to."""
    proxies = (ip_network("127.0.0.1"),)
    async with site_over(
        World(new_media_id=_media_ids()), WebConfig(trusted_proxies=proxies)
    ) as site:
        await let_in(site.world)
        await _fill(site)
        await _lend(site)
        yield site


def _media_ids() -> Callable[[], MediaId]:
    first, others = iter([TEMPLATE]), numbered_media_ids()
    return lambda: next(first, None) or others()


async def _fill(site: Site) -> None:
    igor = await admin(site, name="igor")
    await igor.send("/api/template-media/register", [file(name="file")])
    await igor.post("/api/gallery/share")
    await igor.send("/api/media/register", [file(name="file")])
    for _ in range(HAPPENED):
        site.world.new_job_id()
    await post(site.port, captured())
    await happened(site)
    change = {"ingest_password_required": False, "is_active": True, "gallery": "open"}
    for slot_id in SLOT_IDS:
        await igor.put(f"/api/slots/{slot_id}", change)


async def _lend(site: Site) -> None:
    until = site.world.clock.now() + timedelta(hours=1)
    await site.world.media_rows.add(evolve(LENT, expires_at=until))
    await site.world.media_objects.keep(LENT, BytesBlob(PHOTO, LENT.media_type))


async def test_an_administrator_is_answered_as_described(site: Site, tmp_path: Path) -> None:
    answered = await fuzz(_url(site), tmp_path, KNOWN, logged_in=True)

    assert DESCRIBED - answered == NOT_ASKED


async def test_a_stranger_is_answered_as_described(site: Site, tmp_path: Path) -> None:
    brief = ["--phases", "examples,coverage", "--warnings", "off"]  # most is refused, and should be
    answered = await fuzz(_url(site), tmp_path, KNOWN, *brief, logged_in=False)

    assert answered
    assert answered <= PUBLIC


def _url(site: Site) -> str:
    return f"http://127.0.0.1:{site.port}"
