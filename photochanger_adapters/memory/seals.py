"""Seals for tests: they keep a text from being read by accident, and from nobody else."""

from __future__ import annotations

import itertools
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256

from attrs import define, field

from photochanger_core.domain.provider_key import Sealed
from photochanger_core.ports.seals import SealsPort


@define
class MemorySeals(SealsPort):
    """Texts in base64 under the name of a key, for tests and trials."""

    _key_ids: Sequence[str] = ("key-1",)
    _numbers: Iterator[int] = field(factory=itertools.count, init=False)

    @property
    def key_id(self) -> str:
        return self._key_ids[0]

    def seal(self, text: str) -> Sealed:
        body = f"{self.key_id}:{next(self._numbers)}:{b64encode(text.encode()).decode()}"
        return Sealed(ciphertext=f"{_sum(body)}:{body}", key_id=self.key_id)

    def opened(self, sealed: Sealed) -> str | None:
        checksum, _, body = sealed.ciphertext.partition(":")
        key_id, _, rest = body.partition(":")
        if key_id not in self._key_ids or checksum != _sum(body):
            return None
        return b64decode(rest.partition(":")[2]).decode()


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()
