"""Whether the mail server lets us in; no mail is sent."""

import ssl

from bot.errors import TryLater
from bot.platforms.mail.connection import Connection
from bot.platforms.mail.server import server
from bot.settings import Settings


async def check(settings: Settings, *, tls: ssl.SSLContext | None = None) -> list[str]:
    """What is wrong with SMTP_URL, in one sentence; nothing where the login works."""
    asked = server(settings.smtp_url)
    try:
        await Connection(asked, tls=tls).try_login()
    except TryLater as error:
        return [f"E-mail ({asked.host}, port {asked.port}): {error.reason}"]
    return []
