"""Which addresses a picture may be fetched from, and under which URLs."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_network
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from photochanger_adapters.provider_http.public_address import is_public
from photochanger_adapters.provider_http.result_origins import ResultOrigins, check_origins
from photochanger_core.domain.errors import ProviderBadResponse

PUBLIC = [
    *("8.8.8.8", "1.1.1.1", "77.88.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1"),
    *("172.15.255.255", "172.32.0.1", "192.167.255.255", "192.169.0.1", "223.255.255.254"),
    *("2001:4860:4860::8888", "2606:4700:4700::1111", "2a02:6b8::feed:ff", "2a00:1450::1"),
]
INSIDE = [
    "0.0.0.0",  # noqa: S104 - an address like others here
    *("0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1"),
    *("127.255.255.255", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:0:10.0.0.1"),
    *("64:ff9b::10.0.0.1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:2::1", "2001:20::1"),
    *("2001:db8::1", "2002:a00:1::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1"),
    *("fe80::1%eth0", "fec0::1", "ff02::1"),
]
NO_ADDRESSES = [
    *("", "localhost", "example.org", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"),
    *("8.8.8", "8.8.8.8 ", "8.8.8.8/32", "[2606:4700:4700::1111]", "８.8.8.8"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_nor_is_what_is_no_plain_address(address: str) -> None:
    assert not is_public(address)


V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
SPECIAL_V4 = st.sampled_from(
    [
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
    ]
).flatmap(lambda name: st.integers(0, 2**32 - 1).map(lambda n: _within(name, n)))
V6 = st.integers(0, 2**128 - 1).map(IPv6Address)


def _within(network: str, number: int) -> IPv4Address:
    inside = ip_network(network)
    return IPv4Address(int(inside.network_address) + number % inside.num_addresses)


def embeddings(address: IPv4Address) -> list[IPv6Address]:
    """Return the addresses of IPv6 that lead to *address* by some mechanism or other."""
    number = int(address)
    return [
        IPv6Address(number),  # compatible
        IPv6Address(0xFFFF << 32 | number),  # mapped
        IPv6Address(0xFFFF << 48 | number),  # translated
        IPv6Address(0x64FF9B << 96 | number),  # NAT64
        IPv6Address(0x64FF9B0001 << 80 | number),  # NAT64 inside
        IPv6Address(0x2002 << 112 | number << 80 | 1),  # 6to4
        IPv6Address(0x20010000 << 96 | number << 64),  # the server of Teredo
        IPv6Address(0x20010000 << 96 | number ^ 0xFFFFFFFF),  # the client of Teredo
        IPv6Address(0xFE80 << 112 | 0x5EFE << 32 | number),  # ISATAP
    ]


def is_special(address: IPv4Address | IPv6Address) -> bool:
    flags = (
        *(address.is_private, address.is_loopback, address.is_link_local, address.is_multicast),
        *(address.is_reserved, address.is_unspecified, not address.is_global),
    )
    return any(flags) or (isinstance(address, IPv6Address) and address.is_site_local)


@given(st.one_of(V4, SPECIAL_V4, V6))
def test_nothing_special_is_public(address: IPv4Address | IPv6Address) -> None:
    assert not (is_public(str(address)) and is_special(address))
    assert not (is_public(address.exploded) and is_special(address))


@given(st.one_of(V4, SPECIAL_V4))
def test_no_address_of_ipv4_is_reached_by_way_of_ipv6(address: IPv4Address) -> None:
    assert not any(map(is_public, map(str, embeddings(address))))


# URLs

HOME = "https://www.turbotext.ru"
HOSTS = ResultOrigins(
    base_url=HOME, further=["cdn.example.org", "store.example.org:8443", "[2606:4700::1]"]
)
LOCAL = ResultOrigins(base_url="http://127.0.0.1:8001", further=["cdn.example.org"])


@pytest.mark.parametrize(
    "url, at_home",
    [
        ("https://www.turbotext.ru/uploads/1.png?a=b", True),
        ("https://www.turbotext.ru:443/1.png", True),
        ("HTTPS://WWW.TurboText.ru/1.png", True),
        ("https://cdn.example.org/1.png", False),
        ("https://store.example.org:8443/1.png", False),
        ("https://[2606:4700:0::1]/1.png", False),
    ],
)
def test_the_service_and_the_hosts_on_the_list_are_allowed(url: str, *, at_home: bool) -> None:
    source = HOSTS.source(url)

    assert source.is_home is at_home
    assert source.loopback_port is None


@pytest.mark.parametrize(
    "url",
    [
        "http://www.turbotext.ru/1.png",
        "https://www.turbotext.ru:8443/1.png",
        "https://turbotext.ru/1.png",
        "https://www.turbotext.ru.example.com/1.png",
        "https://www.turbotext.ru./1.png",
        "https://evil.example.com/1.png",
        "https://store.example.org/1.png",
        "http://cdn.example.org/1.png",
        "https://cdn.example.org:8443/1.png",
        "https://user:word@www.turbotext.ru/1.png",
        "https://www.turbotext.ru@evil.example.com/1.png",
        "https://:word@www.turbotext.ru/1.png",
        "https://www.turbotext.ru\\@evil.example.com/1.png",
        "https://evil.example.com\\@www.turbotext.ru/1.png",
        "https://evil.example.com#@www.turbotext.ru/1.png",
        "https://evil.example.com?@www.turbotext.ru/1.png",
        "https://www.turbotext.ru%2eevil.example.com/1.png",
        "https://www.turbotext.ru:99999/1.png",
        "https://www.turbotext.ru:x/1.png",
        "//www.turbotext.ru/1.png",
        "/1.png",
        "https:///1.png",
        "https://[::1/1.png",
        "ftp://www.turbotext.ru/1.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/",
        "",
    ],
)
def test_no_other_place_is(url: str) -> None:
    with pytest.raises(ProviderBadResponse) as caught:
        HOSTS.source(url)

    assert "1.png" not in caught.value.detail


PIECES = st.sampled_from(
    [
        *("https://", "http://", "https:", "//", "www.turbotext.ru", "cdn.example.org"),
        *("evil.test", "127.0.0.1", "user", "443", "8443", "@", ":", "\\", "/", "#", "?", "."),
        *("%2e", "%40", "\t", "\n", " ", "[", "]", "\u3002", "\u2100"),
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join))
@example("https://www.turbotext.ru\t/1.png")
def test_whatever_a_url_looks_like_it_leads_to_a_listed_host(rest: str) -> None:
    for url in (rest, f"https://{rest}"):
        with suppress(ProviderBadResponse):
            parts = urlsplit(HOSTS.source(url).url)
            assert parts.scheme == "https"
            assert parts.netloc in {"www.turbotext.ru", "cdn.example.org"}


def test_a_service_on_this_machine_is_exactly_its_own_port() -> None:
    source = LOCAL.source("http://127.0.0.1:8001/1.png")

    assert (source.is_home, source.loopback_port) == (True, 8001)
    assert LOCAL.source("https://cdn.example.org/1.png").loopback_port is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8002/1.png",
        "http://127.0.0.1/1.png",
        "https://127.0.0.1:8001/1.png",
        "http://127.0.0.2:8001/1.png",
        "http://localhost:8001/1.png",
        "http://2130706433:8001/1.png",
        "http://0x7f000001:8001/1.png",
        "http://017700000001:8001/1.png",
        "http://0177.0.0.1:8001/1.png",
        "http://127.1:8001/1.png",
        "http://[::1]:8001/1.png",
        "http://[::ffff:127.0.0.1]:8001/1.png",
        "http://0.0.0.0:8001/1.png",
        "http://cdn.example.org/1.png",
    ],
)
def test_and_nothing_else_of_this_machine(url: str) -> None:
    with pytest.raises(ProviderBadResponse):
        LOCAL.source(url)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[fd00::1]"),
        *("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "cdn.1"),
    ],
)
def test_addresses_inside_do_not_pass_even_if_listed(host: str) -> None:
    listed = ResultOrigins(base_url=HOME, further=[host])

    with pytest.raises(ProviderBadResponse, match="inside"):
        listed.source(f"https://{host}/1.png")


def test_nor_does_a_base_url_with_such_an_address_make_them_pass() -> None:
    with pytest.raises(ProviderBadResponse, match="inside"):
        ResultOrigins(base_url="https://10.0.0.1").source("https://10.0.0.1/1.png")


def test_hosts_are_listed_by_name_and_port() -> None:
    assert check_origins(["CDN.example.org", "a-b.example.org:8443"]) == {
        ("https", "cdn.example.org", 443),
        ("https", "a-b.example.org", 8443),
    }


@pytest.mark.parametrize(
    "name",
    [
        *("", "*.example.org", "https://example.org", "example.org/", "example.org/x"),
        *("user@example.org", "example.org:0", "example.org:99999", "example.org:", "a b"),
        *("example.org.", "[::1", "example.org?x", "example.org#x", "пример.рф", "a\n"),
    ],
)
def test_what_is_no_host_is_not_taken_for_one(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_origins([name])
