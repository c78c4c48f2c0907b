"""`photochanger doctor` beside a real server, with and without faults."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.mortals import as_mortal
from tests.pictures import JPEG, picture

from .parts import SLOT, Service, running_service
from .processes import run

FALLBACK = {
    "provider": "gemini",
    "operation": "image_edit",
    "settings": {"prompt": "Sea.", "model": "gemini-3-pro-image"},
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("doctor")) as running:
        # They have been noted, as the first start asks for.
        (running.folder / "var" / "secrets" / "first_passwords").unlink()
        yield running


def examined(service: Service, **variables: str) -> tuple[int, list[Mapping[str, Any]]]:
    """Run the command on the installation with *variables* changed; return what it tells."""
    done = run(
        "doctor", "--json", folder=service.folder, variables={**service.variables, **variables}
    )
    assert done.stderr == ""
    checks = json.loads(done.stdout)["checks"]
    assert all("\n" not in check["message"] for check in checks)
    return done.returncode, checks


def codes(checks: list[Mapping[str, Any]], level: str) -> set[str]:
    return {check["code"] for check in checks if check["level"] == level}


async def test_a_healthy_installation_ends_with_0_and_is_left_as_it_was(service: Service) -> None:
    template = service.folder / "template.jpg"
    template.write_bytes(picture(JPEG))
    service.set(f"fallback={json.dumps(FALLBACK)}", f"template.style={template}", slot=SLOT)
    assert (await service.send()).head.status == 200
    files = service.files()

    done = run(
        "doctor",
        folder=service.folder,
        variables={
            **service.variables,
            "PHOTOCHANGER_PUBLIC_BASE_URL": service.url,
            "LC_ALL": "ru_RU.UTF-8",
        },
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    told = [line for line in done.stdout.splitlines() if not line.startswith("ok ")]
    assert [line for line in told if "clock" not in line] == [told[-1]]  # nobody may keep it here
    assert f"public address  {service.url} ведёт на этот сервер" in done.stdout
    assert service.files() == files


def test_each_of_seventeen_faults_is_named_in_a_line(service: Service) -> None:
    """They are injected beside the server, which goes on as it has read its files."""
    open_to_all = ("ingest_password_required=false", "fallback=")
    service.set("model=gemini-0-nothing", *open_to_all, slot=SLOT)
    secrets = service.folder / "var" / "secrets"
    (secrets / "runtime_credentials.json").write_text("torn")
    (secrets / "runtime_credentials.json").chmod(0o644)
    (secrets / "jwt_secret").write_text("torn")
    (secrets / "secret_keys").write_text("torn")
    os.mkfifo(secrets / "pipe", 0o600)
    secrets.chmod(0o777)
    [template] = (service.folder / "var" / "media" / "templates").rglob("*.jpg")
    template.write_bytes(b"\xff\xd8\xff torn")
    service.query(
        "WITH ahead AS (UPDATE job_history SET started_at = now() + interval '1 hour')"
        " UPDATE media_object SET expires_at = now() - interval '1 day'"
        " WHERE job_id IS NOT NULL RETURNING 1"
    )

    status, checks = examined(
        service,
        PHOTOCHANGER_PUBLIC_BASE_URL=service.gemini_url,
        PHOTOCHANGER_PUBLIC_MEDIA_BASE_URL="http://127.0.0.1:1",
        PHOTOCHANGER_PORTS="8000",
        PHOTOCHANGER_X="8000",
        PHOTOCHANGER_LOG_FORMAT="prose",
    )

    assert status == 1
    assert codes(checks, "fail") == {
        *("variable_wrong", "secret_exposed", "secret_odd", "folder_open", "secret_keys_broken"),
        *("jwt_secret_broken", "accounts_broken", "template_broken", "clock_set_back"),
        *("public_other", "public_away", "provider_misconfigured"),
    }
    assert codes(checks, "warn") - {"time_not_kept", "server_degraded"} == {
        *("variable_unknown", "variable_misnamed", "slot_unlocked", "slot_no_fallback"),
        "cleanup_overdue",
    }
    told = [check["code"] for check in checks if check["level"] != "ok"]
    assert len(told) == len(set(told))
    [model] = [check for check in checks if check["code"] == "provider_misconfigured"]
    assert model["message"].startswith("gemini/gemini-0-nothing: ")
    assert service.variables["PHOTOCHANGER_GEMINI_API_KEY"] not in json.dumps(checks)


def test_whatever_is_away_or_hangs_the_rest_is_told(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.json"
    os.mkfifo(accounts)
    media = tmp_path / "media"
    media.write_text("no folder")
    secrets = tmp_path / "var" / "secrets"
    secrets.mkdir(0, parents=True)
    variables = {
        "DATABASE_URL": "postgresql://somebody:hunter2@127.0.0.1:1/photochanger",
        "CREDENTIALS_FILE": str(accounts),
        "MEDIA_ROOT": str(media),
        "PORT": "1",
    }
    done = as_mortal(lambda: run("doctor", "--json", folder=tmp_path, variables=variables))
    secrets.chmod(0o700)

    checks = json.loads(done.stdout)["checks"]
    assert (done.returncode, done.stderr) == (1, "")
    assert codes(checks, "fail") == {
        *("no_answer", "database_away", "media_away", "server_away"),
        *("secret_odd", "secret_unreadable"),
    }
    assert "not_examined" in codes(checks, "warn")
    assert "hunter2" not in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"accounts.json", "media", "var"}
