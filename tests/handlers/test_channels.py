"""Channels are set from chat, tried at once, and whoever set one is told how it went."""

from datetime import timedelta

import pytest

from bot.chat.messages import Account, Message, stamped
from bot.domain.channels import Channel, Purpose
from bot.errors import TryLater, Uncertain
from bot.ids import CommunityId
from bot.views import channels as views
from handlers import introductions
from storage.outbox import State
from tests.leaders import SLACK, TEAMS, Community, Leader, words

ON_CHAT = pytest.mark.parametrize("community", ["slack", "teams"], indirect=True)
ON_SLACK = pytest.mark.parametrize("community", ["slack"], indirect=True)
ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
NOT_INVITED = "The bot has not been invited to the channel."
HERE = "C1"


async def says_here(leader: Leader, said: str, name: str = "general") -> Message:
    """What is answered to words in a shared conversation."""
    return await leader.says(said, channel=HERE, channel_name=name)


def named(community: Community) -> str:
    return "#general" if community.platform == "slack" else "“general”"


def outcomes(community: Community) -> list[tuple[str, State]]:
    with community.database.transaction() as db:
        rows = db.outbox.rows(community.id, limit=100)
    return [(row.key.split(":")[0], row.state) for row in reversed(rows)]


def audited(community: Community) -> list[tuple[str, str, str]]:
    with community.database.transaction() as db:
        entries = db.audit.latest(community.id, limit=10)
    return [(each.actor, each.action, each.subject) for each in entries]


@ON_CHAT
async def test_channel_is_tried_at_once_and_the_organiser_told(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    reply = await says_here(olu, "channel introductions here")

    where = named(community)
    platform = community.platforms[community.platform]
    lane = community.lanes[community.platform]
    assert words(reply) == (
        f"I am trying to post in {where} now, and will tell you in a moment whether I can."
    )
    assert [words(each) for each in platform.channel(HERE)] == [
        (
            "Introductions will be posted here. An organiser of Leaders of South East London has "
            "chosen this channel."
        )
    ]
    assert [words(each) for each in olu.inbox] == [f"I post introductions in {where} now."]
    assert audited(community) == [("Olu Chair", "channel set", f"introductions {lane}")]


@ON_SLACK
async def test_slack_says_how_to_invite_the_bot_where_it_cannot_post(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    community.slack.refused[HERE] = NOT_INVITED

    await says_here(olu, "channel stories here")

    assert [words(each) for each in olu.inbox] == [
        (
            "I can’t post in #general: The bot has not been invited to the channel.\n"
            "Invite me there with /invite @leaders, then type “/leaders channel stories here” "
            "there again. Or choose another channel in the same way.\n"
            "Check again: type “channel check 1”"
        )
    ]


@pytest.mark.parametrize("community", ["teams"], indirect=True)
async def test_teams_says_how_to_add_the_bot_where_it_cannot_post(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    community.teams.refused[HERE] = "the bot is not in this conversation"

    await says_here(olu, "channel stories here", name="")

    assert [words(each) for each in olu.inbox] == [
        (
            "I can’t post in the Teams channel: The bot is not in this conversation.\n"
            "Add the Leaders app to the team, then write “@Leaders channel stories here” there "
            "again. Or choose another channel in the same way.\n"
            "Check again: type “channel check 1”"
        )
    ]


@ON_CHAT
async def test_checking_again_after_an_invitation_finds_the_channel_ready(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    platform = community.platforms[community.platform]
    platform.refused[HERE] = NOT_INVITED
    await says_here(olu, "channel introductions here")

    platform.refused.clear()
    await olu.taps(olu.last, "Check again")

    assert words(olu.last) == f"I post introductions in {named(community)} now."
    assert len(platform.channel(HERE)) == 1


@ON_CHAT
async def test_trial_that_may_have_arrived_is_told_as_what_it_is(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    platform = community.platforms[community.platform]
    platform.troubles.append(Uncertain("the connection broke"))

    await says_here(olu, "channel introductions here")

    assert words(olu.last) == (
        f"I don’t know whether I can post in {named(community)}: The connection broke.\n"
        "If you see my first post there, all is well; checking again posts it once more.\n"
        "Check again: type “channel check 1”"
    )


@ON_CHAT
async def test_trial_cut_short_by_a_crash_is_told_at_the_next_start(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    lane = community.lanes[community.platform]
    platform = community.platforms[community.platform]
    platform.troubles.append(TryLater("busy", after=timedelta(seconds=1), whole_lane=False))
    await says_here(olu, "channel introductions here")
    community.now += timedelta(seconds=2)
    with community.database.transaction() as db:
        db.drain.claim(lane, "dead", now=community.now, limit=1)

    community.now += timedelta(seconds=2)
    await community.settle()

    assert words(olu.last).splitlines()[0] == (
        f"I don’t know whether I can post in {named(community)}: The bot stopped while sending "
        "this; it may have arrived."
    )


@ON_CHAT
async def test_channel_that_moved_meanwhile_is_not_judged_by_the_old_one(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    platform = community.platforms[community.platform]
    platform.refused["C0"] = "The channel has been archived."
    await olu.says("channel introductions here", channel="C0", channel_name="old")
    await says_here(olu, "channel introductions here")

    overview = words(await olu.says("channels"))

    assert f"Introductions: {named(community)}, ready" in overview.splitlines()
    assert "archived" not in overview


@ON_SLACK
async def test_channel_is_named_by_a_mention_from_anywhere(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    await olu.says("channel announcements <#C7|all-leaders>")
    await olu.says("channel prompts <#C7>")
    await olu.says("channel stories <#C8>")

    assert [words(each) for each in olu.inbox] == [
        "I post announcements in #all-leaders now.",
        "I post prompts in #all-leaders now.",
        "I post stories in the channel C8 now.",
    ]
    assert len(community.slack.channel("C7")) == 2


@ON_SLACK
async def test_channel_in_a_private_chat_says_how_on_slack(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    replies = {words(await olu.says(f"channel introductions{how}")) for how in ("", " here")}

    assert replies == {
        (
            "Where should I post introductions? Say it in the channel itself:\n"
            "In Slack: invite me to the channel with /invite @leaders, then type "
            "“/leaders channel introductions here” in it.\n"
            "Where I post now: type “channels”"
        )
    }
    assert community.slack.deliveries == []


@pytest.mark.parametrize("community", ["teams"], indirect=True)
async def test_channel_in_a_private_chat_says_how_on_teams(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    reply = await olu.says("channel introductions <#C1>")

    assert words(reply).splitlines()[1] == (
        "In Teams: add the Leaders app to the team, then write “@Leaders channel introductions "
        "here” in the channel."
    )
    assert community.teams.deliveries == []


@ON_WEB
async def test_channel_on_the_web_says_there_is_nothing_to_do_but_elsewhere(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")

    reply = await olu.says("channel stories here")
    off = await olu.says("channel stories off")

    assert [line.split(":")[0] for line in words(reply).splitlines()] == [
        "Where should I post stories? Say it in the channel itself",
        "On the web chat there is nothing to do",
        "In Slack",
        "In Teams",
        "Where I post now",
    ]
    assert words(off) == (
        "The web chat shows stories by itself; there is nothing to set or to stop here."
    )


@ON_CHAT
async def test_channel_off_stops_posting_in_this_workspace(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await says_here(olu, "channel introductions here")

    off = await olu.says("channel introductions off")
    again = await olu.says("channel introductions off")

    assert words(off) == (
        f"I post introductions in {named(community)} no longer. What was posted stays there.\n"
        "Type “channel introductions here” in a channel to begin again."
    )
    assert words(again) == (
        "No channel is set for introductions in this workspace.\nWhere I post now: type “channels”"
    )
    assert [entry[1] for entry in audited(community)] == ["channel off", "channel set"]


async def test_channels_shows_every_workspace_and_stops_from_anywhere(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    sam = await community.organiser("Sam Slack", platform="slack")
    tea = await community.organiser("Tea Teams", platform="teams")
    community.teams.refused["19:abc"] = "The channel has been archived."
    await sam.says("channel introductions here", channel="C1", channel_name="general")
    await tea.says("channel prompts here", channel="19:abc")

    shown = await olu.says("channels")

    assert words(shown) == (
        "Where I post in each workspace of the community:\n"
        "Slack\n"
        "Introductions: #general, ready\n"
        "Stories: not set\n"
        "Announcements: not set\n"
        "Prompts: not set\n"
        "Stop posting introductions: type “channel introductions off 1”\n"
        "Teams\n"
        "Introductions: not set\n"
        "Stories: not set\n"
        "Announcements: not set\n"
        "Prompts: the Teams channel: I can’t post there. The channel has been archived.\n"
        "Add the Leaders app to the team, then write “@Leaders channel prompts here” there "
        "again. Or choose another channel in the same way.\n"
        "Check prompts again: type “channel check 2”\n"
        "Stop posting prompts: type “channel prompts off 2”\n"
        "Web chat: always there, nothing to set.\n"
        "Set a channel by typing “channel introductions here” in it. “channel stories” and the "
        "like say how on your platform."
    )
    await olu.taps(shown, "Stop posting introductions")
    assert "Introductions: #general, ready" not in words(await olu.says("channels"))


@ON_CHAT
async def test_channels_shows_what_is_still_being_checked(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    platform = community.platforms[community.platform]
    platform.troubles.append(TryLater("busy", after=timedelta(minutes=1), whole_lane=False))
    await says_here(olu, "channel introductions here")

    shown = words(await olu.says("channels"))
    await community.passes(timedelta(minutes=1))

    assert f"Introductions: {named(community)}, being checked" in shown.splitlines()
    assert words(olu.last) == f"I post introductions in {named(community)} now."


async def test_only_organisers_set_channels(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    replies = {
        words(await ada.says(said, channel="C1"))
        for said in ("channels", "channel introductions here", "channel check 1")
    }

    assert replies == {"Only organisers can do that. An organiser can give you that role."}
    assert audited(community) == []


async def test_channel_that_is_not_set_can_not_be_checked_or_stopped(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")

    replies = {
        words(await olu.says(said))
        for said in ("channel check 9", "channel check x", "channel stories off 9")
    }

    assert replies == {"That channel is not set any more. Type “channels” to see which are."}


@ON_CHAT
async def test_post_that_fails_later_is_told_to_all_organisers_once(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ola = await community.organiser("Ola Vice", platform="web")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Fox")
    await says_here(olu, "channel introductions here")
    platform = community.platforms[community.platform]
    platform.refused[HERE] = "The channel has been archived."

    # Both are on their way before the first of them fails.
    with community.database.transaction() as db:
        for newcomer in (ada, ben):
            introductions.post(db, db.members.get(newcomer.id), now=community.now)
    await community.settle()

    told = [stamped(each, "") for each in (olu.last, ola.last)]
    assert words(told[0]).splitlines()[:2] == [
        (
            f"I can’t post introductions in {named(community)} any more: The channel has been "
            "archived."
        ),
        "Nothing more is posted there until this is mended.",
    ]
    assert told[0] == told[1]
    assert [len(each.inbox) for each in (olu, ola)] == [2, 1]
    assert outcomes(community).count(("introduction", State.CANNOT)) == 2


@ON_CHAT
async def test_whoever_set_a_channel_is_told_where_they_set_it(community: Community) -> None:
    # Whom nothing else is known of is written to at the first of their accounts.
    first = {"slack": "teams", "teams": "slack"}[community.platform]
    olu = await community.organiser("Olu Chair", platform=first)
    there = f"U-of-{olu.id}"
    lane = community.lanes[community.platform]
    with community.database.transaction() as db:
        db.members.add_account(community.id, olu.id, Account(lane, there), now=community.now)
    elsewhere = Leader(community, olu.id, olu.name, Account(lane, there))

    await says_here(elsewhere, "channel introductions here")

    assert (len(elsewhere.inbox), len(olu.inbox)) == (1, 0)


@ON_SLACK
async def test_nobody_is_told_where_the_one_who_set_it_has_gone(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    community.slack.troubles.append(TryLater("busy", after=timedelta(minutes=1), whole_lane=False))
    await says_here(olu, "channel introductions here")
    with community.database.transaction() as db:
        db.members.set_account_active(olu.account, is_active=False)

    await community.passes(timedelta(minutes=1))

    assert olu.inbox == []
    assert len(community.slack.channel(HERE)) == 1


def test_a_trial_names_the_channel_alone_where_the_platform_tells_no_name() -> None:
    teams = Channel(CommunityId(1), Purpose.STORIES, TEAMS, "19:abc")

    assert (
        views.named(teams),
        views.named(Channel(CommunityId(1), Purpose.STORIES, SLACK, "C8")),
    ) == (
        "the Teams channel",
        "the channel C8",
    )
