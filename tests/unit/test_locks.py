"""Locks and pyproject.toml agree, and nothing is installed that no hash vouches for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.locks import ROOT, lock

LOCKS = ["build", "server", "dev", "deploy"]
HINT = "nox -s lock"


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for(name: str) -> Iterator[Requirement]:
    """Yield what the extra or group *name* wants, with what it builds on."""
    project = pyproject()["project"]
    extras = project["optional-dependencies"]
    wanted = extras[name] if name in extras else pyproject()["dependency-groups"][name]
    yield from map(Requirement, project["dependencies"])
    for requirement in map(Requirement, wanted):
        if requirement.name == project["name"]:
            for extra in requirement.extras:
                yield from asked_for(extra)
        else:
            yield requirement


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_what_is_asked_for(name: str) -> None:
    pins = lock(name)
    for requirement in asked_for(name):
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is in no lock: {HINT}"
        assert requirement.specifier.contains(pin.version), f"{requirement}: {HINT}"


def test_the_build_backend_is_locked_too() -> None:
    for requirement in map(Requirement, pyproject()["build-system"]["requires"]):
        assert requirement.specifier.contains(lock("build")[requirement.name].version)


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_a_version_with_hashes(name: str) -> None:
    for pin in lock(name).values():
        assert pin.version
        assert pin.hashes
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in pin.hashes)


@pytest.mark.parametrize("name", ["build", "server", "deploy"])
def test_what_is_in_two_locks_is_the_same(name: str) -> None:
    dev = lock("dev")
    for canonical, pin in lock(name).items():
        if name == "server" or canonical in dev:
            assert (dev[canonical].version, dev[canonical].hashes) == (pin.version, pin.hashes)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")

    assert "//" not in text
    assert "--index" not in text


ACCEPTED = {
    "Apache-2.0",
    "Apache Software License",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "GNU Library or Lesser General Public License (LGPL)",  # psycopg2, linked to as a library
    "GNU Lesser General Public License v3 or later (LGPLv3+)",  # libvips, likewise
    "MIT",
    "MIT License",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Python Software Foundation License",
}


def licences() -> dict[str, tuple[str, str]]:
    text = (ROOT / "requirements" / "licences.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return {canonicalize_name(name): (version, licence) for name, version, licence in rows[2:]}


def test_the_licence_of_all_that_is_installed_is_on_the_list() -> None:
    here = {name: pin for name, pin in lock("server").items() if pin.requirement.marker is None}
    listed = {name: version for name, (version, _) in licences().items()}

    assert {name: pin.version for name, pin in here.items()}.items() <= listed.items(), HINT
    assert listed.keys() <= lock("server").keys(), HINT


@pytest.mark.parametrize("name", sorted(licences()))
def test_a_licence_is_one_that_we_can_live_with(name: str) -> None:
    _, licence = licences()[name]
    parts = {licence} if licence in ACCEPTED else set(re.findall(r"[\w.+-]+", licence))

    assert parts - {"AND", "OR"} <= ACCEPTED
