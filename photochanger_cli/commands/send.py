"""Send a photo as a booth does, and save the picture."""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path

from photochanger_cli.booth import BoothAnswer, BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from photochanger_cli.failures import CommandFailed
from photochanger_cli.settings import load_send_password
from photochanger_cli.typed_secrets import TYPED_IN, type_in
from photochanger_core.domain.errors import JobNotFound
from photochanger_core.domain.ids import job_id


async def run(arguments: argparse.Namespace) -> int:
    """Send the photo, save the picture and tell where it is."""
    photo = await booth_photo(
        arguments.photo,
        password=_password(arguments.password),
        idempotency_key=arguments.idempotency_key,
    )
    answer = await send_as_booth(Server.at(arguments.url), arguments.slot, photo)
    path = await save_picture(answer, arguments.out or Path(picture_name(answer)))
    for name, value in {"picture": str(path), **_told(answer)}.items():
        print(f"{name:8} {value}")
    return 0


def _told(answer: BoothAnswer) -> dict[str, str]:
    """Return what the answer says of its picture."""
    headers = answer.head.headers
    told = {
        "job": headers.get("x-job-id", "not told"),
        "link": headers.get("x-result-url", "not told"),
    }
    if "x-photochanger-degraded" in headers:
        told["degraded"] = f"the photo itself: {headers['x-photochanger-degraded']}"
    if headers.get("idempotent-replayed") == "true":
        told["replayed"] = "the picture was there already"
    return told


def _password(given: str | None) -> str | None:
    if given == TYPED_IN:
        return type_in("ingest password")
    return load_send_password() if given is None else given


async def booth_photo(
    path: Path, *, password: str | None, idempotency_key: str | None = None
) -> BoothPhoto:
    """Return the photo in the file at *path*, taken now.

    Raises:
        CommandFailed: If there is none.
    """
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise CommandFailed(f"{path}: {error.strerror}") from error
    return BoothPhoto.of(
        content, time=int(time.time()), password=password, idempotency_key=idempotency_key
    )


def picture_name(answer: BoothAnswer) -> str:
    """Return a name for the file of the picture that was answered: that of its job.

    Raises:
        CommandFailed: If there is no picture.
    """
    extension = answer.picture().extension
    try:
        return f"{job_id(answer.head.headers.get('x-job-id', ''))}.{extension}"
    except JobNotFound:
        return f"picture.{extension}"


async def save_picture(answer: BoothAnswer, path: Path) -> Path:
    """Write the picture that was answered to *path* and return that.

    Raises:
        CommandFailed: If there is no picture, or it cannot be written.
    """
    answer.picture()
    try:
        await asyncio.to_thread(path.write_bytes, answer.body)
    except OSError as error:
        raise CommandFailed(f"{path}: {error.strerror}") from error
    return path
