"""What hypothesis draws from, in more than one test."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from tests.property.deeds import GOOD, OUTCOMES, Deed
from tests.property.forms import FLAWS, NAMES
from tests.property.sending import DISABLED, RICH, UNKNOWN, WINDOWS, Sending

SLOTS = st.sampled_from([*WINDOWS] * 6 + [DISABLED, UNKNOWN])
PAUSES = st.sampled_from([0.0, 0.0, 0.0, 0.5, 1.0, 2.0, 4.0])
LOOKING = st.sampled_from([0.0, 0.0, 0.5, 8.5, 9.5, 10.0])
ASKING = st.sampled_from([0.0, 0.5, 0.5, 3.0, 3.0, 9.5, 10.0, 35.0, 60.0])
LEAVING = st.none() | st.none() | st.integers(0, 12).map(lambda seconds: seconds + 0.3)
KEYS = st.sampled_from([None, None, None, "a", "b"])
ANY_OUTCOME = st.sampled_from(OUTCOMES)
GOOD_ONES = st.sampled_from(sorted(GOOD))
DEEDS = st.builds(Deed, ASKING, GOOD_ONES | ANY_OUTCOME)

_TRIES = st.integers(1, 6)
_SECONDS = st.integers(0, 5)
POLICIES = st.fixed_dictionaries(
    {
        "no_picture_tries": _TRIES,
        "no_picture_pause_seconds": _SECONDS,
        "error_tries": _TRIES,
        "error_pause_seconds": _SECONDS,
        "after_ambiguous": st.booleans(),
    }
)
FALLBACKS = st.fixed_dictionaries(
    {
        "provider": st.sampled_from(["first", "second"]),
        "operation": st.just("image_edit"),
        "settings": st.just({"model": "smaller"}),
        "share": st.sampled_from([20, 40, 60]),
    }
)
RICH_SLOTS: Final = st.sampled_from([*RICH])
OPTIONS: Final[st.SearchStrategy[dict[str, Any]]] = st.fixed_dictionaries(
    {},
    optional={
        "on_failure": st.sampled_from(["error", "original"]),
        "late_result": st.sampled_from(["drop", "keep"]),
        "retry": POLICIES,
        "fallback": st.none() | FALLBACKS,
        "dedupe_seconds": st.sampled_from([None, 0, 5]),
        "daily_call_limit": st.sampled_from([0, 8]),
    },
)
"""Changes of a slot."""


@st.composite
def sendings(draw: st.DrawFn) -> Sending:
    """Return photos to send, all with the same number."""
    is_flawed, is_test = draw(st.integers(0, 4)) == 4, draw(st.integers(0, 7)) == 7
    slot = draw(st.sampled_from([*WINDOWS]) if is_test else SLOTS)
    return Sending(
        number=0,
        slot=slot,
        names=tuple(draw(st.permutations(NAMES))),
        flaw=draw(st.sampled_from([*FLAWS])) if is_flawed and not is_test else None,
        untidy=draw(st.booleans()) and not is_flawed,
        pause=draw(PAUSES),
        looking=draw(LOOKING),
        asking=draw(ASKING),
        outcome=draw(GOOD_ONES if draw(st.integers(0, 2)) < 2 else ANY_OUTCOME),
        later=tuple(draw(st.lists(DEEDS, max_size=3))),
        leaves=draw(LEAVING),
        key=None if is_test else draw(KEYS),
        is_test=is_test,
    )
