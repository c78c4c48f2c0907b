"""`photochanger doctor` beside a real server, with and without faults."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

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


def test_what_is_wrong_is_named_each_in_a_line(service: Service) -> None:
    service.set("model=gemini-0-nothing", slot=SLOT)
    credentials = service.folder / "var" / "secrets" / "runtime_credentials.json"
    credentials.chmod(0o644)
    [template] = (service.folder / "var" / "media" / "templates").rglob("*.jpg")
    template.write_bytes(b"\xff\xd8\xff torn")

    status, checks = examined(
        service,
        PHOTOCHANGER_PUBLIC_BASE_URL=service.gemini_url,
        PHOTOCHANGER_PUBLIC_MEDIA_BASE_URL="http://127.0.0.1:1",
        PHOTOCHANGER_PORTS="8000",
        PHOTOCHANGER_LOG_FORMAT="prose",
    )

    assert status == 1
    assert codes(checks, "fail") == {
        *("variable_wrong", "secret_exposed", "template_broken"),
        *("public_other", "public_away", "provider_misconfigured"),
    }
    assert "variable_unknown" in codes(checks, "warn")
    [model] = [check for check in checks if check["code"] == "provider_misconfigured"]
    assert model["message"].startswith("gemini/gemini-0-nothing: ")
    assert service.variables["PHOTOCHANGER_GEMINI_API_KEY"] not in json.dumps(checks)
    credentials.chmod(0o600)


def test_whatever_is_away_or_hangs_the_rest_is_told(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.json"
    os.mkfifo(accounts)
    media = tmp_path / "media"
    media.write_text("no folder")
    variables = {
        "DATABASE_URL": "postgresql://somebody:hunter2@127.0.0.1:1/photochanger",
        "CREDENTIALS_FILE": str(accounts),
        "MEDIA_ROOT": str(media),
        "PORT": "1",
    }
    done = run("doctor", "--json", folder=tmp_path, variables=variables)

    checks = json.loads(done.stdout)["checks"]
    assert (done.returncode, done.stderr) == (1, "")
    assert codes(checks, "fail") == {"no_answer", "database_away", "media_away", "server_away"}
    assert {"not_examined", "secrets_none"} <= codes(checks, "warn")
    assert "hunter2" not in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"accounts.json", "media"}
