"""How thorough the tests of this folder are.

`pytest tests/property/test_provider_scripts.py --hypothesis-profile=thorough
--hypothesis-show-statistics` plays 10,000 scripts and tells how they ended.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("thorough", deadline=None, max_examples=10_000)
