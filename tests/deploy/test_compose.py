"""The compose file: a valid one, and nothing in it is forgotten."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from .tools import DEPLOY, program, run

DOCKER = DEPLOY / "docker"
SAMPLE = DEPLOY / "alertmanager" / "alertmanager.yml"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("photochanger", "cleanup", "backup")
MADE = {"./secrets"}

DOCKER_STAND_IN = """\
#!/bin/sh
echo "docker $*" >> calls
case "$1 $2" in
    "pull --quiet") ;;
    "image inspect") echo "${5%%:*}@sha256:$(printf %064d 7)" ;;
    *) exit 1 ;;
esac
"""


def test_it_is_as_the_specification_has_it() -> None:
    checker = program("check-jsonschema", "none; nox -s deploy brings it")
    run(checker, "--builtin-schema", "vendor.compose-spec", DOCKER / "compose.yaml")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_limits_and_comes_again(name: str) -> None:
    service = SERVICES[name]

    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"].keys() >= {"max-size", "max-file"}
    assert {"mem_limit", "cpus"} <= service.keys()
    assert "healthcheck" in service or "build" in service  # ours has one in the image
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", OURS)
def test_ours_change_nothing_but_their_volumes(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert [tmpfs.split(":")[0] for tmpfs in service["tmpfs"]] == ["/tmp"]  # noqa: S108
    assert "data:/var/lib/photochanger" in service["volumes"]


def test_secrets_come_in_files() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            secret = re.search("PASSWORD|SECRET|KEY|DATABASE_URL", name)
            assert not secret or str(value).startswith("/run/secrets/"), name
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    ignored = (DEPLOY.parent / ".gitignore").read_text().splitlines()
    assert "/deploy/docker/secrets/" in ignored
    assert ".env" in ignored


def test_cleanup_and_backup_come_around() -> None:
    cleanup, backup = SERVICES["cleanup"]["entrypoint"], SERVICES["backup"]["entrypoint"]

    assert cleanup[-4:] == ["every", str(15 * 60), "photochanger", "cleanup"]
    assert backup[3:6] == ["daily", "01:15", "/backups/.done"]
    assert "backups:/backups" in SERVICES["backup"]["volumes"]
    assert "photochanger backup --force" in backup[-1]


def test_the_server_is_given_the_time_to_finish() -> None:
    assert SERVICES["photochanger"]["stop_grace_period"] == "130s"


def test_whoever_watches_is_heard() -> None:
    watching = {name for name, service in SERVICES.items() if "profiles" in service}
    assert watching == {"prometheus", "alertmanager", "grafana"}
    prometheus = yaml.safe_load((DOCKER / "prometheus.yml").read_text(encoding="utf-8"))

    [alertmanagers] = prometheus["alerting"]["alertmanagers"]
    assert alertmanagers["static_configs"] == [{"targets": ["alertmanager:9093"]}]
    shared = {*SERVICES["prometheus"]["networks"]} & {*SERVICES["alertmanager"]["networks"]}
    assert shared == {"outside"}  # whence mail goes out; nobody there is given metrics
    assert "--config.file=/run/secrets/alertmanager" in SERVICES["alertmanager"]["command"]
    assert SERVICES["alertmanager"]["secrets"] == ["alertmanager"]


def test_every_variable_is_explained() -> None:
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    example = (DOCKER / "env.example").read_text(encoding="utf-8")

    assert asked == set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert "POSTGRES_IMAGE=postgres:15" in example


def test_every_file_that_is_mounted_is_there() -> None:
    sources = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    }

    assert {one for one in sources if not (DOCKER / one).exists()} == set()


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A folder with `prepare`, and a stand-in for docker."""
    folder = tmp_path / DOCKER.name
    for name in ("prepare", "env.example", f"../{SAMPLE.parent.name}/{SAMPLE.name}"):
        copy = folder / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes((DOCKER / name).read_bytes())
        copy.chmod(0o755)
    docker = folder / "bin/docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER_STAND_IN)
    docker.chmod(0o755)
    prepare(folder)
    return folder


def prepare(folder: Path) -> None:
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    subprocess.run(  # noqa: S603 - ourselves
        [folder / "prepare"], check=True, capture_output=True, env={"PATH": path}
    )


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "calls")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_images_are_pinned_by_digest(prepared: Path) -> None:
    images = re.findall(r"^\w+_IMAGE=(.+)$", (prepared / ".env").read_text(), re.MULTILINE)

    assert len(images) == 5
    assert all(re.fullmatch(r"[\w./:-]+@sha256:[0-9]{64}", image) for image in images)


def test_secrets_are_made_up_and_kept_from_others(prepared: Path) -> None:
    secrets = prepared / "secrets"
    password = (secrets / "postgres_password").read_text()

    assert secrets.stat().st_mode & 0o777 == 0o700
    assert re.fullmatch("[0-9a-f]{48}", password)
    assert f"photochanger:{password}@postgres:" in (secrets / "photochanger.env").read_text()
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o600}
    owners = {path.name: path.stat().st_uid for path in secrets.iterdir()}
    assert owners == {
        "photochanger.env": 10001,
        "postgres_password": 0,
        "grafana_password": 472,
        "alertmanager.yml": 65534,
    }
    assert (secrets / "alertmanager.yml").read_bytes() == SAMPLE.read_bytes()
    assert owners.keys() == {Path(one["file"]).name for one in COMPOSE["secrets"].values()}


def test_what_is_there_stays(prepared: Path) -> None:
    before = contents(prepared)
    prepare(prepared)

    assert contents(prepared) == before


def test_what_a_newer_version_asks_for_is_added(prepared: Path) -> None:
    file = prepared / ".env"
    whole = file.read_text()
    lines = whole.splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("ALERTMANAGER_IMAGE")))
    (prepared / "secrets" / "alertmanager.yml").unlink()
    prepare(prepared)

    assert sorted(file.read_text().splitlines()) == sorted(whole.splitlines())
    assert (prepared / "secrets" / "alertmanager.yml").exists()
