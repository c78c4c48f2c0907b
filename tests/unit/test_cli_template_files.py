"""Files become templates of a slot."""

from __future__ import annotations

from pathlib import Path

import pytest

from photochanger_cli.failures import BadUsage, CommandFailed
from photochanger_cli.template_files import with_files
from photochanger_core.domain.account import Actor
from photochanger_core.domain.media import MediaKind, TemplateMedia
from tests.contract.samples import media_id
from tests.memory_world import MemoryWorld

PNG = b"\x89PNG\r\n\x1a\n"
BASE = TemplateMedia(media_kind=MediaKind.BASE, media_object_id=media_id(8))
STYLE = TemplateMedia(media_kind=MediaKind.STYLE, media_object_id=media_id(9))


async def changed(world: MemoryWorld, **files: Path | None) -> list[tuple[str, str]]:
    paths = {kind: None if path is None else str(path) for kind, path in files.items()}
    templates = await with_files(
        [BASE, STYLE], paths, world.use.register_template, by=Actor(name="test")
    )
    return [(template.media_kind, template.media_object_id) for template in templates]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "beach.png"
    path.write_bytes(PNG + b"a beach")
    return path


async def test_a_file_takes_the_place_of_its_kind(world: MemoryWorld, file: Path) -> None:
    assert await changed(world, base=file) == [("base", media_id(1)), ("style", media_id(9))]


async def test_a_new_kind_comes_last(world: MemoryWorld, file: Path) -> None:
    assert (await changed(world, face=file))[2] == ("face", media_id(1))


async def test_a_kind_is_taken_away(world: MemoryWorld) -> None:
    assert await changed(world, base=None, face=None) == [("style", media_id(9))]


async def test_it_is_not_guessed_which_of_several_is_meant(world: MemoryWorld, file: Path) -> None:
    register = world.use.register_template
    with pytest.raises(BadUsage, match="several of this kind"):
        await with_files([STYLE, BASE, STYLE], {"style": str(file)}, register, by=Actor(name="cli"))
    kept = await with_files([STYLE, BASE, STYLE], {"base": None}, register, by=Actor(name="cli"))
    assert kept == [STYLE, STYLE]


async def test_what_is_no_kind_is_refused(world: MemoryWorld, file: Path) -> None:
    with pytest.raises(BadUsage, match=r"template\.hat: must be one of style"):
        await changed(world, hat=file)


async def test_what_is_no_picture_is_refused(world: MemoryWorld, tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("text")
    with pytest.raises(CommandFailed, match="no JPEG, PNG or WebP"):
        await changed(world, style=text)
    with pytest.raises(CommandFailed, match="is no file"):
        await changed(world, style=tmp_path / "nowhere")
