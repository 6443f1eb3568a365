"""Stories where they stand: found by their number, posted, changed and taken down."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from bot.chat import arguments
from bot.chat.messages import Message, Span, person
from bot.chat.requests import Request
from bot.domain import stories, stories_adoption
from bot.domain.channels import Purpose
from bot.domain.identifiable import Finding
from bot.domain.members import Member, MemberState
from bot.domain.stories import State, Story
from bot.domain.stories_adoption import Spread
from bot.errors import NotFound
from bot.ids import Lane, MemberId, StoryId
from bot.times import local
from bot.views import stories as views
from bot.views import stories_review as review_views
from bot.views import stories_telling as telling_views
from storage import channel_posts, stories_telling
from storage.stories_telling import Telling
from storage.unit_of_work import UnitOfWork


def found(request: Request, db: UnitOfWork, words: str, *, otherwise: str) -> Story:
    """The story of this number; raises ``NotFound`` with the sentence where there is none."""
    number = arguments.identity(words.strip())
    story = None if number is None else db.stories.find(request.community, StoryId(number))
    if story is None:
        raise NotFound(otherwise)
    return story


def published(request: Request, db: UnitOfWork, words: str) -> Story:
    """The published story of this number."""
    story = found(request, db, words, otherwise=views.GONE)
    if not story.is_published:
        raise NotFound(views.GONE)
    return story


def people(db: UnitOfWork, story: Story) -> tuple[Member, ...]:
    """The co-authors of a story, whatever they answered, by name."""
    found = namable(db, (each.member for each in story.coauthors))
    return tuple(sorted(found.values(), key=lambda each: (each.name, each.id)))


def namable(db: UnitOfWork, wanted: Iterable[MemberId]) -> dict[MemberId, Member]:
    """Those of these members who may be named: nobody for whom an organiser stopped everything."""
    found = db.members.many(wanted)
    return {number: each for number, each in found.items() if each.may_be_named}


def findings(db: UnitOfWork, story: Story, *, today: date) -> tuple[Finding, ...]:
    """What in a story could identify a person other than its authors."""
    names = [each.name for each in db.members.many(story.involved).values()]
    return stories.findings(story, names, today=today)


def authors(db: UnitOfWork, story: Story, lane: Lane | None = None) -> list[Span]:
    """The people named as having written it; a mention where their account in a lane is known."""
    members = namable(db, story.named)
    where = db.members.accounts(members) if lane else {}
    spans = []
    for number in story.named:
        if number not in members:
            continue
        here = (each for each in where.get(number, ()) if each.lane == lane)
        spans.append(person(members[number].name, next(here, None)))
    return spans


def spread(db: UnitOfWork, story: Story) -> Spread:
    """How far a story has spread."""
    return spreads(db, [story])[story.id]


def spreads(db: UnitOfWork, several: Iterable[Story]) -> dict[StoryId, Spread]:
    """How far each of these stories has spread."""
    numbers = [each.id for each in several]
    celebrated, tries = db.stories.celebrations(numbers), db.stories.tries(numbers)
    return {
        each: stories_adoption.spread(celebrated.get(each, 0), tries.get(each, ()))
        for each in numbers
    }


def show(db: UnitOfWork, story: Story, *, now: datetime) -> int:
    """Post a story in every stories channel, or change it where it stands; how many show it."""
    return channel_posts.publish(
        db,
        story.community,
        Purpose.STORIES,
        lambda lane: _post(db, story, lane),
        subject=_subject(story),
        now=now,
        member=story.author,
    )


def refresh(db: UnitOfWork, story: Story, *, now: datetime) -> None:
    """Change a story where it stands, and post it nowhere new."""
    db.posted.revise(story.community, _subject(story), lambda lane: _post(db, story, lane), now=now)


def take_down(db: UnitOfWork, story: Story, *, now: datetime) -> int:
    """Let nobody see a story any more, in channels and in the digests that told of it.

    ``story`` is as it was kept before; the one that is published no longer must be kept already.
    How many posts it leaves.
    """
    posts = db.posted.take_down(story.community, _subject(story), now=now)
    if not story.digest:
        return posts
    subject = digest_subject(story.digest)
    rest = db.stories.in_digest(story.community, story.digest)
    if rest:
        again = digest(db, rest)
        db.posted.revise(story.community, subject, lambda _: again, now=now)
        return posts
    return posts + db.posted.take_down(story.community, subject, now=now)


def renamed(db: UnitOfWork, member: MemberId, *, now: datetime) -> None:
    """Change what is published where somebody's name or account has changed."""
    for story in db.stories.of(member):
        if story.is_published:
            refresh(db, story, now=now)
        elif story.state is State.SUBMITTED:
            _reword_review(db, story, now=now)


def leave(db: UnitOfWork, member: MemberId, *, keep: bool, now: datetime) -> None:
    """Somebody leaves: their stories stay without their name, or are withdrawn; drafts go."""
    for story in db.stories.of(member):
        if story.author != member:
            db.stories.remove_coauthor(story.id, member)
            after = db.stories.get(story.id)
        elif keep and story.is_published:
            after = db.stories.save(replace(story, author=None), now=now)
        else:
            db.stories.remove(story.id)
            waits_no_more(db, story, now=now)
            take_down(db, story, now=now)
            continue
        if after.is_published:
            refresh(db, after, now=now)
        else:
            publish_when_ready(db, after, now=now)


def publish_when_ready(db: UnitOfWork, story: Story, *, now: datetime) -> tuple[Story, int]:
    """Publish an approved story that waits for nobody; the story as it is then, and the channels.

    Where words are findings now that a co-author does not wish to be named, curators look again.
    """
    if story.state is not State.APPROVED or story.waits_for:
        return story, 0
    today = local(now, db.communities.get(story.community).zone).date()
    marks = findings(db, story, today=today)
    if not stories.is_cleared(story.by_curator, marks):
        tell_reviewers(db, story, now=now)
        return story, 0
    return publish(db, story, marks, now=now)


def publish(
    db: UnitOfWork, story: Story, marks: Iterable[Finding], *, now: datetime
) -> tuple[Story, int]:
    """Publish a story and tell those named; the story as it is then, and in how many channels."""
    shown = db.stories.save(stories.published(story, marks, now=now), now=now)
    channels = show(db, shown, now=now)
    stories_telling.tell(
        db,
        shown.community,
        shown.named,
        lambda _: review_views.is_published(shown),
        telling=Telling.IS_PUBLISHED,
        key=f"story:{shown.id}:published:{now:%Y%m%d%H%M%S}",
        subject=people_subject(shown),
        now=now,
    )
    return shown, channels


def tell_reviewers(db: UnitOfWork, story: Story, *, now: datetime) -> None:
    """Tell those who may review a story that it waits."""
    reviewers = [each.id for each in db.members.reviewers(story.community)]
    others = [each for each in reviewers if each not in story.involved]
    card = _to_review(db, story)
    stories_telling.tell(
        db,
        story.community,
        others or reviewers,
        lambda _: card,
        telling=Telling.TO_REVIEW,
        key=f"story:{story.id}:review:{now:%Y%m%d%H%M%S}",
        subject=_review_subject(story),
        now=now,
    )


def waits_no_more(db: UnitOfWork, story: Story, *, now: datetime) -> None:
    """Tell nobody any more, not even in their week, that a story waits for curators."""
    db.outbox.cancel(story.community, _review_subject(story), now=now)


def digest(db: UnitOfWork, several: Iterable[Story]) -> Message:
    """The digest that tells of these stories."""
    told = tuple(several)
    found = spreads(db, told)
    return telling_views.digest([(each, views.spread_words(found[each.id])) for each in told])


def digest_subject(label: str) -> str:
    """What a digest is about in the outbox."""
    return f"stories digest:{label}"


def _reword_review(db: UnitOfWork, story: Story, *, now: datetime) -> None:
    card = _to_review(db, story)
    db.posted.revise(story.community, _review_subject(story), lambda _: card, now=now)


def _to_review(db: UnitOfWork, story: Story) -> Message:
    names = namable(db, story.named)
    author = names[story.author].name if story.author in names else views.NAMELESS
    return review_views.to_review(story, author)


def _review_subject(story: Story) -> str:
    return f"story:{story.id}:review"


def people_subject(story: Story) -> str:
    """What is said to single people about a story; the posts have a subject of their own."""
    return f"story:{story.id}:people"


def active(db: UnitOfWork, story: Story) -> list[Member]:
    """Those named who are part of the community now."""
    found = db.members.many(story.named)
    return [found[each] for each in story.named if found[each].state is MemberState.ACTIVE]


def _subject(story: Story) -> str:
    return f"story:{story.id}"


def _post(db: UnitOfWork, story: Story, lane: Lane) -> Message:
    return views.post(story, authors(db, story, lane), spread(db, story))
