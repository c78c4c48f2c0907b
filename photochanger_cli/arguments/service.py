"""Commands that run something."""

from __future__ import annotations

from pathlib import Path

from photochanger_cli.locale import phrase
from photochanger_cli.variables import base_url, key, seconds, whole

from .declaring import Commands, add_command, add_json, add_slot, told_by


def add_demo(commands: Commands) -> None:
    """Add `demo`."""
    command = add_command(
        commands, "demo", phrase("help.demo"), examples=["photochanger demo --once"]
    )
    command.add_argument("--once", action="store_true", help=phrase("help.demo.once"))


def add_serve(commands: Commands) -> None:
    """Add `serve`."""
    add_command(
        commands,
        "serve",
        phrase("help.serve"),
        phrase("help.serve.more"),
        examples=["PHOTOCHANGER_PORT=8080 photochanger serve"],
    )


def add_simulate(commands: Commands) -> None:
    """Add `simulate`."""
    command = add_command(
        commands,
        "simulate",
        phrase("help.simulate"),
        examples=["photochanger simulate --provider turbotext --delay 5 --fault http_500"],
    )
    command.add_argument(
        "--provider",
        choices=["gemini", "turbotext"],
        default="gemini",
        help=phrase("help.simulate.provider"),
    )
    command.add_argument(
        "--port", type=told_by(whole(0, 65535)), default=8090, help=phrase("help.simulate.port")
    )
    command.add_argument(
        "--delay",
        type=told_by(seconds),
        default=0.0,
        metavar="SECONDS",
        help=phrase("help.simulate.delay"),
    )
    command.add_argument("--fault", metavar="NAME", help=phrase("help.simulate.fault"))
    command.add_argument("--stage", help=phrase("help.simulate.stage"))
    command.add_argument("--url", help=phrase("help.simulate.url"))


def add_send(commands: Commands) -> None:
    """Add `send`."""
    command = add_command(
        commands,
        "send",
        phrase("help.send"),
        phrase("help.send.more"),
        examples=[
            "photochanger send photo.jpg --slot slot-001 --url http://127.0.0.1:8000 --password -"
        ],
    )
    command.add_argument("photo", type=Path, metavar="PHOTO", help=phrase("help.send.photo"))
    add_slot(command, "slot-001 ... slot-015", required=True)
    command.add_argument(
        "--url", type=told_by(base_url), required=True, help=phrase("help.send.url")
    )
    command.add_argument("--password", help=phrase("help.send.password"))
    command.add_argument(
        "--idempotency-key", type=told_by(key), metavar="KEY", help=phrase("help.send.key")
    )
    command.add_argument("--out", type=Path, metavar="FILE", help=phrase("help.send.out"))
    add_json(command)
