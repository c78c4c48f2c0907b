"""Compare what a booth sends with the ingest password."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.errors import InvalidPassword, InvalidRequest, Problem
from photochanger_core.domain.events import PasswordRefused
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.passwords import PasswordsPort


@frozen(kw_only=True)
class CheckPassword:
    """Compare what a booth sends with the slot's own password, or else with the one for all."""

    passwords: PasswordsPort
    events: EventsPort

    async def __call__(self, password: str, slot: Slot, settings: Settings) -> None:
        """Return if *password* opens *slot*; an open slot is opened by any.

        Raises:
            InvalidRequest: If it is empty.
            InvalidPassword: If it is wrong, or none was ever set.
        """
        if not slot.ingest_password_required:
            return
        if not password:
            raise InvalidRequest("password", Problem.EMPTY)
        hashed = settings.password_hash(slot)
        if hashed is None or not await self.passwords.verify(hashed, password):
            self.events.emit(PasswordRefused(slot_id=slot.slot_id))
            raise InvalidPassword
