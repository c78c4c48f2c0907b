"""Places in lists of jobs that are leafed through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import field, frozen

from .ids import JobId
from .moments import aware
from .problems import FieldProblem, Problem, wrong

_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([0-9a-f-]{36})", re.ASCII)


@frozen(kw_only=True)
class Place:
    """A place in a list of jobs, the youngest first: that of one job, whether it is there or not.

    Attributes:
        moment: By which the list is ordered; of several at one moment the greater id comes first.
    """

    moment: datetime = field(validator=aware)
    job_id: JobId

    @property
    def name(self) -> str:
        """What the next page is asked for with; it goes into links as it is."""
        moment = self.moment.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{moment.removesuffix('+00:00')}Z_{self.job_id}"

    @classmethod
    def named(cls, name: object) -> Place | None:
        """Return the place called *name*; None: there is none."""
        found = _NAME.fullmatch(name) if isinstance(name, str) else None
        if found is None:
            return None
        try:
            return cls(moment=datetime.fromisoformat(found[1]), job_id=JobId(found[2]))
        except ValueError:
            return None


def place_name(value: object) -> Sequence[FieldProblem]:
    """Check that *value* is the name of a place."""
    return [wrong(Problem.NOT_A_PAGE)] if Place.named(value) is None else []
