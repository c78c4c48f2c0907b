"""The keys that secrets in the database are encrypted with."""

from __future__ import annotations

from photochanger_adapters.security.seals import new_secret_key

from . import variables
from .failures import CommandFailed
from .kept_secrets import SECRET_KEYS, keep_secret
from .settings import ServerSettings


def secret_keys(settings: ServerSettings) -> tuple[str, ...]:
    """Return the keys that are set, or else those of this installation, made up if there are none.

    Raises:
        CommandFailed: If they cannot be kept, or what is kept is no key.
    """
    if settings.secret_keys:
        return settings.secret_keys
    kept = keep_secret(settings.data_dir, SECRET_KEYS, new_secret_key)
    try:
        return variables.secret_keys(kept.value)
    except ValueError as error:
        raise CommandFailed(f"{kept.path} {error}") from None
