"""Announcements, when an organiser writes, previews, sends or changes one."""

from dataclasses import replace

from bot.chat import arguments
from bot.chat.messages import Message
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import announcements as rules
from bot.domain import audience_words
from bot.domain.announcement_text import MOST_TEXT
from bot.domain.announcements import Announcement, State
from bot.domain.channels import Channel, Purpose
from bot.errors import MemberError, NotFound
from bot.ids import CommunityId
from bot.times import local
from bot.views import announcements as views
from bot.views import announcements_forms as form_views
from bot.views import announcements_sent as sent_views
from bot.views import channels as channel_views
from bot.views.common import moment
from handlers import announcements_form as forms
from storage import announcing, recipients
from storage.unit_of_work import UnitOfWork

routes = Routes()

JOB = "announcement send"
SHOWN = 8
WHICH = "Which one? Type “announce list” to see them with their numbers."
NONE_WHILE = "Nobody is meant by that and no channel is set, so there is nobody to send it to."


@routes.route(
    "announce",
    usage="[words]",
    example="announce Winter plans",
    help="Write to the community, or to some of it.",
    role=Role.ORGANISER,
)
def announce(request: Request, db: UnitOfWork) -> Reply:
    """A form for a new announcement."""
    offered = forms.offered(db, request.community)
    places = forms.places(db, request.community, Purpose.ANNOUNCEMENTS)
    return form_views.form(None, offered, places, words=request.text[:MOST_TEXT])


@routes.route("announce save", hidden=True, role=Role.ORGANISER, once=True)
def save(request: Request, db: UnitOfWork) -> Reply:
    """Keep what was filled in, and show how it will look and whom it will reach."""
    if not request.is_submitted:
        return announce(request, db)

    before = find(request, db) if request.text else None
    if before is not None and not before.is_open:
        raise MemberError(f"Announcement {before.number} has gone out since you opened the form.")
    filled = forms.chosen(request, db, before)
    if before is None:
        kept = db.announcements.add(filled, now=request.now)
    else:
        kept = _changed(request, db, before, filled)
    note(request, db, "announce save", kept)
    return _preview(request, db, kept, is_changed=before is not None)


@routes.route("announce list", help="All announcements, the newest first.", role=Role.ORGANISER)
def listing(request: Request, db: UnitOfWork) -> Reply:
    """The newest announcements, each with how it stands."""
    newest = db.announcements.newest(request.community, limit=SHOWN)
    lines = [(each, _standing(request, db, each)) for each in newest]
    return views.listing(lines, db.announcements.count(request.community))


@routes.route(
    "announce show",
    usage="number",
    example="announce show 1",
    help="How it looks, or how far it has come.",
    role=Role.ORGANISER,
)
def show(request: Request, db: UnitOfWork) -> Reply:
    """The preview of one that waits, the progress of one that goes out."""
    return _shown(request, db, find(request, db))


@routes.route("announce look", hidden=True, role=Role.ORGANISER)
def look(request: Request, db: UnitOfWork) -> Reply:
    """The progress again, in the place of the card that was tapped."""
    return replace(_shown(request, db, find(request, db)), replaces=True)


@routes.route(
    "announce edit",
    usage="number",
    example="announce edit 1",
    help="Change it, also while it is being sent.",
    role=Role.ORGANISER,
)
def edit(request: Request, db: UnitOfWork) -> Reply:
    """The form with what is set; of one that has gone out, the words alone."""
    found = find(request, db)
    if not found.is_open:
        # It raises where not even the words can be changed.
        rules.reworded(found, found.text)
        return form_views.reword_form(found)
    offered = forms.offered(db, request.community)
    places = forms.places(db, request.community, Purpose.ANNOUNCEMENTS)
    return form_views.form(found, offered, places)


@routes.route("announce reword", hidden=True, role=Role.ORGANISER, once=True)
def reword(request: Request, db: UnitOfWork) -> Reply:
    """Other words, also where it has arrived."""
    found = find(request, db)
    if not request.is_submitted:
        return edit(request, db)

    changed = rules.reworded(found, forms.text_of(request))
    db.announcements.save(changed)
    if changed.has_begun:
        name = db.communities.get(request.community).name
        letter = views.letter(changed, name)
        announcing.reword(
            db,
            changed,
            letter=letter,
            reminder=views.reminder(letter),
            confirmed=views.letter(changed, name, asks=False),
            post=views.post(changed, name),
            now=request.now,
        )
    note(request, db, "announce reword", changed)
    return sent_views.reworded(changed)


@routes.route(
    "announce send",
    usage="number",
    example="announce send 2",
    help="Send a draft, now or at its time.",
    role=Role.ORGANISER,
    once=True,
)
def send(request: Request, db: UnitOfWork) -> Reply:
    """Begin to send a draft, or have it wait for its time; the job does the work."""
    found = find(request, db)
    if found.when is not None:
        return _schedule(request, db, found)
    sending = rules.moved(found, State.SENDING)
    reach = db.recipients.reach(request.community, found.audience)
    posts = len(_channels(db, found)) if found.is_posted else 0
    people = reach.reached if found.is_direct else 0
    if not people and not posts:
        raise MemberError(NONE_WHILE)

    db.announcements.save(sending)
    db.schedule.add(
        request.community, JOB, subject=recipients.subject(found),
        label=local(request.now, "UTC"), zone="UTC",
    )  # fmt: skip
    note(request, db, "announce send", found)
    return sent_views.on_its_way(sending, people, posts)


@routes.route(
    "announce cancel",
    usage="number",
    example="announce cancel 3",
    help="Send no more of it, also while it is being sent.",
    role=Role.ORGANISER,
)
def cancel(request: Request, db: UnitOfWork) -> Reply:
    """Nothing more of it goes out; whoever has it keeps it."""
    found = find(request, db)
    cancelled = rules.cancelled(found, now=request.now)
    subject = recipients.subject(found)
    db.schedule.stop_recurring(request.community, JOB, subject=subject, now=request.now)
    db.schedule.cancel(
        request.community, subject=subject, reason="it was cancelled", now=request.now
    )
    db.announcements.save(cancelled)
    note(request, db, "announce cancel", found)
    if not found.has_begun:
        return views.removed(cancelled)

    rows = announcing.cancel(db, cancelled, now=request.now)
    return sent_views.cancelled(cancelled, rows, db.recipients.tally(cancelled))


@routes.route(
    "announce copy",
    usage="number",
    example="announce copy 1",
    help="A new draft like it.",
    role=Role.ORGANISER,
    once=True,
)
def copy(request: Request, db: UnitOfWork) -> Reply:
    """A new draft that says the same to the same people."""
    made = rules.copied(find(request, db), author=request.member, now=request.now)
    kept = db.announcements.add(made, now=request.now)
    note(request, db, "announce copy", kept)
    return _preview(request, db, kept)


@routes.route(
    "announce audience",
    usage="words",
    example="announce audience place Lewisham or Greenwich",
    help="How many some words mean: “place Lewisham”.",
    role=Role.ORGANISER,
)
def count(request: Request, db: UnitOfWork) -> Reply:
    """How many members are meant by some words, as they are understood."""
    meant = audience_words.parse(request.text, forms.known(db, request.community))
    return views.audience_count(
        audience_words.said(meant), db.recipients.reach(request.community, meant)
    )


def find(request: Request, db: UnitOfWork) -> Announcement:
    """The announcement of the number that was said; raises ``NotFound``."""
    number = arguments.identity(request.text.strip().lstrip("#"))
    found = db.announcements.find(request.community, number) if number is not None else None
    if found is None:
        raise NotFound(WHICH)
    return found


def note(request: Request, db: UnitOfWork, action: str, about: Announcement) -> None:
    """Write an organiser's action into the audit log, with the number and without the words."""
    db.audit.add(
        request.community, request.member, action=action,
        subject=f"announcement {about.number}", now=request.now,
    )  # fmt: skip


def channel_names(db: UnitOfWork, announcement: Announcement) -> list[str]:
    """What people call the channels in which it is posted."""
    return [
        "the web chat" if each.platform == "web" else channel_views.named(each)
        for each in _channels(db, announcement)
    ]


def next_time(db: UnitOfWork, community: CommunityId, announcement: Announcement) -> str:
    """When it next goes out, in words; empty where that is not planned."""
    upcoming = db.recurrences.upcoming(community, JOB, subject=recipients.subject(announcement))
    return moment(upcoming.at) if upcoming is not None else ""


def _shown(request: Request, db: UnitOfWork, found: Announcement) -> Message:
    if found.has_begun:
        found = _ended_if_over(request, db, found)
        return sent_views.progress(found, db.recipients.tally(found))
    if found.state is State.SENDING:
        return sent_views.on_its_way(found, 0, 0)
    return _preview(request, db, found)


def _ended_if_over(request: Request, db: UnitOfWork, found: Announcement) -> Announcement:
    """What is looked at is as far as it is, without waiting for the job that looks too."""
    if found.state is not State.SENDING or not db.recipients.tally(found).is_over:
        return found
    ended = rules.ended(found, now=request.now)
    db.announcements.save(ended)
    return ended


def _preview(
    request: Request, db: UnitOfWork, found: Announcement, *, is_changed: bool = False
) -> Message:
    community = db.communities.get(request.community)
    look_of = views.letter if found.is_direct else views.post
    return views.preview(
        found,
        look_of(found, community.name),
        db.recipients.reach(request.community, found.audience),
        channel_names(db, found),
        upcoming=next_time(db, request.community, found),
        is_changed=is_changed,
    )


def _changed(
    request: Request, db: UnitOfWork, before: Announcement, filled: Announcement
) -> Announcement:
    """What was filled in takes the place of a draft, or of what waits, which then waits anew."""
    is_waiting = before.state is State.SCHEDULED
    if is_waiting and filled.when is not None:
        kept = rules.scheduled(filled)
        _plan(request, db, kept)
    else:
        kept = filled
        db.schedule.stop_recurring(
            request.community, JOB, subject=recipients.subject(before), now=request.now
        )
    db.announcements.save(kept)
    return kept


def _schedule(request: Request, db: UnitOfWork, found: Announcement) -> Reply:
    waiting = rules.scheduled(found)
    upcoming = _plan(request, db, waiting)
    db.announcements.save(waiting)
    note(request, db, "announce schedule", waiting)
    return views.scheduled(waiting, upcoming)


def _plan(request: Request, db: UnitOfWork, waiting: Announcement) -> str:
    """Have the job done at its time; that in words. Raises ``MemberError`` where it has passed."""
    upcoming = waiting.when and db.schedule.set_recurring(
        request.community,
        JOB,
        waiting.when.recurrence(waiting.zone, waiting.if_off),
        subject=recipients.subject(waiting),
        now=request.now,
    )
    if not upcoming:
        raise MemberError(
            f"The time of announcement {waiting.number} has passed. "
            f"“announce edit {waiting.number}” gives it another."
        )
    return moment(upcoming)


def _channels(db: UnitOfWork, found: Announcement) -> tuple[Channel, ...]:
    if not found.is_posted:
        return ()
    return announcing.channels_of(db, found.community, Purpose.ANNOUNCEMENTS, found.lanes)


def _standing(request: Request, db: UnitOfWork, each: Announcement) -> str:
    if each.state is State.SCHEDULED:
        return f"goes out on {next_time(db, request.community, each)}"
    if each.begun_at is not None:
        when = moment(local(each.begun_at, each.zone))
        return f"{views.STATES[each.state]}, begun on {when}"
    return views.STATES[each.state]
