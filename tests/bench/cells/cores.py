"""What more cores are good for: one server on one core, on all of them, and two servers.

Previews are made in all three. Clients, provider and database have to share the cores with the
servers, so what a second core brings is less than it would be were they elsewhere.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from attrs import evolve

from tests.bench.gateways import Gateway
from tests.bench.photos import USUAL
from tests.bench.product import Product
from tests.bench.proxy import before, nginx
from tests.bench.session import Measured, Session
from tests.bench.slots import PLAIN

_CLIENTS = 15
_FASTEST = 200


def measure(session: Session, measured: Measured) -> dict[str, float]:
    """Return photos a second in each case; nan where there is no nginx. Only for the product."""
    starts = measured.starts
    if not isinstance(starts, Product):
        return {}
    return {
        "one core": _of_one_core(session, starts),
        "all cores": _photos_per_second(session, measured.gateway),
        "two servers": _of_two(session, starts),
    }


def _of_one_core(session: Session, starts: Product) -> float:
    with ExitStack() as stack:
        with _on_one_core():
            server = stack.enter_context(starts.started())
        return _photos_per_second(session, server)


def _of_two(session: Session, starts: Product) -> float:
    program = nginx()
    if program is None:
        return math.nan
    with ExitStack() as stack:
        servers = [stack.enter_context(starts.started()) for _ in range(2)]
        ports = [server.port for server in servers]
        port = stack.enter_context(before(ports, program, session.folder))
        return _photos_per_second(session, *(evolve(server, port=port) for server in servers))


def _photos_per_second(session: Session, *gateways: Gateway) -> float:
    gateway, seconds = gateways[0], session.some(10, 3)
    session.send(gateway, USUAL, PLAIN, most=_CLIENTS, clients=_CLIENTS, each=1)
    _settle(gateways)
    most = seconds * _FASTEST
    told = session.send(gateway, USUAL, PLAIN, most=most, clients=_CLIENTS, seconds=seconds)
    _settle(gateways)
    return len(told.times) / told.seconds


def _settle(gateways: tuple[Gateway, ...]) -> None:
    for gateway in gateways:
        gateway.settle()
    gateways[0].clear()


@contextmanager
def _on_one_core() -> Iterator[None]:
    """Have processes that are started inside keep to one core."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, everywhere)
