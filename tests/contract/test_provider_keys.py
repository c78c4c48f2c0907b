"""What every `ProviderKeysPort` promises."""

from __future__ import annotations

from photochanger_core.domain.provider_key import Sealed, StoredKey
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .samples import NOON, TICK
from .test_settings_repo import change

ONE, TWO = (Sealed(ciphertext=text, key_id=f"by {text}") for text in ("gAAAAA-_=", "gBBBBB"))


async def test_where_none_was_set_there_is_none(provider_keys: ProviderKeysPort) -> None:
    assert await provider_keys.get("gemini") is None
    assert await provider_keys.all() == {}


async def test_keys_come_back_as_they_were_sealed_and_with_their_time(
    settings_repo: SettingsRepoPort, provider_keys: ProviderKeysPort
) -> None:
    await change(settings_repo, {}, {"gemini": ONE})
    await change(settings_repo, {}, {"turbotext": TWO}, ticks=1)

    assert await provider_keys.get("gemini") == StoredKey(sealed=ONE, updated_at=NOON)
    assert await provider_keys.all() == {
        "gemini": StoredKey(sealed=ONE, updated_at=NOON),
        "turbotext": StoredKey(sealed=TWO, updated_at=NOON + TICK),
    }


async def test_a_key_is_replaced_or_removed_and_others_stay(
    settings_repo: SettingsRepoPort, provider_keys: ProviderKeysPort
) -> None:
    await change(settings_repo, {}, {"gemini": ONE, "turbotext": ONE})
    await change(settings_repo, {}, {"gemini": TWO, "turbotext": None}, ticks=1)
    await change(settings_repo, {}, {"turbotext": None}, ticks=2)

    assert await provider_keys.all() == {"gemini": StoredKey(sealed=TWO, updated_at=NOON + TICK)}


async def test_a_key_is_resealed_without_counting_as_changed(
    settings_repo: SettingsRepoPort, provider_keys: ProviderKeysPort
) -> None:
    await change(settings_repo, {}, {"gemini": ONE})
    before = await settings_repo.stored()

    assert await provider_keys.reseal("gemini", old=ONE, new=TWO)

    assert await provider_keys.get("gemini") == StoredKey(sealed=TWO, updated_at=NOON)
    assert await settings_repo.stored() == before


async def test_a_key_that_was_changed_meanwhile_is_not_resealed(
    settings_repo: SettingsRepoPort, provider_keys: ProviderKeysPort
) -> None:
    await change(settings_repo, {}, {"gemini": TWO})

    assert not await provider_keys.reseal("gemini", old=ONE, new=ONE)
    assert not await provider_keys.reseal("turbotext", old=ONE, new=ONE)

    assert await provider_keys.all() == {"gemini": StoredKey(sealed=TWO, updated_at=NOON)}
