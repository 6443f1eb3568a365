"""Slack's payloads as what was asked and where the answer can be shown.

Every function is pure and raises ``Malformed`` where Slack's own shape is not kept.
Source: https://docs.slack.dev/interactivity and https://docs.slack.dev/reference/events
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.chat.messages import Account
from bot.chat.requests import Incoming, Kind, Profile
from bot.platforms.slack import carry, whose
from bot.platforms.slack.heard import DIRECT_CHANNEL, Heard, Where
from bot.platforms.slack.manifest import SHORT_COMMANDS
from bot.platforms.slack.payload import (
    SLACKBOT,
    Malformed,
    clean,
    is_person,
    lane,
    maybe,
    must,
    part,
    profile,
    typed,
    user_id,
    without_mention,
)

# What Slack calls every conversation whose name it does not tell an app.
NAMELESS = frozenset({"directmessage", "privategroup"})

# What a command or a mention without words asks for.
NO_WORDS = "help"

# What a message may be besides plain words; every other subtype is an edit, a notice or a bot's.
WORDS_SUBTYPES = frozenset({"", "file_share"})


def command(body: Mapping[str, Any], *, team: object) -> Heard:
    """A slash command: ``/coffee pause`` says the same as ``/leaders coffee pause``."""
    name = must(body, "command").lstrip("/").lower()
    words = typed(maybe(body, "text"))
    channel = must(body, "channel_id")
    is_direct = channel.startswith(DIRECT_CHANNEL)
    if f"/{name}" in SHORT_COMMANDS:
        words = f"{name} {words}".strip()
    return Heard(
        where=Where.COMMAND,
        incoming=Incoming(
            account=Account(lane(team), user_id(body, "user_id")),
            kind=Kind.WORDS,
            text=words or NO_WORDS,
            channel=None if is_direct else channel,
            channel_name=_public_name(maybe(body, "channel_name")),
            profile=Profile(name=maybe(body, "user_name")),
        ),
        trigger=maybe(body, "trigger_id"),
        response_url=maybe(body, "response_url"),
        conversation=channel,
    )


def tap(body: Mapping[str, Any], *, team: object) -> Heard | None:
    """A tapped button; None where the tap only opened an address."""
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise Malformed("A tap without an action.")
    action = actions[0]
    route = carry.route_of(must(action, "action_id"))
    if route == carry.LINK_ROUTE:
        return None

    value, token = _carried_by(must(action, "value"))
    home = whose.tapped(body, team=team)
    heard = Heard(
        where=_tapped_where(body),
        incoming=Incoming(
            account=Account(lane(team), user_id(body, "user", "id")),
            kind=Kind.TAP if route else Kind.WORDS,
            text=value,
            route=route,
            token=token,
            channel=None,
            profile=_named(body, home),
        ),
        trigger=maybe(body, "trigger_id"),
        response_url=maybe(body, "response_url"),
        conversation=maybe(body, "channel", "id") or maybe(body, "container", "channel_id"),
        card=maybe(body, "container", "message_ts"),
        thread=maybe(body, "container", "thread_ts"),
        is_ephemeral=part(body, "container").get("is_ephemeral") is True,
        view=maybe(body, "view", "id"),
        from_home=_is_from_home(body),
        home=home,
    )
    if heard.where is Where.CARD and not heard.is_private:
        return _in_channel(heard)
    return heard


def submission(body: Mapping[str, Any], *, team: object) -> Heard:
    """A form that was sent in."""
    carried = _metadata(maybe(body, "view", "private_metadata"))
    home = whose.tapped(body, team=team)
    values = part(part(part(body, "view"), "state"), "values")
    fields = {}
    for name, block in values.items():
        if not isinstance(block, dict):
            raise Malformed("A field without a state.")
        for state in block.values():
            if not isinstance(state, dict):
                raise Malformed("A field without a state.")
            fields[str(name)] = tuple(clean(value) for value in _values(state, carried))
    return Heard(
        where=Where.FORM,
        incoming=Incoming(
            account=Account(lane(team), user_id(body, "user", "id")),
            kind=Kind.SUBMIT,
            text=carried.value,
            route=must(body, "view", "callback_id"),
            fields=fields,
            token=carried.token,
            profile=_named(body, home),
        ),
        view=maybe(body, "view", "id"),
        from_home=carried.from_home,
        blocks=tuple(fields),
        home=home,
    )


def suggestion(body: Mapping[str, Any], *, team: object) -> tuple[Account, str]:
    """Who looks for a person, and by which part of the name."""
    return Account(lane(team), user_id(body, "user", "id")), clean(maybe(body, "value"))


def event(body: Mapping[str, Any], *, team: object, bot_user: str) -> Heard | None:
    """Something that happened in the workspace; None where it is nothing to us."""
    happened = part(body, "event")
    event_id = maybe(body, "event_id")
    match must(happened, "type"):
        case "message":
            return _message(body, team=team, bot_user=bot_user)
        case "app_mention":
            return _mention(body, team=team, bot_user=bot_user)
        case "app_home_opened":
            return _opened(happened, team=team, event_id=event_id)
        case "team_join" | "user_change" as kind:
            return _person(happened, team=team, event_id=event_id, is_new=kind == "team_join")
        case "app_uninstalled":
            return _uninstalled(team, event_id)
        case "tokens_revoked" if part(happened, "tokens").get("bot"):
            return _uninstalled(team, event_id)
        case _:
            return None


def _message(body: Mapping[str, Any], *, team: object, bot_user: str) -> Heard | None:
    happened = part(body, "event")
    is_words = maybe(happened, "subtype") in WORDS_SUBTYPES and not happened.get("bot_id")
    if not is_words or maybe(happened, "channel_type") != "im":
        return None
    if maybe(happened, "user") in {"", bot_user, SLACKBOT}:
        return None
    return _said(Where.DIRECT, body, team=team, bot_user=bot_user)


def _mention(body: Mapping[str, Any], *, team: object, bot_user: str) -> Heard | None:
    happened = part(body, "event")
    # An edited mention comes again; what was meant the first time has been answered.
    if happened.get("bot_id") or happened.get("edited") or maybe(happened, "subtype"):
        return None
    return _said(Where.MENTION, body, team=team, bot_user=bot_user)


def _said(where: Where, body: Mapping[str, Any], *, team: object, bot_user: str) -> Heard:
    happened, home = part(body, "event"), whose.spoke(body, team=team)
    heard = Heard(
        where=where,
        incoming=Incoming(
            account=Account(lane(team), user_id(happened, "user")),
            kind=Kind.WORDS,
            text=without_mention(maybe(happened, "text"), bot_user) or NO_WORDS,
            profile=Profile(is_external=bool(home)),
        ),
        conversation=must(happened, "channel"),
        thread=maybe(happened, "thread_ts"),
        event=maybe(body, "event_id"),
        home=home,
    )
    return heard if heard.is_private else _in_channel(heard)


def _opened(happened: Mapping[str, Any], *, team: object, event_id: str) -> Heard:
    is_home = maybe(happened, "tab") == "home"
    return Heard(
        where=Where.HOME_OPENED if is_home else Where.EVENT,
        incoming=Incoming(
            account=Account(lane(team), user_id(happened, "user")),
            kind=Kind.EVENT,
            route="home" if is_home else "joined",
        ),
        conversation=maybe(happened, "channel"),
        event=event_id,
    )


def _person(
    happened: Mapping[str, Any], *, team: object, event_id: str, is_new: bool
) -> Heard | None:
    user = part(happened, "user")
    known = profile(user, team=str(team))
    # Of people in shared channels Slack tells as well; they are none of our workspace's.
    if not is_person(user) or known.is_external:
        return None
    route = "joined" if is_new else "changed"
    return Heard(
        where=Where.EVENT,
        incoming=Incoming(
            account=Account(lane(team), user_id(user, "id")),
            kind=Kind.EVENT,
            route=route if known.is_active else "left",
            profile=known,
        ),
        event=event_id,
    )


def _uninstalled(team: object, event_id: str) -> Heard:
    asked = Incoming(account=Account(lane(team), ""), kind=Kind.EVENT, route="uninstalled")
    return Heard(where=Where.EVENT, incoming=asked, event=event_id)


def _tapped_where(body: Mapping[str, Any]) -> Where:
    view = part(body, "view")
    if not view:
        return Where.CARD
    return Where.HOME if view.get("type") == "home" else Where.MODAL


def _is_from_home(body: Mapping[str, Any]) -> bool:
    view = part(body, "view")
    if view.get("type") == "home":
        return True
    return _metadata(maybe(view, "private_metadata")).from_home


def _public_name(name: str) -> str:
    """A channel's name; a command says "directmessage" or "privategroup" of all others."""
    return "" if name in NAMELESS or name.startswith("mpdm-") else name


def _in_channel(heard: Heard) -> Heard:
    return replace(heard, incoming=replace(heard.incoming, channel=heard.conversation))


def _values(state: Mapping[str, Any], carried: carry.Carried) -> tuple[str, ...]:
    """What was typed or chosen, in whatever kind of input.

    Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    several, one = state.get("selected_options"), part(state, "selected_option")
    if isinstance(several, list):
        return tuple(_option(option, carried) for option in several if isinstance(option, dict))
    if one:
        return (_option(one, carried),)
    given = (maybe(state, name) for name in ("value", "selected_date", "selected_time"))
    found = next(filter(None, given), "")
    return (found,) if found else ()


def _option(chosen: Mapping[str, Any], carried: carry.Carried) -> str:
    value = must(chosen, "value")
    return carried.options.get(value, carry.read_option(value))


def _carried_by(written: str) -> tuple[str, str]:
    try:
        return carry.read_tap(written)
    except (ValueError, RecursionError) as error:
        raise Malformed("A button that is not ours.") from error


def _metadata(written: str) -> carry.Carried:
    try:
        return carry.read_metadata(written)
    except (ValueError, RecursionError) as error:
        raise Malformed("A form that is not ours.") from error


def _named(body: Mapping[str, Any], home: str) -> Profile:
    name = maybe(body, "user", "name") or maybe(body, "user", "username")
    return Profile(name=name, is_external=bool(home))
