"""Why there is no database to look at."""

from __future__ import annotations

from collections.abc import Collection

from photochanger_cli.settings import ServerSettings
from photochanger_core.domain.checkup import Finding, Sign, failure
from photochanger_core.use_cases.examine_database import DATABASE

from .signs import LocalSign


def no_database(settings: ServerSettings, wrong: Collection[str]) -> Finding | None:
    """Return why there is none to open, if there is none; *wrong*: as in `Configuration`."""
    if "DATABASE_URL" in wrong:
        return failure(DATABASE, LocalSign.DATABASE_URL_WRONG)
    if settings.database_url is not None:
        return None
    folder = settings.data_dir / "postgres"
    try:
        folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return failure(DATABASE, LocalSign.OWN_DATABASE_NONE, folder=str(folder))
    except OSError as error:
        return not_opened(settings, f"{folder}: {error.strerror}")
    return None


def not_opened(settings: ServerSettings, why: str) -> Finding:
    """Return that the database cannot be opened, as *why* says."""
    sign = LocalSign.OWN_DATABASE_AWAY if settings.database_url is None else Sign.DATABASE_AWAY
    return failure(DATABASE, sign, why=why)
