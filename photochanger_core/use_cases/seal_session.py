"""Make a browser's session fit for the browser's keeping."""

from __future__ import annotations

import json

from attrs import frozen

from photochanger_core.domain.browser_session import BrowserSession
from photochanger_core.domain.login import SESSION_PURPOSE
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.seals import SealsPort


@frozen(kw_only=True)
class SealSession:
    """Make a browser's session fit for the browser's keeping: nobody reads or changes it there."""

    seals: SealsPort
    clock: ClockPort

    async def __call__(self, session: BrowserSession) -> str:
        """Return *session* sealed, as one in which somebody does something now."""
        said = {
            "purpose": SESSION_PURPOSE,
            "token": session.token,
            "form_key": session.form_key,
            "seen_at": self.clock.now().timestamp(),
        }
        return self.seals.seal(json.dumps(said)).ciphertext
