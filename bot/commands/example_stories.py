"""The stories of the example community, told in the weeks before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from bot.domain.example_stories import STORIES, Invented
from bot.domain.members import Member
from bot.domain.stories import State, Story
from bot.domain.stories_adoption import Tried, Try
from handlers import stories_posts
from storage.unit_of_work import UnitOfWork

BETWEEN = timedelta(days=12)


def tell(db: UnitOfWork, people: Sequence[Member], rng: Random, *, now: datetime) -> None:
    """Everything invented is told by somebody, celebrated and tried by others, and posted."""
    authors = rng.sample(list(people), len(STORIES))
    for at, (author, invented) in enumerate(zip(authors, STORIES, strict=True)):
        told = now - BETWEEN * (len(STORIES) - at)
        story = db.stories.save(_story(author, invented, told), now=told)
        others = rng.sample([each for each in people if each.id != author.id], 30)
        for each in others[: invented.celebrated]:
            db.stories.celebrate(story, each.id)
        states = [*[Tried.TRIED] * invented.tried, *[Tried.WANTS] * invented.wanted]
        for each, state in zip(others, states, strict=False):
            db.stories.save_try(story, Try(each.id, state, told + timedelta(days=3)))
        if story.is_published:
            stories_posts.show(db, story, now=now)


def _story(author: Member, invented: Invented, told: datetime) -> Story:
    return Story(
        author.community,
        author.id,
        title=invented.title,
        changed=invented.changed,
        whom=invented.whom,
        problem=invented.problem,
        done=invented.done,
        differently=invented.differently,
        place=author.profile.place,
        priority=invented.priority,
        tags=invented.tags,
        reuse=invented.reuse,
        has_consent=True,
        state=invented.state,
        changed_at=told,
        published_at=told if invented.state is State.PUBLISHED else None,
    )
