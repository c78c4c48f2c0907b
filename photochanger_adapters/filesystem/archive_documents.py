"""What an archive says in JSON: of itself, and of who may log in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, TypeVar

import cattrs
from attrs import frozen

from photochanger_core.domain.account import Account, Scope
from photochanger_core.domain.archive import ArchiveDamaged, Manifest

T = TypeVar("T")

VERSION: Final = 1
"""Of the archive's format. It says nothing of the tables, which have a version of their own."""


@frozen(kw_only=True)
class _Kind:
    format: Literal["photochanger-backup"]
    version: int


def manifest_text(manifest: Manifest) -> bytes:
    """Return what an archive says of itself."""
    kind = _Kind(format="photochanger-backup", version=VERSION)
    return _text(_CONVERTER.unstructure(kind) | _CONVERTER.unstructure(manifest))


def manifest_of(content: bytes) -> Manifest:
    """Return what *content* says of an archive.

    Raises:
        ArchiveDamaged: If it says nothing, or of one of another kind.
    """
    kind = _structured(content, _Kind)
    if kind.version != VERSION:
        raise ArchiveDamaged(
            f"the archive has format {kind.version}, this program knows format {VERSION}"
        )
    return _structured(content, Manifest)


def accounts_text(accounts: Sequence[Account]) -> bytes:
    """Return what describes *accounts*."""
    return _text(_CONVERTER.unstructure(accounts))


def accounts_of(content: bytes) -> tuple[Account, ...]:
    """Return the accounts that *content* describes.

    Raises:
        ArchiveDamaged: If it does not.
    """
    return _structured(content, tuple[Account, ...])


def _text(document: object) -> bytes:
    return json.dumps(document, indent=1).encode() + b"\n"


def _structured(content: bytes, kind: type[T]) -> T:
    try:
        return _CONVERTER.structure(json.loads(content), kind)
    except (ValueError, RecursionError, cattrs.BaseValidationError) as error:
        raise ArchiveDamaged("this is no archive of photochanger, or a damaged one") from error


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_unstructure_hook_func(lambda kind: kind == frozenset[Scope], sorted)
    return converter


_CONVERTER: Final = _converter()
