"""An e-mail's words: the same in text and HTML, with links that open and nothing that acts."""

import re
from html import unescape

import pytest

from bot.chat import messages
from bot.chat.messages import Button, Heading, LinkButton, Style
from bot.platforms.mail import render
from bot.platforms.mail.render import Around

BASE = "https://chat.leaders.example"
AROUND = Around("Ada <b>Obi</b>", "Leaders", f"{BASE}/enter/secret", "14 days")
EVERYTHING = messages.message(
    Heading("Meet <Ben>"),
    messages.text("You two are a pair.\nWhy: ", messages.bold("discharge"), "; see ",
                  messages.link("his page", "/people/2"), "."),
    messages.facts(
        messages.fact("E-mail", messages.link("ben@example.org", "mailto:ben@example.org")),
        messages.fact("Place", "Bexley & Bromley"),
    ),
    messages.bullets(("Tuesday",), (messages.link("Thursday", "https://example.org/t"),)),
    messages.Divider(),
    messages.buttons(
        Button("Choose a time", "coffee time", "7", Style.PRIMARY),
        Button("I can’t make it", "coffee cancel", "7"),
        LinkButton("Calendar file", "/calendar/abc.ics"),
        LinkButton("Bad", "javascript:alert(1)"),
    ),
    messages.buttons(LinkButton("Bad alone", "javascript:alert(1)")),
    messages.note("Type “coffee pause” to ", messages.link("sit out", "javascript:alert(1)"), "."),
)  # fmt: skip
BELOW = """
Open the web chat: https://chat.leaders.example/enter/secret

The link lets you in as Ada <b>Obi</b>, once, within 14 days. It is for you alone: please don’t \
pass this e-mail on.
You get this by e-mail because you are a member of Leaders and use none of its chats. What you get \
is yours to change in the web chat.
Answers to this e-mail reach nobody.
"""


def shown(message: messages.Message) -> render.Shown:
    return render.shown(message, AROUND, base_url=BASE)


def test_text_has_every_word_and_absolute_links() -> None:
    assert shown(EVERYTHING).text == (
        """\
Meet <Ben>
You two are a pair.
Why: discharge; see his page (https://chat.leaders.example/people/2).
E-mail: ben@example.org
Place: Bexley & Bromley
- Tuesday
- Thursday (https://example.org/t)
In the web chat you can choose: “Choose a time”, “I can’t make it”.
Calendar file: https://chat.leaders.example/calendar/abc.ics
Type “coffee pause” to sit out.
"""
        + BELOW
    )


def test_html_says_the_same_and_everything_in_it_is_literal() -> None:
    html = shown(EVERYTHING).html

    read = unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2].partition(">")[2]))
    words = re.sub(
        r" \(https://[^)]*\)|: https://\S+|^- ", "", shown(EVERYTHING).text, flags=re.MULTILINE
    )
    assert _letters(read) == _letters(words)
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == [
        "https://chat.leaders.example/people/2",
        "mailto:ben@example.org",
        "https://example.org/t",
        "https://chat.leaders.example/calendar/abc.ics",
        "https://chat.leaders.example/enter/secret",
    ]
    assert "<strong>discharge</strong>" in html
    assert "a pair.<br>Why" in html
    assert '<th scope="row"' in html
    assert "<h1" in html
    assert '<html lang="en-GB">' in html
    assert [tag for tag in ("<img", "<script", "<Ben", "<b>", "javascript") if tag in html] == []


def _letters(words: str) -> list[str]:
    """The words, without regard to punctuation between blocks, and in the order of a dictionary."""
    return sorted(re.findall(r"\w+", words))


@pytest.mark.parametrize(
    ("blocks", "subject"),
    [
        ((Heading("Your coffee"), messages.text("Hello.")), "Your coffee"),
        ((messages.text("Hello Ada. You meet Ben."), Heading("Later")), "Hello Ada"),
        ((messages.text(messages.bold("Welcome!"), " More."),), "Welcome!"),
        ((messages.text("Version 2.5 is out. Read on."),), "Version 2.5 is out"),
        ((messages.text("One line\nand more"),), "One line"),
        ((messages.text("No end"),), "No end"),
        ((Heading("a\r\nBcc: x\u202e"),), "a Bcc: x"),
        ((Heading("word " * 30),), f"{'word ' * 14}word…"),
        ((messages.facts(messages.fact("A", "b")),), "Leaders"),
        ((Heading(" "),), "Leaders"),
        ((messages.text(""),), "Leaders"),
    ],
)
def test_subject_is_the_heading_or_the_first_sentence(blocks: tuple, subject: str) -> None:
    assert shown(messages.message(*blocks)).subject == subject
    assert len(subject) <= render.MAX_SUBJECT


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("/console", f"{BASE}/console"),
        ("https://example.org/a", "https://example.org/a"),
        ("tel:+44", "tel:+44"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_only_safe_addresses_are_opened(url: str, opened: str) -> None:
    assert render.safe_url(url, BASE) == opened


def test_numbered_list_and_italic_words_stay_so_in_mail() -> None:
    listing = messages.Bullets(((messages.italic("a\nb"),),), is_numbered=True)

    html = shown(messages.message(listing)).html

    assert "<ol><li><em>a<br>b</em></li></ol>" in html.replace("\n", "")
