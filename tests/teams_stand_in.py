"""A small Teams on this machine: the Connector, and its people who speak to the bot.

Each act posts to the bot what Teams posts, signed by whoever mints the tokens, and does with the
answer what Teams' client does.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.teams_connector import BOT, CARD, OTHER_TENANT, TENANT, Json, Said, TeamsConnector

__all__ = [
    "BOT", "OTHER_TENANT", "TENANT", "Answer", "Failed", "LeftEmpty", "Said", "TeamsStandIn",
]  # fmt: skip

MESSAGE_ANSWER = "application/vnd.microsoft.activity.message"


class LeftEmpty(AssertionError):
    """Teams sends no form whose required inputs are empty."""


class Failed(AssertionError):
    """Teams tells whoever tapped that the app did not answer."""


@dataclass(frozen=True)
class Answer:
    """What the bot answered to one request."""

    status: int
    body: Any


class TeamsStandIn(TeamsConnector):
    """Start it, point the bot at it by ``service_url``, and act as its people.

    ``mint`` makes the token for a service address. ``dialogs`` holds the dialog each person has
    open, ``notices`` the short sentences they saw beside a card, ``statuses`` what each act of
    theirs was answered with.
    """

    def __init__(self, *, mint: Callable[[str], str], **more: Any) -> None:
        super().__init__(**more)
        self.bot_url = ""
        self.dialogs: dict[str, Json] = {}
        self.notices: dict[str, list[str]] = defaultdict(list)
        self.statuses: list[int] = []
        self._mint = mint
        self._last: tuple[Json, str] = ({}, "")

    async def __aenter__(self) -> "TeamsStandIn":
        await self.start()
        return self

    async def start(self, port: int = 0) -> None:
        await super().start(port)
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        await self._session.close()
        await super().stop()

    # What people do.

    async def says(self, user: str, words: str, **more: Any) -> Answer:
        """Somebody writes to the bot in their own chat with it."""
        return await self.deliver(self._message_of(user, text=words, **more))

    async def mentions(
        self, user: str, words: str, *, conversation: str, thread: str = ""
    ) -> Answer:
        """Somebody names the bot in a channel or a group chat."""
        activity = self._message_of(
            user,
            conversation=conversation,
            thread=thread,
            text=f"<at>Leaders</at> {words}\n",
            entities=[
                {"type": "mention", "text": "<at>Leaders</at>", "mentioned": {"id": BOT}},
            ],
        )
        return await self.deliver(activity)

    async def taps(self, user: str, card: "Said | Json", title: str, **inputs: str) -> Answer:
        """Somebody taps an action of a message, or of the dialog they have open."""
        if not isinstance(card, Said):
            return await self._in_dialog(user, _action(card["card"]["content"], title), inputs)
        action = _action(card.seen_by(user), title)
        data = {**action.get("data", {}), **inputs}
        if data.get("msteams", {}).get("type") == "task/fetch":
            return await self._fetches(user, card, data)
        if action["type"] == "Action.Submit":
            activity = self._message_of(
                user, conversation=card.conversation, value=data, replyToId=card.id
            )
            return await self.deliver(activity)
        value = {
            "action": {"type": "Action.Execute", "verb": action.get("verb", ""), "data": data},
            "trigger": "manual",
        }
        answer = await self._invokes(user, "adaptiveCard/action", value, card)
        self._shows(user, card, answer.body)
        return answer

    async def opens(self, user: str, card: Said, title: str) -> Json:
        """Somebody taps what opens a dialog; the dialog."""
        action = _action(card.seen_by(user), title)
        assert action["type"] == "Action.Submit", action
        assert action["data"]["msteams"] == {"type": "task/fetch"}, action
        await self._fetches(user, card, action["data"])
        return self.dialogs[user]

    async def submits(self, user: str, **fields: str) -> Answer:
        """Somebody fills in the dialog they have open, else the newest form they see, and sends it.

        A field that is not named keeps what it was opened with.
        """
        if user in self.dialogs:
            card = self.dialogs[user]["card"]["content"]
            return await self._in_dialog(user, _sends(card), _filled(card, fields))
        forms = [one for one in self.said if list(inputs_of(one.seen_by(user)))]
        newest = forms[-1]
        card = newest.seen_by(user)
        return await self.taps(user, newest, _sends(card)["title"], **_filled(card, fields))

    def closes(self, user: str) -> None:
        """Somebody closes their dialog; the bot is not told."""
        self.dialogs.pop(user, None)

    async def installs(self, user: str) -> None:
        """Somebody adds the bot for themselves, which Teams tells in two ways."""
        self.installed.add(user)
        await self._event(user, type="installationUpdate", action="add")
        await self._event(user, type="conversationUpdate", membersAdded=[{"id": BOT}])

    async def uninstalls(self, user: str) -> None:
        self.installed.discard(user)
        await self._event(user, type="installationUpdate", action="remove")

    async def joins_team(self, user: str, conversation: str) -> Answer:
        """Somebody is added to a team that the bot is in."""
        self.shared[conversation].add(user)
        return await self._event(
            user,
            conversation=conversation,
            type="conversationUpdate",
            membersAdded=[self._from(user)],
        )

    async def adds_bot(
        self, user: str, conversation: str, *, event: str = "membersAdded"
    ) -> Answer:
        """Somebody adds the bot to a team, or with ``membersRemoved`` takes it away."""
        answer = await self._event(
            user, conversation=conversation, type="conversationUpdate", **{event: [{"id": BOT}]}
        )
        if event == "membersRemoved":
            del self.shared[conversation]
        return answer

    async def repeats(self, *, new_id: bool = False) -> Answer:
        """Teams tells the last thing again, as it does without an answer in time."""
        activity, _ = self._last
        more = {"id": str(next(self._numbers))} if new_id else {}
        return await self.deliver({**activity, **more})

    # The way to the bot.

    async def deliver(self, activity: Json, *, token: str | None = None) -> Answer:
        """Post an activity to the bot, signed unless another token is given."""
        self._last = (activity, activity["serviceUrl"])
        bearer = self._mint(activity["serviceUrl"]) if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        async with self._session.post(self.bot_url, json=activity, headers=headers) as response:
            self.statuses.append(response.status)
            is_json = response.content_type == "application/json"
            return Answer(response.status, await response.json() if is_json else None)

    def activity(self, user: str, *, conversation: str = "", thread: str = "", **more: Any) -> Json:
        """An activity of somebody's, as Teams shapes them."""
        place = conversation or self.personal(user)
        tenant = self.people[user].tenant
        if place.startswith("a:") and user in self.installed:
            self.tenant_of[place] = tenant
        kind = "personal" if place.startswith("a:") else "channel"
        if place.endswith("@thread.v2"):
            kind = "groupChat"
        return {
            "id": str(next(self._numbers)),
            "timestamp": "2026-11-23T10:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url(tenant),
            "from": self._from(user),
            "recipient": {"id": BOT, "name": "Leaders"},
            "conversation": {
                "id": f"{place};messageid={thread}" if thread else place,
                "conversationType": kind,
                "tenantId": tenant,
                **({} if kind == "personal" else {"isGroup": True}),
            },
            "channelData": {"tenant": {"id": tenant}},
            "locale": "en-GB",
            **more,
        }

    def _message_of(self, user: str, **more: Any) -> Json:
        return self.activity(user, type="message", textFormat="plain", **more)

    def _from(self, user: str) -> Json:
        person = self.people[user]
        return {"id": person.teams_user, "name": person.name, "aadObjectId": user}

    async def _event(self, user: str, **more: Any) -> Answer:
        return await self.deliver(self.activity(user, **more))

    async def _invokes(self, user: str, name: str, value: Json, card: Said | None) -> Answer:
        more: Json = {"conversation": card.conversation, "replyToId": card.id} if card else {}
        activity = self.activity(user, type="invoke", name=name, value=value, **more)
        answer = await self.deliver(activity)
        if answer.status != 200:
            raise Failed(answer)
        return answer

    async def _fetches(self, user: str, card: Said, data: Json) -> Answer:
        value = {"data": data, "context": {"theme": "default"}}
        answer = await self._invokes(user, "task/fetch", value, card)
        self._continues(user, answer.body)
        return answer

    async def _in_dialog(self, user: str, action: Json, inputs: dict[str, str]) -> Answer:
        assert action["type"] == "Action.Submit", "A dialog knows no other action."
        value = {
            "data": {**action.get("data", {}), **inputs},
            "context": {"theme": "default"},
        }
        answer = await self._invokes(user, "task/submit", value, None)
        self._continues(user, answer.body)
        return answer

    def _shows(self, user: str, said: Said, body: Any) -> None:
        """What a client does with the answer to an Action.Execute."""
        assert body["statusCode"] == 200, body
        if body["type"] == CARD:
            self.check(body["value"])
            said.seen[user] = body["value"]
        else:
            assert body["type"] == MESSAGE_ANSWER, body
            assert isinstance(body["value"], str), body
            self.notices[user].append(body["value"])

    def _continues(self, user: str, body: Any) -> None:
        """What a client does with the answer to a dialog; without one it closes."""
        self.dialogs.pop(user, None)
        task = (body or {}).get("task")
        if task is None:
            return
        if task["type"] == "message":
            self.notices[user].append(task["value"])
            return
        assert task["type"] == "continue", body
        assert task["value"]["title"], body
        assert task["value"]["card"]["contentType"] == CARD, body
        self.check(task["value"]["card"]["content"])
        self.dialogs[user] = task["value"]


def everything(value: Any) -> Iterator[Json]:
    """Each object of a card, the cards inside its actions too; fallbacks are another client's."""
    if isinstance(value, list):
        for one in value:
            yield from everything(one)
    elif isinstance(value, dict):
        yield value
        for name, one in value.items():
            if name not in {"data", "fallback"}:
                yield from everything(one)


def actions_of(card: Json) -> list[Json]:
    """What a tap on the card can do, but for opening an address."""
    kinds = {"Action.Execute", "Action.Submit"}
    return [one for one in everything(card) if one.get("type") in kinds]


def _action(card: Json, title: str) -> Json:
    """The action of this title; where a question stands before it, the one that it leads to."""
    for one in everything(card):
        if one.get("type") == "Action.ShowCard" and one.get("title") == title:
            return actions_of(one["card"])[0]
    found = {one.get("title", ""): one for one in actions_of(card)}
    assert title in found, f"No “{title}” among {sorted(found)}."
    return found[title]


def inputs_of(card: Json) -> Iterator[Json]:
    """What is filled in on the card."""
    return (one for one in everything(card) if str(one.get("type", "")).startswith("Input."))


def _sends(card: Json) -> Json:
    """The action that sends a form in."""
    (found,) = (one for one in actions_of(card) if one["data"].get("leaders", {}).get("f"))
    return found


def _filled(card: Json, fields: dict[str, str]) -> dict[str, str]:
    """The inputs as a client sends them: a choice is one that was offered."""
    inputs = {one["id"]: one for one in inputs_of(card)}
    unknown = {f"f.{name}" for name in fields} - inputs.keys()
    assert not unknown, f"No such fields: {sorted(unknown)}."
    filled = {}
    for name, element in inputs.items():
        value = str(fields.get(name.removeprefix("f."), element.get("value", "")))
        longest = element.get("maxLength", len(value))
        assert len(value) <= longest, f"{name} takes {longest} characters."
        if element["type"] == "Input.Toggle":
            value = value or element.get("valueOff", "false")
            is_empty = value != element.get("valueOn", "true")
        else:
            is_empty = not value.strip()
        if element["type"] == "Input.ChoiceSet" and value:
            chosen = value.split(",") if element.get("isMultiSelect") else [value]
            offered = {one["value"] for one in element["choices"]}
            assert set(chosen) <= offered, f"{chosen} are not among {sorted(offered)}."
        if element.get("isRequired") and is_empty:
            raise LeftEmpty(f"{element.get('label', name)}: {element.get('errorMessage', '')}")
        filled[name] = value
    return filled
