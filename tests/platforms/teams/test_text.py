from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.messages import Span, bold, link, spans
from bot.platforms.teams.text import (
    APART,
    cut,
    cut_to_size,
    lines,
    plain,
    size,
    without_markdown,
)

BASE = "https://bot.example"


def shown(*parts: Span | str) -> list[str]:
    return [
        "".join(run["text"] for run in block["inlines"]) for block in lines(spans(*parts), BASE)
    ]


@pytest.mark.parametrize(
    ("thing", "bytes_"),
    [({"a": [1, "é"]}, 14), ("🎉", 6), ('"', 4), ("\x01", 8), ("\ud800", 3)],
)
def test_size_is_that_of_json_in_utf_8(thing: Any, bytes_: int) -> None:
    assert size(thing) == bytes_


@given(st.text(max_size=300) | st.text('🎉é\x01"a', max_size=300), st.integers(10, 200))
def test_text_cut_to_a_size_fits_and_wastes_nothing(text: str, limit: int) -> None:
    found = cut_to_size(text, limit)

    assert size(found) <= limit
    if found != text:
        kept = found.removesuffix("…")
        assert text.startswith(kept)
        assert size(text[: len(kept) + 6] + "…") > limit
    else:
        assert size(text) <= limit


def test_cut_ends_with_an_ellipsis() -> None:
    assert [cut("abc", 3), cut("abcd", 3)] == ["abc", "ab…"]


def test_lines_are_blocks_and_an_empty_line_sets_them_apart() -> None:
    blocks = lines(spans("one\ntwo", bold("!\n\n"), "three"), BASE)

    assert [(each.get("spacing"), len(each["inlines"])) for each in blocks] == [
        (None, 1),
        ("None", 2),
        (None, 1),
    ]


def test_line_longer_than_a_run_is_parted_between_words() -> None:
    whole = "word " * 1300

    assert [len(line) for line in shown(whole)] == [3000, 3000, 500]
    assert "".join(shown(whole)) == whole
    assert [len(line) for line in shown("a" * 2000, "b" * 2000)] == [3000, 1000]


def test_address_with_spaces_is_closed_up() -> None:
    [block] = lines(spans(link("here", "https://a.example/x y\n")), BASE)

    assert block["inlines"][0]["selectAction"]["url"] == "https://a.example/xy"


@given(st.text())
def test_words_for_a_text_block_keep_their_letters(text: str) -> None:
    def letters(words: str) -> list[str]:
        return [letter for letter in words if letter.isalnum()]

    assert letters(without_markdown(text)) == letters(text)
    assert letters(plain(text)) == letters(text)


def test_clock_of_a_card_is_not_computed() -> None:
    assert plain("at {{TIME(2026-03-31T09:00:00Z)}} or {{DATE}}") == (
        f"at {{{APART}{{TIME(2026-03-31T09:00:00Z)}}}} or {{{{DATE}}}}"
    )
