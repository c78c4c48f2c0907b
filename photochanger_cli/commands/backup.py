"""Put everything an installation holds into one archive."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final, TextIO

import attrs

from photochanger_adapters.filesystem.new_archive import FileNewArchive
from photochanger_adapters.filesystem.new_file import DurableFile, NewFile, StandardOutput
from photochanger_cli.archive_errors import not_archived
from photochanger_cli.archive_wiring import open_archives
from photochanger_cli.failures import CommandFailed
from photochanger_cli.locale import phrase
from photochanger_cli.pictures_told import named, warn
from photochanger_cli.progress import Progress
from photochanger_cli.settings import load_settings
from photochanger_core.domain.archive import ArchiveError
from photochanger_core.use_cases.back_up import BackedUp

_STANDARD_OUTPUT: Final = Path("-")


async def run(arguments: argparse.Namespace) -> int:
    """Write the archive, and tell what is in it."""
    target = _target(arguments.file, replace=arguments.force)
    try:
        async with open_archives(load_settings()) as archives:
            with Progress() as progress:
                done = await archives.back_up(
                    FileNewArchive(target),
                    lambda what, *far: progress(phrase(f"progress.what.{what}"), *far),
                )
    except ArchiveError as error:
        raise not_archived(error) from error
    # Standard output may be the archive.
    _tell(done, arguments, sys.stderr if arguments.file == _STANDARD_OUTPUT else sys.stdout)
    return 0


def _target(path: Path, *, replace: bool) -> NewFile:
    if path == _STANDARD_OUTPUT:
        return StandardOutput()
    if not path.absolute().name:  # the root
        raise CommandFailed(phrase("file.is_none", path=path))
    return DurableFile(path.absolute(), replace=replace)


def _tell(done: BackedUp, arguments: argparse.Namespace, file: TextIO) -> None:
    if arguments.json:
        print(json.dumps({"archive": str(arguments.file)} | attrs.asdict(done)), file=file)
        return
    told = phrase(
        "backup.done",
        rows=done.rows,
        pictures=done.pictures,
        bytes=done.bytes,
        accounts=done.accounts,
    )
    print(told, file=file)
    if done.missing:
        warn(phrase("backup.missing", count=len(done.missing), names=named(done.missing)))
    if done.changed:
        warn(phrase("backup.changed", count=len(done.changed), names=named(done.changed)))
    if not done.is_noted:
        warn(phrase("backup.not_noted"))
