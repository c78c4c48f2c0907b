"""Where the keys come from that secrets are encrypted with."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from photochanger_adapters.security.seals import FernetSeals
from photochanger_cli.failures import BadUsage, CommandFailed
from photochanger_cli.secret_keys import secret_keys
from photochanger_cli.settings import ServerSettings, settings_from
from photochanger_cli.variables import Variables

ONE, TWO = (urlsafe_b64encode(bytes([one]) * 32).decode() for one in b"\xff\xa7")


def settings_in(folder: Path, *keys: str) -> ServerSettings:
    return ServerSettings(data_dir=folder, media_root=folder / "media", secret_keys=keys)


def test_those_that_are_set_are_used_and_nothing_is_kept(tmp_path: Path) -> None:
    assert secret_keys(settings_in(tmp_path, ONE, TWO)) == (ONE, TWO)
    assert list(tmp_path.iterdir()) == []


def test_one_is_made_up_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    made = secret_keys(settings_in(tmp_path))

    assert secret_keys(settings_in(tmp_path)) == made
    path = tmp_path / "secrets" / "secret_keys"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == f"{made[0]}\n"
    seals = FernetSeals(made)
    assert seals.opened(seals.seal("x")) == "x"


def test_more_may_be_put_into_the_file(tmp_path: Path) -> None:
    (old,) = secret_keys(settings_in(tmp_path))
    (tmp_path / "secrets" / "secret_keys").write_text(f"{ONE}, {old}\n")

    assert secret_keys(settings_in(tmp_path)) == (ONE, old)


def test_a_file_that_holds_something_else_is_told_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret_keys").write_text("secret\n")

    with pytest.raises(CommandFailed, match=r"secret_keys must be keys of 32") as refusal:
        secret_keys(settings_in(tmp_path))
    assert "secret\n" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_the_environment_names_them_separated_by_commas() -> None:
    given = Variables({"PHOTOCHANGER_SECRET_KEYS": f"{ONE}, {TWO}"})

    settings = settings_from(given)

    assert settings.secret_keys == (ONE, TWO)
    assert ONE not in repr(settings)


@pytest.mark.parametrize(
    "text", ["secret", f"{ONE},", f"{ONE} {TWO}", ONE[:-1], f"{ONE}=", ONE[:-2] + "+="]
)
def test_what_is_no_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(BadUsage, match=r"^SECRET_KEYS must be .* openssl rand") as refusal:
        settings_from(Variables({"SECRET_KEYS": text}))
    assert text not in str(refusal.value)


def test_only_providers_with_a_key_have_one() -> None:
    assert settings_from(Variables({})).api_keys == {}
    assert settings_from(Variables({"TURBOTEXT_API_KEY": "t"})).api_keys == {"turbotext": "t"}
    both = Variables({"TURBOTEXT_API_KEY": "t", "GEMINI_API_KEY": "g"})
    assert settings_from(both).api_keys == {"turbotext": "t", "gemini": "g"}
