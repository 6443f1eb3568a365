"""Whatever a verified activity holds, it is read or it is malformed, and nothing else."""

import copy
import functools
import itertools
import json
import operator
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.teams import adapter, door, origin, read
from bot.platforms.teams.activities import Malformed
from bot.platforms.teams.read import Heard
from bot.platforms.teams.waiting import Waiting
from tests.teams_identity import TENANT

ADA = "22222222-aaaa-4bbb-8ccc-0000000000ad"

WHOLE: dict[str, Any] = {
    "type": "message",
    "id": "1700000000001",
    "name": "adaptiveCard/action",
    "action": "add",
    "channelId": "msteams",
    "serviceUrl": "https://smba.trafficmanager.net/uk/",
    "replyToId": "1",
    "from": {
        "id": "29:ada",
        "name": "Ada",
        "aadObjectId": ADA,
        "tenantId": TENANT,
        "userRole": "user",
        "email": "ada@trust.example",
    },
    "conversation": {
        "id": "a:ada;messageid=1",
        "conversationType": "personal",
        "tenantId": TENANT,
        "isGroup": False,
        "name": "n",
    },
    "recipient": {"id": "28:app", "name": "Leaders"},
    "channelData": {"tenant": {"id": TENANT}, "channel": {"id": "19:x", "name": "General"}},
    "membersAdded": [{"id": "28:app"}, {"id": "29:ben", "aadObjectId": ADA, "name": "Ben"}],
    "membersRemoved": [{"id": "28:app"}],
    "entities": [
        {"type": "mention", "text": "<at>L</at>", "mentioned": {"id": "28:app", "name": "L"}}
    ],
    "text": "<at>L</at> coffee &amp; <b>cake</b>",
    "value": {
        "action": {
            "verb": "v",
            "data": {
                "leaders": {
                    "r": "coffee",
                    "v": "",
                    "t": "t",
                    "f": 1,
                    "c": ["a"],
                    "s": ["b"],
                    "again": {"k": "words", "r": "", "v": ""},
                },
                "f.a": "x",
                "f.b": "1,2",
            },
        },
        "data": {"leaders": {"r": "coffee", "v": "", "t": "t"}},
        "leaders": {"r": "coffee", "v": "", "t": "t"},
    },
}
WORDS = ("", "message", "invoke", "personal", "remove", "guest", "28:app", "again", "\x00")
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
ODD: tuple[Any, ...] = (None, True, 7, -1.5, "", "?", "\0", [], ["?"], [[]], {}, {"id": []})
KINDS = ("message", "invoke", "conversationUpdate", "installationUpdate", "messageReaction")
INVOKES = ("adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/query")
PLACES = ("personal", "channel", "groupChat", "")


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every piece of an activity."""
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for name, piece in inside:
        yield (*way, name)
        yield from ways(piece, (*way, name))


WAYS = tuple(ways(WHOLE))


@st.composite
def activities(draw: st.DrawFn) -> dict[str, Any]:
    """A whole activity with some pieces missing, and others that are anything."""
    activity = copy.deepcopy(WHOLE)
    activity["type"] = draw(st.sampled_from(KINDS))
    activity["name"] = draw(st.sampled_from(INVOKES))
    activity["conversation"]["conversationType"] = draw(st.sampled_from(PLACES))
    for *way, last in draw(st.lists(st.sampled_from(WAYS), min_size=1, max_size=6)):
        place: Any = activity
        try:
            for name in way:
                place = place[name]
            if draw(st.booleans()):
                place[last] = draw(ANY)
            else:
                del place[last]
        except (KeyError, IndexError, TypeError):
            # An earlier change took the way away.
            continue
    return activity


@settings(max_examples=300, deadline=None)
@given(activities())
def test_activity_of_any_shape_is_read_refused_or_malformed(activity: dict[str, Any]) -> None:
    takes(activity)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_piece_may_be_anything(way: tuple[Any, ...]) -> None:
    sorts = [*((kind, "") for kind in KINDS), *(("invoke", name) for name in INVOKES)]
    for (kind, name), odd in itertools.product(sorts, ODD):
        activity = copy.deepcopy(WHOLE) | {"type": kind, "name": name}
        *before, last = way
        functools.reduce(operator.getitem, before, activity)[last] = odd

        takes(activity)


def takes(activity: dict[str, Any]) -> None:
    """Read it as far as it goes; only what nobody can read is turned away."""
    try:
        opened = door.opened(json.dumps(activity).encode())
        adapter._envelope(opened)
        Waiting(opened).in_words("Later.")
        place, found = origin.origin(opened), read.all_heard(opened)
    except (door.Refused, Malformed):
        return

    for heard in found:
        assert place is not None
        assert heard.incoming.account.lane == place.conversation.lane
        assert heard.incoming.account.user
        for words in words_of(heard):
            # Both databases take it.
            assert "\0" not in words.encode().decode()


def words_of(heard: Heard) -> list[str]:
    """Whatever may be stored of what was heard."""
    asked = heard.incoming
    fields = [word for name, several in asked.fields.items() for word in (name, *several)]
    return [
        *(asked.text, asked.route, asked.token, asked.channel or "", asked.channel_name),
        *(asked.profile.name, asked.profile.email, asked.profile.address),
        *(heard.conversation, heard.thread, heard.message, heard.teams_user),
        *fields,
    ]
