"""The least that a gateway can do: photo in, provider asked, picture out.

``python -m tests.bench.floor PROVIDER PORT`` serves it by aiohttp, in large pieces, with the
fastest base64 and JSON there are. It checks nothing, stores nothing, and records nothing.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

import orjson
import pybase64
from aiohttp import BodyPartReader, ClientSession, ClientTimeout, TCPConnector, web

from .lifetime import end_by_itself, until_told
from .slots import provider_path

_PROVIDER: Final = web.AppKey("provider", str)
_SESSION: Final = web.AppKey("session", ClientSession)
TIMEOUT: Final = ClientTimeout(total=70)
_LARGEST: Final = 64 << 20
CHUNK: Final = 1 << 18

BEFORE: Final = (
    b'{"contents": [{"parts": [{"text": "Retouch this portrait."},'
    b' {"inlineData": {"mimeType": "image/jpeg", "data": "'
)
BEHIND: Final = b'"}}]}]}'


async def ingest(request: web.Request) -> web.Response:
    """Answer a photo with the provider's picture."""
    photo = await _photo(request)
    url = request.app[_PROVIDER] + provider_path(request.match_info["slot"])
    headers = {"Content-Type": "application/json"}
    body = _body(photo)
    async with request.app[_SESSION].post(url, data=body, headers=headers) as answer:
        document = orjson.loads(await answer.read())
    parts = document["candidates"][0]["content"]["parts"]
    data = next(part["inlineData"]["data"] for part in parts if "inlineData" in part)
    return web.Response(body=pybase64.b64decode(data, validate=True), content_type="image/png")


async def livez(_: web.Request) -> web.Response:
    """Answer at once."""
    return web.json_response({"status": "ok"})


async def _photo(request: web.Request) -> bytes:
    photo = b""
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = await _content(part)
        if part.name == "fileToUpload":
            photo = content
    return photo


async def _content(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        content += chunk
    return bytes(content)


def _body(photo: bytes) -> bytes:
    return b"".join((BEFORE, pybase64.b64encode(photo), BEHIND))


async def main(provider: str, port: int) -> None:
    """Serve until told to leave."""
    app = web.Application(client_max_size=_LARGEST)
    app.router.add_post("/ingest/{slot}", ingest)
    app.router.add_get("/livez", livez)
    app[_PROVIDER] = provider
    async with ClientSession(connector=TCPConnector(limit=0), timeout=TIMEOUT) as session:
        app[_SESSION] = session
        await serve(app, port)


async def serve(app: web.Application, port: int) -> None:
    """Have *app* answer on *port* until told to leave."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=500).start()
    print("ready", flush=True)
    await until_told()
    await runner.cleanup()


if __name__ == "__main__":
    end_by_itself()
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
