"""The fuzzer, as a process beside the server that it asks."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.contract_document import PATH, ROOT, operations

from .hooks import ANSWERED, KEPT, LOGS_IN

_CONFIG: Final = Path(__file__).with_name("schemathesis.toml")

DESCRIBED: Final = frozenset(f"{method} {path}" for method, path, _ in operations())
"""Every operation of the contract."""

_OFTEN: Final = 0.8
"""How often something is asked for that is there."""


async def fuzz(
    url: str,
    folder: Path,
    known: Mapping[str, Sequence[str]],
    *options: str,
    logged_in: bool,
) -> frozenset[str]:
    """Ask the server at *url* whatever can be asked, and check every answer.

    Return the operations that have been answered well, such as `GET /livez`.

    Args:
        url: Of a server that believes what is said of addresses.
        folder: For what the fuzzer writes.
        known: Values of parameters, as `path.job_id`, that lead to something.
        options: More for the command line of schemathesis.
        logged_in: Whether all is asked as an administrator, or as nobody.
    """
    answered = folder / "answered"
    answered.touch()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(_written(folder / "schemathesis.toml", known))),
        *("run", str(PATH), "--url", url, *options),
        cwd=ROOT,
        env={
            **os.environ,
            **({LOGS_IN: "1"} if logged_in else {}),
            ANSWERED: str(answered),
            KEPT: " ".join((*known.get("path.media_id", ()), *known.get("path.job_id", ()))),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said.decode()
    return frozenset(answered.read_text(encoding="utf-8").splitlines())


def _written(path: Path, known: Mapping[str, Sequence[str]]) -> Path:
    """Write the configuration, with what is *known*, to *path* and return that."""
    lines = [_CONFIG.read_text(encoding="utf-8")]
    for number, (parameter, values) in enumerate(known.items()):
        lines += [
            f"[dictionaries.known-{number}]",
            f"values = {json.dumps(values)}",
            f"[parameters.{json.dumps(parameter)}]",
            f'dictionary = "known-{number}"',
            f"probability = {_OFTEN}",
        ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
