"""The server of this project, over a PostgreSQL that runs beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from photochanger_adapters.postgres.migrate import upgrade
from tests.e2e.parts import as_url
from tests.e2e.processes import free_port, run
from tests.embedded_server import embedded_server

from .forms import PASSWORD
from .gateways import PRODUCT, Gateway
from .running import Running
from .slots import CHANGES, MODELS

_DATABASE: Final = "PHOTOCHANGER_DATABASE_URL"

_UNBOUNDED: Final = (
    "max_in_flight_jobs=1000",
    "slot_max_in_flight=1000",
    "provider_concurrency=1000",
    "request_rate=10000",
    "request_burst=10000",
    "sync_response_seconds=60",
)
"""Settings with which nothing is refused; the rest is as it is by default."""


@frozen(kw_only=True)
class Product:
    """An installation, set up for measuring.

    Attributes:
        python: That runs the server.
    """

    folder: Path
    variables: Mapping[str, str]
    python: str
    name: str = PRODUCT

    @property
    def database_url(self) -> str:
        """Where its database is."""
        return self.variables[_DATABASE]

    @contextmanager
    def started(self) -> Iterator[Gateway]:
        """Run a server inside."""
        port = free_port()
        with Running(
            *("-m", "photochanger_cli", "serve"),
            folder=self.folder,
            name=f"{self.name}-{port}",
            variables={**self.variables, "PHOTOCHANGER_PORT": str(port)},
            python=self.python,
        ) as process:
            process.line("PhotoChanger is ready")
            yield Gateway(
                name=self.name,
                port=port,
                pid=process.pid,
                ready_after=process.seconds,
                results=self.folder / "media" / "results",
            )

    def set_up(self) -> None:
        """Have all slots work, without limits that would be met."""
        with self.started():
            self._set("settings", "set", *_UNBOUNDED)
            for slot, changes in CHANGES.items():
                ours = ("is_active=true", "prompt=Retouch this portrait.", f"model={MODELS[slot]}")
                self._set("slots", "set", slot, *ours, *changes)

    def _set(self, *words: str) -> None:
        done = run(*words, folder=self.folder, variables=self.variables)
        if done.returncode:
            raise SystemExit(f"{words} failed: {done.stderr}")


@contextmanager
def installed(folder: Path, provider_url: str, python: str) -> Iterator[Product]:
    """Have an installation with a database of its own in *folder*; no server runs yet."""
    with embedded_server(folder / "postgres") as dsn:
        asyncio.run(upgrade(dsn))
        product = Product(
            folder=folder,
            python=python,
            variables={
                _DATABASE: as_url(dsn),
                "PHOTOCHANGER_DATA_DIR": str(folder / "data"),
                "PHOTOCHANGER_MEDIA_ROOT": str(folder / "media"),
                "PHOTOCHANGER_HOST": "127.0.0.1",
                "PHOTOCHANGER_INGEST_PASSWORD": PASSWORD,
                "PHOTOCHANGER_GEMINI_API_KEY": "key-of-the-bench",
                "PHOTOCHANGER_GEMINI_BASE_URL": provider_url,
            },
        )
        product.set_up()
        yield product
