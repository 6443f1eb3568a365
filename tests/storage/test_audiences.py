"""Those who are meant, found by a statement: the same as looking at each member by themselves."""

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.domain.audience import (
    EVERYONE,
    Attribute,
    Audience,
    Both,
    Either,
    Is,
    Not,
    Platform,
    Position,
    Programme,
)
from bot.domain.coffee import Participation, joined, left
from bot.domain.members import MemberState, Profile
from bot.ids import Lane
from storage import audiences
from tests.leaders import START

SLACK, TEAMS = Lane("slack:T1"), Lane("teams:nhs")
LEWISHAM, BEXLEY = Is(Attribute.PLACE, "Lewisham"), Is(Attribute.PLACE, "Bexley")
ACUTE = Is(Attribute.SECTOR, "Acute")


@pytest.fixture
def people(db, community):
    """Five members, and three who are not part of the community or of another one."""

    def add(name: str, lane: Lane = SLACK, of=community, **more):
        number = db.members.add(of, name, zone="Europe/London", now=START, **more)
        db.members.add_account(of, number, Account(lane, f"U{number}"), now=START)
        return number

    ada = add("Ada", profile=Profile(
        place="Lewisham", sector="Acute", organisation="Oxleas", profession="Nurse",
        stage="Early career", kind="Clinical", interests=("Housing & homes", 'The "why"'),
    ), role=Role.ORGANISER)  # fmt: skip
    ben = add("Ben", TEAMS, profile=Profile(place="Bexley", interests=("Housing",)),
              introduced_at=START)  # fmt: skip
    add("Cy", Lane(f"web:{community}"), profile=Profile(place="lewisham"), role=Role.CURATOR)
    dee = add("Dee", profile=Profile(place="Bexley", sector="Acute"))
    db.members.set_account_active(Account(SLACK, f"U{dee}"), is_active=False)
    add("Eve", profile=Profile(interests=("50% more", "Crisis é")))
    add("Left", profile=Profile(place="Lewisham"), state=MemberState.LEFT)
    add("Unknown", profile=Profile(place="Lewisham"), state=MemberState.UNCONFIRMED)
    other = db.communities.add("Others", zone="Europe/London", now=START)
    add("Other", TEAMS, other, profile=Profile(place="Lewisham"))
    db.coffee.save(community, joined(Participation(ada)), now=START)
    db.coffee.save(community, left(joined(Participation(ben))), now=START)


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        (EVERYONE, "Ada Ben Cy Dee Eve"),
        (LEWISHAM, "Ada"),
        (Either((LEWISHAM, BEXLEY)), "Ada Ben Dee"),
        (Both((BEXLEY, ACUTE)), "Dee"),
        (Not(LEWISHAM), "Ben Cy Dee Eve"),
        (Both((Either((LEWISHAM, BEXLEY)), Not(ACUTE))), "Ben"),
        (Not(Not(ACUTE)), "Ada Dee"),
        (Is(Attribute.ORGANISATION, "Oxleas"), "Ada"),
        (Is(Attribute.PROFESSION, "Nurse"), "Ada"),
        (Is(Attribute.STAGE, "Early career"), "Ada"),
        (Is(Attribute.KIND, "Clinical"), "Ada"),
        (Is(Attribute.INTEREST, "Housing"), "Ben"),
        (Is(Attribute.INTEREST, "Housing & homes"), "Ada"),
        (Is(Attribute.INTEREST, 'The "why"'), "Ada"),
        (Is(Attribute.INTEREST, "50% more"), "Eve"),
        (Is(Attribute.INTEREST, "5_% more"), ""),
        (Is(Attribute.INTEREST, "Crisis é"), "Eve"),
        (Is(Attribute.PROGRAMME, Programme.COFFEE), "Ada"),
        (Is(Attribute.PROGRAMME, Programme.INTRODUCTIONS), "Ben"),
        (Is(Attribute.PLATFORM, Platform.SLACK), "Ada Eve"),
        (Is(Attribute.PLATFORM, Platform.TEAMS), "Ben"),
        (Is(Attribute.PLATFORM, Platform.WEB), "Cy"),
        (Is(Attribute.ROLE, Position.ORGANISER), "Ada"),
        (Is(Attribute.ROLE, Position.CURATOR), "Cy"),
    ],
)
def test_those_who_are_meant_are_found(db, community, people, audience: Audience, names: str):
    kept = audiences.load(audiences.dump(audience))

    found = db.connection.execute(audiences.meant(community, kept)).scalars()

    assert kept == audience
    assert " ".join(each.name for each in db.members.many(found).values()) == names
