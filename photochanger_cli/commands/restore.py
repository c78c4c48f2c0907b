"""Have an installation hold what is in an archive."""

from __future__ import annotations

import argparse
import json
import sys

import attrs

from photochanger_adapters.filesystem.archive import FileArchive
from photochanger_cli.archive_wiring import open_archives
from photochanger_cli.failures import CommandFailed
from photochanger_cli.pictures_told import warn_of
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
                done = await archives.restore_backup(archive, force=arguments.force, tell=progress)
    except ArchiveError as error:
        raise CommandFailed(str(error)) from error
    _tell(done, as_json=arguments.json)
    return 0


def _tell(done: Restored, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(attrs.asdict(done)))
        return
    print(
        f"restored: {done.rows} rows, {done.pictures} pictures ({done.bytes} bytes), "
        f"{done.accounts} accounts"
    )
    warn_of(done.missing, "are not in the archive, though their time is not over")
    warn_of(done.changed, "are restored, but not as they were stored once")
    if done.accounts_left:
        print("Accounts of the archive were left out: there are some here, which stay.")
    if done.unreadable_keys:
        print(
            f"photochanger: no key of SECRET_KEYS opens the keys of "
            f"{', '.join(done.unreadable_keys)}: bring those of the old installation, or set them "
            "anew",
            file=sys.stderr,
        )
