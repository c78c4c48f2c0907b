"""What the system refuses, in the language of the locale."""

from __future__ import annotations

import errno
import socket
import ssl

from .locale import CATALOGUE, phrase


def why(error: OSError | UnicodeError) -> str:
    """Return why reading, writing or connecting failed; what is rare in the system's own words."""
    if isinstance(error, UnicodeError):
        return phrase("system.not_utf8")
    if isinstance(error, socket.gaierror):
        return phrase("system.unknown_host")
    key = f"system.{errno.errorcode.get(error.errno or 0)}"
    if CATALOGUE.has("en", key) and not isinstance(error, ssl.SSLError):  # it has its own numbers
        return phrase(key)
    return error.strerror or str(error) or type(error).__name__
