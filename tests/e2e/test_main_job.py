from __future__ import annotations

import json
from pathlib import Path

import aiohttp

import photochanger_cli
from photochanger_core.domain.picture import sniff

from .parts import PASSWORD, Service, eventually

SAMPLE = Path(photochanger_cli.__file__).with_name("sample.jpg")


def form() -> aiohttp.FormData:
    """What `curl -F password=… -F hash=… -F fileToUpload=@photo.jpg;type=image/jpeg` sends."""
    data = aiohttp.FormData()
    data.add_field("password", PASSWORD)
    data.add_field("hash", "7b6c683e1d3fd29c8701791c54e3c12a236f5a5b")
    data.add_field(
        "fileToUpload", SAMPLE.read_bytes(), filename="photo.jpg", content_type="image/jpeg"
    )
    return data


async def test_a_photo_comes_back_changed_and_lies_behind_its_link(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.post(f"{service.url}/ingest/slot-001", data=form()) as answer:
        picture = await answer.read()
        assert answer.status == 200, picture
    assert sniff(picture) == answer.content_type
    assert picture != SAMPLE.read_bytes()
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="result.')
    job_id, link = answer.headers["X-Job-Id"], answer.headers["X-Result-Url"]
    assert link == f"{service.url}/public/results/{job_id}"
    async with http.get(link) as stored:
        assert (stored.status, await stored.read()) == (200, picture)
        assert stored.content_type == answer.content_type
    async with http.get(f"{service.url}/api/jobs/{job_id}") as told:
        job = await told.json()
    assert (job["status"], job["failure_reason"]) == ("done", None)
    assert (job["result_url"], job["slot_id"]) == (link, "slot-001")


async def test_both_paths_lead_to_the_same(service: Service, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{service.url}/api/ingest/slot-001", data=form()) as answer:
        assert answer.status == 200


async def test_the_service_is_well(service: Service, http: aiohttp.ClientSession) -> None:
    for path in ("/healthz", "/livez"):
        async with http.get(service.url + path) as answer:
            assert (answer.status, (await answer.json())["status"]) == (200, "ok")


async def test_so_is_the_provider_which_is_asked_without_a_photo(
    service: Service, http: aiohttp.ClientSession
) -> None:
    before = service.calls()
    async with http.get(f"{service.url}/healthz") as answer:
        provider = (await answer.json())["providers"]["gemini"]
    assert (provider["status"], provider["circuit"]) == ("ok", "closed")
    assert service.calls() == before


async def test_a_wrong_password_opens_nothing(service: Service) -> None:
    before = service.calls()
    answer = await service.send(password="wrong")
    assert answer.head.status == 401
    assert json.loads(answer.body)["failure_reason"] == "invalid_password"
    assert service.calls() == before


async def test_no_secret_is_in_the_logs(service: Service) -> None:
    await service.send()
    logs = service.server.output + service.server.errors
    assert PASSWORD not in logs
    assert service.variables["PHOTOCHANGER_GEMINI_API_KEY"] not in logs
    assert '"event": "job_finished"' in logs


async def test_one_name_leads_from_a_request_to_its_job_and_to_the_log(
    service: Service, http: aiohttp.ClientSession
) -> None:
    first, again = "booth-7.photo-1", "booth-7.photo-2"
    job_id = await sent_as(first, service, http)
    assert await sent_as(again, service, http) == job_id
    async with http.get(f"{service.url}/api/jobs/{job_id}") as told:
        assert (await told.json())["correlation_id"] == first

    await eventually(lambda: "request" in told_of(service, again), "all is in the log")
    own = dict.fromkeys(("job_admitted", "provider_called", "job_finished"), job_id)
    assert told_of(service, first).items() >= {"request": None, **own}.items()
    assert told_of(service, again).items() >= {"request": None, "job_replayed": job_id}.items()
    assert "provider_called" not in told_of(service, again)


async def sent_as(name: str, service: Service, http: aiohttp.ClientSession) -> str:
    """Send the photo in a request of this name; return the job that it led to."""
    heads = {"X-Correlation-Id": name, "Idempotency-Key": "of this photo"}
    async with http.post(f"{service.url}/ingest/slot-001", data=form(), headers=heads) as answer:
        assert answer.status == 200, await answer.read()
        assert sniff(await answer.read()) == answer.content_type
    assert answer.headers["X-Correlation-Id"] == name
    return answer.headers["X-Job-Id"]


def told_of(service: Service, name: str) -> dict[str, str | None]:
    """Return the events that the log has of a request, each with the job that it names."""
    lines = service.server.errors.splitlines(keepends=True)
    found = [json.loads(line) for line in lines if f'"{name}"' in line and line[-1] == "\n"]
    return {line["event"]: line.get("job_id") for line in found}


async def test_a_provider_slower_than_the_window_is_a_timeout_and_leaves_nothing(
    service: Service,
) -> None:
    files = set(service.files())
    service.behave(delay_seconds=30, times=1)
    answer = await service.send()
    told = json.loads(answer.body)
    assert answer.head.status == 504
    assert (told["status"], told["failure_reason"]) == ("timeout", "timeout")
    assert told["error"]["code"] == "sync_timeout"
    assert service.statuses()[told["error"]["details"]["job_id"]] == "timeout"
    assert set(service.files()) == files
