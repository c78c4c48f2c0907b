"""What a server does once, when nothing is set yet."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from photochanger_core.assembly import Ports, UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import AccountsUnavailable
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

from .failures import CommandFailed, in_words
from .kept_secrets import FIRST_PASSWORDS, forget_secret, keep_secret, keep_secret_anew, made_up
from .language import spoken
from .locale import phrase
from .settings import ServerSettings

FIRST_ACCOUNTS: Final = ("serg", "igor")

_BY: Final = Actor(name="environment")


async def set_first_values(settings: ServerSettings, ports: Ports, use_cases: UseCases) -> None:
    """Set what the environment says and the database does not; make up an ingest password.

    That one is kept before the database knows it: otherwise, killed in between, nobody would. It
    is told only if it counts; a server with another data directory may have been faster.

    Raises:
        CommandFailed: If a password that was made up cannot be kept.
        CoreError: If a value is wrong, or the database is away.
    """
    values, made = dict(settings.first_start), None
    if (await ports.settings.read()).ingest_password_hash is not None:
        values.pop(INGEST_PASSWORD, None)
    elif INGEST_PASSWORD not in values:
        made = await asyncio.to_thread(keep_secret, settings.data_dir, INGEST_PASSWORD)
        values[INGEST_PASSWORD] = made.value
    names = await use_cases.configure_settings.at_first_start(values, by=_BY)
    if made is None:
        return
    if INGEST_PASSWORD in names:
        print(phrase("first_start.ingest_password", path=made.path), file=sys.stderr)
    elif not await _lets_booths_in(made.value, ports):
        await asyncio.to_thread(forget_secret, made)


async def _lets_booths_in(password: str, ports: Ports) -> bool:
    """Return whether *password* counts: a server that shares the data directory has set it."""
    hashed = (await ports.settings.read()).ingest_password_hash
    return hashed is not None and await ports.passwords.verify(hashed, password)


async def make_first_accounts(settings: ServerSettings, ports: Ports, use_cases: UseCases) -> None:
    """Make accounts for administrators if there are none, and tell made-up passwords this once.

    On a terminal they are shown; else standard error may be a log, and they are told by the file
    they lie in. Killed before, nobody knows them: `admin set-password` sets others. Accounts that
    cannot be read or kept are told of, too; booths do not need them, and are served.

    Raises:
        CoreError: If the database is away.
    """
    try:
        await _make_first_accounts(settings, ports, use_cases)
    except AccountsUnavailable as error:
        print(f"photochanger: {in_words(error, spoken())}", file=sys.stderr)
    except CommandFailed as error:
        print(f"photochanger: {error}", file=sys.stderr)


async def _make_first_accounts(settings: ServerSettings, ports: Ports, use_cases: UseCases) -> None:
    if await ports.accounts.all():
        return
    given = settings.first_admin_password
    passwords = {name: given or made_up() for name in FIRST_ACCOUNTS}
    are_first = await use_cases.set_account_password.at_first_start(passwords, by=_BY)
    if are_first and given is None:
        await asyncio.to_thread(_tell, passwords, settings.data_dir)


def _tell(passwords: Mapping[str, str], data_dir: Path) -> None:
    lines = [f"{name}  {password}" for name, password in passwords.items()]
    if sys.stderr.isatty():
        told = [phrase("first_start.administrators"), *(f"  {line}" for line in lines)]
    else:
        kept = keep_secret_anew(data_dir, FIRST_PASSWORDS, "\n".join(lines))
        told = [phrase("first_start.administrators_kept", path=kept.path)]
    print(*told, phrase("first_start.set_others"), sep="\n", file=sys.stderr)
