"""Secrets that are made up at the first start and kept under the data directory."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import field, frozen

from photochanger_adapters.security.safe_file import make_folder, publish

from .failures import CommandFailed
from .locale import phrase
from .system_errors import why

SECRET_KEYS: Final = "secret_keys"  # noqa: S105 - the name of a file
JWT_SECRET: Final = "jwt_secret"  # noqa: S105 - the name of a file
FIRST_PASSWORDS: Final = "first_passwords"

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another: people type this into booths."""


@frozen(kw_only=True)
class KeptSecret:
    """A secret and the file it lies in."""

    value: str = field(repr=False)
    path: Path


def secrets_folder(data_dir: Path) -> Path:
    """Return where secrets of the installation in *data_dir* lie."""
    return data_dir / "secrets"


def made_up() -> str:
    """Return a password that nobody can guess, and anybody can type."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def keep_secret(data_dir: Path, name: str, make: Callable[[], str] = made_up) -> KeptSecret:
    """Return the secret called *name*, made up by *make* if there is none.

    Whoever asks at the same time gets the same one; a file is there whole or not at all.

    Raises:
        CommandFailed: If it cannot be kept or read.
    """
    folder = secrets_folder(data_dir)
    path = folder / name
    try:
        make_folder(folder)
        if not path.exists():
            publish(path, f"{make()}\n")
        return KeptSecret(value=path.read_text(encoding="ascii").strip(), path=path)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(phrase("secret.not_kept", path=path, why=why(error))) from error


def keep_secret_anew(data_dir: Path, name: str, value: str) -> KeptSecret:
    """Keep *value* as the secret called *name*, whatever was kept under that name before.

    Raises:
        CommandFailed: If it cannot be kept.
    """
    path = secrets_folder(data_dir) / name
    forget_secret(KeptSecret(value="", path=path))
    return keep_secret(data_dir, name, lambda: value)


def forget_secret(secret: KeptSecret) -> None:
    """Remove the file of *secret*, which opens nothing.

    Raises:
        CommandFailed: If it cannot be removed.
    """
    try:
        secret.path.unlink(missing_ok=True)
    except OSError as error:
        raise CommandFailed(phrase("file.not_removed", path=secret.path, why=why(error))) from error
