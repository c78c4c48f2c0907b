"""Encrypt secrets in the database anew."""

from __future__ import annotations

import argparse
import json

import attrs

from photochanger_cli.failures import CommandFailed
from photochanger_cli.locale import phrase
from photochanger_cli.settings import load_settings
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.use_cases.reseal_keys import Resealed


async def run(arguments: argparse.Namespace) -> int:
    """Encrypt everything with the first of the secret keys."""
    async with open_ports(load_settings()) as ports:
        done = await UseCases.over(ports).reseal_keys(by=Actor(name="cli"))
    if arguments.json:
        print(json.dumps(attrs.asdict(done)))
    else:
        what = ", ".join(done.resealed) or phrase("nothing")
        print(phrase("secrets.resealed", what=what))
    _check(done)
    return 0


def _check(done: Resealed) -> None:
    if done.unreadable:
        raise CommandFailed(phrase("secrets.unreadable", whose=", ".join(done.unreadable)))
