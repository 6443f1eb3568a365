"""What the JSON addresses refuse, and that nothing at all makes them break."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.platforms.web.fakes import ADA
from tests.platforms.web.place import Browser, Place, running, settings

BAD_BODIES = {
    "say": [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": 1},
        {"text": None},
        {"text": "x" * 4001},
        {"text": "a\x00b"},
        {"text": "\ud800"},
    ],
    "tap": [
        {},
        {"route": " "},
        {"route": "help", "entry": "1"},
        {"route": "help", "entry": True},
        {"route": "help", "entry": 0},
        {"route": "help", "entry": 2**63},
        {"route": "help", "value": []},
        {"route": "help", "token": {}},
    ],
    "submit": [
        {"route": "help"},
        {"route": "help", "fields": []},
        {"route": "help", "fields": {"a": "x"}},
        {"route": "help", "fields": {"a": [1]}},
        {"route": "help", "fields": {"\ud800": ["x"]}},
        {"route": "help", "fields": {"a": ["\x00"]}},
        {"route": "help", "fields": {"a": ["x"] * 201}},
        {"route": "help", "fields": {str(number): [] for number in range(101)}},
        {"fields": {}},
    ],
    "read": [{}, {"entry": 1.5}, {"entry": -1}, {"entry": None}],
}


@pytest.mark.parametrize(
    ("path", "sent"), [(path, sent) for path, all_sent in BAD_BODIES.items() for sent in all_sent]
)
async def test_bad_shapes_are_refused_with_a_sentence(
    ada: Browser, place: Place, path: str, sent: object
) -> None:
    response = await ada.post(f"/chat/{path}", json=sent)

    assert response.status == 400
    assert (await response.json())["sentence"].endswith(".")
    assert place.bot.asked == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1]", b"null", b"\xff", b"[" * 60_000, b'{"entry": ' + b"9" * 6000 + b"}"],
)
async def test_bodies_that_are_no_json_objects_are_refused(ada: Browser, body: bytes) -> None:
    headers = {"Origin": ada.origin, "Content-Type": "application/json"}

    response = await ada.post("/chat/read", data=body, headers=headers)

    assert response.status == 400


async def test_other_content_types_are_refused(ada: Browser, place: Place) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {"Origin": ada.origin, "Content-Type": kind}

        response = await ada.post("/chat/say", data=b'{"text": "hello"}', headers=headers)

        assert response.status == 400
    assert place.bot.asked == []


async def test_too_long_bodies_are_refused(ada: Browser, place: Place) -> None:
    whole = json.dumps({"text": "x" * 70_000}).encode()
    headers = {"Origin": ada.origin, "Content-Type": "application/json"}

    async def in_parts() -> Any:
        for _ in range(10):
            yield b" " * 10_000

    said_length = await ada.post("/chat/say", data=whole, headers=headers)
    hidden_length = await ada.post("/chat/say", data=in_parts(), headers=headers)

    assert (said_length.status, hidden_length.status) == (413, 413)
    assert place.bot.asked == []


async def test_body_that_is_packed_wrongly_is_refused(ada: Browser) -> None:
    headers = {
        "Origin": ada.origin,
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }

    response = await ada.post("/chat/say", data=b"not gzip at all", headers=headers)

    assert response.status == 400


@pytest.mark.parametrize("before", ["x", "-1", "1.5", "", "9" * 19, "٣"])
async def test_odd_places_in_the_conversation_are_refused(ada: Browser, before: str) -> None:
    response = await ada.get("/chat/entries", params={"before": before})

    assert response.status == 400


async def test_failed_keeping_keeps_nothing(ada: Browser, place: Place) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk full")

    place.store.keep_message = fail  # type: ignore[method-assign]

    response = await ada.post("/chat/say", json={"text": "hello"})

    assert response.status == 503
    assert place.store.lines == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
NAMES = st.sampled_from(["text", "entry", "route", "value", "token", "fields", "other"])
BODIES = st.one_of(
    st.binary(),
    JSON.map(lambda sent: json.dumps(sent).encode()),
    st.dictionaries(NAMES, JSON).map(lambda sent: json.dumps(sent).encode()),
)


@hypothesis_settings(max_examples=20, deadline=None)
@given(bodies=st.lists(BODIES, min_size=1, max_size=30))
def test_whatever_is_sent_is_answered_in_words(bodies: list[bytes]) -> None:
    statuses = asyncio.run(answers(bodies))

    assert statuses <= {200, 400, 413}


async def answers(bodies: list[bytes]) -> set[int]:
    """The statuses of all bodies sent to all addresses."""
    async with running(settings()) as place:
        place.browser.signs_in(place.store, ADA)
        headers = {"Origin": place.browser.origin, "Content-Type": "application/json"}
        return {
            (await place.browser.post(f"/chat/{path}", data=body, headers=headers)).status
            for body in bodies
            for path in BAD_BODIES
        }
