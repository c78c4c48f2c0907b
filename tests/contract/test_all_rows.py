"""Everything the database holds, taken out and put in as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from photochanger_adapters.postgres.all_rows import PgAllRows
from photochanger_core.domain.archive import (
    ArchiveDamaged,
    Manifest,
    Promised,
    RestoreRefused,
    RowsPart,
)
from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.all_rows import AllRowsPort, Replacement
from tests.archives import (
    HOUR,
    LATEST,
    NOON,
    Row,
    Tables,
    job_row,
    lines,
    manifest_of,
    media_row,
    memory_rows,
    parts_of,
    result_id,
    result_row,
    slot_row,
)

from .samples import media_id


def setting_row(key: str, value: str) -> Row:
    return {
        "key": key,
        "value": value,
        "version": "3",
        "updated_at": "2026-11-21 12:00:00+00",
        "updated_by": "serg",
    }


TABLES: Tables = {
    "slot": [slot_row(1), slot_row(2, settings_json="{}", version="1")],
    "job_history": [
        job_row(1, failure_reason=None, correlation_id="booth-7.photo-1"),
        job_row(2, status="failed", failure_reason="quota", correlation_id=None),
    ],
    "media_object": [result_row(1), media_row(7)],
    "settings": [setting_row("x", "null")],
    "provider_secret": [
        {
            "provider": "gemini",
            "ciphertext": "\\x00ff27",
            "key_id": "k",
            "updated_at": "2026-11-21 12:00:00+00",
            "updated_by": "serg",
        }
    ],
}


@pytest.fixture
def all_rows(real: str | None) -> AllRowsPort:
    return PgAllRows(real) if real else memory_rows()


async def put(
    all_rows: AllRowsPort,
    tables: Tables = TABLES,
    *,
    there: Sequence[MediaId] = (result_id(1), media_id(7)),
    force: bool = False,
    **changes: object,
) -> list[Promised]:
    """Have *tables* be all there is, with the pictures that are *there*."""
    async with all_rows.replacement(manifest_of(tables, **changes), force=force) as new:
        for part in parts_of(tables):
            await new.load(part)
        promised = [await new.expect(one) for one in there]
        await new.commit()
    return promised


async def rows_in(all_rows: AllRowsPort) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    async with all_rows.snapshot(NOON) as snapshot:
        async for part in snapshot.rows():
            found.setdefault(part.table, []).extend(map(json.loads, part.lines))
        assert await snapshot.count_rows() == sum(map(len, found.values()))
    return found


async def promised_in(all_rows: AllRowsPort, now: datetime = NOON) -> dict[MediaId, Promised]:
    async with all_rows.snapshot(NOON) as snapshot:
        found = {one.media_id: one async for one in snapshot.promised(now)}
        assert await snapshot.count_promised(now) == len(found)
    return found


def same(found: dict[str, list[Row]], tables: Tables) -> bool:
    """Whether rows are as they were put in; columns that were not are as they may be."""
    return found.keys() == tables.keys() and all(
        row.items() <= there.items()
        for name, rows in tables.items()
        for row, there in zip(rows, found[name], strict=True)
    )


async def test_what_is_put_in_comes_out_to_the_letter(all_rows: AllRowsPort) -> None:
    await put(all_rows)
    assert same(await rows_in(all_rows), TABLES)


async def test_a_promised_picture_is_told_of_as_its_row_says(all_rows: AllRowsPort) -> None:
    told = await put(all_rows)
    assert [one.media_id for one in told] == [result_id(1), media_id(7)]
    assert await promised_in(all_rows) == {one.media_id: one for one in told}
    assert {one.size for one in told} == {7}


async def test_only_pictures_whose_time_is_not_over_are_promised(all_rows: AllRowsPort) -> None:
    rows = [
        result_row(1, expires_at="2026-11-21 12:00:00+00"),
        media_row(2, expires_at="2026-11-21 11:59:59.999999+00", type="upload"),
        media_row(3, expires_at="2026-11-21 12:00:00+00", type="upload"),
        media_row(4, type="provider"),
        media_row(5, cleaned_at="2026-11-21 11:30:00+00"),
        media_row(6),
    ]
    there = [result_id(1), *map(media_id, (2, 3, 4, 6))]
    tables = {"slot": [slot_row()], "job_history": [job_row(1)], "media_object": rows}
    await put(all_rows, tables, there=there)
    assert (await promised_in(all_rows)).keys() == {result_id(1), media_id(3), media_id(6)}
    assert (await promised_in(all_rows, NOON + HOUR)).keys() == {media_id(6)}


async def test_a_picture_that_nobody_expected_counts_as_removed(all_rows: AllRowsPort) -> None:
    await put(all_rows, there=[media_id(7)])
    assert (await promised_in(all_rows)).keys() == {media_id(7)}
    [result] = [row for row in (await rows_in(all_rows))["media_object"] if row["job_id"]]
    assert str(result["cleaned_at"]).startswith("2026-11-21 12:00:00+00")


async def test_a_picture_that_is_promised_and_not_there_is_missing(all_rows: AllRowsPort) -> None:
    rows = [
        result_row(1),
        media_row(3, expires_at="2026-11-21 12:30:00+00", type="upload"),
        media_row(4, type="provider"),
        media_row(5, cleaned_at="2026-11-21 11:30:00+00"),
        media_row(6),
        media_row(7),
    ]
    tables = {"slot": [slot_row()], "job_history": [job_row(1)], "media_object": rows}
    async with all_rows.replacement(manifest_of(tables), force=False) as new:
        for part in parts_of(tables):
            await new.load(part)
        await new.expect(media_id(6))
        assert await new.missing(NOON) == sorted([media_id(3), media_id(7), result_id(1)])
        assert await new.missing(NOON + HOUR) == sorted([media_id(7), result_id(1)])
        await new.commit()


async def test_what_is_not_committed_has_changed_nothing(all_rows: AllRowsPort) -> None:
    before = await rows_in(all_rows)
    async with all_rows.replacement(manifest_of(TABLES), force=False) as new:
        for part in parts_of(TABLES):
            await new.load(part)
        await new.expect(media_id(7))
    assert await rows_in(all_rows) == before


async def test_there_must_be_no_more_than_a_first_start_leaves(all_rows: AllRowsPort) -> None:
    await put(all_rows)
    with pytest.raises(RestoreRefused):
        await put(all_rows)
    assert same(await rows_in(all_rows), TABLES)
    fewer = {"slot": [slot_row(3)]}
    await put(all_rows, fewer, there=[], force=True)
    assert same(await rows_in(all_rows), fewer)


async def test_rows_are_not_replaced_while_somebody_reads_them(all_rows: AllRowsPort) -> None:
    async with all_rows.snapshot(NOON):
        with pytest.raises(RestoreRefused):
            await put(all_rows)
    async with all_rows.replacement(manifest_of(TABLES), force=False):
        with pytest.raises(RestoreRefused):
            await rows_in(all_rows)
        with pytest.raises(RestoreRefused):
            await put(all_rows)
    await put(all_rows)


async def test_columns_that_are_not_in_an_archive_have_their_defaults(
    real: str | None, all_rows: AllRowsPort
) -> None:
    await put(all_rows, {"slot": [slot_row()]}, there=[])
    [row] = (await rows_in(all_rows))["slot"]
    assert row.get("gallery") == ("open" if real else None)


STRANGE: Mapping[str, Manifest] = {
    "a later version": manifest_of(TABLES, schema_version=LATEST + 1),
    "a table of somebody else": manifest_of({"pg_class": [{"oid": "1"}]}),
    "a column of nobody": manifest_of({"slot": [{"id; DROP TABLE slot": "1"}]}),
    "a sequence of nobody": manifest_of(TABLES, sequences={"pg_class": 1}),
}


async def test_nobody_restores_what_this_program_does_not_know(all_rows: AllRowsPort) -> None:
    before = await rows_in(all_rows)
    for what, manifest in STRANGE.items():
        with pytest.raises((RestoreRefused, ArchiveDamaged)):
            async with all_rows.replacement(manifest, force=True):
                pytest.fail(what)
    assert await rows_in(all_rows) == before


async def after_a_picture(new: Replacement) -> None:
    await new.load(RowsPart(table="slot", lines=lines([slot_row()])))
    await new.load(RowsPart(table="media_object", lines=lines([media_row(1)])))
    await new.expect(media_id(1))
    await new.load(RowsPart(table="settings", lines=lines(TABLES["settings"])))


async def out_of_turn(new: Replacement) -> None:
    await new.load(RowsPart(table="media_object", lines=lines([media_row(1)])))
    await new.load(RowsPart(table="slot", lines=lines([slot_row()])))


async def not_told_of(new: Replacement) -> None:
    await new.load(RowsPart(table="audit", lines=[b"{}"]))


async def no_rows(new: Replacement) -> None:
    await new.load(RowsPart(table="slot", lines=[b"{"]))


async def rows_without_bottom(new: Replacement) -> None:
    deep = b'{"id": ' + b"[" * 100_000
    await new.load(RowsPart(table="slot", lines=[deep]))


async def strange_picture(new: Replacement) -> None:
    rows = [media_row(1, media_type="text/html")]
    await new.load(RowsPart(table="media_object", lines=lines(rows)))
    await new.expect(media_id(1))


async def picture_twice(new: Replacement) -> None:
    await new.load(RowsPart(table="media_object", lines=lines([media_row(1)])))
    await new.expect(media_id(1))
    await new.expect(media_id(1))


async def unknown_picture(new: Replacement) -> None:
    await new.expect(media_id(9))


UNREADABLE: Sequence[tuple[str, Row]] = (
    ("slot", slot_row(16)),
    ("slot", slot_row(settings_json="[1, 2]")),
    ("slot", slot_row(settings_json='{"a": ' + "[" * 3000 + "]" * 3000 + "}")),
    ("settings", setting_row("gallery_limit", '"many"')),
    ("settings", setting_row("hash_policy", "[]")),
)


async def test_slots_and_settings_that_nobody_could_read_are_damage(all_rows: AllRowsPort) -> None:
    before = await rows_in(all_rows)
    for table, row in UNREADABLE:
        with pytest.raises(ArchiveDamaged):
            await put(all_rows, {table: [row]}, there=[])
    assert await rows_in(all_rows) == before
    odd = {"slot": [slot_row(provider="nobody", display_name="long " * 40)]}
    await put(all_rows, odd, there=[])
    assert same(await rows_in(all_rows), odd)


async def test_an_archive_that_makes_no_sense_is_damaged(all_rows: AllRowsPort) -> None:
    tables = {name: TABLES[name] for name in ("slot", "media_object", "settings")}
    before = await rows_in(all_rows)
    deeds = (
        after_a_picture,
        out_of_turn,
        not_told_of,
        no_rows,
        rows_without_bottom,
        strange_picture,
        unknown_picture,
        picture_twice,
    )
    for deed in deeds:
        with pytest.raises(ArchiveDamaged):
            async with all_rows.replacement(manifest_of(tables), force=False) as new:
                await deed(new)
    assert await rows_in(all_rows) == before
