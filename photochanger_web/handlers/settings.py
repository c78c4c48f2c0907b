"""GET and PUT /api/settings."""

from __future__ import annotations

from typing import Any

import attrs
from aiohttp import web

from photochanger_core.domain.provider_key import ProviderKey
from photochanger_core.use_cases.read_settings import SettingsView
from photochanger_web.access import actor
from photochanger_web.json_body import read_json
from photochanger_web.keys import USE_CASES
from photochanger_web.locale import SITE_LANGUAGE, language_of, text
from photochanger_web.moments import rfc3339_or_none
from photochanger_web.versions import version_tag, versions_of


async def settings(request: web.Request) -> web.Response:
    """Show what is set for all slots."""
    return _answer(request, await request.app[USE_CASES].read_settings())


async def change_settings(request: web.Request) -> web.Response:
    """Change some of it, and show all."""
    changes = await read_json(request)
    versions = versions_of(request, changes)
    use = request.app[USE_CASES]
    await use.configure_settings(changes, by=actor(request), seen=versions)
    return _answer(request, await use.read_settings())


def _answer(request: web.Request, view: SettingsView) -> web.Response:
    headers = {"ETag": version_tag(view.stored.version)}
    return web.json_response(_as_json(request, view), headers=headers)


def _as_json(request: web.Request, view: SettingsView) -> dict[str, Any]:
    stored = view.stored
    hidden = attrs.filters.exclude("ingest_password_hash")
    return {
        **attrs.asdict(stored.settings, filter=hidden),
        "ingest_password_set": stored.settings.ingest_password_hash is not None,
        "ingest_password_rotated_at": rfc3339_or_none(stored.password_rotated_at),
        "ingest_password_rotated_by": stored.password_rotated_by,
        "provider_keys": {name: _key(request, key) for name, key in view.keys.items()},
        "version": stored.version,
        "updated_at": rfc3339_or_none(stored.updated_at),
        "updated_by": stored.updated_by,
    }


def _key(request: web.Request, key: ProviderKey) -> dict[str, object]:
    """Return what may be told of a key; of one that cannot be read also what to do about it."""
    told: dict[str, object] = {
        "configured": key.is_configured,
        "source": key.source,
        "updated_at": rfc3339_or_none(key.updated_at),
    }
    if not key.is_unreadable:
        return told
    language = language_of(request.headers.get("Accept-Language"), default=SITE_LANGUAGE)
    return {**told, "hint": text(language, "provider_key.unreadable", {})}
