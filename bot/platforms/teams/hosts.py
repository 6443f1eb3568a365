"""The hosts that our token may be sent to.

Source: https://microsoft.github.io/teams-sdk/python/essentials/app-configuration/service-url-validation
"""

import re
from urllib.parse import urlsplit

# Whole names: anybody may register a name of their own below trafficmanager.net.
MICROSOFTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.onyx.prod.teams.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
        "frontend.botapi.msg.infra.teams.microsoftonline.cn",
    }
)
HTTPS_PORT = 443
LONGEST = 500  # The column that keeps it, and several times Microsoft's longest.

# Nothing that could mean a user, a query, a template or another host to some other reader.
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")


class Hosts:
    """Microsoft's own hosts for Teams, and those that the settings add."""

    def __init__(self, added: tuple[str, ...] = ()) -> None:
        self._added = frozenset(added)

    def allow(self, service_url: str) -> bool:
        """Whether a service address is on a listed host, by https.

        Only a host of the settings may have a port of its own, or be asked by plain http.
        """
        if len(service_url) > LONGEST or not _PLAIN.fullmatch(service_url):
            return False
        try:
            parts = urlsplit(service_url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if host in self._added or f"{host}:{port}" in self._added:
            return True
        return host in MICROSOFTS and parts.scheme == "https" and port in {None, HTTPS_PORT}
