"""What was sent about a subject is changed and taken down, whenever that is asked for."""

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, Button, Message, buttons, message, stamped, text
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.ids import Lane
from storage.drain import Claimed, Settled
from storage.outbox import State
from storage.tables import outbox
from tests.leaders import START

SLACK, TEAMS = Lane("slack:T1"), Lane("teams:nhs")
HELLO = message(text("Hello."), buttons(Button("Say hello", "hello", "7")))
CHANGED = message(text("Hello again."), buttons(Button("Say hello", "hello", "7")))
LATEST = message(text("The latest."))
WHERE = Destination(channel="C1")
RECEIPT = Receipt("C1", "1.2")


class Post:
    """A database with a community, and a drainer that a test holds in its hand."""

    def __init__(self, database) -> None:
        self.database = database
        with database.transaction() as db:
            self.community = db.communities.add("Leaders", zone="Europe/London", now=START)

    def queue(self, key: str = "a", *, lane: Lane = SLACK, subject: str = "s") -> None:
        with self.database.transaction() as db:
            db.outbox.add(
                self.community, lane, DeliveryKind.POST, WHERE,
                key=key, subject=subject, message=HELLO, now=START,
            )  # fmt: skip

    def claim(self, lane: Lane = SLACK) -> tuple[Claimed, ...]:
        with self.database.transaction() as db:
            return db.drain.claim(lane, "mine", now=START, limit=10)

    def settle(self, row: Claimed, state: State = State.SENT) -> None:
        with self.database.transaction() as db:
            db.drain.settle("mine", Settled(row, state, START, receipt=RECEIPT))
            db.posted.catch_up(Settled(row, state, START, receipt=RECEIPT))

    def sends(self, lane: Lane = SLACK) -> list[Delivery]:
        """What goes out now, settled as sent."""
        rows = self.claim(lane)
        for row in rows:
            self.settle(row)
        return [row.delivery for row in rows]

    def revise(self, to: Message, subject: str = "s") -> frozenset[Lane]:
        with self.database.transaction() as db:
            return db.posted.revise(self.community, subject, lambda _: to, now=START)

    def take_down(self, subject: str = "s") -> int:
        with self.database.transaction() as db:
            return db.posted.take_down(self.community, subject, now=START)

    def states(self) -> list[State]:
        with self.database.transaction() as db:
            return [row.state for row in reversed(db.outbox.rows(self.community, limit=100))]

    def words(self) -> list[str | None]:
        with self.database.transaction() as db:
            rows = db.connection.execute(sa.select(outbox.c.message).order_by(outbox.c.id))
            return [row.message for row in rows]


@pytest.fixture
def post(any_database) -> Post:
    return Post(any_database)


def told(deliveries: list[Delivery]) -> list[tuple[DeliveryKind, Message | None, Receipt]]:
    return [
        (each.kind, stamped(each.message, "") if each.message else None, each.receipt)
        for each in deliveries
    ]


def test_what_was_sent_is_changed_by_its_receipt_and_keeps_its_token(post):
    post.queue()
    (sent,) = post.sends()

    lanes = post.revise(CHANGED)

    (update,) = post.sends()
    assert lanes == {SLACK}
    assert told([update]) == [(DeliveryKind.UPDATE, CHANGED, RECEIPT)]
    assert (update.destination, update.message.token) == (WHERE, sent.message.token)


def test_what_waits_is_changed_before_it_goes(post):
    post.queue()

    lanes = post.revise(CHANGED)

    assert lanes == {SLACK}
    assert told(post.sends()) == [(DeliveryKind.POST, CHANGED, Receipt())]


def test_what_is_under_way_is_made_up_for(post):
    post.queue()
    (row,) = post.claim()

    post.revise(CHANGED)
    post.settle(row)

    assert told(post.sends()) == [(DeliveryKind.UPDATE, CHANGED, RECEIPT)]


def test_what_is_sent_unchanged_needs_nothing_more(post):
    post.queue()
    post.sends()

    assert post.sends() == []


def test_the_last_of_several_changes_is_the_one_that_goes(post):
    post.queue()
    post.sends()

    post.revise(CHANGED)
    post.revise(LATEST)

    assert told(post.sends()) == [(DeliveryKind.UPDATE, LATEST, RECEIPT)]
    assert post.states() == [State.SENT, State.CANCELLED, State.SENT]


def test_a_change_that_is_tried_again_brings_no_old_words_back(post):
    post.queue()
    post.sends()
    post.revise(CHANGED)
    (under_way,) = post.claim()

    post.revise(LATEST)
    with post.database.transaction() as db:
        db.drain.postpone(under_way.id, "mine", until=START, reason="busy")

    assert [each[1] for each in told(post.sends())] == [LATEST, LATEST]


def test_only_posts_about_the_subject_change(post):
    post.queue("mine")
    post.queue("other", subject="t")
    post.sends()

    post.revise(CHANGED)

    assert len(post.sends()) == 1


@pytest.mark.parametrize("state", [State.CANNOT, State.UNCERTAIN])
def test_what_never_arrived_is_not_changed(post, state):
    post.queue()
    (row,) = post.claim()
    with post.database.transaction() as db:
        db.drain.settle("mine", Settled(row, state, START))
        db.posted.catch_up(Settled(row, state, START))

    assert post.revise(CHANGED) == frozenset()
    assert post.take_down() == 0
    assert post.sends() == []


def test_what_was_sent_is_deleted_everywhere_and_its_words_leave_the_outbox(post):
    post.queue("a")
    post.queue("b", lane=TEAMS)
    post.sends()
    post.sends(TEAMS)

    assert post.take_down() == 2

    assert told(post.sends()) == [(DeliveryKind.DELETE, None, RECEIPT)]
    assert told(post.sends(TEAMS)) == [(DeliveryKind.DELETE, None, RECEIPT)]
    assert post.words() == [None] * 4


def test_what_waits_is_never_sent_once_it_is_taken_down(post):
    post.queue()

    post.take_down()

    assert post.sends() == []
    assert post.states() == [State.CANCELLED]


def test_what_is_taken_down_under_way_is_deleted_once_it_arrived(post):
    post.queue()
    (row,) = post.claim()

    post.take_down()
    post.settle(row)

    assert told(post.sends()) == [(DeliveryKind.DELETE, None, RECEIPT)]


def test_what_is_taken_down_under_way_is_not_tried_again(post):
    post.queue()
    (row,) = post.claim()
    post.take_down()

    with post.database.transaction() as db:
        db.drain.postpone(row.id, "mine", until=START, reason="busy")

    assert post.states() == [State.CANCELLED]
    assert post.sends() == []


def test_a_change_that_waits_is_not_sent_once_all_is_taken_down(post):
    post.queue()
    post.sends()
    post.revise(CHANGED)

    post.take_down()

    assert told(post.sends()) == [(DeliveryKind.DELETE, None, RECEIPT)]
    assert post.states() == [State.SENT, State.CANCELLED, State.SENT]


def test_what_is_taken_down_is_not_changed_nor_taken_down_again(post):
    post.queue()
    post.sends()
    post.take_down()
    post.sends()

    assert post.revise(CHANGED) == frozenset()
    assert post.take_down() == 0
    assert post.sends() == []


def test_what_a_platform_keeps_gets_other_words(post):
    post.queue()
    post.sends()
    post.take_down()
    (row,) = post.claim()

    with post.database.transaction() as db:
        db.drain.settle("mine", Settled(row, State.CANNOT, START))
        db.posted.instead(Settled(row, State.CANNOT, START), LATEST)

    assert told(post.sends()) == [(DeliveryKind.UPDATE, LATEST, RECEIPT)]


def test_a_message_that_was_taken_down_does_not_come_again(post):
    ada = Account(SLACK, "U1")
    with post.database.transaction() as db:
        db.outbox.post(post.community, ada, HELLO, key="a", subject="s", now=START)
    token = post.sends()[0].message.token

    post.take_down()

    with post.database.transaction() as db:
        assert not db.outbox.again_later(post.community, token, ada, at=START, now=START)


def test_changing_a_message_without_buttons_gives_it_a_token_with_them(post):
    with post.database.transaction() as db:
        db.outbox.add(
            post.community, SLACK, DeliveryKind.POST, WHERE,
            key="a", subject="s", message=LATEST, now=START,
        )  # fmt: skip

    post.revise(CHANGED)

    (sent,) = post.sends()
    assert sent.message.token != ""


def test_a_key_that_was_used_is_known(post):
    post.queue("hello:1:2")

    with post.database.transaction() as db:
        assert db.outbox.was_added(post.community, "hello:1:2")
        assert not db.outbox.was_added(post.community, "hello:2:1")


def test_what_cannot_be_found_again_is_left_as_it_is(post):
    post.queue()
    (row,) = post.claim()
    with post.database.transaction() as db:
        db.drain.settle("mine", Settled(row, State.SENT, START))

    post.revise(CHANGED)

    assert post.sends() == []
