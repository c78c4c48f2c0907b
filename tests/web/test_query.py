"""Whoever misspells what they ask for is told so, not answered something else."""

from __future__ import annotations

import pytest

from tests.contract_document import operation

from .admin import admin, stranger
from .running_site import Site
from .test_contract import ALL, FOR_ADMINISTRATORS, ask, filled

IN_JSON = [*FOR_ADMINISTRATORS, ("POST", "/api/login")]
OF_OTHERS = [one for one in ALL if one not in IN_JSON]
KNOWN = [
    (method, path, parameter["name"])
    for method, path in IN_JSON
    for parameter in operation(method, path)["parameters"]
    if parameter["in"] == "query"
]


@pytest.mark.parametrize("query, field", [("nonsense=1", "nonsense"), ("%ff%00=1", "\ufffd\0")])
@pytest.mark.parametrize("method, path", IN_JSON)
async def test_what_is_unknown_is_named(
    site: Site, method: str, path: str, query: str, field: str
) -> None:
    reply = await ask(await admin(site), method, path, f"{filled(path)}?{query}")

    assert (reply.status, reply.code) == (400, "invalid_request")
    assert reply.json["error"]["details"] == {"field": field, "problem": "unknown"}
    assert all(slot.version == 1 for slot in await site.world.slots.all())


@pytest.mark.parametrize("method, path, name", KNOWN)
async def test_what_is_given_twice_is_named(site: Site, method: str, path: str, name: str) -> None:
    at = f"{filled(path)}?{name}=1&{name}=2"
    reply = await ask(await admin(site), method, path, at)

    assert reply.status == 400
    assert reply.json["error"]["details"] == {"field": name, "problem": "repeated"}


@pytest.mark.parametrize("method, path", FOR_ADMINISTRATORS)
async def test_strangers_are_told_nothing_of_it(site: Site, method: str, path: str) -> None:
    reply = await ask(stranger(site), method, path, f"{filled(path)}?nonsense=1")

    assert reply.code == "unauthorized"


@pytest.mark.parametrize("method, path", OF_OTHERS)
async def test_links_may_have_been_added_to(site: Site, method: str, path: str) -> None:
    serg = await admin(site)
    plain = await ask(serg, method, path)

    assert (await ask(serg, method, path, f"{filled(path)}?fbclid=1")).status == plain.status
