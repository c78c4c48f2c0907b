"""What is deployed beside the server asks only for what there is, and is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from photochanger_adapters.prometheus.definitions import METRICS
from photochanger_cli.wiring import PROVIDERS
from tests import metrics_document
from tests.operations.files import (
    ALERTMANAGER,
    DASHBOARD,
    PROMETHEUS,
    ROOT,
    RULES,
    RUNBOOK,
    RUSSIAN_RUNBOOK,
    TESTS,
)
from tests.queries import PROVIDERS as QUERIED
from tests.queries import selected


def alerts() -> dict[str, Any]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def panels() -> list[dict[str, Any]]:
    every = json.loads(DASHBOARD.read_text())["panels"]
    return [panel for panel in every if panel["type"] != "row"]


def expressions(node: Any) -> Iterator[str]:
    """Yield every `expr` in *node*."""
    if isinstance(node, dict):
        if isinstance(node.get("expr"), str):
            yield node["expr"]
        node = [*node.values()]
    if isinstance(node, list):
        for part in node:
            yield from expressions(part)


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings in a text of Markdown."""
    return {
        re.sub(r"[^a-z0-9-]", "", title.lower()) for title in re.findall(r"^#+ (.+)$", text, re.M)
    }


def test_the_document_has_the_metrics_there_are() -> None:
    document = metrics_document.written()
    assert document == metrics_document.renewed(document), "python -m tests.metrics_document"


def test_the_providers_are_those_that_are_opened() -> None:
    assert QUERIED == PROVIDERS


@pytest.mark.parametrize("name, rule", [*alerts().items()], ids=[*alerts()])
def test_an_alert_asks_for_what_there_is_and_is_explained(name: str, rule: Any) -> None:
    assert [*selected(rule["expr"])] or "up{" in rule["expr"]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
    path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert ROOT / path == RUNBOOK
    assert anchor == name.lower()
    assert anchor in anchors(RUNBOOK.read_text())


@pytest.mark.parametrize(
    "runbook, parts",
    [
        (RUNBOOK, ("**Means**", "**Look first**", "**Remedy.**")),
        (RUSSIAN_RUNBOOK, ("**Что значит.**", "**Куда смотреть.**", "**Что делать.**")),
    ],
    ids=["English", "Russian"],
)
def test_a_runbook_explains_no_alert_that_there_is_not_and_each_alike(
    runbook: Path, parts: tuple[str, ...]
) -> None:
    sections = re.split(r"^## ", runbook.read_text("utf-8"), flags=re.M)[1:]

    assert [section.splitlines()[0] for section in sections] == [*alerts()]
    for section in sections:
        for part in parts:
            assert part in section


def test_every_alert_is_tested() -> None:
    tested = set(re.findall(r'alertname="(\w+)"', TESTS.read_text()))

    assert tested == alerts().keys()


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_panel_asks_for_what_there_is(panel: Any) -> None:
    asked = [*expressions(panel)]
    assert asked
    for query in asked:
        assert [*selected(query)] or "up{" in query


def test_so_does_everything_else_that_asks() -> None:
    for query in expressions(json.loads(DASHBOARD.read_text())["annotations"]):
        list(selected(query))
    for path in (RUNBOOK, RUSSIAN_RUNBOOK, TESTS):
        list(selected(path.read_text("utf-8")))


def test_the_dashboard_shows_every_metric() -> None:
    text = " ".join(expressions(json.loads(DASHBOARD.read_text())))
    shown = {metric for metric, _ in selected(text)}

    assert {metric.name for metric in METRICS} - {metric.name for metric in shown} == {
        "photochanger_jobs_admitted_total",  # what became of photos tells more
        "photochanger_jobs_finished_total",
        "photochanger_cleanup_freed_bytes_total",
    }


def test_panels_do_not_cover_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells


@pytest.mark.parametrize(
    "query, why",
    [
        ("photochanger_nonsense_total", "no such metric"),
        ('photochanger_component_up{slot="slot-001"}', "no label slot"),
        ('photochanger_component_up{component=~"database|moon"}', "never moon"),
    ],
)
def test_the_check_sees_what_there_is_not(query: str, why: str) -> None:
    with pytest.raises(LookupError, match=why):
        list(selected(query))


def test_the_sample_for_alertmanager_tells_somebody() -> None:
    sample = yaml.safe_load(ALERTMANAGER.read_text())
    receivers = {receiver["name"] for receiver in sample["receivers"]}
    routes = [sample["route"], *sample["route"]["routes"]]

    assert {route["receiver"] for route in routes} == receivers
    named = set(re.findall(r"PhotoChanger\w+", ALERTMANAGER.read_text()))
    assert named - {"PhotoChanger"} <= alerts().keys()


def test_prometheus_looks_where_the_alerts_look() -> None:
    sample = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())

    assert [job["job_name"] for job in sample["scrape_configs"]] == ["photochanger"]
    assert sample["rule_files"] == [RULES.name]
