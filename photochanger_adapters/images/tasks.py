"""What is asked of a worker process, as both its ends understand it."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from photochanger_core.domain.picture import Finish, PictureFacts


@frozen(kw_only=True)
class Prepare:
    """Do what `ImagesPort.prepare` says."""

    max_edge: int
    max_bytes: int


@frozen(kw_only=True)
class Render:
    """Do what `ImagesPort.render` says."""

    finish: Finish


@frozen(kw_only=True)
class Preview:
    """Do what `ImagesPort.preview` says."""


Task = Prepare | Render | Preview

_CONVERTER: Final = make_converter()
configure_tagged_union(Task, _CONVERTER, tag_name="task")


def packed(task: Task) -> dict[str, Any]:
    """Return *task* as JSON has it."""
    fields: dict[str, Any] = _CONVERTER.unstructure(task, Task)
    return fields


def unpacked(fields: dict[str, Any]) -> Task:
    """Return the task among the *fields* of a request."""
    task: Task = _CONVERTER.structure(fields, Task)  # type: ignore[arg-type] # a union is no class
    return task


def packed_facts(facts: PictureFacts) -> dict[str, Any]:
    """Return *facts* as JSON has them."""
    fields: dict[str, Any] = _CONVERTER.unstructure(facts)
    return fields


def unpacked_facts(fields: dict[str, Any]) -> PictureFacts:
    """Return the facts that an answer tells."""
    return _CONVERTER.structure(fields, PictureFacts)
