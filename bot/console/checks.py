"""Where a request may come from, and how much it may bring."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from bot.console.refusals import Refused
from bot.settings import LOOPBACK, Settings

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The pages' template relaxes it to "same-origin": with "no-referrer" a browser hides the
    # origin of a form, and we could not tell our own from another site's.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
MAX_BODY = 64 * 1024  # a form of words; the longest field takes 3,000 characters
MAX_FORM_FIELDS = 500  # a choice of several sends one for each that was ticked

Sent = Mapping[str, tuple[str, ...]]


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
    """Refuse what another site's page asked to be changed.

    Browsers send ``Origin`` with every POST and ``Sec-Fetch-Site`` with everything to https or
    localhost; a POST with neither comes from no page of ours.
    """
    if request.method in {"GET", "HEAD"}:
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    own_hosts = {request.host.lower(), urlsplit(settings.public_url).netloc.lower()}
    if origin is not None and _netloc(origin) not in own_hosts:
        raise Refused(403, "Another site asked for this. Open the page here and try again.")
    if site not in {None, "same-origin"} or (site is None and origin is None):
        raise Refused(403, "This was not asked for by a page of ours. Open it and try again.")


async def sent_form(request: web.Request) -> Sent:
    """What a page's form sent: all values of each name; raises ``Refused`` for anything else."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refused(400, "The form could not be read. Go back and try again.")
    body = await _body(request)
    try:
        sent = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except ValueError:
        raise Refused(400, "The form could not be read. Go back and try again.") from None
    return {name: tuple(values) for name, values in sent.items()}


def first(sent: Sent, name: str) -> str:
    """The first value of a name; empty where there is none."""
    return next(iter(sent.get(name, ())), "")


def whole_number(text: str) -> int | None:
    """The number that is written; None for anything that no page of ours writes."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


async def _body(request: web.Request) -> bytes:
    """The body, of at most ``MAX_BODY`` bytes however it was packed."""
    body = bytearray()
    try:
        async for part in request.content.iter_any():
            body += part
            if len(body) > MAX_BODY:
                raise Refused(413, f"That is too much at once: at most {MAX_BODY // 1024} kB.")
    except web.RequestPayloadError:
        raise Refused(400, "The form could not be read. Go back and try again.") from None
    return bytes(body)


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
