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

from photochanger_cli import variables
from photochanger_cli.settings import DOTENV, ServerSettings
from photochanger_core.domain.checkup import Finding, failure, warning, well
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

from .signs import LocalSign

SECRETS: Final = "secrets"
USER: Final = "user"

_FORMS: Final[Mapping[str, Callable[[str], object]]] = {
    "secret_keys": variables.secret_keys,
    "jwt_secret": variables.signing_keys,
}
"""Files that have to be of a form, or no server starts."""

_OTHERS: Final = stat.S_IRWXO
_GROUP: Final = stat.S_IRWXG
_ROOT: Final = 0


@frozen
class ExamineSecretFiles:
    """See whether files with secrets belong to the service, and are closed to others."""

    settings: ServerSettings

    async def __call__(self) -> Sequence[Finding]:
        """Return what was found."""
        return await asyncio.to_thread(lambda: list(self._look()))

    def _look(self) -> Iterator[Finding]:
        paths = [path for path in self._paths() if path.is_file()]
        trouble = [finding for path in paths for finding in self._troubles(path)]
        yield from trouble
        if not paths:
            yield warning(SECRETS, LocalSign.SECRETS_NONE, folder=str(self._folder))
        elif not trouble:
            yield well(SECRETS, LocalSign.SECRETS_OK, count=len(paths))
        first = self._folder / INGEST_PASSWORD
        if first in paths:
            yield warning(SECRETS, LocalSign.FIRST_PASSWORD, path=_quoted(first))

    @property
    def _folder(self) -> Path:
        return self.settings.data_dir / "secrets"

    def _paths(self) -> Iterator[Path]:
        yield from sorted({self.settings.credentials_file, *self._folder.glob("[!.]*")})
        yield self.settings.data_dir / "postgres" / "password"
        yield DOTENV.absolute()

    def _troubles(self, path: Path) -> Iterator[Finding]:
        yield from self._broken(path)
        status, service = path.stat(), owner_of(self.settings.data_dir)
        mode = f"{stat.S_IMODE(status.st_mode):04o}"
        if status.st_mode & (_OTHERS | _GROUP):
            tell = failure if status.st_mode & _OTHERS else warning
            yield tell(SECRETS, LocalSign.SECRET_EXPOSED, path=_quoted(path), mode=mode)
        given_by_root = path.name == DOTENV.name and status.st_uid == _ROOT
        if service is not None and status.st_uid != service and not given_by_root:
            yield warning(
                SECRETS,
                LocalSign.SECRET_FOREIGN,
                path=_quoted(path),
                owner=_name(status.st_uid),
                service=_name(service),
            )

    def _broken(self, path: Path) -> Iterator[Finding]:
        check = _FORMS.get(path.name) if path.parent == self._folder else None
        try:
            if check is not None:
                check(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            yield failure(SECRETS, LocalSign.SECRET_BROKEN, path=_quoted(path))


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
    try:
        return folder.stat().st_uid
    except OSError:
        return None


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
