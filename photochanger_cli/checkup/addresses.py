"""Whether this installation answers at the addresses that are told to others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from attrs import field, frozen

from photochanger_adapters.provider_http.public_address import is_ip_literal, is_public
from photochanger_cli.settings import ServerSettings
from photochanger_core.domain.checkup import Finding, failure, warning, well
from photochanger_core.use_cases.lend_probe import LendProbe, Probe
from photochanger_web.links import provider_media_url

from .answers import Answered, Unreachable, answered
from .signs import LocalSign

SERVER: Final = "server"
PUBLIC: Final = "public address"

_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not to listen
_AT_HOME: Final = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


def local_url(settings: ServerSettings) -> str:
    """Return where the server listens, as seen from this machine."""
    host = _EVERYWHERE.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def is_public_url(url: str | None) -> bool:
    """Whether strangers reach *url*: no, if its host is of this machine, or of a network inside."""
    host = (urlsplit(url or "").hostname or "localhost").rstrip(".")
    if is_ip_literal(host):
        return is_public(host)
    return "." in host and not host.endswith(_AT_HOME)


@frozen(kw_only=True)
class ExamineAddresses:
    """See whether this installation answers at the addresses that are told to others.

    Attributes:
        seconds: That an answer may take.
    """

    settings: ServerSettings
    session: aiohttp.ClientSession = field(repr=False)
    seconds: float = 3.0

    async def server(self) -> Sequence[Finding]:
        """Return whether a server answers on this machine, and what it says of itself."""
        url = local_url(self.settings)
        try:
            alive = await self._get(f"{url}/livez")
            if alive.status != HTTPStatus.OK or alive.document != {"status": "ok"}:
                return [failure(SERVER, LocalSign.SERVER_OTHER, url=url)]
            return [_health(url, await self._get(f"{url}/healthz"))]
        except Unreachable as error:
            return [failure(SERVER, LocalSign.SERVER_AWAY, url=url, why=str(error))]

    async def with_probe(self, lend_probe: LendProbe) -> Sequence[Finding]:
        """Return whether what only this installation can know is handed out at every address.

        Raises:
            StorageFull, StorageUnavailable, QueueUnavailable: If there is no place for that.
        """
        async with lend_probe() as probe:
            here = self._handed_out(local_url(self.settings), probe)
            found = await asyncio.gather(here, *(self._public(url, probe) for url in self._bases()))
        return [finding for findings in found for finding in findings] + self._unset()

    async def alone(self) -> Sequence[Finding]:
        """Return whether anybody answers at the public addresses; who, is not known."""
        found = await asyncio.gather(*(self._public(url, None) for url in self._bases()))
        return [finding for findings in found for finding in findings] + self._unset()

    def _bases(self) -> Sequence[str]:
        """Return the addresses that are told to guests and to providers, each once."""
        told = (self.settings.public_base_url, self.settings.public_media_base_url)
        return [url for url in dict.fromkeys(told) if url is not None]

    def _unset(self) -> list[Finding]:
        return [] if self._bases() else [well(PUBLIC, LocalSign.PUBLIC_UNSET)]

    async def _handed_out(self, url: str, probe: Probe) -> Sequence[Finding]:
        """Return trouble if a server answers at *url* that has other data than this command.

        The look at the server tells if nobody answers, or some other program.
        """
        try:
            is_foreign = await self._has(url, None) is None and await self._has(url, probe)
        except Unreachable:
            return []
        return [failure(SERVER, LocalSign.SERVER_FOREIGN, url=url)] if is_foreign else []

    async def _public(self, url: str, probe: Probe | None) -> Sequence[Finding]:
        try:
            status = await self._has(url, probe)
        except Unreachable as error:
            return [failure(PUBLIC, LocalSign.PUBLIC_AWAY, url=url, why=str(error))]
        if status is not None:
            return [failure(PUBLIC, LocalSign.PUBLIC_OTHER, url=url, status=status)]
        if probe is None:
            return [warning(PUBLIC, LocalSign.PUBLIC_UNPROVEN, url=url)]
        return [well(PUBLIC, LocalSign.PUBLIC_OK, url=url)]

    async def _has(self, url: str, probe: Probe | None) -> int | None:
        """Return None if *url* leads to our server, else the status that somebody answered with.

        Raises:
            Unreachable: If nobody answers.
        """
        if probe is None:
            said = await self._get(f"{url}/livez")
            is_ours = said.document == {"status": "ok"}
        else:
            said = await self._get(provider_media_url(url, probe.media_id))
            is_ours = said.body == probe.content
        return None if is_ours and said.status == HTTPStatus.OK else said.status

    async def _get(self, url: str) -> Answered:
        return await answered(self.session, url, seconds=self.seconds)


def _health(url: str, said: Answered) -> Finding:
    document = said.document
    match document.get("status"):
        case "ok":
            return well(SERVER, LocalSign.SERVER_OK, url=url)
        case "degraded":
            bad = _bad({name: _status(of) for name, of in _object(document, "providers").items()})
            return warning(SERVER, LocalSign.SERVER_DEGRADED, what=bad)
        case _:
            bad = _bad(_object(document, "components")) or str(document.get("stage", ""))
            return failure(SERVER, LocalSign.SERVER_FAILED, what=bad, status=said.status)


def _object(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _status(provider: object) -> object:
    if not isinstance(provider, dict):
        return provider
    is_ok = provider.get("status") == "ok"
    return provider.get("circuit") if is_ok else provider.get("status")


def _bad(statuses: Mapping[str, object]) -> str:
    well_off = ("ok", "closed")
    return ", ".join(f"{name}: {one}" for name, one in statuses.items() if one not in well_off)
