"""The stand-in for Turbotext goes wrong when told to, at every stage."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from photochanger_adapters.simulators.turbotext import Behaviour, Stage
from photochanger_adapters.simulators.turbotext_faults import FAULTS
from photochanger_core.domain.picture import MediaType, sniff
from tests.orders import eventually
from tests.pictures import opened
from tests.turbotext_account import Account, turbotext_account

CREATE, RESULT, PICTURE = Stage
RECONNECT = {"action": "reconnect"}
BROKE = "Недостаточно средств #77"
METADATA = "http://169.254.169.254/latest/meta-data"

BREAKS = ["reset", "half_body"]
ENDLESS = ["hang", "slow_headers", "slow_drip"]
HUGE = ["huge", "huge_chunked", "gzip_bomb"]
HTTP_ERRORS = [f"http_{status}" for status in (400, 401, 403, 404, 429, 500, 503, 504)]
MOVES = ["no_url", "url_in_data", "url_in_list", "relative_url", "url_text_error"]
INSTEAD: dict[str, object] = {
    "unknown_error": {"success": False, "error": BROKE},
    "unknown_message": {"success": False, "message": BROKE},
    "forbidden_content": {"success": True, "data": {"forbidden_content": True}},
}
LABELS = {
    "not_a_picture": "image/png",
    "svg": "image/svg+xml",
    "gif": "image/gif",
    "truncated_picture": "image/png",
    "flat": "image/png",
    "turned": "image/png",
    "bomb_picture": "image/png",
    "mislabelled": "image/jpeg",
}

every_stage = pytest.mark.parametrize("stage", Stage)


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with turbotext_account() as account:
        yield account


def test_every_fault_is_tried_here() -> None:
    tried = {*BREAKS, *ENDLESS, *HUGE, *HTTP_ERRORS, *MOVES, *INSTEAD, *LABELS}
    others = {"garbage", "redirect", "python_like", "malformed"}
    assert tried | others | {"no_queueid", "never_ready", "url_elsewhere"} == FAULTS


async def body_at(account: Account, stage: Stage) -> bytes:
    async with await account.at(stage) as answer:
        assert answer.status == 200
        body: bytes = await answer.read()
    return body


async def told(account: Account, fault: str, stage: Stage) -> Any:
    """Return the JSON that comes at *stage*."""
    account.simulator.behave(fault, stage=stage)
    return json.loads(await body_at(account, stage))


@every_stage
@pytest.mark.parametrize("fault", BREAKS)
async def test_connections_break(account: Account, fault: str, stage: Stage) -> None:
    account.simulator.behave(fault, stage=stage)

    with pytest.raises(aiohttp.ClientError):
        await body_at(account, stage)


@every_stage
@pytest.mark.parametrize("fault", ENDLESS)
async def test_answers_do_not_end(account: Account, fault: str, stage: Stage) -> None:
    account.simulator.behave(fault, stage=stage)
    call = await account.at(stage)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), call as answer:
            await answer.read()
    await eventually(lambda: account.simulator.open_calls == 0)


@every_stage
async def test_what_comes_is_garbage(account: Account, stage: Stage) -> None:
    account.simulator.behave("garbage", stage=stage)

    body = await body_at(account, stage)

    assert sniff(body) is None
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(body)


@every_stage
@pytest.mark.parametrize("fault", HUGE)
async def test_answers_are_huge(account: Account, fault: str, stage: Stage) -> None:
    account.simulator.behave(fault, stage=stage)

    async with await account.at(stage) as answer:
        begun = await answer.content.read(2**16)
        encoding = answer.headers.get("Content-Encoding")
    length = answer.content_length or 0
    assert (encoding == "gzip") == (fault == "gzip_bomb")
    assert (answer.content_length is None) == (fault == "huge_chunked")
    assert (length > 500 * 10**6) == (fault == "huge")
    assert answer.content_type == ("image/png" if stage is PICTURE else "application/json")
    assert fault == "gzip_bomb" or (sniff(begun) is MediaType.PNG) == (stage is PICTURE)


@every_stage
async def test_callers_are_sent_round_in_circles(account: Account, stage: Stage) -> None:
    account.simulator.behave("redirect", stage=stage)

    async with await account.at(stage) as answer:
        assert (answer.status, answer.headers["Location"]) == (307, str(answer.url))


@every_stage
@pytest.mark.parametrize("fault", HTTP_ERRORS)
async def test_errors_come_with_their_status(account: Account, fault: str, stage: Stage) -> None:
    account.simulator.behave(fault, stage=stage)

    async with await account.at(stage) as answer:
        assert fault == f"http_{answer.status}"
        error = await answer.json()
    assert (error["success"], bool(error["error"])) == (False, True)


@pytest.mark.parametrize("stage", [CREATE, RESULT])
@pytest.mark.parametrize("fault", INSTEAD)
async def test_the_service_does_not_want_to(account: Account, fault: str, stage: Stage) -> None:
    assert await told(account, fault, stage) == INSTEAD[fault]


@pytest.mark.parametrize("stage, names", [(CREATE, "success"), (RESULT, "uploaded_image")])
async def test_answers_look_like_python(account: Account, stage: Stage, names: str) -> None:
    account.simulator.behave("python_like", stage=stage)

    text = (await body_at(account, stage)).decode()

    assert text.startswith("{'success': True, ")
    assert names in ast.literal_eval(text)


@pytest.mark.parametrize("stage", [CREATE, RESULT])
async def test_answers_are_cut_off(account: Account, stage: Stage) -> None:
    account.simulator.behave("malformed", stage=stage)

    text = (await body_at(account, stage)).decode()

    assert text.startswith('{"success": true')
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


async def test_an_entry_has_no_number(account: Account) -> None:
    assert await told(account, "no_queueid", CREATE) == {"success": True}


async def test_a_result_is_never_ready(account: Account) -> None:
    assert await told(account, "never_ready", RESULT) == RECONNECT


@pytest.mark.parametrize("fault", MOVES)
async def test_the_url_is_where_nobody_looks_first(account: Account, fault: str) -> None:
    url = f"{account.simulator.url}/uploads/1.png"

    result = await told(account, fault, RESULT)

    where = (result.get("uploaded_image"), result["data"])
    assert result["success"]
    assert (
        where
        == {
            "no_url": (None, {"forbidden_content": False}),
            "url_in_data": (None, {"uploaded_image": url}),
            "url_in_list": (None, {"image": [url]}),
            "relative_url": (None, {"image": ["/uploads/1.png"]}),
            "url_text_error": ("Ошибка загрузки изображения", {"forbidden_content": False}),
        }[fault]
    )


async def test_the_url_leads_elsewhere(account: Account) -> None:
    account.simulator.behave("url_elsewhere", url=METADATA)

    result = await account.result("mix_images", **account.style())

    assert (result["success"], result["uploaded_image"]) == (True, METADATA)


@pytest.mark.parametrize("fault", LABELS)
async def test_the_picture_is_odd(account: Account, fault: str) -> None:
    account.simulator.behave(fault)

    async with await account.at(PICTURE) as answer:
        body = await answer.read()
    assert answer.headers["Content-Type"] == LABELS[fault]
    assert (sniff(body) is MediaType.PNG) == (fault not in ("not_a_picture", "svg", "gif"))


async def test_a_turned_picture_stands_for_a_guest_that_lies(account: Account) -> None:
    account.simulator.behave("turned")

    assert opened(await body_at(account, PICTURE)).size == (848, 1264)


async def test_a_flat_picture_is_of_one_colour(account: Account) -> None:
    account.simulator.behave("flat")

    assert len(opened(await body_at(account, PICTURE)).getcolors() or []) == 1


@pytest.mark.parametrize("fault", [*HTTP_ERRORS, *INSTEAD])
async def test_what_is_refused_is_not_queued(account: Account, fault: str) -> None:
    account.simulator.behave(fault, stage=CREATE, times=1)
    async with await account.at(CREATE):
        pass
    result = await account.result("mix_images", **account.style())

    refused, made = account.simulator.received
    assert result["uploaded_image"].endswith("/uploads/1.png")
    assert (refused.fault, refused.pictures) == (fault, ())
    assert (made.fault, len(made.pictures)) == (None, 2)


@pytest.mark.parametrize("fault", [*BREAKS, "garbage", "malformed", "no_queueid"])
async def test_an_order_is_carried_out_though_its_answer_is_lost(
    account: Account, fault: str
) -> None:
    account.simulator.behave(fault, stage=CREATE)
    with suppress(aiohttp.ClientError):
        await body_at(account, CREATE)
    await account.processed()

    assert (await account.poll("mix_images", 1))["success"]


@pytest.mark.parametrize("fault", ["http_503", "malformed", "unknown_error", "reset"])
async def test_a_fault_belongs_to_its_entry(account: Account, fault: str) -> None:
    account.simulator.behave(fault, stage=RESULT, times=1)
    await account.order("mix_images", **account.style())

    assert (await account.result("mix_images", **account.style()))["success"]
    assert [seen.fault for seen in account.simulator.received] == [fault, None]


async def test_it_behaves_as_told_from_outside_and_then_well_again(account: Account) -> None:
    behaviour = {"fault": "url_elsewhere", "stage": "result", "url": METADATA, "times": 1}
    url = f"{account.simulator.url}/_simulator/behaviour"
    async with account.http.put(url, json=behaviour) as answer:
        assert answer.status == 204

    results = [await account.result("mix_images", **account.style()) for _ in range(2)]

    assert [result["uploaded_image"] == METADATA for result in results] == [True, False]


@pytest.mark.parametrize(
    "behaviour",
    [
        {"fault": "earthquake"},
        {"fault": "refusal"},
        {"fault": "http_500", "stage": "ping"},
        {"fault": "flat", "stage": "create"},
        {"fault": "no_queueid", "stage": "result"},
        {"fault": "malformed", "stage": "picture"},
        {"fault": "url_elsewhere"},
        {"speed": 1},
        [],
    ],
)
async def test_behaviour_that_makes_no_sense_is_refused(account: Account, behaviour: Any) -> None:
    url = f"{account.simulator.url}/_simulator/behaviour"
    async with account.http.put(url, json=behaviour) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["message"]


@pytest.mark.parametrize("fault, stage", [("reset", CREATE), ("flat", PICTURE), ("no_url", RESULT)])
def test_a_fault_happens_at_the_first_stage_it_can(fault: str, stage: Stage) -> None:
    behaviour = Behaviour(fault=fault)

    assert [at for at in Stage if behaviour.fault_at(at)] == [stage]


def test_every_fault_can_happen_unless_it_wants_a_url() -> None:
    for fault in FAULTS:
        behaviour = Behaviour(fault=fault, url=METADATA)
        assert any(behaviour.fault_at(stage) == fault for stage in Stage)
