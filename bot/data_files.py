"""``/my-data/{secret}.json`` and ``.csv``: what is kept of a member, for whoever has the link."""

import re
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.domain import my_data as domain
from bot.views import my_data as views
from handlers import my_data
from storage.database import Database
from storage.unit_of_work import UnitOfWork

# What our secrets are made of; PostgreSQL refuses to compare some of what an address may hold.
SECRET = re.compile(r"[\w-]+", re.ASCII)
KINDS = {
    "json": ("application/json", domain.as_json),
    "csv": ("text/csv", domain.as_csv),
}


class DataFiles:
    """Serves members their own data; a link that has run out is a 404 with a sentence."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The two addresses."""
        return [web.get("/my-data/{secret}.{kind:json|csv}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        secret, kind = request.match_info["secret"], request.match_info["kind"]
        content_type, written = KINDS[kind]
        sections = await self._database.run(lambda db: self._sections(db, secret))
        if sections is None:
            return web.Response(status=404, text=views.NO_LINK)
        return web.Response(
            text=written(sections),
            content_type=content_type,
            charset="utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="my-data.{kind}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def _sections(self, db: UnitOfWork, secret: str) -> tuple[domain.Section, ...] | None:
        if not SECRET.fullmatch(secret):
            return None
        member = db.my_data.whose(secret, now=self._clock())
        return my_data.sections(db, member) if member is not None else None
