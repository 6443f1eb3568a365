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
    message,
    note,
    spans,
    stamped,
    text,
)
from bot.ids import Lane
from bot.platforms.slack import carry, render
from bot.platforms.slack.text import Place
from tests import slack_limits, slack_schema

LANE = Lane("slack:T1")
PLACE = Place(LANE, "https://bot.example")

EVERYTHING = message(
    Heading("A round & more"),
    text("Meet ", Span("Ada", account=Account(LANE, "UADA")), "."),
    bullets(("one",), (bold("two"),)),
    facts(fact("When", "Tuesday"), fact("Where", Span("here", url="/map"))),
    Divider(),
    note("You get this because you joined coffee."),
    buttons(
        Button("Join", "coffee join", "41", style=Style.PRIMARY),
        Button("Leave", "coffee leave", style=Style.DANGER, confirm="Leave coffee?"),
        Button("Maybe", "coffee later", confirm="Sure?"),
        LinkButton("Calendar", "/calendar/x.ics"),
    ),
)


def blocks(*said: Block, **more: Any) -> list[dict[str, Any]]:
    return render.message(Message(said, **more), PLACE).blocks


def test_message_shows_every_block() -> None:
    shown = render.message(stamped(EVERYTHING, "t1"), PLACE)

    assert shown.blocks[:4] == [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": "A round &amp; more", "emoji": False},
        },
        {"type": "section", "text": {"type": "mrkdwn", "text": "Meet <@UADA>.", "verbatim": True}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "• one\n• *two*", "verbatim": True}},
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*When*\nTuesday", "verbatim": True},
                {
                    "type": "mrkdwn",
                    "text": "*Where*\n<https://bot.example/map|here>",
                    "verbatim": True,
                },
            ],
        },
    ]
    assert [block["type"] for block in shown.blocks[4:]] == ["divider", "context", "actions"]
    join, leave, maybe, calendar = shown.blocks[6]["elements"]
    assert join == {
        "type": "button",
        "action_id": "0:coffee join",
        "text": {"type": "plain_text", "text": "Join", "emoji": False},
        "value": '{"v":"41","t":"t1"}',
        "style": "primary",
    }
    assert leave["confirm"]["style"] == "danger"
    assert "style" not in maybe["confirm"]
    assert calendar == {
        "type": "button",
        "action_id": "3:-",
        "text": {"type": "plain_text", "text": "Calendar", "emoji": False},
        "url": "https://bot.example/calendar/x.ics",
    }


def test_fallback_text_says_the_whole_message() -> None:
    shown = render.message(EVERYTHING, PLACE)

    assert shown.text.splitlines() == [
        "A round &amp; more",
        "Meet Ada.",
        "- one",
        "- two",
        "When: Tuesday",
        "Where: here",
        "You get this because you joined coffee.",
        "Join: type “coffee join 41”",
        "Leave: type “coffee leave”",
        "Maybe: type “coffee later”",
        "Calendar: https://bot.example/calendar/x.ics",
    ]


def test_display_name_that_pings_everybody_does_not() -> None:
    name = "<!channel>"

    shown = render.message(
        message(Heading(name), text(name), text("Hi ", bold(name)), note(name)), PLACE
    )

    assert "<!channel>" not in str(shown)
    assert shown.blocks[2]["text"]["text"] == "Hi *&lt;!channel&gt;*"


def test_button_of_the_same_route_twice_has_two_ids() -> None:
    said = blocks(
        buttons(Button("a", "story")), buttons(Button("b", "story"), Button("c", "story"))
    )

    ids = [element["action_id"] for element in slack_limits.elements(said)]

    assert ids == ["0:story", "1:story", "2:story"]


def test_button_that_carries_too_much_is_said_in_words() -> None:
    (shown,) = blocks(buttons(Button("Send", "announce", "x" * 2001)))

    assert shown["type"] == "context"
    assert shown["elements"][0]["text"].startswith("Send: type “announce xxx")


def test_link_that_is_too_long_is_said_in_words() -> None:
    shown = blocks(buttons(LinkButton("Open", "https://x.example/" + "x" * 2990)))

    assert shown[0]["elements"][0]["text"].startswith("Open: https://x.example/xxx")


def test_button_value_survives_whether_slack_escapes_or_not() -> None:
    (shown,) = blocks(buttons(Button("a", "story", 'Q&A <b> "x"')), token="t")
    value = shown["elements"][0]["value"]

    assert not set("&<>") & set(value)
    assert carry.read_tap(value) == ('Q&A <b> "x"', "t")


def test_heading_longer_than_a_header_stays_whole() -> None:
    (shown,) = blocks(Heading("long " * 40))

    assert shown["type"] == "section"
    assert shown["text"]["text"] == f"*{('long ' * 40).strip()}* "


def test_fact_longer_than_a_field_is_cut() -> None:
    (shown,) = blocks(facts(fact("Why", "x" * 3000)))

    assert len(shown["fields"][0]["text"]) == 2000


def test_blank_blocks_are_left_out_and_nothing_is_still_something() -> None:
    assert blocks(Heading(" "), text(" "), note(""), bullets(), facts(), buttons()) == []
    assert render.message(message(), PLACE) == render.Rendered(render.NOTHING, [])
    assert render.home(message(), PLACE)["blocks"][0]["text"]["text"] == render.NOTHING


def test_too_long_a_message_keeps_its_buttons_and_says_that_it_is_cut() -> None:
    paragraphs = [text(f"{number} " + "x" * 2900) for number in range(8)]
    said = message(*paragraphs, buttons(Button("Join", "coffee join")), note("Why."))

    shown = render.message(said, PLACE).blocks

    assert slack_limits.wrong_with_message({"text": "x", "blocks": shown}) == ""
    assert [block["type"] for block in shown] == ["section"] * 4 + ["context", "actions", "context"]
    assert shown[4]["elements"][0]["text"] == render.TOO_LONG


def test_too_many_parts_keep_the_buttons() -> None:
    said = message(*[text(f"line {number}") for number in range(70)], buttons(Button("Join", "j")))

    shown = render.message(said, PLACE).blocks

    assert len(shown) == 50
    assert [block["type"] for block in shown[-2:]] == ["context", "actions"]


@pytest.mark.parametrize(
    "lasting", [[Divider()] * 60, [Heading("x" * 149)] * 49 + [note("y" * 600)] * 40]
)
def test_too_many_parts_that_stay_are_cut_as_well(lasting: list[Block]) -> None:
    shown = render.message(Message((text("Start"), *lasting)), PLACE).blocks

    assert slack_limits.wrong_with_message({"text": "x", "blocks": shown}) == ""
    assert shown[-1]["elements"][0]["text"] == render.TOO_LONG


def test_headings_alone_can_be_too_long_together() -> None:
    notes = [note("y" * 590)] * 30

    shown = render.message(Message(tuple(notes)), PLACE).blocks

    assert slack_limits.wrong_with_message({"text": "x", "blocks": shown}) == ""
    assert len(shown) == 23


def test_modal_and_home_take_a_hundred_blocks() -> None:
    said = message(*[text(f"line {number}") for number in range(120)])

    assert len(render.home(said, PLACE)["blocks"]) == 100
    assert slack_limits.wrong_with_view(render.modal(said, PLACE)) == []


def test_modal_remembers_that_it_came_from_home() -> None:
    view = render.modal(EVERYTHING, PLACE, from_home=True)

    assert carry.read_metadata(view["private_metadata"]).from_home is True


def test_every_block_is_of_slacks_own_type() -> None:
    assert slack_schema.faults_of_blocks(render.message(EVERYTHING, PLACE).blocks) == []
    assert slack_schema.faults("HomeView", render.home(EVERYTHING, PLACE)) == []
    assert slack_schema.faults("ModalView", render.modal(EVERYTHING, PLACE)) == []
    assert slack_schema.faults_of_blocks([{"type": "section", "txt": "?"}]) != []


WORDS = st.sampled_from(["", " ", "Ada", "<!channel>", "&" * 4000, "long words " * 300]) | st.text(
    max_size=9
)
SPANS = st.builds(
    Span,
    WORDS,
    bold=st.booleans(),
    url=st.sampled_from(["", "/x", "https://x.example/a?b=c&d", "javascript:x"]),
    account=st.sampled_from([None, Account(LANE, "UADA"), Account(Lane("web:1"), "ada")]),
)
PARTS = st.lists(SPANS, max_size=3).map(tuple)
BUTTONS = st.builds(
    Button,
    WORDS,
    st.sampled_from(["coffee join", "story", ""]),
    WORDS,
    st.sampled_from(Style),
    WORDS,
) | st.builds(LinkButton, WORDS, st.sampled_from(["/x", "https://x.example"]))
BLOCKS = st.one_of(
    st.builds(Heading, WORDS),
    st.builds(Paragraph, PARTS),
    st.builds(Bullets, st.lists(PARTS, max_size=3).map(tuple), st.booleans()),
    st.builds(Facts, st.lists(st.builds(Fact, WORDS, PARTS), max_size=12).map(tuple)),
    st.builds(Note, PARTS),
    st.just(Divider()),
    st.builds(Buttons, st.lists(BUTTONS, max_size=4).map(tuple)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, max_size=12).map(lambda said: tuple(said) * 6))
def test_any_message_is_within_slacks_limits(said: tuple[Block, ...]) -> None:
    shown = render.message(Message(said, token="t" * 32), PLACE)

    content = {"text": shown.text, "blocks": shown.blocks}
    assert slack_limits.wrong_with_message(content) == ""
    assert 1 <= len(shown.text) <= 4000
    assert slack_limits.wrong_with_view(render.modal(Message(said), PLACE)) == []
    assert "<!" not in str(content)


def test_numbered_list_counts_its_items() -> None:
    (shown,) = blocks(Bullets((spans("one"), spans(italic("two"))), is_numbered=True))

    assert shown["text"]["text"] == "1. one\n2. _two_"
