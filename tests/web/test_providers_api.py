"""Administrators see what slots can be given to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest

from photochanger_core.ports.provider import Operation

from .admin import Admin, admin_of
from .running_site import Site

SCHEMA: Final[Mapping[str, object]] = {
    "title": "Edit",
    "x-ru": {"title": "Обработка"},
    "properties": {
        "model": {"title": "Model", "examples": ["one", "two"], "x-ru": {"title": "Модель"}}
    },
}


@pytest.fixture
async def admin(site: Site) -> Admin:
    site.world.provider.operations = {
        "image_edit": Operation(schema=SCHEMA),
        "remote": Operation(schema={}, requires_public_media=True),
    }
    return await admin_of(site)


async def described(admin: Admin, query: str = "", *extra: str) -> Any:
    reply = await admin.ask("GET", f"/api/providers{query}", extra=extra)
    assert reply.status == 200
    return reply.json


async def test_providers_are_described_in_the_sites_language(admin: Admin) -> None:
    assert await described(admin) == {
        "language": "ru",
        "has_public_address": True,
        "providers": [
            {
                "provider": "gemini",
                "operations": [
                    {
                        "operation": "image_edit",
                        "requires_public_media": False,
                        "models": ["one", "two"],
                        "schema": {
                            "title": "Обработка",
                            "properties": {
                                "model": {"title": "Модель", "examples": ["one", "two"]}
                            },
                        },
                    },
                    {
                        "operation": "remote",
                        "requires_public_media": True,
                        "models": [],
                        "schema": {},
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    "query, header, language",
    [
        ("", "en", "en"),
        ("", "de, en;q=0.5", "en"),
        ("", "de", "ru"),
        ("?language=en", "ru", "en"),
        ("?language=ru", "en", "ru"),
    ],
)
async def test_the_language_may_be_chosen(
    admin: Admin, query: str, header: str, language: str
) -> None:
    told = await described(admin, query, f"accept-language: {header}")
    title = told["providers"][0]["operations"][0]["schema"]["title"]
    assert (told["language"], title) == (language, {"en": "Edit", "ru": "Обработка"}[language])


@pytest.mark.parametrize("language", ["", "de", "RU", "%00"])
async def test_there_are_no_other_languages(admin: Admin, language: str) -> None:
    reply = await admin.ask("GET", f"/api/providers?language={language}")
    assert (reply.status, reply.json["error"]["details"]["field"]) == (400, "language")
