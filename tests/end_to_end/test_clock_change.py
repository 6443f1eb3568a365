"""The whole bot over both changes of London's clocks: a round at 01:30 goes out exactly once."""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import coffee
from bot.domain.coffee import Round, RoundState, Setup
from bot.ids import CommunityId
from bot.times import local
from storage.database import Database
from storage.migrate import migrate
from storage.occurrences import OccurrenceState
from storage.secrets import Vault
from storage.web import web_account
from tests.end_to_end.bot_process import ahead, environment, running, until

LONDON = "Europe/London"
SECRET_KEY = "only for tests, and long enough to be taken"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SUNDAY = 6
WITHIN = 40

# In March 01:30 is left out, and its instant is that of 02:00; in October 01:30 comes twice. A
# clock that counts local minutes would ring again at the second instant.
CHANGES = {
    "March": (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    "October": (
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize(("due", "again"), CHANGES.values(), ids=CHANGES.keys())
async def test_a_round_at_half_past_one_goes_out_exactly_once(
    due: datetime, again: datetime, tmp_path: Path
) -> None:
    address = f"sqlite:///{tmp_path}/leaders.db"
    settings = environment(tmp_path, DATABASE_URL=address, SECRET_KEY=SECRET_KEY)
    database = Database(address, Vault(SECRET_KEY))
    migrate(database)
    community = _set_up(database, now=due - 2 * DAY)

    async with running(settings | _clock(due - 2 * SECOND), tmp_path):
        await until(lambda: _rounds(database, community), what="round", within=WITHIN)
    # Something else is due a moment later, so that the clock is seen to have looked.
    _plan_upkeep(database, community, at=again + SECOND)
    async with running(settings | _clock(again - 2 * SECOND), tmp_path):
        await until(lambda: _is_upkept(database, community), what="upkeep", within=WITHIN)

    [only] = _rounds(database, community)
    assert (only.state, only.label) == (
        RoundState.SENT,
        local(due, LONDON).replace(hour=1, minute=30),
    )
    assert timedelta() <= only.sends_at - due < timedelta(minutes=1)
    with database.transaction() as db:
        upcoming, past = db.schedule.of(community, "coffee round", limit=9)
    assert (past.state, past.label) == (OccurrenceState.DONE, only.label)
    assert (upcoming.state, upcoming.label) == (OccurrenceState.WAITING, only.label + 7 * DAY)
    database.close()
    sys.stdout.write(f"\nfigures: due {due}, rounds 1, sent at {only.sends_at}\n")


def _clock(moment: datetime) -> dict[str, str]:
    return ahead(round(moment.timestamp() - time.time()))


def _set_up(database: Database, *, now: datetime) -> CommunityId:
    """Two leaders on the web chat, and rounds on Sundays at 01:30."""
    with database.transaction() as db:
        community = db.communities.add("Leaders", zone=LONDON, now=now)
        db.workspaces.add_web(community, now=now)
        for name in ("Ada Obi", "Ben Lee"):
            member = db.members.add(community, name, zone=LONDON, now=now)
            db.members.add_account(community, member, web_account(community, member), now=now)
            part = coffee.joined(db.coffee.participation(member))
            db.coffee.save(community, part, now=now)
        at_night = datetime(2027, 1, 1, 1, 30).time()
        setup = replace(Setup(community), weeks=1, weekday=SUNDAY, time=at_night, is_running=True)
        db.coffee.save_setup(setup)
        recurrence = coffee.recurrence(setup, after=local(now, LONDON))
        db.schedule.set_recurring(community, "coffee round", recurrence, now=now)
    return community


def _rounds(database: Database, community: CommunityId) -> tuple[Round, ...]:
    with database.transaction() as db:
        return db.coffee.rounds(community)


def _plan_upkeep(database: Database, community: CommunityId, *, at: datetime) -> None:
    with database.transaction() as db:
        label = local(at, LONDON) + DAY
        db.schedule.add(community, "upkeep", subject="seen", label=label, zone=LONDON)
        db.schedule.hasten(community, "upkeep", subject="seen", now=at)


def _is_upkept(database: Database, community: CommunityId) -> bool:
    with database.transaction() as db:
        found = db.schedule.of(community, "upkeep", limit=9)
    return any(each.subject == "seen" and each.state is OccurrenceState.DONE for each in found)
