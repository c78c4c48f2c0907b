"""Settings that come with an order. They were good when the slot was saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from photochanger_core.domain.errors import ProviderMisconfigured, ValidationFailed


@contextmanager
def settings_of_an_order() -> Iterator[None]:
    """Let settings that are no good any more be the failure that they lead to.

    Raises:
        ProviderMisconfigured: In place of ValidationFailed.
    """
    try:
        yield
    except ValidationFailed as error:
        raise ProviderMisconfigured(f"settings: {error.detail}") from error
