"""Have an installation hold what is in an archive."""

from __future__ import annotations

import argparse
import json

import attrs

from photochanger_adapters.filesystem.archive import FileArchive
from photochanger_cli.archive_errors import not_archived
from photochanger_cli.archive_wiring import open_archives
from photochanger_cli.locale import phrase
from photochanger_cli.pictures_told import named, warn
from photochanger_cli.progress import Progress
from photochanger_cli.settings import load_settings
from photochanger_core.domain.archive import ArchiveError
from photochanger_core.use_cases.restore_backup import Restored


async def run(arguments: argparse.Namespace) -> int:
    """Check the archive, restore it, and tell what was in it."""
    archive = FileArchive(arguments.file.absolute())
    try:
        async with open_archives(load_settings(), migrating=True) as archives:
            with Progress(in_bytes=True) as progress:
                done = await archives.restore_backup(
                    archive,
                    force=arguments.force,
                    tell=lambda what, *far: progress(phrase(f"progress.what.{what}"), *far),
                )
    except ArchiveError as error:
        raise not_archived(error) from error
    _tell(done, as_json=arguments.json)
    return 0


def _tell(done: Restored, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(attrs.asdict(done)))
        return
    told = phrase(
        "restore.done",
        rows=done.rows,
        pictures=done.pictures,
        bytes=done.bytes,
        accounts=done.accounts,
    )
    print(told)
    if done.missing:
        warn(phrase("restore.missing", count=len(done.missing), names=named(done.missing)))
    if done.changed:
        warn(phrase("restore.changed", count=len(done.changed), names=named(done.changed)))
    if done.accounts_left:
        print(phrase("restore.accounts_left"))
    if done.unreadable_keys:
        whose = ", ".join(done.unreadable_keys)
        warn(phrase("restore.unreadable", whose=whose))
