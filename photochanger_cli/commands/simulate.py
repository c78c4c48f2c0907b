"""Run a stand-in for Gemini on this machine."""

from __future__ import annotations

import argparse

from photochanger_adapters.simulators.gemini import Behaviour, running_gemini_simulator
from photochanger_cli.failures import BadUsage, CommandFailed
from photochanger_cli.signals import told_to_leave

_KEY = "simulated-key"


async def run(arguments: argparse.Namespace) -> int:
    """Run it; 0 after SIGTERM or Ctrl-C."""
    with told_to_leave() as told:
        try:
            async with running_gemini_simulator(
                port=arguments.port, api_key=_KEY, behaviour=_behaviour(arguments)
            ) as simulator:
                print("The stand-in for Gemini runs. To use it, set:")
                print(f"PHOTOCHANGER_GEMINI_BASE_URL={simulator.url}")
                print(f"PHOTOCHANGER_GEMINI_API_KEY={_KEY}", flush=True)
                await told.wait()
        except OSError as error:
            raise CommandFailed(f"cannot listen on port {arguments.port}: {error}") from error
    return 0


def _behaviour(arguments: argparse.Namespace) -> Behaviour:
    try:
        return Behaviour(delay_seconds=arguments.delay, fault=arguments.fault)
    except ValueError as error:
        raise BadUsage(str(error)) from error
