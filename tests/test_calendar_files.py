"""The calendar file behind “Add to my calendar”."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.calendar_files import NOT_THERE, CalendarFiles
from bot.domain.coffee import GroupState, RoundState
from storage.database import Database
from tests.leaders import START

LABEL = datetime(2026, 11, 24, 9)
MEETS = datetime(2026, 11, 27, 12, 30)


class Served:
    """A group of Ada and Ben, and whoever serves its calendar file."""

    def __init__(self, database, client: TestClient) -> None:
        self.database = database
        self.client = client
        with database.transaction() as db:
            community = db.communities.add("Leaders", zone="Europe/London", now=START)
            people = [
                db.members.add(community, name, zone="Europe/London", now=START)
                for name in ("Ada Obi", "Ben Lee")
            ]
            of = db.coffee.add_round(
                community,
                label=LABEL,
                zone="Europe/London",
                state=RoundState.SENT,
                seed=1,
                theme=None,
                sends_at=START,
                closes_at=START + timedelta(weeks=2),
            )
            number = db.coffee.add_group(of, people, starter=0, slots=[])
            self.group = db.coffee.group(community, number)

    def change(self, **values) -> None:
        self.group = replace(self.group, **values)
        with self.database.transaction() as db:
            db.coffee.save_group(self.group)

    async def get(self, secret: str = ""):
        async with self.client.get(f"/calendar/{secret or self.group.calendar}.ics") as response:
            return response, await response.read()

    async def event(self) -> tuple[str, icalendar.Event]:
        response, body = await self.get()
        assert response.status == 200
        read = icalendar.Calendar.from_ical(body)
        [event] = read.walk("VEVENT")
        return str(read["method"]), event


@asynccontextmanager
async def serving(database: Database) -> AsyncIterator[Served]:
    server = web.Application()
    server.add_routes(CalendarFiles(database, clock=lambda: START).routes())
    async with TestClient(TestServer(server)) as client:
        yield Served(database, client)


@pytest.fixture
async def served(database) -> AsyncIterator[Served]:
    async with serving(database) as made:
        yield made


async def test_an_appointment_is_a_file_that_is_kept_nowhere(served):
    served.change(meets_at=MEETS, sequence=1)

    response, body = await served.get()

    assert response.status == 200
    assert {name: response.headers[name] for name in ("Content-Type", "Cache-Control")} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "no-store",
    }
    assert response.headers["Content-Disposition"] == 'attachment; filename="coffee.ics"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")


async def test_the_file_says_who_meets_when_and_for_how_long(served):
    served.change(meets_at=MEETS, sequence=1)

    method, event = await served.event()

    assert (method, event["uid"], event["summary"], event["sequence"]) == (
        "PUBLISH",
        f"coffee-{served.group.id}@leaders-bot",
        "Coffee: Ada Obi and Ben Lee",
        1,
    )
    assert event["dtstart"].dt == MEETS.replace(tzinfo=ZoneInfo("Europe/London"))
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=30)
    assert event["dtstamp"].dt == START


async def test_a_new_time_changes_the_same_appointment(served):
    served.change(meets_at=MEETS, sequence=1)
    _, first = await served.event()
    served.change(meets_at=MEETS + timedelta(hours=2), sequence=2)
    _, second = await served.event()

    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (1, 2)
    assert second["dtstart"].dt - first["dtstart"].dt == timedelta(hours=2)


async def test_the_appointment_of_a_group_that_ended_is_cancelled(served):
    served.change(meets_at=MEETS, sequence=2, state=GroupState.ENDED)

    method, event = await served.event()

    assert (method, event["status"]) == ("CANCEL", "CANCELLED")


async def test_a_secret_that_fits_nothing_is_not_there(any_database):
    async with serving(any_database) as served:
        served.change(meets_at=MEETS)
        for secret in ("guessed", "a" * 5000, "%00", "..%2F..%2Fetc", "%FF"):
            response, body = await served.get(secret)

            assert (response.status, body.decode()) == (404, NOT_THERE)


async def test_without_a_time_there_is_no_appointment(served):
    response, body = await served.get()

    assert (response.status, body.decode()) == (404, NOT_THERE)
