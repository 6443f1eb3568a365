"""What a start makes sure of."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import appointing
from bot.chat.messages import Account
from bot.chat.platform import DeliveryKind
from bot.chat.requests import Role
from bot.domain.members import Vocabulary
from bot.ids import Lane
from bot.settings import Settings
from bot.times import at
from storage.outbox import Priority
from storage.web import web_account
from tests.builders import slack_workspace
from tests.leaders import START

SLACK = Lane("slack:T1")


def settings(**values) -> Settings:
    return Settings(_env_file=None, **values)


@pytest.fixture
def db(database):
    with database.transaction() as unit:
        yield unit


@pytest.fixture
def community(db):
    """What a first start makes."""
    appointing.prepare(db, settings(), now=START)
    return db.communities.all()[0]


def organisers(db, community) -> list[tuple[str, str | None, tuple[Account, ...]]]:
    return [
        (each.name, each.email, db.members.accounts_of(each.id))
        for each in db.members.organisers(community.id)
    ]


def test_a_first_start_makes_a_community_with_its_words_and_its_upkeep(db):
    appointing.prepare(db, settings(timezone="Africa/Lagos"), now=START)

    [community] = db.communities.all()
    assert (community.name, community.purpose, community.zone, community.is_example) == (
        "Leaders of South East London",
        appointing.DEFAULT_PURPOSE,
        "Africa/Lagos",
        False,
    )
    assert "Lewisham" in db.communities.terms(community.id, Vocabulary.PLACE)
    assert db.communities.organisations(community.id) != ()
    assert [each.platform for each in db.workspaces.all()] == ["web"]
    assert db.schedule.next_label(community.id, "upkeep") == at(START.date() + timedelta(days=1), 4)


def test_a_further_start_changes_nothing(db, community):
    appointing.prepare(db, settings(timezone="Africa/Lagos"), now=START + timedelta(hours=30))

    assert db.communities.all() == (community,)
    assert len(db.workspaces.all()) == 1
    assert [each.label for each in db.schedule.of(community.id, "upkeep", limit=5)] == [
        at(START.date() + timedelta(days=1), 4)
    ]


def test_a_community_that_is_there_is_kept_as_it_is(db):
    number = db.communities.add("Ours", zone="Europe/London", now=START)

    appointing.prepare(db, settings(), now=START)

    assert [each.name for each in db.communities.all()] == ["Ours"]
    assert db.communities.terms(number, Vocabulary.PLACE) == ()
    assert db.schedule.next_label(number, "upkeep") is not None


def test_an_organiser_named_by_e_mail_is_made_a_member_who_can_be_reached(db, community):
    appointing.appoint(db, community, ("Ada@leaders.example",), now=START)

    [(name, email, accounts)] = organisers(db, community)
    number = db.members.by_email(community.id, "ada@leaders.example").id
    assert (name, email) == ("Ada", "ada@leaders.example")
    assert accounts == (web_account(community.id, number),)


def test_a_member_who_is_known_by_e_mail_becomes_organiser(db, community):
    ada = db.members.add(
        community.id, "Ada Obi", email="ada@leaders.example", zone="Europe/London", now=START
    )

    appointing.appoint(db, community, ("ADA@leaders.example",), now=START)

    assert [each.id for each in db.members.organisers(community.id)] == [ada]


def test_an_organiser_named_by_account_is_found_or_made(db, community):
    slack_workspace(db, community.id, "T1", now=START)
    ben = db.members.add(community.id, "Ben", zone="Europe/London", now=START)
    db.members.add_account(community.id, ben, Account(SLACK, "U2"), now=START)

    appointing.appoint(db, community, ("slack:U1", "slack:U2"), now=START)

    assert organisers(db, community) == [
        ("Ben", None, (Account(SLACK, "U2"),)),
        ("U1", None, (Account(SLACK, "U1"),)),
    ]


def test_a_tenant_of_the_settings_is_there_from_the_start_and_its_organiser_too(db):
    chosen = settings(
        microsoft_app_id="app",
        microsoft_app_password="secret",
        microsoft_app_tenant_id="HOME",
        teams_allowed_tenants="trust",
        organisers="teams:ADA",
    )

    appointing.prepare(db, chosen, now=START)
    appointing.get_to_know(db, chosen, now=START)

    [community] = db.communities.all()
    home = Lane("teams:home")
    assert [each.lane for each in db.workspaces.all()][:2] == [home, Lane("teams:trust")]
    assert organisers(db, community) == [("ada", None, (Account(home, "ada"),))]
    assert set(db.drain.pending(START)) == {home, Lane("teams:trust")}


def test_an_account_of_no_workspace_is_named_in_the_log(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    slack_workspace(db, other, "T9", now=START)

    with capture_logs() as logged:
        appointing.appoint(db, community, ("slack:U1", "ada@leaders.example"), now=START)

    assert [name for name, _, _ in organisers(db, community)] == ["ada"]
    assert [line["name"] for line in logged if line["event"] == "organiser_unknown"] == ["slack:U1"]


def test_names_count_only_while_there_is_no_organiser(db, community):
    ben = db.members.add(community.id, "Ben", zone="Europe/London", now=START, role=Role.ORGANISER)

    appointing.appoint(db, community, ("ada@leaders.example",), now=START)

    assert [each.id for each in db.members.organisers(community.id)] == [ben]
    assert db.members.by_email(community.id, "ada@leaders.example") is None


def test_a_start_asks_every_workspace_who_is_there_and_appoints(db, community):
    slack_workspace(db, community.id, "T1", now=START)

    appointing.get_to_know(db, settings(organisers="ada@leaders.example"), now=START)

    [row] = db.drain.claim(SLACK, "a", now=START, limit=5)
    assert row.delivery.kind is DeliveryKind.FETCH_MEMBERS
    assert [name for name, _, _ in organisers(db, community)] == ["ada"]
    assert max(Priority) == Priority.UPKEEP
    assert db.drain.claim(SLACK, "b", now=START, limit=5) == ()
