"""The servers that are measured: each takes a photo and answers with a picture."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from attrs import field, frozen

from tests.e2e.processes import free_port

from .manners import BOOTH
from .process_tree import wait_until_quiet
from .running import Running

FLOOR: Final = "floor"
DUTIES: Final = "duties"
PRODUCT: Final = "product"
FASTAPI: Final = "FastAPI"
LITELLM: Final = "LiteLLM"

PEERS: Final = (FASTAPI, LITELLM)
"""What others do; each is there if it has an environment."""

BESIDE: Final = (*PEERS, FLOOR, DUTIES)
"""What the product is measured beside, in the order of the table's columns."""


@frozen(kw_only=True)
class Gateway:
    """A server that runs.

    Attributes:
        pid: Of the process that listens; others may descend from it.
        ready_after: Seconds from its start until it was ready.
        manner: How it is spoken to: a name of `MANNERS`.
        results: Where it keeps results, if it does.
    """

    name: str
    port: int
    pid: int
    ready_after: float
    manner: str = BOOTH
    results: Path | None = None

    def settle(self) -> None:
        """Wait until all that was begun is done."""
        wait_until_quiet(self.pid)

    def previews(self) -> int:
        """Return how many previews it has made of the results that it keeps."""
        return 0 if self.results is None else len(list(self.results.rglob("preview.webp")))

    def clear(self) -> None:
        """Remove the files that it keeps: the disk is not what is measured."""
        if self.results is not None:
            for path in self.results.rglob("*"):
                if path.is_file():
                    path.unlink()


class Starts(Protocol):
    """What can start a gateway, as often as needed."""

    def started(self) -> AbstractContextManager[Gateway]:
        """Run one inside."""


@frozen(kw_only=True)
class Bare:
    """A gateway that is a program of one module, and takes the provider's address and a port.

    Attributes:
        module: The program.
        python: That runs it.
        variables: It is given.
        results: Where it keeps results, if it does.
    """

    folder: Path
    provider_url: str
    name: str = FLOOR
    module: str = "tests.bench.floor"
    python: str = sys.executable
    variables: Mapping[str, str] = field(factory=dict, repr=False)
    results: Path | None = None

    @contextmanager
    def started(self) -> Iterator[Gateway]:
        """Run it inside."""
        port = free_port()
        with Running(
            *("-m", self.module, self.provider_url, str(port)),
            folder=self.folder,
            name=f"{self.name}-{port}",
            variables=self.variables,
            python=self.python,
        ) as process:
            process.line("ready")
            yield Gateway(
                name=self.name,
                port=port,
                pid=process.pid,
                ready_after=process.seconds,
                results=self.results,
            )
