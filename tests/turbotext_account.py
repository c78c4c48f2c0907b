"""Somebody who uses the stand-in for Turbotext by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
from attrs import frozen

from photochanger_adapters.simulators.turbotext import (
    Stage,
    TurbotextSimulator,
    running_turbotext_simulator,
)
from tests.orders import PATIENCE
from tests.photo_server import photo_server

KEY: Final = "simulated-key"

_NUMBERS: Final = {"strength": "40", "seed": "1", "scale": "7.5", "user_id": "1"}

Form = Mapping[str, str] | list[tuple[str, str]] | bytes


@frozen
class Account:
    """Calls the stand-in with the right key.

    Attributes:
        photos: Base URL of the guest's photos.
    """

    simulator: TurbotextSimulator
    http: aiohttp.ClientSession
    photos: str

    def post(self, method: str, form: Form, **headers: str) -> Any:
        """Return the call, to be awaited or entered."""
        return self.http.post(
            f"{self.simulator.url}/api_ai/{method}",
            data=form if isinstance(form, bytes) else aiohttp.FormData(form)(),
            headers={
                "Authorization": f"Bearer {KEY}",
                "Content-Type": "application/x-www-form-urlencoded",
                **headers,
            },
            allow_redirects=False,
        )

    async def ask(self, method: str, form: Form, **headers: str) -> tuple[int, Any]:
        """Return status and JSON of the answer."""
        async with self.post(method, form, **headers) as answer:
            return answer.status, json.loads(await answer.read())

    async def order(self, method: str, **fields: str) -> int:
        """Return the number of a new entry."""
        status, answer = await self.ask(method, {"do": "create_queue", **fields})
        assert (status, answer.keys()) == (200, {"success", "queueid"}), answer
        return int(answer["queueid"])

    async def poll(self, method: str, queueid: int) -> Any:
        """Return what there is to say of an entry now."""
        _, answer = await self.ask(method, {"do": "get_result", "queueid": str(queueid)})
        return answer

    async def result(self, method: str, **fields: str) -> Any:
        """Order, and return what there is to say in the end."""
        queueid = await self.order(method, **fields)
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.poll(method, queueid)) == {"action": "reconnect"}:
                await asyncio.sleep(0.01)
        return answer

    def style(self, **more: str) -> dict[str, str]:
        """Return the fields of a good order for `mix_images`."""
        return {
            "url_image_target": self.photos + "guest.jpg",
            "url": self.photos + "style.png",
            **more,
        }

    def good(self, method: str) -> dict[str, str]:
        """Return the fields of an order that keeps all rules."""
        guest, template = self.photos + "guest.jpg", self.photos + "style.png"
        return {
            "mix_images": self.style(content="Ван Гог"),
            "deepfake_photo": {"url": template, "url_image_target": guest, "face_restore": "True"},
            "generate_image2image": {"url": guest, "content": "A knight", **_NUMBERS},
            "object_replace": {"url": guest, "url_mask": template, "content": "A hat"},
        }[method]

    async def at(self, stage: Stage) -> Any:
        """Order a mixed picture, and return the call at *stage*, to be awaited or entered."""
        fields = self.style()
        if stage is Stage.CREATE:
            return self.post("mix_images", {"do": "create_queue", **fields})
        if stage is Stage.RESULT:
            queueid = str(await self.order("mix_images", **fields))
            await self.processed()
            return self.post("mix_images", {"do": "get_result", "queueid": queueid})
        answer = await self.result("mix_images", **fields)
        return self.http.get(answer["uploaded_image"], allow_redirects=False)

    async def processed(self) -> None:
        """Wait until everything ordered has an outcome."""
        queue = self.simulator._state.queue
        async with asyncio.timeout(PATIENCE):
            while any(entry.outcome is None for entry in queue._entries.values()):
                await asyncio.sleep(0.01)


@asynccontextmanager
async def turbotext_account() -> AsyncIterator[Account]:
    """Run a stand-in and a server with photos for somebody."""
    async with (
        photo_server() as photos,
        running_turbotext_simulator(api_key=KEY) as simulator,
        aiohttp.ClientSession(
            auto_decompress=False, connector=aiohttp.TCPConnector(force_close=True)
        ) as http,
    ):
        yield Account(simulator, http, photos)
