"""The methods of the stand-in's Web API: what they want, refuse and change."""

import time
from typing import TYPE_CHECKING, Any

from tests import slack_limits

if TYPE_CHECKING:
    from tests.slack_stand_in import SlackStandIn

# Method -> scopes of which one is enough.
METHOD_SCOPES = {
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "conversations.open": {"im:write", "mpim:write"},
    "conversations.history": {"im:history", "mpim:history", "channels:history", "groups:history"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
}
HISTORY_SCOPES = {"D": "im:history", "G": "mpim:history", "C": "channels:history"}
TRIGGER_LIVES = 3


class WebApi:
    """Answers the bot of the workspace whose token it came with."""

    def __init__(self, slack: "SlackStandIn") -> None:
        self._slack = slack

    def answer(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        needed = METHOD_SCOPES.get(method, set())
        if needed and not needed & set(self._slack.scopes):
            return {**refusal("missing_scope"), "needed": ",".join(sorted(needed))}
        do = getattr(self, "_" + method.replace(".", "_"), None)
        return do(arguments) if do else refusal("unknown_method")

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        caller = self._slack.caller
        return {
            "ok": True,
            "team": caller.name,
            "team_id": caller.team,
            "user": "bot",
            "user_id": caller.bot_user,
        }

    def _chat_postMessage(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's
        channel = asked["channel"]
        if channel in self._slack.users and self._slack.team_of(channel) == self._slack.caller.team:
            channel = self._slack.direct(channel)
        elif channel.startswith("U") or not self._slack.is_place(channel):
            return refusal("channel_not_found")
        elif (
            channel.startswith("C")
            and self._slack.caller.bot_user not in self._slack.channels[channel]
        ):
            return refusal("not_in_channel")
        if wrong := slack_limits.wrong_with_message(asked):
            return refusal(wrong)
        # A deactivated account is no error: Slack takes the message, and nobody reads it.
        thread, team = asked.get("thread_ts", ""), self._slack.caller.team
        said = self._slack.keep(channel, asked, thread=thread, team=team)
        return {"ok": True, "channel": channel, "ts": said.ts, "message": {"text": said.text}}

    def _chat_postEphemeral(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's
        if not self._slack.is_place(asked["channel"]):
            return refusal("channel_not_found")
        if self._slack.caller.bot_user not in self._slack.channels.get(asked["channel"], set()):
            return refusal("not_in_channel")
        if asked["user"] not in self._slack.channels.get(asked["channel"], set()):
            return refusal("user_not_in_channel")
        if wrong := slack_limits.wrong_with_message(asked):
            return refusal(wrong)
        said = self._slack.keep(
            asked["channel"], asked, only_for=asked["user"], team=self._slack.caller.team
        )
        return {"ok": True, "message_ts": said.ts}

    def _chat_update(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self._slack.find(asked["channel"], asked["ts"])
        if found is None:
            return refusal("message_not_found")
        if wrong := slack_limits.wrong_with_message(asked):
            return refusal(wrong)
        if len(asked["text"]) > 4000:
            return refusal("msg_too_long")
        found.text, found.blocks = asked["text"], asked["blocks"]
        return {"ok": True, "channel": found.channel, "ts": found.ts, "text": found.text}

    def _chat_delete(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self._slack.find(asked["channel"], asked["ts"])
        if found is None:
            return refusal("message_not_found")
        self._slack.said.remove(found)
        return {"ok": True}

    def _conversations_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        users = asked["users"].split(",")
        if len(users) > 8:
            return refusal("too_many_users")
        for user in users:
            if (
                user not in self._slack.users
                or self._slack.team_of(user) != self._slack.caller.team
            ):
                return refusal("user_not_found")
            if self._slack.users[user]["deleted"] and len(users) > 1:
                return refusal("user_disabled")
        if len(users) == 1:
            return {"ok": True, "channel": {"id": self._slack.direct(users[0])}}
        channel = "G" + "".join(sorted(user.removeprefix("U") for user in users))
        self._slack.channels[channel] = {*users, self._slack.caller.bot_user}
        return {"ok": True, "channel": {"id": channel}}

    def _conversations_history(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = asked["channel"]
        if HISTORY_SCOPES.get(channel[0]) not in self._slack.scopes:
            return refusal("missing_scope")
        oldest = float(asked.get("oldest", 0))
        limit = int(asked.get("limit", 100))
        found = [
            one
            for one in reversed(self._slack.history())
            if one.channel == channel and not one.only_for and float(one.ts) > oldest
        ]
        is_whole = asked.get("include_all_metadata") == "true"
        messages = [
            {"type": "message", "ts": one.ts, "text": one.text}
            | ({"metadata": one.metadata} if is_whole and one.metadata else {})
            for one in found[:limit]
        ]
        return {"ok": True, "messages": messages, "has_more": len(found) > limit}

    def _users_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        user = self._slack.users.get(asked["user"])
        return {"ok": True, "user": self._shown(user)} if user else refusal("user_not_found")

    def _users_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        start = int(asked.get("cursor") or 0)
        size = min(self._slack.page, int(asked["limit"]))
        users = [
            self._shown(user)
            for user in self._slack.users.values()
            if user["team_id"] == self._slack.caller.team or self._shares_a_channel(user["id"])
        ]
        following = str(start + size) if start + size < len(users) else ""
        return {
            "ok": True,
            "members": users[start : start + size],
            "response_metadata": {"next_cursor": following},
        }

    def _shares_a_channel(self, user: str) -> bool:
        bot = self._slack.caller.bot_user
        return any(bot in members and user in members for members in self._slack.channels.values())

    def _shown(self, user: dict[str, Any]) -> dict[str, Any]:
        if user["team_id"] != self._slack.caller.team:
            # No stranger to us is whoever we share a channel with.
            user = {**user, "is_stranger": not self._shares_a_channel(user["id"])}
        if "users:read.email" in self._slack.scopes:
            return user
        return {**user, "profile": {**user["profile"], "email": None}}

    def _views_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        user, at = self._slack.triggers.pop(asked["trigger_id"], ("", 0.0))
        if not user:
            return refusal("exchanged_trigger_id")
        if time.monotonic() - at > TRIGGER_LIVES:
            return refusal("expired_trigger_id")
        if wrong := self.check_view(asked["view"]):
            return {**refusal("invalid_arguments"), "response_metadata": {"messages": wrong}}
        self._slack.modals[user] = {**asked["view"], "id": f"V{next(self._slack.numbers)}"}
        return {"ok": True, "view": self._slack.modals[user]}

    def _views_update(self, asked: dict[str, Any]) -> dict[str, Any]:
        for user, view in self._slack.modals.items():
            if view["id"] == asked["view_id"]:
                if self.check_view(asked["view"]):
                    return refusal("invalid_arguments")
                self._slack.modals[user] = {**asked["view"], "id": view["id"]}
                return {"ok": True, "view": self._slack.modals[user]}
        return refusal("not_found")

    def _views_publish(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self.check_view(asked["view"]):
            return refusal("invalid_arguments")
        self._slack.homes[asked["user_id"]] = {
            **asked["view"],
            "id": f"V{next(self._slack.numbers)}",
        }
        return {"ok": True, "view": asked["view"]}

    def check_view(self, view: dict[str, Any]) -> list[str]:
        wrong = slack_limits.wrong_with_view(view)
        if wrong:
            self._slack.refused_views.append(wrong)
        return wrong


def refusal(code: str) -> dict[str, Any]:
    return {"ok": False, "error": code}
