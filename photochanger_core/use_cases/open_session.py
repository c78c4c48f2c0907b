"""Take back what a browser has kept of an administrator."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from photochanger_core.domain.browser_session import BrowserSession, OpenedSession
from photochanger_core.domain.errors import Unauthorized
from photochanger_core.domain.login import SESSION_IDLE, SESSION_PURPOSE
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.seals import SealsPort


@frozen(kw_only=True)
class OpenSession:
    """Take back what a browser has kept of an administrator."""

    seals: SealsPort
    clock: ClockPort

    async def __call__(self, sealed: str) -> OpenedSession:
        """Return the session that `SealSession` has *sealed*; its token is still to be looked at.

        Raises:
            Unauthorized: If it is none of ours, or nobody has done anything in it for too long.
        """
        said = self._said(sealed)
        seen_at = datetime.fromtimestamp(said["seen_at"], UTC)
        now = self.clock.now()
        if now - seen_at >= SESSION_IDLE:
            raise Unauthorized
        session = BrowserSession(token=said["token"], form_key=said["form_key"])
        return OpenedSession(session=session, opened_at=now, seen_at=seen_at)

    def _said(self, sealed: str) -> dict[str, Any]:
        """Return what we have said. Whatever else is sealed with the same keys is no session."""
        text = None
        if sealed.isascii():
            text = self.seals.opened(Sealed(ciphertext=sealed, key_id=self.seals.key_id))
        try:
            said = json.loads(text or "")
        except ValueError:
            raise Unauthorized from None
        if not isinstance(said, dict) or said.get("purpose") != SESSION_PURPOSE:
            raise Unauthorized
        return said
