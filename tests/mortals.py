"""What happens to those whom the modes of files concern: to everybody but root."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_Value = TypeVar("_Value")

_DAC_OVERRIDE: Final = 1
_DAC_READ_SEARCH: Final = 2
_PR_CAPBSET_DROP: Final = 24
_VERSION_3: Final = 0x20080522


def as_mortal(call: Callable[[], _Value]) -> _Value:
    """Return what *call* does where files are closed that are closed, also to root.

    It is called in a thread of its own, as that is whom Linux takes powers from; threads and
    programs that it starts have none either.
    """
    with ThreadPoolExecutor(1, initializer=_become_mortal) as thread:
        return thread.submit(call).result()


def _become_mortal() -> None:
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (_DAC_OVERRIDE, _DAC_READ_SEARCH):  # of programs that it starts
        _checked(libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0))
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    words = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the upper halves
    _checked(libc.capget(header, words))
    for place in range(3):
        words[place] &= ~(1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH)
    _checked(libc.capset(header, words))


def _checked(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "root cannot do without its powers here")
