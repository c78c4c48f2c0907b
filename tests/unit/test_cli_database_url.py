from __future__ import annotations

import pytest

from photochanger_cli.database_url import database_url, without_secrets


@pytest.mark.parametrize(
    "url, shown",
    [
        ("postgresql://localhost:5432/photochanger", "postgresql://localhost:5432/photochanger"),
        ("postgres://me:secret@db/photos", "postgresql://me@db/photos"),
        ("postgresql://me:s%40cret%2F@db", "postgresql://me@db"),
        ("postgresql://:secret@db/photos", "postgresql://db/photos"),
        ("postgresql://me@[::1]:5433/x?password=secret", "postgresql://me@[::1]:5433/x"),
        ("postgresql://a:1,b:2/x?sslmode=require", "postgresql://a:1,b:2/x"),
        ("postgresql:///photos?host=/run/postgresql", "postgresql:///photos"),
        ("postgresql://", "postgresql://"),
    ],
)
def test_the_address_is_shown_without_secrets(url: str, shown: str) -> None:
    assert database_url(url) == url
    assert without_secrets(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "host=db password=secret",
        "mysql://db/photos",
        "postgresql://me:se@cret@db/photos",
        "postgresql://me:se/cret@db/photos",
        "postgresql://me:se?cret@db/photos",
        "postgresql://me:se#cret@db/photos",
        "postgresql://me:se cret@db/photos",
        "postgresql://me:se:cret@db/photos",
        "postgresql://me:secret",
        "postgresql://db/photos\n",
    ],
)
def test_what_leaves_doubt_about_the_password_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        database_url(url)
