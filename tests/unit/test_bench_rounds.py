"""What a measurement makes of its figures."""

from __future__ import annotations

import math

import pytest

from tests.bench.report import Row, Target, rows_as_json, table
from tests.bench.rounds import Samples, less, median, percentile, ratio


@pytest.mark.parametrize(
    "percent, expected", [(0, 1.0), (50, 50.0), (95, 95.0), (99, 99.0), (100, 100.0)]
)
def test_a_percentile_is_one_of_the_values(percent: float, expected: float) -> None:
    values = [float(number) for number in range(100, 0, -1)]

    assert percentile(values, percent) == expected


def test_of_few_values_a_high_percentile_is_the_largest() -> None:
    assert percentile([3.0, 1.0, 2.0], 95) == 3.0


def test_of_nothing_nothing_is_known() -> None:
    assert math.isnan(percentile([], 50))
    assert math.isnan(median([]))


def test_a_median_is_that_of_the_rounds_that_are_known() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([3.0, math.nan, 2.0]) == 2.5
    assert math.isnan(median([math.nan]))


def test_a_ratio_leaves_out_rounds_that_lack_one_side() -> None:
    assert ratio([20.0, math.nan, 90.0], [10.0, 30.0, math.nan]) == 2.0


def test_a_ratio_is_that_of_the_same_round() -> None:
    # A machine that is three times slower for a round changes no ratio.
    assert ratio([20.0, 60.0, 22.0], [10.0, 30.0, 10.0]) == 2.0


def test_there_is_no_ratio_to_nothing() -> None:
    assert math.isnan(ratio([1.0], [0.0]))


def test_what_is_taken_off_is_that_of_the_same_round() -> None:
    assert less([10.0, 20.0], [1.0, 2.0], [3.0, 4.0]) == [6.0, 14.0]


def _samples() -> Samples:
    samples = Samples()
    for floor, product, decode in ((10.0, 30.0, 5.0), (20.0, 40.0, 4.0), (10.0, 26.0, 3.0)):
        samples.begin_round()
        samples.add("latency", "floor", {"p50": floor})
        samples.add("latency", "product", {"p50": product})
        samples.add("library", "library", {"decode": decode})
    return samples


def test_the_librarys_part_is_taken_from_the_product_alone() -> None:
    row, samples = Row(label="", cell="latency", figure="p50", less=["decode"]), _samples()

    assert row.values(samples, "floor") == [10.0, 20.0, 10.0]
    assert row.values(samples, "product") == [25.0, 36.0, 23.0]


def test_nothing_is_taken_off_that_was_not_measured() -> None:
    row = Row(label="", cell="latency", figure="p50", less=["decode", "encode"])

    assert row.values(_samples(), "product") == []


def test_a_round_that_failed_is_told_as_lacking() -> None:
    samples = _samples()
    samples.begin_round()

    told = samples.as_json()[0]
    assert told["rounds"] == [10.0, 20.0, 10.0, None]
    assert told["median"] == 10.0


@pytest.mark.parametrize(
    "target, value, times, expected",
    [
        (Target(1.8), 99.0, 1.8, "met"),
        (Target(1.8), 1.0, 1.9, "MISSED"),
        (Target(50, is_ratio=False), 50.0, 9.0, "met"),
        (Target(50, is_ratio=False), 51.0, 0.1, "MISSED"),
        (Target(15, is_ratio=False, at_least=True), 15.0, 0.1, "met"),
        (Target(15, is_ratio=False, at_least=True), 14.0, 9.0, "MISSED"),
        (Target(1.8), 1.0, math.nan, "not measured"),
    ],
)
def test_a_target_is_for_the_figure_or_for_the_ratio(
    target: Target, value: float, times: float, expected: str
) -> None:
    assert target.verdict(value, times) == expected


def test_the_table_holds_only_what_was_measured() -> None:
    samples = Samples()
    samples.begin_round()
    samples.add("latency-3", "floor", {"p50": 8.0, "p95": 10.0})
    samples.add("latency-3", "product", {"p50": 16.0, "p95": 30.0})

    shown = table(samples)

    assert [line.split()[-5:] for line in shown.splitlines() if line.startswith("added p95")] == [
        ["10.0", "30.0", "–", "3.00", "×"]
    ]
    assert "12 MB" not in shown


def test_all_others_have_a_column_each_if_they_were_measured() -> None:
    samples = Samples()
    samples.begin_round()
    for server, value in {"floor": 8.0, "duties": 10.0, "product": 16.0, "FastAPI": 12.0}.items():
        samples.add("latency-3", server, {"p95": value})

    head, _, line, *_ = table(samples).splitlines()

    assert head.split() == [
        *("FastAPI", "floor", "duties", "product", "to", "duties", "to", "floor", "target")
    ]
    assert line.split()[-8:] == ["12.0", "8.00", "10.0", "16.0", "1.60", "×", "2.00", "×"]


def test_decodes_are_taken_from_those_who_decode() -> None:
    samples = Samples()
    samples.begin_round()
    for name, value in {"decode 3 MB": 20.0, "decode answer": 10.0}.items():
        samples.add("library", "library", {name: value})
    for server, value in {"floor": 10.0, "duties": 50.0, "product": 60.0}.items():
        samples.add("latency-3", server, {"p50": value})

    line = next(each for each in table(samples).splitlines() if "less two decodes" in each)

    assert line.split()[7:14] == ["10.0", "20.0", "30.0", "1.50", "×", "3.00", "×"]


def test_lines_are_told_with_what_is_aimed_at() -> None:
    samples = Samples()
    samples.begin_round()
    samples.add("pings", "floor", {"p99": 20.0})
    samples.add("pings", "product", {"p99": 30.0})
    samples.add("pings", "LiteLLM", {"p99": 25.0})

    assert rows_as_json(samples) == [
        {
            "label": "ping p99",
            "product": 30.0,
            "ratio": 1.5,
            "beside": {"LiteLLM": 25.0, "floor": 20.0},
            "target": {"bound": "≤ 1 ×", "verdict": "MISSED"},
        }
    ]
