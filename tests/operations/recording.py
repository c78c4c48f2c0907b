"""What Prometheus would have seen of a real server, and which alerts it would have sent.

Scrapes are made as fast as the test goes on, and told to `promtool` as if there had been a minute
between each and the next. Moments that the server tells are moved along.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import aiohttp
from attrs import define, field, frozen

from tests.scrapes import name_of, samples

from .files import RULES
from .promtool import promtool

_MINUTE: Final = 60
_MOMENTS: Final = ("_timestamp_seconds", "photochanger_start_time_seconds")
_INSTANCE: Final = "venue:8000"
_OURS: Final = 'alertname!="PhotoChangerLoopLag"'
"""A machine that is busy with something else is no fault that a test has made. One late moment
counts for a minute of its own time, and in that a test tells of half an hour."""


@frozen
class Scrape:
    """What was there to see at a moment; nothing if nobody answered."""

    at: float
    samples: Mapping[str, float]


@define
class Recording:
    """Scrapes of one server, a minute apart as Prometheus is told."""

    _url: str
    _scrapes: list[Scrape] = field(factory=list, init=False)

    @property
    def minute(self) -> int:
        """The minute of the last scrape."""
        return len(self._scrapes) - 1

    async def scrape(self, http: aiohttp.ClientSession, *, times: int = 1) -> Mapping[str, float]:
        """Scrape, and again, and return what came last."""
        for _ in range(times):
            at = time.time()
            self._scrapes.append(Scrape(at, await look(http, self._url)))
        return self._scrapes[-1].samples

    def check(self, folder: Path, firing: Mapping[int, Collection[str]]) -> None:
        """Pass if at each of those minutes exactly those alerts fire, that of a late loop apart."""
        file = folder / "recorded.test.yml"  # JSON is YAML
        file.write_text(json.dumps(self._test(firing), indent=1))
        promtool("test", "rules", file)

    def _test(self, firing: Mapping[int, Collection[str]]) -> Mapping[str, object]:
        recorded = {
            "interval": "1m",
            "input_series": [
                {"series": series, "values": values} for series, values in self._series().items()
            ],
            "promql_expr_test": [
                {
                    "expr": f'group by (alertname) (ALERTS{{alertstate="firing",{_OURS}}})',
                    "eval_time": f"{minute}m",
                    "exp_samples": [
                        {"labels": f'{{alertname="{name}"}}', "value": 1} for name in sorted(names)
                    ],
                }
                for minute, names in firing.items()
            ],
        }
        return {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [recorded]}

    def _series(self) -> Mapping[str, str]:
        every = sorted({series for scrape in self._scrapes for series in scrape.samples})
        told = {_labelled(series): " ".join(self._values(series)) for series in every}
        up = " ".join(str(int(bool(scrape.samples))) for scrape in self._scrapes)
        return {**told, _labelled("up"): up}

    def _values(self, series: str) -> list[str]:
        """Return what a series was; where it is gone, Prometheus knows so at once: it is stale."""
        values, is_there = [], False
        for scrape in self._scrapes:
            value = scrape.samples.get(series)
            if value is None:
                values.append("stale" if is_there else "_")
            else:
                values.append(repr(self._moved(series, value)))
            is_there = value is not None
        return values

    def _moved(self, series: str, value: float) -> float:
        if not name_of(series).endswith(_MOMENTS):
            return value
        before = [minute for minute, scrape in enumerate(self._scrapes) if scrape.at <= value]
        if not before:
            return value - self._scrapes[0].at
        minute = before[-1]
        if minute == self.minute:
            return minute * _MINUTE + value - self._scrapes[minute].at
        begins, ends = self._scrapes[minute].at, self._scrapes[minute + 1].at
        return (minute + (value - begins) / (ends - begins)) * _MINUTE


async def look(http: aiohttp.ClientSession, url: str) -> Mapping[str, float]:
    """Return the samples of the page; none if nobody answers."""
    try:
        async with http.get(f"{url}/metrics") as answer:
            assert answer.status == 200
            return samples(await answer.text())
    except aiohttp.ClientConnectionError:
        return {}


def _labelled(series: str) -> str:
    """Return a series with the labels that Prometheus gives it."""
    own = f'instance="{_INSTANCE}",job="photochanger"'
    name, brace, labels = series.partition("{")
    return f"{name}{{{own},{labels}" if brace else f"{name}{{{own}}}"
