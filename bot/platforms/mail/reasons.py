"""What a mail server's refusal means, in plain words that never repeat the server's own.

A server's answer often names the address, and reasons are logged.
"""

import re
import ssl
from datetime import timedelta

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException

from bot.errors import BotError, CannotDeliver, NotNow, TryLater

# Servers that greylist take the same message some minutes later (RFC 6647, 4.4).
LATER = timedelta(minutes=5)
# Ever longer, for about two days in all: mail servers give up after a few days (RFC 5321, 4.5.4.1),
# and what this bot has to say is seldom of use later.
WAITS = (
    LATER,
    *(timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 160)),
    *(timedelta(hours=4),) * 11,
)
# A server that is away or does not know us: an operator has to look, and nothing is lost.
AWAY = timedelta(minutes=2)

# Enhanced status codes (RFC 3463, 3.2 and 3.3; RFC 7505): the address itself will never work.
GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
SERVICE_CLOSES = 421  # RFC 5321, 3.8: it says so to any command
STORAGE_EXCEEDED = 552
# The same code is given for a message that is too long (RFC 1870, 6.1; RFC 3463, 3.3 and 3.4).
TOO_LONG = (".2.3", ".3.4")
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")

NO_SUCH_ADDRESS = "The mail server says that this e-mail address does not exist ({})."
IS_FULL = "This person’s mailbox is full ({})."
IS_LONG = "The e-mail is longer than the mail server takes ({})."
REFUSED = "The mail server does not take this e-mail ({})."
TO_WAIT = "The mail server asks to wait ({})."
UNREACHED = "The mail server can’t be reached."
NOT_LET_IN = "The mail server does not take our user and password; check SMTP_URL."
NOT_TRUSTED = "The mail server’s certificate is not one we trust, so nothing was sent."
OFFERS_LESS = (
    "The mail server offers no encryption, or no login, so nothing was sent; check SMTP_URL."
)
NOT_READY = "The mail server does not let us send ({}); check SMTP_URL and MAIL_FROM."


def of_message(error: SMTPResponseException) -> BotError:
    """Why a recipient or a message was refused, as delivery takes it."""
    found = _ENHANCED.match(error.message)
    enhanced = found[1] if found else ""
    named = f"{error.code} {enhanced}".strip()
    if enhanced.endswith(TOO_LONG):
        return CannotDeliver(IS_LONG.format(named))
    if error.code == STORAGE_EXCEEDED or enhanced.endswith(".2.2"):
        return CannotDeliver(IS_FULL.format(named))
    if error.code == SERVICE_CLOSES:
        return TryLater(TO_WAIT.format(named), after=LATER)
    if 400 <= error.code < 500:
        return NotNow(TO_WAIT.format(named), after=LATER)
    if enhanced in GONE:
        return CannotDeliver(NO_SUCH_ADDRESS.format(named), account_gone=True)
    return CannotDeliver(REFUSED.format(named))


def of_server(error: Exception) -> str:
    """Why the server could not be used at all, which says nothing about any message."""
    if isinstance(error, SMTPAuthenticationError):
        return NOT_LET_IN
    if isinstance(error, SMTPResponseException):
        return NOT_READY.format(error.code)
    # The library has no narrower type for a server without STARTTLS or without a login.
    if type(error) is SMTPException:
        return OFFERS_LESS
    if isinstance(error.__cause__ or error, ssl.SSLError):
        return NOT_TRUSTED
    return UNREACHED
