import json
from datetime import UTC, datetime

import pytest

from bot.chat import forms, messages
from bot.chat.forms import CheckField, ChoiceField, Form, PersonField, TextField, TextKind
from bot.chat.messages import Block, Button, LinkButton, Style
from bot.chat.platform import Entry
from bot.platforms.web import render
from tests.platforms.web.fakes import ADA, INTRODUCTION, MATCH

EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        (messages.Heading(EVIL), {"kind": "heading", "text": EVIL}),
        (
            messages.text("a", messages.bold("b"), messages.link("c", "https://example.org")),
            {
                "kind": "paragraph",
                "spans": [
                    {"text": "a"},
                    {"text": "b", "bold": True},
                    {"text": "c", "url": "https://example.org"},
                ],
            },
        ),
        (
            messages.text(messages.person("Ada", ADA.account), messages.person("Ben")),
            {
                "kind": "paragraph",
                "spans": [{"text": "Ada", "bold": True}, {"text": "Ben", "bold": True}],
            },
        ),
        (
            messages.bullets(("a",), ("b", "c")),
            {"kind": "bullets", "items": [[{"text": "a"}], [{"text": "b"}, {"text": "c"}]]},
        ),
        (
            messages.Bullets(((messages.italic("a"),),), is_numbered=True),
            {"kind": "numbers", "items": [[{"text": "a", "italic": True}]]},
        ),
        (
            messages.facts(messages.fact("Role", "Nurse")),
            {"kind": "facts", "items": [{"label": "Role", "spans": [{"text": "Nurse"}]}]},
        ),
        (messages.note("Why"), {"kind": "note", "spans": [{"text": "Why"}]}),
        (messages.Divider(), {"kind": "divider"}),
        (
            messages.buttons(
                Button("Go", "coffee time", "7", Style.DANGER, confirm="Sure?"),
                LinkButton("Calendar", "/calendar/x.ics"),
            ),
            {
                "kind": "buttons",
                "items": [
                    {
                        "kind": "button",
                        "label": "Go",
                        "route": "coffee time",
                        "value": "7",
                        "style": "danger",
                        "confirm": "Sure?",
                    },
                    {"kind": "link", "label": "Calendar", "url": "/calendar/x.ics"},
                ],
            },
        ),
    ],
)
def test_block_is_rendered_whole(block: Block, shown: object) -> None:
    assert render.card(messages.message(block))["blocks"] == [shown]


def test_card_carries_its_token_and_its_plain_words() -> None:
    card = render.card(MATCH)

    assert card["token"] == "card-token"
    assert card["text"] == messages.plain(MATCH)
    json.dumps(card)


def test_entry_is_words_or_a_card() -> None:
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    words = render.entry(Entry(1, at, words=EVIL))
    card = render.entry(Entry(2, at, message=MATCH))

    assert words == {"id": 1, "at": "2026-11-23T09:00:00+00:00", "words": EVIL}
    assert card == {"id": 2, "at": "2026-11-23T09:00:00+00:00", "card": render.card(MATCH)}


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (
            TextField("a", "A", "Hint", initial="x", multiline=True, max_length=9),
            {
                "kind": "text",
                "hint": "Hint",
                "initial": "x",
                "multiline": True,
                "max_length": 9,
                "required": False,
            },
        ),
        (
            TextField("a", "A", kind=TextKind.DATE, required=True),
            {
                "kind": "date",
                "hint": "",
                "initial": "",
                "multiline": False,
                "max_length": 3000,
                "required": True,
            },
        ),
        (
            ChoiceField("a", "A", forms.options("x", "y"), initial=("y",), multiple=True),
            {
                "kind": "choice",
                "hint": "",
                "options": [{"value": "x", "label": "x"}, {"value": "y", "label": "y"}],
                "initial": ["y"],
                "multiple": True,
                "required": False,
            },
        ),
        (
            CheckField("a", "A", initial=True),
            {"kind": "check", "hint": "", "initial": True, "required": False},
        ),
        (PersonField("a", "A"), {"kind": "person", "hint": "", "required": False}),
    ],
)
def test_field_is_rendered_whole(field: forms.Field, shown: dict[str, object]) -> None:
    form = render.form(Form("T", "r", (field,)))

    assert form["fields"] == [{"name": "a", "label": "A"} | shown]


def test_form_carries_where_it_goes() -> None:
    form = render.form(INTRODUCTION)

    del form["fields"]
    assert form == {
        "title": "Introduce yourself",
        "route": "introduce",
        "value": "7",
        "submit": "Introduce me",
        "token": "form-token",
        "intro": [
            {"text": "So that people know "},
            {"text": "who to ask", "bold": True},
            {"text": "."},
        ],
    }


@pytest.mark.parametrize(
    "url",
    [
        "/console",
        "https://example.org/a?b=c",
        "http://example.org",
        "mailto:ada@example.org",
        "tel:+442012345",
        "webcal://example.org/a.ics",
        "HTTPS://example.org",
    ],
)
def test_address_that_is_safe_stays(url: str) -> None:
    assert render.safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "example.org",
        "http://[",
    ],
)
def test_address_that_is_not_safe_is_dropped(url: str) -> None:
    assert render.safe_url(url) == ""
    span = render.card(messages.message(messages.text(messages.link("words", url))))
    assert span["blocks"][0]["spans"] == [{"text": "words"}]
