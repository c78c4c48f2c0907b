from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import MEGABYTE, Slot


def slot(*, window: int | None = None, password_hash: str | None = None) -> Slot:
    return Slot(
        slot_id=SlotId("slot-001"),
        display_name="Slot 1",
        provider="gemini",
        operation="image_edit",
        sync_response_seconds=window,
        ingest_password_hash=password_hash,
        updated_at=datetime(2026, 11, 21, tzinfo=UTC),
        updated_by="test",
    )


def test_the_defaults_are_the_documented_ones() -> None:
    settings = Settings()
    assert settings.sync_response_seconds == 48
    assert settings.result_ttl == timedelta(hours=72)
    assert (settings.max_in_flight_jobs, settings.slot_max_in_flight) == (12, 4)
    assert settings.ingest_password_hash is None
    assert slot().size_limit == 15 * MEGABYTE == 15_728_640
    assert not slot().is_active
    assert slot().ingest_password_required


@pytest.mark.parametrize("own,expected", [(None, 30), (10, 10), (60, 60)])
def test_a_slots_own_window_counts(own: int | None, expected: int) -> None:
    assert Settings(sync_response_seconds=30).window(slot(window=own)) == expected


@pytest.mark.parametrize(
    "own,of_all,expected",
    [("own", "all", "own"), (None, "all", "all"), ("own", None, "own"), (None, None, None)],
)
def test_a_slots_own_password_counts(
    own: str | None, of_all: str | None, expected: str | None
) -> None:
    assert Settings(ingest_password_hash=of_all).password_hash(slot(password_hash=own)) == expected


def test_hashes_are_not_shown() -> None:
    assert "secret" not in repr(Settings(ingest_password_hash="secret"))
    assert "secret" not in repr(slot(password_hash="secret"))
