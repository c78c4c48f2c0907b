from __future__ import annotations

from photochanger_cli.checkup.configuration import configuration_of
from photochanger_cli.checkup.signs import LocalSign
from photochanger_core.domain.checkup import failure, warning, well

SECRET = "postgres:\\hunter2"


def test_what_is_good_is_well() -> None:
    given = configuration_of({"PHOTOCHANGER_PORT": "8001", "PHOTOCHANGER_SEND_PASSWORD": "x"})
    assert given.findings == [well("configuration", LocalSign.CONFIGURATION_OK)]
    assert (given.settings.port, given.wrong) == (8001, frozenset())


def test_every_variable_that_is_wrong_is_named_and_the_rest_counts() -> None:
    given = configuration_of(
        {
            "PHOTOCHANGER_PORT": "many",
            "PORT": "8001",
            "DATABASE_URL": SECRET,
            "PUBLIC_BASE_URL": "https://photos.example.org",
            "QUEUE_STATEMENT_TIMEOUT_MS": "48000",
        }
    )
    told = [str(finding.values["why"]) for finding in given.findings]
    assert [why.split()[0] for why in told] == [
        *("DATABASE_URL", "PHOTOCHANGER_PORT", "QUEUE_STATEMENT_TIMEOUT_MS"),
    ]
    assert SECRET not in str(given)
    assert given.wrong == {"DATABASE_URL", "PORT", "QUEUE_STATEMENT_TIMEOUT_MS"}
    assert given.settings.public_base_url == "https://photos.example.org"
    assert (given.settings.port, given.settings.database_url) == (8000, None)


def test_a_variable_that_nobody_reads_is_named_with_what_may_be_meant() -> None:
    given = configuration_of(
        {"PHOTOCHANGER_PUBLIC_BASEURL": "x", "PHOTOCHANGER_X": "y", "PATH": "/bin"}
    )
    assert given.findings == [
        warning(
            "configuration",
            LocalSign.VARIABLE_MISNAMED,
            variable="PHOTOCHANGER_PUBLIC_BASEURL",
            guess="PHOTOCHANGER_PUBLIC_BASE_URL",
        ),
        warning("configuration", LocalSign.VARIABLE_UNKNOWN, variable="PHOTOCHANGER_X"),
    ]


def test_a_file_that_cannot_be_read_is_told() -> None:
    given = configuration_of({}, why_no_dotenv=".env, line 3: must be NAME=value")
    assert given.findings == [
        failure("configuration", LocalSign.VARIABLE_WRONG, why=".env, line 3: must be NAME=value")
    ]
