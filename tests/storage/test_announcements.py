"""Announcements are kept as they are, and joining and forgetting touch what they should."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account
from bot.domain.announcement_reach import Reach
from bot.domain.announcements import Announcement, State, Way
from bot.domain.audience import EVERYONE, Attribute, Is, Not
from bot.domain.cadences import Cadence
from bot.domain.opt_outs import Unasked
from bot.domain.prompt_questions import Pack
from bot.domain.prompts import Series
from bot.ids import AnnouncementId, Lane, SeriesId
from bot.times import IfOff
from storage import joining
from storage.recipients import Recipients
from storage.retention import RECIPIENTS_KEPT, forget
from storage.tables import announcement_recipients, announcements, opt_outs
from tests.leaders import START

LATER = START + timedelta(hours=1)
WEEKLY = Cadence(datetime(2026, 11, 24, 9, 0), "FREQ=WEEKLY;BYDAY=TU")


@pytest.fixture
def add(db, community):
    def added(name: str):
        number = db.members.add(community, name, zone="Europe/London", now=START)
        db.members.add_account(community, number, Account(Lane("slack:T1"), name), now=START)
        return number

    return added


@pytest.fixture
def sent(db, community, add):
    """An announcement that went out to Ada, Ben and Cy."""
    people = {name: add(name) for name in ("Ada", "Ben", "Cy")}
    made = Announcement(
        AnnouncementId(0), community, 0, people["Ada"], "Hello", wants_acknowledgement=True,
        state=State.SENT, begun_at=START, ended_at=LATER,
    )  # fmt: skip
    kept = db.announcements.add(made, now=START)
    db.recipients.write(kept)
    return kept, people


def test_announcement_comes_back_as_it_was(db, community, add) -> None:
    made = Announcement(
        AnnouncementId(0), community, 0, add("Olu"), "Hello",
        audience=Not(Is(Attribute.PLACE, "Lewisham")), way=Way.BOTH, lanes=(Lane("web:1"),),
        wants_acknowledgement=True, respects_quiet=False, state=State.SCHEDULED, when=WEEKLY,
        zone="Europe/Paris", if_off=IfOff.MOVE, is_revised=True, begun_at=START, ended_at=LATER,
        reminded_at=LATER,
    )  # fmt: skip

    first = db.announcements.add(made, now=START)
    second = db.announcements.add(replace(made, parent=first.id, author=None, when=None), now=START)

    assert first == replace(made, id=first.id, number=1, made_at=START)
    assert (second.number, second.parent, second.author, second.when) == (2, first.id, None, None)
    assert db.announcements.newest(community, limit=5) == (second, first)
    assert db.announcements.newest(community, limit=1, offset=1) == (first,)
    assert db.announcements.count(community) == 2
    assert db.announcements.find(community, 3) is None


def test_numbers_are_a_communitys_own(db, community, add) -> None:
    other = db.communities.add("Others", zone="Europe/London", now=START)
    made = Announcement(AnnouncementId(0), community, 0, None, "Hello")
    db.announcements.add(made, now=START)

    assert db.announcements.add(replace(made, community=other), now=START).number == 1
    assert db.announcements.find(other, 2) is None


def test_series_comes_back_as_it_was(db, community, add) -> None:
    made = Series(
        SeriesId(0), community, 0, add("Olu"), WEEKLY, packs=(Pack.LEARNING,), own=("Why?",),
        way=Way.DIRECT, lanes=(Lane("web:1"),), audience=Is(Attribute.PLACE, "Lewisham"),
        zone="Europe/Paris", if_off=IfOff.MOVE,
    )  # fmt: skip

    kept = db.prompts.add(made, now=START)

    assert kept == replace(made, id=kept.id, number=1, made_at=START)
    db.prompts.save(replace(kept, has_ended=True, made_by=None))
    assert db.prompts.get(kept.id) == replace(kept, has_ended=True, made_by=None)
    assert (db.prompts.find(community, 1), db.prompts.running(community)) == (None, ())


def test_what_was_asked_is_noted_once_a_time(db, community) -> None:
    kept = db.prompts.add(
        Series(SeriesId(0), community, 0, None, WEEKLY, packs=(Pack.LEARNING,)), now=START
    )
    first, second = kept.questions[:2]

    noted = [
        db.prompts.note(kept, question, label=label)
        for question, label in (
            (first, WEEKLY.start),
            (second, WEEKLY.start),
            (second, WEEKLY.start + timedelta(weeks=1)),
        )
    ]

    assert noted == [True, False, True]
    assert db.prompts.asked(kept) == (second.key, first.key)


def test_two_who_are_one_are_in_an_announcement_once_and_confirmed_if_either_has(db, sent) -> None:
    kept, people = sent
    db.recipients.acknowledge(kept, people["Ben"], now=LATER)

    joining.join(db.connection, people["Cy"], people["Ben"], now=LATER)

    found = db.connection.execute(
        sa.select(
            announcement_recipients.c.member, announcement_recipients.c.acknowledged_at
        ).order_by(announcement_recipients.c.member)
    ).all()
    assert [tuple(row) for row in found] == [(people["Ada"], None), (people["Cy"], LATER)]


def test_joining_keeps_the_first_confirmation_and_the_author(db, sent) -> None:
    kept, people = sent
    db.recipients.acknowledge(kept, people["Cy"], now=START)
    db.recipients.acknowledge(kept, people["Ada"], now=LATER)

    joining.join(db.connection, people["Cy"], people["Ada"], now=LATER)

    assert db.announcements.get(kept.id).author == people["Cy"]
    assert db.recipients.acknowledge(kept, people["Cy"], now=LATER) == START


def test_joining_keeps_an_opt_out_of_either(db, community, add) -> None:
    ada, again = add("Ada"), add("Ada O")
    db.opt_outs.add(community, again, Unasked.PROMPTS)

    joining.join(db.connection, ada, again, now=START)

    assert db.connection.execute(sa.select(opt_outs.c.member)).scalars().all() == [ada]
    assert db.opt_outs.remove(ada, Unasked.PROMPTS) is True
    assert db.opt_outs.remove(ada, Unasked.PROMPTS) is False


@pytest.mark.usefixtures("sent")
def test_who_got_it_is_forgotten_once_it_is_old(db) -> None:
    count = sa.select(sa.func.count()).select_from(announcement_recipients)

    forget(db.connection, now=LATER + RECIPIENTS_KEPT, limit=10)
    before = db.connection.execute(count).scalar_one()
    forget(db.connection, now=LATER + RECIPIENTS_KEPT + timedelta(seconds=1), limit=10)

    assert (before, db.connection.execute(count).scalar_one()) == (3, 0)
    assert db.connection.execute(sa.select(announcements.c.text)).scalars().all() == ["Hello"]


def test_mail_reaches_whom_nothing_else_does_where_it_is_set_up(db, community, add) -> None:
    add("Ada")
    for name, email in (("Ben", "ben@leaders.example"), ("Cy", None)):
        db.members.add(community, name, zone="Europe/London", now=START, email=email)

    found = [
        Recipients(db.connection, has_mail=has_mail).reach(community, EVERYONE)
        for has_mail in (False, True)
    ]

    assert found == [Reach(reached=1, no_account=2), Reach(reached=2, no_account=1)]
