"""The front door of every page and address of the web chat: checks, headers, errors, visitors."""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from bot.chat.platform import InTransaction, Visitor, WebStore
from bot.errors import DatabaseUnready
from bot.platforms.web import read, sessions
from bot.platforms.web.pages import Pages
from bot.platforms.web.refusals import Refused
from bot.settings import Settings

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The pages' templates relax it to "same-origin": with "no-referrer" a browser hides the
    # origin of a form, and we could not tell our own from another site's.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
MAX_FORM_FIELDS = 10  # our own page forms have one or two
SIGNED_OUT = "You are signed out. Open your personal link, or ask an organiser for a new one."


class FrontDoor:
    """Opens for requests that may come in, and knows who asks."""

    def __init__(
        self,
        settings: Settings,
        store: InTransaction[WebStore],
        pages: Pages,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings = settings
        self.store = store
        self.pages = pages
        self.clock = clock
        self.base = pages.base

    def page(self, handler: Handler) -> Handler:
        """The handler behind the checks; a refusal is shown as a page."""
        return self._guarded(handler, self._refused_page)

    def api(self, handler: Handler) -> Handler:
        """The handler behind the checks; a refusal is JSON."""
        return self._guarded(handler, _refused_json)

    async def visitor(self, request: web.Request) -> Visitor | None:
        """Who is signed in in this browser; None for nobody."""
        session = sessions.session_hash(request, self.settings)
        if session is None:
            return None
        now = self.clock()
        return await self.store(lambda store: store.visitor(session, now=now))

    async def member(self, request: web.Request) -> Visitor:
        """Who is signed in; refuses nobody, and a page that was opened as somebody else."""
        visitor = await self.visitor(request)
        if visitor is None:
            raise Refused(401, SIGNED_OUT)
        page_of = request.query.get("as")
        if page_of is not None and page_of != page_key(visitor):
            raise Refused(409, f"This browser now belongs to {visitor.name}. Open the page again.")
        return visitor

    async def payload(self, request: web.Request) -> read.Payload:
        """The JSON object that was sent."""
        if request.content_type != "application/json":
            raise Refused(400, "The request must be JSON (Content-Type: application/json).")
        return read.payload(await _body(request))

    async def form(self, request: web.Request) -> dict[str, str]:
        """What a page's plain form sent: the first value of each name."""
        body = await _body(request)
        try:
            sent = parse_qs(body.decode("ascii"), max_num_fields=MAX_FORM_FIELDS)
        except ValueError:
            raise Refused(400, "The form could not be read.") from None
        return {name: values[0] for name, values in sent.items()}

    def _guarded(self, handler: Handler, refused: Callable[[Refused], web.Response]) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse
            try:
                sessions.check_host(request, self.settings)
                sessions.check_origin(request, self.settings)
                response = await handler(request)
            except Refused as refusal:
                response = refused(refusal)
            except DatabaseUnready as error:
                log.warning("database_unready", path=_logged_path(request))
                response = refused(Refused(503, str(error)))
            # The outermost edge: whatever went wrong, the visitor is told and the log knows.
            except Exception:
                ref = secrets.token_hex(2).upper()
                log.exception("web_request_broke", ref=ref, path=_logged_path(request))
                response = refused(Refused(503, f"Something broke (ref {ref}). Try again soon."))
            if not response.prepared:
                for name, value in SECURITY_HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return guarded

    def _refused_page(self, refusal: Refused) -> web.Response:
        return self.pages.page("refused", status=refusal.status, sentence=refusal.sentence)


def as_json(shown: Mapping[str, object]) -> web.Response:
    """What the page asked for, as JSON that nobody keeps."""
    return web.Response(
        text=json.dumps(shown),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def page_key(visitor: Visitor) -> str:
    """What a page carries to say whose it is, so that nobody speaks as somebody else by mistake."""
    return sessions.hashed(f"{visitor.account.lane} {visitor.account.user}")[:16]


def _refused_json(refusal: Refused) -> web.Response:
    return web.json_response(
        {"sentence": refusal.sentence},
        status=refusal.status,
        headers={"Cache-Control": "no-store"},
    )


def _logged_path(request: web.Request) -> str:
    """The route's pattern: the path itself may hold a sign-in token."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


async def _body(request: web.Request) -> bytes:
    """The body, of at most ``MAX_BODY`` bytes however it was packed."""
    body = bytearray()
    try:
        async for part in request.content.iter_any():
            body += part
            if len(body) > read.MAX_BODY:
                raise Refused(413, f"That is too much at once: at most {read.MAX_BODY // 1024} kB.")
    except web.RequestPayloadError:
        raise Refused(400, "The request could not be read.") from None
    return bytes(body)
