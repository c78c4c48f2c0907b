"""What the Turbotext API accepts: its methods and their fields.

What the documentation leaves open is taken strictly. Nothing here is shared with the driver that
is tested against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from attrs import field, frozen

from .turbotext_errors import no_method, refused
from .turbotext_fields import boolean, decimal, language, text, whole

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a request's body that are accepted."""

OVERVIEW: Final = "available_api"
"""The method that lists the others."""

_FORM: Final = "application/x-www-form-urlencoded"

Check = Callable[[str], bool]


@frozen(kw_only=True)
class Method:
    """What can be done with pictures.

    Attributes:
        base: The field with the URL of the picture that the result has the shape of.
        inset: The field with the URL of the picture that is worked into it; None: there is none.
        wanted: Further fields that must come, with their checks.
        optional: Fields that may.
    """

    base: str
    inset: str | None = None
    wanted: Mapping[str, Check] = field(factory=dict)
    optional: Mapping[str, Check] = field(factory=dict)

    @property
    def url_fields(self) -> tuple[str, ...]:
        """The fields that hold URLs of pictures."""
        return (self.base,) if self.inset is None else (self.base, self.inset)


METHODS: Final[Mapping[str, Method]] = {
    "mix_images": Method(base="url_image_target", inset="url", optional={"content": text}),
    "deepfake_photo": Method(
        base="url", inset="url_image_target", wanted={"face_restore": boolean}
    ),
    "generate_image2image": Method(
        base="url",
        wanted={"content": text},
        optional={
            "strength": whole(0, 80),
            "seed": whole(1, 10**10),
            "scale": decimal(0.1, 20),
            "negative_prompt": text,
            "original_language": language,
            "user_id": whole(1, 10**10),
        },
    ),
    "object_replace": Method(base="url", inset="url_mask", wanted={"content": text}),
}
"""The last one is invented: the service has methods that no documentation tells."""


@frozen(kw_only=True)
class Order:
    """A request for a queue entry.

    Attributes:
        fields: All that came, except `do`.
    """

    method: str
    fields: Mapping[str, str]


@frozen(kw_only=True)
class Poll:
    """A request for the result of a queue entry."""

    method: str
    queueid: int


@frozen(kw_only=True)
class Overview:
    """A request for the list of methods."""


def accepted(method: str, content_type: str, body: bytes) -> Order | Poll | Overview:
    """Return the request that *body* holds.

    Raises:
        TurbotextError: As the service answers what it does not accept.
    """
    if method not in METHODS and method != OVERVIEW:
        raise no_method(method)
    fields = _form(content_type, body)
    step = fields.pop("do", None)
    if step == "create_queue":
        return _order(method, fields)
    if step == "get_result" and method != OVERVIEW:
        return _poll(method, fields)
    raise refused(f"Unknown value of do: {step}")


def _form(content_type: str, body: bytes) -> dict[str, str]:
    """Return the fields of *body*, none of which may come twice."""
    if content_type != _FORM:
        raise refused(f"Wrong content type: {content_type}")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict"
        )
    except ValueError as error:
        raise refused("This is no form") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise refused("A field came twice")
    return fields


def _order(method: str, fields: Mapping[str, str]) -> Order | Overview:
    if method == OVERVIEW:
        _check(fields, {}, {})
        return Overview()
    rules = METHODS[method]
    _check(fields, {**dict.fromkeys(rules.url_fields, text), **rules.wanted}, rules.optional)
    return Order(method=method, fields=fields)


def _poll(method: str, fields: Mapping[str, str]) -> Poll:
    _check(fields, {"queueid": whole(1, 10**18)}, {})
    return Poll(method=method, queueid=int(fields["queueid"]))


def _check(
    fields: Mapping[str, str], wanted: Mapping[str, Check], optional: Mapping[str, Check]
) -> None:
    for name in wanted:
        if name not in fields:
            raise refused(f"Field {name} is missing")
    checks = {**wanted, **optional}
    for name, value in fields.items():
        if name not in checks:
            raise refused(f"Unknown field {name}")
        if not checks[name](value):
            raise refused(f"Wrong value of field {name}")
