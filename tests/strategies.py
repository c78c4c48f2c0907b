"""What hypothesis draws from, in more than one test."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.property.forms import FLAWS, NAMES
from tests.property.sending import DISABLED, OUTCOMES, UNKNOWN, WINDOWS, Sending

SLOTS = st.sampled_from([*WINDOWS] * 8 + [DISABLED, UNKNOWN])
PAUSES = st.sampled_from([0.0, 0.0, 0.0, 0.5, 1.0, 2.0, 4.0])
LOOKING = st.sampled_from([0.0, 0.0, 0.5, 9.5, 10.0])
ASKING = st.sampled_from([0.0, 0.5, 3.0, 9.5, 10.0, 35.0, 60.0])
LEAVING = st.none() | st.none() | st.integers(0, 12).map(lambda seconds: seconds + 0.3)


@st.composite
def sendings(draw: st.DrawFn) -> Sending:
    """Return photos to send, all with the same number."""
    is_flawed, is_answered = draw(st.integers(0, 4)) == 4, draw(st.integers(0, 2)) < 2
    return Sending(
        number=0,
        slot=draw(SLOTS),
        names=tuple(draw(st.permutations(NAMES))),
        flaw=draw(st.sampled_from([*FLAWS])) if is_flawed else None,
        pause=draw(PAUSES),
        looking=draw(LOOKING),
        asking=draw(ASKING),
        outcome="changed" if is_answered else draw(st.sampled_from([*OUTCOMES])),
        leaves=draw(LEAVING),
    )
