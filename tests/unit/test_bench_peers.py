"""Peers of a measurement: which are there, and what LiteLLM is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.bench.gateways import FASTAPI, LITELLM, Bare
from tests.bench.peers import LiteLLM, configuration, peer, version_of
from tests.bench.slots import MODELS


def test_litellm_waits_as_long_as_each_slots_provider() -> None:
    told = json.loads(configuration("http://127.0.0.1:7"))

    bases = {one["model_name"]: one["litellm_params"]["api_base"] for one in told["model_list"]}
    assert bases == {model: f"http://127.0.0.1:7/{model}/v1" for model in MODELS.values()}


def test_each_peer_is_run_by_the_python_of_its_environment(tmp_path: Path) -> None:
    one, other = (
        peer(name, f"/{name}/python", tmp_path, "http://127.0.0.1:7") for name in (FASTAPI, LITELLM)
    )

    assert isinstance(one, Bare)
    assert (one.name, one.python) == (FASTAPI, "/FastAPI/python")
    assert isinstance(other, LiteLLM)
    assert (other.name, other.python) == (LITELLM, "/LiteLLM/python")


def test_a_version_is_that_of_the_environment() -> None:
    assert version_of("pytest", sys.executable) == pytest.__version__


@pytest.mark.parametrize("python", [sys.executable, "/no/such/python"])
def test_an_environment_without_the_peer_is_told_before_anything_is_measured(python: str) -> None:
    with pytest.raises(LookupError, match=f"{python} has no Nobodys-Package"):
        version_of("Nobodys-Package", python)
