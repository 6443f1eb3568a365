"""What is looked for among stories, and what was found."""

from dataclasses import dataclass

from bot.domain.stories import Story
from bot.domain.words import folded

# Enough words to find any story; more is a slip of the clipboard.
MOST_WORDS = 12
MOST_FOUND = 8
_SMALL_WORDS = frozenset({"a", "an", "and", "at", "for", "from", "in", "of", "on", "the", "with"})


@dataclass(frozen=True, slots=True)
class Found:
    """The best of the stories that match, and how many do.

    ``has_all`` is False where no story has all of the words and these have some.
    """

    stories: tuple[Story, ...] = ()
    total: int = 0
    has_all: bool = True


def terms(asked: str) -> tuple[str, ...]:
    """The words to look for, each once, without signs; small words count only by themselves."""
    every = tuple(dict.fromkeys(folded(asked).split()))[:MOST_WORDS]
    return tuple(term for term in every if term not in _SMALL_WORDS) or every
