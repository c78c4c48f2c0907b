"""A slot of Turbotext, with every real part: it fetches photos from the server, by links."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from photochanger_core.domain.picture import MediaType
from tests.pictures import JPEG, SIZE, oriented, picture

from .parts import Service, refusal, running_server
from .processes import PATIENCE, Process, free_port

EDIT, STYLE, OBJECT = "slot-001", "slot-002", "slot-003"
WINDOW_MS: Final = 10_000
GRACE_MS: Final = 250

FAULTS: Final = {
    ("http_500", "create"): (503, "provider_5xx"),
    ("http_429", "create"): (503, "quota"),
    ("http_401", "create"): (502, "misconfigured"),
    ("no_queueid", "create"): (502, "bad_response"),
    ("reset", "create"): (503, "network"),
    ("malformed", "create"): (502, "bad_response"),
    ("unknown_error", "create"): (502, "bad_response"),
    ("forbidden_content", "result"): (502, "refused"),
    ("python_like", "result"): (502, "bad_response"),
    ("truncated_picture", "picture"): (502, "bad_response"),
    ("redirect", "picture"): (502, "bad_response"),
    ("huge_chunked", "picture"): (502, "bad_response"),
}
"""What some faults become for the booth; the driver's own tests try them all."""

ELSEWHERE: Final = [
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/picture.png",
    "https://localhost/picture.png",
    "http://localhost:{port}/livez",
    "http://127.0.0.1:{port}/livez",
    "http://[::ffff:127.0.0.1]:{port}/livez",
    "http://2130706433:{port}/livez",
    "file:///etc/passwd",
    "https://user@www.turbotext.ru/x.png",
]
"""Where no picture is fetched from; {port} is our own server's, which would answer."""


TEMPLATE: Final = (64, 48)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("templates") / "style.png"
    path.write_bytes(picture(MediaType.PNG, size=TEMPLATE))
    return path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Service]:
    """A server whose first three slots ask a stand-in for Turbotext, once."""
    folder, port = tmp_path_factory.mktemp("turbotext"), free_port()
    words = ("-m", "photochanger_cli", "simulate", "--provider=turbotext", "--port=0")
    with Process(*words, folder=folder, name="turbotext") as simulator:
        variables = {
            "PHOTOCHANGER_TURBOTEXT_API_KEY": simulator.line("PHOTOCHANGER_TURBOTEXT_API_KEY="),
            "PHOTOCHANGER_TURBOTEXT_BASE_URL": simulator.line("PHOTOCHANGER_TURBOTEXT_BASE_URL="),
            "PHOTOCHANGER_PUBLIC_MEDIA_BASE_URL": f"http://127.0.0.1:{port}",
            "PHOTOCHANGER_PORT": str(port),
            "PHOTOCHANGER_T_SYNC_RESPONSE_SECONDS": "10",
        }
        with running_server(folder, "http://127.0.0.1:9", **variables) as running:
            running.set("slot_max_in_flight=12")
            given = ("provider=turbotext", "is_active=true", "prompt=A comic.")
            running.set(*given, "operation=image_edit", slot=EDIT)
            running.set(
                *given, "operation=style_transfer", f"template.style={template}", slot=STYLE
            )
            running.set(
                *given,
                *("operation=custom", "method=object_replace", "template_field=url_mask"),
                *(f"template.mask={template}", 'retry={"error_tries": 1}'),
                slot=OBJECT,
            )
            yield running


def simulator_url(service: Service) -> str:
    return service.variables["PHOTOCHANGER_TURBOTEXT_BASE_URL"]


def behave(service: Service, **behaviour: object) -> None:
    asked = urllib.request.Request(  # noqa: S310 - our own stand-in
        f"{simulator_url(service)}/_simulator/behaviour",
        data=json.dumps(behaviour).encode(),
        method="PUT",
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - the same
        assert answer.status == 204


def received(service: Service) -> list[Any]:
    """Return the orders that the stand-in took in, oldest first."""
    url = f"{simulator_url(service)}/_simulator/received"
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - our own
        orders: list[Any] = json.load(answer)["received"]
    return orders


def lent(service: Service) -> list[Path]:
    """Return what lies where providers fetch it."""
    return [path for path in (service.folder / "var/media/provider").rglob("*") if path.is_file()]


def links(order: Any) -> list[str]:
    return [came["url"] for came in order["pictures"]]


async def gone(http: aiohttp.ClientSession, link: str) -> bool:
    async with http.get(link) as answer:
        return answer.status == 410


async def test_a_photo_comes_back_changed(service: Service, http: aiohttp.ClientSession) -> None:
    answer = await service.send(oriented(JPEG, 6))

    assert answer.head.status == 200
    assert answer.picture() is JPEG
    order = received(service)[-1]
    [came] = order["pictures"]
    assert (order["method"], came["field_name"]) == ("generate_image2image", "url")
    assert order["fields"]["content"] == "A comic."
    assert (came["status"], came["content_type"]) == (200, "image/jpeg")
    assert (came["picture"]["pixels"], came["picture"]["has_exif"]) == ([*SIZE], False)
    assert await gone(http, links(order)[0])
    assert lent(service) == []


@pytest.mark.parametrize(
    "slot, method, fields",
    [
        (STYLE, "mix_images", ["url", "url_image_target"]),
        (OBJECT, "object_replace", ["url", "url_mask"]),
    ],
)
async def test_a_template_goes_along(
    service: Service, slot: str, method: str, fields: list[str]
) -> None:
    assert (await service.send(picture(JPEG, size=(320, 200)), slot=slot)).head.status == 200

    order = received(service)[-1]
    assert order["method"] == method
    assert sorted(came["field_name"] for came in order["pictures"]) == fields
    assert TEMPLATE in [tuple(came["picture"]["pixels"]) for came in order["pictures"]]


@pytest.mark.parametrize("fault, stage", FAULTS)
async def test_a_fault_is_an_error_and_leaves_nothing(
    service: Service, http: aiohttp.ClientSession, fault: str, stage: str
) -> None:
    before = len(received(service))
    behave(service, fault=fault, stage=stage)
    try:
        answer = await service.send(slot=OBJECT)
    finally:
        behave(service)

    refusal(answer, *FAULTS[fault, stage])
    orders = received(service)[before:]
    assert len(orders) <= 1
    assert lent(service) == []
    assert all([await gone(http, link) for order in orders for link in links(order)])


async def test_a_photo_is_paid_for_once_whatever_the_slot_allows(service: Service) -> None:
    tries = 'retry={"error_tries": 6, "no_picture_tries": 6, "after_ambiguous": true}'
    await asyncio.to_thread(service.set, tries, slot=EDIT)
    before = len(received(service))
    for stage, fault in (("picture", "flat"), ("result", "no_url")):
        behave(service, fault=fault, stage=stage, times=1)
        refusal(await service.send(), 502, "bad_response")

    assert len(received(service)) == before + 2
    assert (await service.send()).head.status == 200


async def test_pictures_that_lie_elsewhere_are_not_fetched(service: Service) -> None:
    port = service.variables["PHOTOCHANGER_PORT"]
    before = len(received(service))
    for url in ELSEWHERE:
        behave(service, fault="url_elsewhere", url=url.format(port=port), times=1)

    photos = [picture(JPEG) for _ in ELSEWHERE]
    answers = await asyncio.gather(*(service.send(photo) for photo in photos))

    for answer in answers:
        refusal(answer, 502, "bad_response")
    assert len(received(service)) == before + len(ELSEWHERE)


async def test_a_queue_that_never_ends_is_left_at_the_end_of_the_window(
    service: Service, http: aiohttp.ClientSession
) -> None:
    behave(service, fault="never_ready")
    try:
        sending = asyncio.create_task(service.send())
        [link] = await in_the_queue(service)
        async with http.get(link) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answered = await sending
    finally:
        behave(service)

    details = refusal(answered, 504, "timeout")
    async with http.get(f"{service.url}/api/jobs/{details['job_id']}") as told:
        assert (await told.json())["duration_ms"] <= WINDOW_MS + GRACE_MS
    assert await gone(http, link)
    assert service.command("cleanup").returncode == 0
    assert lent(service) == []


async def in_the_queue(service: Service) -> list[str]:
    """Wait until the stand-in has fetched the pictures of a new order; return their links."""
    before = len(received(service))
    async with asyncio.timeout(PATIENCE):
        while not (new := received(service)[before:]) or not links(new[0]):
            await asyncio.sleep(0.05)
    return links(new[0])


async def test_what_a_killed_server_has_lent_is_gone_after_the_window(
    tmp_path: Path, service: Service, http: aiohttp.ClientSession
) -> None:
    port = free_port()
    variables = {
        **service.variables,
        "PHOTOCHANGER_PORT": str(port),
        "PHOTOCHANGER_PUBLIC_MEDIA_BASE_URL": f"http://127.0.0.1:{port}",
    }
    behave(service, fault="never_ready")
    with running_server(tmp_path, "http://127.0.0.1:9", **variables) as doomed:
        doomed.set("provider=turbotext", "operation=image_edit", "prompt=A comic.", slot=EDIT)
        sending = asyncio.create_task(doomed.send())
        [link] = await in_the_queue(doomed)
        doomed.server.kill()
        await asyncio.wait([sending])
        assert len(lent(doomed)) == 1
    behave(service)

    with running_server(tmp_path, "http://127.0.0.1:9", **variables) as risen:
        async with asyncio.timeout(PATIENCE):
            while lent(risen):
                await asyncio.sleep(0.1)
        assert await gone(http, link)


async def test_without_a_public_address_the_slot_cannot_be_set_and_says_why(
    tmp_path: Path, service: Service
) -> None:
    variables = {
        name: value
        for name, value in service.variables.items()
        if name not in ("PHOTOCHANGER_PORT", "PHOTOCHANGER_PUBLIC_MEDIA_BASE_URL")
    }
    with running_server(tmp_path, "http://127.0.0.1:9", **variables) as private:
        change = ("provider=turbotext", "operation=image_edit", "prompt=A comic.")
        refused = private.command("slots", "set", EDIT, *change)
        assert refused.returncode == 1
        assert "provider: the provider fetches pictures from this server" in refused.stderr
        assert "PUBLIC_BASE_URL" in refused.stderr
