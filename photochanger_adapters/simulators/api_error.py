"""How a service says no."""

from __future__ import annotations

from abc import abstractmethod
from http import HTTPStatus
from typing import Final

JSON: Final = "application/json; charset=UTF-8"
"""The type of every answer that is no picture."""


class ApiError(Exception):
    """A service refuses, or is broken.

    Args:
        status: HTTP status.
        message: What is wrong.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    @abstractmethod
    def body(self) -> bytes:
        """Return the JSON, in the shape of the service."""
