"""Which errors mean that the database is away, and which are bugs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg2
from psycopg2.errors import ProgramLimitExceeded, ReadOnlySqlTransaction, StatementTooComplex

from photochanger_core.domain.errors import QueueUnavailable

_OUTAGES: Final = (
    psycopg2.OperationalError,  # cannot connect, shut down, no room, timeouts, deadlocks …
    psycopg2.InterfaceError,  # the connection broke before
    ReadOnlySqlTransaction,  # a standby
)
_TOO_MUCH: Final = (StatementTooComplex, ProgramLimitExceeded)
"""What the driver counts as outages, though it is the statement that is at fault."""


class StatementRejected(RuntimeError):
    """The database answers, and does not accept a statement: a bug, so not a `CoreError`."""


@contextmanager
def errors_translated() -> Iterator[None]:
    """Turn what an unavailable database does into QueueUnavailable, and the rest into bugs.

    aiopg raises CancelledError when the server ends a statement (statement_timeout,
    pg_cancel_backend). It is told from a cancellation of the caller by the count of the task.

    Raises:
        QueueUnavailable: If the database did not answer, or not in time.
        StatementRejected: If it refused.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    except asyncio.CancelledError as error:
        if task and task.cancelling() > before:
            raise
        raise QueueUnavailable("the server ended the statement") from error
    except TimeoutError as error:
        raise QueueUnavailable("no answer in time") from error
    except OSError as error:
        raise QueueUnavailable(f"{type(error).__name__}: {error}") from error
    except psycopg2.Error as error:
        # The rest of its text may hold the row, and with it a guest's data.
        reason = error.diag.message_primary
        if _is_outage(error):
            # Without a reason it comes from the driver, which has not seen any row.
            reason = reason or str(error).strip()
            raise QueueUnavailable(f"{type(error).__name__}: {reason}") from None
        reason = reason or "refused by the driver"
        raise StatementRejected(f"{type(error).__name__}: {reason}") from None


def _is_outage(error: psycopg2.Error) -> bool:
    if isinstance(error, _TOO_MUCH):
        return False
    # libpq's own troubles in mid-result surface as the bare class.
    return isinstance(error, _OUTAGES) or type(error) is psycopg2.DatabaseError
