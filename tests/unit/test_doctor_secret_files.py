from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from photochanger_adapters.security.seals import new_secret_key
from photochanger_cli.checkup.secret_files import ExamineSecretFiles, examine_user
from photochanger_cli.checkup.signs import LocalSign
from photochanger_cli.kept_secrets import keep_secret
from photochanger_cli.settings import ServerSettings
from photochanger_core.domain.checkup import Finding, failure, warning, well
from tests.mortals import as_mortal


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerSettings:
    """An installation after its first start."""
    monkeypatch.chdir(tmp_path)
    settings = ServerSettings(data_dir=tmp_path / "var", media_root=tmp_path / "var" / "media")
    keep_secret(settings.data_dir, "secret_keys", new_secret_key)
    keep_secret(settings.data_dir, "jwt_secret", lambda: "j" * 43)
    write(settings.credentials_file, "{}")
    return settings


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


async def found(settings: ServerSettings) -> Sequence[Finding]:
    return await ExamineSecretFiles(settings)()


async def test_files_that_are_closed_to_others_are_well(settings: ServerSettings) -> None:
    write(Path(".env"), "GEMINI_API_KEY=key")
    assert await found(settings) == [well("secrets", LocalSign.SECRETS_OK, count=4)]


async def test_without_any_no_server_was_started(tmp_path: Path) -> None:
    settings = ServerSettings(data_dir=tmp_path, media_root=tmp_path)
    assert await found(settings) == [
        warning("secrets", LocalSign.SECRETS_NONE, folder=str(tmp_path / "secrets"))
    ]


async def test_that_there_are_none_is_told_whatever_the_folder(tmp_path: Path) -> None:
    settings = ServerSettings(data_dir=tmp_path, media_root=tmp_path)
    settings.data_dir.chmod(0o777)
    told = [finding.sign for finding in await found(settings)]
    assert told == [LocalSign.FOLDER_OPEN, LocalSign.SECRETS_NONE]


@pytest.mark.parametrize("mode, tell", [(0o644, failure), (0o602, failure), (0o640, warning)])
async def test_a_file_that_others_can_get_at_is_named(
    settings: ServerSettings, mode: int, tell: Callable[..., Finding]
) -> None:
    settings.credentials_file.chmod(mode)
    assert await found(settings) == [
        tell(
            "secrets",
            LocalSign.SECRET_EXPOSED,
            path=str(settings.credentials_file),
            mode=f"{mode:04o}",
        )
    ]


async def test_a_dotenv_that_others_can_read_is_named(settings: ServerSettings) -> None:
    path = write(Path(".env"), "GEMINI_API_KEY=key", 0o644).absolute()
    assert await found(settings) == [
        failure("secrets", LocalSign.SECRET_EXPOSED, path=str(path), mode="0644")
    ]


@pytest.mark.parametrize(
    "name, sign",
    [
        ("secret_keys", LocalSign.SECRET_KEYS_BROKEN),
        ("jwt_secret", LocalSign.JWT_SECRET_BROKEN),
    ],
)
@pytest.mark.parametrize("content", ["torn", "ключ", "x" * 1_000_001])
async def test_a_key_that_is_none_keeps_the_server_from_starting(
    settings: ServerSettings, name: str, sign: LocalSign, content: str
) -> None:
    path = write(settings.data_dir / "secrets" / name, content)
    assert await found(settings) == [failure("secrets", sign, path=str(path))]


def test_a_key_that_cannot_be_read_is_not_taken_for_a_broken_one(settings: ServerSettings) -> None:
    path = settings.data_dir / "secrets" / "secret_keys"
    path.chmod(0)
    assert as_mortal(lambda: asyncio.run(found(settings))) == [unreadable(path)]


@pytest.mark.parametrize("name", ["", "secrets"])
def test_a_folder_that_is_closed_to_this_user_is_named(settings: ServerSettings, name: str) -> None:
    folder = settings.data_dir / name
    folder.chmod(0)
    assert as_mortal(lambda: asyncio.run(found(settings))) == [unreadable(folder)]
    folder.chmod(0o700)


def unreadable(path: Path) -> Finding:
    return failure("secrets", LocalSign.SECRET_UNREADABLE, path=str(path), why="Permission denied")


@pytest.mark.parametrize("name", ["jwt_secret", "runtime_credentials.json", "other"])
async def test_what_is_no_file_is_named_and_not_opened(settings: ServerSettings, name: str) -> None:
    path = settings.data_dir / "secrets" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path, 0o600)
    assert await found(settings) == [failure("secrets", LocalSign.SECRET_ODD, path=str(path))]


async def test_a_folder_among_the_files_is_a_warning(settings: ServerSettings) -> None:
    path = settings.data_dir / "secrets" / "old"
    path.mkdir()
    assert await found(settings) == [warning("secrets", LocalSign.SECRET_ODD, path=str(path))]


async def test_a_link_that_leads_nowhere_is_named(settings: ServerSettings) -> None:
    path = settings.data_dir / "secrets" / "jwt_secret"
    path.unlink()
    path.symlink_to("nowhere")
    assert await found(settings) == [
        failure(
            "secrets",
            LocalSign.SECRET_UNREADABLE,
            path=str(path),
            why="No such file or directory",
        )
    ]


@pytest.mark.parametrize("name", ["", "secrets"])
@pytest.mark.parametrize("mode, tell", [(0o777, failure), (0o702, failure), (0o770, warning)])
async def test_a_folder_in_which_others_replace_files_is_named(
    settings: ServerSettings, name: str, mode: int, tell: Callable[..., Finding]
) -> None:
    folder = settings.data_dir / name
    folder.chmod(mode)
    assert await found(settings) == [
        tell("secrets", LocalSign.FOLDER_OPEN, path=str(folder), mode=f"{mode:04o}")
    ]
    folder.chmod(0o755)
    assert await found(settings) == [well("secrets", LocalSign.SECRETS_OK, count=3)]


@pytest.mark.parametrize("name", ["ingest_password", "first_passwords"])
async def test_passwords_of_the_first_start_lie_around(settings: ServerSettings, name: str) -> None:
    path = keep_secret(settings.data_dir, name).path
    assert warning("secrets", LocalSign.FIRST_PASSWORD, path=str(path)) in await found(settings)


async def test_the_user_of_the_service_may_look(settings: ServerSettings) -> None:
    assert await examine_user(settings) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
async def test_files_of_somebody_else_are_named(settings: ServerSettings) -> None:
    os.chown(settings.data_dir, 4711, 4711)
    [other] = await examine_user(settings)
    assert other.values == {"user": "root", "service": "4711"}
    assert {finding.sign for finding in await found(settings)} == {LocalSign.SECRET_FOREIGN}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize(
    "group, mode, is_well", [(4711, 0o640, True), (4711, 0o660, False), (4712, 0o640, False)]
)
async def test_the_service_reads_what_root_gives_it_by_its_group(
    settings: ServerSettings, group: int, mode: int, *, is_well: bool
) -> None:
    for path in (settings.data_dir, *settings.data_dir.rglob("*")):
        os.chown(path, 4711, 4711)
    dotenv = write(Path(".env"), "GEMINI_API_KEY=key", mode).absolute()
    os.chown(dotenv, 0, group)

    exposed = warning("secrets", LocalSign.SECRET_EXPOSED, path=str(dotenv), mode=f"{mode:04o}")
    well_kept = well("secrets", LocalSign.SECRETS_OK, count=4)
    assert await found(settings) == [well_kept if is_well else exposed]
