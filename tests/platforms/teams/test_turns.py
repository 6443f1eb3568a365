"""One activity from Teams: read, kept, asked, answered."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat.platform import TeamsConversation
from bot.errors import CannotDeliver, DatabaseUnready, TryLater
from bot.platforms.teams import door
from bot.platforms.teams.app import DECLINED, WORKING
from tests.platforms.teams.verified import ADA, BOT, LANE, Bot, changed, running
from tests.teams_identity import TENANT, Identity

ELSEWHERE = "44444444-aaaa-4bbb-8ccc-00000000000e"


@pytest.fixture
async def identity() -> AsyncIterator[Identity]:
    async with Identity() as identity:
        yield identity


@pytest.fixture
async def bot(identity: Identity) -> AsyncIterator[Bot]:
    async with running(identity) as bot:
        yield bot


def invoke(bot: Bot, name: str, words: str = "hello", **more: Any) -> dict[str, Any]:
    return bot.activity(words, type="invoke", name=name, **more)


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


@pytest.mark.parametrize("name", ["adaptiveCard/action", "task/fetch", "task/submit"])
async def test_invoke_is_answered_with_what_is_shown(bot: Bot, name: str) -> None:
    # The action is a plain object in what Teams sends, which the library takes for a model.
    status, body = await bot.post(invoke(bot, name, value={"action": {"verb": "tap"}}))

    assert (status, body) == (200, {"shown": bot.replies.shown[0].where.value})
    assert bot.connector.asked == []


@pytest.mark.parametrize(
    "more",
    [
        {"type": "typing", "text": None},
        {"type": "invoke", "name": "signin/verifyState"},
        {"type": "invoke", "name": "composeExtension/query", "value": {}},
        {"type": "invoke"},
        {"type": "event", "name": "application/vnd.microsoft.meetingStart", "text": None},
        {"type": "something of next year", "text": None},
        {"type": "conversationUpdate", "channelData": None, "text": None},
        {"type": "conversationUpdate", "membersAdded": [{"id": BOT}], "text": None},
        {"type": "message", "deliveryMode": "expectReplies", "text": None},
    ],
    ids=lambda more: f"{more['type']} {more.get('name', '')}",
)
async def test_what_is_not_for_us_is_answered_200_and_its_place_kept(
    bot: Bot, more: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    status, body = await bot.post(bot.activity(**more))

    assert (status, body) == (200, "")
    assert (bot.heard, bot.connector.asked, caplog.records) == ([], [], [])
    assert [one.id for one in bot.store.kept] == ["a:ada"]


UNREADABLE = {
    "nothing": b"",
    "cut": b'{"type": "message"',
    "a list": b"[1]",
    "null": b"null",
    "no UTF-8": b'{"type": "\xff"}',
    "NaN": b'{"type": "message", "value": NaN}',
    "nested 100,000 deep": b"[" * 100_000,
    "a number of 5,000 digits": b'{"type": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_body_that_cannot_be_read_is_bad(
    bot: Bot, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert await bot.post(body) == (400, "")
    assert (bot.heard, bot.store.transactions, caplog.records) == ([], 0, [])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("type", None),
        ("type", ""),
        ("type", 5),
        ("channelId", None),
        ("serviceUrl", ["x"]),
        ("conversation", None),
        ("conversation", "a:ada"),
        ("conversation.id", None),
        ("conversation.id", 7),
        ("conversation.id", ""),
        ("from", "ada"),
        ("recipient", []),
        ("channelData", "x"),
        ("text", {"a": 1}),
        ("text", "malformed"),
        ("text", "half a pair \ud800"),
        ("membersAdded", {}),
        ("membersAdded", [5]),
        ("membersRemoved", [{"id": None}]),
    ],
)
async def test_activity_of_another_shape_is_bad(
    bot: Bot, path: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    activity = changed(bot.activity(), path, value)

    assert await bot.post(activity) == (400, "")
    assert (bot.heard, bot.store.transactions, caplog.records) == ([], 0, [])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("from.name", 5),
        ("conversation.isGroup", "perhaps"),
        ("conversation.name", {"a": 1}),
        ("timestamp", "yesterday"),
        ("entities", [5]),
        ("attachments", 5),
        ("value", [[["deep"]]]),
        ("channelData.tenant", "x"),
        ("text", "a whole pair 🙂"),
    ],
)
async def test_odd_parts_that_nobody_needs_are_no_obstacle(
    bot: Bot, path: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    status, _ = await bot.post(changed(bot.activity(), path, value))

    assert (status, len(bot.heard)) == (200, 1)
    assert caplog.records == []


async def test_body_beyond_the_limit_is_too_large(bot: Bot) -> None:
    fits = bot.activity("x" * (door.MAX_BODY - 1000))

    assert (await bot.post(fits))[0] == 200
    assert await bot.post(bot.activity("x" * door.MAX_BODY)) == (413, "")
    assert len(bot.heard) == 1


async def test_place_is_kept_with_its_person_and_newest_address(bot: Bot) -> None:
    await bot.post(bot.activity())
    url = bot.service_url.replace("/uk/", "/emea/")
    await bot.post(bot.activity(serviceUrl=url), token=bot.identity.token(url))
    channel = {"id": "19:team@thread.tacv2;messageid=17", "conversationType": "channel"}
    await bot.post(bot.activity(conversation=channel))

    assert bot.store.kept == [
        TeamsConversation(LANE, "a:ada", bot.service_url, ADA, "29:ada"),
        TeamsConversation(LANE, "a:ada", url, ADA, "29:ada"),
        TeamsConversation(LANE, "19:team@thread.tacv2", bot.service_url),
    ]
    assert bot.store.tenants == [TENANT] * 3
    # Each place is written once, and whether Ada is known is asked once.
    assert bot.store.transactions == 4


@pytest.mark.parametrize(
    ("sender", "kept"),
    [
        ({"id": "29:ada"}, []),
        ({"id": BOT, "aadObjectId": "the bot's own"}, []),
        (None, []),
        ({"id": "29:ada", "aadObjectId": ADA.upper()}, [(ADA, "29:ada")]),
    ],
    ids=str,
)
async def test_personal_place_is_kept_when_it_says_whose_it_is(
    bot: Bot, sender: Any, kept: list[tuple[str, str]]
) -> None:
    place = {"id": "a:ada", "tenantId": TENANT}
    event = bot.activity(type="conversationUpdate", text=None, conversation=place)

    await bot.post(changed(event, "from", sender))

    assert [(one.user, one.teams_user) for one in bot.store.kept] == kept


async def test_group_chat_is_nobodys(bot: Bot) -> None:
    await bot.post(bot.activity(conversation={"id": "19:x@thread.v2", "isGroup": True}))

    assert bot.store.kept == [TeamsConversation(LANE, "19:x@thread.v2", bot.service_url)]


@pytest.mark.parametrize(
    "more",
    [
        {"type": "installationUpdate", "action": "remove"},
        {"type": "conversationUpdate", "membersRemoved": [{"id": BOT}]},
    ],
    ids=str,
)
async def test_bot_taken_out_forgets_the_place(bot: Bot, more: dict[str, Any]) -> None:
    await bot.post(bot.activity())
    status, _ = await bot.post(bot.activity(text=None, **more))
    await bot.post(bot.activity("back again"))

    assert status == 200
    assert bot.store.forgotten == ["a:ada"]
    # Whoever writes again is kept again, however soon.
    assert [one.id for one in bot.store.kept] == ["a:ada", "a:ada"]


async def test_somebody_else_taken_out_is_no_reason_to_forget(bot: Bot) -> None:
    removed = [{"id": "29:grace"}]

    await bot.post(bot.activity(type="conversationUpdate", text=None, membersRemoved=removed))

    assert bot.store.forgotten == []


async def test_tenant_is_read_in_any_case_and_from_the_conversation(bot: Bot) -> None:
    await bot.post(changed(bot.activity(), "channelData.tenant.id", TENANT.upper()))
    await bot.post(bot.activity("again", channelData=None))

    assert [one.account.lane for one in bot.heard] == [LANE, LANE]


async def test_activity_without_a_tenant_is_nothing(bot: Bot) -> None:
    nowhere = changed(bot.activity(channelData=None), "conversation.tenantId", None)

    assert await bot.post(nowhere) == (200, "")
    assert (bot.heard, bot.store.kept, bot.connector.asked) == ([], [], [])


async def test_other_tenant_is_declined_in_a_sentence_and_nothing_is_kept(bot: Bot) -> None:
    stranger = changed(bot.activity("help"), "channelData.tenant.id", ELSEWHERE)
    silent = changed(invoke(bot, "task/fetch"), "channelData.tenant.id", ELSEWHERE)
    joined = changed(
        bot.activity(type="conversationUpdate", text=None), "channelData.tenant.id", ELSEWHERE
    )

    answers = [await bot.post(one) for one in (stranger, silent, joined)]
    await bot.settled()

    assert answers == [(200, "")] * 3
    assert bot.connector.said == [DECLINED]
    assert (bot.heard, bot.store.kept, bot.store.tenants) == ([], [], [])
    assert bot.store.transactions == 0


async def test_conversation_of_another_tenant_is_declined_whoever_speaks(bot: Bot) -> None:
    await bot.post(changed(bot.activity("help"), "conversation.tenantId", ELSEWHERE.upper()))
    await bot.settled()

    assert bot.connector.said == [DECLINED]
    assert (bot.heard, bot.store.transactions) == ([], 0)


async def test_decline_that_cannot_be_sent_is_logged(bot: Bot) -> None:
    stranger = changed(bot.activity("help"), "channelData.tenant.id", ELSEWHERE)
    bot.connector.answer(403, '{"error": {"code": "BotDisabledByAdmin"}}')

    with capture_logs() as events:
        await bot.post(stranger)
        await bot.settled()

    assert [one["event"] for one in events] == ["teams_tenant_declined", "teams_decline_lost"]


@pytest.mark.parametrize(
    "more",
    [
        {"teams_allowed_tenants": ELSEWHERE},
        {"microsoft_app_type": "MultiTenant", "microsoft_app_tenant_id": ""},
    ],
    ids=str,
)
async def test_listed_tenant_or_any_is_served(identity: Identity, more: dict[str, str]) -> None:
    async with running(identity, **more) as bot:
        await bot.post(changed(bot.activity(), "channelData.tenant.id", ELSEWHERE))

        assert bot.store.tenants == [ELSEWHERE]
        assert [one.account.lane for one in bot.heard] == [f"teams:{ELSEWHERE}"]


def test_teams_is_answered_before_it_asks_again(bot: Bot) -> None:
    # It repeats a message after 15 seconds, and gives a dialog five.
    assert (bot.app._within("message"), bot.app._within("invoke")) == (12, 4.5)


@pytest.mark.parametrize("name", ["", "task/submit", "task/fetch", "adaptiveCard/action"])
async def test_what_takes_long_is_acknowledged_only_when_it_is_done(
    identity: Identity, name: str
) -> None:
    async with running(identity, within=0.05) as bot:
        go_on = asyncio.Event()

        async def slow() -> None:
            await go_on.wait()

        bot.answers.by_text["hello"] = slow

        async with asyncio.timeout(2):
            answer = await bot.post(invoke(bot, name) if name else bot.activity("hello"))
        meanwhile = list(bot.connector.said)
        go_on.set()
        await bot.settled()

        assert (answer, meanwhile) == ((503, ""), [])
        assert bot.replies.late == [True]
        assert bot.connector.said == ["You said hello."]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("task/submit", {"task": {"type": "message", "value": WORKING}}),
        ("task/fetch", {"task": {"type": "message", "value": WORKING}}),
        (
            "adaptiveCard/action",
            {
                "statusCode": 200,
                "type": "application/vnd.microsoft.activity.message",
                "value": WORKING,
            },
        ),
    ],
)
async def test_invoke_whose_answer_is_slow_to_be_shown_is_excused(
    identity: Identity, name: str, expected: dict[str, Any]
) -> None:
    async with running(identity, within=0.05) as bot:
        bot.replies.waiting = asyncio.Event()

        async with asyncio.timeout(2):
            answer = await bot.post(invoke(bot, name))
        bot.replies.waiting.set()
        await bot.settled()

        assert answer == (200, expected)


async def test_teams_that_is_slow_to_take_the_reply_keeps_no_request(identity: Identity) -> None:
    async with running(identity, within=0.3) as bot:
        bot.connector.waiting = asyncio.Event()

        async with asyncio.timeout(2):
            answer = await bot.post(bot.activity("hello"))
        still_working = len(bot.app._working)
        bot.connector.waiting.set()
        await bot.settled()

        assert (answer, still_working) == ((200, ""), 1)


async def test_failing_handler_is_an_apology_with_a_reference_and_never_a_401(bot: Bot) -> None:
    async def broken() -> None:
        raise PermissionError("a bug of ours")

    bot.answers.by_text["hello"] = broken

    with capture_logs() as events:
        status, _ = await bot.post(bot.activity("hello"))

    (event,) = [one for one in events if one["event"] == "teams_request_failed"]
    assert status == 200
    assert bot.connector.said == [
        f"Something broke (ref {event['ref']}). Please try again in a moment."
    ]


async def test_failing_store_is_an_apology_and_nothing_is_asked(bot: Bot) -> None:
    bot.store.is_away = True

    status, _ = await bot.post(bot.activity("hello"))

    assert (status, bot.heard) == (200, [])
    assert [words[:15] for words in bot.connector.said] == ["Something broke"]


async def test_failing_view_is_an_apology_where_it_was_asked(bot: Bot) -> None:
    bot.replies.errors = [RuntimeError("a view of ours"), RuntimeError("a view of ours")]

    words = await bot.post(bot.activity("hello"))
    status, dialog = await bot.post(invoke(bot, "task/submit"))

    assert words == (200, "")
    assert [said[:15] for said in bot.connector.said] == ["Something broke"]
    assert (status, dialog["task"]["value"][:15]) == (200, "Something broke")


async def test_apology_that_cannot_be_sent_is_logged(bot: Bot) -> None:
    bot.replies.errors = [RuntimeError("a view of ours")]
    bot.connector.answer(403, "{}")

    with capture_logs() as events:
        status, _ = await bot.post(bot.activity("hello"))

    assert status == 200
    assert [one["event"] for one in events] == ["teams_reply_failed", "teams_reply_lost"]


async def test_failing_reading_is_logged_and_answered(bot: Bot) -> None:
    with capture_logs() as events:
        words = await bot.post(bot.activity("break the reading"))
        status, dialog = await bot.post(invoke(bot, "task/submit", "break the reading"))

    assert words == (200, "")
    assert (status, dialog["task"]["value"][:15]) == (200, "Something broke")
    assert [one["event"] for one in events] == ["teams_turn_failed"] * 2


async def test_reply_that_teams_refuses_is_logged_and_not_repeated(bot: Bot) -> None:
    bot.replies.errors = [CannotDeliver("The bot has been blocked.")]

    with capture_logs() as events:
        status, _ = await bot.post(bot.activity("hello"))

    assert (status, len(bot.replies.shown)) == (200, 1)
    assert [one["event"] for one in events] == ["teams_reply_lost"]


async def test_reply_is_tried_as_often_and_as_late_as_teams_asks(bot: Bot) -> None:
    waits = [0.01, 0.02, 0.01, 0.02, 0.01]
    bot.replies.errors = [TryLater("Patience.", after=timedelta(seconds=each)) for each in waits]
    loop = asyncio.get_running_loop()
    began = loop.time()

    with capture_logs() as events:
        await bot.post(bot.activity("hello"))
        await bot.settled()

    assert len(bot.replies.shown) == 5
    told = [(one["event"], one.get("seconds")) for one in events]
    waited = [("teams_reply_waits", each) for each in waits[:4]]
    assert told == [*waited, ("teams_reply_lost", None)]
    assert loop.time() - began >= sum(waits[:4])


async def test_reply_that_must_wait_is_shown_once_more(bot: Bot) -> None:
    bot.replies.errors = [TryLater("Patience.", after=timedelta(0))]

    status, body = await bot.post(invoke(bot, "task/submit"))
    await bot.settled()

    assert (status, body) == (200, {"task": {"type": "message", "value": WORKING}})
    assert bot.replies.late == [False, True]
    assert bot.connector.said == ["You said hello."]


async def test_reply_that_must_wait_for_long_is_given_up(bot: Bot) -> None:
    bot.replies.errors = [TryLater("Patience.", after=timedelta(seconds=601))]

    await bot.post(bot.activity("hello"))
    await bot.settled()

    assert len(bot.replies.shown) == 1


async def test_stop_ends_what_hangs(identity: Identity) -> None:
    async with running(identity, within=0.05) as bot:

        async def never() -> None:
            await asyncio.Event().wait()

        bot.answers.by_text["hello"] = never
        await bot.post(bot.activity("hello"))
        await bot.app.stop()

        assert bot.app._working == set()
        assert bot.connector.said == []


async def test_full_database_is_told_to_teams_and_the_repeat_is_answered(bot: Bot) -> None:
    refusals = [DatabaseUnready("The database is full.")]

    async def answer() -> None:
        if refusals:
            raise refusals.pop()

    bot.answers.by_text["hello"] = answer
    said = bot.activity("hello")

    refused, taken, repeated = [await bot.post(said) for _ in range(3)]

    assert (refused, taken, repeated) == ((503, ""), (200, ""), (200, ""))
    assert bot.connector.said == ["You said hello."]


async def test_what_the_database_did_not_take_late_is_told_to_nobody(identity: Identity) -> None:
    async with running(identity, within=0.01) as bot:
        goes_on = asyncio.Event()

        async def answer() -> None:
            await goes_on.wait()
            raise DatabaseUnready("The database is full.")

        bot.answers.by_text["hello"] = answer
        status, _ = await bot.post(bot.activity("hello"))
        goes_on.set()
        await bot.settled()

        assert (status, bot.connector.said) == (503, [])
