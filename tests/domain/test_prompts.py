"""Questions rotate without repeats, whatever is added or taken away on the way."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import prompts as rules
from bot.domain.cadences import Cadence
from bot.domain.prompt_questions import PACKS, Pack
from bot.domain.prompts import LONGEST_QUESTION, MOST_OWN, Series, key_of
from bot.errors import MemberError
from bot.ids import CommunityId, PromptSeriesId

WEEKLY = Cadence(datetime(2026, 12, 2, 9, 30), "FREQ=WEEKLY;BYDAY=WE")
SERIES = Series(PromptSeriesId(1), CommunityId(1), 2, None, WEEKLY)


def asked_in_turn(series: Series, times: int, asked: tuple[str, ...] = ()) -> list[str]:
    """The keys of what is asked one after the other, the oldest first."""
    for _ in range(times):
        asked = (rules.next_question(series, asked).key, *asked)
    return list(reversed(asked))


def test_there_are_sixteen_questions_in_each_of_four_themes() -> None:
    texts = [each.text for pack in PACKS.values() for each in pack]
    keys = [each.key for pack in PACKS.values() for each in pack]

    assert {pack: len(several) for pack, several in PACKS.items()} == dict.fromkeys(Pack, 16)
    assert len(set(texts)) == len(set(keys)) == 64
    assert [text for text in texts if not text.endswith("?") or len(text) > 120] == []


@given(st.sets(st.sampled_from(Pack), min_size=1), st.integers(0, 5), st.integers(1, 1000))
def test_nothing_comes_again_before_all_else_has_come(
    packs: set[Pack], own: int, number: int
) -> None:
    series = replace(
        SERIES, id=PromptSeriesId(number), packs=tuple(sorted(packs)),
        own=tuple(f"Own question {n}?" for n in range(own)),
    )  # fmt: skip
    size = len(series.questions)

    asked = asked_in_turn(series, 2 * size + 1)

    assert all(len(set(asked[at : at + size])) == size for at in range(size + 2))


def test_question_that_is_added_comes_once_and_then_takes_its_turn() -> None:
    series = replace(SERIES, own=("One?", "Two?", "Three?"))
    before = tuple(reversed(asked_in_turn(series, 7)))

    after = asked_in_turn(replace(series, own=(*series.own, "Four?")), 5, before)[7:]

    assert after[0] == key_of("Four?")
    assert len(set(after[:4])) == 4
    assert after[4] == after[0]


def test_question_that_is_taken_away_comes_no_more() -> None:
    series = replace(SERIES, own=("One?", "Two?"))
    before = tuple(reversed(asked_in_turn(series, 2)))

    after = asked_in_turn(replace(series, own=("One?",)), 2, before)[2:]

    assert after == [key_of("One?"), key_of("One?")]


def test_same_series_with_the_same_past_has_the_same_next_question() -> None:
    series = replace(SERIES, packs=tuple(Pack))

    assert asked_in_turn(series, 20) == asked_in_turn(series, 20)
    assert asked_in_turn(series, 20) != asked_in_turn(replace(series, id=PromptSeriesId(2)), 20)


def test_the_same_words_are_one_question() -> None:
    given = PACKS[Pack.WELLBEING][1].text
    series = replace(SERIES, packs=(Pack.WELLBEING,), own=(given.upper(), "New?", "new ?"))

    assert len(series.questions) == 17


def test_series_without_questions_says_so() -> None:
    with pytest.raises(MemberError) as caught:
        rules.next_question(SERIES, ())

    assert str(caught.value) == "Series 2 has no questions. Choose a pack or write some."


def test_own_questions_are_read_one_a_line() -> None:
    written = "What went  well?\n\n- What next?\nWhat went well?\n•\n"

    assert rules.own_questions(written) == ("What went well?", "What next?")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("\n".join(f"Q{n}?" for n in range(MOST_OWN + 1)),
         "These are 101 questions; 100 are enough for years."),
        ("x" * (LONGEST_QUESTION + 1),
         f"“{'x' * 40}…” is too long for a question that people answer."),
    ],
)  # fmt: skip
def test_too_many_and_too_long_questions_are_refused(written: str, sentence: str) -> None:
    with pytest.raises(MemberError) as caught:
        rules.own_questions(written)

    assert str(caught.value) == sentence
