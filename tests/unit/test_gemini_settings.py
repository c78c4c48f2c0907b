"""What a slot may tell Gemini, and where the service may be."""

from __future__ import annotations

import pytest

from photochanger_adapters.gemini.settings import GeminiSettings
from photochanger_adapters.provider_http.endpoint import check_base_url
from photochanger_core.domain.errors import ValidationFailed

PLAIN = {"prompt": "Studio portrait"}


def test_the_settings_of_the_customers_sample_pass_unchanged() -> None:
    settings = GeminiSettings.of("image_edit", {"prompt": "Studio portrait", "safety": "standard"})

    assert settings.model == "gemini-3.1-flash-image"
    assert "faces" in settings.system_instruction
    assert "Image 1" in settings.system_instruction


def test_models_nobody_knows_yet_are_allowed() -> None:
    settings = GeminiSettings.of("image_edit", PLAIN | {"model": "gemini-9.5-flash-image-002"})

    assert settings.model == "gemini-9.5-flash-image-002"


@pytest.mark.parametrize(
    "settings, fields",
    [
        ({}, ["settings.prompt"]),
        ({"prompt": " \n"}, ["settings.prompt"]),
        ({"prompt": 5}, ["settings.prompt"]),
        ({"prompt": "half \ud83d"}, ["settings.prompt"]),
        ({"prompt": "a" * 10_001}, ["settings.prompt"]),
        (PLAIN | {"model": "../../secret"}, ["settings.model"]),
        (PLAIN | {"model": "a..b"}, ["settings.model"]),
        (PLAIN | {"model": "flash:generateContent"}, ["settings.model"]),
        (PLAIN | {"model": "flash\n"}, ["settings.model"]),
        (PLAIN | {"model": ""}, ["settings.model"]),
        (PLAIN | {"model": None}, ["settings.model"]),
        (PLAIN | {"system_instruction": ["text"]}, ["settings.system_instruction"]),
        (PLAIN | {"aspect_ratio": "7:5"}, ["settings.aspect_ratio"]),
        (PLAIN | {"aspect_ratio": {}}, ["settings.aspect_ratio"]),
        (PLAIN | {"image_size": "1k"}, ["settings.image_size"]),
        (PLAIN | {"safety": "none"}, ["settings.safety"]),
        (PLAIN | {"safety_settings": "OFF"}, ["settings.safety_settings"]),
        (
            PLAIN | {"safety_settings": [{"category": "X"}]},
            ["settings.safety_settings[0].category", "settings.safety_settings[0].threshold"],
        ),
        (PLAIN | {"safety_settings": [{"category": [], "threshold": {}}]}, None),
        (PLAIN | {"temperature": 1}, ["settings.temperature"]),
        ({"model": "!", "image_size": 1}, None),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, object], fields: list[str] | None) -> None:
    with pytest.raises(ValidationFailed) as caught:
        GeminiSettings.of("image_edit", settings)

    wrong = [problem.field for problem in caught.value.problems]
    assert wrong == (fields or wrong)


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(ValidationFailed) as caught:
        GeminiSettings.of("paint", {"model": "!", "image_size": 1})

    named = {problem.field for problem in caught.value.problems}
    assert named == {"operation", "settings.prompt", "settings.model", "settings.image_size"}


def test_a_category_named_twice_is_wrong() -> None:
    twice = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}] * 2

    with pytest.raises(ValidationFailed, match=r"safety_settings\[1\]\.category: repeated"):
        GeminiSettings.of("image_edit", PLAIN | {"safety_settings": twice})


@pytest.mark.parametrize(
    "url, checked",
    [
        ("https://generativelanguage.googleapis.com", None),
        ("https://gateway.example.org:8443/gemini/", "https://gateway.example.org:8443/gemini"),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001"),
        ("http://127.9.9.9", None),
        ("http://[::1]:80", None),
        ("http://localhost:8001", None),
    ],
)
def test_https_or_this_machine(url: str, checked: str | None) -> None:
    assert check_base_url(url) == (checked or url)


@pytest.mark.parametrize(
    "url",
    [
        "http://generativelanguage.googleapis.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org",
        "https://user:password@example.org",
        "https://example.org/?key=1",
        "https://example.org/#x",
        "https://example.org:0",
        "https://example.org:99999",
        "https://",
        "http://[::1",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "//127.0.0.1",
        "",
    ],
)
def test_no_other_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_base_url(url)
