from __future__ import annotations

import asyncio
import json
import re
import socket
from pathlib import Path

import pytest

from photochanger_adapters.postgres.embedded.server import embedded_postgres_blocking
from photochanger_core.domain.picture import sniff
from tests.pictures import JPEG, picture

from .parts import PASSWORD, Service, as_url, query
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
        "photochanger: validation_failed: size_limit_mb: must be a whole number from 1 to 20\n"
    )
    slots = json.loads(service.command("slots", "list", "--json").stdout)
    assert (slots[2]["version"], slots[2]["is_active"]) == (1, False)


def test_a_setting_of_the_provider_is_set_and_taken_away(service: Service) -> None:
    for change, wanted in [("settings.aspect_ratio=3:2", "3:2"), ("aspect_ratio=", None)]:
        changed = service.command("slots", "set", "slot-004", "prompt=A pirate.", change)
        assert changed.returncode == 0, changed.stderr
        slots = json.loads(service.command("slots", "list", "--json").stdout)
        assert slots[3]["settings"].get("aspect_ratio") == wanted


def test_settings_are_shown_and_changed(service: Service) -> None:
    before = json.loads(service.command("settings", "get", "--json").stdout)
    assert before["sync_response_seconds"] == 10
    assert before["ingest_password_set"] is True
    assert "ingest_password_hash" not in before
    changed = service.command("settings", "set", "result_ttl_hours=5", "slot_max_in_flight=7")
    assert changed.returncode == 0, changed.stderr
    after = json.loads(service.command("settings", "get", "--json").stdout)
    assert after == {**before, "result_ttl_hours": 5, "slot_max_in_flight": 7}
    assert "result_ttl_hours = 5\n" in service.command("settings", "get").stdout


def test_cleanup_and_db_tell_what_they_did(service: Service) -> None:
    cleaned = service.command("cleanup", "--json")
    assert json.loads(cleaned.stdout) == {"expired": 0, "orphans": 0}
    assert service.command("cleanup").stdout.startswith("removed: 0 expired results")
    current = json.loads(service.command("db", "current", "--json").stdout)
    assert current["version"] == current["latest"] > 0
    assert service.command("db", "upgrade").stdout == "applied: nothing\n"


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


@pytest.mark.parametrize(
    "words, status", [(["--fault=nonsense"], 2), (["--delay=-1"], 2), (["--port={taken}"], 1)]
)
def test_a_stand_in_that_cannot_run_says_why(tmp_path: Path, words: list[str], status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("simulate", *(word.format(taken=port) for word in words), folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (status, "")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["send"], ["nonsense"], [], ["slots", "set", "slot-99", "a=1"]])
def test_what_makes_no_sense_is_refused_by_usage(tmp_path: Path, words: list[str]) -> None:
    assert run(*words, folder=tmp_path).returncode == 2


def test_send_saves_the_picture_as_its_job_is_called(service: Service, tmp_path: Path) -> None:
    photo = tmp_path / "guest.jpg"
    photo.write_bytes(picture(JPEG))
    words = ("send", str(photo), "--slot=slot-001", f"--url={service.url}")
    sent = run(*words, folder=tmp_path, variables={"PHOTOCHANGER_SEND_PASSWORD": PASSWORD})
    assert sent.returncode == 0, sent.stderr
    told = dict(line.split(maxsplit=1) for line in sent.stdout.splitlines())
    assert told["link"] == f"{service.url}/public/results/{told['job']}"
    assert re.fullmatch(rf"{told['job']}\.(jpg|png|webp)", told["picture"])
    assert sniff((tmp_path / told["picture"]).read_bytes()) is not None

    typed = run(*words, "--password=-", "--out=here", folder=tmp_path, typed=f"{PASSWORD}\n")
    assert typed.returncode == 0, typed.stderr
    assert sniff((tmp_path / "here").read_bytes()) is not None


def test_send_tells_why_it_was_refused(service: Service, tmp_path: Path) -> None:
    photo = tmp_path / "guest.jpg"
    photo.write_bytes(picture(JPEG))
    words = ("send", str(photo), "--slot=slot-001", f"--url={service.url}", "--password=wrong")
    refused = run(*words, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("photochanger: answer 401: invalid_password: ")
    nowhere = run(*words[:3], f"--url=http://127.0.0.1:{free_port()}", folder=tmp_path)
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert len(nowhere.stderr.splitlines()) == 1
