"""What others offer for the same, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.e2e.processes import free_port

from .gateways import FASTAPI, LITELLM, Bare, Gateway, Starts
from .manners import EDITS, EDITS_KEY
from .running import Running
from .slots import MODELS

_VERSION: Final = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
_ALONE: Final = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "true",
    "LITELLM_TELEMETRY_DISABLED": "true",
    "LITELLM_LOG": "ERROR",
}
"""Variables with which it asks nobody but the provider, and says little."""


@frozen(kw_only=True)
class LiteLLM:
    """LiteLLM's proxy with one worker and no database, asked to edit images.

    Attributes:
        python: That runs it.
    """

    folder: Path
    provider_url: str
    python: str
    name: str = LITELLM

    @contextmanager
    def started(self) -> Iterator[Gateway]:
        """Run it inside."""
        port, file = free_port(), self.folder / "litellm.json"
        file.write_text(configuration(self.provider_url))
        with Running(
            *("-m", "tests.bench.litellm_proxy", str(file), str(port)),
            folder=self.folder,
            name=f"{self.name}-{port}",
            variables=_ALONE,
            python=self.python,
        ) as process:
            process.listens(port)
            yield Gateway(
                name=self.name,
                port=port,
                pid=process.pid,
                ready_after=process.seconds,
                manner=EDITS,
            )


def peer(name: str, python: str, folder: Path, provider_url: str) -> Starts:
    """Return the peer with this name, which *python* runs."""
    if name == LITELLM:
        return LiteLLM(folder=folder, provider_url=provider_url, python=python)
    return Bare(
        folder=folder,
        provider_url=provider_url,
        name=FASTAPI,
        module="tests.bench.fastapi_floor",
        python=python,
    )


def version_of(name: str, python: str) -> str:
    """Return the version of the peer with this name in the environment of *python*.

    Raises:
        LookupError: If it is not there.
    """
    words = (python, "-c", _VERSION, name.lower())
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise LookupError(f"{python} has no {name}") from error
    return done.stdout.strip()


def configuration(provider_url: str) -> str:
    """Return LiteLLM's, as JSON, which is YAML, too: a model for each time the provider takes."""
    models = [
        {
            "model_name": model,
            "litellm_params": {
                "model": "openai/gpt-image-1",
                "api_base": f"{provider_url}/{model}/v1",
                "api_key": "key-of-the-bench",
            },
        }
        for model in sorted(set(MODELS.values()))
    ]
    settings = {"general_settings": {"master_key": EDITS_KEY}, "model_list": models}
    return json.dumps({**settings, "litellm_settings": {"num_retries": 0}})
