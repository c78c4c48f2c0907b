"""Send a photo as a booth does, and save the picture."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path

import attrs
from attrs import frozen

from photochanger_cli.booth import BoothAnswer, BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from photochanger_cli.failures import CommandFailed
from photochanger_cli.locale import phrase
from photochanger_cli.settings import load_send_password
from photochanger_cli.system_errors import why
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
    sent = Sent.of(path, answer.head.headers)
    if arguments.json:
        print(json.dumps(attrs.asdict(sent)))
    else:
        _tell(sent)
    return 0


@frozen(kw_only=True)
class Sent:
    """What came back, and what the answer says of it.

    Attributes:
        picture: Where it was saved.
        job: None, as is the link: the answer does not tell.
        degraded: Why it is the photo itself; None: it is not.
        replayed: Whether it was there already.
    """

    picture: str
    job: str | None
    link: str | None
    degraded: str | None
    replayed: bool

    @classmethod
    def of(cls, path: Path, headers: Mapping[str, str]) -> Sent:
        """Return what *headers* say of the picture at *path*."""
        return cls(
            picture=str(path),
            job=headers.get("x-job-id"),
            link=headers.get("x-result-url"),
            degraded=headers.get("x-photochanger-degraded"),
            replayed=headers.get("idempotent-replayed") == "true",
        )


def _tell(sent: Sent) -> None:
    told = {
        phrase("send.picture"): sent.picture,
        phrase("send.job"): sent.job or phrase("send.not_told"),
        phrase("send.link"): sent.link or phrase("send.not_told"),
    }
    if sent.degraded is not None:
        told[phrase("send.degraded")] = phrase("send.photo_itself", why=sent.degraded)
    if sent.replayed:
        told[phrase("send.replayed")] = phrase("send.was_there")
    for name, value in told.items():
        print(f"{name:8} {value}")


def _password(given: str | None) -> str | None:
    if given == TYPED_IN:
        return type_in(phrase("typed.ingest_password"))
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
        raise CommandFailed(f"{path}: {why(error)}") from error
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
        raise CommandFailed(f"{path}: {why(error)}") from error
    return path
