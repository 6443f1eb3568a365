"""Whom a round counts on: joined, not pausing, reachable, and asked where it asks."""

from datetime import date, datetime, timedelta

import pytest

from bot.chat.messages import Account
from bot.domain.coffee import Mode, Participation, ParticipationState, Setup
from bot.domain.members import MemberState
from bot.domain.sessions import Details, Session, SignUp, SignUpState
from bot.ids import Lane, SessionId
from storage import coffee_people
from tests.leaders import START

LONDON = "Europe/London"
LABEL = datetime(2026, 11, 24, 9)


@pytest.fixture
def db(any_database):
    with any_database.transaction() as unit:
        yield unit


@pytest.fixture
def community(db):
    return db.communities.add("Leaders", zone=LONDON, now=START)


@pytest.fixture
def join(db, community):
    """Adds a participant with accounts on some platforms."""

    def joined(name: str, *lanes: str, state=ParticipationState.ACTIVE, until: date | None = None):
        number = db.members.add(community, name, zone=LONDON, now=START)
        for lane in lanes:
            db.members.add_account(community, number, Account(Lane(lane), name), now=START)
        db.coffee.save(community, Participation(number, state, paused_until=until), now=START)
        return number

    return joined


def ids(people) -> list[str]:
    return [each.id for each in people]


def test_pausing_resting_and_leaving_members_are_not_counted_on(db, community, join):
    ada = join("Ada", "slack:T1")
    back = join("Back", "web:1", until=date(2026, 11, 24))
    away = join("Away", "web:1", until=date(2026, 11, 25))
    resting = join("Resting", "web:1", state=ParticipationState.RESTING)
    join("Left", "web:1", state=ParticipationState.LEFT)

    taking_part, unreached = coffee_people.taking_part(db, community, LABEL, now=START)
    everybody, _ = coffee_people.everybody(db, community, now=START)

    assert ids(taking_part) == [str(ada), str(back)]
    assert unreached == ()
    assert set(ids(everybody)) == {str(each) for each in (ada, away, back, resting)}


def test_those_whom_no_account_reaches_are_named_apart(db, community, join):
    ada, lost = join("Ada", "slack:T1"), join("Lost")
    gone = join("Gone", "web:1")
    db.members.set_state(gone, MemberState.SUSPENDED)

    people, unreached = coffee_people.taking_part(db, community, LABEL, now=START)

    assert ids(people) == [str(ada)]
    assert [member.id for member in unreached] == [lost]


def test_where_each_round_asks_only_a_yes_counts(db, community, join):
    yes, no, silent = join("Yes", "web:1"), join("No", "web:1"), join("Silent", "web:1")
    db.coffee.opt_in(community, yes, LABEL, wants=True)
    db.coffee.opt_in(community, no, LABEL, wants=False)

    standing, _ = coffee_people.taking_part(db, community, LABEL, now=START)
    db.coffee.save_setup(Setup(community, mode=Mode.ASKED))
    asked, _ = coffee_people.taking_part(db, community, LABEL, now=START)

    assert set(ids(standing)) == {str(yes), str(silent)}
    assert ids(asked) == [str(yes)]


def test_the_planner_learns_the_platform_and_whom_they_avoid(db, community, join):
    ada, ben = join("Ada", "web:1", "slack:T1"), join("Ben", "web:1")
    db.coffee.avoid(community, ada, ben)

    people, _ = coffee_people.taking_part(db, community, LABEL, now=START)

    found = {each.id: (each.platform, each.blocked) for each in people}
    assert found == {
        str(ada): ("slack", frozenset({str(ben)})),
        str(ben): ("web", frozenset()),
    }


def hold(db, community, *guests, days: int, **attended):
    """A session that was so many days ago; who of its guests came, where somebody noted it."""
    starts = datetime(2026, 11, 23, 9) - timedelta(days=days)
    details = Details("A session", 60)
    session = db.sessions.add(Session(SessionId(0), community, details, starts, LONDON, None))
    for at, each in enumerate(guests):
        came = attended.get("came")
        signup = SignUp(
            each, SignUpState.GOING, at, attended=None if came is None else each in came
        )
        db.sessions.save_signup(session, signup)


def guests(db, community) -> set[str]:
    people, _ = coffee_people.taking_part(db, community, LABEL, now=START)
    return {each.id for each in people if each.was_guest}


def test_guests_of_the_last_session_are_those_who_came_to_it(db, community, join):
    ada, ben, cy = (join(name, "web:1") for name in ("Ada", "Ben", "Cy"))

    none = guests(db, community)
    hold(db, community, ada, ben, days=3)
    unnoted = guests(db, community)
    hold(db, community, ada, ben, cy, days=2, came=(ben, cy))
    noted = guests(db, community)
    hold(db, community, ada, days=-2)
    ahead = guests(db, community)

    assert (none, unnoted) == (set(), {str(ada), str(ben)})
    assert noted == ahead == {str(ben), str(cy)}
