"""What pages look and work by, and where it is.

Addresses name the version of all files together. So browsers keep them for good, a page never
works by modules of another version of this program, and modules name each other as they lie here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from .documents import Document

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}

_IMPORT: Final = re.compile(r'^(?:import|export)\b[^;"]*"\./([\w.]+)"', re.MULTILINE)

# Read once: what is not there at the start is never served, whatever the path says.
FILES: Final[Mapping[str, Document]] = {
    path.name: Document(path.read_bytes(), _TYPES[path.suffix])
    for path in sorted((Path(__file__).parent / "static").iterdir())
}


def _version() -> str:
    tags = "".join(f"{name} {document.tag}\n" for name, document in FILES.items())
    return sha256(tags.encode()).hexdigest()[:12]


VERSION: Final = _version()
"""Another one as soon as any file is another one."""


def address(name: str) -> str:
    """Return where the file *name* of this version is.

    Raises:
        KeyError: If there is none.
    """
    FILES[name]
    return f"/static/{VERSION}/{name}"


def imported_by(name: str) -> Sequence[str]:
    """Return the modules that the module *name* needs, also by others, each once."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        text = FILES[waiting.pop(0)].body.decode()
        new = [one for one in _IMPORT.findall(text) if one not in found and one != name]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)
