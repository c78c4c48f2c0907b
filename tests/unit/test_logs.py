"""What comes out of a process that logs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from photochanger_adapters.system.logs import BACKLOG
from tests.operations.files import RUNBOOK

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


def test_what_is_worth_a_look_is_found_as_the_runbook_says() -> None:
    (pattern,) = set(re.findall(r"grep -E '([^']+)'", RUNBOOK.read_text()))
    levels = ["info", "warning", "error", "critical"]
    told = errors_of(
        "".join(f"structlog.get_logger().{level}('told', on='a level')\n" for level in levels)
    )

    found = [line for line in told.splitlines() if re.search(pattern, line)]
    assert [json.loads(line)["level"] for line in found] == levels[1:]
    assert re.search(pattern, "photochanger: why a server does not start")


def test_a_traceback_stays_in_its_line() -> None:
    (line,) = lines("try: 1/0\nexcept Exception: logging.getLogger('x').exception('oh')")

    assert line["level"] == "error"
    assert line["exception"].splitlines() == [
        '  File "<string>", line 5, in <module>',
        "builtins.ZeroDivisionError",
    ]


ERRORS = """
def fail():
    try:
        raise ValueError("geheim 1")
    except ValueError as error:
        raise ExceptionGroup("geheim 2", [KeyError("geheim 3"), OSError(2, "geheim 4")]) from error
try:
    fail()
except Exception as error:
    error.add_note("geheim 5")
    structlog.get_logger("x").error("bug", exc_info=error)
    logging.getLogger("x").exception("a bug of others")
    structlog.stdlib.get_logger("x").exception("bug")
"""


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_errors_say_is_not_told(log_format: str) -> None:
    text = errors_of(ERRORS, log_format)

    assert "geheim" not in text
    for kind in (
        "ValueError",
        "which led to",
        "ExceptionGroup",
        "  builtins.KeyError",
        "FileNotFound",
    ):
        assert text.count(kind) >= 3
    assert text.count("in fail") >= 6


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_nor_is_it_when_a_process_ends_by_them(log_format: str) -> None:
    script = SETUP.format(log_format=log_format) + "raise RuntimeError('geheim')"
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "geheim" not in done.stderr
    assert "RuntimeError" in done.stderr


def test_nor_by_a_loop_about_its_tasks() -> None:
    script = """
import asyncio
from photochanger_adapters.system.logs import log_bug
async def fail(): raise ValueError("geheim")
async def main():
    asyncio.get_running_loop().set_exception_handler(log_bug)
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
asyncio.run(main())
"""
    (line,) = lines(script)

    assert line["where"] == "Task exception was never retrieved"
    assert line["exception"].endswith("builtins.ValueError")
    assert "geheim" not in repr(line)


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
