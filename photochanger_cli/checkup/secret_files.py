"""Whether files with secrets are closed to others."""

from __future__ import annotations

import asyncio
import os
import pwd
import shlex
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from photochanger_adapters.security.safe_file import read_bounded
from photochanger_cli import variables
from photochanger_cli.kept_secrets import (
    FIRST_PASSWORDS,
    JWT_SECRET,
    SECRET_KEYS,
    secrets_folder,
)
from photochanger_cli.settings import DOTENV, ServerSettings
from photochanger_core.domain.checkup import Finding, failure, warning, well
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

from .signs import LocalSign

SECRETS: Final = "secrets"
USER: Final = "user"

_FORMS: Final[Mapping[str, tuple[Callable[[str], object], LocalSign]]] = {
    SECRET_KEYS: (variables.secret_keys, LocalSign.SECRET_KEYS_BROKEN),
    JWT_SECRET: (variables.signing_keys, LocalSign.JWT_SECRET_BROKEN),
}
"""Files that have to be of a form, or no server starts, and what it means that one is not."""

_OTHERS: Final = stat.S_IRWXO
_GROUP: Final = stat.S_IRWXG
_MAY_WRITE: Final = stat.S_IWOTH | stat.S_IWGRP
_ROOT: Final = 0


@frozen
class ExamineSecretFiles:
    """See whether files with secrets belong to the service, and are closed to others."""

    settings: ServerSettings

    async def __call__(self) -> Sequence[Finding]:
        """Return what was found."""
        return await asyncio.to_thread(lambda: list(self._look()))

    def _look(self) -> Iterator[Finding]:
        looks = {path: list(self._troubles(path)) for path in self._paths() if _is_there(path)}
        folders = list(self._folders())
        trouble = [*folders, *(one for found in looks.values() for one in found)]
        yield from trouble
        is_closed = any(finding.sign == LocalSign.SECRET_UNREADABLE for finding in folders)
        if not looks and not is_closed:
            yield warning(SECRETS, LocalSign.SECRETS_NONE, folder=str(self._folder))
        elif not trouble:
            yield well(SECRETS, LocalSign.SECRETS_OK, count=len(looks))
        for first in (self._folder / INGEST_PASSWORD, self._folder / FIRST_PASSWORDS):
            if first in looks:
                yield warning(SECRETS, LocalSign.FIRST_PASSWORD, path=_quoted(first))

    @property
    def _folder(self) -> Path:
        return secrets_folder(self.settings.data_dir)

    def _paths(self) -> Iterator[Path]:
        yield from sorted({self.settings.credentials_file, *self._kept()})
        yield self.settings.data_dir / "postgres" / "password"
        yield DOTENV.absolute()

    def _kept(self) -> Sequence[Path]:
        """Return what is kept in the folder; where it cannot be seen, nothing."""
        try:
            return [path for path in self._folder.iterdir() if not path.name.startswith(".")]
        except OSError:  # the look at the folders tells of that
            return []

    def _folders(self) -> Iterator[Finding]:
        """Yield what is wrong with the folders: who may write there replaces what lies there."""
        for folder in (self.settings.data_dir, self._folder):
            try:
                mode = folder.stat().st_mode
                list(folder.iterdir())
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                yield _unreadable(folder, error)
                return
            if mode & _MAY_WRITE:
                tell = failure if mode & stat.S_IWOTH else warning
                yield tell(SECRETS, LocalSign.FOLDER_OPEN, **_with_mode(folder, mode))

    def _troubles(self, path: Path) -> Iterator[Finding]:
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                yield _odd(path, status.st_mode)
                return
            yield from self._exposed(path, status)
            yield from self._broken(path)
        except OSError as error:
            yield _unreadable(path, error)

    def _exposed(self, path: Path, status: os.stat_result) -> Iterator[Finding]:
        service = _status_of(self.settings.data_dir)
        given_by_root = path.name == DOTENV.name and status.st_uid == _ROOT
        exposing = _OTHERS | _GROUP
        if service is not None and given_by_root and status.st_gid == service.st_gid:
            exposing &= ~stat.S_IRGRP  # or the service could not read it
        if status.st_mode & exposing:
            tell = failure if status.st_mode & _OTHERS else warning
            yield tell(SECRETS, LocalSign.SECRET_EXPOSED, **_with_mode(path, status.st_mode))
        if service is not None and status.st_uid != service.st_uid and not given_by_root:
            yield warning(
                SECRETS,
                LocalSign.SECRET_FOREIGN,
                path=_quoted(path),
                owner=_name(status.st_uid),
                service=_name(service.st_uid),
            )

    def _broken(self, path: Path) -> Iterator[Finding]:
        """Yield whether a file that has to be of a form is of another.

        Raises:
            OSError: If it cannot be read, which need not be the file's fault.
        """
        if path.parent != self._folder or path.name not in _FORMS:
            return
        check, sign = _FORMS[path.name]
        try:
            check(read_bounded(path)[0].decode("ascii").strip())
        except ValueError:
            yield failure(SECRETS, sign, path=_quoted(path))


def _is_there(path: Path) -> bool:
    """Whether something is there, if only a link to nowhere; where it cannot be told, no.

    The look at the folder tells of that.
    """
    return os.path.lexists(path)


def _odd(path: Path, mode: int) -> Finding:
    """Return that *path* is no file: whoever opens a pipe waits for ever."""
    tell = warning if stat.S_ISDIR(mode) else failure
    return tell(SECRETS, LocalSign.SECRET_ODD, path=_quoted(path))


def _unreadable(path: Path, error: OSError) -> Finding:
    return failure(
        SECRETS, LocalSign.SECRET_UNREADABLE, path=_quoted(path), why=error.strerror or "-"
    )


def _with_mode(path: Path, mode: int) -> Mapping[str, str]:
    return {"path": _quoted(path), "mode": f"{stat.S_IMODE(mode):04o}"}


async def examine_user(settings: ServerSettings) -> Sequence[Finding]:
    """Return whether somebody else than the service's user looks: what works for one need not do.

    Root may do everything, and what it writes the service may not read.
    """
    service = await asyncio.to_thread(owner_of, settings.data_dir)
    if service is None or service == os.geteuid():
        return []
    told = {"user": _name(os.geteuid()), "service": _name(service)}
    return [warning(USER, LocalSign.OTHER_USER, **told)]


def owner_of(folder: Path) -> int | None:
    """Return whose *folder* is; None: nobody's, as it is not there."""
    status = _status_of(folder)
    return None if status is None else status.st_uid


def _status_of(folder: Path) -> os.stat_result | None:
    try:
        return folder.stat()
    except OSError:
        return None


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
