"""Bring the database to a version, or tell it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from photochanger_adapters.postgres import migrate
from photochanger_cli.database_wiring import open_database
from photochanger_cli.locale import phrase
from photochanger_cli.migration_errors import not_migrated
from photochanger_cli.settings import load_settings


async def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say."""
    async with open_database(load_settings()) as dsn:
        try:
            document, told = await _done(arguments, dsn)
        except migrate.MigrationError as error:
            raise not_migrated(error) from error
    print(json.dumps(document) if arguments.json else told)
    return 0


async def _done(arguments: argparse.Namespace, dsn: str) -> tuple[Mapping[str, object], str]:
    """Do it, and return what came of it for programs and for people."""
    match arguments.action:
        case "upgrade":
            versions = await migrate.upgrade(dsn)
            return {"applied": versions}, phrase("db.applied", what=_listed(versions))
        case "downgrade":
            versions = await migrate.downgrade(dsn, arguments.to)
            return {"undone": versions}, phrase("db.undone", what=_listed(versions))
        case _:
            version, latest = await migrate.current(dsn), len(migrate.migrations())
            document = {"version": version, "latest": latest}
            return document, phrase("db.version", version=version, latest=latest)


def _listed(versions: Sequence[int]) -> str:
    return ", ".join(map(str, versions)) or phrase("nothing")
