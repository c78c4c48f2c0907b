"""Make the pictures of `docs/images` anew: `python -m tests.screenshots.selection [FOLDER]`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Final

import pyvips
import structlog
from attrs import frozen

from .__main__ import Look, take

_FOLDER: Final = "docs/images"
_QUALITY: Final = 90  # of 100: fewer colours
_DITHER: Final = 0.5  # of 1: gradients without steps
_MOST_BYTES: Final = 150 * 1024


@frozen
class Chosen:
    """A picture of the documentation: the top of a page, down to *height*."""

    name: str
    height: int
    look: Look


def _look(text: str) -> Look:
    size, scheme, language = text.split("-")
    return Look(size=size, scheme=scheme, language=language)


_CHOSEN: Final = (
    Chosen("slots", 868, _look("desktop-light-ru")),
    Chosen("slot", 1990, _look("desktop-light-ru")),
    Chosen("statistics", 780, _look("desktop-light-ru")),
    Chosen("gallery", 980, _look("desktop-light-ru")),
    Chosen("job", 1462, _look("desktop-light-ru")),
    Chosen("result", 1200, _look("phone-light-ru")),
    Chosen("slot-gallery", 1100, _look("desktop-light-ru")),
    Chosen("slots", 1010, _look("phone-dark-ru")),
)


def _shrink(source: Path, target: Path, height: int) -> None:
    """Write the top of the picture at *source* in few colours.

    Raises:
        ValueError: If it is too large for a page of documentation even so.
    """
    whole = pyvips.Image.new_from_file(str(source))
    top = whole.crop(0, 0, whole.width, min(height, whole.height))
    top.pngsave(str(target), palette=True, dither=_DITHER, Q=_QUALITY, compression=9, keep="none")
    if target.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{target} has {target.stat().st_size} bytes")


async def _select(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as taken:
        for look in {one.look for one in _CHOSEN}:
            await take(Path(taken), [one.name for one in _CHOSEN if one.look == look], [look])
        for one in _CHOSEN:
            name = f"{one.name}-{one.look}.png"
            _shrink(Path(taken) / name, folder / name, one.height)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=_FOLDER, type=Path)
    folder = parser.parse_args().folder
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_select(folder))


if __name__ == "__main__":
    main()
