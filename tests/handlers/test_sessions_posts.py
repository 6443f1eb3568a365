"""Sessions in the announcements channels: posted once, changed and called off there."""

import pytest

from bot.chat.messages import plain
from tests.leaders import Community, words
from tests.sessions import LINK, audited, planned


@pytest.fixture
async def everywhere(community: Community) -> Community:
    """A community with an announcements channel on Slack and in Teams."""
    for platform in ("slack", "teams"):
        olu = await community.organiser(f"Olu {platform}", platform=platform)
        await olu.says("channel announcements here", channel="C1", channel_name="general")
        community.platforms[platform].channels.clear()
    return community


def seen(community: Community) -> dict[str, list[str]]:
    """The first two lines of what stands in each platform's channel."""
    several = {
        "slack": community.slack.channel("C1"),
        "teams": community.teams.channel("C1"),
        "web": community.web.channel("announcements"),
    }
    return {key: ["\n".join(plain(each).split("\n")[:2]) for each in said]
            for key, said in several.items()}  # fmt: skip


def everywhere_is(*posts: str) -> dict[str, list[str]]:
    return {key: list(posts) for key in ("slack", "teams", "web")}


async def test_session_is_posted_once_and_changes_there(everywhere: Community) -> None:
    pam = await everywhere.organiser("Pam Second")
    number = await planned(pam, speakers="Di Roy", place="Room 2", about="All of it.")

    reply = words(await pam.says(f"sessions post {number}"))
    await pam.says(f"sessions post {number}")
    first = seen(everywhere)
    await pam.submits(await pam.says(f"sessions edit {number}"), time="14:00")
    moved = seen(everywhere)
    await pam.submits(await pam.says(f"sessions cancel {number}"))

    assert reply == (
        "Frailty at home is posted in 3 channels; changes and a cancellation follow there."
    )
    when = "Frailty at home\nThursday 3 December at {}, 1 hour. With Di Roy. Room 2."
    assert first == everywhere_is(when.format("12:30"))
    assert moved == everywhere_is(when.format("14:00"))
    assert seen(everywhere) == everywhere_is(
        "Frailty at home, Thursday 3 December at 14:00, is cancelled."
    )
    assert audited(everywhere)[1] == ("sessions post", f"session {number}")


async def test_posted_session_is_signed_up_for_there_without_the_link(
    everywhere: Community,
) -> None:
    pam, ada = await everywhere.organiser("Pam Second"), await everywhere.leader("Ada Obi")
    number = await planned(pam)
    await pam.says(f"sessions post {number}")
    channel = {"web": "announcements"}.get(everywhere.platform, "C1")
    [card] = everywhere.platforms[everywhere.platform].channel(channel)

    reply = words(await ada.taps(card, "Sign up"))

    assert LINK not in plain(card)
    assert reply.startswith("You have a place in Frailty at home")


async def test_session_that_stands_in_no_channel_is_posted_in_none(everywhere: Community) -> None:
    pam = await everywhere.organiser("Pam Second")
    number = await planned(pam)

    await pam.submits(await pam.says(f"sessions edit {number}"), time="14:00")

    assert seen(everywhere) == everywhere_is()


@pytest.mark.parametrize("community", ["slack"], indirect=True)
async def test_without_a_channel_nothing_is_posted(community: Community) -> None:
    pam = await community.organiser("Pam Second")
    number = await planned(pam)
    with community.database.transaction() as db:
        db.workspaces.uninstall(community.lanes["web"], now=community.now)

    reply = words(await pam.says(f"sessions post {number}"))

    assert reply == (
        "No channel is set for announcements. Type “channel announcements here” in one."
    )
    assert [action for action, _ in audited(community)] == ["sessions create"]
