"""No occurrence is lost or doubled: over two decades, by many processes, through any outage.

The suite runs a short form; ``python -m bench.schedules`` runs the long one and prints figures.
"""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.chat import schedule as kinds
from bot.chat.schedule import Schedule
from bot.scheduler import Scheduler
from bot.times import IfOff, Recurrence, instant, labels_after, local, slots_after
from storage.database import Database
from storage.occurrences import OccurrenceState
from storage.secrets import Vault
from storage.tables import occurrences
from tests.conftest import SECRET
from tests.leaders import START
from tests.plugins.postgres import made_database

IS_LONG = os.environ.get("SCHEDULES") == "long"
# Every year of two decades, or the two that hold a leap year's and a common year's changes.
FIRST_YEAR, LAST_YEAR = (2025, 2045) if IS_LONG else (2027, 2028)
# The scheduler itself runs at every minute of the day, or at some of them.
STEP = 1 if IS_LONG else 45
OUTAGES = int(os.environ.get("OUTAGES", "200" if IS_LONG else "25"))
OCCURRENCES = int(os.environ.get("OCCURRENCES", "1000" if IS_LONG else "200"))
PROCESSES = int(os.environ.get("PROCESSES", "8" if IS_LONG else "4"))
SEED = int(os.environ.get("SEED", "2026"))

LONDON = "Europe/London"
ROOT = Path(__file__).parents[1]
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=each) for each in (1, 60, 3600, 86_400))
LONGEST_OUTAGE = 30 * DAY
LONGEST_RUN = 3 * DAY
# A start on a busy machine takes seconds, and eight of them on two cores some more.
ENDED_WITHIN = 300


def tell(**figures: object) -> None:
    """Figures for ``bench.schedules``; a test that passes shows nothing."""
    listed = ", ".join(f"{name} {value}" for name, value in figures.items())
    sys.stdout.write(f"\nfigures: {listed}\n")


def transition_days(first: int, last: int) -> Iterator[date]:
    """The days on which London's clocks change."""
    zone = ZoneInfo(LONDON)
    day = date(first, 1, 1)
    while day.year <= last:
        midnights = [datetime.combine(each, time(), zone) for each in (day, day + DAY)]
        if len({each.utcoffset() for each in midnights}) == 2:
            yield day
        day += DAY


def test_a_daily_schedule_at_every_minute_of_a_clock_change_has_each_date_once() -> None:
    days = list(transition_days(FIRST_YEAR, LAST_YEAR))
    wrong = []

    for day in days:
        for minute in range(24 * 60):
            start = datetime.combine(day - DAY, time()) + minute * MINUTE
            daily = Recurrence("FREQ=DAILY", start, LONDON)
            moments = [
                instant(label, LONDON) for label in islice(labels_after(daily, start - MINUTE), 3)
            ]
            dates = [local(moment, LONDON).date() for moment in moments]
            if dates != [day - DAY, day, day + DAY] or sorted(set(moments)) != moments:
                wrong.append((start, moments))

    assert wrong == []
    assert len(days) == 2 * (LAST_YEAR - FIRST_YEAR + 1)
    tell(years=f"{FIRST_YEAR}-{LAST_YEAR}", changes=len(days), schedules=len(days) * 24 * 60)


async def test_the_scheduler_runs_every_minute_of_a_clock_change_once_a_date(
    database: Database,
) -> None:
    days = list(transition_days(FIRST_YEAR, FIRST_YEAR))
    with ThreadPoolExecutor(1) as pool, capture_logs():
        for day in days:
            ran = await _run_days(database, pool, day)
            dates = (day - DAY, day, day + DAY)
            assert ran == Counter(
                (f"{minute}", each) for minute in range(0, 24 * 60, STEP) for each in dates
            )
    tell(
        year=FIRST_YEAR,
        changes=len(days),
        schedules=24 * 60 // STEP,
        runs=len(days) * 24 * 60 // STEP * 3,
    )


async def _run_days(
    database: Database, pool: ThreadPoolExecutor, day: date
) -> Counter[tuple[str, date]]:
    """Daily schedules at minutes of the day, from the day before to the day after a change."""
    clock = [instant(datetime.combine(day - DAY, time()), LONDON)]
    end = instant(datetime.combine(day + 2 * DAY, time()), LONDON)
    ran: Counter[tuple[str, date]] = Counter()
    jobs = Schedule()

    @jobs.job("note", catch_up=MINUTE)
    def note(run, db):
        ran[run.subject, local(run.now, LONDON).date()] += 1

    with database.transaction() as db:
        community = db.communities.add(f"{day}", zone=LONDON, now=clock[0])
        for minute in range(0, 24 * 60, STEP):
            first = datetime.combine(day - DAY, time()) + minute * MINUTE
            daily = Recurrence("FREQ=DAILY", first, LONDON)
            db.schedule.set_recurring(
                community, "note", daily, subject=f"{minute}", now=clock[0] - SECOND
            )
    scheduler = Scheduler(database, jobs, clock=lambda: clock[0], pool=pool)
    while clock[0] < end:
        while await scheduler.tick():
            pass
        with database.transaction() as db:
            upcoming = db.schedule.next_due()
        clock[0] = upcoming or end
    with database.transaction() as db:
        for minute in range(0, 24 * 60, STEP):
            db.schedule.stop_recurring(community, "note", subject=f"{minute}", now=end)
    return ran


def test_monthly_on_the_31st_happens_twelve_times_a_year_the_leap_day_included() -> None:
    monthly = Recurrence("FREQ=MONTHLY", datetime(2025, 1, 31, 9), LONDON)

    found = list(
        takewhile(
            lambda each: each.year <= 2045, labels_after(monthly, monthly.start - MINUTE)
        )
    )  # fmt: skip

    # The horizon ends a recurrence that is asked that far ahead; a schedule asks one at a time.
    while found[-1] < datetime(2045, 12, 31):
        found.extend(
            takewhile(lambda each: each.year <= 2045, labels_after(monthly, found[-1]))
        )  # fmt: skip
    assert set(Counter(each.year for each in found).values()) == {12}
    assert all((each + DAY).day == 1 for each in found)
    assert [each.year for each in found if (each.month, each.day) == (2, 29)] == [
        2028, 2032, 2036, 2040, 2044,
    ]  # fmt: skip
    tell(months=len(found))


@pytest.mark.parametrize("weekends", [False, True])
@pytest.mark.parametrize("if_off", list(IfOff))
def test_two_decades_of_bank_holidays_keep_one_a_day_and_lose_no_label(
    if_off: IfOff, weekends: bool
) -> None:
    daily = Recurrence("FREQ=DAILY", datetime(FIRST_YEAR, 1, 1, 9), LONDON, if_off, weekends)
    days = (date(LAST_YEAR, 12, 31) - date(FIRST_YEAR, 1, 1)).days
    label, slots = daily.start - MINUTE, []

    while len(slots) < days:
        slots.extend(islice(slots_after(daily, label), 366))
        label = slots[-1].label

    happening = [each.at.date() for each in slots if each.at]
    assert [each.label.date() for each in slots] == [
        date(FIRST_YEAR, 1, 1) + n * DAY for n in range(len(slots))
    ]
    assert len(set(happening)) == len(happening)
    assert all(each.note for each in slots if each.at is None)
    left_out = sum(each.at is None for each in slots)
    tell(labels=len(slots), if_off=if_off.value, weekends=weekends, left_out=left_out)


class House:
    """One recurrence of each kind, a clock that is moved by hand, and what was done."""

    KINDS = (
        ("reminder", kinds.REMINDER, "FREQ=DAILY", time(1, 30)),
        ("prompt", kinds.PROMPT, "FREQ=DAILY", time(9)),
        ("round", kinds.ROUND, "FREQ=WEEKLY", time(12, 15)),
        ("close", kinds.ALWAYS, "FREQ=DAILY", time(23, 59)),
    )

    def __init__(self, database: Database, pool: ThreadPoolExecutor) -> None:
        self.database = database
        self.now = START
        self.done: Counter[tuple[str, datetime]] = Counter()
        jobs = Schedule()
        for name, catch_up, _, _ in self.KINDS:
            jobs.job(name, catch_up=catch_up)(self.note)
        self.scheduler = Scheduler(database, jobs, clock=lambda: self.now, pool=pool)
        with database.transaction() as db:
            self.community = db.communities.add("Leaders", zone=LONDON, now=START)
            for name, _, rule, at in self.KINDS:
                first = datetime.combine(START.date() + DAY, at)
                recurrence = Recurrence(rule, first, LONDON)
                db.schedule.set_recurring(self.community, name, recurrence, now=START)

    def note(self, run, db) -> None:
        self.done[run.job, run.label] += 1

    async def runs(self, length: timedelta) -> None:
        """The bot is on for so long, and wakes for whatever is due."""
        end = self.now + length
        while True:
            while await self.scheduler.tick():
                pass
            with self.database.transaction() as db:
                upcoming = db.schedule.next_due()
            if upcoming is None or upcoming > end:
                break
            self.now = upcoming
        self.now = end

    def is_off(self, length: timedelta) -> None:
        self.now += length


async def test_every_occurrence_of_an_outage_is_done_or_skipped_with_its_reason(
    database: Database,
) -> None:
    rng = random.Random(SEED)
    with ThreadPoolExecutor(1) as pool, capture_logs():
        house = House(database, pool)
        for _ in range(OUTAGES):
            await house.runs(rng.random() * LONGEST_RUN)
            # As often seconds as days.
            house.is_off(SECOND * (LONGEST_OUTAGE / SECOND) ** rng.random())
            while await house.scheduler.tick():
                pass

    ended: Counter[str] = Counter()
    with database.transaction() as db:
        for name, catch_up, rule, at in House.KINDS:
            found = db.schedule.of(house.community, name, limit=100_000)[::-1]
            recurrence = Recurrence(rule, datetime.combine(START.date() + DAY, at), LONDON)
            expected = [
                *takewhile(
                    lambda label: instant(label, LONDON) <= house.now,
                    _labels(recurrence),
                )
            ]
            *past, upcoming = found
            assert [each.label for each in past] == expected, SEED
            assert (upcoming.state, upcoming.due_at > house.now) == (
                OccurrenceState.WAITING,
                True,
            )
            for each in past:
                times = house.done[name, each.label]
                ended[each.state] += 1
                if each.state is OccurrenceState.DONE:
                    assert (times, each.reason) == (1, ""), SEED
                else:
                    skipped = (times, each.state, each.reason, catch_up < kinds.ALWAYS)
                    assert skipped == (0, OccurrenceState.SKIPPED, "too late", True), SEED

    assert ended[OccurrenceState.SKIPPED] > 0
    assert _told_wrongly(house) == []
    tell(outages=OUTAGES, seed=SEED, days=(house.now - START).days, occurrences=ended.total(),
         done=ended[OccurrenceState.DONE], skipped=ended[OccurrenceState.SKIPPED],
         otherwise=0)  # fmt: skip


def _told_wrongly(house: House) -> list[str]:
    """What was done too late, or skipped though there was time."""
    windows = {name: catch_up for name, catch_up, _, _ in House.KINDS}
    with house.database.transaction() as db:
        rows = db.connection.execute(
            sa.select(occurrences).where(occurrences.c.state != OccurrenceState.WAITING)
        ).all()
    return [
        f"{row.job} of {row.label}"
        for row in rows
        if (row.state == OccurrenceState.SKIPPED) != (row.run_at - row.due_at > windows[row.job])
    ]


def _labels(recurrence: Recurrence) -> Iterator[datetime]:
    """All labels, past the horizon as well."""
    label: datetime | None = recurrence.start - MINUTE
    while label is not None:
        label = next(labels_after(recurrence, label), None)
        if label is not None:
            yield label


def test_several_processes_on_one_postgresql_do_everything_once(
    migrated_postgres: str, postgres_url: str
) -> None:
    with made_database(postgres_url, template=migrated_postgres) as address:
        database = Database(address, Vault(SECRET))
        _plan(database)
        shares, took = _work(address)
        with database.transaction() as db:
            community = db.communities.all()[0].id
            noted = Counter(row.action for row in db.audit.latest(community, limit=9_999))
            states = Counter(each.state for each in db.schedule.of(community, "note", limit=9_999))
        database.close()

    assert states == {OccurrenceState.DONE: OCCURRENCES}
    assert noted == Counter(f"{number}" for number in range(OCCURRENCES))
    assert sum(shares) == OCCURRENCES
    assert len([share for share in shares if share]) > 1
    tell(processes=PROCESSES, due=OCCURRENCES, runs=sum(shares), double=0, shares=shares,
         seconds=round(took / SECOND, 1))  # fmt: skip


def _plan(database: Database) -> None:
    """Everything is due already, by seconds."""
    with database.transaction() as db:
        community = db.communities.add("Leaders", zone=LONDON, now=START)
        for number in range(OCCURRENCES):
            label = local(START, LONDON) - number % 60 * SECOND
            db.schedule.add(community, "note", subject=f"{number}", label=label, zone=LONDON)


def _work(address: str) -> tuple[list[int], timedelta]:
    """Let all processes begin at once, and wait; how many each ran, and how long it took."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.schedule_worker", address], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    try:
        said = [worker.stdout.readline() for worker in workers if worker.stdout]
        assert said == ["ready\n"] * PROCESSES
        began = datetime.now(UTC)
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        shares = [int(worker.communicate(timeout=ENDED_WITHIN)[0]) for worker in workers]
        return shares, datetime.now(UTC) - began
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.kill()
                worker.communicate()
