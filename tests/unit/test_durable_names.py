"""Names that files get at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photochanger_adapters.durable import names


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    draft = tmp_path / "draft"
    draft.write_text("new")
    return draft


def test_a_name_that_somebody_has_taken_stays_his(draft: Path) -> None:
    path = draft.with_name("path")
    path.write_text("old")
    with pytest.raises(FileExistsError):
        names.publish(draft, path, replace=False)
    assert (path.read_text(), draft.read_text()) == ("old", "new")
    names.publish(draft, path, replace=True)
    assert path.read_text() == "new"
    assert not draft.exists()


def test_a_name_is_taken_only_if_there_is_a_file_for_it(draft: Path) -> None:
    path = draft.with_name("path")
    names.publish(draft, path, replace=False)
    assert path.read_text() == "new"
    with pytest.raises(FileNotFoundError):
        names.publish(draft, path.with_name("other"), replace=False)
    assert [*path.parent.iterdir()] == [path]


def test_only_files_are_replaced(draft: Path) -> None:
    pipe, folder, link = (draft.with_name(name) for name in ("pipe", "folder", "link"))
    os.mkfifo(pipe)
    folder.mkdir()
    link.symlink_to(draft)
    for path in (pipe, folder, link):
        with pytest.raises(names.NoRegularFile):
            names.publish(draft, path, replace=True)
    assert draft.read_text() == "new"
