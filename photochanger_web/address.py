"""Whose request it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from aiohttp import hdrs, web

from .keys import CONFIG

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_PASSED_ON: Final = ("Forwarded", "Via", "X-Real-IP")
"""What else proxies say, of which we believe nothing."""

_SITE_BITS: Final = 64
"""Of an IPv6 address; the others are its owner's to choose."""


def client_address(request: web.Request) -> str:
    """Return the address by which the caller of *request* is counted."""
    return counted_address(
        request.remote or "",
        request.headers.getall(hdrs.X_FORWARDED_FOR, []),
        request.app[CONFIG].trusted_proxies,
    )


def is_from(peer: str, networks: Iterable[Network]) -> bool:
    """Whether *peer*, of a connection, is in one of *networks*; a Unix socket is in none."""
    address = _parsed(peer)
    return address is not None and any(address in network for network in networks)


def counted_address(peer: str, forwarded_for: Sequence[str], trusted: Iterable[Network]) -> str:
    """Return the address by which a caller is counted.

    That is the peer's, or what trusted proxies say of theirs: `X-Forwarded-For` is read from the
    right as long as whoever has written an entry is trusted. All of an IPv6 /64 count as one, and
    so do all who come by a Unix socket.

    Args:
        peer: Of the connection; no address if it is a Unix socket.
        forwarded_for: The values of all `X-Forwarded-For`, in order.
        trusted: Networks of proxies.
    """
    address = _parsed(peer)
    if address is None:
        return "unix"
    return _counted(_told(address, forwarded_for, trusted)[0])


def _told(
    address: Address, forwarded_for: Sequence[str], trusted: Iterable[Network]
) -> tuple[Address, bool]:
    """Return whom *address* speaks for, and whether that is all that was said."""
    entries = ",".join(forwarded_for).split(",") if forwarded_for else []
    for entry in reversed(entries):
        before = _parsed(entry.strip())
        if before is None or not any(address in network for network in trusted):
            return address, False
        address = before
    return address, True


def is_let_in(request: web.Request, networks: Iterable[Network]) -> bool:
    """Whether the caller of *request* is in one of *networks*.

    Not if somebody has passed the request on who is not trusted: a proxy on this machine that
    nobody has told us of must not lend its address to the whole world.
    """
    peer = _parsed(request.remote or "")
    if peer is None:
        return False
    forwarded_for = request.headers.getall(hdrs.X_FORWARDED_FOR, [])
    if not forwarded_for and any(name in request.headers for name in _PASSED_ON):
        return False
    address, is_all = _told(peer, forwarded_for, request.app[CONFIG].trusted_proxies)
    return is_all and any(address in network for network in networks)


def address_as_counted(text: str) -> str | None:
    """Return the address that *text* is, as it is counted; None: it is none."""
    address = _parsed(text)
    return None if address is None else _counted(address)


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _counted(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), _SITE_BITS), strict=False))
    return str(address)
