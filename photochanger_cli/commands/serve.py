"""Run the server until it is told to leave."""

from __future__ import annotations

import argparse
import socket
from typing import Final

import structlog

from photochanger_adapters.system.logs import configure_logging
from photochanger_cli.locale import phrase
from photochanger_cli.server import check_interpreter, listen, running_server
from photochanger_cli.settings import ServerSettings, load_service_manager, load_settings
from photochanger_cli.signals import told_to_leave

log: Final = structlog.stdlib.get_logger("photochanger.cli")

_SOME_ADDRESS: Final = ("192.0.2.1", 9)
"""Nobody's, kept for documentation (RFC 5737)."""


async def run(_: argparse.Namespace) -> int:
    """Serve; 0 after SIGTERM or Ctrl-C."""
    settings = load_settings()
    check_interpreter()
    configure_logging(settings.log_format)
    manager = load_service_manager()
    with listen(settings.host, settings.port) as sock, told_to_leave() as told:
        log.info("starting", database=settings.database, owner=settings.owner)
        async with manager.watched(), running_server(settings, sock):
            print(phrase("serve.ready", url=_url(settings)), flush=True)
            manager.ready()
            await told.wait()
            log.info("leaving")
            manager.leaving()
    return 0


def _url(settings: ServerSettings) -> str:
    """Return where the server is reached, told to people."""
    if settings.public_base_url is not None:
        return settings.public_base_url
    host = _own_address() if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - not to listen
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _own_address() -> str:
    """Return the address of this machine that others would see; nothing is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOME_ADDRESS)
        except OSError:  # no network
            return "127.0.0.1"
        return str(probe.getsockname()[0])
