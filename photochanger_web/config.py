"""What the web adapter is told when it starts."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from attrs import frozen


@frozen(kw_only=True)
class WebConfig:
    """What the web adapter is told when it starts.

    Attributes:
        public_base_url: How guests reach this server, without a slash at the end; None: as the
            caller of the moment does.
        trusted_proxies: Who is believed about the addresses of others.
    """

    public_base_url: str | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
