"""What people call the ways that photos may take."""

from __future__ import annotations

from photochanger_core.domain.localised import localised
from photochanger_core.use_cases.describe_providers import ProvidersView


def route_title(providers: ProvidersView, provider: str, operation: str, language: str) -> str:
    """Return what *operation* of *provider* is called in *language*; its name, if nobody knows."""
    known = providers.operations.get(provider, {}).get(operation)
    title = localised(known.schema, language).get("title", operation) if known else operation
    return f"{provider.capitalize()}: {title}"
