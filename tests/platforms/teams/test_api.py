"""Calls to the Bot Connector: one attempt each, and errors that say what may have happened."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from msrest.universal_http.requests import ClientRetryPolicy

from bot.chat.platform import TeamsConversation
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.ids import Lane
from bot.platforms.teams.api import Api, Refusal
from bot.platforms.teams.connector import UNLISTED
from tests.platforms.teams.verified import Bot, running
from tests.teams_identity import APP_ID, TENANT, Identity

LANE = Lane(f"teams:{TENANT}")
CHANNEL = "19:team@thread.tacv2;messageid=17"


def at(service_url: str, conversation: str = "a:ada") -> TeamsConversation:
    return TeamsConversation(LANE, conversation, service_url)


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with Identity() as identity, running(identity) as bot:
        yield bot


@pytest.fixture
def api(bot: Bot) -> Api:
    return bot.app._api


async def test_calls_go_to_the_documented_addresses(bot: Bot, api: Api) -> None:
    url = bot.service_url
    said = {"type": "message", "text": "hi"}

    sent = await api.send(at(url, CHANNEL), said)
    await api.update(at(url), "message/1", said)
    await api.delete(at(url), "message-1")
    opened = await api.open(url.removesuffix("/"), lane=LANE, user="29:ada")
    await api.members(at(url, CHANNEL))
    await api.members(at(url, CHANNEL), after="page=2&x")
    member = await api.member(at(url), "29:ada")

    channel = "/uk/v3/conversations/19%3Ateam%40thread.tacv2%3Bmessageid%3D17"
    assert [(method, path) for method, path, _ in bot.connector.asked] == [
        ("POST", f"{channel}/activities"),
        ("PUT", "/uk/v3/conversations/a%3Aada/activities/message%2F1"),
        ("DELETE", "/uk/v3/conversations/a%3Aada/activities/message-1"),
        ("POST", "/uk/v3/conversations"),
        ("GET", f"{channel}/pagedmembers?pageSize=200"),
        ("GET", f"{channel}/pagedmembers?pageSize=200&continuationToken=page%3D2%26x"),
        ("GET", "/uk/v3/conversations/a%3Aada/members/29%3Aada"),
    ]
    assert (sent, opened, member) == ("message-1", "message-4", {"id": "message-7"})


async def test_conversation_is_opened_with_one_person_of_a_tenant(bot: Bot, api: Api) -> None:
    await api.open(bot.service_url, lane=LANE, user="29:ada")

    assert bot.connector.asked[0][2] == {
        "isGroup": False,
        "bot": {"id": f"28:{APP_ID}"},
        "members": [{"id": "29:ada"}],
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }


async def test_card_arrives_as_it_was_made(bot: Bot, api: Api) -> None:
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "msteams": {"width": "Full", "entities": []},
        "body": [{"type": "TextBlock", "text": "Hello é 🙂", "wrap": True, "spacing": "none"}],
        "actions": [
            {
                "type": "Action.Execute",
                "verb": "tap",
                "data": {"leaders": {"r": "coffee join", "v": "", "t": "1", "n": 1.5}},
                "fallback": {"type": "Action.Submit", "title": "Join"},
            }
        ],
    }
    said = {
        "type": "message",
        "summary": "Hello",
        "text": "<at>Ada</at> hello",
        "textFormat": "xml",
        "importance": "high",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        ],
        "entities": [
            {"type": "mention", "text": "<at>Ada</at>", "mentioned": {"id": "29:a", "name": "Ada"}}
        ],
        "channelData": {"notification": {"alert": True}},
    }

    await api.send(at(bot.service_url), said)

    assert bot.connector.asked[0][2] == said


async def test_people_come_in_pages(bot: Bot, api: Api) -> None:
    page = (
        '{"continuationToken": "next", "members": [{"id": "29:ada", "aadObjectId": "x", '
        '"userPrincipalName": "ada@nhs.example", "userRole": "user", "tenantId": "t"}]}'
    )
    bot.connector.answer(200, page)
    bot.connector.answer(200, "{}")

    first = await api.members(at(bot.service_url))
    last = await api.members(at(bot.service_url), after=first[1])

    assert first == (
        [
            {
                "id": "29:ada",
                "aadObjectId": "x",
                "userPrincipalName": "ada@nhs.example",
                "userRole": "user",
                "tenantId": "t",
            }
        ],
        "next",
    )
    assert last == ([], "")


async def sent(api: Api, bot: Bot) -> Any:
    return await api.send(at(bot.service_url), {"type": "message", "text": "hi"})


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "BotNotInConversationRoster"), (404, "ConversationNotFound"), (400, ""), (413, "")],
)
async def test_refusal_carries_teams_own_word(bot: Bot, api: Api, status: int, code: str) -> None:
    bot.connector.answer(status, f'{{"error": {{"code": "{code}", "message": "no"}}}}')

    with pytest.raises(Refusal) as caught:
        await sent(api, bot)

    assert (caught.value.method, caught.value.status, caught.value.code) == ("send", status, code)
    assert len(bot.connector.asked) == 1


@pytest.mark.parametrize("body", ["<html>", "[1]", '{"error": 5}', '{"error": {"code": 5}}', ""])
async def test_refusal_without_a_word_is_a_refusal(bot: Bot, api: Api, body: str) -> None:
    bot.connector.answer(403, body, Content_Type="text/html")

    with pytest.raises(Refusal) as caught:
        await sent(api, bot)

    assert (caught.value.status, caught.value.code) == (403, "")


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "7", 7),
        (429, "0.5", 0.5),
        (429, "", 2),
        (429, "tomorrow", 2),
        (429, "nan", 2),
        (429, "-5", 2),
        (429, "999999", 3600),
        (412, "3", 3),
    ],
)
async def test_patience_is_as_long_as_teams_says(
    bot: Bot, status: int, header: str, seconds: float
) -> None:
    bot.connector.answer(status, "{}", Retry_After=header)

    with pytest.raises(TryLater) as caught:
        await sent(bot.app._api, bot)

    # A 412 is about one conversation; a 429 where so little was said is about the tenant.
    assert (caught.value.after, caught.value.whole_lane) == (
        timedelta(seconds=seconds),
        status == 429,
    )
    assert len(bot.connector.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_message_that_broke_on_the_way_is_uncertain_and_sent_once(
    bot: Bot, api: Api, status: int
) -> None:
    bot.connector.answer(status, "<html>", Content_Type="text/html")

    with pytest.raises(Uncertain):
        await sent(api, bot)

    assert len(bot.connector.asked) == 1


async def test_broken_gateway_is_asked_again_for_what_may_be_done_twice(bot: Bot, api: Api) -> None:
    for _ in range(2):
        bot.connector.answer(503)
    bot.connector.answer(500)
    bot.connector.answer(200, "{}")

    with pytest.raises(TryLater):
        await api.update(at(bot.service_url), "1", {"type": "message"})
    with pytest.raises(TryLater):
        await api.members(at(bot.service_url))
    with pytest.raises(Refusal):
        await api.member(at(bot.service_url), "29:ada")
    with pytest.raises(TryLater):
        await api.open(bot.service_url, lane=LANE, user="29:ada")


@pytest.mark.parametrize("body", ["<html>", "{cut"])
async def test_nonsense_for_an_answer_is_uncertain(bot: Bot, api: Api, body: str) -> None:
    bot.connector.answer(200, body)

    with pytest.raises(Uncertain):
        await sent(api, bot)


async def test_redirect_is_not_followed_with_our_token(bot: Bot, api: Api) -> None:
    bot.connector.answer(307, "", Location="/elsewhere")

    with pytest.raises(Refusal):
        await sent(api, bot)

    assert len(bot.connector.asked) == 1


async def test_teams_that_cannot_be_reached_is_tried_later(bot: Bot, api: Api) -> None:
    with pytest.raises(TryLater, match="could not be reached"):
        await api.send(at("http://127.0.0.1:9/"), {"type": "message"})


async def test_line_that_breaks_after_sending_is_uncertain(bot: Bot, api: Api) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

    with pytest.raises(Uncertain):
        await api.send(at(url), {"type": "message"})

    server.close()
    await server.wait_closed()


async def test_address_that_is_not_listed_never_sees_our_token(bot: Bot, api: Api) -> None:
    for url in ("https://evil.example/", "", "http://localhost:9/"):
        with pytest.raises(CannotDeliver, match=UNLISTED):
            await api.send(at(url), {"type": "message"})


async def test_token_that_teams_refuses_is_not_sent_again(bot: Bot, api: Api) -> None:
    await sent(api, bot)
    bot.identity.issued.clear()

    with pytest.raises(Refusal) as caught:
        await sent(api, bot)
    await sent(api, bot)

    assert (caught.value.status, caught.value.code) == (401, "Unauthorized")
    assert bot.identity.asked.count("token") == 2


async def test_login_that_fails_is_waited_for(bot: Bot, api: Api) -> None:
    bot.app._identity.forget("given-to-the-bot-1")
    bot.identity.refusal = {"error": "invalid_client"}

    with pytest.raises(TryLater) as caught:
        await sent(api, bot)

    assert caught.value.after == timedelta(minutes=1)
    assert bot.connector.asked == []


async def test_client_of_an_address_is_made_once_and_cheaply(bot: Bot, api: Api) -> None:
    connectors = bot.app._adapter._connectors

    first = await connectors.create(bot.service_url, "audience")

    assert connectors.client(bot.service_url) is first
    # As a list it is searched 999 times for each client: 12 ms.
    assert isinstance(ClientRetryPolicy.safe_codes, frozenset)
