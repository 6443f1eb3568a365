"""What goes out unasked and what is kept, on SQLite and on PostgreSQL."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, message, text
from bot.chat.platform import DeliveryKind
from bot.domain.calm import Hours, Programme, Setup, Silence, Weight, Why, Wishes
from bot.domain.members import MemberState
from bot.ids import Lane
from storage import joining, my_data, retention, tables
from storage.calm import Sent
from storage.drain import Settled
from storage.outbox import Priority, State
from storage.retention import HELD_KEPT, WORDS_KEPT
from tests.leaders import START

SLACK = Lane("slack:T1")
HELLO = message(text("Hello."))
PAUSED = {"silence": Silence.PAUSED, "silent_until": START + timedelta(days=7)}


@pytest.fixture
def add(db, community):
    def added(name: str):
        number = db.members.add(community, name, zone="Europe/London", now=START)
        db.members.add_account(community, number, Account(SLACK, f"U{number}"), now=START)
        return number

    return added


@pytest.fixture
def ada(add):
    return add("Ada Obi")


@pytest.fixture
def ben(add):
    return add("Ben Lee")


def send(db, community, member, key, weight=Weight.ORDINARY, **more):
    return db.calm.send(
        community,
        member,
        HELLO,
        programme=Programme.STORIES,
        weight=weight,
        key=key,
        subject=more.pop("subject", "story:1"),
        now=more.pop("now", START),
        **more,
    )


def kept(db, member) -> list[tuple[str, Why]]:
    return [(each.title, each.why) for each in db.your_week.waiting([member]).get(member, ())]


def rows(db, *columns):
    return [tuple(row) for row in db.connection.execute(sa.select(*columns).order_by(*columns))]


def test_setup_and_wishes_are_kept(db, community, ada):
    assert db.calm_setups.of(community) == Setup(community)
    assert db.calm_setups.wishes(ada) == Wishes(ada)
    ways = Setup(community, 1, 4, time(16), Hours(time(18), time(7), weekends=True), START, START,
                 "snow")  # fmt: skip
    wishes = Wishes(ada, Hours(time(22), time(6)), time(12, 30), **PAUSED)

    db.calm_setups.save(ways)
    db.calm_setups.save_wishes(community, wishes)

    assert db.calm_setups.of(community) == ways
    assert db.calm_setups.wishes(ada) == wishes


def test_five_thousand_are_sent_to_set_by_set(db, community):
    numbers = [
        db.members.add(community, f"Leader {each}", zone="Europe/London", now=START)
        for each in range(1200)
    ]
    for number in numbers[:-1]:
        db.members.add_account(community, number, Account(SLACK, f"U{number}"), now=START)
    for number in numbers[:100]:
        db.calm_setups.save_wishes(community, Wishes(number, **PAUSED))
    db.members.set_state(numbers[-2], MemberState.LEFT)
    statements = []
    engine = db.connection.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *each: statements.append(each))

    sent = [
        db.calm.send_each(
            community, numbers, lambda member: message(text(member.name)),
            programme=Programme.ANNOUNCEMENTS, weight=Weight.ORDINARY, key="announcement:1",
            subject="announcement:1", now=START, priority=Priority.BULK,
        )
        for _ in range(2)
    ]  # fmt: skip

    assert sent[0] == {Sent.QUEUED: 1098, Sent.HELD: 100, Sent.UNREACHABLE: 2}
    assert sent[1] == {Sent.BEFORE: 1198, Sent.UNREACHABLE: 2}
    assert len(statements) < 120
    queued = rows(db, tables.outbox.c.priority, tables.outbox.c.state)
    assert queued == [(Priority.BULK, State.QUEUED)] * 1098
    assert len(rows(db, tables.unasked.c.member)) == 1098


def test_what_failed_or_was_cancelled_takes_no_room(db, community, ada):
    for number in range(3):
        send(db, community, ada, f"s{number}", subject=f"story:{number}")
    full = send(db, community, ada, "s3")
    db.outbox.cancel(community, "story:0", now=START)

    again = send(db, community, ada, "s4")

    assert (full, again) == (Sent.HELD, Sent.QUEUED)


def test_cancelling_takes_the_held_and_the_queued(db, community, ada):
    send(db, community, ada, "a")
    send(db, community, ada, "b", Weight.CAN_WAIT)
    send(db, community, ada, "c", Weight.CAN_WAIT, subject="story:2")

    assert db.outbox.cancel(community, "story:1", now=START) == 2
    assert len(kept(db, ada)) == 1
    db.posted.take_down(community, "story:2", now=START)
    assert kept(db, ada) == []


def test_a_silent_members_queue_is_kept_but_for_their_own_acts(db, community, ada, ben):
    send(db, community, ada, "a")
    send(db, community, ben, "b")
    for key, subject in (("link", "sign-in"), ("nudge", f"nudge:{ada}"), ("words", "hello:2")):
        db.outbox.post(
            community, Account(SLACK, f"U{ada}"), HELLO, key=key, subject=subject, now=START,
            member=ada,
        )  # fmt: skip

    db.your_week.silence(community, Wishes(ada, silence=Silence.STOPPED), now=START)

    assert kept(db, ada) == [("Hello.", Why.SILENCE)] * 2
    assert rows(db, tables.outbox.c.key, tables.outbox.c.state) == [
        ("a", State.CANCELLED),
        ("b", State.QUEUED),
        ("link", State.QUEUED),
        ("nudge", State.CANCELLED),
        ("words", State.CANCELLED),
    ]


def test_a_pause_keeps_nothing_that_goes_out_after_it(db, community, ada):
    db.calm_setups.save_wishes(community, Wishes(ada, **PAUSED))

    for days in (6, 8):
        db.outbox.post(
            community, Account(SLACK, f"U{ada}"), HELLO, key=f"in {days}", subject="x",
            now=START, member=ada, not_before=START + timedelta(days=days),
        )  # fmt: skip

    assert rows(db, tables.outbox.c.key, tables.outbox.c.state) == [
        ("in 6", State.CANCELLED),
        ("in 8", State.QUEUED),
    ]


@pytest.mark.parametrize("how", ["postponed", "requeued", "sent again"])
def test_what_was_under_way_at_a_stop_goes_out_no_more(db, community, ada, how):
    send(db, community, ada, "a")
    (row,) = db.drain.claim(SLACK, "one", now=START, limit=1)
    db.your_week.silence(community, Wishes(ada, silence=Silence.STOPPED), now=START)
    assert kept(db, ada) == []

    if how == "postponed":
        db.drain.postpone(row.id, "one", until=START, reason="busy")
    else:
        db.drain.settle("one", Settled(row, State.UNCERTAIN, START))
        if how == "requeued":
            db.drain.requeue(row.id, "one", at=START, reason="again")
        else:
            assert db.doubts.send_again(community, row.id, now=START)

    assert kept(db, ada) == [("Hello.", Why.SILENCE)]
    assert db.drain.claim(SLACK, "two", now=START + timedelta(days=1), limit=9) == ()


def test_a_conversation_that_everybody_left_is_not_begun(db, community, ada, ben):
    people = list(db.members.reachable([ada, ben]).values())
    db.calm.send_together(
        community, people, lambda _: HELLO, programme=Programme.COFFEE, weight=Weight.ALONE,
        key="pair", subject="round:1", now=START,
    )  # fmt: skip

    for number in (ada, ben):
        db.your_week.silence(community, Wishes(number, silence=Silence.STOPPED), now=START)

    assert rows(db, tables.outbox.c.key, tables.outbox.c.state) == [("pair", State.CANCELLED)]
    assert kept(db, ada) == kept(db, ben) == [("Hello.", Why.SILENCE)]


def test_a_pause_that_ends_before_a_conversation_begins_leaves_it_alone(db, community, ada, ben):
    people = list(db.members.reachable([ada, ben]).values())
    night = START + timedelta(hours=12)
    db.calm.send_together(
        community, people, lambda _: HELLO, programme=Programme.COFFEE, weight=Weight.ALONE,
        key="pair", subject="round:1", now=night,
    )  # fmt: skip
    short = Wishes(ada, silence=Silence.PAUSED, silent_until=night + timedelta(hours=1))

    assert db.your_week.silence(community, short, now=night) == 0

    assert len(rows(db, tables.unasked.c.member)) == 2


def test_somebody_silent_keeps_a_group_from_one_conversation(db, community, ada, ben):
    db.calm_setups.save_wishes(community, Wishes(ada, silence=Silence.STOPPED))
    people = list(db.members.reachable([ada, ben]).values())

    db.calm.send_together(
        community, people, lambda _: HELLO, programme=Programme.COFFEE, weight=Weight.URGENT,
        key="pair", subject="round:1", now=START,
    )  # fmt: skip

    assert rows(db, tables.outbox.c.key, tables.outbox.c.member) == [(f"pair:{ben}", ben)]
    assert kept(db, ada) == [("Hello.", Why.SILENCE)]


def test_what_is_held_for_all_is_what_is_not_pressing(db, community, ada):
    until, soon = START + timedelta(days=5), START + timedelta(days=1)
    send(db, community, ada, "ordinary")
    send(db, community, ada, "alone", Weight.ALONE)
    send(db, community, ada, "reminder", Weight.ALONE, about=soon)
    send(db, community, ada, "urgent", Weight.URGENT)

    db.your_week.hold_for_all(community, until=until, now=START)

    assert rows(db, tables.outbox.c.key, tables.outbox.c.not_before, tables.outbox.c.state) == [
        ("alone", until, State.QUEUED),
        ("ordinary", START, State.CANCELLED),
        ("reminder", START, State.QUEUED),
        ("urgent", START, State.QUEUED),
    ]
    assert kept(db, ada) == [("Hello.", Why.QUIET)]
    assert db.your_week.release_for_all(community, held_until=until, at=soon) == 1


def test_two_members_who_become_one_wait_for_everything_once(db, community, ada, ben):
    send(db, community, ada, f"digest:{ada}", Weight.CAN_WAIT)
    send(db, community, ben, f"digest:{ben}", Weight.CAN_WAIT)
    send(db, community, ben, f"other:{ben}", Weight.CAN_WAIT)
    send(db, community, ben, "untold", Weight.CAN_WAIT)
    db.calm_setups.save_wishes(community, Wishes(ada, best_time=time(9)))
    db.calm_setups.save_wishes(community, Wishes(ben, silence=Silence.STOPPED))

    joining.join(db.connection, ada, ben, now=START)

    assert rows(db, tables.held.c.key, tables.held.c.member) == [
        (f"digest:{ada}", ada),
        (f"other:{ada}", ada),
        ("untold", ada),
    ]
    assert db.calm_setups.wishes(ada) == Wishes(ada, best_time=time(9), silence=Silence.STOPPED)


def test_old_lines_are_forgotten(db, community, ada):
    send(db, community, ada, "told", Weight.CAN_WAIT)
    (told,) = db.your_week.waiting([ada])[ada]
    db.your_week.set_told([told.id], now=START)
    send(db, community, ada, "waits", Weight.CAN_WAIT)
    db.my_data.make_link(community, ada, now=START)

    found = []
    for later in (WORDS_KEPT, WORDS_KEPT + timedelta(days=1), HELD_KEPT + timedelta(days=1)):
        retention.forget(db.connection, now=START + later, limit=9)
        found.append([row[0] for row in rows(db, tables.held.c.key)])

    assert found == [["told", "waits"], ["waits"], []]
    assert rows(db, tables.data_links.c.hash) == []


def test_every_column_that_names_a_member_is_exported_or_left_out_and_erased():
    naming = {
        key.parent
        for table in tables.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is tables.members.c.id
    }

    assert set(my_data.KEPT) == naming


def test_erasing_cancels_what_was_still_to_be_carried(db, community, ada, ben):
    db.outbox.post(
        community, Account(SLACK, f"U{ben}"), message(text("Hello from Ada")),
        key=f"hello:{ada}:{ben}", subject=f"hello:{ada}", now=START, member=ben,
    )  # fmt: skip

    db.my_data.erase(ada, now=START)

    found = rows(db, tables.outbox.c.state, tables.outbox.c.message, tables.outbox.c.kind)
    assert found == [(State.CANCELLED, retention.WORDLESS, DeliveryKind.POST)]
