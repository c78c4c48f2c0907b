"""Why a database is not brought to the version it is to have."""

from __future__ import annotations

from photochanger_adapters.postgres.migrate import LaterDatabase, MigrationError, NoSuchVersion

from .failures import CommandFailed
from .locale import phrase


def not_migrated(error: MigrationError) -> CommandFailed:
    """Return what *error* means for the command."""
    match error:
        case LaterDatabase():
            told = phrase("database.later", version=error.version, known=error.known)
        case NoSuchVersion():
            told = phrase("database.no_such_version", version=error.version)
        case _:
            told = phrase("database.not_migrated", why=error)
    return CommandFailed(told)
