"""The connection to the mail server: opened when a message is to go, kept for a short while."""

import asyncio
import ssl

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected

from bot.errors import TryLater, Uncertain
from bot.platforms.mail import reasons
from bot.platforms.mail.server import Server

# Together they stay below the half minute after which delivery gives a platform up: what fails
# before the content is handed over has not been sent, and is not to be called uncertain.
OPENING_SECONDS = 14.0
CONTENT_SECONDS = 14.0
# Messages of one batch follow each other within a second; servers close what rests for minutes.
REST_SECONDS = 5.0
# Many servers take no more messages than this over one connection.
MESSAGES = 50

LOST = "The connection to the mail server was lost while it took this e-mail; it may have arrived."


class Connection:
    """Hands messages over one after the other, a batch of them over one connection."""

    def __init__(self, server: Server, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls = tls
        self._smtp: SMTP | None = None
        self._sent = 0
        self._one_at_a_time = asyncio.Lock()
        self._rest: asyncio.TimerHandle | None = None

    async def hand_over(self, sender: str, to: str, content: bytes) -> None:
        """Return once the server has taken the message; the errors are those of ``Platform``."""
        async with self._one_at_a_time:
            if self._rest is not None:
                self._rest.cancel()
            try:
                smtp = await self._begun(sender, to)
                await _content(smtp, content)
            except BaseException:
                self._drop()
                raise
            self._sent += 1
            self._rest = asyncio.get_running_loop().call_later(REST_SECONDS, self._drop)

    async def try_login(self) -> None:
        """Connect, encrypt and log in, and leave again; raises ``TryLater`` with what is wrong."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(OPENING_SECONDS):
                    await self._opened()
            except (SMTPException, OSError, TimeoutError, ssl.SSLError) as error:
                raise _away(error) from error
            finally:
                self._drop()

    def close(self) -> None:
        """Let the server go."""
        if self._rest is not None:
            self._rest.cancel()
        self._drop()

    async def _begun(self, sender: str, to: str) -> SMTP:
        """The server, ready for the content: it has taken the sender and the recipient."""
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                smtp = await self._taking(sender)
                try:
                    await smtp.rcpt(to)
                except SMTPServerDisconnected:
                    raise
                except SMTPResponseException as error:
                    raise reasons.of_message(error) from error
                return smtp
        except (SMTPException, OSError, TimeoutError) as error:
            raise _away(error) from error

    async def _taking(self, sender: str) -> SMTP:
        """The server, having taken a sender; one that hung up meanwhile is called again."""
        is_kept = self._smtp is not None
        smtp = await self._opened()
        try:
            await smtp.mail(sender)
        except SMTPServerDisconnected:
            if not is_kept:
                raise
            self._drop()
            smtp = await self._opened()
            await smtp.mail(sender)
        return smtp

    async def _opened(self) -> SMTP:
        kept = self._smtp
        if kept is not None and kept.is_connected and self._sent < MESSAGES:
            return kept
        self._drop()
        server = self._server
        # On this machine nobody listens on the way; anywhere else it is encrypted or not sent.
        smtp = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.is_tls,
            start_tls=False if server.is_tls else (None if server.is_here else True),
            username=server.user or None,
            password=server.password or None,
            tls_context=self._tls,
            timeout=OPENING_SECONDS,
        )
        self._smtp = smtp
        await smtp.connect()
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None
        self._sent = 0


async def _content(smtp: SMTP, content: bytes) -> None:
    try:
        await smtp.data(content, timeout=CONTENT_SECONDS)
    except SMTPResponseException as error:
        raise reasons.of_message(error) from error
    except (SMTPException, OSError, TimeoutError) as error:
        raise Uncertain(LOST) from error


def _away(error: Exception) -> TryLater:
    return TryLater(reasons.of_server(error), after=reasons.AWAY)
