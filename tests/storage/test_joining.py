"""Joining two members: whatever named the other names the kept one, and nothing is there twice."""

import json
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, message, text
from bot.chat.platform import Destination
from bot.domain import pairing
from bot.domain.coffee import Participation, ParticipationState, RoundState, joined
from bot.domain.members import MemberState, Profile
from bot.errors import MemberError
from bot.ids import CommunityId, Lane
from storage import codec, joining, tables
from storage.joining import NAMES
from storage.outbox import State
from storage.rows import insert_row
from storage.web import web_account
from tests.builders import set_profile
from tests.leaders import START

LONDON = "Europe/London"
SLACK, TEAMS = Lane("slack:T1"), Lane("teams:nhs")
LABEL = datetime(2026, 11, 24, 9, 0)
HELLO = message(text("Hello."))
LATER = START + timedelta(minutes=1)


@pytest.fixture
def add(db, community):
    def added(name: str, lane: Lane = SLACK, **more):
        number = db.members.add(community, name, zone=LONDON, **{"now": START, **more})
        db.members.add_account(community, number, Account(lane, f"U{number}"), now=START)
        return number

    return added


@pytest.fixture
def ada(add):
    return add("Ada Obi", email="ada@x.example", now=LATER)


@pytest.fixture
def again(add):
    return add("Ada O", TEAMS, email="ada@y.example")


@pytest.fixture
def ben(add):
    return add("Ben Lee")


def join(db, kept, other):
    return joining.join(db.connection, kept, other, now=START)


def rows(db, *columns, where=True):
    found = db.connection.execute(sa.select(*columns).where(where).order_by(*columns))
    return [tuple(row) for row in found]


def test_every_column_that_names_a_member_is_seen_to():
    naming = {
        key.parent
        for table in tables.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is tables.members.c.id
    }

    assert set(NAMES) == naming


def test_one_member_is_left_with_what_both_knew(db, community, ada, again):
    set_profile(db, ada, Profile(job="Matron"))
    set_profile(db, again, Profile(job="Nurse", interests=("Frailty",)))

    member = join(db, ada, again)

    assert member == db.members.get(ada)
    assert (member.name, member.email) == ("Ada Obi", "ada@x.example")
    assert member.profile == Profile(job="Matron", interests=("Frailty",))
    assert [each.id for each in db.members.everybody(community)] == [ada]
    assert rows(db, tables.members.c.joined_at) == [(START,)]


def test_an_address_of_the_other_fills_a_gap(db, add, again):
    ada = add("Ada Obi")

    assert join(db, ada, again).email == "ada@y.example"


def test_accounts_reach_the_kept_member_and_one_stays_preferred(db, community, ada, again):
    for member in (ada, again):
        db.members.add_account(community, member, web_account(community, member), now=START)
    db.accounts.prefer(ada, Account(SLACK, f"U{ada}"))
    db.accounts.prefer(again, Account(TEAMS, f"U{again}"))

    join(db, ada, again)

    assert db.members.accounts_of(ada) == (
        Account(SLACK, f"U{ada}"),
        Account(TEAMS, f"U{again}"),
        web_account(community, ada),
    )
    assert rows(db, tables.accounts.c.user, where=tables.accounts.c.is_preferred) == [(f"U{ada}",)]


def test_the_others_choice_of_an_account_stands_where_the_kept_made_none(db, ada, again):
    db.accounts.prefer(again, Account(TEAMS, f"U{again}"))

    join(db, ada, again)

    assert db.members.accounts_of(ada)[0] == Account(TEAMS, f"U{again}")


def test_a_web_chat_goes_on_as_the_kept_members(db, community, ada, again):
    mine, theirs = web_account(community, ada), web_account(community, again)
    db.members.add_account(community, again, theirs, now=START)
    secret = db.web.make_link(community, again, now=START)
    db.connection.execute(
        tables.web_sessions.insert().values(
            hash="s", community=community, member=again, expires_at=LATER
        )
    )
    entries = [db.web.keep_message(theirs, HELLO, key=key, now=START) for key in ("a", "b", None)]
    db.web.keep_message(mine, HELLO, key="b", now=START)
    db.web.mark_read(theirs, entries[0].id)

    join(db, ada, again)

    assert db.web.visitor("s", now=START).account == mine
    assert rows(db, tables.web_links.c.member) == [(ada,)]
    assert len(secret) > 20
    assert len(db.web.entries(mine, before=None, limit=9)) == 3
    assert db.web.unread(mine) == 2
    assert db.members.account_owner(theirs) is None


def test_of_two_marks_of_what_was_read_the_smaller_stays(db, community, ada, again):
    for member, entry in ((ada, 7), (again, 3)):
        db.web.mark_read(web_account(community, member), entry)

    join(db, ada, again)

    assert rows(db, tables.web_reads.c.member, tables.web_reads.c.entry) == [(ada, 3)]


def test_who_did_what_stays_known_and_codes_end(db, community, ada, again, ben):
    db.audit.add(community, again, action="coffee swap", now=START)
    insert_row(
        db.connection, tables.channels, community=community, purpose="news", lane=SLACK,
        channel="C1", state="on", set_by=again, set_at=START,
    )  # fmt: skip
    db.accounts.make_code(community, again, Account(TEAMS, f"U{again}"), now=START)
    db.accounts.suspect(community, again, ada)
    db.accounts.suspect(community, ben, again)

    join(db, ada, again)

    assert [each.actor for each in db.audit.latest(community, limit=9)] == ["Ada Obi"]
    assert rows(db, tables.channels.c.set_by) == [(ada,)]
    assert rows(db, tables.account_codes.c.member) == []
    assert db.accounts.suspected(ben) == ada
    assert db.accounts.suspected(ada) is None


def test_nobody_is_perhaps_themselves(db, community, ada, again):
    db.accounts.suspect(community, ada, again)

    join(db, ada, again)

    assert rows(db, tables.perhaps_known.c.member) == []


def post(db, community, member, account, key, **more):
    db.outbox.post(
        community, account, HELLO, key=f"{key}:{member}", subject="news", now=START, member=member,
        **more,
    )  # fmt: skip


def test_what_waits_for_the_other_is_not_told_twice(db, community, ada, again):
    there, web = Account(TEAMS, f"U{again}"), web_account(community, again)
    post(db, community, ada, Account(SLACK, f"U{ada}"), "both")
    post(db, community, again, there, "both")
    post(db, community, again, there, "mine alone")
    post(db, community, again, web, "on the web")
    db.outbox.post(
        community, there, HELLO, key="no number", subject="news", now=START, member=again
    )

    join(db, ada, again)

    found = db.connection.execute(sa.select(tables.outbox).order_by(tables.outbox.c.id)).all()
    assert [(row.key, row.member, State(row.state)) for row in found] == [
        (f"both:{ada}", ada, State.QUEUED),
        (f"both:{again}", ada, State.CANCELLED),
        (f"mine alone:{ada}", ada, State.QUEUED),
        (f"on the web:{ada}", ada, State.QUEUED),
        ("no number", ada, State.QUEUED),
    ]
    assert codec.load_destination(found[3].destination) == Destination(users=(str(ada),))
    assert codec.load_destination(found[2].destination) == Destination(users=(f"U{again}",))


def test_what_the_kept_member_could_not_get_still_reaches_them(db, community, ada, again):
    post(db, community, ada, Account(SLACK, f"U{ada}"), "both")
    db.connection.execute(tables.outbox.update().values(state=State.CANNOT))
    post(db, community, again, Account(TEAMS, f"U{again}"), "both")

    join(db, ada, again)

    assert rows(db, tables.outbox.c.state, tables.outbox.c.member) == [
        (State.CANNOT, ada),
        (State.QUEUED, ada),
    ]


def test_wishes_of_both_hold_and_nobody_avoids_themselves(db, community, add, ada, again):
    ben, cy, di = (add(each) for each in ("Ben Lee", "Cy Poe", "Di Roy"))
    for member, avoided in (
        (again, ben), (ada, ben), (cy, again), (di, again), (di, ada), (ada, again), (again, ada),
    ):  # fmt: skip
        db.coffee.avoid(community, member, avoided)

    join(db, ada, again)

    assert db.coffee.avoids(community) == {
        ada: frozenset({ben}),
        cy: frozenset({ada}),
        di: frozenset({ada}),
    }


def test_one_part_in_coffee_is_left(db, community, ada, again):
    theirs = Participation(again, ParticipationState.ACTIVE, silent_rounds=2)
    db.coffee.save(community, Participation(ada, silent_rounds=1), now=START)
    db.coffee.save(community, theirs, now=START)

    join(db, ada, again)

    assert db.coffee.participants(community) == (
        Participation(ada, ParticipationState.ACTIVE, silent_rounds=1),
    )


def test_the_others_part_in_coffee_comes_along(db, community, ada, again):
    db.coffee.save(community, joined(Participation(again, group_size=3)), now=START)

    join(db, ada, again)

    assert db.coffee.participation(ada) == joined(Participation(ada, group_size=3))


def test_two_who_never_had_a_part_in_coffee_have_none(db, community, ada, again):
    join(db, ada, again)

    assert db.coffee.participants(community) == ()


def test_the_kept_members_answer_counts(db, community, ada, again):
    earlier = LABEL - timedelta(weeks=2)
    db.coffee.opt_in(community, ada, LABEL, wants=True)
    db.coffee.opt_in(community, again, LABEL, wants=False)
    db.coffee.opt_in(community, again, earlier, wants=False)

    join(db, ada, again)

    assert db.coffee.opted(community, LABEL) == {ada: True}
    assert db.coffee.opted(community, earlier) == {ada: False}


def a_round(db, community, number: int = 0, *, unmatched=()):
    of = db.coffee.add_round(
        community, label=LABEL + timedelta(weeks=number), zone=LONDON, state=RoundState.CLOSED,
        seed=1, theme=None, sends_at=START, closes_at=START,
    )  # fmt: skip
    gaps = tuple(pairing.Unmatched(str(each), "nobody was left") for each in unmatched)
    db.connection.execute(
        tables.coffee_rounds.update()
        .where(tables.coffee_rounds.c.id == of.id)
        .values(unmatched=[[gap.id, gap.reason] for gap in gaps])
    )
    return of


def test_history_is_of_both_and_nobody_is_twice_in_a_group(db, community, add, ada, again):
    ben, cy = add("Ben Lee"), add("Cy Poe")
    first, second = a_round(db, community), a_round(db, community, 2)
    for of, people in (
        (first, (ada, ben)), (first, (again, cy)), (second, (ada, again, ben)),
    ):  # fmt: skip
        db.coffee.add_group(of, people, starter=0, slots=())

    join(db, ada, again)

    people = [group.people for group in db.coffee.groups(first.id)]
    assert people == [(ada, ben), (ada, cy)]
    assert [group.people for group in db.coffee.groups(second.id)] == [(ada, ben)]


def test_a_group_of_one_person_was_none(db, community, ada, again, ben):
    of = a_round(db, community)
    db.coffee.add_group(of, (ada, again), starter=0, slots=())
    db.coffee.add_group(of, (ben,), starter=0, slots=())

    join(db, ada, again)

    assert [group.people for group in db.coffee.groups(of.id)] == [(ben,)]


def test_who_was_left_over_is_so_under_the_kept_number(db, community, ada, again, ben):
    alone = a_round(db, community, unmatched=(again, ben))
    both = a_round(db, community, 2, unmatched=(ada, again))
    placed = a_round(db, community, 4, unmatched=(again,))
    db.coffee.add_group(placed, (ada, ben), starter=0, slots=())

    join(db, ada, again)

    left = [[gap.id for gap in db.coffee.round(of.id).unmatched] for of in (alone, both, placed)]
    assert left == [[str(ada), str(ben)], [str(ada)], []]
    assert json.dumps(str(ada)) == f'"{ada}"'


def test_members_of_two_communities_are_never_joined(db, ada, add):
    other = db.communities.add("Others", zone=LONDON, now=START)
    zoe = db.members.add(CommunityId(other), "Zoe", zone=LONDON, now=START)

    with pytest.raises(ValueError, match="two communities"):
        join(db, ada, zoe)


def test_the_suspended_are_joined_with_nobody(db, community, ada, again):
    db.members.set_state(again, MemberState.SUSPENDED)

    with pytest.raises(MemberError, match="not part of the community"):
        join(db, ada, again)

    assert db.members.get(again).name == "Ada O"


def test_concerns_follow_and_nobody_is_told_of_one_about_themselves(db, community, add, ada, again):
    ben, cy = add("Ben Lee"), add("Cy Poe")
    for member, about, contact in (
        (again, ben, cy), (ben, again, cy), (ben, cy, again), (ada, again, cy), (ben, again, ada),
    ):  # fmt: skip
        db.concerns.add(community, member, about=about, contact=contact, words="x", now=START)

    join(db, ada, again)

    rows = db.connection.execute(sa.select(tables.concerns).order_by(tables.concerns.c.id))
    assert [(row.member, row.about, row.contact) for row in rows] == [
        (ada, ben, cy), (ben, ada, cy), (ben, cy, ada),
    ]  # fmt: skip


def test_what_was_done_for_the_other_was_done_for_the_kept_one(db, community, add, ada, again):
    olu = add("Olu Chair")
    db.done_for.add(community, again, by=olu, command="coffee join", now=START)
    db.done_for.add(community, olu, by=again, command="coffee leave", now=START)

    join(db, ada, again)

    done = [(each.command, each.by) for member in (ada, olu)
            for each in db.done_for.newest(member, limit=9)]  # fmt: skip
    assert done == [("coffee join", "Olu Chair"), ("coffee leave", "Ada Obi")]
