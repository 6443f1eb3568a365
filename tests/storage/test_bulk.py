"""One message to many: sent, changed and taken down by a few statements, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, Button, Message, buttons, message, stamped, text
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.domain.members import MAIL
from bot.ids import CommunityId, Lane, MemberId
from storage import codec, reach
from storage.database import Database
from storage.drain import Settled
from storage.outbox import Priority, State
from storage.tables import members, outbox
from storage.unit_of_work import UnitOfWork
from tests.builders import slack_workspace
from tests.leaders import START

SLACK, TEAMS = Lane("slack:T1"), Lane("teams:nhs")
CARD = message(text("Hello."), buttons(Button("Read", "announce read", "7")))
CHANGED = message(text("Hello again."), buttons(Button("Read", "announce read", "7")))
LATEST = message(text("The latest."))
PLAIN = message(text("Hello."))
LATER = START + timedelta(hours=1)


@pytest.fixture
def db(any_database: Database) -> Iterator[UnitOfWork]:
    with any_database.transaction() as unit:
        yield unit


@pytest.fixture
def community(db: UnitOfWork) -> CommunityId:
    made = db.communities.add("Leaders", zone="Europe/London", now=START)
    slack_workspace(db, made, "T1", now=START)
    db.workspaces.add_teams(made, "nhs", now=START)
    return made


def add(db: UnitOfWork, community: CommunityId, name: str, *accounts: tuple[Lane, str]) -> MemberId:
    number = db.members.add(community, name, zone="Europe/London", now=START)
    for lane, user in accounts:
        db.members.add_account(community, number, Account(lane, user), now=START)
    return number


def everybody(db: UnitOfWork, *, has_mail: bool = False) -> sa.Select:
    return reach.first_accounts(sa.select(members.c.id), has_mail=has_mail)


def post(db: UnitOfWork, community: CommunityId, said: Message = CARD, **more) -> None:
    more = {"key": "a:7", "subject": "a:7", "now": START, **more}
    db.bulk.post_many(community, everybody(db), said, **more)


def deliveries(db: UnitOfWork, *columns: sa.Column) -> list[tuple]:
    return [tuple(row) for row in db.connection.execute(sa.select(*columns).order_by(outbox.c.id))]


def settle(db: UnitOfWork, lane: Lane, user: str, receipt: Receipt | None) -> None:
    """One of the rows is sent."""
    to = codec.dump_destination(Destination(users=(user,)))
    db.connection.execute(
        outbox.update()
        .where(outbox.c.lane == lane, outbox.c.destination == to)
        .values(
            state=State.SENT,
            settled_at=START,
            receipt=codec.dump_receipt(receipt) if receipt else None,
        )
    )


def test_each_gets_a_row_as_the_outbox_itself_would_write_it(db, community) -> None:
    ada = add(db, community, "Ada", (SLACK, "U1"))
    db.outbox.post(
        community, Account(SLACK, "U1"), CARD, key=f"b:{ada}", subject="b", now=START, member=ada,
        priority=Priority.BULK, not_before=LATER,
    )  # fmt: skip

    post(db, community, not_before=LATER)

    one, many = db.connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()
    differ = {"id", "key", "subject", "token", "message"}
    assert {name: value for name, value in many._mapping.items() if name not in differ} == {
        name: value for name, value in one._mapping.items() if name not in differ
    }
    assert (many.key, many.subject) == (f"a:7:{ada}", "a:7")
    assert codec.load_message(many.message) == stamped(CARD, many.token)
    assert many.token


def test_odd_names_of_accounts_stay_what_they_are(db, community) -> None:
    odd = 'U"1\\ é'
    add(db, community, "Ada", (SLACK, odd))

    post(db, community)

    assert deliveries(db, outbox.c.destination) == [
        (codec.dump_destination(Destination(users=(odd,))),)
    ]


def test_all_share_one_token_and_one_without_buttons_has_none(db, community) -> None:
    add(db, community, "Ada", (SLACK, "U1"))
    add(db, community, "Ben", (TEAMS, "U2"))

    post(db, community)
    post(db, community, PLAIN, key="b", subject="b")

    tokens = [token for (token,) in deliveries(db, outbox.c.token)]
    assert tokens[0] == tokens[1] != ""
    assert tokens[2:] == ["", ""]


def test_the_same_key_is_sent_once(db, community) -> None:
    add(db, community, "Ada", (SLACK, "U1"))
    post(db, community)
    add(db, community, "Ben", (SLACK, "U2"))

    post(db, community)

    assert len(deliveries(db, outbox.c.id)) == 2


def test_lanes_that_have_work_are_told(db, community) -> None:
    add(db, community, "Ada", (SLACK, "U1"))

    post(db, community)

    assert db.touched.lanes == {SLACK, TEAMS}


def test_preferred_account_is_written_to_and_mail_where_there_is_no_other(db, community) -> None:
    web = Lane(f"web:{community}")
    ada = add(db, community, "Ada", (web, "1"), (TEAMS, "A"), (SLACK, "A"))
    ben = add(db, community, "Ben", (TEAMS, "B"), (web, "2"))
    cy = add(db, community, "Cy", (SLACK, "C"))
    dee = add(db, community, "Dee")
    db.members.set_email(dee, "dee@leaders.example")
    db.members.set_email(ben, "ben@leaders.example")
    db.members.set_account_active(Account(SLACK, "C"), is_active=False)
    eve = add(db, community, "Eve", (SLACK, "E"), (TEAMS, "E"))
    db.accounts.prefer(eve, Account(TEAMS, "E"))

    found = {
        has_mail: db.connection.execute(
            everybody(db, has_mail=has_mail).order_by(sa.text("member"))
        ).all()
        for has_mail in (False, True)
    }

    by_chat = [(ada, TEAMS, "A"), (ben, TEAMS, "B"), (eve, TEAMS, "E")]
    assert [tuple(row) for row in found[False]] == by_chat
    assert [tuple(row) for row in found[True]] == sorted(
        [*by_chat, (dee, MAIL, "dee@leaders.example")]
    )
    # The same as one by one.
    assert {member: Account(lane, user) for member, lane, user in found[False]} == {
        member: accounts[0]
        for member, accounts in db.members.accounts((ada, ben, cy, dee, eve)).items()
    }


def test_mail_lane_is_told_where_something_waits_there(db, community) -> None:
    dee = add(db, community, "Dee")
    db.members.set_email(dee, "dee@leaders.example")

    db.bulk.post_many(
        community, everybody(db, has_mail=True), CARD, key="a", subject="a", now=START
    )

    assert MAIL in db.touched.lanes


def test_what_waits_and_what_was_sent_say_the_new_words(db, community) -> None:
    for number in (1, 2, 3):
        add(db, community, f"Leader {number}", (SLACK, f"U{number}"))
    post(db, community)
    settle(db, SLACK, "U1", Receipt("D1", "1.2"))
    settle(db, SLACK, "U2", Receipt())

    db.bulk.revise(community, "a:7", CHANGED, now=LATER)

    rows = db.connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()
    token = rows[0].token
    assert [codec.load_message(row.message) for row in rows] == [stamped(CHANGED, token)] * 4
    assert [(row.kind, row.state) for row in rows] == [
        (DeliveryKind.POST, State.SENT),
        (DeliveryKind.POST, State.SENT),
        (DeliveryKind.POST, State.QUEUED),
        # Of what can't be found again nothing is changed.
        (DeliveryKind.UPDATE, State.QUEUED),
    ]
    assert (rows[3].receipt, rows[3].member, rows[3].not_before) == (
        rows[0].receipt,
        rows[0].member,
        LATER,
    )
    assert rows[3].key.startswith(f"{rows[0].key}:update:")


def test_later_change_takes_the_place_of_one_that_waits_or_fails(db, community) -> None:
    add(db, community, "Ada", (SLACK, "U1"))
    add(db, community, "Ben", (SLACK, "U2"))
    post(db, community)
    settle(db, SLACK, "U1", Receipt("D1", "1"))
    settle(db, SLACK, "U2", Receipt("D2", "2"))
    db.bulk.revise(community, "a:7", CHANGED, now=START)
    (under_way,) = db.drain.claim(SLACK, "mine", now=START, limit=1)

    db.bulk.revise(community, "a:7", LATEST, now=LATER)

    changes = [
        (state, codec.load_message(said).blocks)
        for kind, state, said in deliveries(db, outbox.c.kind, outbox.c.state, outbox.c.message)
        if kind == DeliveryKind.UPDATE
    ]
    assert under_way.delivery.message is not None
    assert changes == [
        (State.SENDING, LATEST.blocks),
        (State.CANCELLED, CHANGED.blocks),
        (State.QUEUED, LATEST.blocks),
        (State.QUEUED, LATEST.blocks),
    ]


def test_what_is_under_way_is_made_up_for_once_it_is_settled(db, community) -> None:
    add(db, community, "Ada", (SLACK, "U1"))
    post(db, community)
    (row,) = db.drain.claim(SLACK, "mine", now=START, limit=1)

    db.bulk.revise(community, "a:7", CHANGED, now=START)
    receipt = Receipt("D1", "1")
    (settled,) = db.drain.settle("mine", Settled(row, State.SENT, LATER, receipt=receipt))
    db.posted.catch_up(settled)

    (change,) = db.drain.claim(SLACK, "mine", now=LATER, limit=5)
    assert isinstance(change.delivery, Delivery)
    assert (change.delivery.kind, change.delivery.receipt) == (DeliveryKind.UPDATE, receipt)
    assert change.delivery.message == stamped(CHANGED, row.delivery.message.token)


def test_only_those_meant_are_told_new_words(db, community) -> None:
    ada = add(db, community, "Ada", (SLACK, "U1"))
    add(db, community, "Ben", (SLACK, "U2"))
    post(db, community)

    db.bulk.revise(community, "a:7", CHANGED, now=LATER, whose=outbox.c.member == ada)

    shown = [codec.load_message(said).blocks for (said,) in deliveries(db, outbox.c.message)]
    assert shown == [CHANGED.blocks, CARD.blocks]


def test_changing_what_was_never_sent_does_nothing(db, community) -> None:
    db.bulk.revise(community, "a:7", CHANGED, now=LATER)

    assert deliveries(db, outbox.c.id) == []


def test_taken_down_is_deleted_where_it_was_sent_and_waits_no_more(db, community) -> None:
    add(db, community, "Ada", (SLACK, "U1"))
    add(db, community, "Ben", (SLACK, "U2"))
    post(db, community)
    settle(db, SLACK, "U1", Receipt("D1", "1"))

    db.bulk.take_down(community, "a:7", now=LATER)
    db.bulk.revise(community, "a:7", CHANGED, now=LATER)

    assert deliveries(db, outbox.c.kind, outbox.c.state, outbox.c.message) == [
        (DeliveryKind.POST, State.SENT, None),
        (DeliveryKind.POST, State.CANCELLED, None),
        (DeliveryKind.DELETE, State.QUEUED, None),
    ]


def test_other_communities_and_subjects_are_left_alone(db, community) -> None:
    add(db, community, "Ada", (SLACK, "U1"))
    post(db, community)
    post(db, community, key="b", subject="b")
    other = db.communities.add("Others", zone="Europe/London", now=START)

    db.bulk.revise(other, "a:7", CHANGED, now=LATER)
    db.bulk.take_down(community, "b", now=LATER)

    assert [said is None for (said,) in deliveries(db, outbox.c.message)] == [False, True]
