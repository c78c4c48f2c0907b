"""What a browser keeps of an administrator."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import field, frozen

from .login import SESSION_IDLE
from .moments import aware


@frozen(kw_only=True)
class BrowserSession:
    """What a browser keeps of an administrator, sealed.

    Attributes:
        token: What `LogIn` has issued; it says who may do what until when.
        form_key: What every change has to come with; only our own pages know it.
    """

    token: str = field(repr=False)
    form_key: str = field(repr=False)


@frozen(kw_only=True)
class OpenedSession:
    """One that a browser has shown again.

    Attributes:
        opened_at: When that was.
        seen_at: When somebody last did something in it.
    """

    session: BrowserSession
    opened_at: datetime = field(validator=aware)
    seen_at: datetime = field(validator=aware)

    def left(self, token_ends_at: datetime) -> timedelta:
        """Return how long it lasts if nobody does anything, with a token until *token_ends_at*."""
        return min(self.seen_at + SESSION_IDLE, token_ends_at) - self.opened_at

    def may_last(self, token_ends_at: datetime) -> bool:
        """Whether it lasts longer if somebody does something now."""
        return self.seen_at + SESSION_IDLE < token_ends_at
