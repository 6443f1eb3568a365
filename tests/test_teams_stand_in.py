"""The stand-in for Teams is as strict as Teams, and tells the bot what Teams tells it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.teams_connector import BOT, CARD, OTHER_TENANT, TENANT, Json, Said
from tests.teams_stand_in import LeftEmpty, TeamsStandIn

CHANNEL = "19:c1@thread.tacv2"
SENTENCE = "application/vnd.microsoft.activity.message"


@dataclass
class Bot:
    """Hears, and answers what it was told to."""

    body: Any = None
    status: int = 200
    heard: list[Json] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        self.tokens.append(request.headers.get("Authorization", ""))
        if self.body is None:
            return web.Response(status=self.status)
        return web.json_response(self.body, status=self.status)


@dataclass
class Place:
    teams: TeamsStandIn
    bot: Bot
    session: aiohttp.ClientSession
    checked: list[Json]

    async def call(
        self, method: str, path: str, body: Any = None, *, tenant: str = TENANT, token: str = "ours"
    ) -> tuple[int, Any]:
        """The bot calls the Connector."""
        url = f"{self.teams.service_url(tenant)}v3/conversations{path}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def sends(self, card: Json, *, conversation: str = "a:ada") -> Said:
        await self.call("POST", f"/{conversation}/activities", attached(card))
        return self.teams.said[-1]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    bot, checked = Bot(), []
    server = web.Application()
    server.router.add_post("/api/messages", bot.receive)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with (
        TeamsStandIn(
            mint=lambda url: f"for {url}",
            takes=lambda authorization: authorization == "Bearer ours",
            page=2,
            check=checked.append,
        ) as teams,
        aiohttp.ClientSession() as session,
    ):
        teams.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        teams.person("ada", "Ada Example", installed=True)
        teams.person("ben", "Ben Example")
        teams.person("olga", "Olga Example", installed=True, tenant=OTHER_TENANT)
        teams.channel(CHANNEL, "ada", "ben")
        teams.tenant_of["a:ada"] = TENANT
        yield Place(teams, bot, session, checked)
    await runner.cleanup()


def attached(card: Json, summary: str = "") -> Json:
    return {
        "type": "message",
        "summary": summary,
        "attachments": [{"contentType": CARD, "content": card}],
    }


def opened(user: str, tenant: str = TENANT) -> Json:
    return {"members": [{"id": user}], "channelData": {"tenant": {"id": tenant}}}


def card(*actions: Json, body: tuple[Json, ...] = ()) -> Json:
    return {"type": "AdaptiveCard", "body": list(body), "actions": list(actions)}


JOIN = {
    "type": "Action.Execute",
    "title": "Join",
    "verb": "tap",
    "data": {"leaders": {"r": "join"}},
}
FETCH = {
    "type": "Action.Submit",
    "title": "Tell us",
    "data": {"leaders": {"r": "tell"}, "msteams": {"type": "task/fetch"}},
}
SEND = {"type": "Action.Execute", "title": "Save", "verb": "submit", "data": {"leaders": {"f": 1}}}
INPUTS = (
    {"type": "Input.Text", "id": "f.role", "label": "Role", "isRequired": True, "maxLength": 9},
    {"type": "Input.Text", "id": "f.about", "label": "About", "value": "Tea."},
    {
        "type": "Input.ChoiceSet",
        "id": "f.when",
        "isMultiSelect": True,
        "choices": [{"title": "Now", "value": "now"}, {"title": "Later", "value": "later"}],
    },
    {
        "type": "Input.Toggle",
        "id": "f.agreed",
        "label": "Agreed",
        "valueOn": "yes",
        "valueOff": "",
        "isRequired": True,
    },
)


# What the Connector takes and refuses.


@pytest.mark.parametrize("token", ["", "another"])
async def test_call_without_the_bots_token_is_refused(place: Place, token: str) -> None:
    status, body = await place.call("POST", "", opened("ada"), token=token)

    assert (status, body["error"]["code"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("user", "tenant", "expected"),
    [
        ("ada", TENANT, (200, "a:ada")),
        ("29:ada", TENANT, (200, "a:ada")),
        ("29:ben", TENANT, (200, "a:ben")),
        ("ben", TENANT, (403, "ForbiddenOperationException")),
        ("olga", TENANT, (403, "BotNotInConversationRoster")),
        ("nobody", TENANT, (403, "BotNotInConversationRoster")),
        ("ada", OTHER_TENANT, (400, "BadArgument")),
    ],
)
async def test_conversation_opens_with_those_who_have_the_bot(
    place: Place, user: str, tenant: str, expected: tuple[int, str]
) -> None:
    status, body = await place.call("POST", "", opened(user, tenant))

    assert (status, body.get("id") or body["error"]["code"]) == expected


async def test_somebody_in_no_team_of_the_bots_is_not_written_to(place: Place) -> None:
    del place.teams.shared[CHANNEL]
    place.teams.tenant_of["a:ben"] = TENANT

    opens = await place.call("POST", "", opened("29:ben"))
    sends = await place.call("POST", "/a:ben/activities", {"type": "message", "text": "Hi."})

    codes = [(status, body["error"]["code"]) for status, body in (opens, sends)]
    assert codes == [(403, "BotNotInConversationRoster")] * 2


async def test_message_is_kept_changed_and_taken_away(place: Place) -> None:
    said = await place.sends({"type": "AdaptiveCard", "fallbackText": "A card."})
    where = f"/a:ada/activities/{said.id}"

    assert (said.text, said.user, place.checked) == ("A card.", "ada", [said.card])
    assert await place.call("PUT", where, {"type": "message", "text": "New."}) == (
        200,
        {"id": said.id},
    )
    assert (said.text, said.card) == ("New.", {})
    assert (await place.call("DELETE", where))[0] == 200
    status, body = await place.call("DELETE", where)
    assert (status, body["error"]["code"]) == (404, "ActivityNotFoundInConversation")


async def test_reply_stands_in_its_thread(place: Place) -> None:
    hello = {"type": "message", "text": "Hi."}
    await place.call("POST", f"/{CHANNEL};messageid=7/activities", hello)
    await place.call("POST", f"/{CHANNEL}/activities/8", hello)

    assert [one.thread for one in place.teams.seen_by("ada", CHANNEL)] == ["7", "8"]


@pytest.mark.parametrize(
    ("conversation", "tenant", "expected"),
    [
        ("a:ada", OTHER_TENANT, (404, "ConversationNotFound")),
        ("19:nowhere@thread.tacv2", TENANT, (404, "ConversationNotFound")),
        ("19:left@thread.tacv2", TENANT, (403, "BotNotInConversationRoster")),
    ],
)
async def test_conversation_that_is_not_the_bots_refuses(
    place: Place, conversation: str, tenant: str, expected: tuple[int, str]
) -> None:
    place.teams.tenant_of["19:left@thread.tacv2"] = TENANT

    status, body = await place.call("GET", f"/{conversation}/pagedmembers", tenant=tenant)

    assert (status, body["error"]["code"]) == expected


async def test_message_beyond_the_limit_is_too_large(place: Place) -> None:
    status, body = await place.call(
        "POST", "/a:ada/activities", {"type": "message", "text": "x" * 25 * 1024}
    )

    assert (status, body["error"]["code"]) == (413, "MessageSizeTooBig")
    assert place.teams.said == []


async def test_members_come_in_pages_and_one_at_a_time(place: Place) -> None:
    place.teams.person("grace", "Grace Example", role="guest")
    place.teams.shared[CHANNEL].add("grace")

    _, first = await place.call("GET", f"/{CHANNEL}/pagedmembers?pageSize=500")
    _, rest = await place.call("GET", f"/{CHANNEL}/pagedmembers?continuationToken=2")
    _, own = await place.call("GET", "/a:ada/members/ada")
    status, nobody = await place.call("GET", f"/{CHANNEL}/members/29:olga")

    assert [one["id"] for one in first["members"]] == ["29:ada", "29:ben"]
    assert first["continuationToken"] == "2"
    assert [one["userRole"] for one in rest["members"]] == ["guest"]
    assert "continuationToken" not in rest
    assert own["aadObjectId"] == "ada"
    assert (status, nobody["error"]["code"]) == (404, "MemberNotFoundInConversation")


async def test_faults_come_on_request(place: Place) -> None:
    hello = {"type": "message", "text": "Hi."}
    place.teams.limit(retry_after=7)
    place.teams.fails(502, "ServiceError", after_taking=True)
    place.teams.fails(0)

    limited, _ = await place.call("POST", "/a:ada/activities", hello)
    broken, _ = await place.call("POST", "/a:ada/activities", hello)
    with pytest.raises(aiohttp.ClientError):
        await place.call("POST", "/a:ada/activities", hello)

    assert (limited, broken, len(place.teams.said)) == (429, 502, 1)


# What the bot hears.


async def test_words_come_signed_from_their_tenant(place: Place) -> None:
    answer = await place.teams.says("olga", "help")

    (heard,) = place.bot.heard
    assert answer.status == 200
    assert place.bot.tokens == [f"Bearer for {place.teams.service_url(OTHER_TENANT)}"]
    assert heard["text"] == "help"
    assert heard["from"] == {"id": "29:olga", "name": "Olga Example", "aadObjectId": "olga"}
    assert heard["channelData"]["tenant"]["id"] == OTHER_TENANT
    assert heard["conversation"] == {
        "id": "a:olga",
        "conversationType": "personal",
        "tenantId": OTHER_TENANT,
    }


async def test_mention_names_the_bot_in_its_thread(place: Place) -> None:
    await place.teams.mentions("ada", "help", conversation=CHANNEL, thread="7")
    await place.teams.mentions("ada", "help", conversation="19:chat@thread.v2")

    channel, chat = place.bot.heard
    assert channel["text"] == "<at>Leaders</at> help\n"
    assert channel["entities"][0]["mentioned"]["id"] == BOT
    assert channel["conversation"]["id"] == f"{CHANNEL};messageid=7"
    kinds = [heard["conversation"]["conversationType"] for heard in (channel, chat)]
    assert kinds == ["channel", "groupChat"]


async def test_repeat_has_the_same_id_or_a_new_one(place: Place) -> None:
    await place.teams.says("ada", "help")
    await place.teams.repeats()
    await place.teams.repeats(new_id=True)

    first, same, new = place.bot.heard
    assert first == same
    assert new == {**first, "id": new["id"]}
    assert new["id"] != first["id"]


async def test_coming_and_going_is_told(place: Place) -> None:
    await place.teams.installs("ben")
    await place.teams.uninstalls("ben")
    await place.teams.joins_team("olga", CHANNEL)
    await place.teams.adds_bot("ada", CHANNEL)
    await place.teams.adds_bot("ada", CHANNEL, event="membersRemoved")

    told = [
        (
            heard["type"],
            heard.get("action", ""),
            [one["id"] for one in heard.get("membersAdded", [])],
            [one["id"] for one in heard.get("membersRemoved", [])],
        )
        for heard in place.bot.heard
    ]
    assert told == [
        ("installationUpdate", "add", [], []),
        ("conversationUpdate", "", [BOT], []),
        ("installationUpdate", "remove", [], []),
        ("conversationUpdate", "", ["29:olga"], []),
        ("conversationUpdate", "", [BOT], []),
        ("conversationUpdate", "", [], [BOT]),
    ]
    assert CHANNEL not in place.teams.shared


async def test_another_token_or_none_can_be_sent(place: Place) -> None:
    activity = place.teams.activity("ada", type="message", text="help")

    await place.teams.deliver(activity, token="forged")
    await place.teams.deliver(activity, token="")

    assert place.bot.tokens == ["Bearer forged", ""]


# What a client does.


async def test_tap_shows_its_answer_to_the_tapper(place: Place) -> None:
    said = await place.sends(card(JOIN))
    place.bot.body = {"statusCode": 200, "type": CARD, "value": card()}

    await place.teams.taps("ada", said, "Join")

    (heard,) = place.bot.heard
    assert (heard["type"], heard["name"], heard["replyToId"]) == (
        "invoke",
        "adaptiveCard/action",
        said.id,
    )
    assert heard["value"]["action"]["data"] == JOIN["data"]
    assert said.seen_by("ada") == card()
    assert said.seen_by("ben") == card(JOIN)
    assert place.checked == [card(JOIN), card()]


async def test_sentence_beside_a_card_is_noticed(place: Place) -> None:
    said = await place.sends(card(JOIN))
    place.bot.body = {"statusCode": 200, "type": SENTENCE, "value": "You are in."}

    await place.teams.taps("ada", said, "Join")

    assert place.teams.notices["ada"] == ["You are in."]
    assert said.seen_by("ada") == card(JOIN)


async def test_question_before_a_tap_is_answered(place: Place) -> None:
    leave = {**JOIN, "title": "Yes, leave"}
    asks = {"type": "Action.ShowCard", "title": "Leave", "card": card(leave)}
    said = await place.sends(card(body=({"type": "ActionSet", "actions": [asks]},)))
    place.bot.body = {"statusCode": 200, "type": SENTENCE, "value": "You left."}

    await place.teams.taps("ada", said, "Leave")
    await place.teams.taps("ada", said, "Yes, leave")

    assert [one["value"]["action"]["data"] for one in place.bot.heard] == [JOIN["data"]] * 2
    with pytest.raises(AssertionError, match="No “Join” among"):
        await place.teams.taps("ada", said, "Join")


async def test_older_client_taps_with_a_message(place: Place) -> None:
    said = await place.sends(card({**JOIN, "type": "Action.Submit"}))

    await place.teams.taps("ada", said, "Join")

    (heard,) = place.bot.heard
    assert (heard["type"], heard["value"], heard["replyToId"]) == ("message", JOIN["data"], said.id)


async def test_dialog_opens_goes_on_and_closes(place: Place) -> None:
    said = await place.sends(card(FETCH))
    form = card({**SEND, "type": "Action.Submit"}, body=INPUTS[:1])
    task = {"title": "Tell us", "card": {"contentType": CARD, "content": form}}
    place.bot.body = {"task": {"type": "continue", "value": task}}

    assert await place.teams.opens("ada", said, "Tell us") == task
    await place.teams.taps("ada", said, "Tell us")
    await place.teams.submits("ada", role="Nurse")
    assert place.teams.dialogs["ada"] == task
    await place.teams.taps("ada", place.teams.dialogs["ada"], "Save")
    place.bot.body = {"task": {"type": "message", "value": "Thank you."}}
    await place.teams.submits("ada", role="Nurse")

    assert [one["name"] for one in place.bot.heard] == ["task/fetch"] * 2 + ["task/submit"] * 3
    assert place.bot.heard[2]["value"]["data"] == {**SEND["data"], "f.role": "Nurse"}
    assert place.teams.notices["ada"] == ["Thank you."]
    assert place.teams.dialogs == {}


async def test_dialog_closes_without_an_answer_and_by_hand(place: Place) -> None:
    said = await place.sends(card(FETCH))
    task = {"title": "Tell us", "card": {"contentType": CARD, "content": card(FETCH)}}
    place.bot.body = {"task": {"type": "continue", "value": task}}
    await place.teams.opens("ada", said, "Tell us")
    place.teams.closes("ada")
    place.teams.closes("ada")
    await place.teams.opens("ada", said, "Tell us")
    place.bot.body = None

    await place.teams.taps("ada", place.teams.dialogs["ada"], "Tell us")

    assert place.teams.dialogs == {}


async def test_form_is_sent_with_what_it_was_opened_with(place: Place) -> None:
    await place.sends(card(SEND, body=INPUTS))
    await place.sends(card(JOIN))
    place.bot.body = {"statusCode": 200, "type": SENTENCE, "value": "Saved."}

    await place.teams.submits("ada", role="Nurse", when="now,later", agreed="yes")

    assert place.bot.heard[0]["value"]["action"]["data"] == {
        **SEND["data"],
        "f.role": "Nurse",
        "f.about": "Tea.",
        "f.when": "now,later",
        "f.agreed": "yes",
    }


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"agreed": "yes"}, "Role"),
        ({"role": "  ", "agreed": "yes"}, "Role"),
        ({"role": "Nurse"}, "Agreed"),
        ({"role": "Nurse", "agreed": "yes", "when": "never"}, "'never'"),
        ({"role": "Practice nurse", "agreed": "yes"}, "takes 9 characters"),
        ({"rule": "Nurse"}, "No such fields: .*f.rule"),
    ],
)
async def test_form_that_is_not_filled_in_is_not_sent(
    place: Place, fields: dict[str, str], wrong: str
) -> None:
    await place.sends(card(SEND, body=INPUTS))

    with pytest.raises(AssertionError, match=wrong) as refused:
        await place.teams.submits("ada", **fields)

    assert isinstance(refused.value, LeftEmpty) == (wrong in {"Role", "Agreed"})
    assert place.bot.heard == []
