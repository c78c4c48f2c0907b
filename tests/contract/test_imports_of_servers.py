"""Two servers import different files into one database at the same time: one file wins whole."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from photochanger_adapters.filesystem.object_store import FileObjectStore
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import VersionConflict
from photochanger_core.domain.ids import SLOT_IDS, MediaId
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.slots_file import SlotsFile
from photochanger_core.domain.slots_format import written
from tests.databases import ask
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG

CLI = Actor(name="cli")
ROUNDS = 3
KEPT = "SELECT sha256 FROM media_object WHERE cleaned_at IS NULL"


def server(gateway: Gateway, objects: FileObjectStore) -> UseCases:
    world = MemoryWorld(new_media_id=lambda: MediaId(secrets.token_hex(16)))
    rows = PgMediaRepo(gateway)
    return UseCases.over(
        world.ports(slots=PgSlotRepo(gateway), media_rows=rows, media_objects=objects)
    )


async def file_of(name: str, *pictures: bytes) -> SlotsFile:
    """Return the export of an installation where every slot has these *pictures*."""
    use = MemoryWorld().use
    bound = []
    for content in pictures:
        picture = BytesBlob(content, MediaType.JPEG)
        media = (await use.register_template(picture, name="file", by=CLI)).media
        bound.append({"media_kind": "style", "media_object_id": media.media_id})
    for slot_id in SLOT_IDS:
        changes = {"display_name": name, "template_media": bound}
        await use.configure_slot(slot_id, changes, settings={}, by=CLI)
    return await use.export_slots()


def pictures_in(folder: Path) -> int:
    return len([*folder.rglob("payload.*")])


async def test_one_of_two_files_wins_whole(dsn: str, tmp_path: Path) -> None:
    objects = FileObjectStore(tmp_path)
    await objects.prepare()
    async with Gateway(dsn=dsn) as one, Gateway(dsn=dsn) as other:
        servers = [server(one, objects), server(other, objects)]
        taken_in: set[str] = set()
        for number in range(ROUNDS):
            files = [
                await file_of(f"{name} {number}", JPEG + b"both", JPEG + f"{name}{number}".encode())
                for name in ("a", "b")
            ]
            tries = [
                use.import_slots(file, by=CLI) for use, file in zip(servers, files, strict=True)
            ]
            outcomes = await asyncio.gather(*tries, return_exceptions=True)

            failures = [one for one in outcomes if isinstance(one, BaseException)]
            assert [type(one) for one in failures] in ([], [VersionConflict])
            stored = "".join(written(await servers[0].export_slots()))
            assert stored in ["".join(written(file)) for file in files]
            for file, outcome in zip(files, outcomes, strict=True):
                if not isinstance(outcome, BaseException):
                    taken_in |= {template.sha256 for template in file.templates}
            assert {row["sha256"] for row in ask(dsn, KEPT)} == taken_in
            assert pictures_in(tmp_path) == len(taken_in)
