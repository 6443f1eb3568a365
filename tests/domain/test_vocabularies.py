import pytest

from bot.domain import vocabularies
from bot.domain.vocabularies import LONGEST_LABEL, MOST_OFFERED, Entry, Listed
from bot.errors import MemberError, NotFound, NotUnderstood

ACCESS = Entry(1, "Access to care")
CARERS = Entry(2, "Carers", is_retired=True)
BOTH = (ACCESS, CARERS)


@pytest.mark.parametrize(
    ("words", "which", "rest"),
    [
        ("interests", Listed.INTEREST, ""),
        ("Interest: Frailty", Listed.INTEREST, "Frailty"),
        ("kinds  of leadership : Clinical", Listed.KIND, "Clinical"),
        ("place 3", Listed.PLACE, "3"),
        ("organisations:  NHS   Trust", Listed.ORGANISATION, "NHS Trust"),
    ],
)
def test_list_and_rest_are_read(words: str, which: Listed, rest: str) -> None:
    assert vocabularies.asked(words) == (which, rest)


@pytest.mark.parametrize("words", ["", "priorities", "interesting"])
def test_other_words_are_no_list(words: str) -> None:
    with pytest.raises(NotUnderstood):
        vocabularies.asked(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("access to care to Access", (ACCESS, "Access")),
        ("Access to care into Getting in to see us", (ACCESS, "Getting in to see us")),
        ("2 to Those who care", (CARERS, "Those who care")),
    ],
)
def test_pair_finds_the_entry_that_is_meant(words: str, expected: tuple[Entry, str]) -> None:
    assert vocabularies.pair(words, BOTH) == expected


def test_pair_that_names_no_entry_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="could not read which word"):
        vocabularies.pair("Nowhere to Somewhere", BOTH)


def test_added_leaves_out_what_is_there_and_what_is_said_twice() -> None:
    said = "carers\nFrailty\n\n frailty \nSleep"

    assert vocabularies.added(said, Listed.INTEREST, BOTH) == ("Frailty", "Sleep")
    assert (
        vocabularies.added("The Oxleas NHS Trust", Listed.ORGANISATION, [Entry(1, "Oxleas")]) == ()
    )


@pytest.mark.parametrize("words", ["", " \n ", "x" * (LONGEST_LABEL + 1)])
def test_nothing_and_too_much_are_not_added(words: str) -> None:
    with pytest.raises(MemberError, match="Please"):
        vocabularies.added(words, Listed.INTEREST, BOTH)


def test_a_list_offers_so_many_and_no_more() -> None:
    full = [Entry(number, f"Word {number}") for number in range(MOST_OFFERED)]

    with pytest.raises(MemberError, match="A list offers 99 words at most, and has 99"):
        vocabularies.added("Another", Listed.INTEREST, full)
    assert vocabularies.added("Another", Listed.ORGANISATION, full) == ("Another",)


def test_renamed_may_change_the_case_but_not_take_anothers_words() -> None:
    assert (
        vocabularies.renamed(ACCESS, " access  to CARE", Listed.INTEREST, BOTH) == "access to CARE"
    )
    with pytest.raises(MemberError, match="“Carers” is there already"):
        vocabularies.renamed(ACCESS, "CARERS!", Listed.INTEREST, BOTH)
    with pytest.raises(MemberError, match="Please give the words"):
        vocabularies.renamed(ACCESS, "  ", Listed.INTEREST, BOTH)


def test_ordered_keeps_what_is_not_named_after_the_others() -> None:
    assert vocabularies.ordered("Carers\n\n", BOTH) == (2, 1)
    with pytest.raises(NotFound):
        vocabularies.ordered("Carers\nNowhere", BOTH)
