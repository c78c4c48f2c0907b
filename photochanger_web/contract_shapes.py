"""What is said of values, out of JSON Schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from attrs import frozen

_BOUNDS: Final = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " character"),
    ("minItems", "maxItems", " item"),
)
_FLAGS: Final = {"uniqueItems": "each once", "writeOnly": "never shown"}

Node = Mapping[str, Any]
JsonSchema = Node | bool
"""True takes anything, False nothing."""


@frozen
class Word:
    """A word of what kind of value it is; a value itself (`is_code`), or a link to a schema."""

    text: str
    link: str | None = None
    is_code: bool = False


@frozen(kw_only=True)
class Field:
    """A member of an object."""

    name: str
    is_required: bool
    shape: Shape


@frozen(kw_only=True)
class Shape:
    """What a value is like.

    Attributes:
        kind: What kind of value it is.
        limits: What else holds for it.
        pattern: What text has to match; None: anything.
        bases: Schemas whose fields it has, too.
        demanded: Those of their fields that are required.
        fields: Its own.
        parts: Shapes without a name inside of it: of what an array holds, say.
    """

    kind: Sequence[Word]
    description: str
    limits: Sequence[str]
    pattern: str | None
    bases: Sequence[Word]
    demanded: Sequence[str]
    fields: Sequence[Field]
    parts: Sequence[Shape]

    @property
    def says_more(self) -> bool:
        """Whether there is more to it than its kind."""
        return bool(self.description or self.fields or self.parts)


def anchor(kind: str, name: str) -> str:
    """Return what the part of the page about *name* is linked by."""
    return "-".join([kind, *re.findall(r"\w+", name)])


def shape_of(schema: JsonSchema) -> Shape:
    """Return what is said of values by *schema*."""
    node: Node = schema if isinstance(schema, Mapping) else {}
    fields, bases = node.get("properties", {}), _bases(node)
    required = node.get("required", [])
    return Shape(
        kind=[Word("object")] if bases else list(_kind(schema)),
        description=node.get("description", ""),
        limits=list(_limits(node)),
        pattern=node.get("pattern"),
        bases=bases,
        demanded=[name for name in required if name not in fields],
        fields=[
            Field(name=name, is_required=name in required, shape=shape_of(one))
            for name, one in fields.items()
        ],
        parts=[shape for shape in map(shape_of, _inside(node)) if shape.says_more],
    )


def _bases(node: Node) -> Sequence[Word]:
    """Return the schemas whose fields *node* adds to."""
    named = [node, *node.get("allOf", [])]
    adds = "allOf" in node or "unevaluatedProperties" in node
    return [_reference(one) for one in named if adds and "$ref" in one]


def _reference(node: Node) -> Word:
    name = node["$ref"].rpartition("/")[2]
    return Word(name, link=anchor("schema", name))


def _kind(schema: JsonSchema) -> Iterator[Word]:
    if not isinstance(schema, Mapping):
        yield Word("anything" if schema else "nothing")
    elif "$ref" in schema:
        yield _reference(schema)
    elif "const" in schema:
        yield _value(schema["const"])
    elif "enum" in schema:
        yield from _joined([[_value(one)] for one in schema["enum"]])
    elif "anyOf" in schema or "oneOf" in schema:
        yield from _joined([list(_kind(one)) for one in _variants(schema)])
    else:
        kinds = schema.get("type", "anything")
        each = [kinds] if isinstance(kinds, str) else kinds
        yield from _joined([list(_typed(kind, schema)) for kind in each])


def _typed(kind: str, schema: Node) -> Iterator[Word]:
    yield Word(kind)
    if kind == "array":
        held = schema.get("prefixItems") or [schema.get("items", True)]
        yield Word("of")
        yield from _joined([list(_kind(one)) for one in held], "then")
    elif kind == "object" and isinstance(others := schema.get("additionalProperties"), Mapping):
        yield Word("with any other fields:" if "properties" in schema else "of")
        yield from _kind(others)


def _joined(kinds: Sequence[Sequence[Word]], by: str = "or") -> Iterator[Word]:
    for number, kind in enumerate(kinds):
        if number:
            yield Word(by)
        yield from kind


def _value(value: object) -> Word:
    return Word("null" if value is None else str(value), is_code=True)


def _variants(node: Node) -> Sequence[Node]:
    return [*node.get("anyOf", []), *node.get("oneOf", [])]


def _inside(node: Node) -> Iterator[JsonSchema]:
    yield from _variants(node)
    yield from (node[name] for name in ("items", "additionalProperties") if name in node)


def _limits(node: Node) -> Iterator[str]:
    yield from chain.from_iterable(_between(node, *bound) for bound in _BOUNDS)
    if "format" in node:
        yield str(node["format"])
    if "default" in node:
        yield f"default {node['default']}"
    yield from (said for name, said in _FLAGS.items() if node.get(name))


def _between(node: Node, least: str, most: str, what: str) -> Iterator[str]:
    if least in node and most in node:
        yield f"{node[least]} to {_counted(node[most], what)}"
    elif least in node:
        yield f"at least {_counted(node[least], what)}"
    elif most in node:
        yield f"at most {_counted(node[most], what)}"


def _counted(number: object, what: str) -> str:
    return f"{number}{what}{'s' if what and number != 1 else ''}"
