"""Prometheus understands the page and the rules, and the rules say what they should."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from photochanger_adapters.prometheus.events import PrometheusEvents
from photochanger_adapters.prometheus.metrics import PrometheusMetrics
from photochanger_core.domain.service_state import ServiceState
from tests.counting import EVERY_KIND, STATE, new_meters

from .files import PROMETHEUS, RULES, TESTS
from .promtool import promtool

WEAKER = {
    "a share": ("> 0.05", "> 0.5"),
    "a disk": ("> 0.8\n", "> 0.99\n"),
    "a full disk": ("> 0.95\n", "> 0.999\n"),
    "a quiet slot": ('{outcome!="left"}[6h])) > 2.5', '{outcome!="left"}[6h])) > 25'),
    "a time": ("> 1800", "> 18000"),
    "a day": ("> 26 * 3600", "> 27 * 3600"),
    "a minute": ("for: 2m", "for: 20m"),
    "a word": ('result="quota"', 'result="network"'),
}


@pytest.mark.parametrize("state", [STATE, ServiceState()], ids=["well known", "unknown"])
async def test_the_page_of_a_server_that_has_seen_everything(state: ServiceState) -> None:
    meters = new_meters()
    for event in EVERY_KIND:
        PrometheusEvents(meters).emit(event)
    page = (await PrometheusMetrics(meters).page(state)).decode()

    assert await asyncio.to_thread(lambda: promtool("check", "metrics", typed=page)) == ""


def test_the_rules() -> None:
    assert "SUCCESS" in promtool("check", "rules", RULES)


def test_the_configuration_of_prometheus() -> None:
    assert "SUCCESS" in promtool("check", "config", PROMETHEUS / "prometheus.yml")


def test_the_tests_of_the_rules() -> None:
    assert "SUCCESS" in promtool("test", "rules", TESTS)


@pytest.mark.parametrize("right, wrong", WEAKER.values(), ids=WEAKER)
def test_weaker_rules_do_not_pass(tmp_path: Path, right: str, wrong: str) -> None:
    rules = RULES.read_text()
    assert right in rules
    (tmp_path / RULES.name).write_text(rules.replace(right, wrong))
    shutil.copy(TESTS, tmp_path)

    with pytest.raises(AssertionError, match="FAILED"):
        promtool("test", "rules", tmp_path / TESTS.name)
