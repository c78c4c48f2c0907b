"""Moments on the clock of whoever looks: browsers say how far ahead of UTC it is.

The server writes them, not a script, so that they stand there from the start and parts that are
read anew are the same as before. `static/clock.js` keeps the cookie; without scripts all is in UTC.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from aiohttp import web

from photochanger_core.domain.window import Window

_COOKIE: Final = "utc_offset"
_MINUTES: Final = re.compile(r"-?[0-9]{1,3}")
_MOST: Final = 14 * 60
_HOUR: Final = 60


def zone_of(request: web.Request) -> timezone:
    """Return the zone that whoever makes *request* is in now; UTC if nobody says."""
    said = request.cookies.get(_COOKIE, "")
    minutes = int(said) if _MINUTES.fullmatch(said) else 0
    return timezone(timedelta(minutes=minutes if abs(minutes) <= _MOST else 0))


def zone_name(zone: timezone) -> str:
    """Return how far *zone* is ahead of UTC, for people: ``UTC+3``, ``UTC−3:30``."""
    minutes = zone.utcoffset(None) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), _HOUR)
    behind = f":{rest:02}" if rest else ""
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{behind}" if minutes else "UTC"


def clock(moment: datetime, zone: timezone) -> str:
    """Return the time of day of *moment*."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, zone: timezone) -> str:
    """Return the day of *moment*."""
    return f"{moment.astimezone(zone):%d.%m}"


def day_and_clock(moment: datetime, zone: timezone) -> str:
    """Return the day and the time of day of *moment*."""
    return f"{day(moment, zone)} {clock(moment, zone)}"


def when(moment: datetime, window: Window, zone: timezone) -> str:
    """Return when something in *window* was: without the day, where there is no doubt of it."""
    is_short = window.minutes * timedelta(minutes=1) < timedelta(days=1)
    return clock(moment, zone) if is_short else day_and_clock(moment, zone)
