"""Changes as events."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.changes import Change
from photochanger_web.event_stream import EVENT_NAMES, encoded


def test_every_change_has_a_name() -> None:
    assert set(EVENT_NAMES) == set(Change.__subclasses__())
    assert len(set(EVENT_NAMES.values())) == len(EVENT_NAMES)


@pytest.mark.parametrize("kind", EVENT_NAMES)
@given(data=st.data())
def test_an_event_is_two_lines_and_an_empty_one(kind: type[Change], data: st.DataObject) -> None:
    change = data.draw(st.from_type(kind))
    name, said, *rest = encoded(change).decode().split("\n")

    assert (name, rest) == (f"event: {EVENT_NAMES[kind]}", ["", ""])
    assert kind(**json.loads(said.removeprefix("data: "))) == change


def test_a_sign_of_life_is_a_comment() -> None:
    assert encoded(None) == b":\n\n"
