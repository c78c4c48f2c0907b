from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.first_slots import slot_at_first
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import CHANGED, differences, plain, with_secrets
from tests.contract.samples import NOON
from tests.contract.strategies import SLOT_CHANGES

SETTINGS = st.dictionaries(st.sampled_from(["prompt", "model"]), st.integers(0, 1))
FIRST = slot_at_first(SLOT_IDS[0], at=NOON, by="setup")
STATES = st.builds(
    lambda changes, settings, password, key: evolve(
        FIRST,
        **{**changes, "gallery_key": key},
        settings=settings,
        ingest_password_hash=password,
    ),
    SLOT_CHANGES,
    SETTINGS,
    st.sampled_from([None, "$a", "$b"]),
    st.sampled_from([None, "$k"]),
)


@given(STATES, STATES)
def test_the_differences_are_what_leads_from_one_to_the_other(old: Slot, new: Slot) -> None:
    told = differences(old, new)
    values = plain(old)
    for name, change in told.items():
        if not isinstance(change, dict):
            assert change == CHANGED
        elif name.startswith("settings."):
            assert change["old"] != change["new"]
            values["settings"][name.removeprefix("settings.")] = change["new"]
        else:
            assert change["old"] == values[name] != change["new"]
            values[name] = change["new"]
    values["settings"] = {k: v for k, v in values["settings"].items() if v is not None}
    assert values == plain(new)
    is_same = old.ingest_password_hash == new.ingest_password_hash
    assert ("ingest_password" in told) is not is_same
    assert ("gallery_key" in told) is (old.gallery_key != new.gallery_key)


@given(STATES, STATES)
def test_no_secret_is_told(old: Slot, new: Slot) -> None:
    assert "$" not in str(differences(old, new)) + str(plain(new))


@given(STATES, STATES)
def test_secrets_are_put_in_or_left_out(slot: Slot, other: Slot) -> None:
    assert plain(with_secrets(slot, of=other)) == plain(slot)
    assert with_secrets(slot, of=other).ingest_password_hash == other.ingest_password_hash
    bare = with_secrets(slot, of=None)
    assert (bare.ingest_password_hash, bare.gallery_key) == (None, None)


@given(STATES)
def test_a_slot_that_is_swapped_twice_is_as_it_was(slot: Slot) -> None:
    there, back = slot.swapped(), slot.swapped().swapped()

    assert back == slot
    if slot.fallback is not None:
        assert there.route.settings == slot.fallback.settings
        assert there.fallback is not None
        assert (there.fallback.operation, there.fallback.share) == (
            slot.operation,
            slot.fallback.share,
        )
