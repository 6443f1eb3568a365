"""Messages as plain text, and the tokens that are stamped on them."""

import pytest

from bot.chat import messages
from bot.chat.messages import (
    Account,
    Bullets,
    Button,
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
    spans,
    text,
)
from bot.ids import Lane

ADA = Account(Lane("slack:T1"), "U1")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Heading("Coffee"), "Coffee"),
        (text("Meet ", bold("Ben"), "."), "Meet Ben."),
        (text("one\ntwo"), "one\ntwo"),
        (note("You can ", link("stop", "/stop"), "."), "You can stop."),
        (bullets(("one",), ("two, ", bold("loud"))), "- one\n- two, loud"),
        (Bullets(((Span("one"),), (italic("two"),)), is_numbered=True), "1. one\n2. two"),
        (
            facts(fact("When", "Tuesday"), fact("With", person("Ben", ADA))),
            "When: Tuesday\nWith: Ben",
        ),
        (buttons(Button("Join", "coffee join")), "Join: type “coffee join”"),
        (buttons(Button("In", "coffee in", "7 yes")), "In: type “coffee in 7 yes”"),
        (buttons(LinkButton("Open", "/calendar/x.ics")), "Open: /calendar/x.ics"),
        (buttons(Button("A", "a"), LinkButton("B", "/b")), "A: type “a”\nB: /b"),
        (Divider(), ""),
    ],
)
def test_plain_reads_without_the_platform(block, expected):
    assert messages.plain(message(block)) == expected


def test_plain_puts_blocks_on_lines_of_their_own_and_leaves_out_dividers():
    card = message(Heading("Hello"), Divider(), text("One."), text(""), buttons(Button("Go", "go")))

    assert messages.plain(card) == "Hello\nOne.\nGo: type “go”"


def test_plain_keeps_what_looks_like_markup_as_it_was_typed():
    assert messages.plain(message(text("<!channel> *_`&amp;"))) == "<!channel> *_`&amp;"


def test_builders_make_the_blocks():
    assert spans("a", bold("b")) == (Span("a"), Span("b", bold=True))
    assert text("a") == Paragraph((Span("a"),))
    assert note("a") == Note((Span("a"),))
    assert bullets(("a", "b")) == Bullets(((Span("a"), Span("b")),))
    assert facts(fact("x", "y")) == Facts((Fact("x", (Span("y"),)),))
    assert link("here", "/x") == Span("here", url="/x")
    assert message(text("a"), replaces=True) == Message((Paragraph((Span("a"),)),), replaces=True)


def test_person_is_a_mention_where_the_account_is_known_and_bold_where_not():
    assert person("Ada", ADA) == Span("Ada", account=ADA)
    assert person("Ada") == Span("Ada", bold=True)


def test_stamped_changes_the_token_alone():
    card = message(text("Hello"), buttons(Button("Go", "go", style=Style.DANGER)), replaces=True)

    stamped = messages.stamped(card, "t1")

    assert stamped == Message(card.blocks, replaces=True, token="t1")
    assert messages.stamped(stamped, "") == card


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (message(text("Hello")), False),
        (message(buttons(LinkButton("Open", "/x"))), False),
        (message(buttons()), False),
        (message(buttons(LinkButton("Open", "/x"), Button("Go", "go"))), True),
    ],
)
def test_only_buttons_that_do_something_count(card, expected):
    assert messages.has_buttons(card) is expected
