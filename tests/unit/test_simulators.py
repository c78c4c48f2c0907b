"""The stand-in for Gemini is as strict as the real service, and goes wrong when told to."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient
from PIL import Image, ImageChops, ImageStat

from photochanger_adapters.simulators.gemini import (
    Behaviour,
    create_gemini_simulator,
    running_gemini_simulator,
)
from photochanger_adapters.simulators.gemini_app import STATE
from photochanger_adapters.simulators.gemini_errors import BROKEN
from photochanger_adapters.simulators.gemini_faults import FAULTS
from photochanger_adapters.simulators.gemini_rules import Accepted
from photochanger_adapters.simulators.gemini_seen import Seen
from photochanger_adapters.simulators.gemini_state import GeminiState
from photochanger_adapters.simulators.state import REMEMBERED
from photochanger_core.domain.picture import MediaType
from tests.pictures import picture

KEY = "simulated-key"
MODEL = "gemini-3.1-flash-image"
PHOTO = picture(MediaType.JPEG, size=(300, 200))
PATIENCE = 20
WANTED = Accepted(
    model=MODEL,
    prompt="Studio portrait",
    system_instruction="",
    pictures=(),
    aspect_ratio=None,
    image_size=None,
    body_size=2,
)

Client = TestClient[aiohttp.web.Request, aiohttp.web.Application]
Change = Callable[[Any], object]


def inline(content: bytes, label: str = "image/jpeg") -> dict[str, object]:
    return {"inlineData": {"mimeType": label, "data": base64.b64encode(content).decode()}}


GOOD: dict[str, Any] = {
    "contents": [{"role": "user", "parts": [inline(PHOTO), {"text": "Studio portrait"}]}],
    "systemInstruction": {"parts": [{"text": "Keep the faces."}]},
    "generationConfig": {
        "responseModalities": ["TEXT", "IMAGE"],
        "imageConfig": {"aspectRatio": "3:2", "imageSize": "512"},
    },
    "safetySettings": [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_ONLY_HIGH"},
    ],
}


@pytest.fixture
async def client(
    aiohttp_client: Callable[[aiohttp.web.Application], Awaitable[Client]],
) -> Client:
    return await aiohttp_client(create_gemini_simulator(KEY))


async def ask(
    client: Client, body: object = GOOD, *, model: str = MODEL, **headers: str
) -> tuple[int, Any]:
    """Return status and JSON of the answer to *body*."""
    data = body if isinstance(body, bytes | BytesIO) else json.dumps(body).encode()
    answer = await client.post(
        f"/v1beta/models/{model}:generateContent",
        data=data,
        headers={"x-goog-api-key": KEY, "Content-Type": "application/json"} | headers,
    )
    return answer.status, await answer.json()


def picture_in(answer: Any) -> bytes:
    *_, last = answer["candidates"][0]["content"]["parts"]
    return base64.b64decode(last["inlineData"]["data"])


async def test_a_good_request_gets_a_visibly_changed_photo(client: Client) -> None:
    status, answer = await ask(client)

    assert status == 200
    assert answer["candidates"][0]["finishReason"] == "STOP"
    assert answer["modelVersion"] == MODEL
    with Image.open(BytesIO(picture_in(answer))) as changed, Image.open(BytesIO(PHOTO)) as photo:
        assert (changed.format, changed.size) == ("PNG", (640, 432))
        difference = ImageChops.difference(changed.resize(photo.size), photo)
    assert sum(ImageStat.Stat(difference).mean) / 3 > 30


async def test_the_same_request_gets_the_same_answer(client: Client) -> None:
    assert await ask(client) == await ask(client)


def following(photo: bytes) -> dict[str, object]:
    """Return a request without wishes for size or shape."""
    return {
        "contents": [{"parts": [inline(photo), {"text": "Studio portrait"}]}],
        "generationConfig": {"responseModalities": ["IMAGE"]},
    }


async def test_without_wishes_the_picture_has_the_shape_of_the_photo(client: Client) -> None:
    _, answer = await ask(client, following(PHOTO))

    with Image.open(BytesIO(picture_in(answer))) as changed:
        assert changed.size == (1264, 848)


async def test_pro_models_send_drafts_as_thoughts_first(client: Client) -> None:
    _, answer = await ask(client, model="gemini-3-pro-image")

    parts = answer["candidates"][0]["content"]["parts"]
    assert [part.get("thought", False) for part in parts] == [True, True, False, False]
    assert "inlineData" in parts[1]


async def test_it_tells_what_it_received(client: Client) -> None:
    await ask(client)
    await ask(client, b"{}")

    report = await (await client.get("/_simulator/received")).json()
    [seen] = report["received"]
    assert (report["calls"], report["refused"]) == (1, 1)
    assert (seen["model"], seen["prompt"]) == (MODEL, "Studio portrait")
    assert seen["system_instruction"] == "Keep the faces."
    assert seen["pictures"] == [
        {
            "media_type": "image/jpeg",
            "size": len(PHOTO),
            "sha256": sha256(PHOTO).hexdigest(),
            "pixels": [300, 200],
            "has_exif": False,
        }
    ]


def turned_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


@pytest.mark.parametrize("kind", MediaType)
@pytest.mark.parametrize("has_exif", [True, False])
async def test_it_tells_size_and_exif_of_what_it_received(
    client: Client, kind: MediaType, *, has_exif: bool
) -> None:
    options: dict[str, Any] = {"exif": turned_exif()} if has_exif else {}
    photo = picture(kind, size=(70, 40), **options)
    body = copy.deepcopy(GOOD)
    parts(body)[0] = inline(photo, kind.value)
    await ask(client, body)

    [seen] = client.app[STATE].received
    assert (seen.pictures[0].pixels, seen.pictures[0].has_exif) == ((70, 40), has_exif)


async def test_it_tells_of_a_photo_that_cannot_be_read(client: Client) -> None:
    body = copy.deepcopy(GOOD)
    parts(body)[0] = inline(b"\xff\xd8\xffno picture")
    await ask(client, body)

    [seen] = client.app[STATE].received
    assert (seen.pictures[0].pixels, seen.pictures[0].has_exif) == (None, False)


async def test_calls_are_counted_beyond_what_is_remembered(client: Client) -> None:
    state = client.app[STATE]
    state.behave(Behaviour(fault="http_500"))
    await ask(client)
    for _ in range(REMEMBERED):
        state.note(Seen.of(WANTED, None))

    report = await (await client.get("/_simulator/received")).json()
    assert (report["calls"], len(report["received"])) == (REMEMBERED + 1, REMEMBERED)


def parts(body: Any) -> Any:
    return body["contents"][0]["parts"]


def image(body: Any) -> Any:
    return body["generationConfig"]["imageConfig"]


BROKEN_RULES: list[tuple[str, Change]] = [
    ('Unknown name "temperature"', lambda b: b.update(temperature=1)),
    ('Unknown name "topK" at', lambda b: b["generationConfig"].update(topK=1)),
    ("\"inline_data\" at 'contents[0].parts[0]'", lambda b: parts(b)[0].update(inline_data=1)),
    ('Unknown name "x" at', lambda b: b["contents"][0].update(x=1)),
    ("oneof", lambda b: parts(b)[0].update(text="both")),
    ("initialized field", lambda b: parts(b)[1].update(text="")),
    ("initialized field", lambda b: parts(b).append({})),
    ("TYPE_STRING", lambda b: parts(b)[1].update(text=5)),
    ("must not be empty", lambda b: parts(b).clear()),
    ("not specified", lambda b: b.pop("contents")),
    ("a list is wanted", lambda b: b.update(contents={})),
    ("an object is wanted", lambda b: b.update(contents=["x"])),
    ("TYPE_ENUM", lambda b: b["contents"][0].update(role="guest")),
    ("A picture", lambda b: parts(b).pop(0)),
    ("fewer than 15 images", lambda b: parts(b).extend([parts(b)[0]] * 14)),
    ("Base64", lambda b: parts(b)[0]["inlineData"].update(data="data:image/jpeg;base64,AAAA")),
    ("Base64", lambda b: parts(b)[0]["inlineData"].update(data="AAA")),
    ("Base64", lambda b: parts(b)[0]["inlineData"].update(data="ÄÄÄÄ")),
    ("Unsupported MIME", lambda b: parts(b)[0]["inlineData"].update(mimeType="image/gif")),
    ("Unable to process", lambda b: parts(b)[0]["inlineData"].update(mimeType="image/png")),
    ("Unable to process", lambda b: parts(b).insert(0, inline(b"\xff\xd8\xffno picture"))),
    ("modalities", lambda b: b["generationConfig"].update(responseModalities=["AUDIO"])),
    ("modalities", lambda b: b.pop("generationConfig")),
    ("aspect_ratio", lambda b: image(b).update(aspectRatio="7:5")),
    ("image_size", lambda b: image(b).update(imageSize="1k")),
    ("safety_settings[0].category", lambda b: b["safetySettings"][0].pop("category")),
    ("threshold", lambda b: b["safetySettings"][0].update(threshold="NEVER")),
    ("system_instruction", lambda b: b["systemInstruction"].update(parts=[inline(PHOTO)])),
]


@pytest.mark.parametrize("message, change", BROKEN_RULES)
async def test_broken_rules_are_refused_as_the_real_service_does(
    client: Client, message: str, change: Change
) -> None:
    body = copy.deepcopy(GOOD)
    change(body)

    status, answer = await ask(client, body)

    error = answer["error"]
    assert (status, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert message in error["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"[]", b"null"])
async def test_what_is_no_json_object_is_refused(client: Client, body: bytes) -> None:
    status, answer = await ask(client, body)

    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")


async def test_other_types_of_content_are_refused(client: Client) -> None:
    status, _ = await ask(client, **{"Content-Type": "text/plain"})

    assert status == 400


async def test_bodies_over_20_mib_are_refused(client: Client) -> None:
    status, answer = await ask(client, BytesIO(bytes(20 * 1024 * 1024 + 1)))

    assert status == 400
    assert "exceeds the limit: 20971520 bytes" in answer["error"]["message"]


@pytest.mark.parametrize("model", ["gemini-2.5-flash-image", "gemini-3-pro-image-preview"])
async def test_models_that_are_gone_are_not_found(client: Client, model: str) -> None:
    status, answer = await ask(client, model=model)
    shown = await client.get(f"/v1beta/models/{model}", headers={"x-goog-api-key": KEY})

    assert (status, answer["error"]["status"]) == (404, "NOT_FOUND")
    assert shown.status == 404


async def test_small_models_make_1k_only(client: Client) -> None:
    status, _ = await ask(client, model="gemini-3.1-flash-lite-image")

    assert status == 400


async def test_a_wrong_key_is_a_400_and_none_a_403(client: Client) -> None:
    wrong = await ask(client, **{"x-goog-api-key": "other"})
    none = await ask(client, **{"x-goog-api-key": ""})

    assert wrong[0] == 400
    assert wrong[1]["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert (none[0], none[1]["error"]["status"]) == (403, "PERMISSION_DENIED")


async def test_models_can_be_looked_up(client: Client) -> None:
    answer = await client.get(f"/v1beta/models/{MODEL}", headers={"x-goog-api-key": KEY})
    wrong = await client.get(f"/v1beta/models/{MODEL}", headers={"x-goog-api-key": "other"})

    assert (await answer.json())["name"] == f"models/{MODEL}"
    assert wrong.status == 400


async def test_it_behaves_as_told_from_outside_and_then_well_again(client: Client) -> None:
    told = await client.put("/_simulator/behaviour", json={"fault": "http_503", "times": 2})

    assert told.status == 204
    assert [(await ask(client))[0] for _ in range(3)] == [503, 503, 200]


async def test_several_orders_make_a_sequence(client: Client) -> None:
    for fault, times in (("http_503", 2), (None, 1), ("http_429", 1)):
        await client.put("/_simulator/behaviour", json={"fault": fault, "times": times})

    statuses = [(await ask(client))[0] for _ in range(5)]

    assert statuses == [503, 503, 200, 429, 200]


async def test_a_share_goes_wrong_the_same_way_for_the_same_seed(client: Client) -> None:
    outcomes = []
    for seed in (1, 1, 2):
        told = {"fault": "http_500", "share": 0.5, "seed": seed}
        await client.put("/_simulator/behaviour", json=told)
        outcomes.append([(await ask(client))[0] for _ in range(12)])

    assert outcomes[0] == outcomes[1] != outcomes[2]
    assert set(outcomes[0]) == {200, 500}


@pytest.mark.parametrize("share, least, most", [(0, 0, 0), (0.2, 150, 250), (1, 1_000, 1_000)])
def test_so_many_go_wrong(share: float, least: int, most: int) -> None:
    state = GeminiState(KEY, Behaviour(fault="http_500", share=share, delay_seconds=2))
    came = [state.next_behaviour() for _ in range(1_000)]

    assert least <= sum(behaviour.fault is not None for behaviour in came) <= most
    assert {behaviour.delay_seconds for behaviour in came} == {2}


async def test_what_is_told_last_holds_until_further_notice(client: Client) -> None:
    state = client.app[STATE]
    state.behave(Behaviour(fault="http_500", times=5))
    state.behave(Behaviour(fault="http_429"))

    statuses = [(await ask(client))[0] for _ in range(2)]
    state.behave(Behaviour())

    assert [*statuses, (await ask(client))[0]] == [429, 429, 200]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"fault":"earthquake"}',
        b'{"times":0}',
        b'{"delay_seconds":-1}',
        b'{"delay_seconds":"long"}',
        b'{"share":1.1}',
        b'{"share":-0.1}',
        b'{"seed":"x"}',
        b'{"speed":1}',
    ],
)
async def test_behaviour_that_makes_no_sense_is_refused(client: Client, body: bytes) -> None:
    answer = await client.put("/_simulator/behaviour", data=body)

    assert answer.status == 400
    assert (await answer.json())["error"]["message"]


@pytest.mark.parametrize("fault", sorted(BROKEN))
async def test_errors_on_request_have_the_shape_of_real_ones(client: Client, fault: str) -> None:
    client.app[STATE].behave(Behaviour(fault=fault))

    status, answer = await ask(client)

    assert fault == f"http_{status}"
    assert answer["error"]["code"] == status
    assert answer["error"]["message"]


def test_every_fault_says_what_it_does() -> None:
    assert len(FAULTS) == 31
    with pytest.raises(ValueError, match="no such fault: earthquake"):
        Behaviour(fault="earthquake")


@pytest.mark.parametrize("size, turned", [((300, 200), (848, 1264)), ((200, 300), (1264, 848))])
async def test_a_turned_picture_stands_for_a_photo_that_lies(
    client: Client, size: tuple[int, int], turned: tuple[int, int]
) -> None:
    client.app[STATE].behave(Behaviour(fault="turned"))

    _, answer = await ask(client, following(picture(MediaType.JPEG, size=size)))

    with Image.open(BytesIO(picture_in(answer))) as came:
        assert came.size == turned


async def test_a_flat_picture_is_of_one_colour_and_as_large_as_the_right_one(
    client: Client,
) -> None:
    _, good = await ask(client)
    client.app[STATE].behave(Behaviour(fault="flat"))
    _, answer = await ask(client)

    with (
        Image.open(BytesIO(picture_in(good))) as right,
        Image.open(BytesIO(picture_in(answer))) as came,
    ):
        assert came.size == right.size
        assert len(came.getcolors() or []) == 1


async def test_a_truncated_picture_cannot_be_decoded(client: Client) -> None:
    client.app[STATE].behave(Behaviour(fault="truncated_picture"))
    _, answer = await ask(client)

    with Image.open(BytesIO(picture_in(answer))) as came, pytest.raises(OSError, match="truncated"):
        came.load()


async def test_no_image_comes_with_its_reason_or_with_words(client: Client) -> None:
    state = client.app[STATE]
    for fault in ("no_image", "only_words"):
        state.behave(Behaviour(fault=fault, times=1))
    (_, none), (_, words) = await ask(client), await ask(client)

    assert none["candidates"] == [{"finishReason": "NO_IMAGE", "index": 0}]
    assert words["candidates"][0]["finishReason"] == "STOP"
    assert words["candidates"][0]["content"]["parts"][0]["text"]


@pytest.mark.parametrize("fault", ["hang", "slow_headers", "slow_drip", "huge_chunked"])
async def test_it_stops_at_once_whatever_goes_on(fault: str) -> None:
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        async with running_gemini_simulator(behaviour=Behaviour(fault=fault)) as simulator:
            asking = asyncio.create_task(ask_without_reading(session, simulator.url))
            while not simulator.received:
                await asyncio.sleep(0.01)
        assert simulator.open_calls == 0
        asking.cancel()
        await asyncio.wait([asking])


async def ask_without_reading(session: aiohttp.ClientSession, url: str) -> None:
    url = f"{url}/v1beta/models/{MODEL}:generateContent"
    async with session.post(url, json=GOOD, headers={"x-goog-api-key": KEY}):
        await asyncio.Event().wait()
