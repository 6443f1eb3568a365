"""What became of a community's stories: how many were told, and how far they spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.stories import Story
from bot.domain.stories_adoption import Spread, Tried, Try, spread
from bot.ids import MemberId, StoryId

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Report:
    """The figures; ``elsewhere`` counts who tried it in another organisation than the author's.

    ``most_tried`` are the stories that were tried most, each with its spread.
    """

    published: int
    waiting: int
    celebrated: int
    wanted: int
    tried: int
    elsewhere: int
    most_tried: tuple[tuple[Story, Spread], ...]


def report(
    published: Sequence[Story],
    *,
    waiting: int,
    celebrations: Mapping[StoryId, int],
    tries: Mapping[StoryId, Sequence[Try]],
    organisations: Mapping[MemberId, str],
) -> Report:
    """The report; ``organisations`` names those of authors and of whoever tried something."""
    spreads = [
        (each, spread(celebrations.get(each.id, 0), tries.get(each.id, ()))) for each in published
    ]
    tried = [(each, found) for each, found in spreads if found.tried]
    tried.sort(key=lambda each: (-each[1].tried, -each[1].wanted, each[0].id))
    return Report(
        published=len(published),
        waiting=waiting,
        celebrated=sum(found.celebrated for _, found in spreads),
        wanted=sum(found.wanted for _, found in spreads),
        tried=sum(found.tried for _, found in spreads),
        elsewhere=sum(
            _is_elsewhere(story, each, organisations)
            for story in published
            for each in tries.get(story.id, ())
        ),
        most_tried=tuple(tried[:MOST_SHOWN]),
    )


def _is_elsewhere(story: Story, tried: Try, organisations: Mapping[MemberId, str]) -> bool:
    """Both organisations must be known to say that they are two."""
    theirs = organisations.get(tried.member, "")
    own = {organisations.get(each, "") for each in story.named} - {""}
    return tried.state is Tried.TRIED and bool(theirs and own) and theirs not in own
