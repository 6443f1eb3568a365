"""Stories, when curators read them, and when organisers set their rhythm."""

from dataclasses import replace

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import stories, stories_report, stories_rotation
from bot.domain.stories import Act, State, Story
from bot.domain.stories_rotation import Setup
from bot.errors import FormErrors, NotFound
from bot.times import Recurrence, local
from bot.views import stories_review as views
from bot.views.stories_writing import LONGEST_REASON
from handlers import stories_posts
from handlers.stories_writing import note_cleared, recorded_reason
from storage import stories_telling
from storage.stories_telling import Telling
from storage.unit_of_work import UnitOfWork

routes = Routes()

DIGEST = "stories digest"
QUESTION = "stories question"


@routes.route(
    "story review",
    usage="[number]",
    example="story review 1",
    help="Read the stories that wait.",
    role=Role.CURATOR,
)
def review(request: Request, db: UnitOfWork) -> Reply:
    """The stories that wait, or one of them with what the check found."""
    if not request.text:
        return views.waiting(
            db.stories.in_state(request.community, State.SUBMITTED, State.APPROVED)
        )
    return _shown(request, db, _found(request, db))


@routes.route("story approve", hidden=True, role=Role.CURATOR, once=True)
def approve(request: Request, db: UnitOfWork) -> Reply:
    """A story may be published; what the check found needs a reason, which is recorded."""
    about = _reviewed(request, db)
    stories.after(about, Act.APPROVE)
    if request.text.partition(" ")[2] != about.version:
        # The words may be others than those that were read.
        return _shown(request, db, about)
    found = stories_posts.findings(db, about, today=request.today)
    if found and not request.is_submitted:
        return views.approve_form(about, found)
    reason = recorded_reason(request, db, about) if found else ""
    approved = stories.approved(about, found, reason=reason)
    if found:
        note_cleared(request, db, about, reason)
    _note(request, db, about, "story approved")
    kept = db.stories.save(approved, now=request.now)
    stories_posts.waits_no_more(db, kept, now=request.now)
    shown, channels = stories_posts.publish_when_ready(db, kept, now=request.now)
    waits = tuple(stories_posts.namable(db, shown.waits_for).values())
    return views.approved(shown, waits, channels=channels)


@routes.route("story publish", hidden=True, role=Role.CURATOR, once=True)
def publish(request: Request, db: UnitOfWork) -> Reply:
    """An approved story is published, without those who have not said whether to be named."""
    about = _reviewed(request, db)
    found = stories_posts.findings(db, about, today=request.today)
    shown, channels = stories_posts.publish(db, about, found, now=request.now)
    _note(request, db, about, "story published without waiting")
    return views.approved(shown, (), channels=channels)


@routes.route("story changes", hidden=True, role=Role.CURATOR, once=True)
def changes(request: Request, db: UnitOfWork) -> Reply:
    """The author is asked for changes."""
    about = _reviewed(request, db)
    asked = stories.after(about, Act.ASK_CHANGES)
    if not request.is_submitted:
        return views.changes_form(about)
    note = _words(request, "note", most=views.LONGEST_NOTE)
    kept = db.stories.save(replace(asked, note=note), now=request.now)
    stories_posts.waits_no_more(db, kept, now=request.now)
    _tell_authors(request, db, kept, Telling.PLEASE_CHANGE)
    _note(request, db, about, "story changes asked")
    return views.changes_were_asked(kept)


@routes.route("story take down", hidden=True, role=Role.CURATOR, once=True)
def take_down(request: Request, db: UnitOfWork) -> Reply:
    """A published story leaves every channel, and its author learns why."""
    about = _found(request, db)
    if not about.is_published:
        raise NotFound(views.GONE)
    if not request.is_submitted:
        return views.take_down_form(about)
    kept, posts = take_away(request, db, about, _words(request, "note", most=LONGEST_REASON))
    return views.taken_down(kept, posts=posts)


def take_away(request: Request, db: UnitOfWork, about: Story, note: str) -> tuple[Story, int]:
    """Take a story of somebody else down, tell those named why, and write it down.

    The story as it is then, and how many posts it leaves.
    """
    gone = replace(stories.after(about, Act.WITHDRAW), note=note, changed_at=request.now)
    kept = db.stories.save(gone, now=request.now)
    posts = stories_posts.take_down(db, about, now=request.now)
    _tell_authors(request, db, kept, Telling.TAKEN_DOWN)
    _note(request, db, about, "story taken down")
    return kept, posts


@routes.route(
    "stories setup", help="How often stories are told and asked for.", role=Role.ORGANISER,
    once=True,
)  # fmt: skip
def setup(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in: digests and questions are scheduled anew."""
    now_set = db.stories.setup(request.community)
    if not request.is_submitted:
        return views.setup_form(now_set)
    chosen = Setup(
        request.community,
        digest_weeks=_chosen(request, "digest", views.DIGESTS),
        asked_each_week=_chosen(request, "asked", views.ASKED),
    )
    db.stories.save_setup(chosen)
    zone = db.communities.get(request.community).zone
    today = local(request.now, zone)
    digests = stories_rotation.digest_recurrence(chosen, after=today, zone=zone)
    questions = stories_rotation.question_recurrence(after=today, zone=zone)
    _recur(request, db, DIGEST, digests if chosen.digest_weeks else None)
    _recur(request, db, QUESTION, questions if chosen.asked_each_week else None)
    db.audit.add(request.community, request.member, action="stories setup", now=request.now)
    return views.setup_saved(chosen)


@routes.route("stories report", help="How far stories have spread.", role=Role.ORGANISER)
def report(request: Request, db: UnitOfWork) -> Reply:
    """Figures of all that is published."""
    published = db.stories.in_state(request.community, State.PUBLISHED)
    waiting = db.stories.in_state(request.community, State.SUBMITTED, State.APPROVED)
    numbers = [each.id for each in published]
    tries = db.stories.tries(numbers)
    concerned = {
        *(member for each in published for member in each.named),
        *(each.member for several in tries.values() for each in several),
    }
    people = db.members.many(concerned)
    return views.report(
        stories_report.report(
            published,
            waiting=len(waiting),
            celebrations=db.stories.celebrations(numbers),
            tries=tries,
            organisations={each.id: each.profile.organisation for each in people.values()},
        )
    )


def _shown(request: Request, db: UnitOfWork, about: Story) -> Reply:
    return views.review(
        about,
        stories_posts.authors(db, about, request.account.lane),
        tuple(stories_posts.namable(db, about.waits_for).values()),
        stories_posts.findings(db, about, today=request.today),
    )


def _recur(request: Request, db: UnitOfWork, job: str, recurrence: Recurrence | None) -> None:
    if recurrence is None:
        db.schedule.stop_recurring(request.community, job, now=request.now)
    else:
        db.schedule.set_recurring(request.community, job, recurrence, now=request.now)


def _chosen(request: Request, name: str, offered: dict[int, str]) -> int:
    value = request.field(name)
    if value not in map(str, offered):
        raise FormErrors({name: "Please choose one of these."})
    return int(value)


def _words(request: Request, name: str, *, most: int) -> str:
    words = request.required(name, views.WHAT_TO_CHANGE)
    if len(words) > most:
        raise FormErrors({name: f"Please keep this below {most} characters."})
    return words


def _found(request: Request, db: UnitOfWork) -> Story:
    """A story that was sent in; a draft is its author's alone."""
    number = request.text.partition(" ")[0]
    about = stories_posts.found(request, db, number, otherwise=views.GONE)
    if about.state in {State.DRAFT, State.WITHDRAWN}:
        raise NotFound(views.GONE)
    return about


def _reviewed(request: Request, db: UnitOfWork) -> Story:
    """A story that the asker may decide on."""
    about = _found(request, db)
    reviewers = db.members.reviewers(request.community)
    others = any(each.id not in about.involved for each in reviewers)
    stories.check_reviewer(about, request.member, request.role, others=others)
    return about


def _tell_authors(request: Request, db: UnitOfWork, about: Story, telling: Telling) -> None:
    """Tell the author what a curator decided; a story taken down concerns all who are named."""
    is_down = telling is Telling.TAKEN_DOWN
    view = views.was_taken_down if is_down else views.please_change
    stories_telling.tell(
        db,
        request.community,
        about.named if is_down else about.named[:1],
        lambda _: view(about),
        telling=telling,
        key=f"story:{about.id}:{about.state}:{request.now:%Y%m%d%H%M%S}",
        subject=stories_posts.people_subject(about),
        now=request.now,
    )


def _note(request: Request, db: UnitOfWork, about: Story, action: str) -> None:
    db.audit.add(
        request.community,
        request.member,
        action=action,
        subject=f"story:{about.id}",
        now=request.now,
    )
