"""Codes, doubts, and the account a member chose."""

from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, message, text
from bot.chat.requests import Profile
from bot.domain.accounts import CODE_LIFE, Code, Linked
from bot.ids import GroupId, Lane, RoundId
from storage import met, tables
from storage.outbox import State
from storage.web import web_account
from tests.builders import slack_workspace
from tests.leaders import START

LONDON = "Europe/London"
SLACK, TEAMS = Lane("slack:T1"), Lane("teams:nhs")
MINE, OTHER = Account(SLACK, "U1"), Account(TEAMS, "U2")
HELLO = message(text("Hello."))


@pytest.fixture
def ada(db, community):
    number = db.members.add(
        community, "Ada Obi", zone=LONDON, email="ada@leaders.example", now=START
    )
    for account in (MINE, OTHER):
        db.members.add_account(community, number, account, now=START)
    return number


def states(db):
    found = db.connection.execute(sa.select(tables.outbox).order_by(tables.outbox.c.id))
    return [(row.lane, State(row.state)) for row in found]


def post(db, community, ada, account, key, **more):
    db.outbox.post(
        community, account, HELLO, key=key, now=START, member=ada, **{"subject": "news", **more}
    )


def test_a_code_is_known_by_its_hash_alone_and_works_once(db, community, ada):
    code = db.accounts.make_code(community, ada, MINE, now=START, moves=True)

    expected = Code(community, ada, MINE, moves=True, expires_at=START + CODE_LIFE)
    assert db.accounts.code(code) == expected
    assert [db.accounts.use_code(code, now=START) for _ in range(2)] == [True, False]
    assert db.accounts.code(code).used_at == START
    assert db.accounts.code("K7QM2VXT") is None
    [row] = db.connection.execute(sa.select(tables.account_codes))
    assert (len(row.hash), code in str(tuple(row))) == (64, False)


def test_accounts_are_listed_with_where_they_are(db, community, ada):
    slack_workspace(db, community, "T1", now=START)
    db.connection.execute(tables.workspaces.update().values(name="South East London"))
    db.members.set_account_active(OTHER, is_active=False)
    db.accounts.prefer(ada, MINE)

    numbers = [each.id for each in db.accounts.linked(ada)]
    assert db.accounts.linked(ada) == (
        Linked(numbers[0], MINE, "South East London", is_preferred=True),
        Linked(numbers[1], OTHER, is_active=False),
    )


def test_one_account_is_preferred_at_a_time(db, ada):
    for account in (MINE, OTHER):
        db.accounts.prefer(ada, account)

    assert [each.is_preferred for each in db.accounts.linked(ada)] == [False, True]
    assert db.members.accounts_of(ada) == (OTHER, MINE)


def test_an_account_left_behind_is_not_brought_back_by_events(db, community, ada):
    post(db, community, ada, MINE, "a")
    db.accounts.retire(ada, MINE, now=START)

    db.members.set_account_active(MINE, is_active=True)
    met.take_in(db.connection, community, SLACK, [("U1", Profile("Ada"))], now=START)

    assert db.members.accounts_of(ada) == (OTHER,)
    assert states(db) == [(TEAMS, State.QUEUED)]
    assert TEAMS in db.touched.lanes
    assert db.members.account_owner(MINE).id == ada


def test_where_no_account_is_left_nothing_waits(db, community, ada):
    post(db, community, ada, MINE, "a")

    for account in (OTHER, MINE):
        db.accounts.retire(ada, account, now=START)

    assert states(db) == [(SLACK, State.CANCELLED)]
    assert db.members.is_met(ada) is False


def test_leaving_the_web_chat_behind_ends_links_and_a_new_one_brings_it_back(db, community, ada):
    web = web_account(community, ada)
    db.members.add_account(community, ada, web, now=START)
    db.web.make_link(community, ada, now=START)
    db.accounts.retire(ada, web, now=START)

    ended = db.connection.execute(sa.select(tables.web_links)).all()
    while_away = db.members.accounts_of(ada)
    secret = db.web.make_link(community, ada, now=START)
    assert db.web.enter(sha256(secret.encode()).hexdigest(), "s", now=START).account == web

    assert (ended, while_away) == ([], (MINE, OTHER))
    assert db.members.accounts_of(ada) == (MINE, OTHER, web)


def test_taking_off_the_web_chat_signs_out(db, community, ada):
    web = web_account(community, ada)
    db.members.add_account(community, ada, web, now=START)
    db.connection.execute(
        tables.web_sessions.insert().values(
            hash="s", community=community, member=ada, expires_at=START + timedelta(days=1)
        )
    )
    assert db.web.visitor("s", now=START).account == web

    db.accounts.unlink(ada, db.accounts.linked(ada)[2], now=START)

    assert db.web.visitor("s", now=START) is None
    assert db.members.accounts_of(ada) == (MINE, OTHER)


def test_only_what_waits_about_a_group_is_cancelled(db, community, ada):
    subject = {"subject": "round:5"}
    post(db, community, ada, MINE, f"coffee:5:7:{ada}", **subject)
    post(db, community, ada, MINE, f"coffee:7:met:{ada}", **subject)
    post(db, community, ada, MINE, f"coffee:5:8:{ada}", **subject)
    post(db, community, ada, MINE, f"coffee:8:met:{ada}", **subject)

    db.accounts.cancel_about_group(ada, GroupId(7), RoundId(5), now=START)

    assert [state for _, state in states(db)] == [State.CANCELLED] * 2 + [State.QUEUED] * 2


def test_a_member_list_adds_no_second_account_by_an_address_alone(db, community, ada):
    email = "ada@leaders.example"
    ben = db.members.add(community, "Ben", zone=LONDON, email="ben@leaders.example", now=START)
    db.members.add_account(community, ben, web_account(community, ben), now=START)

    met.take_in(
        db.connection,
        community,
        SLACK,
        [
            ("U1", Profile("Ada", email, address="ada@nhs.example")),
            ("U8", Profile("Ada", email)),
            # The place in the web chat that an organiser made is nobody's yet.
            ("U9", Profile("Ben", "ben@leaders.example", address="ben@nhs.example")),
        ],
        now=START,
    )

    assert db.members.account_owner(Account(SLACK, "U8")) is None
    assert db.members.account_owner(Account(SLACK, "U9")).id == ben
    found = db.connection.execute(
        sa.select(tables.accounts.c.user, tables.accounts.c.address)
        .where(tables.accounts.c.lane == SLACK)
        .order_by(tables.accounts.c.user)
    )
    assert [tuple(row) for row in found] == [("U1", "ada@nhs.example"), ("U9", "ben@nhs.example")]


def test_an_address_that_was_left_behind_opens_no_chat(db, community, ada):
    db.members.set_account_address(OTHER, "ada@old.example")

    db.accounts.retire(ada, OTHER, now=START)

    assert db.members.reachable([ada])[ada].addresses == ()
