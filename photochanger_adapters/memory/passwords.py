"""Passwords for tests: nothing here is slow, so nothing here is safe."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES, PasswordsPort

PREFIX: Final = "memory$"


class MemoryPasswords(PasswordsPort):
    """Bare checksums, for tests and trials: whoever reads one can guess the password."""

    async def hash(self, password: str) -> str:
        return PREFIX + sha256(_encoded(password)).hexdigest()

    async def verify(self, hashed: str, password: str) -> bool:
        if len(_encoded(password)) > MAX_PASSWORD_BYTES:
            return False
        return hashed == await self.hash(password)


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # whatever bytes a booth sends
