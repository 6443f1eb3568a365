"""Success stories, as “take down” sees them: their authors’ own, and everybody's for curators."""

from collections.abc import Sequence

from bot.chat.requests import Request, Role
from bot.domain.stories import Story, shown_title
from bot.domain.taking_down import Gone, Item, Kind
from bot.ids import MemberId, StoryId
from handlers import stories_posts, stories_review, stories_writing
from storage.unit_of_work import UnitOfWork

NAME = "story"
NEWEST = 100


def _recent(request: Request, db: UnitOfWork, member: MemberId | None) -> Sequence[Item]:
    if member is None:
        return [_item(each) for each in db.stories.newest(request.community, limit=NEWEST)]
    mine = (each for each in db.stories.of(member) if each.author == member)
    return [_item(each) for each in mine if each.is_published]


def _find(request: Request, db: UnitOfWork, number: int) -> Item | None:
    story = db.stories.find(request.community, StoryId(number))
    return _item(story) if story is not None and story.is_published else None


def _remove(request: Request, db: UnitOfWork, item: Item, reason: str) -> Gone:
    story = db.stories.get(StoryId(item.number))
    subjects = [stories_posts.people_subject(story)]
    if story.digest:
        subjects.append(stories_posts.digest_subject(story.digest))
    mailed = db.posted.mailed(story.community, *subjects)
    if item.owner == request.member:
        _, posts = stories_writing.take_back(db, story, now=request.now)
    else:
        _, posts = stories_review.take_away(request, db, story, reason)
    return Gone(posts, mailed)


def _item(story: Story) -> Item:
    return Item(NAME, story.id, shown_title(story), story.author, story.published_at)


KIND = Kind(
    NAME,
    _recent,
    _find,
    _remove,
    role=Role.CURATOR,
    elsewhere="messages in which two people were introduced over it",
)
"""What stories contribute to “take down”."""
