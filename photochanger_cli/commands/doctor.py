"""Look at everything once before doors open."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from photochanger_cli.checkup.addresses import PUBLIC, SERVER
from photochanger_cli.checkup.configuration import Configuration, read_configuration
from photochanger_cli.checkup.report import document, lines, worst
from photochanger_cli.checkup.secret_files import (
    SECRETS,
    USER,
    ExamineSecretFiles,
    examine_user,
)
from photochanger_cli.checkup.signs import LocalSign
from photochanger_cli.checkup.time_keeping import examine_time_keeping
from photochanger_cli.checkup_wiring import OpenCheckup, open_checkup
from photochanger_cli.language import spoken
from photochanger_cli.settings import ServerSettings
from photochanger_core.domain.checkup import Finding, Level, Sign, failure, warning
from photochanger_core.use_cases.examine_database import DATABASE, TABLES
from photochanger_core.use_cases.run_checkup import Examine

_FIRST_SECONDS: Final = 4.0
_FURTHER_SECONDS: Final = 6.0
_ALL_SECONDS: Final = 15.0
"""With the time for a database to start, and for everything to be let go."""

_EVERYTHING: Final = "everything"


async def run(arguments: argparse.Namespace) -> int:
    """Tell what is well and what is not; 1 if anything fails, 0 if nothing is worse than a warning.

    Where something hung the process ends at once: a thread that waits for a disk cannot be told
    to stop, and Python would wait for it.
    """
    configuration = read_configuration()
    findings = [*configuration.findings]
    examination = asyncio.create_task(_examine(configuration, findings))
    await asyncio.wait([examination], timeout=_ALL_SECONDS)
    if examination.done():
        examination.result()
    else:
        findings.append(failure(_EVERYTHING, Sign.NO_ANSWER, seconds=_ALL_SECONDS))
    _tell(findings, as_json=arguments.json)
    status = int(worst(findings) is Level.FAIL)
    if any(finding.sign == Sign.NO_ANSWER for finding in findings):
        sys.stdout.flush()
        os._exit(status)
    return status


async def _examine(configuration: Configuration, findings: list[Finding]) -> None:
    """Add to *findings*, step by step."""
    async with open_checkup(configuration) as opened:
        run = opened.checkup.run
        found = await run(_first(opened, configuration.settings), seconds=_FIRST_SECONDS)
        findings.extend(found)
        findings.extend(await run(_further(opened, found), seconds=_FURTHER_SECONDS))
        if not _is_database_well(found):
            findings.append(warning(DATABASE, LocalSign.NOT_EXAMINED))


def _first(opened: OpenCheckup, settings: ServerSettings) -> Mapping[str, Examine]:
    """Return what can be looked at whatever the state of the database."""
    looks: dict[str, Examine] = {
        USER: partial(examine_user, settings),
        SECRETS: ExamineSecretFiles(settings),
        "time keeping": examine_time_keeping,
        **opened.checkup.first(),
        SERVER: opened.addresses.server,
    }
    if opened.no_database is not None:
        looks[DATABASE] = partial(_known, opened.no_database)
    return looks


async def _known(finding: Finding) -> Sequence[Finding]:
    return [finding]


def _further(opened: OpenCheckup, found: Sequence[Finding]) -> Mapping[str, Examine]:
    """Return what can be looked at after what was *found*; only the service's user writes."""
    checkup, addresses = opened.checkup, opened.addresses
    if not _is_database_well(found):
        return {PUBLIC: addresses.alone}
    is_somebody_else = any(finding.about == USER for finding in found)
    probing = partial(addresses.with_probe, checkup.lend_probe)
    return {PUBLIC: addresses.alone if is_somebody_else else probing, **checkup.further()}


def _is_database_well(findings: Sequence[Finding]) -> bool:
    parts = (DATABASE, TABLES)
    return not any(one.level is Level.FAIL for one in findings if one.about in parts)


def _tell(findings: Sequence[Finding], *, as_json: bool) -> None:
    language = spoken()
    if as_json:
        print(document(findings, language))
    else:
        print(*lines(findings, language), sep="\n")
