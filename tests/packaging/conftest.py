from __future__ import annotations

from pathlib import Path

import pytest

from .distributions import NoRepository, build, copy_tree, unpack


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return copy_tree(tmp_path_factory.mktemp("tree"))
    except NoRepository:
        pytest.skip("no repository to compare with")


@pytest.fixture(scope="session")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tree, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def unpacked(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    sdist = build("sdist", tree, tmp_path_factory.mktemp("sdist"))
    return unpack(sdist, tmp_path_factory.mktemp("unpacked"))
