"""What every `SealsPort` promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.memory.seals import MemorySeals
from photochanger_adapters.security.seals import FernetSeals, new_secret_key
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.ports.seals import SealsPort

FERNET_KEYS = {name: new_secret_key() for name in ("old", "new", "another")}


def memory(*names: str) -> SealsPort:
    return MemorySeals(names)


def fernet(*names: str) -> SealsPort:
    return FernetSeals([FERNET_KEYS[name] for name in names])


@pytest.fixture(params=[memory, fernet], ids=["memory", "fernet"])
def seals_of(request: pytest.FixtureRequest) -> Callable[..., SealsPort]:
    """Return what makes seals of keys by their names."""
    make: Callable[..., SealsPort] = request.param
    return make


@pytest.mark.parametrize("seals_of", [memory, fernet])
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_is_opened(seals_of: Callable[..., SealsPort], text: str) -> None:
    seals = seals_of("new")

    assert seals.opened(seals.seal(text)) == text


def test_the_first_key_seals_and_all_of_them_open(seals_of: Callable[..., SealsPort]) -> None:
    before, both, after = seals_of("old"), seals_of("new", "old"), seals_of("new")
    old, new = before.seal("geheim"), both.seal("geheim")

    assert (both.opened(old), both.opened(new), after.opened(new)) == ("geheim",) * 3
    assert (old.key_id, new.key_id) == (before.key_id, after.key_id)
    assert both.key_id == after.key_id != before.key_id


def test_nobody_opens_with_another_key(seals_of: Callable[..., SealsPort]) -> None:
    assert seals_of("another").opened(seals_of("new", "old").seal("geheim")) is None


def test_what_was_changed_is_not_opened(seals_of: Callable[..., SealsPort]) -> None:
    seals = seals_of("new")
    sealed = seals.seal("geheim")

    for place in range(0, len(sealed.ciphertext), 7):
        other = "A" if sealed.ciphertext[place] != "A" else "B"
        text = sealed.ciphertext[:place] + other + sealed.ciphertext[place + 1 :]
        assert seals.opened(evolve(sealed, ciphertext=text)) is None


@pytest.mark.parametrize("text", ["", "nonsense", "::", "\ufffd"])
def test_what_is_no_seal_is_not_opened(seals_of: Callable[..., SealsPort], text: str) -> None:
    assert seals_of("new").opened(Sealed(ciphertext=text, key_id="new")) is None


def test_a_seal_shows_nothing_and_is_never_twice_the_same(
    seals_of: Callable[..., SealsPort],
) -> None:
    seals = seals_of("new")
    one, two = seals.seal("geheim"), seals.seal("geheim")

    assert one.ciphertext != two.ciphertext
    assert one.ciphertext.isascii()
    assert "geheim" not in one.ciphertext + one.key_id
    assert one.ciphertext not in repr(one)


def test_no_secret_key_is_shown() -> None:
    key = FERNET_KEYS["new"]
    seals = FernetSeals([key])

    assert key not in repr(seals) + seals.key_id
    assert seals.key_id not in key
