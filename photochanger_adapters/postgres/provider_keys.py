"""Sealed keys of providers in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen
from sqlalchemy import LargeBinary, select, update

from photochanger_core.domain.provider_key import Sealed, StoredKey
from photochanger_core.ports.provider_keys import ProviderKeysPort

from .columns import CODE
from .gateway import Gateway
from .session import Row
from .statements import Statement, given
from .tables import PROVIDER_SECRETS

_KEYS: Final = select(PROVIDER_SECRETS)
_THIS: Final = PROVIDER_SECRETS.c.provider == given("provider", CODE)

_ALL: Final = Statement.of(_KEYS)
_GET: Final = Statement.of(_KEYS.where(_THIS), is_prepared=True)
_RESEAL: Final = Statement.of(
    update(PROVIDER_SECRETS)
    .where(_THIS, PROVIDER_SECRETS.c.ciphertext == given("old", LargeBinary()))
    .values(
        {
            PROVIDER_SECRETS.c.ciphertext: given("new", LargeBinary()),
            PROVIDER_SECRETS.c.key_id: given("key_id", CODE),
        }
    )
    .returning(PROVIDER_SECRETS.c.provider)
)


@frozen
class PgProviderKeys(ProviderKeysPort):
    """Sealed keys in `provider_secret`, put there when settings are changed."""

    _gateway: Gateway

    async def get(self, provider: str) -> StoredKey | None:
        for row in await self._gateway.rows(_GET, provider=provider):
            return _to_key(row)
        return None

    async def all(self) -> Mapping[str, StoredKey]:
        return {row["provider"]: _to_key(row) for row in await self._gateway.rows(_ALL)}

    async def reseal(self, provider: str, *, old: Sealed, new: Sealed) -> bool:
        done = await self._gateway.rows(
            _RESEAL,
            provider=provider,
            old=old.ciphertext.encode("ascii"),
            new=new.ciphertext.encode("ascii"),
            key_id=new.key_id,
        )
        return bool(done)


def _to_key(row: Row) -> StoredKey:
    ciphertext = bytes(row["ciphertext"]).decode("ascii", "replace")
    return StoredKey(
        sealed=Sealed(ciphertext=ciphertext, key_id=row["key_id"]), updated_at=row["updated_at"]
    )
