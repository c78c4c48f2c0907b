"""The published contract, as tests look at it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT: Final = Path(__file__).parents[1]
PATH: Final = ROOT / "docs" / "contracts" / "openapi.yaml"
METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options")

_URI: Final = "urn:contract"


@cache
def document() -> Any:
    """Return the document."""
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


@cache
def _registry() -> Any:
    return Registry().with_resource(_URI, DRAFT202012.create_resource(document()))


def resolved(node: Any) -> Any:
    """Return what *node* stands for: itself, or what its `$ref` points at."""
    while "$ref" in node:
        node = reference(node["$ref"])
    return node


def reference(target: str) -> Any:
    """Return what a `$ref` to *target* points at."""
    return _registry().resolver(_URI).lookup(target).contents


def problems(schema: Any, value: Any) -> list[str]:
    """Return where *value* does not fit *schema*, which is a part of the document."""
    checker = Draft202012Validator.FORMAT_CHECKER
    # References are meant from the root of the document, wherever the schema is.
    rooted = _absolute(schema)
    validator = Draft202012Validator(rooted, registry=_registry(), format_checker=checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def operations() -> Iterator[tuple[str, str, Any]]:
    """Yield every operation with its method and path, its parameters all together."""
    for path, item in document()["paths"].items():
        resolved_item = resolved(item)
        shared = resolved_item.get("parameters", [])
        for method in filter(resolved_item.__contains__, METHODS):
            operation = resolved_item[method]
            parameters = [resolved(one) for one in (*shared, *operation.get("parameters", []))]
            yield method.upper(), path, {**operation, "parameters": parameters}


def operation(method: str, path: str) -> Any:
    """Return the operation that is described for *path*, as it stands in the document."""
    return next(found for verb, at, found in operations() if (verb, at) == (method, path))


def _absolute(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: f"{_URI}{value}" if name == "$ref" else _absolute(value)
            for name, value in node.items()
        }
    return [_absolute(part) for part in node] if isinstance(node, list) else node
