"""E-mail, ready to be hung among the platforms."""

import ssl
from collections.abc import Callable
from datetime import datetime

from bot.chat.platform import InTransaction, MailStore
from bot.platforms.mail.connection import Connection
from bot.platforms.mail.send import MailPlatform
from bot.platforms.mail.server import server
from bot.settings import Settings


class Mail:
    """The connection to the mail server, and the platform that delivers over it."""

    def __init__(
        self,
        settings: Settings,
        store: InTransaction[MailStore],
        *,
        clock: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._connection = Connection(server(settings.smtp_url), tls=tls)
        self.platform = MailPlatform(
            self._connection,
            store,
            sender=settings.mail_from,
            base_url=settings.public_url,
            clock=clock,
        )

    def stop(self) -> None:
        """Let the mail server go."""
        self._connection.close()
