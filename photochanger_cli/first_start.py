"""What a server does once, when the settings know nothing yet."""

from __future__ import annotations

import asyncio
import sys

from photochanger_core.assembly import Ports, UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

from .kept_secrets import keep_secret
from .settings import ServerSettings

_BY = Actor(name="environment")


async def set_first_values(settings: ServerSettings, ports: Ports, use_cases: UseCases) -> None:
    """Set what the environment says and the database does not; make up an ingest password.

    Raises:
        CommandFailed: If a password that was made up cannot be kept.
        CoreError: If a value is wrong, or the database is away.
    """
    values = dict(settings.first_start)
    if (await ports.settings.read()).ingest_password_hash is not None:
        values.pop(INGEST_PASSWORD, None)
    elif INGEST_PASSWORD not in values:
        secret = await asyncio.to_thread(keep_secret, settings.data_dir, INGEST_PASSWORD)
        values[INGEST_PASSWORD] = secret.value
        print(f"The ingest password for booths lies in {secret.path}", file=sys.stderr)
    await use_cases.configure_settings.at_first_start(values, by=_BY)
