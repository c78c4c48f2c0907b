"""Named texts from the environment and from `.env`, and what may be in them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from attrs import field, frozen

from photochanger_adapters.provider_http.endpoint import check_base_url
from photochanger_adapters.provider_http.public_address import is_ip_literal
from photochanger_adapters.security.signing_keys import MIN_KEY_BYTES
from photochanger_core.domain.settings import SETTINGS_CHECKS
from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES
from photochanger_web.field_problems import sentence

from .failures import BadVariable
from .language import spoken
from .locale import phrase

PREFIX: Final = "PHOTOCHANGER_"

_LABEL: Final = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME: Final = re.compile(rf"(?!.{{254}}){_LABEL}(?:\.{_LABEL})*\.?", re.IGNORECASE)

_Value = TypeVar("_Value")
_Default = TypeVar("_Default")


def environment() -> Mapping[str, str]:
    """Return what the environment says; empty means unset."""
    return {name: text for name, text in os.environ.items() if text}


@frozen
class Variables:
    """What was set. A name with the prefix is preferred to the bare one; empty means unset."""

    texts: Mapping[str, str] = field(repr=False)

    def read(
        self, name: str, parse: Callable[[str], _Value], default: _Default
    ) -> _Value | _Default:
        """Return what *parse* makes of the text of *name*, or *default* if it is unset.

        *parse* raises ValueError, saying what a good value is.

        Raises:
            BadVariable: Saying what it must be, not what it is: it may be secret.
        """
        for variable in (PREFIX + name, name):
            if text := self.texts.get(variable):
                try:
                    return parse(text)
                except ValueError as error:
                    raise BadVariable(variable, str(error)) from None
        return default


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from *least* to *most*."""

    def parse(text: str) -> int:
        value = _number(text)
        if value is None or not least <= value <= most:
            raise ValueError(phrase("must.be_whole", least=least, most=most))
        return value

    return parse


def seconds(text: str) -> float:
    """Return a time to wait."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text):
        raise ValueError(phrase("must.be_seconds"))
    return float(text)


def setting(name: str) -> Callable[[str], int]:
    """Return a parser of the whole-number setting *name* of the core."""

    def parse(text: str) -> int:
        value = _number(text)
        problems = SETTINGS_CHECKS[name](value)
        if value is None or problems:
            raise ValueError(sentence(spoken(), problems[0]))
        return value

    return parse


def host(text: str) -> str:
    """Return a name or address to listen on."""
    if any(character.isspace() or character in "/@" for character in text):
        raise ValueError(phrase("must.be_host"))
    return text


def password(text: str) -> str:
    """Return a password."""
    if len(text.encode(errors="replace")) > MAX_PASSWORD_BYTES or not text.isprintable():
        raise ValueError(phrase("must.be_password", most=MAX_PASSWORD_BYTES))
    return text


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return addresses and networks, separated by commas."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError(phrase("must.be_networks")) from None


def key(text: str) -> str:
    """Return a key that can travel in an HTTP header."""
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError(phrase("must.be_key"))
    return text


def signing_keys(text: str) -> tuple[str, ...]:
    """Return keys for tokens, separated by commas; the first one signs."""
    keys = tuple(part.strip() for part in text.split(","))
    if any(len(one) < MIN_KEY_BYTES or not re.fullmatch(r"[!-~]+", one) for one in keys):
        raise ValueError(phrase("must.be_signing_keys", least=MIN_KEY_BYTES))
    return keys


def secret_keys(text: str) -> tuple[str, ...]:
    """Return keys to encrypt with, separated by commas: 32 bytes in url-safe base64 each."""
    keys = tuple(part.strip() for part in text.split(","))
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{43}=", part) for part in keys):
        raise ValueError(phrase("must.be_secret_keys"))
    return keys


def base_url(text: str) -> str:
    """Return an HTTP address that paths are put behind, without a slash at its end."""
    parts = _split(text)
    if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(phrase("must.be_base_url"))
    return text.rstrip("/")


def provider_url(text: str) -> str:
    """Return the base address of a provider: what is sent there includes a key and a guest."""
    try:
        return check_base_url(base_url(text))
    except ValueError:
        raise ValueError(phrase("must.be_provider_url")) from None


def proxy_url(text: str) -> str:
    """Return the address of an HTTP proxy, perhaps with a user and a password in it."""
    if _split(text) is None:
        raise ValueError(phrase("must.be_proxy_url"))
    return text


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,100}", text) else None


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and _is_host(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if valid and re.fullmatch(r"[!-~]+", text) else None


def _is_host(host: str | None) -> bool:
    return host is not None and (is_ip_literal(host) or _HOST_NAME.fullmatch(host) is not None)
