"""Where a request comes from, and how often it may ask."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web

# One household's or ward's people share an address; somebody who tries addresses needs thousands.
ASKED = 10
WITHIN = timedelta(hours=1)
# A provider gives one customer this much of IPv6 at least (RFC 6177).
IPV6_CUSTOMER = 64

Networks = Sequence[IPv4Network | IPv6Network]


def caller(request: web.Request, proxies: Networks) -> str:
    """The network address a request comes from, behind proxies that are trusted to tell it."""
    told = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    address = request.remote or ""
    # Each proxy adds whom it heard from at the end; only what a trusted one added counts.
    while told and _is_in(address, proxies) and told[-1]:
        address = told.pop()
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ip_network((found, IPV6_CUSTOMER), strict=False))


def _is_in(address: str, networks: Networks) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


class Limit:
    """Counts what each caller asked for lately."""

    def __init__(self) -> None:
        self._asked: dict[str, deque[datetime]] = {}

    def take(self, who: str, *, now: datetime) -> bool:
        """Count one more; False where it is one too many."""
        for each in list(self._asked):
            times = self._asked[each]
            while times and times[0] <= now - WITHIN:
                times.popleft()
            if not times:
                del self._asked[each]
        times = self._asked.setdefault(who, deque())
        if len(times) >= ASKED:
            return False
        times.append(now)
        return True
