"""How thorough the tests of this folder are.

`pytest tests/property/test_provider_scripts.py --hypothesis-profile=thorough
--hypothesis-show-statistics` plays 10,000 scripts and tells how they ended.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

_HERE: Final = Path(__file__).parent

settings.register_profile("thorough", deadline=None, max_examples=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count no lines here: it doubles the time, and each that is run is run by other rings, too."""
    for item in items:
        if item.path.parent == _HERE:
            item.add_marker(pytest.mark.no_cover)
