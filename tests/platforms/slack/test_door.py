"""What Slack did not sign, or nobody can read, is refused without a traceback."""

import io
import json
import time
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.platforms.slack import door
from bot.platforms.slack.door import Refused
from tests.platforms.slack.conftest import Bot
from tests.slack_stand_in import SECRET, TEAM, signed

FORM = "application/x-www-form-urlencoded"
EVENT = json.dumps({"type": "event_callback", "team_id": TEAM, "event": {"type": "x"}}).encode()


def opened(body: bytes, content: str = "application/json", **headers: str) -> dict[str, Any]:
    given = {**signed(body), "Content-Type": content} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return door.opened(body, given, secret=SECRET, now=time.time())


# The eleven kinds of which Bolt's own receiver answers eight with a traceback.
UNSIGNED = {
    "no headers at all": {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": ""},
    "timestamp that is no number": {"X-Slack-Request-Timestamp": "soon"},
    "timestamp of 5,000 digits": {"X-Slack-Request-Timestamp": "9" * 5000},
    "signature that is not ASCII": {"X-Slack-Signature": "v0=é"},
    "forged signature": {"X-Slack-Signature": "v0=" + "0" * 64},
}
UNREADABLE = {
    "invalid UTF-8": b'{"type": "event_callback", "event": {"type": "\xff"}}',
    "a list": b"[1]",
    "null": b"null",
    "cut JSON": b'{"type": "event_callback"',
    "an empty body": b"",
    "an event that is a list": b'{"type": "event_callback", "event": [1]}',
}
MORE_UNREADABLE = {
    "a message without a place": json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "event": {"type": "message", "channel_type": "im", "user": "UADA"},
        }
    ).encode(),
    "an authorization that is a number": b'{"type": "x", "authorizations": [5]}',
    "a number of 5,000 digits": b'{"type": ' + b"9" * 5000 + b"}",
    "half a surrogate pair": b'{"type": "event_callback", "event": {"type": "\\ud800"}}',
    "nested 100,000 deep": b"[" * 100_000,
    "no type": b"{}",
    "an event without type": b'{"type": "event_callback", "event": {}}',
    "a team that is a number": b'{"type": "block_actions", "team": 5, "user": {"id": "UADA"}}',
    "a user that is a list": b'{"type": "block_actions", "team": {"id": "T0LEADERS"}, "user": [1]}',
}


@pytest.mark.parametrize("headers", UNSIGNED.values(), ids=UNSIGNED.keys())
async def test_unsigned_request_is_unauthorised(bot: Bot, headers: dict[str, str]) -> None:
    status, text = await bot.slack.post(EVENT, **headers)

    assert (status, text) == (401, "")


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_unreadable_request_is_bad(bot: Bot, body: bytes, caplog: Any) -> None:
    status, text = await bot.slack.post(body)

    assert (status, text) == (400, "")
    assert caplog.records == []


@pytest.mark.parametrize("body", MORE_UNREADABLE.values(), ids=MORE_UNREADABLE.keys())
async def test_odd_request_is_bad_or_nothing(bot: Bot, body: bytes, caplog: Any) -> None:
    status, text = await bot.slack.post(body)

    assert (status, text) == (400, "")
    assert caplog.records == []


@pytest.mark.parametrize("payload", ["[1]", "null", "{", "", '{"type":"block_actions"}'])
async def test_unreadable_interaction_is_bad(bot: Bot, payload: str) -> None:
    body = urlencode({"payload": payload}).encode()

    status, _ = await bot.slack.post(body, FORM)

    # Bolt finds no installation for the last: it names no workspace.
    assert status == (200 if payload.startswith('{"') else 400)
    assert bot.heard == []


async def test_body_beyond_the_limit_is_refused(bot: Bot) -> None:
    status, _ = await bot.slack.post(io.BytesIO(b"x" * (door.MAX_BODY + 1)))

    assert status == 413


@pytest.mark.parametrize("age", [-301, 301])
def test_signature_older_than_five_minutes_is_refused(age: int) -> None:
    with pytest.raises(Refused, match="timestamp_too_old"):
        opened(EVENT, **signed(EVENT, at=time.time() + age))


@pytest.mark.parametrize("age", [-299, 299])
def test_signature_of_the_last_five_minutes_is_taken(age: int) -> None:
    assert opened(EVENT, **signed(EVENT, at=time.time() + age))["team_id"] == TEAM


def test_changed_body_is_refused() -> None:
    with pytest.raises(Refused, match="signature_wrong"):
        opened(EVENT + b" ", **signed(EVENT))


def test_another_secret_is_refused() -> None:
    with pytest.raises(Refused, match="signature_wrong"):
        opened(EVENT, **signed(EVENT, secret="another"))


def test_command_with_the_word_payload_is_read() -> None:
    body = urlencode({"command": "/leaders", "text": "find payload", "payload": "x"}).encode()

    assert opened(body, FORM)["text"] == "find payload"


async def test_command_with_the_word_payload_is_answered(bot: Bot) -> None:
    said = await bot.slack.command("UADA", "/leaders find payload")

    assert said.text == "You said find payload."


def test_half_a_surrogate_pair_in_a_form_is_refused() -> None:
    body = f"payload={quote(json.dumps({'type': 'x', 'value': chr(0xD800)}))}".encode()

    with pytest.raises(Refused, match="body_unreadable"):
        opened(body, FORM)


def test_whole_surrogate_pair_is_read() -> None:
    body = json.dumps({"type": "x", "value": "🙂"}).encode()

    assert opened(body)["value"] == "🙂"


def test_too_many_form_fields_are_refused() -> None:
    with pytest.raises(Refused, match="body_unreadable"):
        opened("&".join(f"a{n}=1" for n in range(101)).encode(), FORM)


async def test_slack_checks_the_address(bot: Bot) -> None:
    asked = json.dumps({"type": "url_verification", "challenge": "c1", "token": "x"}).encode()

    status, text = await bot.slack.post(asked)

    assert (status, json.loads(text)) == (200, {"challenge": "c1"})


async def test_payload_we_do_not_listen_to_is_acknowledged(bot: Bot) -> None:
    asked = {"type": "shortcut", "team": {"id": TEAM}, "user": {"id": "UADA"}, "callback_id": "x"}

    status, _ = await bot.slack.post(json.dumps(asked).encode())

    assert status == 200
    assert bot.heard == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = [
    "type", "event", "team", "team_id", "user", "user_id", "actions", "view", "command",
    "container", "authorizations", "channel", "enterprise", "channel_id", "event_id",
    "response_url",
]  # fmt: skip
TYPES = st.sampled_from(
    ["event_callback", "block_actions", "view_submission", "block_suggestion", "view_closed", "x"]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(st.sampled_from(NAMES), JSON),
    TYPES,
    st.dictionaries(st.sampled_from(["type", "user", "channel", "tokens", "text", "tab"]), JSON),
)
async def test_anything_signed_is_taken_or_bad(
    bot: Bot, payload: dict[str, Any], kind: str, event: dict[str, Any]
) -> None:
    body = json.dumps({**payload, "type": kind, "event": {"type": "message", **event}}).encode()

    status, _ = await bot.slack.post(body)

    assert status in {200, 400}
