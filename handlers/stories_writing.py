"""Stories, when somebody writes one: the form, drafts, the check, co-authors and withdrawing."""

from dataclasses import replace
from datetime import datetime

from bot.chat import arguments
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import identifiable, stories, stories_form
from bot.domain.members import Member, Vocabulary
from bot.domain.stories import Act, Clearing, Consent, State, Story
from bot.domain.stories_form import Choices
from bot.errors import FormErrors, MemberError, NotFound
from bot.ids import MemberId
from bot.views import stories_coauthors as coauthor_views
from bot.views import stories_writing as views
from handlers import finding, stories_posts
from storage import stories_telling
from storage.stories_telling import Telling
from storage.unit_of_work import UnitOfWork

routes = Routes()

# Drafts offered to somebody who wants to tell a story.
MOST_DRAFTS = 4
_BEGUN = (State.DRAFT, State.CHANGES_ASKED)


@routes.route(
    "story",
    usage="[what changed]",
    example="story Fewer falls at home",
    help="Tell what went well, and for whom.",
)
def story(request: Request, db: UnitOfWork) -> Reply:
    """The form, with what was typed; who has begun a story is asked whether to go on with it."""
    begun = [
        each
        for each in db.stories.of(request.member)
        if each.author == request.member and each.state in _BEGUN
    ]
    if begun and not request.text:
        return views.drafts(begun[:MOST_DRAFTS])
    return new(request, db)


@routes.route("story new", hidden=True)
def new(request: Request, db: UnitOfWork) -> Reply:
    """An empty form."""
    return views.form(_blank(request, db), _choices(request, db))


@routes.route("story edit", hidden=True)
def edit(request: Request, db: UnitOfWork) -> Reply:
    """The form, with what was written."""
    return views.form(_own(request, db, request.text), _choices(request, db))


@routes.route("story draft", help="Begin a story and finish it another time.")
def draft(request: Request, db: UnitOfWork) -> Reply:
    """A form in which nothing is needed yet."""
    number = arguments.identity(request.text)
    begun = _blank(request, db) if number is None else _own(request, db, request.text)
    return views.form(begun, _choices(request, db), is_draft=True)


@routes.route("story keep", hidden=True, once=True)
def keep(request: Request, db: UnitOfWork) -> Reply:
    """Keep what was written, as a draft."""
    if not request.is_submitted:
        return draft(request, db)
    kept = _kept(request, db)
    return views.kept(kept, stories_posts.people(db, kept))


@routes.route("story save", hidden=True, once=True)
def save(request: Request, db: UnitOfWork) -> Reply:
    """Keep what was written, and send it to the curators."""
    if not request.is_submitted:
        return story(request, db)
    kept = _kept(request, db)
    if gaps := stories.missing(kept):
        # Nothing is kept then: the form stays open with all that was typed.
        raise FormErrors({name: stories_form.NEEDED[name] for name in gaps})
    return _sent(request, db, kept)


@routes.route("story send", hidden=True, once=True)
def send(request: Request, db: UnitOfWork) -> Reply:
    """A draft goes to the curators."""
    return _sent(request, db, _own(request, db, request.text))


@routes.route("story clear", hidden=True, once=True)
def clear(request: Request, db: UnitOfWork) -> Reply:
    """The author says why what the check found identifies nobody; it is recorded."""
    own = _own(request, db, request.text)
    found = stories_posts.findings(db, own, today=request.today)
    if not request.is_submitted:
        return views.clear_form(own, found) if found else _sent(request, db, own)
    reason = recorded_reason(request, db, own)
    cleared = replace(own, by_author=Clearing(stories.marks(found), reason))
    note_cleared(request, db, own, reason)
    return _sent(request, db, db.stories.save(cleared, now=request.now))


@routes.route("story mine", help="Your stories and where they stand.")
def mine(request: Request, db: UnitOfWork) -> Reply:
    """What the member has written or co-writes."""
    return views.mine(db.stories.of(request.member))


@routes.route("story open", hidden=True)
def open_one(request: Request, db: UnitOfWork) -> Reply:
    """One of them, with what can be done with it."""
    found = stories_posts.found(request, db, request.text, otherwise=views.NOT_YOURS)
    if request.member not in found.involved:
        raise NotFound(views.NOT_YOURS)
    people = stories_posts.people(db, found)
    return views.opened(found, people, is_author=request.member == found.author)


@routes.route(
    "story withdraw",
    usage="[number]",
    example="story withdraw 2",
    help="Take one of your stories back.",
)
def withdraw(request: Request, db: UnitOfWork) -> Reply:
    """Nobody finds it any more; its author can open it again."""
    if not request.text:
        mine = db.stories.of(request.member)
        return views.which(
            [
                each
                for each in mine
                if each.author == request.member and stories.allows(each, Act.WITHDRAW)
            ]
        )
    gone, posts = take_back(db, _own(request, db, request.text), now=request.now)
    return views.withdrawn(gone, posts=posts)


def take_back(db: UnitOfWork, own: Story, *, now: datetime) -> tuple[Story, int]:
    """Its author takes a story back: as it is then, and how many posts it leaves."""
    after = replace(stories.after(own, Act.WITHDRAW), changed_at=now)
    gone = db.stories.save(after, now=now)
    stories_posts.waits_no_more(db, gone, now=now)
    return gone, stories_posts.take_down(db, own, now=now)


@routes.route("story coauthor", hidden=True, once=True)
def coauthor(request: Request, db: UnitOfWork) -> Reply:
    """One more co-author, who is asked."""
    own = _own(request, db, request.text)
    if not request.is_submitted:
        return coauthor_views.form(own)
    member = _person(request, db, "person")
    try:
        kept = db.stories.save(stories.with_coauthor(own, member.id), now=request.now)
    except MemberError as error:
        raise FormErrors({"person": str(error)}) from error
    if kept.state not in _BEGUN:
        _ask_coauthors(request, db, kept)
        return coauthor_views.asked(member)
    return views.kept(kept, stories_posts.people(db, kept))


@routes.route("story without", hidden=True)
def without(request: Request, db: UnitOfWork) -> Reply:
    """A co-author less."""
    number, _, whom = request.text.partition(" ")
    own = _own(request, db, number)
    member = arguments.identity(whom.strip())
    if member is None or own.consent_of(MemberId(member)) is None:
        raise NotFound(views.NOT_YOURS)
    db.stories.remove_coauthor(own.id, MemberId(member))
    _changed(request, db, db.stories.get(own.id))
    return coauthor_views.removed(db.members.get(MemberId(member)))


@routes.route("story agree", hidden=True)
def agree(request: Request, db: UnitOfWork) -> Reply:
    """A co-author agrees to be named."""
    return coauthor_views.agreed(_answered(request, db, Consent.AGREED))


@routes.route("story decline", hidden=True)
def decline(request: Request, db: UnitOfWork) -> Reply:
    """A co-author does not wish to be named, or not any more."""
    return coauthor_views.declined(_answered(request, db, Consent.DECLINED))


def note_cleared(request: Request, db: UnitOfWork, about: Story, reason: str) -> None:
    """Write into the audit log that somebody cleared what the check found, and why."""
    db.audit.add(
        request.community,
        request.member,
        action="story check cleared",
        subject=f"story:{about.id}: {reason}",
        now=request.now,
    )


def _blank(request: Request, db: UnitOfWork) -> Story:
    """A story that has not been begun, with what was typed."""
    return Story(
        request.community,
        request.member,
        changed=request.text[: stories_form.LONGEST["changed"]],
        place=db.members.get(request.member).profile.place,
    )


def _kept(request: Request, db: UnitOfWork) -> Story:
    """The story with what the form says; one that was published is seen by nobody meanwhile."""
    number = request.text.strip()
    before = _own(request, db, number) if number else Story(request.community, request.member)
    written = stories_form.read(request.fields, before, _choices(request, db))
    written = stories.edited(before, _with_coauthor(request, db, written), now=request.now)
    kept = db.stories.save(written, now=request.now)
    if before.is_published:
        stories_posts.take_down(db, before, now=request.now)
    return kept


def _sent(request: Request, db: UnitOfWork, own: Story) -> Reply:
    found = stories_posts.findings(db, own, today=request.today)
    if not stories.is_cleared(own.by_author, found):
        return views.held(own, found)
    sent = db.stories.save(stories.submitted(own, found), now=request.now)
    stories_posts.tell_reviewers(db, sent, now=request.now)
    _ask_coauthors(request, db, sent)
    return views.sent(sent, stories_posts.people(db, sent))


def _ask_coauthors(request: Request, db: UnitOfWork, about: Story) -> None:
    """Ask those who have not answered; once for these words.

    Whoever wants nothing to do with the author hears nothing, and the author reads what they would
    of somebody who does not answer.
    """
    avoids = db.coffee.avoids(request.community)
    asked = [each for each in about.waits_for if request.member not in avoids.get(each, ())]
    stories_telling.tell(
        db,
        request.community,
        asked,
        lambda _: coauthor_views.will_you_be_named(about, request.name),
        telling=Telling.COAUTHOR,
        key=f"story:{about.id}:coauthor:{about.changed_at:%Y%m%d%H%M%S}",
        subject=stories_posts.people_subject(about),
        now=request.now,
    )


def _answered(request: Request, db: UnitOfWork, consent: Consent) -> Story:
    about = stories_posts.found(request, db, request.text, otherwise=views.NOT_YOURS)
    kept = db.stories.save(stories.answered(about, request.member, consent), now=request.now)
    _changed(request, db, kept)
    return kept


def _changed(request: Request, db: UnitOfWork, about: Story) -> None:
    """Others are named now, and perhaps nobody is waited for any more."""
    if about.is_published:
        stories_posts.refresh(db, about, now=request.now)
    else:
        stories_posts.publish_when_ready(db, about, now=request.now)


def _with_coauthor(request: Request, db: UnitOfWork, written: Story) -> Story:
    if not request.field("coauthor"):
        return written
    member = _person(request, db, "coauthor")
    try:
        return stories.with_coauthor(written, member.id)
    except MemberError as error:
        raise FormErrors({"coauthor": str(error)}) from error


def _person(request: Request, db: UnitOfWork, field: str) -> Member:
    words = request.required(field, "Please choose somebody.")
    try:
        return finding.person(request, db, words)
    except MemberError as error:
        raise FormErrors({field: str(error)}) from error


def recorded_reason(request: Request, db: UnitOfWork, about: Story) -> str:
    """The reason in a form, which is recorded and so may identify nobody itself."""
    reason = " ".join(request.required("reason", views.WHY).split())
    if len(reason) > views.LONGEST_REASON:
        raise FormErrors({"reason": f"Please keep this below {views.LONGEST_REASON} characters."})
    names = [each.name for each in db.members.many(about.involved).values()]
    identifiable.refuse({"reason": reason}, today=request.today, known=names)
    return reason


def _own(request: Request, db: UnitOfWork, words: str) -> Story:
    """The story of this number, if the asker is its author."""
    about = stories_posts.found(request, db, words, otherwise=views.NOT_YOURS)
    if about.author != request.member:
        raise NotFound(views.NOT_YOURS)
    return about


def _choices(request: Request, db: UnitOfWork) -> Choices:
    return Choices(
        places=db.communities.terms(request.community, Vocabulary.PLACE),
        priorities=db.communities.terms(request.community, Vocabulary.PRIORITY),
    )
