from __future__ import annotations

from photochanger_adapters.system.ntp import is_synchronised


def test_the_kernel_is_asked_and_nothing_is_set() -> None:
    assert is_synchronised() in (True, False, None)
