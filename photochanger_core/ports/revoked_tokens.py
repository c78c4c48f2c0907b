"""Tokens that are over before their time."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from .tokens import Claims


class RevokedTokensPort(Protocol):
    """Tokens that are over before their time: the same for all servers, at once.

    Raises QueueUnavailable if it does not answer in time.
    """

    @abstractmethod
    async def revoke(self, token_id: str, expires_at: datetime) -> None:
        """End a token that would otherwise be over at *expires_at*; again changes nothing."""

    @abstractmethod
    async def revoke_all(self, account: str) -> None:
        """End all tokens of *account* that there are: a new generation begins.

        Of calls at the same time each begins one.
        """

    @abstractmethod
    async def generation(self, account: str) -> int:
        """Return what new tokens of *account* have to say; 0 if all were never ended."""

    @abstractmethod
    async def is_revoked(self, claims: Claims) -> bool:
        """Whether the token that says *claims* was ended, by itself or with all of its account.

        It was if it is of another generation than new ones are, be it a later one: a restored
        database may not know of that.
        """

    @abstractmethod
    async def purge(self, now: datetime) -> None:
        """Forget tokens whose time is over at *now*: nobody is let in with them anyway.

        Generations are kept: a number that came again would let old tokens in again.
        """
