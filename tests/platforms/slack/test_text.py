import pytest

from bot.chat.messages import Account, Span, bold, italic, link, person, spans
from bot.ids import Lane
from bot.platforms.slack.text import (
    APART,
    Place,
    cut,
    escape,
    literal,
    mrkdwn,
    text_object,
    text_objects,
    unescape,
)

PLACE = Place(Lane("slack:T1"), "https://bot.example")
ADA = Account(Lane("slack:T1"), "UADA")


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (spans("Hello ", bold("Ada"), "."), "Hello *Ada*."),
        (spans("x", bold("Ada"), "y"), f"x{APART}*Ada*{APART}y"),
        (spans(bold(" Ada ")), " *Ada* "),
        (spans(bold("one\ntwo")), "*one*\n*two*"),
        (spans(bold("   "), bold("x")), "   *x*"),
        (spans("It is ", italic("now"), "."), "It is _now_."),
        (spans("x", italic("a\nb "), "y"), f"x{APART}_a_\n_b_ y"),
        (spans(Span("both", bold=True, italic=True)), "*_both_*"),
        (
            spans(Span("here", italic=True, url="https://x.example")),
            "_<https://x.example|here>_",
        ),
        (spans(Span("here ", bold=True, url="javascript:1")), "here "),
        (spans("Meet ", person("Ada", ADA), "!"), "Meet <@UADA>!"),
        (spans(person("Ada", Account(Lane("slack:T2"), "UADA"))), "*Ada*"),
        (spans(person("Ada", Account(Lane("slack:T1"), "U1> <!channel"))), "*Ada*"),
        (
            spans(link("the notes", "/notes?a=1&b=2")),
            "<https://bot.example/notes?a=1&amp;b=2|the notes>",
        ),
        (spans(link("a|b\nc", "https://x.example/a|b>c")), "<https://x.example/a%7Cb%3Ec|a¦b c>"),
        (spans(link("click", "javascript:alert(1)")), "click"),
        (spans(link("far", "https://x.example/" + "a" * 2000)), "far"),
        (spans(link("", "https://x.example")), "<https://x.example>"),
    ],
)
def test_mrkdwn_shows_each_kind_of_span(parts: tuple[Span, ...], shown: str) -> None:
    assert mrkdwn(parts, PLACE) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@UADA> & co", "&lt;@UADA&gt; &amp; co"),
        ("*loud*", f"{APART}*{APART}loud{APART}*{APART}"),
        ("snake_case stays", "snake_case stays"),
        (
            "~gone~ `code`",
            "".join(
                (f"{APART}~{APART}gone{APART}~{APART} ", f"{APART}`{APART}code{APART}`{APART}")
            ),
        ),
        (":tada: at 10:30:45", f":{APART}tada: at 10:30:45"),
        ("> quoted", f"{APART}&gt; quoted"),
        ("a > b", "a &gt; b"),
    ],
)
def test_literal_leaves_nothing_that_slack_reads_as_markup(words: str, shown: str) -> None:
    assert literal(words) == shown


def test_words_alone_are_plain_text_so_that_no_markup_is_read() -> None:
    assert text_object(spans("*Ada* <!here>"), PLACE) == {
        "type": "plain_text",
        "text": "*Ada* &lt;!here&gt;",
        "emoji": False,
    }


def test_escape_is_undone_by_unescape() -> None:
    assert unescape(escape("&lt; <b> & &amp;")) == "&lt; <b> & &amp;"


def test_cut_never_leaves_half_an_entity() -> None:
    assert cut("a&amp;b", 5) == "a…"
    assert cut("a&amp;b", 7) == "a&amp;b"


def test_long_words_become_several_texts_and_none_is_lost() -> None:
    words = " ".join(f"word{number}" for number in range(3000))

    shown = text_objects(spans(bold("Start "), words, "x" * 5000), PLACE, limit=3000)

    assert max(len(one["text"]) for one in shown) <= 3000
    joined = "".join(one["text"] for one in shown).replace("*", "")
    assert joined == f"Start {words}{'x' * 5000}"


def test_blank_words_are_no_text() -> None:
    assert text_objects(spans(" \n", ""), PLACE, limit=3000) == []
