from __future__ import annotations

import asyncio
import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import aiohttp
import psycopg2
import pytest

from photochanger_adapters.postgres.embedded.server import embedded_postgres_blocking
from photochanger_adapters.postgres.gateway import Lock
from photochanger_core.domain.cleanup import Leftover

from .parts import Service, as_url, query, running_server
from .processes import free_port, run


def test_slots_are_listed(service: Service) -> None:
    listed = service.command("slots", "list", "--json")
    slots = json.loads(listed.stdout)
    assert [slot["slot_id"] for slot in slots] == [f"slot-{n:03}" for n in range(1, 16)]
    assert [slot["is_active"] for slot in slots] == [True] + [False] * 14
    assert "ingest_password_hash" not in slots[0]
    assert len(service.command("slots", "list").stdout.splitlines()) == 15


async def test_a_slot_that_is_switched_on_takes_the_next_photo(service: Service) -> None:
    assert (await service.send(slot="slot-002")).head.status == 404
    changed = await asyncio.to_thread(
        service.command,
        *("slots", "set", "slot-002", "is_active=true", "prompt=A pirate.", "ingest_password=-"),
        typed="a password of its own\n",
    )
    assert changed.returncode == 0, changed.stderr
    assert changed.stdout == "slot-002 is at version 2\n"
    assert (await service.send(slot="slot-002")).head.status == 401
    answer = await service.send(slot="slot-002", password="a password of its own")
    assert answer.head.status == 200


def test_a_slot_that_is_set_wrongly_stays_as_it_was(service: Service) -> None:
    refused = service.command("slots", "set", "slot-003", "size_limit_mb=21", "is_active=true")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "photochanger: validation_failed: size_limit_mb: must be from 1 to 20\n"
    )
    slots = json.loads(service.command("slots", "list", "--json").stdout)
    assert (slots[2]["version"], slots[2]["is_active"]) == (1, False)


def test_a_setting_of_the_provider_is_set_and_taken_away(service: Service) -> None:
    for change, wanted in [("settings.aspect_ratio=3:2", "3:2"), ("aspect_ratio=", None)]:
        changed = service.command("slots", "set", "slot-004", "prompt=A pirate.", change)
        assert changed.returncode == 0, changed.stderr
        slots = json.loads(service.command("slots", "list", "--json").stdout)
        assert slots[3]["settings"].get("aspect_ratio") == wanted


def test_a_slot_takes_values_of_every_kind_and_shows_them(service: Service) -> None:
    fallback = {"provider": "gemini", "operation": "image_edit", "settings": {"prompt": "Sea."}}
    service.set(
        *("prompt=A pirate.", 'retry={"error_tries":2}', f"fallback={json.dumps(fallback)}"),
        *("on_failure=original", "output_format=webp", "dedupe_seconds=0", "gallery=key"),
        slot="slot-005",
    )
    slot = json.loads(service.command("slots", "list", "--json").stdout)[4]
    assert slot["retry"]["error_tries"] == 2
    assert slot["retry"]["no_picture_tries"] == 5
    assert slot["fallback"] == {**fallback, "share": 40}
    assert (slot["on_failure"], slot["output_format"]) == ("original", "webp")
    assert slot["dedupe_seconds"] == 0
    assert re.fullmatch(r"/public/slots/slot-005\?key=[\w-]{22}", slot["gallery_path"])
    assert "gallery_key" not in slot

    service.set("fallback=null", "dedupe_seconds=", "gallery=off", slot="slot-005")
    slot = json.loads(service.command("slots", "list", "--json").stdout)[4]
    assert (slot["fallback"], slot["dedupe_seconds"], slot["gallery_path"]) == (None, None, None)


async def test_the_path_of_a_gallery_leads_to_it(
    service: Service, http: aiohttp.ClientSession
) -> None:
    await asyncio.to_thread(service.set, "gallery=key", slot="slot-006")
    listed = await asyncio.to_thread(service.command, "slots", "list", "--json")
    path = json.loads(listed.stdout)[5]["gallery_path"]
    for link, status in [(path, 200), (path[:-1], 404), ("/public/slots/slot-001", 200)]:
        async with http.get(service.url + link) as answer:
            assert answer.status == status


def test_settings_are_shown_and_changed(service: Service) -> None:
    before = json.loads(service.command("settings", "get", "--json").stdout)
    assert before["sync_response_seconds"] == 10
    assert before["ingest_password_set"] is True
    assert "ingest_password_hash" not in before
    changed = service.command(
        *("settings", "set", "result_ttl_hours=5", "slot_max_in_flight=7", "hash_policy=off")
    )
    assert changed.returncode == 0, changed.stderr
    after = json.loads(service.command("settings", "get", "--json").stdout)
    assert after == {
        **before,
        "result_ttl_hours": 5,
        "slot_max_in_flight": 7,
        "hash_policy": "off",
    }
    assert "result_ttl_hours = 5\n" in service.command("settings", "get").stdout


def test_cleanup_and_db_tell_what_they_did(service: Service) -> None:
    told = json.loads(service.command("cleanup", "--json", "--slot", "slot-001").stdout)
    nothing = {"bytes_freed": 0, "failed": 0, "removed": dict.fromkeys(Leftover, 0)}
    assert told == nothing | {"is_under_way": False, "dry_run": False, "slot_id": "slot-001"}
    assert service.command("cleanup").stdout == "freed: 0 MiB\n"
    current = json.loads(service.command("db", "current", "--json").stdout)
    assert current["version"] == current["latest"] > 0
    assert service.command("db", "upgrade").stdout == "applied: nothing\n"


def test_cleanup_removes_what_is_nobodys_and_reports_what_it_cannot(service: Service) -> None:
    orphan = service.folder / "var" / "media" / "results" / "slot-001" / str(uuid4())
    orphan.mkdir(parents=True)
    (orphan / "payload.jpg").write_bytes(bytes(2_000_000))
    for path in (orphan / "payload.jpg", orphan):
        os.utime(path, (1_000, 1_000))

    would = service.command("cleanup", "--dry-run")
    assert would.stdout == "would be removed: 1 orphan results\nwould be freed: 1.9 MiB\n"
    with held_cleanup(service):
        beside = service.command("cleanup")
        assert (beside.returncode, beside.stdout) == (
            0,
            "somebody else is cleaning up: nothing to do\n",
        )
    (orphan / "kept" / "by somebody").mkdir(parents=True)
    for path in (orphan / "kept", orphan):
        os.utime(path, (1_000, 1_000))
    stuck = service.command("cleanup")
    assert (stuck.returncode, f"not removed: slot-001/{orphan.name}: " in stuck.stderr) == (1, True)
    (orphan / "kept" / "by somebody").rmdir()
    (orphan / "kept").rmdir()
    os.utime(orphan, (1_000, 1_000))
    again = service.command("cleanup")
    assert (again.returncode, orphan.exists()) == (0, False)


def test_cleanup_with_an_empty_database_removes_no_picture(
    service: Service, tmp_path: Path
) -> None:
    media = service.folder / "var" / "media"
    picture = media / "templates" / uuid4().hex / "payload.jpg"
    picture.parent.mkdir()
    picture.write_bytes(bytes(1_000))
    for path in (picture, picture.parent):
        os.utime(path, (1_000, 1_000))

    with running_server(tmp_path, service.gemini_url, PHOTOCHANGER_MEDIA_ROOT=str(media)) as other:
        wrong = other.command("cleanup")
        assert "media_foreign" in other.server.errors
    assert (wrong.returncode, picture.exists()) == (1, True)
    mark = (media / "installation").read_text().strip()
    assert f"MEDIA_ROOT: the pictures belong to another database ({mark})" in wrong.stderr
    assert (service.command("cleanup").returncode, picture.exists()) == (0, False)


@contextmanager
def held_cleanup(service: Service) -> Iterator[None]:
    """Clean up meanwhile, as far as others can tell."""
    with (
        embedded_postgres_blocking(service.base) as dsn,
        closing(psycopg2.connect(dsn)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_advisory_lock(%s)", [int(Lock.CLEANUP)])
        yield


def test_a_database_goes_down_and_up(tmp_path: Path) -> None:
    assert run("db", "upgrade", folder=tmp_path).stdout.startswith("applied: 1")
    assert run("db", "downgrade", "0", folder=tmp_path).stdout.endswith("1\n")
    assert run("db", "current", folder=tmp_path).stdout.startswith("version 0 of ")
    assert run("slots", "list", folder=tmp_path).returncode == 0  # the embedded one is ours


def test_another_database_is_not_migrated_in_passing(tmp_path: Path) -> None:
    with embedded_postgres_blocking(tmp_path / "postgres") as dsn:
        given = {"DATABASE_URL": as_url(dsn)}
        refused = run("slots", "list", folder=tmp_path, variables=given)
        assert refused.returncode == 1
        assert refused.stderr.endswith("run photochanger db upgrade\n")
        assert run("db", "upgrade", folder=tmp_path, variables=given).returncode == 0
        assert run("slots", "list", folder=tmp_path, variables=given).returncode == 0


def test_a_database_of_a_later_program_is_left_alone(tmp_path: Path) -> None:
    assert run("db", "upgrade", folder=tmp_path).returncode == 0
    query(
        tmp_path,
        "INSERT INTO schema_migration (version, name) VALUES (9999, 'later') RETURNING version",
    )
    for words in (["db", "upgrade"], ["slots", "list"], ["serve"]):
        refused = run(*words, folder=tmp_path, variables={"PORT": str(free_port())})
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "is at version 9999" in refused.stderr.splitlines()[-1]


def test_a_database_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "postgres").write_text("in the way")
    refused = run("db", "current", folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("photochanger: PostgreSQL cannot start")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("words, status", [(["--fault=nonsense"], 2), (["--port={taken}"], 1)])
def test_a_stand_in_that_cannot_run_says_why(tmp_path: Path, words: list[str], status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("simulate", *(word.format(taken=port) for word in words), folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (status, "")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["send"], ["nonsense"], [], ["simulate", "--delay=-1"]])
def test_what_makes_no_sense_is_refused_by_usage(tmp_path: Path, words: list[str]) -> None:
    assert run(*words, folder=tmp_path).returncode == 2
