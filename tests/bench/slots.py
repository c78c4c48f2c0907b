"""What the slots are set to while measuring, and the provider's models that they ask."""

from __future__ import annotations

from typing import Final

PLAIN: Final = "slot-001"
"""Nothing is normalised, and pictures go out as the provider sends them."""

SLOW: Final = "slot-002"
"""The same over a provider that takes its time."""

DEFAULT: Final = "slot-003"
"""As slots are by default: photos are brought to 3072 pixels, answers to the photo's type."""

DELAY: Final = 2.0
"""Seconds that the slow provider takes."""

MODELS: Final = {PLAIN: "delay-0", SLOW: f"delay-{DELAY * 1000:.0f}", DEFAULT: "delay-0"}
"""By slot; the provider waits as many milliseconds as the model's name says."""

AS_IT_COMES: Final = ("output_format=as_provider", "max_input_edge=8192")

CHANGES: Final = {PLAIN: AS_IT_COMES, SLOW: AS_IT_COMES, DEFAULT: ()}
"""What is set besides, by slot."""


def provider_path(slot: str) -> str:
    """Return the path under which the provider is asked for a slot."""
    return f"/v1beta/models/{MODELS[slot]}:generateContent"


def ingest_path(slot: str) -> str:
    """Return the path that booths send photos to."""
    return f"/ingest/{slot}"
