"""Run a stand-in for a provider on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from photochanger_adapters.simulators import gemini, turbotext
from photochanger_adapters.simulators.running import RunningSimulator
from photochanger_adapters.simulators.turbotext_faults import STAGES, URL_ELSEWHERE
from photochanger_cli.failures import BadUsage, CommandFailed
from photochanger_cli.locale import phrase
from photochanger_cli.signals import told_to_leave
from photochanger_cli.system_errors import why

_KEY = "simulated-key"


async def run(arguments: argparse.Namespace) -> int:
    """Run it; 0 after SIGTERM or Ctrl-C."""
    provider: str = arguments.provider
    with told_to_leave() as told:
        async with AsyncExitStack() as stack:
            simulator = await _started(stack, arguments)
            print(phrase("simulate.runs", provider=provider.title()))
            print(f"PHOTOCHANGER_{provider.upper()}_BASE_URL={simulator.url}")
            print(f"PHOTOCHANGER_{provider.upper()}_API_KEY={_KEY}", flush=True)
            await told.wait()
    return 0


async def _started(
    stack: AsyncExitStack, arguments: argparse.Namespace
) -> RunningSimulator[Any, Any]:
    try:
        return await stack.enter_async_context(_running(arguments))
    except OSError as error:
        raise CommandFailed(
            phrase("server.cannot_listen", address=arguments.port, why=why(error))
        ) from error


def _running(
    arguments: argparse.Namespace,
) -> AbstractAsyncContextManager[RunningSimulator[Any, Any]]:
    """Return the stand-in that is asked for, not running yet.

    Raises:
        BadUsage: If it cannot behave as it is to.
    """
    given = {"delay_seconds": arguments.delay, "fault": arguments.fault}
    if arguments.provider == "gemini":
        _check_fault(arguments.fault, gemini.Behaviour.faults)
        return gemini.running_gemini_simulator(
            port=arguments.port, api_key=_KEY, behaviour=gemini.Behaviour(**given)
        )
    _check_fault(arguments.fault, turbotext.Behaviour.faults)
    _check_place(arguments)
    behaviour = turbotext.Behaviour(**given, stage=arguments.stage, url=arguments.url)
    return turbotext.running_turbotext_simulator(
        port=arguments.port, api_key=_KEY, behaviour=behaviour
    )


def _check_fault(fault: str | None, faults: Collection[str]) -> None:
    if fault is not None and fault not in faults:
        known = ", ".join(sorted(faults))
        raise BadUsage(phrase("simulate.no_such_fault", fault=fault, faults=known))


def _check_place(arguments: argparse.Namespace) -> None:
    """Check that the fault of Turbotext, if there is any, can happen where it is to."""
    fault = arguments.fault
    if fault is None:
        return
    if arguments.stage not in (None, *STAGES[fault]):
        stages = ", ".join(STAGES[fault])
        raise BadUsage(phrase("simulate.no_such_stage", fault=fault, stages=stages))
    if fault == URL_ELSEWHERE and not arguments.url:
        raise BadUsage(phrase("simulate.url_missing", fault=fault))
