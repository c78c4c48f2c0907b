"""A version of the contract names one document, for ever."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from attrs import frozen

from tests.contract_document import PATH, ROOT
from tests.contract_versions import NoHistory, faults, published

NAME = "openapi.yaml"


@frozen
class Repository:
    """A made-up repository with a contract in it."""

    root: Path

    def git(self, *arguments: str) -> None:
        nobody = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        subprocess.run(  # noqa: S603 - arguments of our own
            ["git", *nobody, *arguments],  # noqa: S607 - wherever it is
            cwd=self.root,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def write(self, version: str, text: str) -> None:
        document = f"openapi: 3.1.0\ninfo:\n  title: x\n  version: {version}\npaths: {text}\n"
        (self.root / NAME).write_text(document)

    def commit(self, version: str, text: str) -> None:
        self.write(version, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", text)

    def faults(self) -> list[str]:
        return [said.split(", ")[1] for said in faults(published(self.root, NAME))]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.git("init", "-q", "-b", "main")
    made.commit("0.9.0", "draft")
    made.commit("1.0.0", "first")
    return made


def test_the_contract_has_a_new_version_wherever_it_was_changed() -> None:
    try:
        history = published(ROOT, str(PATH.relative_to(ROOT)))
    except NoHistory as reason:
        pytest.skip(str(reason))

    assert list(faults(history)) == [], "raise info.version where the document is changed or merged"
    kept = json.loads(PATH.with_name("VERSION.json").read_text(encoding="utf-8"))
    assert ".".join(map(str, history[-1].version)) == kept["contract"]["version"]


def test_versions_that_grow_are_right(repository: Repository) -> None:
    for version, text in [("1.0.0", "second"), ("1.0.1", "a"), ("1.10.0", "b"), ("2.0.0", "c")]:
        repository.commit(version, text)
    repository.commit("2.0.0", "c")

    assert repository.faults() == []


@pytest.mark.parametrize("version", ["1.9.0", "1.2.4", "0.99.99", "1.0.0"])
def test_another_document_has_a_greater_version(repository: Repository, version: str) -> None:
    repository.commit("1.9.0", "a")
    repository.commit(version, "b")

    assert repository.faults() == [f"with version {version} after 1.9.0"]


def test_a_document_that_comes_back_has_a_version_of_its_own(repository: Repository) -> None:
    for version, text in [("1.2.0", "a"), ("1.3.0", "b"), ("1.2.0", "a")]:
        repository.commit(version, text)

    assert repository.faults() == ["with version 1.2.0 after 1.3.0"]


def test_what_is_not_committed_yet_counts(repository: Repository) -> None:
    repository.commit("1.2.0", "a")
    repository.write("1.2.0", "b")
    assert repository.faults() == ["with version 1.2.0 after 1.2.0"]

    repository.write("1.2.1", "b")
    assert repository.faults() == []


def test_branches_settle_on_a_version_when_they_are_merged(repository: Repository) -> None:
    repository.commit("1.2.0", "a")
    repository.git("checkout", "-q", "-b", "branch")
    repository.commit("1.2.0", "half done")
    assert repository.faults() == ["with version 1.2.0 after 1.2.0"]
    repository.commit("1.3.0", "done")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "branch")

    assert repository.faults() == []


def test_a_file_that_was_away_for_a_while_is_compared_with_what_it_was(
    repository: Repository,
) -> None:
    repository.commit("1.2.0", "a")
    repository.git("rm", "-q", NAME)
    repository.git("commit", "-q", "-m", "away")
    repository.commit("1.2.0", "b")

    assert repository.faults() == ["with version 1.2.0 after 1.2.0"]


def test_a_version_that_cannot_be_compared_is_told(repository: Repository) -> None:
    repository.commit("1.2.0-rc1", "a")

    with pytest.raises(ValueError, match="not three numbers"):
        repository.faults()


def test_without_a_history_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoHistory, match="no checkout"):
        published(tmp_path, NAME)
