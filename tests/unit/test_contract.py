"""The published contract is about this program, and is whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Scope
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import JobSource, JobStatus
from photochanger_core.domain.problems import PARAMS, Problem
from photochanger_core.domain.settings import SETTINGS_CHECKS
from photochanger_core.domain.slot import SLOT_CHECKS
from photochanger_web import errors
from photochanger_web.app import create_app
from photochanger_web.config import WebConfig
from photochanger_web.pages.routes import FOR_GUESTS, PAGES, PARTS
from tests.contract_document import (
    PATH,
    document,
    operation,
    operations,
    problems,
    reference,
    resolved,
)

VERSION: Final = PATH.with_name("VERSION.json")
SCHEMAS: Final = document()["components"]["schemas"]


def unopened() -> AbstractAsyncContextManager[UseCases]:
    raise AssertionError("only the routes are looked at")


def pages() -> set[tuple[str, str]]:
    app = create_app(unopened, WebConfig())
    return {*app[PAGES], *app[PARTS], *app[FOR_GUESTS]}


METRICS = {("GET", "/metrics")}
"""What Prometheus reads, in its own format: `docs/metrics.md` tells of it."""


def routed() -> set[tuple[str, str]]:
    """Return what the router answers to programs; pages are for people.

    HEAD, which aiohttp adds to GET, goes without saying.
    """
    app = create_app(unopened, WebConfig())
    resources = [(one.method, one.resource) for one in app.router.routes()]
    found = {(method, one.canonical) for method, one in resources if one is not None}
    assert pages() < found
    return {(method, path) for method, path in found if method != "HEAD"} - pages() - METRICS


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every object in *node* with where it is."""
    if isinstance(node, dict):
        yield path, node
    parts = node.items() if isinstance(node, dict) else enumerate(node)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from nodes(part, f"{path}/{name}")


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Yield every example with where it is and the schema that it belongs to."""
    for path, node in nodes(document()):
        if "schema" in node and "example" in node:
            yield path, node["schema"], node["example"]
        if "schema" in node and "examples" in node:
            for name, example in node["examples"].items():
                yield f"{path}/{name}", node["schema"], example["value"]
    for name, schema in SCHEMAS.items():
        for number, example in enumerate(schema.get("examples", [])):
            yield f"{name}[{number}]", schema, example


def test_every_route_is_described_and_nothing_else() -> None:
    described = {(method, path) for method, path, _ in operations()}

    assert described == routed()


def test_no_page_is_where_programs_look() -> None:
    assert {path for _, path in pages() if path.startswith(("/api", "/ingest"))} == set()


def test_a_change_has_a_version() -> None:
    kept = json.loads(VERSION.read_text(encoding="utf-8"))["contract"]
    now = {
        "version": document()["info"]["version"],
        "sha256": sha256(PATH.read_bytes()).hexdigest(),
    }

    assert kept == now, (
        f"the contract was changed: raise info.version in {PATH.name} by SemVer (a fix: the last "
        f"number, an addition: the second, what breaks callers: the first), then write to "
        f"{VERSION.name}: {json.dumps({'contract': now})}"
    )


def test_every_error_is_described() -> None:
    reasons = set(FailureReason)
    codes = {errors._CODE.get(reason, reason.value) for reason in FailureReason}
    codes |= set(errors._HTTP_CODE.values())

    assert set(SCHEMAS["FailureReason"]["enum"]) == reasons
    assert set(SCHEMAS["ErrorCode"]["enum"]) == codes
    failure = SCHEMAS["Error"]["properties"]["failure_reason"]
    assert set(failure["anyOf"][1]["enum"]) == set(errors._HTTP_CODE.values()) - reasons


def test_what_there_is_to_choose_from_is_all_described() -> None:
    assert set(SCHEMAS["Scope"]["enum"]) == set(Scope)
    assert set(SCHEMAS["JobStatus"]["enum"]) == set(JobStatus)
    assert set(SCHEMAS["JobSource"]["enum"]) == set(JobSource)
    assert set(SCHEMAS["Problem"]["enum"]) == set(Problem)
    assert set(SCHEMAS["AuditEntry"]["properties"]["action"]["enum"]) == set(AuditAction)


def test_what_goes_with_a_problem_is_described() -> None:
    rows = re.findall(r"\| `(\w+)` \| (.*) \|", SCHEMAS["Problem"]["description"])

    assert {name: set(re.findall(r"\w+", params)) for name, params in rows} == PARAMS
    params = SCHEMAS["FieldProblem"]["properties"]["params"]["properties"]
    assert params.keys() == frozenset().union(*PARAMS.values())


@pytest.mark.parametrize(
    "schema, checks, others",
    [
        ("SlotSettable", SLOT_CHECKS, {"settings"}),
        ("SettingsFields", SETTINGS_CHECKS, set()),
    ],
)
def test_everything_that_can_be_set_is_described(
    schema: str, checks: dict[str, Any], others: set[str]
) -> None:
    assert SCHEMAS[schema]["properties"].keys() == checks.keys() | others


@pytest.mark.parametrize(
    "schema, checks", [("SlotSettable", SLOT_CHECKS), ("SettingsFields", SETTINGS_CHECKS)]
)
def test_limits_are_those_that_are_checked(schema: str, checks: dict[str, Any]) -> None:
    for name, described in SCHEMAS[schema]["properties"].items():
        if "maximum" not in described:
            continue
        least, most = described["minimum"], described["maximum"]
        assert [checks[name](value) for value in (least, most)] == [[], []], name
        assert all(checks[name](value) for value in (least - 1, most + 1)), name


def test_every_reference_leads_somewhere() -> None:
    for path, node in nodes(document()):
        if "$ref" in node:
            assert resolved(node), path


def test_every_component_is_used() -> None:
    text = PATH.read_text(encoding="utf-8")
    for kind in document()["components"].keys() - {"securitySchemes"}:
        for name in document()["components"][kind]:
            assert f"'#/components/{kind}/{name}'" in text, name


def test_schemas_have_the_names_that_were_agreed_on() -> None:
    agreed = "Slot Job MediaObject TemplateMedia Result Settings AuthToken Error"

    assert set(agreed.split()) <= SCHEMAS.keys()
    assert "slot_id" in SCHEMAS["SlotSummaryFields"]["required"]


def test_every_schema_is_one() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


def test_every_example_fits() -> None:
    found = list(examples())

    assert len(found) > 20
    assert {path: said for path, *pair in found if (said := problems(*pair))} == {}


def test_every_operation_says_what_it_must() -> None:
    names = [one["operationId"] for *_, one in operations() if "operationId" in one]
    assert len(names) == len(set(names))
    for method, path, one in operations():
        described = {parameter["name"] for parameter in one["parameters"] if "in" in parameter}
        assert described >= set(re.findall(r"{(\w+)}", path)), path
        [needed] = one.get("security", document()["security"]) or [None]
        scopes = needed["bearer"] if needed else []
        assert all(f"`{scope}`" in one["description"] for scope in scopes), (method, path)
        assert needed is None or "401" in one["responses"], (method, path)
        assert "500" in one["responses"], (method, path)


def test_answers_hold_nothing_that_is_not_described() -> None:
    """Closed objects are what lets every check of real answers notice a field more."""
    content = [
        described
        for _, _, one in operations()
        for response in one["responses"].values()
        for described in resolved(response).get("content", {}).values()
    ]
    found = {path for one in content for path in open_objects(one.get("schema", {}))}

    free = {"settings", "schema", "details"}  # what is a provider's own, and what is on record
    assert {path.rsplit("/", 1)[-1] for path in found} == free, found
    assert set(open_objects(SCHEMAS["Error"])) == set()


def open_objects(schema: Any, path: str = "", *, closed: bool = False) -> Iterator[str]:
    """Yield where an object of *schema* may have fields that are not described."""
    layers = [*layered(schema)]
    closed = closed or any(
        layer.get("unevaluatedProperties") is False or "additionalProperties" in layer
        for layer in layers
    )
    if not closed and any("object" in layer.get("type", ()) for layer in layers):
        yield path
    for layer in layers:
        for name, part in layer.get("properties", {}).items():
            yield from open_objects(part, f"{path}/{name}")
        for name in {"items", "additionalProperties"} & layer.keys():
            if isinstance(layer[name], dict):
                yield from open_objects(layer[name], f"{path}/{name}")
        for kind in {"anyOf", "oneOf", "prefixItems"} & layer.keys():
            for part in layer[kind]:
                yield from open_objects(part, path, closed=closed and kind != "prefixItems")


def layered(schema: Any) -> Iterator[Any]:
    """Yield *schema* and all that holds for the same value."""
    yield schema
    if "$ref" in schema:
        yield from layered(reference(schema["$ref"]))
    for part in schema.get("allOf", ()):
        yield from layered(part)


def test_the_contract_tells_of_the_captured_booth() -> None:
    form = operation("POST", "/ingest/{slot_id}")["requestBody"]["content"]["multipart/form-data"]
    assert form["example"].keys() >= {"fileToUpload", "password", "hash", "user_id"}
