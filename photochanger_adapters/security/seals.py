"""Secrets sealed with Fernet: AES-128-CBC and HMAC-SHA256."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from photochanger_core.domain.provider_key import Sealed
from photochanger_core.ports.seals import SealsPort

_ID_LENGTH: Final = 16


class FernetSeals(SealsPort):
    """Texts sealed with keys of 32 random bytes in url-safe base64, as `new_secret_key` makes them.

    Sealing or opening takes some 50 µs.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in secret_keys])
        self._key_id = sha256(secret_keys[0].encode()).hexdigest()[:_ID_LENGTH]

    @property
    def key_id(self) -> str:
        return self._key_id

    def seal(self, text: str) -> Sealed:
        ciphertext = self._fernet.encrypt(text.encode("utf-8")).decode("ascii")
        return Sealed(ciphertext=ciphertext, key_id=self._key_id)

    def opened(self, sealed: Sealed) -> str | None:
        try:
            return self._fernet.decrypt(sealed.ciphertext.encode("ascii")).decode("utf-8")
        except (InvalidToken, UnicodeError):
            return None


def new_secret_key() -> str:
    """Return a secret key that nobody else has."""
    return Fernet.generate_key().decode("ascii")
