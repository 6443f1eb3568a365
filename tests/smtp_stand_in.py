"""A small mail server on this machine: TLS, a login, and refusals on request."""

import asyncio
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.teams_identity import server_context

USER, PASSWORD = "leaders", "p@ss/wörd"


@dataclass
class MailServer:
    """Takes mail and remembers it.

    An address in ``refused`` is refused with the answer that stands there; ``content_answer`` is
    said to the next content, and ``drops`` cuts the connection at the next command of that name.
    """

    has_login: bool = False
    offers_tls: bool = True
    address: str = "127.0.0.1"
    is_tls: bool = False
    took: list[tuple[str, str, EmailMessage]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    sender_answer: str = ""
    content_answer: str = ""
    drops: str = ""
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0
    bundle: str = ""
    _server: asyncio.Server | None = None
    _transports: list[Any] = field(default_factory=list)

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client has to trust."""
        return ssl.create_default_context(cafile=self.bundle)

    def url(self, *, host: str = "localhost", password: str = "") -> str:
        scheme = "smtps" if self.is_tls else "smtp"
        login = f"{USER}:{password}@" if password else ""
        return f"{scheme}://{login}{host}:{self.port}"

    def cut(self) -> None:
        """End every connection, as a server does that rests too long."""
        for each in self._transports:
            each.close()

    async def start(self, folder: Path) -> None:
        context = server_context(folder)
        self.bundle = str(folder / "authority.pem")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Door(self, context if self.offers_tls and not self.is_tls else None, loop),
            self.address,
            ssl=context if self.is_tls else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self.cut()
        await self._server.wait_closed()
        self._server = None

    # What aiosmtpd asks of a handler.

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: Any, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.sender_answer:
            return self.sender_answer
        self.encrypted.append(session.ssl is not None or self.is_tls)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.drops == "RCPT":
            self.drops = ""
            server.transport.close()
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: Any, _session: Session, envelope: Envelope
    ) -> str:
        if self.content_answer:
            answer, self.content_answer = self.content_answer, ""
            return answer
        written = message_from_bytes(envelope.content, policy=default)
        self.took.append((envelope.mail_from, envelope.rcpt_tos[0], written))
        if self.drops == "DATA":
            self.drops = ""
            server.transport.close()
        return "250 OK"

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _how: str, sent: Any
    ) -> Any:
        assert isinstance(sent, LoginPassword)
        is_right = (sent.login.decode(), sent.password.decode()) == (USER, PASSWORD)
        self.logins.append("in" if is_right else "refused")
        return AuthResult(success=is_right, handled=False)


class Door(SMTP):
    """One connection."""

    def __init__(self, mail: MailServer, context: ssl.SSLContext | None, loop: Any) -> None:
        super().__init__(
            mail,
            hostname="localhost",
            ident="stand-in",
            tls_context=context,
            authenticator=mail.authenticate,
            auth_required=mail.has_login and not mail.is_tls,
            auth_require_tls=not mail.is_tls,
            loop=loop,
        )
        self._mail = mail

    def connection_made(self, transport: Any) -> None:
        # After STARTTLS it is called once more for the same connection.
        self._mail.connections += self._original_transport is None
        self._mail._transports.append(transport)
        super().connection_made(transport)


@asynccontextmanager
async def mail_server(**wishes: Any) -> AsyncIterator[MailServer]:
    """A mail server that runs for the time of a test."""
    server = MailServer(**wishes)
    with tempfile.TemporaryDirectory() as folder:
        await server.start(Path(folder))
        yield server
        await server.stop()
