"""Channels: one for each purpose and workspace of a community."""

import pytest

from bot.domain.channels import Channel, ChannelState, Place, Purpose
from bot.ids import ChannelId, Lane
from tests.builders import slack_workspace
from tests.leaders import START

SLACK = Lane("slack:T1")


@pytest.fixture
def db(any_database, community):
    with any_database.transaction() as unit:
        slack_workspace(unit, community, "T1", now=START)
        yield unit


@pytest.fixture
def olu(db, community):
    return db.members.add(community, "Olu", zone="Europe/London", now=START)


@pytest.fixture
def choose(db, community, olu):
    def chosen(purpose: Purpose, channel: str, name: str = "") -> Channel:
        return db.channels.choose(community, purpose, SLACK, channel, name=name, by=olu, now=START)

    return chosen


def test_a_channel_is_kept_until_it_is_checked(db, community, olu, choose):
    chosen = choose(Purpose.STORIES, "C1", "general")

    assert chosen == Channel(
        community,
        Purpose.STORIES,
        SLACK,
        "C1",
        name="general",
        state=ChannelState.CHECKING,
        set_by=olu,
        set_at=START,
        id=chosen.id,
    )
    assert db.channels.find(community, chosen.id) == chosen


def test_each_purpose_has_one_channel_in_a_workspace(db, community, choose):
    first = choose(Purpose.STORIES, "C1")
    db.channels.set_state(first.id, ChannelState.CANNOT, reason="Archived.")

    moved = choose(Purpose.STORIES, "C2")
    other = choose(Purpose.PROMPTS, "C2")

    assert (moved.id, moved.state, moved.reason) == (first.id, ChannelState.CHECKING, "")
    assert db.channels.places(community) == (Place(SLACK, "", (moved, other)),)
    assert db.channels.at(community, SLACK, "C1") == ()
    assert db.channels.at(community, SLACK, "C2") == (moved, other)


def test_what_is_known_of_a_channel_is_kept(db, community, choose):
    chosen = choose(Purpose.STORIES, "C1")

    db.channels.set_state(chosen.id, ChannelState.CANNOT, reason="Archived.")

    found = db.channels.find(community, chosen.id)
    assert (found.state, found.reason) == (ChannelState.CANNOT, "Archived.")


def test_a_channel_is_removed(db, community, choose):
    chosen = choose(Purpose.STORIES, "C1")

    db.channels.remove(chosen.id)

    assert db.channels.find(community, chosen.id) is None


def test_another_communitys_channel_is_not_found(db, community, choose):
    chosen = choose(Purpose.STORIES, "C1")
    other = db.communities.add("Others", zone="Europe/London", now=START)

    assert db.channels.find(other, chosen.id) is None
    assert db.channels.find(community, ChannelId(chosen.id + 1)) is None
    assert db.channels.places(other) == ()


def test_a_workspace_without_the_bot_is_no_place(db, community, choose):
    choose(Purpose.STORIES, "C1")

    db.workspaces.uninstall(SLACK, now=START)

    assert db.channels.places(community) == ()
