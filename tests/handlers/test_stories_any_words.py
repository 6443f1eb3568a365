"""Whatever is typed, tapped or sent in about a story that there is, nothing breaks."""

import pytest

from bot.chat.messages import Message, plain
from bot.chat.requests import Incoming, Kind
from handlers import ROUTES
from tests.handlers.test_every_route import NASTY
from tests.leaders import Community
from tests.storytelling import curator, number, publishes, tells

STORIES = [route for route in ROUTES if route.programme in {"story", "stories"}]
FIELDS = ("changed", "whom", "tags", "place", "coauthor", "reason", "note", "person", "words")


@pytest.mark.parametrize("community", ["web"], indirect=True)
@pytest.mark.parametrize("kind", [Kind.TAP, Kind.SUBMIT])
async def test_no_words_break_a_story(community: Community, kind: Kind) -> None:
    ada = await community.leader("Ada Obi")
    eve = await community.leader("Eve Fox")
    cy = await curator(community)
    broken = []

    for route in STORIES:
        await tells(ada, title=f"{route.name} 1", coauthor=f"#{eve.id}")
        await tells(ada, title=f"{route.name} 2")
        await publishes(cy, f"{route.name} 2")
        numbers = [number(community, f"{route.name} {at}") for at in (1, 2)]
        for value in NASTY:
            for words in (value, *(f"{each} {value}".strip() for each in numbers)):
                for leader in (ada, cy):
                    fields = dict.fromkeys(FIELDS, (value,)) | {"consent": ("yes",)}
                    said = Incoming(
                        leader.account, kind, text=words, route=route.name, fields=fields
                    )
                    reply = (await community.dispatch(said)).reply
                    if isinstance(reply, Message) and "Something broke" in plain(reply):
                        broken.append((route.name, words))

    assert broken == []
