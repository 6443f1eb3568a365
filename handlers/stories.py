"""Stories, when somebody looks for them, celebrates one or wants to try it."""

from bot.chat import arguments
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import coffee_reach, stories_adoption, stories_search
from bot.domain.members import Reachable
from bot.domain.stories import Story
from bot.domain.stories_adoption import ASKED_AFTER, Tried
from bot.errors import FormErrors, MemberError, NotFound
from bot.ids import MemberId
from bot.times import at, local
from bot.views import stories as views
from bot.views import stories_telling as telling
from handlers import stories_posts
from storage import stories_telling
from storage.stories_telling import Telling
from storage.unit_of_work import UnitOfWork

routes = Routes()

# So much of what was typed is searched for and repeated.
LONGEST_SEARCH = 200
MORNING_HOUR = 9


@routes.route(
    "stories",
    usage="[words]",
    example="stories discharge lewisham",
    help="Find stories: “stories discharge lewisham”.",
)
def stories(request: Request, db: UnitOfWork) -> Reply:
    """Published stories by any words in their text or tags; the newest without words."""
    asked = " ".join(request.text.split())[:LONGEST_SEARCH]
    limit = stories_search.MOST_FOUND
    if terms := stories_search.terms(asked):
        found = db.stories.search(request.community, terms, limit=limit)
        return views.found(asked, found, stories_posts.spreads(db, found.stories))
    newest = db.stories.newest(request.community, limit=limit)
    total = db.stories.count(request.community)
    return views.newest(newest, total, stories_posts.spreads(db, newest))


@routes.route("story more", hidden=True)
def more(request: Request, db: UnitOfWork) -> Reply:
    """All of a story."""
    story = stories_posts.published(request, db, request.text)
    tries = db.stories.tries([story.id]).get(story.id, ())
    tried = stories_posts.namable(db, (each.member for each in tries if each.state is Tried.TRIED))
    return views.whole(
        story,
        stories_posts.authors(db, story, request.account.lane),
        stories_posts.spread(db, story),
        tried_by=tuple(tried.values()),
        is_own=request.member in story.named,
    )


@routes.route("story celebrate", hidden=True)
def celebrate(request: Request, db: UnitOfWork) -> Reply:
    """One more who celebrates; again changes nothing."""
    story = stories_posts.published(request, db, request.text)
    is_new = db.stories.celebrate(story, request.member)
    if is_new:
        stories_posts.refresh(db, story, now=request.now)
    return views.celebrated(story, stories_posts.spread(db, story), is_new=is_new)


@routes.route("story try", hidden=True)
def want_to_try(request: Request, db: UnitOfWork) -> Reply:
    """Somebody wants to try it: it is counted, and they are introduced to the author."""
    story = stories_posts.published(request, db, request.text)
    if request.member in story.named:
        raise MemberError(telling.TO_ONESELF)
    if _moved(request, db, story, Tried.WANTS):
        stories_posts.refresh(db, story, now=request.now)
        morning = at((local(request.now, request.zone) + ASKED_AFTER).date(), MORNING_HOUR)
        db.schedule.add(
            request.community,
            "story try question",
            subject=f"story:{story.id}:{request.member}",
            label=morning,
            zone=request.zone,
        )
    author = _reached_author(request, db, story)
    if author is None:
        return telling.noted(story)
    _introduce(request, db, story, author)
    return telling.will_try(story, author.member)


@routes.route("story tried", hidden=True)
def tried(request: Request, db: UnitOfWork) -> Reply:
    """What became of it; the authors learn of it once it was tried."""
    number, _, words = request.text.partition(" ")
    story = stories_posts.published(request, db, number)
    if words not in set(Tried):
        raise NotFound(views.GONE)
    if request.member in story.named:
        raise MemberError(telling.TO_ONESELF)
    state = Tried(words)
    if _moved(request, db, story, state):
        stories_posts.refresh(db, story, now=request.now)
        if state is Tried.TRIED:
            _tell_authors(request, db, story)
    return telling.tried(story, state)


@routes.route("story write", hidden=True, once=True)
def write(request: Request, db: UnitOfWork) -> Reply:
    """A line between two who were introduced over a story."""
    number, _, whom = request.text.partition(" ")
    story = stories_posts.published(request, db, number)
    to = _partner(request, db, story, whom)
    if not request.is_submitted:
        return telling.write_form(story, to.member)

    words = " ".join(request.required("words", telling.WRITE_SOMETHING).split())
    if len(words) > telling.LONGEST_LINE:
        raise FormErrors({"words": f"Please keep this below {telling.LONGEST_LINE} characters."})
    sender = db.members.get(request.member)
    stories_telling.tell(
        db,
        request.community,
        [to.member.id],
        lambda _: telling.carried(story, sender, words),
        telling=Telling.CARRIED,
        key=f"story:{story.id}:write:{request.member}:{request.token or request.now.isoformat()}",
        subject=stories_posts.people_subject(story),
        now=request.now,
    )
    return telling.passed_on(to.member)


@routes.route("stories stop", help="No digests of stories and no questions for one.")
def stop(request: Request, db: UnitOfWork) -> Reply:
    """Nothing of stories comes unasked any more."""
    db.stories.set_off(request.community, request.member, is_off=True)
    return telling.stopped()


@routes.route("stories start", help="Digests of stories, and now and then “What went well?”.")
def start(request: Request, db: UnitOfWork) -> Reply:
    """It comes again."""
    db.stories.set_off(request.community, request.member, is_off=False)
    return telling.started()


def _moved(request: Request, db: UnitOfWork, story: Story, state: Tried) -> bool:
    """Keep what somebody says of trying it; whether it is new."""
    tries = db.stories.tries([story.id]).get(story.id, ())
    before = stories_adoption.try_of(tries, request.member)
    after = stories_adoption.moved(before, request.member, state, now=request.now)
    if after == before:
        return False
    db.stories.save_try(story, after)
    return True


def _introduce(request: Request, db: UnitOfWork, story: Story, author: Reachable) -> None:
    other = db.members.reachable([request.member])[request.member]
    pair = {author.member.id: (author, other), other.member.id: (other, author)}
    stories_telling.introduce(
        db,
        request.community,
        (author, other),
        lambda to: telling.introduction(
            story,
            author.member,
            other.member,
            coffee_reach.reach(*pair[to.id]) if to else None,
            to=to,
        ),
        key=f"story:{story.id}:try:{request.member}",
        subject=stories_posts.people_subject(story),
        now=request.now,
    )


def _tell_authors(request: Request, db: UnitOfWork, story: Story) -> None:
    me = db.members.get(request.member)
    stories_telling.tell(
        db,
        request.community,
        [each.member.id for each in _reached(request, db, story)],
        lambda _: telling.was_tried(story, me),
        telling=Telling.WAS_TRIED,
        key=f"story:{story.id}:tried:{request.member}",
        subject=stories_posts.people_subject(story),
        now=request.now,
    )


def _reached_author(request: Request, db: UnitOfWork, story: Story) -> Reachable | None:
    return next(iter(_reached(request, db, story)), None)


def _reached(request: Request, db: UnitOfWork, story: Story) -> list[Reachable]:
    """Those named whom the asker can be introduced to, the author first.

    That one of the two avoids the other reads as if nothing reached them: it must not be told.
    """
    active = [each.id for each in stories_posts.active(db, story)]
    reachable = db.members.reachable(active)
    return [
        reachable[each]
        for each in active
        if reachable[each].account is not None and not _avoids(request, db, each)
    ]


def _partner(request: Request, db: UnitOfWork, story: Story, words: str) -> Reachable:
    """Whom to write to: an author for somebody who tries it, or the other way round."""
    number = arguments.identity(words.strip().removeprefix("#"))
    to = None if number is None else MemberId(number)
    tries = {each.member for each in db.stories.tries([story.id]).get(story.id, ())}
    pair = {request.member, to}
    is_pair = len(pair) == 2 and bool(pair & tries) and bool(pair & {*story.named})
    if to is None or not is_pair or not pair <= {*tries, *story.named}:
        raise NotFound(telling.NOT_CARRIED)
    found = db.members.reachable([to]).get(to)
    if found is None or not coffee_reach.is_reached(found) or _avoids(request, db, to):
        raise MemberError(telling.NOT_CARRIED)
    return found


def _avoids(request: Request, db: UnitOfWork, other: MemberId) -> bool:
    avoids = db.coffee.avoids(request.community)
    return request.member in avoids.get(other, ()) or other in avoids.get(request.member, ())
