"""What a slot tells Mirror."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cattrs
from attrs import frozen

from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import Problem, wrong

SCHEMAS: Final = SettingsSchemas.of(__package__)


@frozen(kw_only=True)
class MirrorSettings:
    """The settings of a slot that mirrors photos."""

    prompt: str
    style: str

    @classmethod
    def of(
        cls, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> MirrorSettings:
        """Return *settings*, checked, with the schema's defaults.

        Raises:
            ValidationFailed: Naming every field that is wrong.
        """
        errors = SCHEMAS.check(operation, settings)
        if templates:
            errors.append(wrong(Problem.TOO_MANY_ITEMS, most=0).at("template_media"))
        if errors:
            raise ValidationFailed(errors)
        return cattrs.structure(SCHEMAS.with_defaults(operation, settings), cls)
