"""The Turbotext stand-in as a web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from aiohttp import web
from attrs import define, field
from yarl import URL

from .application import new_application
from .state import SimulatorState
from .turbotext_answers import send_document, send_picture
from .turbotext_behaviour import Behaviour
from .turbotext_errors import TurbotextError, bad_key, refused, too_large
from .turbotext_faults import PREVENTS_ENTRY, RECONNECT, URL_ELSEWHERE, Document, Stage
from .turbotext_queue import Entry, Failed, Queue, Seen
from .turbotext_rules import BODY_LIMIT, METHODS, Order, Overview, Poll, accepted

FOTO_LIMIT: Final = 10_000
TEXT_LIMIT: Final = 100_000
"""What the account has left at first; nothing here costs texts."""


@define
class TurbotextState(SimulatorState[Behaviour, Seen]):
    """What the stand-in knows while it runs.

    Attributes:
        polls: How many requests for the result of an entry came.
        queue: The entries.
    """

    polls: int = field(default=0, init=False)
    queue: Queue = field(factory=lambda: Queue(FOTO_LIMIT), init=False)

    def report(self) -> dict[str, object]:
        """Return what came, as JSON can hold it."""
        return {**super().report(), "polls": self.polls}


STATE: Final = web.AppKey("state", TurbotextState)


def create_turbotext_simulator(api_key: str, behaviour: Behaviour | None = None) -> web.Application:
    """Return the stand-in as an application; *api_key* is the one it takes as right."""
    state = TurbotextState(api_key, behaviour or Behaviour())
    app = new_application(state, body_limit=BODY_LIMIT)
    app[STATE] = state
    app.cleanup_ctx.append(_working)
    app.router.add_post("/api_ai/{method}", _ask)
    app.router.add_get(r"/uploads/{queueid:\d{1,18}}.png", _download, allow_head=False)
    return app


async def _working(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[STATE].queue.end()


async def _ask(request: web.Request) -> web.StreamResponse:
    state = request.app[STATE]
    with state.answering():
        asked = await _accepted(request, state)
        if isinstance(asked, Order):
            return await _take(asked, request, state)
        if isinstance(asked, Entry):
            return await _tell(asked, request, state)
        methods: Document = {"success": True, "data": {"methods": [*METHODS]}}
        return await send_document(methods, None, request)


async def _accepted(request: web.Request, state: TurbotextState) -> Order | Entry | Overview:
    try:
        if request.headers.get("Authorization") != f"Bearer {state.api_key}":
            raise bad_key()
        method = request.match_info["method"]
        asked = accepted(method, request.content_type, await _read(request))
        return _found(asked, state.queue) if isinstance(asked, Poll) else asked
    except TurbotextError:
        state.refused += 1
        raise


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise too_large(BODY_LIMIT) from error


def _found(poll: Poll, queue: Queue) -> Entry:
    entry = queue.entry(poll.queueid)
    if entry is None or entry.order.method != poll.method:
        raise refused(f"Unknown queueid {poll.queueid}")
    return entry


async def _take(order: Order, request: web.Request, state: TurbotextState) -> web.StreamResponse:
    behaviour = state.next_behaviour()
    seen = Seen(method=order.method, fields=order.fields, fault=behaviour.fault)
    state.note(seen)
    fault = behaviour.fault_at(Stage.CREATE)
    right: Document = {}
    if fault not in PREVENTS_ENTRY:
        right = {"success": True, "queueid": state.queue.add(order, behaviour, seen).queueid}
    return await send_document(right, fault, request)


async def _tell(entry: Entry, request: web.Request, state: TurbotextState) -> web.StreamResponse:
    state.polls += 1
    fault = entry.behaviour.fault_at(Stage.RESULT)
    return await send_document(_report(entry, request.url.origin()), fault, request)


def _report(entry: Entry, origin: URL) -> Document:
    """Return what there is to say of *entry* now."""
    if entry.outcome is None:
        return RECONNECT
    if isinstance(entry.outcome, Failed):
        return {"success": False, "error": entry.outcome.message}
    url = str(origin / "uploads" / f"{entry.queueid}.png")
    elsewhere = entry.behaviour.fault == URL_ELSEWHERE
    return {
        "success": True,
        "error": "",
        "data": {"forbidden_content": False},
        "uploaded_image": entry.behaviour.url if elsewhere else url,
        "limits": {"foto_limit": entry.photos_left, "text_limit": TEXT_LIMIT},
    }


async def _download(request: web.Request) -> web.StreamResponse:
    state = request.app[STATE]
    with state.answering():
        entry = state.queue.entry(int(request.match_info["queueid"]))
        if entry is None or not isinstance(entry.outcome, bytes):
            raise TurbotextError(HTTPStatus.NOT_FOUND, "Not found")
        return await send_picture(entry.outcome, entry.behaviour.fault_at(Stage.PICTURE), request)
