from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Final

import pytest

from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_core.domain.picture import MediaType, sniff
from tests.pictures import picture

PAGE: Final = Path(__file__).parents[2] / "docs" / "embedding.md"
KEY: Final = "simulated-key"
SECONDS: Final = 60
RUN: Final = """
import runpy, sys
runpy.run_path(sys.argv.pop(1), run_name="__main__")
absent = {"aiopg", "psycopg2", "sqlalchemy", "PIL", "pebble", "argon2", "structlog", "aiohttp.web"}
assert not absent & set(sys.modules), absent & set(sys.modules)
"""
"""Runs a script as Python does, and checks what it needed."""


@pytest.fixture(scope="module")
def script() -> str:
    """The one script on the page."""
    (found,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    return str(found)


async def run(folder: Path, script: str, base_url: str) -> tuple[int | None, str]:
    """Run the script on the photo in *folder*; return its exit code and what it said."""
    (folder / "change.py").write_text(script, "utf-8")
    names = ["change.py", "photo.jpg", "picture.jpg"]
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-W", "error", "-c", RUN, *names, base_url],
        cwd=folder,
        env=os.environ | {"GEMINI_API_KEY": KEY},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, said.decode()


def test_the_script_is_short(script: str) -> None:
    assert len(script.splitlines()) <= 40


async def test_the_script_changes_a_photo_without_server_and_database(
    tmp_path: Path, script: str
) -> None:
    photo = picture(MediaType.JPEG)
    (tmp_path / "photo.jpg").write_bytes(photo)
    async with running_gemini_simulator(api_key=KEY) as simulator:
        assert await run(tmp_path, script, simulator.url) == (0, "")
        assert len(simulator.received) == 1
    changed = (tmp_path / "picture.jpg").read_bytes()
    assert sniff(changed) is not None
    assert changed != photo


async def test_the_script_says_what_went_wrong(tmp_path: Path, script: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(picture(MediaType.JPEG))
    async with running_gemini_simulator(api_key="another") as simulator:
        code, said = await run(tmp_path, script, simulator.url)
    assert code == 1
    assert "ProviderMisconfigured" in said
    assert KEY not in said
    assert not (tmp_path / "picture.jpg").exists()
