"""argon2id: its strength, its cost, and what is remembered."""

from __future__ import annotations

import asyncio
import threading

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.security.passwords import AT_ONCE, REMEMBERED, Argon2Passwords


@pytest.fixture
def passwords() -> Argon2Passwords:
    return Argon2Passwords()


async def test_hashes_are_as_strong_as_promised(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash("secret")
    parameters = extract_parameters(hashed)

    assert hashed.startswith("$argon2id$")
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert parameters.salt_len >= 16
    assert hashed != await passwords.hash("secret")


async def test_a_password_that_fitted_needs_no_argon2_again(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash("secret")
    assert await passwords.verify(hashed, "secret")
    passwords._threads.shutdown()

    assert await passwords.verify(hashed, "secret")
    with pytest.raises(RuntimeError):
        await passwords.verify(hashed, "another")


async def test_neither_passwords_nor_bare_digests_are_remembered(
    passwords: Argon2Passwords,
) -> None:
    hashed = await passwords.hash("secret")
    await passwords.verify(hashed, "secret")
    other = Argon2Passwords()
    await other.verify(hashed, "secret")

    assert b"secret" not in passwords._fitting[hashed]
    assert passwords._fitting[hashed] != other._fitting[hashed]


async def test_little_is_remembered_and_what_is_used_stays(passwords: Argon2Passwords) -> None:
    used = await passwords.hash("used")
    await passwords.verify(used, "used")
    for number in range(REMEMBERED + 5):
        passwords._remember(f"hash {number}", b"secret")
        await passwords.verify(used, "used")

    assert len(passwords._fitting) == REMEMBERED
    assert used in passwords._fitting


async def test_few_hashes_are_computed_at_once(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash("secret")
    tries = [asyncio.create_task(passwords.verify(hashed, f"{number}")) for number in range(12)]
    await asyncio.sleep(0)
    for given_up in tries[::2]:
        given_up.cancel()
    await asyncio.gather(*tries, return_exceptions=True)

    threads = [thread for thread in threading.enumerate() if thread.name.startswith("argon2")]
    assert len(passwords._threads._threads & set(threads)) <= AT_ONCE


@given(hashed=st.text())
def test_any_text_is_a_hash_that_does_not_fit_or_none(hashed: str) -> None:
    assert not Argon2Passwords()._fits(hashed, b"secret")
