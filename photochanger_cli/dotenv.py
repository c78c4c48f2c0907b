r"""Reading `.env` files.

A line is `NAME=value`, with or without `export` before it. A value in single quotes is as it
stands; in double quotes `\n` is a new line and a backslash before `"`, `\` or `$` goes; without
quotes it ends before a `#` that follows a blank. Other lines are empty or comments. Nothing is
replaced inside values, and no value goes over several lines.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from .failures import BadUsage
from .locale import phrase
from .system_errors import why

_LINE: Final = re.compile(
    r"""(?:export\s+)? (?P<name>[A-Za-z_][A-Za-z0-9_]*) \s*=\s*
        (?: '(?P<literal>[^']*)' | "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<bare>(?!['"]).*?) )
        (?:\s+\#.*)? """,
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", '"': '"', "\\": "\\", "$": "$"}


def read_dotenv(path: Path) -> dict[str, str]:
    """Return what the file at *path* sets; nothing if there is no such file.

    Raises:
        BadUsage: If it cannot be read, naming the line, not its content.
    """
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadUsage(phrase("file.unreadable", path=path, why=why(error))) from None
    values = {}
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            name, value = _parse(stripped, phrase("file.line", path=path, number=number))
            values[name] = value
    return values


def _parse(line: str, where: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadUsage(phrase("dotenv.malformed", where=where))
    if match["quoted"] is not None:
        return match["name"], _ESCAPE.sub(_unescaped, match["quoted"])
    return match["name"], match["literal"] if match["literal"] is not None else match["bare"]


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[0])
