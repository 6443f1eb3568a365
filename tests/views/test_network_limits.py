"""The longest cards of the network's own pieces stay whole on every platform."""

from bot.domain.members import Organisation
from bot.domain.priorities import LONGEST_LABEL, LONGEST_WHY, MOST, Overview, Priority
from bot.ids import TermId
from bot.views import organisations, priorities
from tests.leaders import words

# Slack's limit for the blocks of a message together; Teams takes more.
MOST_WORDS, MOST_BLOCKS = 13_200, 50


def test_longest_lists_fit_into_a_message() -> None:
    several = tuple(
        Priority(TermId(each), f"{each}{'x' * (LONGEST_LABEL - 1)}", "y" * LONGEST_WHY)
        for each in range(MOST)
    )
    cards = [Organisation(f"{each:03}{'z' * 117}") for each in range(200)]
    gaps = [(each.name, 1) for each in cards]

    shown = (
        priorities.listing(Overview(several), zone="Europe/London", is_organiser=True),
        organisations.listing(cards, gaps, waiting=3, is_organiser=True),
    )

    assert [len(words(each)) < MOST_WORDS for each in shown] == [True, True]
    assert [len(each.blocks) < MOST_BLOCKS for each in shown] == [True, True]
