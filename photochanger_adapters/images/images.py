"""Pictures worked on by libvips, apart from the server."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Final, Self

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import BadPicture, Finish, PictureProblem
from photochanger_core.ports.images import Drawn, ImagesPort
from photochanger_core.ports.media_store import Spool

from .delivery import Delivery
from .lane import Lane
from .tasks import Prepare, Preview, Render, unpacked_facts

WORKERS: Final = 2

_GIVING_WAY: Final = 10
"""Niceness of the process that makes previews."""


class VipsImages(ImagesPort):
    """libvips in processes of their own: two for photos and answers, one for previews.

    To be entered and left in the thread that runs the loop.
    """

    def __init__(self) -> None:
        self._pictures = Lane(WORKERS)
        self._previews = Lane(1, niceness=_GIVING_WAY)

    async def __aenter__(self) -> Self:
        try:
            await self._pictures.start()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

    async def prepare(
        self, photo: Blob, *, into: Spool, max_edge: int, max_bytes: int, seconds: float
    ) -> Drawn:
        task = Prepare(max_edge=max_edge, max_bytes=max_bytes)
        return _drawn(await self._pictures.work(task, photo, Delivery(into), seconds))

    async def render(self, answer: Blob, *, into: Spool, finish: Finish, seconds: float) -> Drawn:
        task = Render(finish=finish)
        return _drawn(await self._pictures.work(task, answer, Delivery(into), seconds))

    async def preview(self, picture: Blob, *, into: Spool, seconds: float) -> Drawn:
        return _drawn(await self._previews.work(Preview(), picture, Delivery(into), seconds))

    async def lull(self, *, until: float) -> None:
        await self._pictures.lull(until)

    async def _close(self) -> None:
        await self._pictures.close()
        await self._previews.close()


def _drawn(answer: dict[str, Any]) -> Drawn:
    """Return what an answer of `worker` says, or raise it."""
    if problem := answer.get("problem"):
        raise BadPicture(PictureProblem(problem), answer["detail"])
    return Drawn(facts=unpacked_facts(answer["facts"]), is_changed=answer["changed"])
