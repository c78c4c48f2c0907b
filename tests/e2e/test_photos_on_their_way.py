"""What reaches the provider of a guest's photo, and what the guest gets back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import frozen
from PIL import Image

from photochanger_core.domain.picture import MediaType
from tests.pictures import JPEG, PNG, SIZE, WEBP, opened, oriented, picture, saved, shown_corners

from .parts import Service, running_server
from .watched_gemini import KEY, WatchedGemini, watched_gemini

CAMERA = (6000, 4000)
"""Pixels of a photo of 24 megapixels."""

UPRIGHT = ["red", "green", "blue", "black"]
SECRETS = (b"Exif", b"Telephone", b"1999:12:31")


@frozen
class Way:
    """A server and the provider it asks."""

    service: Service
    gemini: WatchedGemini

    async def to_provider(self, photo: bytes) -> bytes:
        """Send *photo* and return what of it has reached the provider."""
        answer = await self.service.send(photo)
        assert answer.head.status == 200, answer.body
        return self.gemini.photos[-1]


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    key = {"PHOTOCHANGER_GEMINI_API_KEY": KEY}
    with (
        watched_gemini() as gemini,
        running_server(tmp_path_factory.mktemp("way"), gemini.url, **key) as service,
    ):
        service.set("output_format=png", slot="slot-001")
        yield Way(service, gemini)


@pytest.mark.parametrize("kind", [JPEG, PNG, WEBP])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_photo_reaches_the_provider_upright_and_without_metadata(
    way: Way, kind: MediaType, orientation: int
) -> None:
    sent = oriented(kind, orientation)
    assert SECRETS[1] in sent
    got = await way.to_provider(sent)
    assert opened(got).size == SIZE
    assert shown_corners(got) == UPRIGHT
    assert not opened(got).getexif()
    assert not any(secret in got for secret in SECRETS)


async def test_a_photo_with_nothing_to_change_keeps_its_bytes(way: Way) -> None:
    sent = picture(JPEG)
    assert await way.to_provider(sent) == sent


async def test_a_photo_of_24_megapixels_is_scaled_down(way: Way) -> None:
    noise = Image.effect_noise((600, 400), 50).convert("RGB").resize(CAMERA)
    got = await way.to_provider(saved(noise, JPEG))
    assert opened(got).size == (3072, 2048)


async def test_a_result_has_the_format_and_size_that_its_slot_wants(way: Way) -> None:
    answer = await way.service.send(picture(JPEG))
    assert answer.picture() == PNG == answer.head.headers["content-type"]
    way.service.set(
        *("is_active=true", "prompt=A pirate.", "output_format=webp", "output_fit=cover"),
        *("output_width=300", "output_height=200"),
        slot="slot-002",
    )
    answer = await way.service.send(picture(JPEG), slot="slot-002")
    assert answer.picture() == WEBP
    assert opened(answer.body).size == (300, 200)
