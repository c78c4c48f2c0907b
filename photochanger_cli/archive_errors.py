"""Why there is no backup, or none is restored."""

from __future__ import annotations

from photochanger_core.domain.archive import ArchiveDamaged, ArchiveError, Obstacle

from .failures import CommandFailed
from .locale import phrase
from .system_errors import why


def not_archived(error: ArchiveError) -> CommandFailed:
    """Return what *error* means for the command."""
    values = dict(error.values)
    if error.obstacle is Obstacle.SYSTEM and isinstance(error.__cause__, OSError):
        values["why"] = why(error.__cause__)
    if error.obstacle is not None:
        return CommandFailed(phrase(f"archive.obstacle.{error.obstacle}", **values))
    if isinstance(error, ArchiveDamaged):
        return CommandFailed(phrase("archive.damaged", why=error))
    return CommandFailed(phrase("archive.refused", why=error))
