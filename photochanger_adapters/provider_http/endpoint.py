"""Which addresses a provider's service may have."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def check_base_url(url: str) -> str:
    """Return *url* without a trailing slash.

    Raises:
        ValueError: If it is not https to a host, or http to this very machine; user names,
            queries and fragments have no place in it.
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("a base URL has a scheme, a host, perhaps a port and a path, no more")
    if parts.port == 0:
        raise ValueError("a base URL cannot have port 0")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return url.rstrip("/")
    raise ValueError("a base URL must be https, unless it leads to this machine (loopback)")


def is_loopback(host: str) -> bool:
    """Whether *host* is a name or an address of this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
