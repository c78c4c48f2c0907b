"""`template.KIND=FILE` on the command line: pictures that become templates of a slot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaKind, TemplateMedia
from photochanger_core.domain.picture import sniff
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.use_cases.register_template import RegisterTemplate

from .failures import BadUsage, CommandFailed, problem_of
from .language import spoken
from .locale import phrase
from .system_errors import why

_MAX_BYTES: Final = 20 * MEGABYTE

PREFIX: Final = "template."
"""Keys that begin so name a kind of template; their values are paths."""


async def with_files(
    bound: Sequence[TemplateMedia],
    files: Mapping[str, str | None],
    register: RegisterTemplate,
    *,
    by: Actor,
) -> list[TemplateMedia]:
    """Return *bound* with *files* in place of those of the same kinds, or behind them.

    Args:
        bound: The slot's templates.
        files: Paths by kind; None: the template of this kind is taken away.
        register: Takes the pictures in.
        by: Who registers them.

    Raises:
        BadUsage: If there is no such kind, or it is not clear which one is meant.
        CommandFailed: If a file cannot be read, or is no picture.
        CoreError: If it cannot be registered.
    """
    templates = list(bound)
    for name, path in files.items():
        kind = _kind(name)
        places = [at for at, template in enumerate(templates) if template.media_kind is kind]
        if len(places) > 1:
            raise BadUsage(phrase("template.several", key=PREFIX + name))
        at = places[0] if places else len(templates)
        templates[at : at + 1] = [] if path is None else [await _template(kind, path, register, by)]
    return templates


async def _template(
    kind: MediaKind, path: str, register: RegisterTemplate, by: Actor
) -> TemplateMedia:
    media_id = await _registered(Path(path), register, by)
    return TemplateMedia(media_kind=kind, media_object_id=media_id)


def _kind(name: str) -> MediaKind:
    try:
        return MediaKind(name)
    except ValueError:
        raise BadUsage(
            phrase("template.no_such_kind", key=PREFIX + name, kinds=", ".join(MediaKind))
        ) from None


async def _registered(path: Path, register: RegisterTemplate, by: Actor) -> MediaId:
    content = await asyncio.to_thread(_content, path)
    media_type = sniff(content)
    if media_type is None:
        raise CommandFailed(phrase("template.unknown_format", path=path))
    try:
        registered = await register(BytesBlob(content, media_type), name=str(path), by=by)
    except InvalidRequest as error:
        raise CommandFailed(f"{path}: {problem_of(error, spoken())}") from error
    return registered.media.media_id


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise CommandFailed(phrase("file.is_none", path=path))
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise CommandFailed(f"{path}: {why(error)}") from error
    if len(content) > _MAX_BYTES:
        raise CommandFailed(phrase("file.too_long", path=path, megabytes=_MAX_BYTES // MEGABYTE))
    return content
