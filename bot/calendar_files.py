"""``/calendar/{token}.ics``: an appointment, or all sessions, for whoever holds its secret."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web

from bot.domain import calendar
from bot.domain.calendar import Appointment
from bot.domain.coffee import GroupState
from bot.domain.members import SLOT_LENGTH
from bot.domain.sessions import Session, SignUp, SignUpState
from bot.views import coffee_groups as views
from bot.views import sessions_record as session_views
from storage.database import Database
from storage.sessions_links import Purpose
from storage.unit_of_work import UnitOfWork

NOT_THERE = (
    "This appointment is not there any more. Ask the bot for “coffee next” or “sessions mine”."
)
# A calendar that is looked at once a month still hears of what was cancelled meanwhile.
FEED_SINCE = timedelta(days=90)
MOST_IN_FEED = 500
# What our secrets are made of; PostgreSQL refuses to compare some of what an address may hold.
SECRET = re.compile(r"[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class File:
    """A file to be downloaded, written once the transaction that read it is over.

    A feed of 500 sessions takes a tenth of a second to write.
    """

    name: str
    write: Callable[[], bytes]


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
        found = await self._database.run(lambda db: self._found(db, token))
        if found is None:
            return web.Response(status=404, text=NOT_THERE)
        return web.Response(
            body=await asyncio.to_thread(found.write),
            content_type="text/calendar",
            charset="utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{found.name}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def _found(self, db: UnitOfWork, token: str) -> File | None:
        if not SECRET.fullmatch(token):
            return None
        coffee = self._coffee(db, token)
        if coffee is not None:
            return File("coffee.ics", partial(calendar.file_of, coffee))
        place = db.sessions.of_calendar(token)
        if place is not None:
            return File("session.ics", partial(calendar.file_of, self._place(*place)))
        return self._feed(db, token)

    def _coffee(self, db: UnitOfWork, token: str) -> Appointment | None:
        group = db.coffee.group_of_calendar(token)
        if group is None or group.meets_at is None:
            return None
        of = db.coffee.round(group.round)
        names = [
            member.name for member in db.members.many(group.people).values() if member.may_be_named
        ]
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

    def _place(self, session: Session, signup: SignUp) -> Appointment:
        """A session in the calendar of somebody who has a place, and knows how to join."""
        is_going = session.is_planned and signup.state is SignUpState.GOING
        appointment = self._session(session)
        return replace(
            appointment,
            description=session_views.calendar_entry(session, is_going=is_going),
            # It changes with the session, and with the person's own coming and going.
            sequence=session.sequence + signup.sequence,
            is_cancelled=not is_going,
            url=session.details.link if is_going else "",
        )

    def _feed(self, db: UnitOfWork, token: str) -> File | None:
        """All sessions of the community, without how to join online."""
        now = self._clock()
        owner = db.session_links.owner(token, Purpose.FEED, now=now)
        if owner is None:
            return None
        community = db.communities.get(db.members.get(owner).community)
        several = db.sessions.since(community.id, now - FEED_SINCE, limit=MOST_IN_FEED)
        write = partial(
            calendar.feed_of,
            [self._session(each) for each in several],
            name=session_views.feed_name(community.name),
            zone=community.zone,
            now=now,
        )
        return File("sessions.ics", write)

    def _session(self, session: Session) -> Appointment:
        return Appointment(
            uid=f"session-{session.id}@leaders-bot",
            title=session.title,
            description=session_views.calendar_entry(session, is_going=False),
            starts=session.starts,
            length=session.details.length,
            zone=session.zone,
            sequence=session.sequence,
            stamp=self._clock(),
            is_cancelled=not session.is_planned,
            place=session.details.place,
        )
