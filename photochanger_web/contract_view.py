"""What the page of the contract shows, out of the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from .contract_shapes import Shape, anchor, shape_of

_METHODS: Final = ("get", "put", "post", "delete")
_COMPONENT: Final = re.compile(r"#/components/(\w+)/(\w+)")

Node = Mapping[str, Any]


@frozen(kw_only=True)
class Content:
    """What a body is in one of its types; examples are text to be shown as it is."""

    media_type: str
    shape: Shape | None
    examples: Sequence[str]


@frozen(kw_only=True)
class Parameter:
    """Something that goes with a request, or a header that comes with an answer."""

    name: str
    place: str
    is_required: bool
    description: str
    shape: Shape
    example: str | None


@frozen(kw_only=True)
class Answer:
    """What may be answered.

    Attributes:
        link: Where it is told in full, if other operations answer with it, too.
    """

    name: str
    description: str
    link: str | None
    headers: Sequence[Parameter]
    contents: Sequence[Content]


@frozen(kw_only=True)
class Operation:
    """What can be asked for.

    Attributes:
        paths: All that do the same.
        access: Scopes that it needs; None: it is for everybody.
    """

    anchor: str
    method: str
    paths: Sequence[str]
    summary: str
    description: str
    access: Sequence[str] | None
    parameters: Sequence[Parameter]
    body: Sequence[Content]
    answers: Sequence[Answer]


@frozen(kw_only=True)
class Section:
    """Operations about one thing."""

    name: str
    description: str
    operations: Sequence[Operation]


@frozen(kw_only=True)
class Schema:
    """A shape with a name."""

    name: str
    shape: Shape
    examples: Sequence[str]


@frozen(kw_only=True)
class ContractView:
    """All of it."""

    title: str
    version: str
    summary: str
    description: str
    logging_in: str
    sections: Sequence[Section]
    answers: Sequence[Answer]
    schemas: Sequence[Schema]


def view_of(document: Node) -> ContractView:
    """Return what the page shows of *document*."""
    info, components = document["info"], document["components"]
    reader = _Reader(document)
    operations = list(reader.operations())
    return ContractView(
        title=info["title"],
        version=info["version"],
        summary=info["summary"],
        description=info["description"],
        logging_in=components["securitySchemes"]["bearer"]["description"],
        sections=[
            Section(
                name=tag["name"],
                description=tag["description"],
                operations=[found for name, found in operations if name == tag["name"]],
            )
            for tag in document["tags"]
        ],
        answers=[reader.answer(name, node) for name, node in components["responses"].items()],
        schemas=[_schema(name, node) for name, node in components["schemas"].items()],
    )


@frozen
class _Reader:
    """Follows references through a document."""

    _document: Node

    def operations(self) -> Iterator[tuple[str, Operation]]:
        """Yield every operation after its first tag; paths that share one come together."""
        paths: dict[int, list[str]] = {}
        items = {path: self._resolved(item) for path, item in self._document["paths"].items()}
        for path, item in items.items():
            paths.setdefault(id(item), []).append(path)
        for item in {id(item): item for item in items.values()}.values():
            for method in filter(item.__contains__, _METHODS):
                node = item[method]
                yield node["tags"][0], self._operation(method, paths[id(item)], item, node)

    def _operation(self, method: str, paths: Sequence[str], item: Node, node: Node) -> Operation:
        parameters = [*item.get("parameters", []), *node.get("parameters", [])]
        return Operation(
            anchor=anchor("operation", f"{method} {paths[0]}"),
            method=method.upper(),
            paths=paths,
            summary=node["summary"],
            description=node.get("description", ""),
            access=self._access(node),
            parameters=[self._parameter(self._resolved(one)) for one in parameters],
            body=_contents(node.get("requestBody", {})),
            answers=[self.answer(status, one) for status, one in node["responses"].items()],
        )

    def answer(self, name: str, node: Node) -> Answer:
        """Return what is answered with the status, or under the name, *name*."""
        resolved = self._resolved(node)
        headers = resolved.get("headers", {})
        return Answer(
            name=name,
            description=resolved["description"],
            link=anchor("answer", _component(node["$ref"])) if "$ref" in node else None,
            headers=[
                self._parameter({"in": "header", "name": key, **self._resolved(one)})
                for key, one in headers.items()
            ],
            contents=_contents(resolved),
        )

    def _access(self, node: Node) -> Sequence[str] | None:
        needed = node.get("security", self._document["security"])
        return list(needed[0]["bearer"]) if needed else None

    def _parameter(self, node: Node) -> Parameter:
        return Parameter(
            name=node["name"],
            place=node["in"],
            is_required=node.get("required", False),
            description=node.get("description", ""),
            shape=shape_of(node["schema"]),
            example=str(node["example"]) if "example" in node else None,
        )

    def _resolved(self, node: Node) -> Node:
        """Return what *node* stands for; what is said beside a reference counts more."""
        while found := _COMPONENT.fullmatch(node.get("$ref", "")):
            node = self._document["components"][found[1]][found[2]]
        return node


def _component(reference: str) -> str:
    return reference.rpartition("/")[2]


def _contents(node: Node) -> Sequence[Content]:
    return [
        Content(
            media_type=media_type,
            shape=shape_of(one["schema"]) if "schema" in one else None,
            examples=[_text(example) for example in _examples(one)],
        )
        for media_type, one in node.get("content", {}).items()
    ]


def _examples(node: Node) -> Iterator[object]:
    if "example" in node:
        yield node["example"]
    for example in node.get("examples", {}).values():
        yield example["value"]


def _schema(name: str, node: Node) -> Schema:
    examples = [_text(example) for example in node.get("examples", [])]
    return Schema(name=name, shape=shape_of(node), examples=examples)


def _text(example: object) -> str:
    if isinstance(example, str):
        return example.rstrip()
    return json.dumps(example, ensure_ascii=False, indent=2)
