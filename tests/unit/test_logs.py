"""What comes out of a process that logs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from photochanger_adapters.system.logs import BACKLOG

SETUP = """
import logging, structlog, warnings
from photochanger_adapters.system.logs import configure_logging
configure_logging({log_format!r})
"""


def errors_of(script: str, log_format: str = "json") -> str:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SETUP.format(log_format=log_format) + script],
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=True,
    )
    assert not done.stdout
    return done.stderr


def lines(script: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in errors_of(script).splitlines()]


def test_a_line_says_what_when_where_and_for_whom() -> None:
    (line,) = lines(
        "structlog.contextvars.bind_contextvars(correlation_id='abc')\n"
        "structlog.get_logger('some.place').info('job_finished', status='done', имя='Ёж')"
    )
    moment = datetime.fromisoformat(line.pop("timestamp"))

    assert moment.utcoffset() == timedelta()
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=5)
    assert line == {
        "event": "job_finished",
        "level": "info",
        "logger": "some.place",
        "correlation_id": "abc",
        "status": "done",
        "имя": "Ёж",
    }


def test_lines_of_other_libraries_look_the_same() -> None:
    (line,) = lines(
        "structlog.contextvars.bind_contextvars(correlation_id='abc')\n"
        "logging.getLogger('aiohttp.access').info('GET %s', '/healthz')"
    )

    assert line["event"] == "GET /healthz"
    assert (line["logger"], line["level"]) == ("aiohttp.access", "info")
    assert line["correlation_id"] == "abc"
    assert line["timestamp"].endswith("Z")


def test_a_traceback_stays_in_its_line() -> None:
    (line,) = lines("try: 1/0\nexcept Exception: logging.getLogger('x').exception('oh')")

    assert line["level"] == "error"
    assert "ZeroDivisionError" in line["exception"]


def test_warnings_are_logged() -> None:
    (line,) = lines("warnings.warn('be careful')")

    assert line["level"] == "warning"
    assert "be careful" in line["event"]


def test_details_are_left_out() -> None:
    assert lines("logging.getLogger('asyncio').debug('using selector')") == []


def test_people_get_text() -> None:
    text = errors_of("structlog.get_logger('x').warning('job_finished', n=1)", "console")

    assert "job_finished" in text
    assert "n=1" in text
    assert "\x1b" not in text  # no colours where no terminal is


def test_what_cannot_be_logged_disturbs_nobody() -> None:
    one, dropped = lines(
        "log = logging.getLogger('x')\nlog.info('%d', 'no number')\nlog.info('on')"
    )

    assert one["event"] == "on"
    assert dropped["event"] == "log lines dropped: 1"


def test_a_reader_that_does_not_read_holds_nobody_up() -> None:
    script = SETUP.format(log_format="json") + (
        f"for n in range({2 * BACKLOG}): logging.getLogger('x').info('line %d', n)\n"
        "print('done', flush=True)"
    )
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"done\n"
        process.wait(30)
        assert process.returncode == 0


def test_a_reader_that_is_gone_disturbs_nobody() -> None:
    script = SETUP.format(log_format="json") + (
        "for n in range(9): logging.getLogger('x').info('line')\nprint('done')"
    )
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.close()
        assert process.stdout.read() == b"done\n"
