"""What the file of accounts says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import cattrs
from attrs import frozen

from photochanger_core.domain.account import Account, Scope


@frozen(kw_only=True)
class _Document:
    accounts: tuple[Account, ...]


def accounts_of(content: bytes) -> Mapping[str, Account]:
    """Return the accounts that *content* describes, by name.

    Raises:
        ValueError: If it does not; the text is one line that shows no hash.
    """
    accounts = _structured(_parsed(content)).accounts
    names = Counter(account.name for account in accounts)
    if twice := [name for name, count in names.items() if count > 1]:
        raise ValueError(f"two accounts are called {twice[0]}")
    return {account.name: account for account in accounts}


def text_of(accounts: Sequence[Account]) -> str:
    """Return what describes *accounts*."""
    document = _CONVERTER.unstructure(_Document(accounts=tuple(accounts)))
    return json.dumps(document, indent=2) + "\n"


def _parsed(content: bytes) -> object:
    try:
        document: object = json.loads(content)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is no JSON") from None
    except UnicodeDecodeError:
        raise ValueError("not in UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    return document


def _structured(document: object) -> _Document:
    if not isinstance(document, dict) or not isinstance(document.get("accounts"), list):
        raise ValueError("no object with a list of accounts")
    try:
        return _CONVERTER.structure(document, _Document)
    except cattrs.BaseValidationError as error:
        problems = cattrs.transform_error(error, path="it", format_exception=_problem)
        raise ValueError(problems[0]) from None


def _problem(error: BaseException, _: type | None) -> str:
    """Return what is wrong with a value, without the value."""
    match error:
        case cattrs.ForbiddenExtraKeysError():
            return f"{', '.join(sorted(error.extra_fields))}: unknown"
        case KeyError():
            return "missing"
        case _:
            return "wrong"


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook_func(_are_scopes, _scopes)
    converter.register_unstructure_hook_func(_are_scopes, sorted)
    return converter


def _are_scopes(kind: object) -> bool:
    return kind == frozenset[Scope]


def _text(value: Any, _: type) -> str:  # noqa: ANN401 - as cattrs calls it
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _scopes(value: Any, _: type) -> frozenset[Scope]:  # noqa: ANN401 - as cattrs calls it
    if not isinstance(value, list):
        raise TypeError("no list")
    return frozenset(map(Scope, value))


_CONVERTER: Final = _converter()
