"""Who is at the other end of a request: cookies, hashed tokens, and whose page asked."""

import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from aiohttp import web

from bot.platforms.web.refusals import Refused
from bot.settings import LOOPBACK, Settings

TOKEN_BYTES = 32  # 256 bits: nobody guesses one, so nothing needs to count attempts
# The store decides when a session ends. The cookie only has to outlive it.
COOKIE_AGE = timedelta(days=400)  # the longest that browsers keep one (RFC 6265bis, 5.5)
# Set by a reverse proxy: whoever asks may be anywhere, not on this machine.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


def new_token() -> str:
    """A random secret, safe in an address and a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hashed(token: str) -> str:
    """What is stored instead of a token. Whatever a header held can be hashed."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def is_secure(settings: Settings) -> bool:
    """Whether people reach the pages by https."""
    return urlsplit(settings.public_url).scheme == "https"


def cookie_name(settings: Settings) -> str:
    """The cookie's name; with https the prefix by which browsers refuse one set by a neighbour."""
    return "__Host-leaders" if is_secure(settings) else "leaders"


def session_hash(request: web.Request, settings: Settings) -> str | None:
    """The hash of the session this browser carries; None where it carries none."""
    token = request.cookies.get(cookie_name(settings))
    return hashed(token) if token else None


def begin(response: web.StreamResponse, token: str, settings: Settings) -> None:
    """Hand the browser its session."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(COOKIE_AGE.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=is_secure(settings),
    )


def end(response: web.StreamResponse, settings: Settings) -> None:
    """Take the session from the browser."""
    response.del_cookie(
        cookie_name(settings),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=is_secure(settings),
    )


def check_host(request: web.Request, settings: Settings) -> None:
    """Refuse a name that is not ours where only this machine should reach us.

    A page elsewhere may point its own name at 127.0.0.1 (DNS rebinding) and would then count as
    the same origin; its name in ``Host`` gives it away.
    """
    if not settings.is_loopback:
        return
    if _host_name(request.host) not in LOOPBACK | {urlsplit(settings.public_url).hostname}:
        raise Refused(403, "This address is not served here. Open http://localhost instead.")


def check_origin(request: web.Request, settings: Settings) -> None:
    """Refuse what another site's page asked for.

    Browsers send ``Origin`` with every POST and ``Sec-Fetch-Site`` with everything to https or
    localhost; a POST with neither comes from no page of ours.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    own_hosts = {request.host.lower(), urlsplit(settings.public_url).netloc.lower()}
    if origin is not None and _netloc(origin) not in own_hosts:
        raise Refused(403, "Another site asked for this. Open the page here and try again.")
    if request.method in {"GET", "HEAD"}:
        return
    if site not in {None, "same-origin"} or (site is None and origin is None):
        raise Refused(403, "This was not asked for by a page of ours. Open it and try again.")


def is_on_this_machine(request: web.Request, settings: Settings) -> bool:
    """Whether the request can only come from this machine: acting as somebody needs no sign-in."""
    return (
        settings.is_loopback
        and urlsplit(settings.public_url).hostname in LOOPBACK
        and _host_name(request.host) in LOOPBACK
        and not any(header in request.headers for header in PROXY_HEADERS)
    )


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _netloc(origin: str) -> str | None:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in {"http", "https"} else None
