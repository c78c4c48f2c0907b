from __future__ import annotations

import pytest

from photochanger_adapters.postgres.migrate import LaterDatabase, MigrationError, NoSuchVersion
from photochanger_cli.migration_errors import not_migrated


@pytest.mark.parametrize(
    "error, russian",
    [
        (
            LaterDatabase(9, 5),
            "база данных версии 9, а эта программа знает только 5: программа старее базы",
        ),
        (NoSuchVersion(7), "версии 7 нет"),
        (
            MigrationError("migration 2 failed"),
            "база данных не переведена на нужную версию: migration 2 failed",
        ),
    ],
)
def test_why_a_database_stays_as_it_is(
    error: MigrationError, russian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert str(not_migrated(error)) == str(error)
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert str(not_migrated(error)) == russian
