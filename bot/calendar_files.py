"""``/calendar/{token}.ics``: the calendar file of one appointment, for whoever holds its secret."""

import re
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.domain import calendar
from bot.domain.calendar import Appointment
from bot.domain.coffee import GroupState
from bot.domain.members import SLOT_LENGTH
from bot.views import coffee_groups as views
from storage.database import Database
from storage.unit_of_work import UnitOfWork

NOT_THERE = "This appointment is not there any more. Ask the bot for “coffee next”."
# What our secrets are made of; PostgreSQL refuses to compare some of what an address may hold.
SECRET = re.compile(r"[\w-]+", re.ASCII)


class CalendarFiles:
    """Serves calendar files; a secret that fits nothing is a 404 with a sentence."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The one address."""
        return [web.get("/calendar/{token}.ics", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        found = await self._database.run(lambda db: self._appointment(db, token))
        if found is None:
            return web.Response(status=404, text=NOT_THERE)
        return web.Response(
            body=calendar.file_of(found),
            content_type="text/calendar",
            charset="utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="coffee.ics"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def _appointment(self, db: UnitOfWork, token: str) -> Appointment | None:
        if not SECRET.fullmatch(token):
            return None
        group = db.coffee.group_of_calendar(token)
        if group is None or group.meets_at is None:
            return None
        of = db.coffee.round(group.round)
        names = [member.name for member in db.members.many(group.people).values()]
        title, description = views.calendar_entry(names)
        return Appointment(
            uid=f"coffee-{group.id}@leaders-bot",
            title=title,
            description=description,
            starts=group.meets_at,
            length=SLOT_LENGTH,
            zone=of.zone,
            sequence=group.sequence,
            stamp=self._clock(),
            is_cancelled=group.state is GroupState.ENDED,
        )
