"""Show or change who may log in."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Final

from photochanger_cli.locale import phrase
from photochanger_cli.settings import load_settings
from photochanger_cli.typed_secrets import type_in
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Account, Actor
from photochanger_web.address import address_as_counted

_BY: Final = Actor(name="cli")


async def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say."""
    settings = load_settings()
    password = (
        type_in(phrase("typed.password"), twice=True) if arguments.action == "set-password" else ""
    )
    async with open_ports(settings) as ports:
        use_cases = UseCases.over(ports)
        match arguments.action:
            case "list":
                _tell(await use_cases.read_accounts(), as_json=arguments.json)
            case "set-password":
                await _set_password(use_cases, arguments.name, password, create=arguments.create)
            case "log-out":
                await _log_out(use_cases, arguments.name)
            case _:
                await _unlock(use_cases, arguments.who)
    return 0


async def _set_password(use_cases: UseCases, name: str, password: str, *, create: bool) -> None:
    await use_cases.set_account_password(name, password, by=_BY, create=create)
    print(phrase("admin.new_password", name=name))


async def _log_out(use_cases: UseCases, name: str) -> None:
    await use_cases.log_out.everywhere(name, by=_BY)
    print(phrase("admin.logged_out", name=name))


async def _unlock(use_cases: UseCases, who: str) -> None:
    who = address_as_counted(who) or who
    forgotten = await use_cases.unlock_login(who, by=_BY)
    print(phrase("admin.unlocked", who=who, count=forgotten))


def _tell(accounts: Sequence[Account], *, as_json: bool) -> None:
    if as_json:
        told = [{"username": one.name, "scopes": sorted(one.scopes)} for one in accounts]
        print(json.dumps(told))
        return
    for account in accounts:
        print(f"{account.name}  {' '.join(sorted(account.scopes))}")
