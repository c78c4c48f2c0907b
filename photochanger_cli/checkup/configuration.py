"""What the environment says, with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, TypeVar

from attrs import field, frozen

from photochanger_cli.dotenv import read_dotenv
from photochanger_cli.failures import BadUsage, BadVariable
from photochanger_cli.settings import DOTENV, ServerSettings, settings_from
from photochanger_cli.variables import PREFIX, Variables, environment
from photochanger_core.domain.checkup import Finding, failure, warning, well

from .signs import LocalSign

CONFIGURATION: Final = "configuration"

_OF_COMMANDS: Final = frozenset({"SEND_PASSWORD"})
"""Variables that are no settings of a server."""

_Value = TypeVar("_Value")
_Default = TypeVar("_Default")


@frozen(kw_only=True)
class Configuration:
    """What is set, and what is wrong with it.

    Attributes:
        settings: As if what is wrong was not set.
        wrong: The variables that are wrong, without prefix.
    """

    settings: ServerSettings
    wrong: frozenset[str]
    findings: Sequence[Finding]


@frozen
class _Watched(Variables):
    """Variables that remember which of them were asked for: those are all that there are."""

    asked: set[str] = field(factory=set)

    def read(
        self, name: str, parse: Callable[[str], _Value], default: _Default
    ) -> _Value | _Default:
        self.asked.add(name)
        return Variables.read(self, name, parse, default)

    def without(self, variable: str) -> _Watched:
        """Return the others, with and without prefix; they remember together."""
        name = variable.removeprefix(PREFIX)
        left = {one: text for one, text in self.texts.items() if one.removeprefix(PREFIX) != name}
        return _Watched(left, self.asked)


def read_configuration() -> Configuration:
    """Return what the environment and `.env` say."""
    try:
        return configuration_of({**read_dotenv(DOTENV), **environment()})
    except BadUsage as error:
        return configuration_of(environment(), why_no_dotenv=str(error))


def configuration_of(
    texts: Mapping[str, str], *, why_no_dotenv: str | None = None
) -> Configuration:
    """Return what *texts* say; *why_no_dotenv* tells why those of `.env` are not among them."""
    watched, errors = _Watched(texts), list[BadVariable]()
    settings = _settled(watched, errors)
    problems = [why_no_dotenv] if why_no_dotenv else []
    problems += map(str, errors)
    findings = [
        *(failure(CONFIGURATION, LocalSign.VARIABLE_WRONG, why=why) for why in problems),
        *_unknown(texts, watched.asked | _OF_COMMANDS),
    ]
    return Configuration(
        settings=settings,
        wrong=frozenset(error.variable.removeprefix(PREFIX) for error in errors),
        findings=findings or [well(CONFIGURATION, LocalSign.CONFIGURATION_OK)],
    )


def _settled(watched: _Watched, errors: list[BadVariable]) -> ServerSettings:
    """Return what *watched* say but for those that are wrong, of which *errors* tell then."""
    try:
        return settings_from(watched)
    except BadVariable as error:
        errors.append(error)
        return _settled(watched.without(error.variable), errors)


def _unknown(texts: Mapping[str, str], known: Collection[str]) -> Iterator[Finding]:
    """Yield those that begin as ours do, and are none: nobody reads what they say."""
    for variable in sorted(texts):
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            told = {"guess": PREFIX + near[0]} if near else {}
            sign = LocalSign.VARIABLE_MISNAMED if near else LocalSign.VARIABLE_UNKNOWN
            yield warning(CONFIGURATION, sign, variable=variable, **told)
