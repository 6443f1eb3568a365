"""A small Markdown becomes blocks; whatever else it looks like stays words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import messages
from bot.chat.messages import (
    Block,
    Bullets,
    Heading,
    Message,
    Span,
    bold,
    italic,
    link,
    spans,
    text,
)
from bot.domain.announcement_text import blocks

SITE = "https://leaders.example/a_b_c"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", ()),
        ("Hello", (text("Hello"),)),
        ("one\ntwo\n\nthree", (text("one\ntwo"), text("three"))),
        ("Dear **all**, *please* _read_.", (
            text("Dear ", bold("all"), ", ", italic("please"), " ", italic("read"), "."),)),
        ("***both***", (text(Span("both", bold=True, italic=True)),)),
        ("*a **b** c* d", (text(
            italic("a "), Span("b", bold=True, italic=True), italic(" c"), " d"),)),
        ("**a *b **c** d* e**", (text(
            bold("a "), Span("b c d", bold=True, italic=True), bold(" e")),)),
        ("# News\nToday", (Heading("News"), text("Today"))),
        ("- one\n- **two**\n  - three", (
            Bullets((spans("one"), spans(bold("two")), spans("three"))),)),
        ("1. one\n\n   more\n2. two", (
            Bullets((spans("one\nmore"), spans("two")), is_numbered=True),)),
        ("- \n- a\n\nafter", (Bullets((spans("a"),)), text("after"))),
        ("- \n", ()),
        (f"[the page]({SITE})", (text(link("the page", SITE)),)),
        (f"**[the page]({SITE})** now", (
            text(Span("the page", bold=True, url=SITE), " now"),)),
        (f"See {SITE}, or {SITE}.", (
            text("See ", link(SITE, SITE), ", or ", link(SITE, SITE), "."),)),
        ("[mail](mailto:ada@leaders.example)", (
            text(link("mail", "mailto:ada@leaders.example")),)),
        ("[c](ftp://x.example) [p](/console)", (text("c p"),)),
        (f"Here: {SITE}", (text("Here: ", link(SITE, SITE)),)),
        ("http://[bad/x stays", (text("http://[bad/x stays"),)),
        ("[b](javascript:alert(1))", (text("[b](javascript:alert(1))"),)),
        ("<b>hi</b> &amp; <!channel> <@U1>", (text("<b>hi</b> &amp; <!channel> <@U1>"),)),
        (r"\*not\* 2*3*4", (text("*not* 2", italic("3"), "4"),)),
        ("> quoted `code` | a | b |", (text("> quoted `code` | a | b |"),)),
    ],
)  # fmt: skip
def test_words_are_read_as_they_are_meant(words: str, shown: tuple[Block, ...]) -> None:
    assert blocks(words) == shown


@given(st.text("abc *_#-1.[]()<>!\\`\n", max_size=80))
def test_no_letter_is_lost_however_it_is_written(words: str) -> None:
    shown = messages.plain(Message(blocks(words)))

    assert [each for each in shown if each in "abc"] == [each for each in words if each in "abc"]
