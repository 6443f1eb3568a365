"""Telling stories in tests: a story that identifies nobody, sent in and published."""

from typing import Any

from bot.chat.messages import Message, plain
from bot.chat.requests import Role
from bot.domain.stories import Story
from tests.leaders import Community, Leader

STORY = {
    "title": "A calm ward",
    "changed": "Falls dropped by half since two porters walk the ward at night.",
    "whom": "Older people in hospital",
    "consent": "yes",
}


async def tells(leader: Leader, **answers: Any) -> Message:
    """The answer to a story that somebody sent in."""
    form = await leader.says("story new")
    outcome = await leader.submits(form, **STORY | answers)
    assert outcome.errors == {}
    assert isinstance(outcome.reply, Message)
    return outcome.reply


async def curator(community: Community, name: str = "Cy Curator", **more: Any) -> Leader:
    """Somebody who reads stories before they are published."""
    return await community.leader(name, role=Role.CURATOR, **more)


async def publishes(reviewer: Leader, title: str = "A calm ward") -> Message:
    """The answer to a curator who approves the story of this title."""
    card = await reviewer.says(f"story review {number(reviewer.community, title)}")
    reply = await reviewer.taps(card, "Approve")
    assert isinstance(reply, Message)
    return reply


def kept(community: Community, title: str = "A calm ward") -> Story:
    """The story of this title, as it is kept."""
    with community.database.transaction() as db:
        everybody = db.members.everybody(community.id)
        found = {each.id: each for member in everybody for each in db.stories.of(member.id)}
    (story,) = (each for each in found.values() if each.title == title)
    return story


def number(community: Community, title: str = "A calm ward") -> int:
    return int(kept(community, title).id)


def posts(community: Community) -> list[str]:
    """What stands in the web chat's stories channel."""
    return [plain(each) for each in community.web.channel("stories")]


def received(leader: Leader, opening: str) -> list[str]:
    """The messages for somebody that begin with these words, in their week too."""
    told = [*leader.inbox, *leader.week]
    return [plain(each) for each in told if plain(each).startswith(opening)]
