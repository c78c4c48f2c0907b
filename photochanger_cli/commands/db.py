"""Bring the database to a version, or tell it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from photochanger_adapters.postgres import migrate
from photochanger_cli.failures import CommandFailed
from photochanger_cli.settings import load_settings
from photochanger_cli.wiring import open_database


async def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say."""
    async with open_database(load_settings()) as dsn:
        try:
            match arguments.action:
                case "upgrade":
                    _tell("applied", await migrate.upgrade(dsn))
                case "downgrade":
                    _tell("undone", await migrate.downgrade(dsn, arguments.to))
                case _:
                    _tell_version(await migrate.current(dsn), as_json=arguments.json)
        except migrate.MigrationError as error:
            raise CommandFailed(str(error)) from error
    return 0


def _tell(what: str, versions: Sequence[int]) -> None:
    print(f"{what}: {', '.join(map(str, versions)) or 'nothing'}")


def _tell_version(version: int, *, as_json: bool) -> None:
    latest = len(migrate.migrations())
    if as_json:
        print(json.dumps({"version": version, "latest": latest}))
    else:
        print(f"version {version} of {latest}")
