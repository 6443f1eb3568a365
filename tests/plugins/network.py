"""Tests reach this machine and nothing else: every other address is refused before it is asked.

Sockets are watched in Python, so a program that a test starts is not covered.
"""

import ipaddress
import socket
import sys
from typing import Any

import pytest

LOCAL_NAMES = {"localhost", "ip6-localhost", ""}


class NetworkBlockedError(RuntimeError):
    """A test tried to leave the machine."""


def is_local(host: object) -> bool:
    """Whether a host name or address is this machine's own. None is a listener on any address."""
    if host is None:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if text in LOCAL_NAMES or text.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        used, address = arguments
        # The other families stay on the machine, and a message without an address goes to the
        # peer that connect has seen already.
        if used.family not in {socket.AF_INET, socket.AF_INET6} or address is None:
            return
        if is_local(address[0]):
            return
        wanted: object = address
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        if is_local(arguments[0]):
            return
        wanted = arguments[0]
    else:
        return
    message = f"A test tried to reach {wanted!r}. Tests reach this machine only: use a fake."
    raise NetworkBlockedError(message)


def pytest_configure(config: pytest.Config) -> None:
    """The hook stays for the life of the process; Python has no way to take one away."""
    if not getattr(sys, "_network_is_watched", False):
        sys._network_is_watched = True  # type: ignore[attr-defined]
        sys.addaudithook(_audit)
