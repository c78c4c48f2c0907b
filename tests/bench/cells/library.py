"""What libvips itself takes for the work on pictures, by the code of the workers.

``python -m tests.bench.cells.library FOLDER TIMES`` does it in this process, which is bounded like
a worker, and prints milliseconds as JSON: of the clock and of the processor.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from photochanger_adapters.images import pixels
from photochanger_adapters.images.drawing import draw
from photochanger_adapters.images.source import Source
from photochanger_adapters.images.tasks import Prepare, Preview, Render
from photochanger_adapters.images.worker import confine
from photochanger_core.domain.picture import Finish, Fit, MediaType
from tests.bench.lifetime import end_by_itself
from tests.bench.photos import CAMERA, LARGE, SMALL, USUAL
from tests.bench.rounds import median
from tests.bench.running import asked
from tests.bench.session import Session

_EDGE: Final = 3072
_LIMIT: Final = 15_000_000
_AS_JPEG: Final = Finish(media_type=MediaType.JPEG, fit=Fit.NONE, width=1024, height=1024)


def measure(session: Session) -> dict[str, float]:
    """Return milliseconds by name, each a median."""
    words = ("-m", __name__, str(session.folder), str(session.some(7, 3)))
    figures: dict[str, float] = json.loads(asked(*words))
    return figures


def works(photos: Mapping[str, bytes], answer: bytes) -> dict[str, Callable[[], object]]:
    """Return what is done, by name."""
    decoded = {
        f"decode {name}": _decoding(photos[name], at_least=1) for name in (SMALL, USUAL, LARGE)
    }
    return decoded | {
        "decode answer": _decoding(answer, at_least=1024),
        "normalise": lambda: draw(photos[CAMERA], Prepare(max_edge=_EDGE, max_bytes=_LIMIT)),
        "to JPEG": lambda: draw(answer, Render(finish=_AS_JPEG)),
        "preview": lambda: draw(answer, Preview()),
    }


def _decoding(content: bytes, *, at_least: int) -> Callable[[], object]:
    source = Source.of(content)
    return lambda: pixels.computed(pixels.loaded(source, at_least=at_least))


def _taken(work: Callable[[], object], times: int) -> tuple[float, float]:
    clock, processor = [], []
    for _ in range(times + 1):  # the first one also loads what is needed
        began, spent = time.perf_counter(), time.process_time()
        work()
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    return median(clock[1:]), median(processor[1:])


def main(folder: Path, times: int) -> None:
    """Do all works, and tell what they took."""
    photos = {name: (folder / f"{name}.jpg").read_bytes() for name in (SMALL, USUAL, LARGE, CAMERA)}
    figures = {}
    for name, work in works(photos, (folder / "answer.png").read_bytes()).items():
        figures[name], figures[f"{name}, CPU"] = _taken(work, times)
    print(json.dumps(figures))


if __name__ == "__main__":
    end_by_itself(600)
    confine(os.getppid(), 0)
    pixels.only_the_three_formats()
    main(Path(sys.argv[1]), int(sys.argv[2]))
