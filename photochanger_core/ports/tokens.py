"""What administrators show to be let in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from photochanger_core.domain.account import Scope
from photochanger_core.domain.moments import aware


@frozen(kw_only=True)
class Claims:
    """What a token says.

    Attributes:
        token_id: Of this token alone.
        generation: Of the account's tokens, which are ended all at once: as
            `RevokedTokensPort.generation` says.
    """

    token_id: str
    account: str
    scopes: Collection[Scope]
    issued_at: datetime = field(validator=aware)
    expires_at: datetime = field(validator=aware)
    generation: int = 0


class TokensPort(Protocol):
    """What administrators show to be let in: nobody else can make one."""

    @abstractmethod
    def issue(self, claims: Claims) -> str:
        """Return a token that says *claims*, to the second."""

    @abstractmethod
    def read(self, token: str) -> Claims:
        """Return what *token* says, whether its time is over or not.

        Raises:
            Unauthorized: If we have not issued it.
        """
