from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from photochanger_cli.checkup.no_database import no_database, not_opened
from photochanger_cli.checkup.signs import LocalSign
from photochanger_cli.settings import ServerSettings
from photochanger_core.domain.checkup import Sign, failure
from tests.mortals import as_mortal


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(data_dir=tmp_path, media_root=tmp_path / "media")


def test_without_a_built_in_one_the_server_makes_it(settings: ServerSettings) -> None:
    folder = settings.data_dir / "postgres"
    assert no_database(settings, ()) == failure(
        "database", LocalSign.OWN_DATABASE_NONE, folder=str(folder)
    )
    folder.mkdir()
    assert no_database(settings, ()) is None


def test_an_address_that_cannot_be_is_not_taken_for_a_database_that_is_away(
    settings: ServerSettings,
) -> None:
    assert no_database(settings, {"DATABASE_URL"}) == failure(
        "database", LocalSign.DATABASE_URL_WRONG
    )


def test_a_built_in_one_that_is_away_is_no_matter_of_its_address(settings: ServerSettings) -> None:
    assert not_opened(settings, "it hangs").sign == LocalSign.OWN_DATABASE_AWAY
    other = evolve(settings, database_url="postgresql://127.0.0.1/x")
    assert not_opened(other, "it hangs").sign == Sign.DATABASE_AWAY


def test_one_in_a_folder_that_is_closed_to_this_user_is_told(settings: ServerSettings) -> None:
    settings.data_dir.chmod(0)
    found = as_mortal(lambda: no_database(settings, ()))
    assert found is not None
    assert found.sign == LocalSign.OWN_DATABASE_AWAY
    assert "Permission denied" in str(found.values["why"])
    settings.data_dir.chmod(0o700)
