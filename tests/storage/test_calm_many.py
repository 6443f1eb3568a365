"""The same to very many who did not ask: kept, held back and sent as if it were one by one."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, message, text
from bot.domain.calm import NO_HOURS, Hours, Programme, Silence, Weight, Why, Wishes
from bot.ids import CommunityId, Lane, MemberId
from storage import calm_many, reach
from storage.database import Database
from storage.outbox import Priority, State
from storage.tables import held, members, outbox, unasked
from storage.unit_of_work import UnitOfWork
from tests.builders import slack_workspace
from tests.leaders import START

SLACK = Lane("slack:T1")
HELLO = message(text("Hello."))
# 21:00 in London, 06:00 in Tokyo and 16:00 in New York.
EVENING = START + timedelta(hours=11)
ZONES = ("Europe/London", "Asia/Tokyo", "America/New_York")


@pytest.fixture
def db(any_database: Database) -> Iterator[UnitOfWork]:
    with any_database.transaction() as unit:
        yield unit


@pytest.fixture
def community(db: UnitOfWork) -> CommunityId:
    made = db.communities.add("Leaders", zone="Europe/London", now=START)
    slack_workspace(db, made, "T1", now=START)
    return made


def add(db: UnitOfWork, community: CommunityId, zone: str = ZONES[0]) -> MemberId:
    number = db.members.add(community, "Leader", zone=zone, now=START)
    db.members.add_account(community, number, Account(SLACK, f"U{number}"), now=START)
    return number


def send(db: UnitOfWork, community: CommunityId, key: str = "a", weight=Weight.ALONE) -> None:
    to = reach.first_accounts(sa.select(members.c.id), has_mail=False)
    calm_many.send(
        db, community, to, HELLO, programme=Programme.ANNOUNCEMENTS, weight=weight, key=key,
        subject=key, now=EVENING,
    )  # fmt: skip


def goes(db: UnitOfWork) -> dict[MemberId, datetime]:
    """When it goes out to each member to whom it does."""
    rows = db.connection.execute(
        sa.select(outbox.c.member, outbox.c.not_before).where(outbox.c.state == State.QUEUED)
    )
    return {row.member: row.not_before for row in rows}


def statements_of(db: UnitOfWork, act: Callable[[], object]) -> int:
    """How many statements an act takes."""
    seen: list[object] = []

    def note(*each: object) -> None:
        seen.append(each)

    sa.event.listen(db.connection.engine, "before_cursor_execute", note)
    act()
    sa.event.remove(db.connection.engine, "before_cursor_execute", note)
    return len(seen)


def test_everybody_has_it_once_their_quiet_hours_end(db, community):
    london, tokyo, new_york = [add(db, community, zone) for zone in ZONES]
    owl, lark = add(db, community), add(db, community)
    db.calm_setups.save_wishes(community, Wishes(owl, NO_HOURS))
    db.calm_setups.save_wishes(community, Wishes(lark, Hours(time(19), time(6))))

    send(db, community)

    assert goes(db) == {
        london: EVENING + timedelta(hours=11),
        tokyo: EVENING + timedelta(hours=2),
        new_york: EVENING,
        owl: EVENING,
        lark: EVENING + timedelta(hours=9),
    }
    noted = db.connection.execute(sa.select(unasked.c.member, unasked.c.weight)).all()
    assert sorted(tuple(each) for each in noted) == [
        (each, Weight.ALONE) for each in (london, tokyo, new_york, owl, lark)
    ]


def test_what_is_urgent_waits_for_nobody_but_the_silent(db, community):
    ada, ben = add(db, community), add(db, community)
    db.calm_setups.save_wishes(community, Wishes(ben, silence=Silence.STOPPED))

    send(db, community, weight=Weight.URGENT)

    assert goes(db) == {ada: EVENING}
    kept = db.connection.execute(sa.select(held.c.member, held.c.why, held.c.programme)).all()
    assert [tuple(each) for each in kept] == [(ben, Why.SILENCE, Programme.ANNOUNCEMENTS)]


def test_the_same_key_is_sent_once(db, community):
    ada, ben = add(db, community), add(db, community)
    db.calm_setups.save_wishes(community, Wishes(ben, silence=Silence.STOPPED))

    send(db, community)
    send(db, community)

    assert list(goes(db)) == [ada]
    assert len(db.connection.execute(sa.select(held.c.id)).all()) == 1


def test_more_people_take_no_more_statements(db, community):
    for zone in ZONES * 4:
        add(db, community, zone)
    few = statements_of(db, lambda: send(db, community, "few"))
    for zone in ZONES * 100:
        add(db, community, zone)

    many = statements_of(db, lambda: send(db, community, "many"))

    assert len(goes(db)) == 312
    assert (many, many < 16) == (few, True)
    priorities = db.connection.execute(sa.select(outbox.c.priority).distinct()).scalars().all()
    assert priorities == [Priority.BULK]
