"""Compare what a booth sends with the ingest password."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.errors import InvalidPassword, InvalidRequest
from photochanger_core.domain.events import PasswordRefused
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.passwords import PasswordsPort

from .throttle_passwords import ThrottlePasswords


@frozen(kw_only=True)
class CheckPassword:
    """Compare what a booth sends with the slot's own password, or else with the one for all."""

    passwords: PasswordsPort
    events: EventsPort
    throttle: ThrottlePasswords

    async def __call__(
        self, password: str, slot: Slot, settings: Settings, *, address: str
    ) -> None:
        """Return if *password* opens *slot*; an open slot is opened by any.

        Raises:
            InvalidRequest: If it is empty.
            InvalidPassword: If it is wrong, or none was ever set.
            Throttled: If *address* has sent too many wrong ones; this one is not looked at.
        """
        if not slot.ingest_password_required:
            return
        if not password:
            raise InvalidRequest("password", Problem.EMPTY)
        self.throttle.check(address, slot.slot_id)
        hashed = settings.password_hash(slot)
        if hashed is None or not await self.passwords.verify(hashed, password):
            self.throttle.was_wrong(address, slot.slot_id)
            self.events.emit(PasswordRefused(slot_id=slot.slot_id))
            raise InvalidPassword
