"""The settings of a driver's operations, by the `schema.json` in its package.

    {"operations": {NAME: {"requires_public_media": false, "settings": SCHEMA}}}

`asks_once` and `least_seconds` may stand beside them.
A schema is one of JSON Schema 2020-12 for an object, as `Operation.schema` has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from attrs import field, frozen
from jsonschema import Draft202012Validator
from referencing import Registry

from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.domain.retry import LEAST_SECONDS
from photochanger_core.ports.provider import Operation

from .problems import problems

FILE: Final = "schema.json"


@frozen
class SettingsSchemas:
    """What the operations of a driver may be told, and what is meant where nothing is said.

    Attributes:
        operations: By name, as `ProviderPort.operations` has them.
    """

    operations: Mapping[str, Operation]
    _validators: Mapping[str, Draft202012Validator] = field(init=False, repr=False)
    _defaults: Mapping[str, Mapping[str, object]] = field(init=False, repr=False)

    @_validators.default
    def _compiled(self) -> Mapping[str, Draft202012Validator]:
        return {name: _validator(operation.schema) for name, operation in self.operations.items()}

    @_defaults.default
    def _collected(self) -> Mapping[str, Mapping[str, object]]:
        return {name: _defaults_in(operation.schema) for name, operation in self.operations.items()}

    @classmethod
    def of(cls, package: str) -> SettingsSchemas:
        """Return the operations that `FILE` in *package* describes."""
        document = json.loads((files(package) / FILE).read_text(encoding="utf-8"))
        return cls({name: _operation(told) for name, told in document["operations"].items()})

    def check(self, operation: str, settings: Mapping[str, object]) -> list[FieldProblem]:
        """Return all that is wrong: with `operation`, or with `settings.NAME` and inside of it."""
        if operation in self.operations:
            return problems(self._validators[operation], settings)
        unknown = wrong(Problem.NOT_ONE_OF, allowed=[*self.operations]).at("operation")
        if len(self.operations) > 1:
            return [unknown]
        # Where there is one only, it is clear which settings were meant.
        return [unknown, *(p for name in self.operations for p in self.check(name, settings))]

    def with_defaults(self, operation: str, settings: Mapping[str, object]) -> dict[str, object]:
        """Return *settings* of *operation*, with the schema's default for what they do not say."""
        return {**self._defaults[operation], **settings}


def _operation(told: Mapping[str, Any]) -> Operation:
    return Operation(
        schema=told["settings"],
        requires_public_media=told["requires_public_media"],
        asks_once=told.get("asks_once", False),
        least_seconds=told.get("least_seconds", LEAST_SECONDS),
    )


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    # Without a registry of its own it would fetch what it does not know from the network.
    return Draft202012Validator(schema, registry=Registry())


def _defaults_in(schema: Mapping[str, Any]) -> Mapping[str, object]:
    properties = schema["properties"].items()
    return {name: value["default"] for name, value in properties if "default" in value}
