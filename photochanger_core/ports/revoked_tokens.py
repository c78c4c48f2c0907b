"""Tokens that are over before their time."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class RevokedTokensPort(Protocol):
    """Tokens that are over before their time: the same for all servers, at once.

    Raises QueueUnavailable if it does not answer in time.
    """

    @abstractmethod
    async def revoke(self, token_id: str, expires_at: datetime) -> None:
        """End a token that would otherwise be over at *expires_at*; again changes nothing."""

    @abstractmethod
    async def is_revoked(self, token_id: str) -> bool:
        """Whether a token was ended."""

    @abstractmethod
    async def purge(self, now: datetime) -> None:
        """Forget tokens whose time is over at *now*: nobody is let in with them anyway."""
