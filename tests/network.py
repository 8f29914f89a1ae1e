"""Keeps tests off the network: an audit hook sees every connection Python makes, whichever library asks for it.

Does not see: name look-ups or connections that a C library makes without Python's socket module.
"""

import sys
from typing import Any

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None})
_EVENTS_WITH_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class NetworkForbidden(RuntimeError):
    """A test tried to leave this machine. Not an OSError, so that no retry or fallback swallows it."""


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _EVENTS_WITH_ADDRESS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in LOOPBACK:
        raise NetworkForbidden(f"{event} to {host!r}: tests do not use the network")


def forbid() -> None:
    """Refuse every connection and look-up that leaves this machine, until the process ends."""
    sys.addaudithook(_guard)


def forbid_sockets() -> None:
    """Refuse every socket, loopback included, until the process ends (for a subprocess that must not need any)."""

    def guard(event: str, _arguments: tuple[Any, ...]) -> None:
        if event == "socket.__new__":
            raise NetworkForbidden("a socket was opened where none is allowed")

    sys.addaudithook(guard)
