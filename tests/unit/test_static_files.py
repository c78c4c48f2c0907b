"""Files of pages, their addresses, and what refers to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import photochanger_web
from photochanger_web.static_files import FILES, VERSION, address, imported_by

TEMPLATES = Path(photochanger_web.__file__).parent / "templates"


def test_an_address_names_the_version() -> None:
    assert address("page.js") == f"/static/{VERSION}/page.js"
    with pytest.raises(KeyError):
        address("nothing.js")


def test_templates_name_no_file_without_its_version() -> None:
    named = {
        file.name: found
        for file in TEMPLATES.iterdir()
        if (found := re.findall(r"/static/[^\"']*", file.read_text(encoding="utf-8")))
    }

    assert named == {}, 'write {{ static("x.css") }} and {{ module("x.js") }}'


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
def test_modules_name_each_other_as_they_lie_there(name: str) -> None:
    text = FILES[name].body.decode()
    needed = imported_by(name)

    assert set(re.findall(r'from "\./([^"]+)"|import "\./([^"]+)"', text)) or not needed
    assert name not in needed
    assert set(needed) <= FILES.keys()
    assert text.count('from "') + text.count('import "') == len(
        re.findall(r'"\./[\w.]+";?$', text, re.MULTILINE)
    )


def test_all_that_a_page_needs_is_known() -> None:
    assert {"confirm.js", "dialog.js", "texts.js", "toast.js"} <= set(imported_by("page.js"))
    assert imported_by("texts.js") == []
