from __future__ import annotations

from collections.abc import Sequence

from tests.bench.sampling import Sample
from tests.bench.soak import growth


def sampled(server_mb: Sequence[float]) -> dict[str, float]:
    """Return by what shares a server has grown that held so much, sample by sample."""
    samples = [
        Sample(
            seconds=5.0 * number,
            server_mb=held,
            workers_mb=0.0,
            workers=0,
            descriptors=30,
            worker_descriptors=0,
        )
        for number, held in enumerate(server_mb)
    ]
    return {row["name"]: row["share"] for row in growth(samples)}


def test_what_is_held_while_warming_up_is_no_growth() -> None:
    assert sampled([50.0, 90.0, *[100.0] * 8])["server_mb"] == 0


def test_what_is_held_more_at_the_end_is() -> None:
    assert sampled([100.0] * 9 + [105.0])["server_mb"] == 0.05


def test_one_sample_among_many_is_none() -> None:
    assert sampled([*[100.0] * 98, 200.0, 100.0])["server_mb"] == 0


def test_what_nobody_holds_does_not_grow() -> None:
    grown = sampled([100.0] * 10)
    assert grown == {"server_mb": 0, "workers_mb": 0, "descriptors": 0, "worker_descriptors": 0}
