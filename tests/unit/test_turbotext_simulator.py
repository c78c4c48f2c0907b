"""The stand-in for Turbotext is strict, and really fetches what it is told of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import aiohttp
import pytest
from PIL import Image, ImageChops, ImageStat

from photochanger_adapters.simulators import turbotext_fetching, turbotext_queue
from photochanger_adapters.simulators.turbotext import Behaviour, running_turbotext_simulator
from tests.orders import PATIENCE, eventually
from tests.photo_server import GUEST, STYLE
from tests.pictures import opened
from tests.turbotext_account import Account, turbotext_account

METHODS = ["mix_images", "deepfake_photo", "generate_image2image", "object_replace"]


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with turbotext_account() as account:
        yield account


async def picture(account: Account, answer: Any) -> Image.Image:
    assert answer["success"], answer
    async with account.http.get(answer["uploaded_image"]) as came:
        assert (came.status, came.content_type) == (200, "image/png")
        image = opened(await came.read())
    assert image.format == "PNG"
    return image


@pytest.mark.parametrize("method", METHODS)
async def test_an_order_becomes_a_visibly_changed_photo(account: Account, method: str) -> None:
    answer = await account.result(method, **account.good(method))

    changed, guest = (await picture(account, answer)).convert("RGB"), opened(GUEST)
    assert (changed.width < changed.height) == (method == "deepfake_photo")
    difference = ImageChops.difference(changed.resize(guest.size), guest)
    assert sum(ImageStat.Stat(difference).mean) / 3 > 30


async def test_different_guests_get_different_pictures_from_one_template(account: Account) -> None:
    fields = account.good("deepfake_photo")
    one = await account.result("deepfake_photo", **fields)
    fields["url_image_target"] = account.photos + "square.webp"
    other = await account.result("deepfake_photo", **fields)

    assert (await picture(account, one)).tobytes() != (await picture(account, other)).tobytes()


async def test_it_wants_to_be_asked_again_until_the_result_is_ready(account: Account) -> None:
    account.simulator.behave(delay_seconds=PATIENCE)
    later = await account.order("mix_images", **account.style())
    account.simulator.behave()
    await account.result("mix_images", **account.style())

    assert await account.poll("mix_images", later) == {"action": "reconnect"}


async def test_each_order_costs_a_photo_and_asking_costs_nothing(account: Account) -> None:
    one = await account.result("mix_images", **account.style())
    await account.ask("available_api", {"do": "create_queue"})
    other = await account.result("mix_images", **account.style())

    left = [answer["limits"]["foto_limit"] for answer in (one, other)]
    assert left[0] - left[1] == 1
    assert one["limits"]["text_limit"] == other["limits"]["text_limit"]
    assert account.simulator.calls == 2


async def test_the_methods_of_the_account_are_listed(account: Account) -> None:
    status, answer = await account.ask("available_api", {"do": "create_queue"})

    assert (status, answer) == (200, {"success": True, "data": {"methods": METHODS}})
    assert (account.simulator.calls, account.simulator.refused) == (0, 0)


async def test_it_tells_what_it_received(account: Account) -> None:
    fields = account.style(content="Ван Гог")
    await account.result("mix_images", **fields)
    await account.ask("mix_images", {"do": "create_queue"})

    async with account.http.get(f"{account.simulator.url}/_simulator/received") as answer:
        report = await answer.json()
    [seen] = report["received"]
    guest, style = seen["pictures"]
    assert (report["calls"], report["refused"]) == (1, 1)
    assert report["polls"] == account.simulator.polls > 0
    assert (seen["method"], seen["fields"], seen["fault"]) == ("mix_images", fields, None)
    assert guest == {
        "field_name": "url_image_target",
        "url": fields["url_image_target"],
        "status": 200,
        "content_type": "image/jpeg",
        "problem": None,
        "picture": {
            "media_type": "image/jpeg",
            "size": len(GUEST),
            "sha256": sha256(GUEST).hexdigest(),
            "pixels": [300, 200],
            "has_exif": True,
        },
    }
    assert (style["field_name"], style["picture"]["sha256"]) == ("url", sha256(STYLE).hexdigest())


@pytest.mark.parametrize("name", ["guest.jpg", "style.png", "square.webp", "parameter"])
async def test_pictures_of_three_kinds_are_fetched(account: Account, name: str) -> None:
    answer = await account.result("generate_image2image", url=account.photos + name, content="x")

    assert answer["success"]


async def test_a_picture_of_the_limit_is_fetched(account: Account) -> None:
    url = account.photos + "large.jpg"
    answer = await account.result("generate_image2image", url=url, content="x")

    assert answer["success"]


BAD_LINKS = {
    "gone.jpg": "status 404",
    "moved.jpg": "status 302",
    "mislabelled": "image/jpeg is labelled as image/png",
    "unlabelled": "image/jpeg is labelled as application/octet-stream",
    "words": "no picture",
    "words.jpg": "no picture",
    "empty.jpg": "no picture",
    "packed.jpg": "no picture",
    "too_large.jpg": "more than 20971520 bytes",
    "half.jpg": "ClientPayloadError",
}


@pytest.mark.parametrize("name, problem", BAD_LINKS.items())
async def test_links_that_lead_to_no_picture_end_in_an_error(
    account: Account, name: str, problem: str
) -> None:
    url = account.photos + name
    answer = await account.result("mix_images", **account.style(url_image_target=url))

    [seen] = account.simulator.received
    guest, style = seen.pictures
    assert answer == {"success": False, "error": f"Cannot load url: {url}"}
    assert problem in (guest.problem or "")
    assert (guest.picture, style.problem) == (None, None)


@pytest.mark.parametrize("link", ["/guest.jpg", "guest.jpg", "ws:{}", "ftp:{}", "http://", "http"])
async def test_links_that_are_no_web_addresses_end_in_an_error(account: Account, link: str) -> None:
    url = link.format(account.photos.removeprefix("http:") + "guest.jpg")
    answer = await account.result("mix_images", **account.style(url=url))

    assert answer == {"success": False, "error": f"Cannot load url: {url}"}


async def test_a_picture_that_does_not_come_in_time_is_an_error(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turbotext_fetching, "FETCH_SECONDS", 0.1)
    url = account.photos + "never.jpg"
    answer = await account.result("mix_images", **account.style(url=url))

    assert answer == {"success": False, "error": f"Cannot load url: {url}"}
    assert "Timeout" in (account.simulator.received[0].pictures[1].problem or "")


async def test_a_picture_that_cannot_be_decoded_is_an_error(account: Account) -> None:
    url = account.photos + "broken.jpg"
    answer = await account.result("mix_images", **account.style(url_image_target=url))

    assert answer == {"success": False, "error": "Cannot read image"}


async def test_entries_are_known_by_number_and_method(account: Account) -> None:
    queueid = await account.order("mix_images", **account.style())

    answers = [
        await account.poll("mix_images", queueid + 1),
        await account.poll("deepfake_photo", queueid),
    ]

    assert [answer["success"] for answer in answers] == [False, False]
    assert all("Unknown queueid" in answer["error"] for answer in answers)
    assert (account.simulator.polls, account.simulator.refused) == (0, 2)


async def test_old_entries_are_forgotten(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turbotext_queue, "KEPT", 2)
    numbers = [await account.order("mix_images", **account.style()) for _ in range(3)]

    answers = [await account.poll("mix_images", number) for number in numbers]

    known = ["Unknown queueid" not in answer.get("error", "") for answer in answers]
    assert known == [False, True, True]


@pytest.mark.parametrize("path", ["/uploads/7.png", "/uploads/x.png", "/elsewhere"])
async def test_unknown_pictures_are_not_found(account: Account, path: str) -> None:
    async with account.http.get(account.simulator.url + path) as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


async def test_a_picture_is_not_there_before_it_is_ready(account: Account) -> None:
    account.simulator.behave(delay_seconds=PATIENCE)
    queueid = await account.order("mix_images", **account.style())
    await eventually(lambda: bool(account.simulator.received[0].pictures))

    async with account.http.get(f"{account.simulator.url}/uploads/{queueid}.png") as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("delay_seconds", [0, PATIENCE])
async def test_it_stops_at_once_whatever_is_ordered(delay_seconds: float) -> None:
    async with asyncio.timeout(PATIENCE), turbotext_account() as account:
        behaviour = Behaviour(delay_seconds=delay_seconds)
        async with running_turbotext_simulator(behaviour=behaviour) as simulator:
            other = Account(simulator, account.http, account.photos)
            await other.order("mix_images", **other.style(url=other.photos + "never.jpg"))
        with pytest.raises(aiohttp.ClientConnectionError):
            await other.poll("mix_images", 1)
