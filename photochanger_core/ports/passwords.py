"""Passwords kept as hashes."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final, Protocol

MAX_PASSWORD_BYTES: Final = 1024
"""Longer passwords are wrong without being looked at."""


class PasswordsPort(Protocol):
    """Passwords kept as hashes."""

    @abstractmethod
    async def hash(self, password: str) -> str:
        """Return a hash of *password*, of at most `MAX_PASSWORD_BYTES`, that `verify` knows."""

    @abstractmethod
    async def verify(self, hashed: str, password: str) -> bool:
        """Whether *password* is the one that was hashed; a hash that is none fits no password.

        A password that fitted a hash is recognised at little cost as long as that hash is used.
        """
