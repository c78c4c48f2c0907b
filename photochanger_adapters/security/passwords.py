"""Passwords hashed with argon2id."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error

from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES, PasswordsPort

AT_ONCE: Final = 2
"""Hashes computed at a time: each takes a core."""

REMEMBERED: Final = 64
"""Hashes of which the fitting password is remembered: more than there are slots."""


class Argon2Passwords(PasswordsPort):
    """argon2id with OWASP's minimum, 19 MiB and two passes: some 20 ms a check, in threads.

    The password that fitted a hash is remembered as a digest under a key that this process alone
    knows, and that dies with it; a hash that is replaced is asked for no more, and forgotten.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=2,
            memory_cost=19 * 1024,  # KiB
            parallelism=1,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        # Of its own: the count holds even when callers that gave up leave threads behind.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._key = secrets.token_bytes(32)
        self._fitting: OrderedDict[str, bytes] = OrderedDict()

    async def hash(self, password: str) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, _encoded(password))

    async def verify(self, hashed: str, password: str) -> bool:
        secret = _encoded(password)
        if len(secret) > MAX_PASSWORD_BYTES:
            return False
        if self._is_remembered(hashed, secret):
            return True
        loop = asyncio.get_running_loop()
        if fits := await loop.run_in_executor(self._threads, self._fits, hashed, secret):
            self._remember(hashed, secret)
        return fits

    def _fits(self, hashed: str, secret: bytes) -> bool:
        try:
            return self._hasher.verify(hashed, secret)
        except (Argon2Error, ValueError):  # ValueError: what is no hash, or not even ASCII
            return False

    def _is_remembered(self, hashed: str, secret: bytes) -> bool:
        known = self._fitting.get(hashed)
        if known is None or not hmac.compare_digest(known, self._digest(secret)):
            return False
        self._fitting.move_to_end(hashed)
        return True

    def _remember(self, hashed: str, secret: bytes) -> None:
        self._fitting[hashed] = self._digest(secret)
        self._fitting.move_to_end(hashed)
        while len(self._fitting) > REMEMBERED:
            self._fitting.popitem(last=False)

    def _digest(self, secret: bytes) -> bytes:
        return hmac.digest(self._key, secret, "sha256")


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # whatever bytes a booth sends
