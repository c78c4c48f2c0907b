"""A provider that fetches its pictures by links, in process."""

from __future__ import annotations

from attrs import define, field, frozen

from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_core.assembly import UseCases
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Answer, Operation, Order
from tests.memory_world import LINKS, MemoryWorld


@frozen
class Fetched:
    """A picture as it was fetched."""

    link: str
    content: bytes
    media_type: MediaType


@define
class FetchingProvider(ScriptedProvider):
    """Fetches what it is given links to, then does what a scripted provider does.

    Attributes:
        use: Where links lead to.
        fetched: What came, oldest first.
    """

    use: UseCases | None = field(default=None, init=False)
    fetched: list[Fetched] = field(factory=list, init=False)

    async def process(self, order: Order) -> Answer:
        for link in order.links:
            self.fetched.append(await self._fetch(link))
        return await super().process(order)

    async def _fetch(self, link: str) -> Fetched:
        assert self.use is not None
        picture = await self.use.read_provider_media(media_in(link))
        return Fetched(link, await content_of(picture), picture.media_type)


def media_in(link: str) -> str:
    """Return the id of the media object that *link* leads to."""
    return link.removeprefix(f"{LINKS}/")


async def content_of(picture: Blob) -> bytes:
    """Return a picture's bytes, and close it."""
    got = b"".join([chunk async for chunk in picture.chunks()])
    await picture.close()
    return got


def fetching_world() -> tuple[MemoryWorld, FetchingProvider]:
    """Return a world whose provider fetches pictures by links, and the provider."""
    world = MemoryWorld()
    operations = {"image_edit": Operation(schema={}, requires_public_media=True)}
    provider = FetchingProvider(world.clock, operations=operations)
    world.provider = provider
    provider.use = world.use
    return world, provider
