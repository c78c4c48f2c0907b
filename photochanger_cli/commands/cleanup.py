"""Remove what is past its time, and what belongs to nobody."""

from __future__ import annotations

import argparse
import json
import sys

from photochanger_adapters.system.logs import configure_logging
from photochanger_cli.failures import CommandFailed
from photochanger_cli.language import spoken
from photochanger_cli.locale import phrase
from photochanger_cli.progress import Progress
from photochanger_cli.settings import load_settings
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases
from photochanger_core.domain.cleanup import Leftover
from photochanger_core.use_cases.cleaning import Cleaning
from photochanger_web.amounts import in_mebibytes


async def run(arguments: argparse.Namespace) -> int:
    """Clean up; 0 also if somebody else does, 1 if something could not be removed."""
    settings = load_settings()
    configure_logging(settings.log_format)
    async with open_ports(settings) as ports:
        with Progress() as progress:
            cleaning = Cleaning(
                slot_id=arguments.slot,
                dry_run=arguments.dry_run,
                batch=arguments.batch,
                watcher=lambda what, *far: progress(phrase(f"leftover.{what}"), *far),
            )
            use_cases = UseCases.over(ports)
            await use_cases.sweep_jobs.now(cleaning)
            was_alone = await use_cases.clean_up(cleaning)
    _tell_as_json(cleaning, was_alone) if arguments.json else _tell(cleaning, was_alone)
    _check(cleaning)
    return 0


def _tell_as_json(cleaning: Cleaning, was_alone: bool) -> None:  # noqa: FBT001 - what came back
    told = {
        "is_under_way": not was_alone,
        "dry_run": cleaning.dry_run,
        "slot_id": cleaning.slot_id,
        "removed": {what: cleaning.removed[what] for what in Leftover},
        "bytes_freed": cleaning.bytes_freed,
        "failed": cleaning.failed,
    }
    print(json.dumps(told))


def _tell(cleaning: Cleaning, was_alone: bool) -> None:  # noqa: FBT001 - what came back
    if not was_alone:
        print(phrase("cleanup.under_way"))
        return
    for leftover in Leftover:
        if number := cleaning.removed[leftover]:
            print(_removed(phrase(f"leftover.{leftover}"), number, is_done=not cleaning.dry_run))
    size = in_mebibytes(spoken(), cleaning.bytes_freed)
    if cleaning.dry_run:
        print(phrase("cleanup.would_free", size=size))
    else:
        print(phrase("cleanup.freed", size=size))


def _removed(what: str, number: int, *, is_done: bool) -> str:
    if is_done:
        return phrase("cleanup.removed", what=what, number=number)
    return phrase("cleanup.would_remove", what=what, number=number)


def _check(cleaning: Cleaning) -> None:
    for reason in cleaning.reasons:
        print(phrase("cleanup.not_removed", why=reason), file=sys.stderr)
    if cleaning.failed:
        raise CommandFailed(phrase("cleanup.failed", count=cleaning.failed))
