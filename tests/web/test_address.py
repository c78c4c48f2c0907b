"""Whose request it is."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from photochanger_web.address import counted_address

TRUSTED = tuple(map(ip_network, ("10.0.0.0/8", "127.0.0.1", "fd00::/8")))


@pytest.mark.parametrize(
    "peer, forwarded_for, address",
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.1"], "198.51.100.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["192.0.2.66, 203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["192.0.2.66", "203.0.113.1 , 10.1.1.1"], "203.0.113.1"),
        ("10.0.0.1", ["203.0.113.1", "127.0.0.1"], "203.0.113.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["203.0.113.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.1, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.1, unknown", ""], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.1:8080"], "10.0.0.1"),
        ("fd00::1", ["203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", [], "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("::ffff:198.51.100.7", [], "198.51.100.7"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.1"], "203.0.113.1"),
        ("", ["203.0.113.1"], "unix"),
        ("/run/photochanger.sock", [], "unix"),
    ],
)
def test_only_trusted_proxies_are_believed(
    peer: str, forwarded_for: list[str], address: str
) -> None:
    assert counted_address(peer, forwarded_for, TRUSTED) == address
