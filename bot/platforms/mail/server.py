"""The mail server that SMTP_URL names."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bot.settings import LOOPBACK

# RFC 6409 (submission) and RFC 8314 (submission with TLS from the first byte).
SUBMISSION = 587
SUBMISSIONS = 465


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. The password is shown nowhere.

    ``is_tls`` says that the connection begins with TLS; else it is asked for, and only a server on
    this machine may do without it.
    """

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine, so that nobody listens on the way."""
        return self.host in LOOPBACK


def server(url: str) -> Server:
    """The server of an SMTP_URL that the settings have checked."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    return Server(
        host=parts.hostname or "",
        port=parts.port or (SUBMISSIONS if is_tls else SUBMISSION),
        is_tls=is_tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
