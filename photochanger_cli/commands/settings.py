"""Show or change what holds for all slots."""

from __future__ import annotations

import argparse
import json

import attrs

from photochanger_cli.assignments import values_of
from photochanger_cli.locale import phrase
from photochanger_cli.settings import load_settings
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.settings import Settings


async def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say."""
    changes = values_of(arguments.changes) if arguments.action == "set" else {}
    async with open_ports(load_settings()) as ports:
        if arguments.action == "get":
            _tell(await ports.settings.read(), as_json=arguments.json)
        else:
            await UseCases.over(ports).configure_settings(changes, by=Actor(name="cli"))
            print(phrase("settings.changed", what=", ".join(changes)))
    return 0


def _tell(settings: Settings, *, as_json: bool) -> None:
    """Show the settings: of the ingest password only whether there is one."""
    shown = attrs.asdict(settings, filter=attrs.filters.exclude("ingest_password_hash"))
    shown["ingest_password_set"] = settings.ingest_password_hash is not None
    if as_json:
        print(json.dumps(shown))
        return
    for name, value in shown.items():
        print(f"{name} = {json.dumps(value)}")
