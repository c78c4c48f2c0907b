"""`template.KIND=FILE` on the command line: pictures that become templates of a slot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaKind, TemplateMedia
from photochanger_core.domain.picture import sniff
from photochanger_core.use_cases.register_template import RegisterTemplate

from .failures import BadUsage, CommandFailed

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
        BadUsage: If there is no such kind.
        CommandFailed: If a file cannot be read, or is no picture.
        CoreError: If it cannot be registered.
    """
    templates = {template.media_kind: template for template in bound}
    for name, path in files.items():
        kind = _kind(name)
        if path is None:
            templates.pop(kind, None)
        else:
            media_id = await _registered(Path(path), register, by)
            templates[kind] = TemplateMedia(media_kind=kind, media_object_id=media_id)
    return list(templates.values())


def _kind(name: str) -> MediaKind:
    try:
        return MediaKind(name)
    except ValueError:
        raise BadUsage(f"{PREFIX}{name}: must be one of {', '.join(MediaKind)}") from None


async def _registered(path: Path, register: RegisterTemplate, by: Actor) -> MediaId:
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise CommandFailed(f"{path}: {error.strerror}") from error
    media_type = sniff(content)
    if media_type is None:
        raise CommandFailed(f"{path} is no JPEG, PNG or WebP")
    registered = await register(BytesBlob(content, media_type), name=str(path), by=by)
    return registered.media.media_id
