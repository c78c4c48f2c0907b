"""What the web adapter is told when it starts."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from attrs import frozen

LOOPBACK: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@frozen(kw_only=True)
class WebConfig:
    """What the web adapter is told when it starts.

    Attributes:
        public_base_url: How guests reach this server, without a slash at the end; None: as the
            caller of the moment does.
        trusted_proxies: Who is believed about the addresses of others.
        metrics_allow: Who may see what has been counted.
    """

    public_base_url: str | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    metrics_allow: tuple[IPv4Network | IPv6Network, ...] = LOOPBACK
