"""Run a stand-in for a provider on this machine."""

from __future__ import annotations

import argparse
from contextlib import AbstractAsyncContextManager
from typing import Any

from photochanger_adapters.simulators import gemini, turbotext
from photochanger_adapters.simulators.running import RunningSimulator
from photochanger_cli.failures import BadUsage, CommandFailed
from photochanger_cli.signals import told_to_leave

_KEY = "simulated-key"


async def run(arguments: argparse.Namespace) -> int:
    """Run it; 0 after SIGTERM or Ctrl-C."""
    provider: str = arguments.provider
    with told_to_leave() as told:
        try:
            async with _running(arguments) as simulator:
                print(f"The stand-in for {provider.title()} runs. To use it, set:")
                print(f"PHOTOCHANGER_{provider.upper()}_BASE_URL={simulator.url}")
                print(f"PHOTOCHANGER_{provider.upper()}_API_KEY={_KEY}", flush=True)
                await told.wait()
        except OSError as error:
            raise CommandFailed(f"cannot listen on port {arguments.port}: {error}") from error
    return 0


def _running(
    arguments: argparse.Namespace,
) -> AbstractAsyncContextManager[RunningSimulator[Any, Any]]:
    """Return the stand-in that is asked for, not running yet.

    Raises:
        BadUsage: If it cannot behave as it is to.
    """
    given = {"delay_seconds": arguments.delay, "fault": arguments.fault}
    try:
        if arguments.provider == "gemini":
            return gemini.running_gemini_simulator(
                port=arguments.port, api_key=_KEY, behaviour=gemini.Behaviour(**given)
            )
        behaviour = turbotext.Behaviour(**given, stage=arguments.stage, url=arguments.url)
        return turbotext.running_turbotext_simulator(
            port=arguments.port, api_key=_KEY, behaviour=behaviour
        )
    except ValueError as error:
        raise BadUsage(str(error)) from error
