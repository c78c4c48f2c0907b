"""The units are what systemd takes them for, and may do little."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .tools import DEPLOY, program, run

UNITS = DEPLOY / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
TIMERS = sorted(path.name for path in UNITS.glob("*.timer"))

EXPOSURE = 20
"""In tenths, of what systemd calls exposure: 10 of 100 is a service that may do what it likes."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a machine on which the units are installed, as docs/deployment.md says."""
    root = tmp_path_factory.mktemp("machine")
    units = root / "etc/systemd/system"
    for folder in ("photochanger.service.d", "photochanger-.service.d"):
        (units / folder).mkdir(parents=True)
        shutil.copy(UNITS / "hardening.conf", units / folder)
    for name in [*SERVICES, *TIMERS]:
        shutil.copy(UNITS / name, units)
    for target in ("network-online", "multi-user", "timers", "sysinit", "basic", "shutdown"):
        (units / f"{target}.target").write_text("[Unit]\nDescription=a target\n")
    for name in ("opt/photochanger/bin/photochanger", "bin/sh"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
        file.chmod(0o755)
    return root


def analyze(machine: Path, *words: str) -> str:
    return run(program("systemd-analyze", "systemd"), f"--root={machine}", "--man=no", *words)


@pytest.mark.parametrize("unit", [*SERVICES, *TIMERS])
def test_systemd_has_nothing_to_complain_of(machine: Path, unit: str) -> None:
    assert analyze(machine, "verify", "--recursive-errors=yes", unit) == ""


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_may_do_little(machine: Path, unit: str) -> None:
    analyze(machine, "security", "--offline=true", f"--threshold={EXPOSURE}", unit)


@pytest.mark.parametrize("timer", TIMERS)
def test_a_timer_starts_a_service_of_ours(timer: str) -> None:
    assert timer.replace(".timer", ".service") in SERVICES


@pytest.mark.parametrize(
    "timer, often, times",
    [("photochanger-media-cleanup.timer", "*:0/15", 4), ("photochanger-backup.timer", "04:15", 1)],
)
def test_a_timer_goes_off_as_often_as_it_should(timer: str, often: str, times: int) -> None:
    [calendar] = re.findall(r"^OnCalendar=(.+)$", (UNITS / timer).read_text(), re.MULTILINE)
    assert often in calendar
    told = run(program("systemd-analyze", "systemd"), "calendar", f"--iterations={times}", calendar)
    assert told.count("(in UTC)") == times or told.count("From now:") == times


def test_a_server_that_hangs_is_started_anew() -> None:
    unit = (UNITS / "photochanger.service").read_text().splitlines()
    assert {"Type=notify", "WatchdogSec=30s", "Restart=always", "LimitCORE=0"} <= {*unit}


def test_the_server_is_given_the_time_to_finish() -> None:
    unit = (UNITS / "photochanger.service").read_text()
    [seconds] = re.findall(r"^TimeoutStopSec=(\d+)s$", unit, re.MULTILINE)
    assert int(seconds) >= 2 * 60 + 5
