"""Where the bot is installed, and its tokens, which no copy of the database gives away."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.platform import Installation
from bot.errors import SettingsError
from bot.ids import Lane
from storage.database import Database
from storage.secrets import Vault
from storage.tables import workspaces
from storage.workspaces import Workspace, web_lane
from tests.builders import slack_workspace
from tests.conftest import SECRET
from tests.leaders import START

SLACK = Lane("slack:T1")
TEAMS = Lane("teams:nhs")
TOKEN = "xoxb-2222-and-nobody-else-may-read-it"
INSTALLATION = Installation(SLACK, "T1", "Bromley", TOKEN, "UBOT")


def test_the_web_chat_is_made_once_for_each_community(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)

    lanes = [db.workspaces.add_web(each, now=START) for each in (community, community, other)]

    assert lanes == [web_lane(community), web_lane(community), web_lane(other)]
    assert db.workspaces.all() == (
        Workspace(community, "web", str(community), web_lane(community), "Web chat"),
        Workspace(other, "web", str(other), web_lane(other), "Web chat"),
    )


def test_a_tenant_is_made_once_and_has_no_token(db, community):
    assert db.workspaces.add_teams(community, "nhs", now=START) == TEAMS
    assert db.workspaces.add_teams(community, "nhs", now=START) == TEAMS

    assert db.workspaces.by_lane(TEAMS) == Workspace(community, "teams", "nhs", TEAMS, "")
    assert db.workspaces.installation(TEAMS) is None
    assert db.workspaces.by_lane(Lane("teams:trust")) is None
    assert db.workspaces.installation(Lane("teams:trust")) is None


def test_an_installation_is_kept_and_belongs_to_the_oldest_community(db, community):
    db.communities.add("Others", zone="Europe/London", now=START)

    db.workspaces.install(INSTALLATION, now=START)

    assert db.workspaces.installation(SLACK) == INSTALLATION
    assert db.workspaces.by_lane(SLACK) == Workspace(community, "slack", "T1", SLACK, "Bromley")


def test_an_installation_of_a_known_workspace_stays_with_its_community(db):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    slack_workspace(db, other, "T1", now=START)

    db.workspaces.install(INSTALLATION, now=START)
    renewed = Installation(SLACK, "T1", "Bromley", "xoxb-new", "UBOT")
    db.workspaces.install(renewed, now=START)

    assert db.workspaces.installation(SLACK) == renewed
    assert [each.community for each in db.workspaces.all()] == [other]


def test_an_uninstalled_workspace_is_forgotten_until_it_is_installed_again(db, community):
    db.workspaces.install(INSTALLATION, now=START)
    ada = db.members.add(community, "Ada", zone="Europe/London", now=START)
    for account in (Account(SLACK, "U1"), Account(web_lane(community), str(ada))):
        db.members.add_account(community, ada, account, now=START)

    db.workspaces.uninstall(SLACK, now=START)

    assert db.workspaces.installation(SLACK) is None
    assert db.workspaces.by_lane(SLACK) is None
    assert db.workspaces.all() == ()
    assert db.members.accounts_of(ada) == (Account(web_lane(community), str(ada)),)
    kept = db.connection.execute(sa.select(workspaces.c.token, workspaces.c.uninstalled_at)).one()
    assert tuple(kept) == (None, START)
    db.workspaces.install(INSTALLATION, now=START + timedelta(days=1))
    assert db.workspaces.installation(SLACK) == INSTALLATION


def test_an_account_is_known_once_it_was_met(db, community):
    ada = db.members.add(community, "Ada", zone="Europe/London", now=START)
    db.members.add_account(community, ada, Account(SLACK, "U1"), now=START)

    assert db.workspaces.knows(Account(SLACK, "U1")) is True
    assert db.workspaces.knows(Account(SLACK, "U2")) is False
    assert db.workspaces.knows(Account(Lane("slack:T2"), "U1")) is False


def test_a_stored_token_is_no_clear_text(any_database, community):
    with any_database.transaction() as db:
        db.workspaces.install(INSTALLATION, now=START)
        stored = bytes(db.connection.execute(sa.select(workspaces.c.token)).scalar_one())

    assert TOKEN.encode() not in stored
    assert Vault(SECRET).open(stored) == TOKEN


def test_no_file_of_the_database_holds_the_token(database):
    with database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        db.workspaces.install(INSTALLATION, now=START)
    path = Path(database.engine.url.database)

    written = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))

    assert b"Bromley" in written
    assert TOKEN.encode() not in written


def test_a_token_outlives_a_rotation_of_the_key_while_the_old_one_is_given(database):
    url = str(database.engine.url)
    with database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        db.workspaces.install(INSTALLATION, now=START)

    rotated = Database(url, Vault("the newest key, and long enough too", SECRET))
    with rotated.transaction() as db:
        assert db.workspaces.installation(SLACK) == INSTALLATION
    rotated.close()

    wrong = Database(url, Vault("the newest key, and long enough too"))
    with wrong.transaction() as db, pytest.raises(SettingsError) as caught:
        db.workspaces.installation(SLACK)
    wrong.close()
    assert str(caught.value) == (
        "SECRET_KEY does not fit the stored tokens; set the former one as SECRET_KEY_OLD."
    )


def test_a_renewed_token_is_kept_with_what_renews_it_next(any_database):
    ends = START + timedelta(hours=12)
    renewed = replace(INSTALLATION, token="xoxe-2", refresh_token="xoxe-1-r", expires_at=ends)
    with any_database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        db.workspaces.install(INSTALLATION, now=START)
        db.workspaces.install(renewed, now=START)

        assert db.workspaces.installation(SLACK) == renewed
        stored = db.connection.execute(sa.select(workspaces.c.refresh_token)).scalar_one()
        assert b"xoxe" not in stored


def test_one_process_at_a_time_renews_a_token(any_database):
    soon = START + timedelta(minutes=1)
    with any_database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        db.workspaces.install(INSTALLATION, now=START)

        assert db.workspaces.take_renewal(SLACK, until=soon, now=START)
        assert not db.workspaces.take_renewal(SLACK, until=soon, now=START)
        # Whoever took it on and died is not waited for.
        late = soon + timedelta(seconds=1)
        assert db.workspaces.take_renewal(SLACK, until=late + timedelta(minutes=1), now=late)
        db.workspaces.install(INSTALLATION, now=late)
        assert db.workspaces.take_renewal(SLACK, until=late, now=late)


def test_an_install_link_says_which_community_gets_the_workspace(any_database):
    with any_database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        other = db.communities.add("Others", zone="Europe/London", now=START)
        db.workspaces.install(replace(INSTALLATION, community=other), now=START)

        found = db.workspaces.by_lane(SLACK)
        assert found is not None
        assert found.community == other


@pytest.fixture
def rotating(db, community):
    """A workspace whose token ends, and what renews it."""
    ends = START + timedelta(hours=12)
    kept = replace(INSTALLATION, refresh_token="xoxe-1", expires_at=ends, community=None)
    db.workspaces.install(kept, now=START)
    return kept


def test_renewed_tokens_take_the_place_of_those_they_were_made_from(db, rotating):
    until = START + timedelta(minutes=1)
    db.workspaces.take_renewal(SLACK, until=until, now=START)
    renewed = replace(
        rotating, token="xoxb-2", refresh_token="xoxe-2", expires_at=START + timedelta(days=1)
    )

    assert db.workspaces.renew(renewed, spent="xoxe-1") is True
    assert db.workspaces.installation(SLACK) == renewed
    # The next renewal need not wait for the end of this one.
    assert db.workspaces.take_renewal(SLACK, until=until, now=START)
    assert db.workspaces.renew(rotating, spent="xoxe-1") is False
    assert db.workspaces.installation(SLACK) == renewed


def test_a_renewal_that_comes_late_brings_no_removed_workspace_back(db, rotating):
    db.workspaces.uninstall(SLACK, now=START)

    assert db.workspaces.renew(replace(rotating, token="xoxb-2"), spent="xoxe-1") is False
    assert db.workspaces.installation(SLACK) is None
    assert db.workspaces.renew(rotating, spent="xoxe-1") is False


def test_a_refused_refresh_token_is_forgotten_unless_there_is_a_newer_one(db, rotating):
    assert db.workspaces.lose_renewal(SLACK, refused="xoxe-0") is False
    assert db.workspaces.installation(SLACK) == rotating

    assert db.workspaces.lose_renewal(SLACK, refused="xoxe-1") is True
    assert db.workspaces.installation(SLACK) == replace(rotating, refresh_token="")


def test_a_workspace_belongs_to_its_community_also_while_it_is_removed(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    db.communities.add("Invented", zone="Europe/London", is_example=True, now=START)
    db.workspaces.install(replace(INSTALLATION, community=other), now=START)
    db.workspaces.uninstall(SLACK, now=START)

    assert db.workspaces.belongs_to(SLACK) == other
    assert db.workspaces.belongs_to(Lane("slack:T9")) is None
    assert db.workspaces.communities() == ((community, "Leaders"), (other, "Others"))
