"""``/my-time/{token}.csv``: what a member took part in, for whoever holds its secret."""

import re
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.domain import sessions_record
from storage.database import Database
from storage.sessions_links import Purpose
from storage.sessions_record import record_of
from storage.unit_of_work import UnitOfWork

NOT_THERE = "This file is not there any more. Ask the bot for “my time”."
SECRET = re.compile(r"[\w-]+", re.ASCII)


class TimeFiles:
    """Serves members' own records; a secret that fits nothing is a 404 with a sentence."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The one address."""
        return [web.get("/my-time/{token}.csv", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        found = await self._database.run(lambda db: self._record(db, token))
        if found is None:
            return web.Response(status=404, text=NOT_THERE)
        return web.Response(
            # With the mark by which spreadsheets know that it is UTF-8.
            body=found.encode("utf-8-sig"),
            content_type="text/csv",
            charset="utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="my-time.csv"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def _record(self, db: UnitOfWork, token: str) -> str | None:
        if not SECRET.fullmatch(token):
            return None
        owner = db.session_links.owner(token, Purpose.HOURS, now=self._clock())
        return None if owner is None else sessions_record.as_csv(record_of(db, owner))
