"""Which addresses lie on the public Internet, and which somewhere inside. No I/O here."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_INSIDE_V4: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's NAT, and where one cloud keeps its metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # public by number, but inside Azure the host of the machine
        "169.254.0.0/16",  # link-local, and where most clouds keep their metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and where another cloud keeps its metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)

_GLOBAL_V6: Final = ip_network("2000::/3")
"""All of IPv6 that is given out to the public.

Outside lie loopback, link-local, site-local and unique local addresses, multicast, and most that
carry one of IPv4: mapped, compatible, translated (NAT64).
"""

_INSIDE_V6: Final = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, which carries IPv4, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries IPv4
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether *address* is an IP address that only the public Internet has.

    An address of IPv6 that stands for one of IPv4 is none, whatever it stands for: it leads
    wherever a translator on the way likes. Nor is any text that is not plainly an IP address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _INSIDE_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    return address in _GLOBAL_V6 and not any(address in network for network in _INSIDE_V6)


def is_ip_literal(host: str) -> bool:
    """Whether *host* is an IP address, not a name; one of IPv6 without brackets."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
