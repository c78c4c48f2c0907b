from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.errors import JobNotFound, SlotNotFound
from photochanger_core.domain.ids import SLOT_IDS, job_id, slot_id

UUID4 = "8c8d1f1e-5f0e-4b7a-9d53-0a1b2c3d4e5f"


def test_there_are_fifteen_slots() -> None:
    assert SLOT_IDS[0] == "slot-001"
    assert SLOT_IDS[-1] == "slot-015"
    assert len(set(SLOT_IDS)) == 15
    assert [slot_id(text) for text in SLOT_IDS] == list(SLOT_IDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "slot-000",
        "slot-016",
        "slot-1",
        "SLOT-001",
        "slot-001\n",
        " slot-001",
        "slot-٠٠١",
        "../",
    ],
)
def test_there_are_no_other_slots(text: str) -> None:
    with pytest.raises(SlotNotFound):
        slot_id(text)


@given(st.uuids(version=4))
def test_every_uuid4_is_the_id_of_a_job(value: uuid.UUID) -> None:
    assert job_id(str(value)) == str(value)


@given(st.text())
def test_nothing_else_is(text: str) -> None:
    with pytest.raises(JobNotFound):
        job_id(text)


@pytest.mark.parametrize(
    "text",
    [
        UUID4.upper(),
        UUID4.replace("-", ""),
        UUID4.replace("-4b7a-", "-1b7a-"),
        UUID4.replace("-9d53-", "-cd53-"),
        f"{{{UUID4}}}",
        f"urn:uuid:{UUID4}",
        f"{UUID4}\n",
        f" {UUID4}",
        f"{UUID4}/../x",
        UUID4.replace("8", "８"),
    ],
)
def test_only_the_canonical_form_is_an_id(text: str) -> None:
    with pytest.raises(JobNotFound):
        job_id(text)
