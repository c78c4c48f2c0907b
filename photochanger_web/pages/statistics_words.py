"""Figures, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from photochanger_web.amounts import decimal, in_mebibytes
from photochanger_web.locale import page_text

_NOTHING: Final = "—"
_LEAST: Final = 0.0005
"""Shares that differ less from none or all would read as such."""

_HOUR: Final = 60


@frozen
class _Style:
    """How numbers are written in a language: what stands between thousands, and before `%`."""

    thousands: str
    percent: str


_STYLES: Final[Mapping[str, _Style]] = {
    "en": _Style(",", ""),
    "ru": _Style("\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"),
}


@frozen
class Words:
    """Writes figures in a language; what is None is a dash."""

    language: str

    def text(self, key: str, /, **values: object) -> str:
        """Return a text of pages."""
        return page_text(self.language, key, **values)

    def count(self, number: float) -> str:
        """Return a whole number."""
        return f"{number:,.0f}".replace(",", self._style.thousands)

    def share(self, share: float | None) -> str:
        """Return a share as a percentage; what is not all is never said to be all."""
        if share is None:
            return _NOTHING
        if 0 < share < _LEAST:
            return f"< {self._percent(0.1)}"
        if 1 - _LEAST < share < 1:
            return f"> {self._percent(99.9)}"
        return self._percent(100 * share)

    def seconds(self, milliseconds: float | None) -> str:
        """Return how long something took."""
        if milliseconds is None:
            return _NOTHING
        return self.text("statistics.seconds", number=self._decimal(milliseconds / 1000))

    def size(self, size: int) -> str:
        """Return how much is stored."""
        return in_mebibytes(self.language, size)

    def minutes(self, minutes: int) -> str:
        """Return how long a stretch of time is: in hours, if it is whole ones."""
        hours, rest = divmod(minutes, _HOUR)
        if rest:
            return self.text("statistics.minutes", number=minutes)
        return self.text("statistics.hours", number=hours)

    @property
    def _style(self) -> _Style:
        return _STYLES[self.language]

    def _percent(self, number: float) -> str:
        return f"{self._decimal(number)}{self._style.percent}%"

    def _decimal(self, number: float) -> str:
        whole = round(number, 1).is_integer()
        return decimal(self.language, number, digits=0 if whole else 1)
