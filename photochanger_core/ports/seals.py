"""Secrets that can be kept anywhere."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from photochanger_core.domain.provider_key import Sealed


class SealsPort(Protocol):
    """Texts sealed with secret keys: the first seals, all of them open."""

    @property
    @abstractmethod
    def key_id(self) -> str:
        """Which secret key seals."""

    @abstractmethod
    def seal(self, text: str) -> Sealed:
        """Return *text* sealed; never twice the same."""

    @abstractmethod
    def opened(self, sealed: Sealed) -> str | None:
        """Return what was sealed; None: with no secret key that is known, or it was changed."""
