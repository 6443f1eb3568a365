"""Sessions in a calendar, one's own and the community's feed, and one's time as a file."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import ics
import pytest
import vobject
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from ical.calendar_stream import IcsCalendarStream

from bot import calendar_files, time_files
from bot.calendar_files import CalendarFiles
from bot.time_files import TimeFiles
from tests.leaders import Community, Leader, words
from tests.sessions import LINK, links, planned, register

pytestmark = pytest.mark.parametrize("community", ["web"], indirect=True)
LONDON = ZoneInfo("Europe/London")
BEGINS = datetime(2026, 12, 3, 12, 30)
TOOK_PART = (
    "Ada Obi took part in the following activities of Leaders of South East London, from "
    "Tuesday 24 November 2026 to Thursday 3 December 2026:"
)
AS_NOTED = (
    "As noted by the community’s bot on Thursday 3 December 2026. A session counts its planned "
    "length, a meeting 30 minutes."
)


@pytest.fixture
async def client(community: Community) -> AsyncIterator[TestClient]:
    server = web.Application()
    for edge in (CalendarFiles, TimeFiles):
        server.add_routes(edge(community.database, clock=lambda: community.now).routes())
    async with TestClient(TestServer(server)) as made:
        yield made


async def get(client: TestClient, path: str) -> tuple[int, str]:
    async with client.get(path) as response:
        return response.status, (await response.read()).decode()


def read_by_all(written: str) -> list[list[tuple[str, datetime]]]:
    """The events as four libraries read them: their titles and starts, in UTC."""
    by_icalendar = [
        (str(each["summary"]), each["dtstart"].dt)
        for each in icalendar.Calendar.from_ical(written).walk("VEVENT")
    ]
    found = vobject.readOne(written, validate=True)
    by_vobject = [
        (each.summary.value, each.dtstart.value) for each in found.contents.get("vevent", [])
    ]
    by_ical = [
        (each.summary, each.dtstart) for each in IcsCalendarStream.calendar_from_ics(written).events
    ]
    by_ics = [(each.name, each.begin.datetime) for each in ics.Calendar(written).events]
    several = (by_icalendar, by_vobject, by_ical, by_ics)
    return [sorted((name, at.astimezone(UTC)) for name, at in each) for each in several]


def event(written: str) -> Any:
    [found] = icalendar.Calendar.from_ical(written).walk("VEVENT")
    return found


async def signed_up(community: Community, **answers: str) -> tuple[int, Leader, Leader, str]:
    """A session, its organiser, somebody with a place, and the path of their file."""
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **answers)
    ada = await community.leader("Ada Obi")
    [path] = links(await ada.says(f"sessions sign up {number}"))
    return number, olu, ada, path


async def test_a_place_is_an_appointment_with_the_way_in(community, client) -> None:
    number, _, _, path = await signed_up(
        community, place="Room 2, Lewisham", dial_in="0300 1", about="All of it; and more, too."
    )

    status, written = await get(client, path)

    found = event(written)
    assert status == 200
    assert "METHOD:PUBLISH" in written.splitlines()
    assert (found["uid"], found["summary"], found["sequence"], found["status"]) == (
        f"session-{number}@leaders-bot", "Frailty at home", 0, "CONFIRMED",
    )  # fmt: skip
    assert found["dtstart"].dt == BEGINS.replace(tzinfo=LONDON)
    assert found["dtend"].dt - found["dtstart"].dt == timedelta(hours=1)
    assert (found["location"], found["url"]) == ("Room 2, Lewisham", LINK)
    assert found["description"].splitlines() == [
        "All of it; and more, too.",
        f"Join online: {LINK}",
        "Or dial in: 0300 1",
        f"Ask the bot for “sessions show {number}”.",
    ]


async def test_a_changed_session_is_the_same_appointment_with_a_raised_sequence(
    community, client
) -> None:
    number, olu, _, path = await signed_up(community)
    _, before = await get(client, path)
    await olu.submits(await olu.says(f"sessions edit {number}"), time="14:00")

    _, after = await get(client, path)

    assert event(before)["uid"] == event(after)["uid"]
    assert (event(before)["sequence"], event(after)["sequence"]) == (0, 1)
    assert event(after)["dtstart"].dt == datetime(2026, 12, 3, 14, tzinfo=LONDON)


async def test_a_cancelled_session_takes_the_appointment_away_in_all_calendars(
    community, client
) -> None:
    number, olu, ada, path = await signed_up(community)
    _, before = await get(client, path)
    await olu.submits(await olu.says(f"sessions cancel {number}"))
    [again] = links(ada.last)

    _, written = await get(client, again)

    assert again == path
    assert "METHOD:CANCEL" in written.splitlines()
    assert (event(written)["status"], event(written)["uid"]) == ("CANCELLED", event(before)["uid"])
    assert event(written)["sequence"] > event(before)["sequence"]
    assert LINK not in written
    assert read_by_all(written) == [[("Frailty at home", BEGINS.replace(tzinfo=UTC))]] * 4


async def test_a_place_given_back_is_cancelled_and_taken_again_is_confirmed(
    community, client
) -> None:
    number, _, ada, path = await signed_up(community)
    await ada.says(f"sessions leave {number}")
    _, left = await get(client, path)
    await ada.says(f"sessions sign up {number}")
    _, back = await get(client, path)

    assert (event(left)["status"], event(left)["sequence"]) == ("CANCELLED", 1)
    assert LINK not in left
    assert (event(back)["status"], event(back)["sequence"]) == ("CONFIRMED", 2)
    assert event(left)["uid"] == event(back)["uid"]


async def test_who_waits_is_not_told_how_to_join(community, client) -> None:
    number, *_ = await signed_up(community, capacity="1")
    ben = await community.leader("Ben Lee")
    await ben.says(f"sessions sign up {number}")
    secret = register(community, number).of(ben.id).calendar

    status, written = await get(client, f"/calendar/{secret}.ics")

    assert status == 200
    assert LINK not in written
    assert event(written)["status"] == "CANCELLED"


async def test_a_series_across_the_clock_change_reads_the_same_everywhere(
    community, client
) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, date="2027-03-23", time="09:00", title="Café; “one”, two")
    form = await olu.says(f"sessions repeat {number}")
    await olu.submits(form, rhythm="week", until="2027-04-06")
    await community.until(datetime(2027, 3, 1, 9, 0))
    [path] = links(await olu.says("sessions calendar"))

    status, written = await get(client, path)

    expected = [
        ("Café; “one”, two", datetime(2027, 3, 23, 9, tzinfo=UTC)),
        ("Café; “one”, two", datetime(2027, 3, 30, 8, tzinfo=UTC)),
        ("Café; “one”, two", datetime(2027, 4, 6, 8, tzinfo=UTC)),
    ]
    assert status == 200
    assert read_by_all(written) == [expected] * 4
    # A reader that knows no zones has only what stands in the file.
    [inside] = icalendar.Calendar.from_ical(written).walk("VTIMEZONE")
    rules = inside.to_tz(lookup_tzid=False)
    local = [moment.astimezone(rules).hour for _, moment in expected]
    assert local == [9, 9, 9]


async def test_the_feed_tells_changes_and_cancellations_but_no_way_in(community, client) -> None:
    number, olu, ada, _ = await signed_up(community, dial_in="0300 code")
    await planned(olu, title="Digital wards", date="2026-12-04")
    [path] = links(await ada.says("sessions calendar"))
    await olu.submits(await olu.says(f"sessions edit {number}"), time="14:00")
    await olu.submits(await olu.says("sessions cancel 2"))

    _, written = await get(client, path)

    events = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert [(each["uid"], each["status"], each["sequence"]) for each in events] == [
        ("session-1@leaders-bot", "CONFIRMED", 1),
        ("session-2@leaders-bot", "CANCELLED", 1),
    ]
    assert LINK not in written
    assert "0300" not in written
    assert "METHOD:PUBLISH" in written.splitlines()
    assert "X-WR-CALNAME:Learning sessions\\, Leaders of South East London" in written.splitlines()


async def test_a_feed_without_sessions_is_a_calendar_all_the_same(community, client) -> None:
    ada = await community.leader("Ada Obi")
    [path] = links(await ada.says("sessions calendar"))

    status, written = await get(client, path)

    assert status == 200
    assert read_by_all(written) == [[]] * 4


async def test_the_feeds_secret_is_kept_nowhere_and_ends_when_asked(community, client) -> None:
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    [mine], [theirs] = [links(await each.says("sessions calendar")) for each in (ada, ben)]
    with community.database.transaction() as db:
        kept = str(db.connection.exec_driver_sql("SELECT * FROM session_links").all())

    stopped = words(await ada.says("sessions calendar stop"))
    again = words(await ada.says("sessions calendar stop"))

    assert mine.split("/")[-1].removesuffix(".ics") not in kept
    assert stopped.startswith("Ended: 1 address of yours opens nothing any more.")
    assert again == "You have no calendar address, so there is nothing to end."
    assert await get(client, mine) == (404, calendar_files.NOT_THERE)
    assert (await get(client, theirs))[0] == 200


async def test_the_feed_of_somebody_who_is_no_member_now_is_closed(community, client) -> None:
    ada = await community.leader("Ada Obi")
    [path] = links(await ada.says("sessions calendar"))
    with community.database.transaction() as db:
        db.connection.exec_driver_sql("UPDATE members SET state = 'suspended'")

    assert await get(client, path) == (404, calendar_files.NOT_THERE)


async def test_feeds_are_few_and_told_in_private(community, client) -> None:
    ada = await community.leader("Ada Obi")
    aloud = words(await ada.says("sessions calendar", channel="C9"))
    for _ in range(5):
        await ada.says("sessions calendar")

    sixth = words(await ada.says("sessions calendar"))

    assert aloud.startswith("I have not done that, because others may read along here.")
    assert sixth.startswith("You have 5 addresses already.")


async def attended(community: Community) -> Leader:
    """Ada was at a session and met Ben for coffee; she left another one early."""
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    number = await planned(olu, title="=Frailty", speakers="Di Roy", minutes="90")
    other = await planned(olu, title="Estates")
    for each in (number, other):
        await ada.says(f"sessions sign up {each}")
    for each in (ada, ben):
        await each.says("coffee join")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    await community.until(datetime(2026, 11, 24, 10, 0))
    await ada.says("coffee met 1 yes")
    await community.until(BEGINS)
    await ada.says(f"sessions here {number}")
    return ada


async def test_my_time_is_a_certificate_for_the_member_alone(community, client) -> None:
    ada = await attended(community)

    reply = await ada.says("my time")
    aloud = words(await ada.says("my time", channel="C9"))
    ben = words(await (await community.leader("Cy Poe")).says("my time"))

    assert words(reply).splitlines()[:9] == [
        "Certificate of participation",
        TOOK_PART,
        "Learning sessions attended: 1",
        "Peer meetings confirmed: 1",
        "Time in all: 2 hours",
        "- Tuesday 24 November 2026: Peer coffee, with Ben Lee, 30 minutes",
        "- Thursday 3 December 2026: =Frailty, with Di Roy, 1 hour 30 minutes",
        AS_NOTED,
        f"Download all as a spreadsheet: {links(reply)[0]}",
    ]
    assert aloud.startswith("I have not done that")
    assert ben.startswith("I have no session or meeting of yours noted yet.")


async def test_my_time_is_a_file_for_an_hour_that_starts_no_formula(community, client) -> None:
    ada = await attended(community)
    [path] = links(await ada.says("my time"))

    status, written = await get(client, path)
    community.now += timedelta(hours=1)
    late = await get(client, path)

    rows = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"))))
    assert status == 200
    assert rows == [
        ["date", "what", "with", "minutes"],
        ["2026-11-24", "Peer coffee", "Ben Lee", "30"],
        ["2026-12-03", "'=Frailty", "Di Roy", "90"],
    ]
    assert late == (404, time_files.NOT_THERE)


async def test_my_time_of_one_year(community, client) -> None:
    ada = await attended(community)

    this, other = words(await ada.says("my time 2026")), words(await ada.says("my time 2025"))
    nonsense = words(await ada.says("my time soon"))

    assert "This is 2026 only; “my time” shows all." in this
    assert other.startswith("I have no session or meeting of yours noted in 2025.")
    assert nonsense.startswith("I could not read “soon” as a number of the year.")


@pytest.mark.parametrize("secret", ["guessed", "a" * 5000, "%00", "..%2F..%2Fetc", "%FF"])
async def test_a_secret_that_fits_nothing_opens_no_file(community, client, secret) -> None:
    found = await get(client, f"/my-time/{secret}.csv")

    assert found == (404, time_files.NOT_THERE)


async def test_one_kind_of_secret_opens_nothing_of_the_other(community, client) -> None:
    ada = await attended(community)
    [hours], [feed] = [links(await ada.says(asked)) for asked in ("my time", "sessions calendar")]

    for path, secret in (("/calendar/{}.ics", hours), ("/my-time/{}.csv", feed)):
        bare = secret.split("/")[-1].partition(".")[0]
        assert (await get(client, path.format(bare)))[0] == 404
