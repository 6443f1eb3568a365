from datetime import date

import pytest

from bot.domain import audit
from bot.domain.audit import Wanted
from bot.errors import NotUnderstood

TODAY = date(2026, 11, 25)  # A Wednesday.


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Wanted()),
        ("Ada  Obi", Wanted(("ada", "obi"))),
        ("page 3", Wanted(page=3)),
        ("coffee page 0", Wanted(("coffee",), page=1)),
        ("coffee since 1 March page 2", Wanted(("coffee",), date(2026, 3, 1), page=2)),
        ("since 1 december", Wanted(since=date(2025, 12, 1))),
        ("from 2025-01-01 to 31/01/2025", Wanted((), date(2025, 1, 1), date(2025, 1, 31))),
        ("from 0001-01-01 to 31 December 9999", Wanted((), date(2020, 1, 1), TODAY)),
        ("on 29 february 2024", Wanted((), date(2024, 2, 29), date(2024, 2, 29))),
        ("until 29 february", Wanted(until=date(2024, 2, 29))),
        ("on monday", Wanted((), date(2026, 11, 23), date(2026, 11, 23))),
        ("since wednesday", Wanted(since=TODAY)),
        ("since yesterday", Wanted(since=date(2026, 11, 24))),
        ("until today", Wanted(until=TODAY)),
    ],
)
def test_words_dates_and_page_are_read(text: str, wanted: Wanted) -> None:
    assert audit.asked(text, today=TODAY) == wanted


def test_what_was_asked_reads_the_same_again() -> None:
    wanted = Wanted(("coffee",), date(2026, 3, 1), date(2026, 3, 31))

    assert audit.written(wanted) == "coffee since 2026-03-01 until 2026-03-31"
    assert audit.asked(audit.written(wanted), today=TODAY) == wanted


def test_date_that_is_none_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="“teatime”"):
        audit.asked("since teatime", today=TODAY)


@pytest.mark.parametrize(
    ("word", "beginning"),
    [("stories", "stor"), ("sessions", "session"), ("ies", "ies"), ("gas", "gas"), ("ada", "ada")],
)
def test_stem_finds_one_and_many(word: str, beginning: str) -> None:
    assert audit.stem(word) == beginning
