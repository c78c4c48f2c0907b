"""What every `SlotRepoPort` promises."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from photochanger_core.domain.errors import MediaNotFound, SlotNotFound, VersionConflict
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.media import MediaKind, MediaUse, TemplateMedia
from photochanger_core.domain.picture import Fit
from photochanger_core.domain.retry import RetryPolicy
from photochanger_core.domain.route import Fallback
from photochanger_core.domain.slot import Gallery, LateResult, OnFailure, OutputFormat, Reply
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .samples import NOON, media, media_id

FIRST, SECOND = SLOT_IDS[:2]


async def test_a_new_installation_has_fifteen_slots_in_order(slots: SlotRepoPort) -> None:
    everything = await slots.all()

    assert [slot.slot_id for slot in everything] == list(SLOT_IDS)
    assert [slot.slot_id for slot in everything if slot.is_active] == [FIRST]
    assert all(slot.version == 1 for slot in everything)


async def test_a_slot_is_got_by_its_id(slots: SlotRepoPort) -> None:
    assert await slots.get(SECOND) == list(await slots.all())[1]


async def test_an_unknown_slot_is_not_found(slots: SlotRepoPort) -> None:
    unknown = SlotId("slot-016")
    with pytest.raises(SlotNotFound):
        await slots.get(unknown)
    with pytest.raises(SlotNotFound):
        await slots.save(evolve(await slots.get(FIRST), slot_id=unknown, version=2))


async def test_saving_replaces_every_field_of_one_slot(slots: SlotRepoPort) -> None:
    others = [slot for slot in await slots.all() if slot.slot_id != SECOND]
    changed = evolve(
        await slots.get(SECOND),
        display_name="Свадьба 100% '",
        provider="turbotext",
        operation="custom",
        settings={"prompt": "a\\b", "n": [1, 2.5, None, {"deep": True}]},
        is_active=True,
        size_limit_mb=20,
        sync_response_seconds=30,
        ingest_password_hash="$argon2id$…",
        ingest_password_required=False,
        max_input_edge=2048,
        output_format=OutputFormat.WEBP,
        output_fit=Fit.COVER,
        output_width=1200,
        output_height=1800,
        retry=RetryPolicy(no_picture_tries=2, after_ambiguous=True),
        fallback=Fallback(
            provider="gemini", operation="image_edit", settings={"model": ["Я"]}, share=50
        ),
        on_failure=OnFailure.ORIGINAL,
        late_result=LateResult.KEEP,
        reply=Reply.MULTIPART,
        dedupe_seconds=0,
        daily_call_limit=500,
        gallery=Gallery.KEY,
        gallery_key="open sesame",
        version=2,
        updated_at=NOON,
        updated_by="serg",
    )
    await slots.save(changed)

    assert await slots.get(SECOND) == changed
    assert [slot for slot in await slots.all() if slot.slot_id != SECOND] == others


async def test_templates_are_kept_in_their_order(
    slots: SlotRepoPort, media_rows: MediaRepoPort
) -> None:
    for number in (1, 2, 3):
        await media_rows.add(media(number, use=MediaUse.TEMPLATE, sha256=f"{number:064}"))
    first = await slots.get(FIRST)
    bound = evolve(first, template_media=[template(3), template(1), template(3)], version=2)
    await slots.save(bound)
    turned = evolve(bound, template_media=[template(1), template(3), template(2)], version=3)
    with pytest.raises(VersionConflict):
        await slots.save(evolve(turned, version=4))
    assert await slots.get(FIRST) == bound

    await slots.save(turned)
    assert await slots.get(FIRST) == turned
    assert [bool(slot.template_media) for slot in await slots.all()] == [True, *[False] * 14]
    await slots.save(evolve(turned, template_media=(), version=4))
    assert (await slots.get(FIRST)).template_media == ()


def template(number: int) -> TemplateMedia:
    kinds = list(MediaKind)
    return TemplateMedia(media_kind=kinds[number], media_object_id=media_id(number))


async def test_the_next_version_only_is_saved(slots: SlotRepoPort) -> None:
    first = await slots.get(FIRST)
    for version in (0, 1, 3):
        with pytest.raises(VersionConflict) as caught:
            await slots.save(evolve(first, display_name="x", version=version))
        assert caught.value.details == {"version": 1}
    assert await slots.get(FIRST) == first

    await slots.save(evolve(first, version=2))
    with pytest.raises(VersionConflict) as caught:
        await slots.save(evolve(first, display_name="late", version=2))
    assert caught.value.details == {"version": 2}
    assert await slots.get(FIRST) == evolve(first, version=2)


async def test_several_slots_are_saved_at_once(
    slots: SlotRepoPort, media_rows: MediaRepoPort
) -> None:
    await media_rows.add(media(1, use=MediaUse.TEMPLATE))
    before = await slots.all()
    changed = [
        evolve(slot, display_name=f"New {slot.slot_id}", template_media=bound, version=2)
        for slot, bound in zip(before[:3], ([template(1)], [], [template(1)] * 2), strict=True)
    ]
    await slots.save(*reversed(changed))

    assert await slots.all() == [*changed, *before[3:]]
    assert [await slots.history(slot.slot_id, 9) for slot in changed] == [
        [new, old] for new, old in zip(changed, before, strict=False)
    ]
    await slots.save()
    assert await slots.all() == [*changed, *before[3:]]


async def test_of_several_stale_versions_the_first_one_is_told(slots: SlotRepoPort) -> None:
    first, second, third = (await slots.all())[:3]
    await slots.save(evolve(second, version=2))
    await slots.save(evolve(third, version=2))
    await slots.save(evolve(third, version=3))
    with pytest.raises(VersionConflict) as caught:
        await slots.save(*(evolve(one, version=2) for one in (third, second, first)))
    assert caught.value.details == {"version": 2}


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"version": 1}, VersionConflict),
        ({"version": 3}, VersionConflict),
        ({"slot_id": SlotId("slot-016")}, SlotNotFound),
        (
            {
                "template_media": [
                    TemplateMedia(media_kind=MediaKind.FACE, media_object_id=media_id(7))
                ]
            },
            MediaNotFound,
        ),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_if_one_slot_cannot_be_saved_none_is(
    slots: SlotRepoPort,
    media_rows: MediaRepoPort,
    change: dict[str, Any],
    problem: type[Exception],
    place: int,
) -> None:
    await media_rows.add(media(1, use=MediaUse.TEMPLATE))
    before = await slots.all()
    wanted = [evolve(one, template_media=[template(1)], version=2) for one in before[:3]]
    wanted[place] = evolve(wanted[place], **change)
    with pytest.raises(problem):
        await slots.save(*wanted)

    assert await slots.all() == before
    assert [len(await slots.history(slot_id, 9)) for slot_id in SLOT_IDS[:3]] == [1, 1, 1]
    assert await media_rows.retire(media_id(1), NOON)  # nobody uses it


async def test_settings_are_not_shared_with_whoever_saved_them(slots: SlotRepoPort) -> None:
    settings: dict[str, object] = {"prompt": "as it was"}
    await slots.save(evolve(await slots.get(FIRST), settings=settings, version=2))
    settings["prompt"] = "changed"

    assert (await slots.get(FIRST)).settings == {"prompt": "as it was"}


async def test_what_is_optional_can_be_taken_away(slots: SlotRepoPort) -> None:
    first = await slots.get(FIRST)
    fallback = Fallback(provider="turbotext", operation="x")
    sizes: dict[str, Any] = {"output_width": 100, "output_height": 100, "dedupe_seconds": 60}
    await slots.save(evolve(first, fallback=fallback, gallery_key="k", **sizes, version=2))
    await slots.save(evolve(first, version=3))

    assert await slots.get(FIRST) == evolve(first, version=3)


async def test_settings_of_the_fallback_are_not_shared_either(slots: SlotRepoPort) -> None:
    settings: dict[str, object] = {"prompt": "as it was"}
    fallback = Fallback(provider="turbotext", operation="x", settings=settings)
    await slots.save(evolve(await slots.get(FIRST), fallback=fallback, version=2))
    settings["prompt"] = "changed"

    stored = (await slots.get(FIRST)).fallback
    assert stored is not None
    assert stored.settings == {"prompt": "as it was"}


async def test_text_that_cannot_be_stored_is_replaced(slots: SlotRepoPort) -> None:
    first = evolve(await slots.get(FIRST), version=2)
    await slots.save(
        evolve(first, display_name="a\0", settings={"p\0": ["\udc80"]}, updated_by="\0")
    )

    assert await slots.get(FIRST) == evolve(
        first, display_name="a\ufffd", settings={"p\ufffd": ["\ufffd"]}, updated_by="\ufffd"
    )


async def test_a_slot_has_only_templates_that_are_there(
    slots: SlotRepoPort, media_rows: MediaRepoPort
) -> None:
    await media_rows.add(media(1, use=MediaUse.TEMPLATE))
    await media_rows.add(media(2, use=MediaUse.UPLOAD))
    await media_rows.add(media(3, use=MediaUse.TEMPLATE, sha256=f"{3:064}"))
    await media_rows.retire(media_id(3), NOON)
    first = await slots.get(FIRST)
    for number in (2, 3, 4):
        wrong = evolve(first, template_media=[template(1), template(number)], version=2)
        with pytest.raises(MediaNotFound):
            await slots.save(wrong)
        with pytest.raises(VersionConflict):
            await slots.save(evolve(wrong, version=3))
    assert await slots.get(FIRST) == first
    assert await slots.history(FIRST, 9) == [first]


async def test_every_version_is_kept_without_its_secrets(
    slots: SlotRepoPort, media_rows: MediaRepoPort
) -> None:
    await media_rows.add(media(1, use=MediaUse.TEMPLATE))
    first = await slots.get(FIRST)
    second = evolve(
        first,
        display_name="Свадьба 100% '",
        settings={"n": [1, 2.5, None, {"deep": True}]},
        template_media=[template(1)],
        fallback=Fallback(provider="turbotext", operation="x", settings={"a": "Я"}, share=50),
        retry=RetryPolicy(after_ambiguous=True),
        version=2,
        updated_at=NOON,
        updated_by="serg",
    )
    await slots.save(evolve(second, ingest_password_hash="$argon2id$…", gallery_key="open"))
    third = evolve(first, is_active=False, version=3)
    await slots.save(third)

    assert await slots.history(FIRST, 9) == [third, second, first]
    assert await slots.history(FIRST, 2) == [third, second]
    assert await slots.history(FIRST, 9, before=3) == [second, first]
    assert await slots.history(FIRST, 1, before=2) == [first]
    assert await slots.history(FIRST, 9, before=1) == []
    assert [slot.version for slot in await slots.history(SECOND, 9)] == [1]


async def test_what_could_not_be_saved_is_in_no_history(slots: SlotRepoPort) -> None:
    first = await slots.get(FIRST)
    with pytest.raises(VersionConflict):
        await slots.save(evolve(first, version=3))
    assert await slots.history(FIRST, 9) == [first]


async def test_a_slot_that_there_is_not_has_no_history(slots: SlotRepoPort) -> None:
    assert await slots.history(SlotId("slot-016"), 9) == []
