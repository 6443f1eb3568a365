"""One activity from Teams: verified, kept, asked, answered."""

from collections.abc import AsyncIterator

import pytest

from tests.platforms.teams.verified import ADA, LANE, Bot, running
from tests.teams_identity import Identity


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with Identity() as identity, running(identity) as bot:
        yield bot


async def test_words_are_answered_in_their_conversation(bot: Bot) -> None:
    status, body = await bot.post(bot.activity("hello"))

    assert (status, body) == (200, "")
    assert [(one.account.lane, one.account.user, one.text) for one in bot.heard] == [
        (LANE, ADA, "hello")
    ]
    assert [(method, path) for method, path, _ in bot.connector.asked] == [
        ("POST", "/uk/v3/conversations/a%3Aada/activities")
    ]
    assert bot.connector.said == ["You said hello."]
