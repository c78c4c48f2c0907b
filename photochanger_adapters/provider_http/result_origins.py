"""From where a provider's pictures may be fetched, going by their URLs. No I/O here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from attrs import field, frozen
from yarl import URL

from photochanger_core.domain.errors import ProviderBadResponse

from .endpoint import check_base_url, is_loopback
from .public_address import is_ip_literal, is_public
from .untrusted import quote

Origin: TypeAlias = tuple[str, str, int]
"""Scheme, host, port."""

_NAMED: Final = re.compile(
    r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE
)
_NUMBER_LAST: Final = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.ASCII)
"""Hosts that resolvers may take for an IPv4 address: `2130706433`, `0x7f.1`, `0177.0.0.1`."""


@frozen(kw_only=True)
class Source:
    """A place that a picture may be fetched from.

    Attributes:
        is_home: Whether it is the provider's own service, which knows the key anyway.
        loopback_port: The port on this machine that may be dialled for it; None: only public
            addresses may.
    """

    url: str = field(repr=False)
    is_home: bool
    loopback_port: int | None = None


def check_origins(names: Iterable[str]) -> frozenset[Origin]:
    """Return the https origins that *names*, each `host` or `host:port`, stand for.

    Raises:
        ValueError: If one is something else.
    """
    return frozenset(map(_origin_named, names))


@frozen(kw_only=True)
class ResultOrigins:
    """The hosts of one provider.

    Attributes:
        base_url: Where the service is.
        further: Origins beside its own.
    """

    base_url: str = field(converter=check_base_url)
    further: frozenset[Origin] = field(default=(), converter=check_origins)

    def source(self, url: str) -> Source:
        """Return the place that *url* names. It is read as the HTTP client will read it.

        Raises:
            ProviderBadResponse: If nothing is to be fetched from there.
        """
        parsed = _parsed(url)
        home = _origin(URL(self.base_url))
        origin = _origin(parsed)
        if origin != home and origin not in self.further:
            raise ProviderBadResponse(f"a picture on a host that is not allowed: {_told(parsed)}")
        _, host, port = origin
        inside = origin == home and is_loopback(host)
        if not inside and _is_address(host) and not is_public(host):
            raise ProviderBadResponse(f"a picture at an address inside: {_told(parsed)}")
        return Source(
            url=str(parsed), is_home=origin == home, loopback_port=port if inside else None
        )


def _parsed(url: str) -> URL:
    try:
        parsed = URL(url)
    except ValueError as error:
        raise ProviderBadResponse(f"the picture's URL is none: {quote(str(error))}") from error
    if not parsed.absolute or parsed.user is not None or parsed.password is not None:
        raise ProviderBadResponse(f"the picture's URL is not plain: {_told(parsed)}")
    return parsed


def _origin(url: URL) -> Origin:
    return url.scheme, url.raw_host or "", url.port or 0


def _is_address(host: str) -> bool:
    """Whether *host* is an IP address, or something that may be taken for one."""
    return is_ip_literal(host) or _NUMBER_LAST.fullmatch(host) is not None


def _told(url: URL) -> str:
    """Return what of *url* may be in a log: what follows the host may be a secret."""
    return quote(f"{url.scheme}://{url.raw_host}:{url.port}")


def _origin_named(name: str) -> Origin:
    if not _NAMED.fullmatch(name):
        raise ValueError(f"{name!r} is no host, nor host:port")
    url = URL(f"https://{name}")
    if url.port == 0:
        raise ValueError("an origin cannot have port 0")
    return _origin(url)
