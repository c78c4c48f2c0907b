"""Where log lines go, and what they look like."""

from __future__ import annotations

import asyncio
import logging
import queue
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import Processor

from photochanger_core.domain.events import BugMet, BugPlace
from photochanger_core.ports.events import EventsPort

from .tracebacks import bare_exceptions

LogFormat = Literal["json", "console"]

BACKLOG: Final = 10_000
"""Lines that may wait to be written; what comes on top is dropped and counted."""

PATIENCE: Final = 1.0
"""Seconds the end of the process waits for lines to be written."""


def configure_logging(log_format: LogFormat) -> None:
    """Send everything that is logged, by whatever library, to standard error.

    Lines of `json` are objects with `event`, `level`, `logger`, `timestamp` (UTC, ISO 8601), what
    `structlog.contextvars` binds (`correlation_id`), and the fields of the event. `console` is for
    people. Errors are told by type and place, without their words.
    """
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = LineHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                bare_exceptions,
                _RENDERERS[log_format](),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash  # Python's own would show what errors say


class LineHandler(logging.Handler):
    """Writes lines from a thread of its own: nobody who logs ever waits for a slow reader.

    What finds no room or cannot be formatted is dropped and counted; logging never fails.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: queue.Queue[str] = queue.Queue(BACKLOG)
        self._dropped = 0
        Thread(target=self._write_all, name="log lines", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Format *record* and have it written."""
        try:
            self._lines.put_nowait(self.format(record))
        except Exception:
            self._dropped += 1  # no room, or no sense in it: the caller goes on

    def flush(self) -> None:
        """Wait, not for ever, until everything is written."""
        written: Condition = self._lines.all_tasks_done
        with written:
            written.wait_for(lambda: not self._lines.unfinished_tasks, PATIENCE)

    def _write_all(self) -> None:
        while True:
            self._write(self._lines.get())
            if self._dropped and self._lines.empty():
                self._write(self.format(self._about_dropped()))
            self._lines.task_done()

    def _write(self, line: str) -> None:
        with suppress(OSError, ValueError):  # a reader that is gone, a closed stream
            self._stream.write(line + "\n")
            self._stream.flush()

    def _about_dropped(self) -> logging.LogRecord:
        dropped, self._dropped = self._dropped, 0
        text = "log lines dropped: %d"
        return logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, (dropped,), None)


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logging.getLogger("photochanger").critical("crash", exc_info=(kind, error, trace))


def _json() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _console() -> Processor:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


_RENDERERS: Final = {"json": _json, "console": _console}

_SHARED: Final[Sequence[Processor]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def log_bug(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what went wrong where nobody waits, as a loop's exception handler.

    asyncio's own shows tasks as they are, and with them what their errors say.
    """
    structlog.stdlib.get_logger("photochanger.loop").error(
        "bug", where=context.get("message"), exc_info=context.get("exception")
    )


def bug_handler(
    events: EventsPort,
) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """Return an exception handler for a loop: it logs bugs, and tells *events* of them."""

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        log_bug(loop, context)
        events.emit(BugMet(place=BugPlace.LOOP))

    return handle
