"""Who is reached by e-mail, and what an e-mail brings with it."""

from datetime import timedelta
from hashlib import sha256

import pytest

from bot.chat.messages import Account, message, text
from bot.chat.platform import RESENT, Delivery, DeliveryKind, Destination, Receipt
from bot.domain.members import MAIL, MemberState
from bot.ids import Lane
from storage import nudges
from storage.drain import Settled
from storage.mail import SIGN_IN
from storage.outbox import State
from storage.overview import Overview, Wanted
from storage.web import web_account
from tests.leaders import START

HELLO, BYE = message(text("Hello.")), message(text("Goodbye."))
ADA = "ada@leaders.example"
SLACK = Account(Lane("slack:T1"), "U1")
LATER = START + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _mail(any_database):
    """Mail is set up."""
    any_database.has_mail = True


def join(db, community, name="Ada", *, email="", **more):
    return db.members.add(
        community,
        name,
        email=email or f"{name.lower()}@leaders.example",
        zone="Europe/London",
        now=START,
        **more,
    )


def post(db, community, member, *, key="hello:1", subject="hello", now=START):
    db.outbox.post(
        community, Account(MAIL, ADA), HELLO, key=key, subject=subject, now=now, member=member
    )
    return Delivery(key, MAIL, DeliveryKind.POST, Destination(users=(ADA,)), HELLO)


def is_let_in(db, secret, *, now=START):
    visitor = db.web.link(sha256(secret.encode()).hexdigest(), now=now)
    return visitor.name if visitor else None


def test_address_reaches_whom_nothing_else_does(db, community):
    ada, ben = join(db, community), join(db, community, "Ben")
    db.members.add_account(community, ben, SLACK, now=START)

    reached = db.members.accounts([ada, ben])
    db.members.set_account_active(SLACK, is_active=False)
    without = db.members.accounts([ada, ben])

    assert reached == {ada: (Account(MAIL, ADA),), ben: (SLACK,)}
    assert without == {
        ada: (Account(MAIL, ADA),),
        ben: (Account(MAIL, "ben@leaders.example"),),
    }
    assert db.members.reachable([ada])[ada].account == Account(MAIL, ADA)


def test_address_reaches_nobody_where_mail_is_not_set_up(any_database, community):
    any_database.has_mail = False
    with any_database.transaction() as db:
        ada = join(db, community)

        assert db.members.accounts([ada]) == {}


def test_mail_goes_to_members_who_are_here_and_real(db, community):
    people = [
        join(db, community, "Ada", state=MemberState.LEFT),
        join(db, community, "Ben", state=MemberState.SUSPENDED),
        join(db, community, "Cy", state=MemberState.UNCONFIRMED),
        join(db, community, "Di", is_example=True),
        db.members.add(community, "Eve", zone="Europe/London", now=START),
    ]

    assert db.members.accounts(people) == {}
    assert db.members.with_email("di@leaders.example") == ()


def test_more_people_than_a_statement_takes_are_reached(db, community):
    people = [join(db, community, f"P{number}") for number in range(501)]

    assert len(db.members.accounts(people)) == 501


def test_address_that_does_not_exist_is_written_to_no_more_until_it_changes(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    ada, ada_there = join(db, community), join(db, other)

    db.mail.set_works("ADA@leaders.example ", works=False)
    gone = db.members.accounts([ada, ada_there])
    db.members.set_email(ada, "ada@new.example")
    moved = db.members.accounts([ada])
    db.mail.set_works(ADA, works=True)
    again = db.members.accounts([ada_there])

    assert gone == {}
    assert moved == {ada: (Account(MAIL, "ada@new.example"),)}
    assert again == {ada_there: (Account(MAIL, ADA),)}
    assert db.mail.address_of(ada) == Account(MAIL, "ada@new.example")


def test_members_reached_by_mail_are_not_unreachable(db, community):
    ada = join(db, community)
    eve = db.members.add(community, "Eve", zone="Europe/London", now=START)

    def unreachable(*, has_mail):
        overview = Overview(db.connection, has_mail=has_mail)
        return [
            each.member.id for each in overview.listed(community, "", Wanted.UNREACHABLE, limit=9)
        ]

    assert unreachable(has_mail=True) == [eve]
    assert unreachable(has_mail=False) == [ada, eve]


def test_letter_lets_its_reader_in_once_and_leaves_one_copy(db, community):
    ada = join(db, community)
    delivery = post(db, community, ada)

    letters = [db.mail.letter(delivery, HELLO, now=START) for _ in range(2)]
    again = db.mail.letter(post(db, community, ada, key=f"hello:1{RESENT}1"), HELLO, now=START)

    account = web_account(community, ada)
    (entry,) = db.web.entries(account, before=None, limit=9)
    assert entry.message == HELLO
    for letter in (*letters, again):
        assert (letter.name, letter.community, letter.lasts.days) == ("Ada", "Leaders", 14)
        assert letter.copy == Receipt(f"{account.lane}/{account.user}", str(entry.id))
        assert is_let_in(db, letter.secret) == "Ada"
    assert len({letter.secret for letter in letters}) == 2
    assert is_let_in(db, letters[0].secret, now=START + timedelta(days=15)) is None
    assert db.members.accounts([ada]) == {ada: (Account(MAIL, ADA),)}


def test_link_that_was_asked_for_is_short_and_leaves_no_copy(db, community):
    ada = join(db, community)
    asked = post(db, community, ada, key="s:1", subject=SIGN_IN)
    nudge = post(db, community, ada, key="n:1", subject=nudges.subject(ada))

    letter, other = (db.mail.letter(each, HELLO, now=START) for each in (asked, nudge))

    assert (letter.is_asked_for, letter.lasts, letter.copy) == (
        True,
        timedelta(hours=1),
        Receipt(),
    )
    assert is_let_in(db, letter.secret, now=START + timedelta(minutes=59)) == "Ada"
    assert is_let_in(db, letter.secret, now=START + timedelta(minutes=61)) is None
    assert (other.is_asked_for, other.copy) == (False, Receipt())
    assert db.web.entries(web_account(community, ada), before=None, limit=9) == ()


def test_letter_is_for_members_of_the_community_that_sends_it(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    join(db, other)
    bea = join(db, community, "Bea")
    delivery = post(db, community, bea)

    assert db.mail.letter(delivery, HELLO, now=START) is None


def test_copy_is_replaced_and_removed(db, community):
    ada = join(db, community)
    copy = db.mail.letter(post(db, community, ada), HELLO, now=START).copy
    account = web_account(community, ada)

    is_replaced = db.mail.replace_copy(copy, BYE)
    (entry,) = db.web.entries(account, before=None, limit=9)
    db.mail.remove_copy(copy)
    db.mail.remove_copy(Receipt())

    assert is_replaced
    assert entry.message == BYE
    assert db.web.entries(account, before=None, limit=9) == ()
    assert not db.mail.replace_copy(copy, BYE)
    assert not db.mail.replace_copy(Receipt(), BYE)


def test_nudges_come_at_most_once_a_day(db, community):
    ada = join(db, community)

    first = db.mail.next_nudge(ada, now=START)
    post(db, community, ada, key="n:1", subject=nudges.subject(ada))
    waiting = db.mail.next_nudge(ada, now=START)
    (row,) = db.drain.claim(MAIL, "c", now=START, limit=9)
    db.drain.settle("c", Settled(row, State.SENT, START))

    assert first == START + nudges.AFTER
    assert waiting is None
    assert db.mail.next_nudge(ada, now=LATER) == START + timedelta(days=1)
    assert db.mail.next_nudge(ada, now=START + timedelta(days=3)) == START + timedelta(
        days=3, hours=1
    )


def test_reading_drops_the_nudge_that_waits(db, community):
    ada = join(db, community)
    account = web_account(community, ada)
    lines = [db.web.keep_message(account, HELLO, key=None, now=START) for _ in range(2)]
    post(db, community, ada, key="n:1", subject=nudges.subject(ada))

    db.web.mark_read(account, lines[0].id)
    half = [row.state for row in db.outbox.rows(community, limit=9)]
    db.web.mark_read(account, lines[1].id)

    assert half == [State.QUEUED]
    assert [row.state for row in db.outbox.rows(community, limit=9)] == [State.CANCELLED]
    assert db.mail.next_nudge(ada, now=START) == LATER
