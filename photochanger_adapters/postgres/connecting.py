"""From a connection string to a connection."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any, Final

import aiopg
import psycopg2
from psycopg2.extensions import parse_dsn

_LOCAL: Final = "/@"
"""First characters of a host that is a Unix socket."""


async def connect(dsn: str, **options: object) -> aiopg.Connection:
    """Return a connection; unlimited in time, so whoever asks sets the bound.

    aiopg watches one socket only, but libpq takes a new one for every address it tries. So each
    address is tried on its own, found out here and given as `hostaddr`, IPv4 first.

    Args:
        dsn: A libpq connection string or `postgresql://` URL.
        options: Server settings of the session.

    Raises:
        ValueError: If *dsn* is none; its text does not quote it.
        psycopg2.Error: What the addresses said.
        OSError: If a host has no address.
    """
    refusals = []
    for target in await _targets(parsed(dsn)):
        try:
            return await _connect(target, options)
        except psycopg2.OperationalError as error:
            refusals.append(str(error).strip())
    raise psycopg2.OperationalError("; ".join(refusals))


async def _connect(target: dict[str, Any], options: dict[str, object]) -> aiopg.Connection:
    ours = " ".join(f"-c {name}={value}" for name, value in options.items())
    target = {
        "application_name": "photochanger",
        **target,
        "options": f"{target.get('options', '')} {ours}".strip(),
    }
    return await aiopg.connect(
        enable_hstore=False,
        timeout=None,  # type: ignore[arg-type] # no bound of its own: the caller has one
        **target,
    )


def parsed(dsn: str) -> dict[str, Any]:
    """Return the parts of a libpq connection string or `postgresql://` URL.

    Raises:
        ValueError: If *dsn* is none; its text does not quote it.
    """
    try:
        return dict(parse_dsn(dsn))
    except psycopg2.ProgrammingError:
        raise ValueError("not a PostgreSQL connection string") from None


async def _targets(parts: dict[str, Any]) -> list[dict[str, Any]]:
    if "host" not in parts or "hostaddr" in parts:
        return [parts]
    targets: list[dict[str, Any]] = []
    for place in _places(parts["host"].split(","), parts.get("port", "").split(",")):
        targets += [parts | place | address for address in await _addresses(place["host"])]
    return targets


def _places(hosts: list[str], ports: list[str]) -> list[dict[str, str]]:
    if len(ports) != len(hosts):
        ports = ports[:1] * len(hosts)
    return [
        {"host": host, "port": port} if port else {"host": host}
        for host, port in zip(hosts, ports, strict=True)
    ]


async def _addresses(host: str) -> Iterable[dict[str, str]]:
    if not host or host[0] in _LOCAL or _is_address(host):
        return [{}]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    return [{"hostaddr": str(address[0])} for *_, address in found]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
