"""Deliveries of which nobody knows whether they arrived."""

from datetime import timedelta

from bot.chat import messages
from bot.chat.messages import Account, Button
from bot.chat.platform import RESENT
from bot.ids import Lane
from storage.doubts import LEFT, SENT_AGAIN
from storage.drain import Settled
from storage.outbox import Priority, State
from storage.overview import Overview
from storage.retention import WORDS_KEPT, forget
from storage.tables import outbox
from tests.leaders import START

SLACK = Lane("slack:T1")
CARD = messages.message(messages.text("Did you meet?"), messages.buttons(Button("Yes", "met")))
LATER = START + timedelta(minutes=5)


def doubt(db, community, key="coffee:1", *, state=State.UNCERTAIN):
    """A row that ended in this state; its number."""
    db.outbox.post(
        community,
        Account(SLACK, "U1"),
        CARD,
        key=key,
        subject="round:1",
        priority=Priority.BULK,
        now=START,
    )
    (row,) = db.drain.claim(SLACK, "c", now=START, limit=1)
    db.drain.settle("c", Settled(row, state, START, reason="who knows"))
    return row.id


def ends(db, community):
    return [
        (row.key, row.state, row.reason) for row in reversed(db.outbox.rows(community, limit=9))
    ]


def test_doubts_are_the_uncertain_rows_of_the_community(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    first = doubt(db, community, "a")
    doubt(db, community, "b", state=State.CANNOT)
    second = doubt(db, community, "c")
    doubt(db, other, "d")

    (newest,) = db.doubts.newest(community, limit=1)

    assert (newest.id, newest.subject, newest.lane, newest.name) == (second, "round:1", SLACK, "")
    assert (newest.reason, newest.settled_at) == ("who knows", START)
    assert [each.id for each in db.doubts.newest(community, limit=9)] == [second, first]
    assert db.doubts.count(community) == 2


def test_message_sent_again_is_the_same_under_a_key_of_its_own(db, community):
    number = doubt(db, community)
    db.touched.lanes.clear()

    assert db.doubts.send_again(community, number, now=LATER)
    (row,) = db.drain.claim(SLACK, "d", now=LATER, limit=9)
    db.drain.settle("d", Settled(row, State.UNCERTAIN, LATER, reason="again"))
    assert db.doubts.send_again(community, row.id, now=LATER)

    assert db.touched.lanes == {SLACK}
    assert ends(db, community) == [
        ("coffee:1", State.CANCELLED, SENT_AGAIN),
        (f"coffee:1{RESENT}1", State.CANCELLED, SENT_AGAIN),
        (f"coffee:1{RESENT}2", State.QUEUED, ""),
    ]
    assert (row.subject, row.priority, row.attempts) == ("round:1", Priority.BULK, 1)
    assert messages.stamped(row.delivery.message, "") == CARD
    tokens = db.connection.execute(outbox.select()).all()
    assert len({each.token for each in tokens}) == 1
    assert tokens[0].token != ""
    assert len({each.message for each in tokens}) == 1


def test_doubt_that_is_left_is_over(db, community):
    number = doubt(db, community)

    assert db.doubts.leave(community, number, now=LATER)

    assert ends(db, community) == [("coffee:1", State.CANCELLED, LEFT)]
    assert not db.doubts.leave(community, number, now=LATER)
    assert not db.doubts.send_again(community, number, now=LATER)
    assert db.doubts.count(community) == 0


def test_only_doubts_of_the_own_community_are_settled(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    number = doubt(db, community)
    sent = doubt(db, community, "sent", state=State.SENT)

    assert not db.doubts.send_again(other, number, now=LATER)
    assert not db.doubts.leave(other, number, now=LATER)
    assert not db.doubts.send_again(community, sent, now=LATER)
    assert db.doubts.count(community) == 1


def test_what_was_taken_down_is_not_sent_again(db, community):
    number = doubt(db, community)
    db.posted.take_down(community, "round:1", now=LATER)

    assert not db.doubts.send_again(community, number, now=LATER)
    assert db.doubts.newest(community, limit=9) == ()


def test_what_is_too_old_to_be_told_is_not_sent_again(db, community):
    number = doubt(db, community)
    until = START + WORDS_KEPT

    forget(db.connection, now=until, limit=9)
    before = [each.id for each in db.doubts.newest(community, limit=9)]
    forget(db.connection, now=until + timedelta(seconds=1), limit=9)

    (row,) = Overview(db.connection).deliveries(community, (State.UNCERTAIN,), limit=9)
    assert before == [number]
    assert not db.doubts.send_again(community, number, now=until)
    assert db.doubts.count(community) == 0
    assert not row.is_doubt
