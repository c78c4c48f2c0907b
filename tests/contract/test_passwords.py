"""What every `PasswordsPort` promises."""

from __future__ import annotations

import pytest

from photochanger_adapters.memory.passwords import MemoryPasswords
from photochanger_adapters.security.passwords import Argon2Passwords
from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES, PasswordsPort

LONGEST = "я" * (MAX_PASSWORD_BYTES // 2)


@pytest.fixture(params=[MemoryPasswords, Argon2Passwords])
def passwords(request: pytest.FixtureRequest) -> PasswordsPort:
    made: PasswordsPort = request.param()
    return made


@pytest.mark.parametrize("password", ["secret", "", "пароль 🔑", "a\0b", "\udcff", LONGEST])
async def test_the_password_fits_every_time(passwords: PasswordsPort, password: str) -> None:
    hashed = await passwords.hash(password)

    for _ in range(3):
        assert await passwords.verify(hashed, password)


@pytest.mark.parametrize("wrong", ["", "Secret", "secret ", "secret\0", "s" * 2_000_000])
async def test_no_other_fits(passwords: PasswordsPort, wrong: str) -> None:
    hashed = await passwords.hash("secret")

    assert not await passwords.verify(hashed, wrong)
    assert await passwords.verify(hashed, "secret")
    assert not await passwords.verify(hashed, wrong)


async def test_one_too_long_fits_nothing_not_even_its_own_hash(passwords: PasswordsPort) -> None:
    hashed = await passwords.hash(LONGEST + "x")

    assert not await passwords.verify(hashed, LONGEST + "x")


async def test_a_password_fits_its_own_hash_only(passwords: PasswordsPort) -> None:
    old, new = await passwords.hash("old"), await passwords.hash("new")

    assert await passwords.verify(old, "old")
    assert not await passwords.verify(new, "old")
    assert await passwords.verify(new, "new")
    assert not await passwords.verify(old, "new")


@pytest.mark.parametrize(
    "hashed",
    [
        "",
        "secret",
        "$argon2id$",
        "$argon2id$v=19$m=9,t=1,p=1$x$y",
        "хеш",
        "\0",
        "$2b$12$" + "a" * 53,
    ],
)
async def test_what_is_no_hash_fits_nothing(passwords: PasswordsPort, hashed: str) -> None:
    assert not await passwords.verify(hashed, "secret")


async def test_the_hash_does_not_show_the_password(passwords: PasswordsPort) -> None:
    assert "secret" not in await passwords.hash("secret")
