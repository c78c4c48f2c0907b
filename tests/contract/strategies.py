"""What is said to repositories at random."""

from __future__ import annotations

from attrs import fields_dict
from hypothesis import strategies as st

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.domain.settings import Settings

from .samples import NOON, TICK, done, job

# Tiny universes, so that things meet and edges are hit exactly.
MOMENTS = st.integers(0, 3).map(lambda n: NOON + n * TICK)
COUNTS = st.integers(0, 4)
NUMBERS = st.integers(1, 3)
SLOTS = st.sampled_from([*SLOT_IDS[:2], SlotId("slot-000")])
TEXTS = st.text(st.sampled_from("aЯ\0\ud83d\ude00%'\\\"🙂") | st.characters(), max_size=4)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e15, 1e15) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
JOBS = st.builds(
    job,
    NUMBERS,
    slot_id=st.sampled_from(SLOT_IDS[:2]),
    started_at=MOMENTS,
    lease_until=MOMENTS,
    metadata=st.dictionaries(TEXTS, TEXTS, max_size=2),
)
ENDS = st.builds(done, JOBS, MOMENTS, after=st.sampled_from([-1.0, 0.0, 0.0005])) | st.builds(
    Job.failed, JOBS, st.sampled_from(FailureReason), at=MOMENTS
)
CHANGES = st.dictionaries(
    st.sampled_from(sorted(fields_dict(Settings))), st.none() | COUNTS | TEXTS, max_size=3
)
