"""The directory of the embedded PostgreSQL: data, password, port, log.

Used by the keeper, so standard library only.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photochanger_adapters.postgres.embedded.identity import Identity, Refused, choose_identity

ACCOUNT = "photochanger"
LOG_TAIL = 2000
"""How many bytes of the log are looked at for an error message."""


@dataclass(frozen=True)
class Layout:
    """What lies where under the base directory."""

    base: Path

    @property
    def users_lock(self) -> Path:
        """Held shared by every user, and exclusively by a keeper that is stopping the server."""
        return self.base / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper all its life."""
        return self.base / "keeper.lock"

    @property
    def data(self) -> Path:
        """The directory PostgreSQL itself keeps."""
        return self.base / "data"

    @property
    def password(self) -> Path:
        """The generated password of the one account."""
        return self.base / "password"

    @property
    def port(self) -> Path:
        """The TCP port, remembered so that connection strings outlive a restart."""
        return self.base / "port"

    @property
    def log(self) -> Path:
        """What PostgreSQL and the keeper have to say."""
        return self.base / "postgres.log"

    def last_words(self, *, since: float = 0.0) -> str:
        """The end of the log, as one line, if anything was written since that time of the epoch."""
        try:
            if self.log.stat().st_mtime < since:
                return "nothing new"
            text = self.log.read_bytes()[-LOG_TAIL:].decode(errors="replace")
        except OSError:
            return "no log"
        return " | ".join([line.strip() for line in text.splitlines() if line.strip()][-3:])


@dataclass(frozen=True)
class Cluster:
    """A data directory with the programs and the user that keep it."""

    layout: Layout
    programs: Path
    identity: Identity

    def spawn(self, program: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program of PostgreSQL that gets SIGINT when the calling process dies.

        It writes to the log and never to a pipe, which processes that outlive the reader
        would inherit.
        """
        with self.layout.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  a program of the wheel we depend on
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=self.identity.in_child(),  # noqa: PLW1509  the keeper has one thread
            )

    def publish(self, path: Path, text: str) -> None:
        """Write a small private file that is there whole or not at all, power cuts included."""
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.fchown(descriptor, self.identity.uid, self.identity.gid)
            os.write(descriptor, text.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        fresh.replace(path)
        _sync(path.parent)


def open_cluster(base: Path, programs: Path) -> Cluster:
    """Find the data directory, or make it.

    Args:
        base: Directory of everything in `Layout`; exists.
        programs: Directory of ``postgres`` and ``initdb``.

    Raises:
        Refused: The data belongs to another user or major version, is out of reach, has lost
            its password, or could not be made.
    """
    layout = Layout(base)
    cluster = Cluster(layout, programs, choose_identity(base, layout.data, programs))
    _own_files(cluster)
    if not layout.data.exists():
        _make_data(cluster)
    _check_data(cluster)
    return cluster


def _own_files(cluster: Cluster) -> None:
    """Give the files to the owner of the data, who may come next without root's privileges."""
    layout, identity = cluster.layout, cluster.identity
    for path in (layout.users_lock, layout.keeper_lock, layout.log):
        path.touch(mode=0o600)
        os.chown(path, identity.uid, identity.gid)


def _make_data(cluster: Cluster) -> None:
    """Make the data directory aside and rename it, so that a kill leaves no half of one."""
    layout, identity = cluster.layout, cluster.identity
    for abandoned in layout.base.glob("data.new-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    cluster.publish(layout.password, secrets.token_urlsafe(24))
    fresh = Path(tempfile.mkdtemp(prefix="data.new-", dir=layout.base))
    os.chown(fresh, identity.uid, identity.gid)
    # The built-in locale sorts alike everywhere, whatever locales the machine has.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8"]
    login = ["-U", ACCOUNT, "-A", "scram-sha-256", f"--pwfile={layout.password}"]
    if cluster.spawn("initdb", ["-D", str(fresh), *login, *locale]).wait() != 0:
        raise Refused(f"initdb failed: {layout.last_words()}")
    fresh.rename(layout.data)
    _sync(layout.base)


def _check_data(cluster: Cluster) -> None:
    layout = cluster.layout
    made_by = (layout.data / "PG_VERSION").read_text().strip()
    if made_by != (here := _major_version(cluster.programs)):
        raise Refused(f"{layout.data} was made by PostgreSQL {made_by}, but this is {here}")
    if not layout.password.exists():
        raise Refused(f"{layout.password} is missing, and without it nobody can log in")


def _major_version(programs: Path) -> str:
    answer = subprocess.run(  # noqa: S603  a program of the wheel we depend on
        [programs / "postgres", "--version"], capture_output=True, timeout=10, check=True
    )  # postgres (PostgreSQL) 18.6
    return answer.stdout.decode().split()[-1].partition(".")[0]


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
