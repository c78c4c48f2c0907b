"""The user that the embedded PostgreSQL runs as, which must not be root.

Used by the keeper, so standard library only. Whoever owns the directory goes on owning it. Where
that is root, PostgreSQL runs as user 65534 of a new user namespace: its files stay root's on disk,
and directories that only root may enter stay reachable. Where namespaces are blocked, as in many
containers, it runs as ``postgres`` or ``nobody``, keeping of root's capabilities the one to enter
directories (CAP_DAC_OVERRIDE), and that only if a directory on the way is closed to that user.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWUSER = 0x10000000  # linux/sched.h
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT = 1, 8, 47  # linux/prctl.h
_RAISE = 2  # PR_CAP_AMBIENT_RAISE
_CAP_DAC_OVERRIDE, _CAPABILITY_VERSION = 1, 0x20080522  # linux/capability.h
_UNPRIVILEGED = 65534  # "nobody" by custom; any number but 0 would do
_LIBC = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """The server cannot run here; the text is one line for the person at the terminal."""


@dataclass(frozen=True)
class Identity:
    """Who PostgreSQL is: the owner of its files on disk, and how a child turns into it."""

    uid: int
    gid: int
    become: Callable[[], None]

    def in_child(self) -> Callable[[], None]:
        """What a child runs before its program: take the identity, and die with its parent.

        PostgreSQL takes the signal sent then, SIGINT, for a fast shutdown.
        """
        parent = os.getpid()

        def prepare() -> None:
            self.become()
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT))
            if os.getppid() != parent:  # it died before the line above took effect
                os._exit(1)

        return prepare

    def reaches(self, *directories: Path) -> bool:
        """Whether a child can take the identity at all, and then enter the directories."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self.become()
                for directory in directories:
                    os.stat(f"{directory}/.")  # noqa: PTH116  a Path would lose the dot
                code = 0
            finally:
                os._exit(code)
        return os.waitpid(child, 0)[1] == 0


def choose_identity(base: Path, data: Path, programs: Path) -> Identity:
    """Decide who PostgreSQL runs as.

    Args:
        base: The directory around the data directory; exists.
        data: The data directory; may not exist yet.
        programs: The directory of PostgreSQL's programs.

    Raises:
        Refused: Nobody can keep this data directory here.
    """
    if os.geteuid() != 0:
        return _ourselves(data)
    for identity in _for_root(base, data):
        if identity.reaches(base, programs):
            return identity
    raise Refused(
        f"PostgreSQL does not run as root, and no other user can use {base} and {programs}"
        " (user namespaces are blocked here, or somebody's private directory is on the way)"
    )


def _ourselves(data: Path) -> Identity:
    me = os.geteuid()
    if data.exists() and (owner := data.stat().st_uid) != me:
        raise Refused(f"{data} belongs to user {owner}, but this is user {me}")
    return Identity(me, os.getegid(), lambda: None)


def _for_root(base: Path, data: Path) -> Iterator[Identity]:
    """The identities that root can give to PostgreSQL, the preferred one first."""
    held = (data if data.exists() else base).stat()
    if held.st_uid != 0:
        yield from _stepping_down(held.st_uid, held.st_gid)
        return
    yield Identity(0, os.getegid(), _enter_namespace)
    if data.exists():
        return
    base.chmod(0o711)  # to be passed through; every file inside is private
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            yield from _stepping_down(account.pw_uid, account.pw_gid)


def _enter_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if _LIBC.unshare(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_UNPRIVILEGED} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_UNPRIVILEGED} {gid} 1")


def _stepping_down(uid: int, gid: int) -> Iterator[Identity]:
    def become() -> None:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)

    def become_but_enter_anywhere() -> None:
        _LIBC.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
        become()
        _keep_through_exec(_CAP_DAC_OVERRIDE)

    yield Identity(uid, gid, become)
    yield Identity(uid, gid, become_but_enter_anywhere)


def _keep_through_exec(capability: int) -> None:
    """Give up all capabilities but one, and let the next program have that one too."""
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)  # effective, permitted, inheritable
    if _LIBC.capset(header, sets) or _LIBC.prctl(_PR_CAP_AMBIENT, _RAISE, capability, 0, 0):
        raise OSError(ctypes.get_errno(), "capabilities")
