"""GET /api/providers, POST /api/providers/{name}/test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import hdrs, web

from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.localised import localised
from photochanger_core.domain.problems import Problem
from photochanger_core.ports.provider import Operation
from photochanger_web.etags import tagged
from photochanger_web.keys import USE_CASES
from photochanger_web.locale import LANGUAGES, SITE_LANGUAGE, language_of

_LANGUAGE: Final = "language"


async def providers(request: web.Request) -> web.Response:
    """Tell what slots can be given to, with the schemas of their settings in one language."""
    view, language = request.app[USE_CASES].describe_providers(), _language(request)
    described = [
        {
            "provider": name,
            "operations": [_described(one, of, language) for one, of in operations.items()],
        }
        for name, operations in view.operations.items()
    ]
    document = {
        "language": language,
        "has_public_address": view.has_public_address,
        "providers": described,
    }
    return tagged(request, document)


async def check_provider(request: web.Request) -> web.Response:
    """Tell whether a provider would take orders now: 200 whatever it says."""
    check = await request.app[USE_CASES].check_provider(request.match_info["name"])
    if check.failure is None:
        return web.json_response({"status": "ok"})
    return web.json_response(
        {"status": "failed", "failure_reason": check.failure, "detail": check.detail}
    )


def _described(name: str, operation: Operation, language: str) -> Mapping[str, object]:
    return {
        "operation": name,
        "requires_public_media": operation.requires_public_media,
        "models": list(operation.known_models),
        "schema": localised(operation.schema, language),
    }


def _language(request: web.Request) -> str:
    """Return the language that is asked for, or else preferred."""
    asked = request.query.get(_LANGUAGE)
    if asked is None:
        return language_of(request.headers.get(hdrs.ACCEPT_LANGUAGE), default=SITE_LANGUAGE)
    if asked not in LANGUAGES:
        raise InvalidRequest(_LANGUAGE, Problem.MALFORMED)
    return asked
