# ruff: noqa: ASYNC240 - small files of a test
"""The file of accounts: who may read it, what is in it, and what becomes of a broken one."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.security import safe_file
from photochanger_adapters.security.account_file import accounts_of, text_of
from photochanger_adapters.security.account_repo import FileAccountRepo
from photochanger_core.domain.account import Account
from photochanger_core.domain.errors import AccountsUnavailable, StorageUnavailable
from tests.contract.samples import NOON

SERG = Account.new("serg", password_hash="$argon2id$hidden", at=NOON)
IGOR = evolve(SERG, name="igor", scopes=["stats:read"])
GOOD: dict[str, Any] = json.loads(text_of([SERG]))
[ENTRY] = GOOD["accounts"]
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ADD_FIRST = """
import asyncio, sys
from pathlib import Path
from photochanger_adapters.security.account_repo import FileAccountRepo
from tests.unit.test_file_account_repo import SERG, NOON
own = SERG.with_password(sys.argv[2], at=NOON)
sys.stdin.readline()
print(asyncio.run(FileAccountRepo(Path(sys.argv[1])).add_first([own])))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "runtime_credentials.json"


@pytest.fixture
def accounts(path: Path) -> FileAccountRepo:
    return FileAccountRepo(path)


def write(path: Path, document: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())


def entry(**changes: object) -> dict[str, object]:
    return {"accounts": [ENTRY | changes]}


async def problem(accounts: FileAccountRepo) -> str:
    """Check that nobody is found, and return why."""
    with pytest.raises(AccountsUnavailable) as caught:
        await accounts.get("serg")
    with pytest.raises(StorageUnavailable):
        await accounts.all()
    detail = caught.value.detail
    assert "\n" not in detail
    assert "hidden" not in detail
    assert "runtime_credentials.json" in detail
    return detail


async def test_only_its_owner_may_read_it(accounts: FileAccountRepo, path: Path) -> None:
    before = os.umask(0)
    try:
        await accounts.save(SERG)
        await accounts.save(IGOR)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(one.name for one in path.parent.iterdir()) == [
        ".runtime_credentials.json.lock",
        "runtime_credentials.json",
    ]


async def test_people_can_read_and_write_it(accounts: FileAccountRepo, path: Path) -> None:
    await accounts.save(IGOR)

    assert json.loads(path.read_text()) == {
        "accounts": [
            {
                "name": "igor",
                "password_hash": "$argon2id$hidden",
                "scopes": ["stats:read"],
                "password_set_at": "2026-11-21T12:00:01+00:00",
            }
        ]
    }


async def test_a_change_by_others_counts_at_once(accounts: FileAccountRepo, path: Path) -> None:
    other = FileAccountRepo(path)
    await accounts.save(SERG)
    assert await other.get("serg") == SERG
    changed = SERG.with_password("another", at=NOON)
    await accounts.save(changed)
    assert await other.get("serg") == changed

    write(path, {"accounts": []})
    assert await other.get("serg") is None
    await accounts.save(SERG)
    assert await other.get("serg") == SERG
    path.unlink()
    assert await other.get("serg") is None


async def test_what_has_not_changed_is_not_read_again(
    accounts: FileAccountRepo, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.save(SERG)
    assert await accounts.get("serg") == SERG
    monkeypatch.setattr(type(path), "open", None)

    assert await accounts.get("serg") == SERG
    assert await accounts.all() == [SERG]


@pytest.mark.parametrize(
    "document, reason",
    [
        (b"", "line 1 is no JSON"),
        (b'{"accounts": [\n{"password_hash": "hidden"', "line 2 is no JSON"),
        (b"\xff\xfe\xff", "UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b" " * 1_000_001, "too long"),
        ([], "no object"),
        ({}, "no object"),
        ({"accounts": {}}, "no object"),
        ({"accounts": [], "admins": []}, "admins: unknown"),
        ({"accounts": ["hidden"]}, "@ it.accounts[0]"),
        (entry(scopes="slots:read"), "wrong @ it.accounts[0].scopes"),
        (entry(scopes=["hidden"]), "wrong @ it.accounts[0].scopes"),
        (entry(password_hash=5), "wrong @ it.accounts[0].password_hash"),
        (entry(password_set_at="hidden"), "wrong @ it.accounts[0].password_set_at"),
        (entry(password_set_at="2026-11-21T12:00:00"), "wrong @ it.accounts[0]"),
        (entry(name="hidden one"), "wrong @ it.accounts[0]"),
        (entry(admin=True), "admin: unknown @ it.accounts[0]"),
        ({"accounts": [{"name": "serg"}]}, "missing @ it.accounts[0].password_hash"),
        ({"accounts": [ENTRY, ENTRY]}, "two accounts are called serg"),
    ],
)
async def test_a_broken_file_lets_nobody_in_and_says_why_in_one_line(
    accounts: FileAccountRepo, path: Path, document: object, reason: str
) -> None:
    await accounts.save(SERG)
    write(path, document)
    assert reason in await problem(accounts)
    before = path.read_bytes()
    with pytest.raises(AccountsUnavailable):
        await accounts.save(IGOR)
    assert not await accounts.add_first([IGOR])
    assert path.read_bytes() == before

    write(path, GOOD)
    assert await accounts.get("serg") == SERG


@given(document=JSONS | st.builds(lambda value: {"accounts": value}, JSONS))
def test_any_json_describes_accounts_or_is_refused_in_one_line(document: object) -> None:
    if document == {"accounts": []}:
        assert accounts_of(json.dumps(document).encode()) == {}
        return
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        accounts_of(json.dumps(document).encode())


@given(content=st.binary(max_size=50))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        accounts_of(content)


async def test_what_cannot_be_opened_lets_nobody_in(accounts: FileAccountRepo, path: Path) -> None:
    path.mkdir(parents=True)

    assert "Is a directory" in await problem(accounts)
    with pytest.raises(AccountsUnavailable):
        await accounts.save(SERG)


async def test_a_crash_while_writing_leaves_the_file_as_it_was(
    accounts: FileAccountRepo, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.save(SERG)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(AccountsUnavailable, match="No space left"):
            await accounts.save(IGOR)
    assert accounts_of(path.read_bytes()) == {"serg": SERG}

    await accounts.save(IGOR)
    assert await accounts.all() == [IGOR, SERG]


async def test_whoever_keeps_others_waiting_too_long_is_told_of(
    accounts: FileAccountRepo, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_file, "_PATIENCE", 0.0)
    with safe_file.alone(path), pytest.raises(AccountsUnavailable):
        await accounts.save(SERG)

    await accounts.save(SERG)


def test_first_starts_of_many_servers_at_once_give_one_result(path: Path) -> None:
    processes = [
        subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", ADD_FIRST, str(path), f"hash-{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate()[0].strip() for process in processes]

    assert sorted(answers) == ["False", "False", "False", "True"]
    assert accounts_of(path.read_bytes())["serg"].password_hash == f"hash-{answers.index('True')}"
