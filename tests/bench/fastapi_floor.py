"""The floor as others would write it: FastAPI, httpx, uvicorn.

``python -m tests.bench.fastapi_floor PROVIDER PORT`` needs nothing of this project, but `fastapi`,
`httpx`, `uvicorn` and `python-multipart`, which have an environment of their own.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response

from .lifetime import end_by_itself
from .slots import provider_path


def application(provider: str) -> FastAPI:
    """Return what answers photos with the provider's pictures."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(limits=limits, timeout=70, trust_env=False) as client:
            app.state.client = client
            yield

    async def ingest(slot: str, request: Request) -> Response:
        async with request.form() as form:
            photo = await form["fileToUpload"].read()
        data = {"mimeType": "image/jpeg", "data": base64.b64encode(photo).decode()}
        parts = [{"text": "Retouch this portrait."}, {"inlineData": data}]
        answer = await request.app.state.client.post(
            provider + provider_path(slot), json={"contents": [{"parts": parts}]}
        )
        parts = answer.json()["candidates"][0]["content"]["parts"]
        picture = next(part["inlineData"]["data"] for part in parts if "inlineData" in part)
        return Response(base64.b64decode(picture), media_type="image/png")

    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    app = FastAPI(lifespan=lifespan)
    app.add_api_route("/ingest/{slot}", ingest, methods=["POST"], response_model=None)
    app.add_api_route("/livez", livez)
    return app


class _Telling(uvicorn.Server):
    """Tells when it is ready."""

    async def startup(self, sockets: list[object] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        print("ready", flush=True)


if __name__ == "__main__":
    end_by_itself()
    config = uvicorn.Config(
        application(sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="warning"
    )
    _Telling(config).run()
