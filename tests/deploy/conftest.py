from __future__ import annotations

from collections.abc import Iterator

import pytest

from .image import Image, built_image


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    with built_image(tmp_path_factory.mktemp("images")) as built:
        yield built
