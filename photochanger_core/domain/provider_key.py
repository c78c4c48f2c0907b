"""The keys that providers are asked with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from .moments import aware
from .problems import FieldProblem, Problem, wrong

_LONGEST: Final = 500
_PRINTABLE: Final = re.compile(r"[!-~]+")
"""What a header can carry, without spaces."""


class KeySource(StrEnum):
    """Where a key comes from; the database wins."""

    DATABASE = "database"
    ENVIRONMENT = "environment"


@frozen(kw_only=True)
class Sealed:
    """A text that nobody reads without the secret key it was sealed with.

    Attributes:
        ciphertext: In ASCII.
        key_id: Which secret key that was; tells nothing of the key itself.
    """

    ciphertext: str = field(repr=False)
    key_id: str


@frozen(kw_only=True)
class StoredKey:
    """A provider's key as it is kept, and since when."""

    sealed: Sealed
    updated_at: datetime = field(validator=aware)


@frozen(kw_only=True)
class ProviderKey:
    """What is known of the key of a provider.

    Attributes:
        text: The key itself; None: there is none, or none that can be read.
        source: None: nobody has set one.
        updated_at: When an administrator set it.
    """

    text: str | None = field(default=None, repr=False)
    source: KeySource | None = None
    updated_at: datetime | None = field(default=None, validator=aware)

    @property
    def is_configured(self) -> bool:
        """Whether the provider can be asked with it."""
        return self.text is not None

    @property
    def is_unreadable(self) -> bool:
        """Whether one is kept, but sealed with a secret key that is gone."""
        return self.source is not None and self.text is None


def api_key(value: object) -> Sequence[FieldProblem]:
    """Check that *value* can be a provider's key."""
    if isinstance(value, str) and len(value) <= _LONGEST and _PRINTABLE.fullmatch(value):
        return []
    return [wrong(Problem.NOT_AN_API_KEY, most=_LONGEST)]
