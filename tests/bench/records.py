"""What was measured, for whoever compares it with another day's."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .machine import described

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
        "machine": described(),
        "arguments": arguments,
        "rows": list(rows),
    }
    wanted.json.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
