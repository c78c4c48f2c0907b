"""What was measured, for whoever compares it with another day's."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
"""A measurement: its name, and figures whose names tell their units."""


def add_json(parser: argparse.ArgumentParser) -> None:
    """Let *parser* take the file that measurements are written to."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what is measured there")


def write(wanted: argparse.Namespace, bench: str, rows: Sequence[Row]) -> None:
    """Write *rows*, with the day, the machine and the arguments, to where `--json` says, if so."""
    if wanted.json is None:
        return
    arguments = {name: value for name, value in vars(wanted).items() if name != "json"}
    record = {
        "bench": bench,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "load": os.getloadavg()[0],
        },
        "arguments": arguments,
        "rows": list(rows),
    }
    wanted.json.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
