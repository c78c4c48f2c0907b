"""The locks: what they pin, and by which hashes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[1]

_HASH: Final = re.compile(r"--hash=(\S+)")


@frozen
class Pin:
    """A version that is installed, and the files it may be installed from."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def version(self) -> str:
        [specifier] = self.requirement.specifier
        assert specifier.operator == "==", self.requirement
        return specifier.version


def lock(name: str) -> Mapping[str, Pin]:
    """Return what the lock *name* pins, by canonical name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins: dict[str, Pin] = {}
    for line in text.replace("\\\n", " ").splitlines():
        requirement = Requirement(line.split("--hash", 1)[0].strip())
        pins[canonicalize_name(requirement.name)] = Pin(requirement, frozenset(_HASH.findall(line)))
    return pins
