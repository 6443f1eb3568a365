from datetime import timedelta

import pytest

from bot.chat.messages import Account
from bot.chat.platform import TeamsConversation
from bot.ids import Lane
from storage.database import Database
from tests.leaders import START

TENANT = "72f988bf"
LANE = Lane("teams:72f988bf")
LATER = START + timedelta(hours=1)
ADA = TeamsConversation(LANE, "a:1", "https://smba.example/emea/", user="ada", teams_user="29:a")
CHANNEL = TeamsConversation(LANE, "19:c@thread.tacv2", "https://smba.example/emea/")


@pytest.fixture
def admitted(any_database: Database) -> Database:
    with any_database.transaction() as db:
        db.communities.add("Example", zone="Europe/London", now=START, is_example=True)
        db.communities.add("Leaders", zone="Europe/London", now=START)
        assert db.teams.admit(TENANT, now=START) == LANE
    return any_database


def test_a_new_tenant_belongs_to_the_oldest_real_community(admitted: Database) -> None:
    with admitted.transaction() as db:
        found = db.workspaces.by_lane(LANE)

        assert found is not None
        assert db.communities.get(found.community).name == "Leaders"
        assert (found.platform, found.external) == ("teams", TENANT)


def test_a_tenant_stays_with_the_community_it_was_given_to(any_database: Database) -> None:
    with any_database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        other = db.communities.add("Others", zone="Europe/London", now=START)
        db.workspaces.add_teams(other, TENANT, now=START)

        db.teams.admit(TENANT, now=LATER)

        found = db.workspaces.by_lane(LANE)
        assert found is not None
        assert found.community == other


def test_a_tenant_that_left_is_admitted_again(admitted: Database) -> None:
    with admitted.transaction() as db:
        db.workspaces.uninstall(LANE, now=LATER)
        assert db.workspaces.by_lane(LANE) is None

        db.teams.admit(TENANT, now=LATER)

        assert db.workspaces.by_lane(LANE) is not None


def test_the_newest_service_address_is_kept(admitted: Database) -> None:
    moved = TeamsConversation(
        LANE, "a:1", "https://smba.example/amer/", user="ada", teams_user="29:a"
    )
    with admitted.transaction() as db:
        assert db.teams.service_url(LANE) == ""
        db.teams.hear(ADA, now=START)
        db.teams.hear(moved, now=LATER)

        assert db.teams.personal(Account(LANE, "ada")) == moved
        assert db.teams.service_url(LANE) == "https://smba.example/amer/"
        assert db.teams.personal(Account(LANE, "ben")) is None


def test_a_channel_is_nobodys_own_conversation(admitted: Database) -> None:
    with admitted.transaction() as db:
        db.teams.hear(CHANNEL, now=START)
        db.teams.hear(ADA, now=START)

        assert db.teams.personal(Account(LANE, "")) is None


def test_every_shared_conversation_of_a_tenant_is_known(admitted: Database) -> None:
    chat = TeamsConversation(LANE, "19:g@thread.v2", "https://smba.example/emea/")
    with admitted.transaction() as db:
        other = db.teams.admit("another", now=START)
        elsewhere = TeamsConversation(other, CHANNEL.id, "https://smba.example/amer/")
        for each in (chat, ADA, CHANNEL, elsewhere):
            db.teams.hear(each, now=START)
        db.teams.hear(chat, now=LATER)

        assert db.teams.all_shared(LANE) == (chat, CHANNEL)
        assert db.teams.all_shared(other) == (elsewhere,)


def test_any_conversation_is_found_by_its_id_in_its_own_tenant(admitted: Database) -> None:
    with admitted.transaction() as db:
        other = db.teams.admit("another", now=START)
        db.teams.hear(CHANNEL, now=START)
        db.teams.hear(ADA, now=START)

        assert db.teams.conversation(LANE, ADA.id) == ADA
        assert db.teams.conversation(LANE, CHANNEL.id) == CHANNEL
        assert db.teams.conversation(other, ADA.id) is None


def test_a_conversation_is_forgotten(admitted: Database) -> None:
    with admitted.transaction() as db:
        db.teams.hear(ADA, now=START)

        db.teams.forget(LANE, ADA.id)

        assert db.teams.personal(Account(LANE, "ada")) is None
