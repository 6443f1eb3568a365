"""``/healthz`` (alive), ``/readyz`` (database and drainers) and ``/metrics`` (Prometheus text)."""

import hmac
from collections.abc import Callable
from datetime import datetime

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.errors import DatabaseUnready
from storage.database import Database

log = structlog.get_logger()

UNREADY = 503
# A crowd that was turned away is not to come back all at once, nor much later than it can.
RETRY_AFTER_SECONDS = "10"


@web.middleware
async def unready(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers 503 wherever the database takes nothing now, so that it is asked again."""
    try:
        response = await handler(request)
    except DatabaseUnready as error:
        response = web.Response(status=UNREADY, text=f"{error}\n")
    if response.status == UNREADY and not response.prepared:
        response.headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return response


class Health:
    """How the bot is doing, for machines. ``is_alive`` says whether the drainers run."""

    def __init__(
        self,
        database: Database,
        *,
        is_alive: Callable[[], bool],
        token: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._is_alive = is_alive
        self._token = token
        self._clock = clock
        self._registry = CollectorRegistry()
        self._queued = Gauge(
            "leaders_outbox_queued", "Rows waiting to be sent", ["lane"], registry=self._registry
        )
        self._overdue = Gauge(
            "leaders_outbox_overdue_seconds",
            "How long the oldest waiting row is overdue",
            ["lane"],
            registry=self._registry,
        )

    def routes(self) -> list[web.RouteDef]:
        """The three addresses."""
        return [
            web.get("/healthz", self._alive),
            web.get("/readyz", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _alive(self, _request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        try:
            await self._database.run(lambda db: db.communities.all())
        except Exception:
            log.exception("database_unready")
            return web.Response(status=503, text="the database does not answer\n")
        if not self._is_alive():
            return web.Response(status=503, text="the drainers are not running\n")
        return web.Response(text="ready\n")

    async def _metrics(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        # A header may hold any bytes; aiohttp hands those that are no text over as surrogates.
        offered = given.encode(errors="surrogateescape")
        if self._token and not hmac.compare_digest(offered, self._token.encode()):
            return web.Response(status=401, text="METRICS_TOKEN does not match\n")
        ages = await self._database.run(lambda db: db.outbox.queue_ages(self._clock()))
        self._queued.clear()
        self._overdue.clear()
        for lane, (rows, overdue) in ages.items():
            self._queued.labels(lane).set(rows)
            self._overdue.labels(lane).set(overdue.total_seconds())
        return web.Response(body=generate_latest(self._registry), content_type="text/plain")
