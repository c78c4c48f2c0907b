"""A stand-in for Mirror: it turns photos over, and goes wrong on request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from io import BytesIO
from typing import ClassVar, Final

from aiohttp import web
from attrs import field, frozen
from PIL import Image, ImageOps

from photochanger_adapters.simulators.application import new_application, served
from photochanger_adapters.simulators.behaviour import BaseBehaviour
from photochanger_adapters.simulators.running import RunningSimulator
from photochanger_adapters.simulators.state import SimulatorState
from photochanger_adapters.simulators.wire_faults import WIRE, Call
from photochanger_core.domain.picture import sniff

UNITS_LEFT: Final = 41
NO_PICTURE: Final = "no_picture"
REFUSALS: Final[Mapping[str, tuple[int, str]]] = {
    "http_402": (402, "no units are left"),
    "http_404": (404, "no such mirror"),
    "http_429": (429, "too many photos"),
    "http_500": (500, "the mirror is broken"),
    "refusal": (422, "the mirror does not show that"),
}
"""How it says no: status and reason."""

_BODY_LIMIT: Final = 20 * 1024 * 1024
_TURNED: Final = {"glass": ImageOps.mirror, "water": ImageOps.flip}


@frozen(kw_only=True)
class Behaviour(BaseBehaviour):
    """What becomes of the next photos."""

    faults: ClassVar[frozenset[str]] = frozenset((*WIRE, *REFUSALS, NO_PICTURE))


@frozen(kw_only=True)
class Seen:
    """A photo that came, and what was to be done with it."""

    style: str
    prompt: str
    photo: bytes = field(repr=False)


State = SimulatorState[Behaviour, Seen]
STATE: Final = web.AppKey("state", State)


class MirrorSimulator(RunningSimulator[State, Seen]):
    """A stand-in for Mirror that runs in this process."""

    def behave(self, fault: str | None = None, *, times: int | None = None) -> None:
        """Answer as `Behaviour` says; without arguments: rightly, from now on."""
        self._state.behave(Behaviour(fault=fault, times=times))


@asynccontextmanager
async def running_mirror_simulator(*, api_key: str) -> AsyncIterator[MirrorSimulator]:
    """Run the stand-in until the block ends."""
    app = new_application(state := State(api_key, Behaviour()), body_limit=_BODY_LIMIT)
    app[STATE] = state
    app.router.add_post("/v1/mirror", _mirror)
    app.router.add_get("/v1/status", _show_status)
    async with served(app, "127.0.0.1", 0) as url:
        yield MirrorSimulator(url, state)


async def _mirror(request: web.Request) -> web.StreamResponse:
    state = request.app[STATE]
    with state.answering():
        photo = await request.read()
        if no := _refusal(request, photo):
            state.refused += 1
            return no
        seen = Seen(style=request.query["style"], prompt=request.query["prompt"], photo=photo)
        state.note(seen)
        return await _answer(request, seen, state.next_behaviour().fault)


async def _show_status(request: web.Request) -> web.Response:
    return _refusal(request) or web.json_response({"units_left": UNITS_LEFT})


def _refusal(request: web.Request, photo: bytes | None = None) -> web.Response | None:
    if request.headers.get("X-Api-Key") != request.app[STATE].api_key:
        return _no(401, "wrong key")
    if photo is None:
        return None
    is_asked = request.query.get("style") in _TURNED and request.query.get("prompt", "").strip()
    is_photo = request.content_type == sniff(photo)
    return None if is_asked and is_photo else _no(400, "style, prompt and a photo are wanted")


def _no(status: int, reason: str) -> web.Response:
    headers = {"Retry-After": "46"} if status in {402, 429} else {}
    return web.json_response({"reason": reason}, status=status, headers=headers)


async def _answer(request: web.Request, seen: Seen, fault: str | None) -> web.StreamResponse:
    if fault is None:
        headers = {"Content-Type": "image/png", "X-Units-Left": str(UNITS_LEFT)}
        return web.Response(body=await _turned(seen), headers=headers)
    if fault == NO_PICTURE:
        return web.Response(status=204)
    if fault in REFUSALS:
        return _no(*REFUSALS[fault])
    opening, right = b"\x89PNG\r\n\x1a\n", partial(_turned, seen)
    call = Call(request=request, right=right, content_type="image/png", opening=opening)
    return await WIRE[fault](call)


async def _turned(seen: Seen) -> bytes:
    return await asyncio.to_thread(_painted, seen)


def _painted(seen: Seen) -> bytes:
    turned = BytesIO()
    with Image.open(BytesIO(seen.photo)) as photo:
        _TURNED[seen.style](photo).save(turned, "PNG")
    return turned.getvalue()
