from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.messages import (
    Account,
    Block,
    Bullets,
    Button,
    Buttons,
    Divider,
    Fact,
    Facts,
    Heading,
    LinkButton,
    Message,
    Note,
    Paragraph,
    Span,
    Style,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    italic,
    link,
    message,
    note,
    person,
    plain,
    spans,
    stamped,
    text,
)
from bot.ids import Lane
from bot.platforms.teams import render
from bot.platforms.teams.text import APART
from tests import teams_cards

BASE = "https://bot.example"
ADA = Account(Lane("teams:t1"), "a-d-a")

EVERYTHING = stamped(
    message(
        Heading("A round"),
        text("Meet ", person("Ada", ADA), ".\nSoon."),
        bullets(("one",), (bold("two"),)),
        facts(fact("When", "Tuesday"), fact("Where", link("here", "/map"))),
        Divider(),
        note("You get this because you joined coffee."),
        buttons(
            Button("Join", "coffee join", "41", style=Style.PRIMARY),
            Button("Leave", "coffee leave", style=Style.DANGER, confirm="Leave coffee?"),
            Button("Set up", "coffee setup", opens_form=True),
            LinkButton("Calendar", "/calendar/x.ics"),
        ),
    ),
    "t1",
)
NASTY = (
    "<at>x</at>",
    "**b** _i_ `c` ~~s~~",
    "[x](javascript:alert(1))",
    "# h\n- one\n1. two\n> three",
    "{{DATE(2026-03-31T09:00:00Z,SHORT)}}",
    "👩🏽‍⚕️🎉",
    "مرحبا بكم في المجتمع",
    'quo"te\\back & <b>x</b>',
    "  ",
    "a" * 5000,
)


def test_card_shows_every_block() -> None:
    shown = render.card(EVERYTHING, BASE)

    assert (shown["type"], shown["version"]) == ("AdaptiveCard", "1.5")
    assert shown["body"][:8] == [
        {
            "type": "TextBlock",
            "text": "A round",
            "style": "heading",
            "size": "Large",
            "weight": "Bolder",
            "wrap": True,
        },
        {
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": "Meet "},
                {"type": "TextRun", "text": "Ada", "weight": "Bolder"},
                {"type": "TextRun", "text": "."},
            ],
        },
        {
            "type": "RichTextBlock",
            "inlines": [{"type": "TextRun", "text": "Soon."}],
            "spacing": "None",
        },
        {
            "type": "RichTextBlock",
            "inlines": [{"type": "TextRun", "text": "• "}, {"type": "TextRun", "text": "one"}],
        },
        {
            "spacing": "Small",
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": "• "},
                {"type": "TextRun", "text": "two", "weight": "Bolder"},
            ],
        },
        {
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": "When: ", "weight": "Bolder"},
                {"type": "TextRun", "text": "Tuesday"},
            ],
        },
        {
            "spacing": "Small",
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": "Where: ", "weight": "Bolder"},
                {
                    "type": "TextRun",
                    "text": "here",
                    "selectAction": {"type": "Action.OpenUrl", "url": "https://bot.example/map"},
                },
            ],
        },
        {
            "type": "RichTextBlock",
            "inlines": [
                {
                    "type": "TextRun",
                    "text": "You get this because you joined coffee.",
                    "size": "Small",
                    "isSubtle": True,
                }
            ],
            "separator": True,
            "spacing": "Medium",
        },
    ]
    assert [element["type"] for element in shown["body"][8:]] == ["ActionSet"]


def test_buttons_are_actions_that_carry_their_route_in_their_order() -> None:
    join, leave, setup, calendar = render.card(EVERYTHING, BASE)["body"][-1]["actions"]

    sent = {"leaders": {"r": "coffee join", "v": "41", "t": "t1"}}
    assert join == {
        "type": "Action.Execute",
        "title": "Join",
        "verb": "tap",
        "data": sent,
        "fallback": {"type": "Action.Submit", "title": "Join", "data": sent},
        "style": "positive",
    }
    sent = {"leaders": {"r": "coffee leave", "v": "", "t": "t1"}}
    assert leave == {
        "type": "Action.ShowCard",
        "title": "Leave",
        "style": "destructive",
        "card": {
            "type": "AdaptiveCard",
            "body": [
                {
                    "type": "RichTextBlock",
                    "inlines": [{"type": "TextRun", "text": "Leave coffee?"}],
                }
            ],
            "actions": [
                {
                    "type": "Action.Execute",
                    "title": "Leave",
                    "verb": "tap",
                    "data": sent,
                    "fallback": {"type": "Action.Submit", "title": "Leave", "data": sent},
                    "style": "destructive",
                }
            ],
        },
    }
    assert setup == {
        "type": "Action.Submit",
        "title": "Set up",
        "data": {
            "leaders": {"r": "coffee setup", "v": "", "t": "t1"},
            "msteams": {"type": "task/fetch"},
        },
    }
    assert calendar == {
        "type": "Action.OpenUrl",
        "title": "Calendar",
        "url": "https://bot.example/calendar/x.ics",
    }


def test_dialog_knows_submit_alone() -> None:
    shown = render.task(EVERYTHING, BASE)

    assert [each["type"] for each in teams_cards.actions(shown["card"]["content"])] == [
        "Action.OpenUrl",  # The link in the facts.
        "Action.Submit",
        "Action.Submit",
        "Action.Submit",
        "Action.OpenUrl",
    ]
    assert "task/fetch" not in str(shown)
    assert (shown["title"], shown["card"]["contentType"]) == ("A round", teams_cards.ADAPTIVE)


def test_activity_has_one_card_a_summary_and_no_text() -> None:
    sent = render.activity(EVERYTHING, BASE)

    assert sent == {
        "type": "message",
        "summary": (
            "A round\nMeet Ada.\nSoon.\n- one\n- two\nWhen: Tuesday\nWhere: here\n"
            "You get this because you joined coffee.\nJoin: type “coffee join 41”\n"
            "Leave: type “coffee leave”\nSet up: type “coffee setup”\n"
            "Calendar: https://bot.example/calendar/x.ics"
        ),
        "attachments": [
            {"contentType": teams_cards.ADAPTIVE, "content": render.card(EVERYTHING, BASE)}
        ],
    }
    assert sent["summary"] == sent["attachments"][0]["content"]["fallbackText"]


def test_more_than_six_buttons_make_several_sets() -> None:
    said = message(buttons(*(Button(str(at), f"do {at}") for at in range(14))))

    sets = [element["actions"] for element in render.card(said, BASE)["body"]]

    assert [len(each) for each in sets] == [6, 6, 2]
    assert [action["title"] for each in sets for action in each] == [str(at) for at in range(14)]


def test_button_without_a_label_shows_its_route_and_a_long_one_is_cut() -> None:
    said = message(buttons(Button(" ", "help"), Button("b" * 90, "help"), Button("", "")))

    [shown] = render.card(said, BASE)["body"]

    assert [action["title"] for action in shown["actions"]] == ["help", "b" * 79 + "…", "…"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://",
        "data:text/html,x",
        "https://[",
        "x" * 9,
        "https://a/" + "b" * 2000,
    ],
)
def test_link_that_no_card_opens_is_said_in_words(url: str) -> None:
    shown = render.card(message(text(link("here", url)), buttons(LinkButton("Go", url))), BASE)

    assert teams_cards.actions(shown) == []
    assert teams_cards.words(shown) == ["here", f"Go: {url}"]


def test_empty_message_says_so() -> None:
    shown = render.card(message(text(" "), Heading(""), bullets(()), Divider()), BASE)

    assert teams_cards.words(shown) == [render.NOTHING]
    assert render.card(message(), BASE)["fallbackText"] == render.NOTHING


@pytest.mark.parametrize("words", NASTY)
def test_words_of_a_member_are_literal(words: str) -> None:
    shown = render.card(message(text(words), note(words), facts(fact("Name", words))), BASE)

    lines = [line.replace(APART, "") for line in teams_cards.words(shown)]
    said = [line for line in words.split("\n") if line.strip()]
    parted = len(words) > 3000
    assert "".join(lines) == "".join((*said, *said, "Name: ", *(said or ["  "])))
    assert len(lines) == 3 * (2 if parted else max(1, len(said))) - 2 * (not said)
    assert {each["type"] for each in teams_cards.objects(shown["body"]) if "type" in each} == {
        "RichTextBlock",
        "TextRun",
    }


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("A round & more", "A round & more"),
        ("<at>Ada</at>", f"<{APART}at>Ada<{APART}/at>"),
        ("**b** _i_ `c` ~~s~~", "∗∗b∗∗ ＿i＿ ‵c‵ ∼∼s∼∼"),
        ("[x](javascript:alert(1))", f"[x]{APART}(javascript:alert(1))"),
        ("![x](https://a)", f"!{APART}[x]{APART}(https://a)"),
        ("# Title", f"{APART}# Title"),
        ("1. Title\n- more", f"{APART}1. Title - more"),
        ("&lt;b&#62;", f"&{APART}lt;b&{APART}#62;"),
        ("{{DATE(2026-03-31T09:00:00Z)}}", f"{{{APART}{{DATE(2026-03-31T09:00:00Z)}}}}"),
        ("a\\*b", "a＼∗b"),
    ],
)
def test_heading_reads_no_markdown(words: str, shown: str) -> None:
    [block] = render.card(message(Heading(words)), BASE)["body"]

    assert (block["type"], block["text"]) == ("TextBlock", shown)


def test_heading_that_is_not_short_is_a_paragraph() -> None:
    [block] = render.card(message(Heading("h" * 151)), BASE)["body"]

    assert block["inlines"] == [{"type": "TextRun", "text": "h" * 151, "weight": "Bolder"}]


def test_long_paragraphs_give_way_to_notes_and_buttons() -> None:
    said = message(
        Heading("Long"),
        *(text(f"{at} " + "é" * 2500) for at in range(10)),
        note("Say “stop” to stop."),
        buttons(Button("Stop", "stop")),
    )

    sent = render.activity(said, BASE)

    shown = sent["attachments"][0]["content"]
    kept = teams_cards.words(shown)
    assert kept[0] == "Long"
    assert [line[0] for line in kept[1:-2]] == ["0", "1", "2"]
    assert kept[-2:] == [render.TOO_LONG, "Say “stop” to stop."]
    assert [each["title"] for each in teams_cards.actions(shown)] == ["Stop"]
    assert plain(said).startswith(shown["fallbackText"].removesuffix("…"))
    assert teams_cards.faults_of_message(sent) == []


def test_buttons_leave_the_less_room_to_paragraphs() -> None:
    said = message(
        *(text(f"{at} " + "x" * 1500) for at in range(10)),
        buttons(*(Button(f"Do {at}", "do", "v" * 150) for at in range(20))),
        text("The end."),
    )

    sent = render.activity(said, BASE)

    shown = sent["attachments"][0]["content"]
    assert [line[0] for line in teams_cards.words(shown)] == ["0", "1", "2", "3", "4", "…"]
    assert len(teams_cards.actions(shown)) == 20
    assert teams_cards.faults_of_message(sent) == []


def test_more_buttons_than_a_card_holds_end_with_a_sentence() -> None:
    said = message(buttons(*(Button(f"Button {at}", "do", "v" * 200) for at in range(90))))

    sent = render.activity(said, BASE)

    assert teams_cards.words(sent["attachments"][0]["content"]) == [render.TOO_LONG]
    assert teams_cards.faults_of_message(sent) == []


spans_ = st.builds(
    Span,
    st.text(max_size=200) | st.sampled_from(NASTY),
    bold=st.booleans(),
    italic=st.booleans(),
    url=st.sampled_from(["", "/path", "https://a.example/x y", "javascript:alert(1)"]),
    account=st.none() | st.just(ADA),
)
runs = st.lists(spans_, max_size=3).map(tuple)
buttons_ = st.builds(
    Button,
    st.text(max_size=100),
    st.text(max_size=30),
    st.text(max_size=300),
    style=st.sampled_from(Style),
    confirm=st.text(max_size=100),
    opens_form=st.booleans(),
)
link_buttons = st.builds(LinkButton, st.text(max_size=100), st.text(max_size=100))
blocks = st.one_of(
    st.builds(Heading, st.text(max_size=300) | st.sampled_from(NASTY)),
    st.builds(Paragraph, runs),
    st.builds(Bullets, st.lists(runs, max_size=8).map(tuple), st.booleans()),
    st.builds(Facts, st.lists(st.builds(Fact, st.text(max_size=50), runs), max_size=8).map(tuple)),
    st.builds(Note, runs),
    st.just(Divider()),
    st.builds(Buttons, st.lists(buttons_ | link_buttons, max_size=15).map(tuple)),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(blocks, max_size=12), st.booleans())
def test_any_message_is_a_valid_card_of_less_than_25_kb(said: list[Block], repeat: bool) -> None:
    whole = Message(tuple(said) * (8 if repeat else 1), token="t" * 32)

    sent = render.activity(whole, BASE)
    in_dialog = render.card(whole, BASE, in_dialog=True)

    assert teams_cards.faults_of_message(sent) == []
    assert teams_cards.faults(in_dialog) == []
    card = sent["attachments"][0]["content"]
    spoken = render.fallback(whole, BASE)
    kept = card["fallbackText"]
    assert kept == spoken or spoken.startswith(kept.removesuffix("…"))
    assert kept.strip() or not spoken.strip()


def test_second_parser_keeps_every_card_as_it_is() -> None:
    cards: list[dict[str, Any]] = [
        teams_cards.without_teams(render.card(said, BASE))
        for said in (
            EVERYTHING,
            *(message(Heading(words), text(words), note(words)) for words in NASTY),
        )
    ]

    found = teams_cards.parsed(cards)

    assert [each["faults"] for each in found] == [[]] * len(cards)
    assert [teams_cards.words(each["kept"]) for each in found] == [
        teams_cards.words(card) for card in cards
    ]
    assert [
        [action["title"] for action in teams_cards.actions(each["kept"]) if "title" in action]
        for each in found
    ] == [
        [action["title"] for action in teams_cards.actions(card) if "title" in action]
        for card in cards
    ]


def test_numbered_list_counts_its_items() -> None:
    listing = Bullets((spans("one"), spans(" "), spans(italic("two"))), is_numbered=True)

    shown = render.card(message(listing), BASE)

    runs = [each["inlines"] for each in shown["body"]]
    assert runs == [
        [{"type": "TextRun", "text": "1. "}, {"type": "TextRun", "text": "one"}],
        [
            {"type": "TextRun", "text": "2. "},
            {"type": "TextRun", "text": "two", "italic": True},
        ],
    ]
