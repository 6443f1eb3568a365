"""One announcement: its words as they look, how far it has come, and what became of it for each."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.console import announcements as listing
from bot.console.announcement_people import People, people
from bot.console.checks import whole_number
from bot.console.front import Asker
from bot.console.looks import Look, looks
from bot.console.refusals import Refused
from bot.domain import announcements as rules
from bot.domain import cadences
from bot.domain.announcement_reach import Reach, Tally
from bot.domain.announcements import Announcement, State
from bot.domain.audience_words import said
from bot.errors import MemberError
from bot.times import local
from bot.views import announcements as views
from bot.views.common import count, listed, moment
from handlers import announcements
from storage.unit_of_work import UnitOfWork

NONE_OF_THIS_NUMBER = "There is no announcement of this number."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come. ``figures`` are a label and "18 of 20"; ``share`` is from 0 to 1.

    ``missing`` is how many have it and were asked in vain to confirm it; ``not_yet`` says why they
    can't be reminded now.
    """

    announcement: Announcement
    state: str
    is_under_way: bool
    figures: tuple[tuple[str, str], ...]
    share: float
    waiting: int
    missing: int
    not_yet: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands on the page; ``people`` is None where it goes to nobody by name."""

    announcement: Announcement
    mark: str
    facts: tuple[tuple[str, str], ...]
    look: tuple[Look, ...]
    progress: Progress
    people: People | None


def find(db: UnitOfWork, asker: Asker, number: str) -> Announcement:
    """The announcement of this number; raises ``Refused``."""
    wanted = whole_number(number)
    found = None if wanted is None else db.announcements.find(asker.community.id, wanted)
    if found is None:
        raise Refused(404, NONE_OF_THIS_NUMBER)
    return found


def mark(db: UnitOfWork, asker: Asker, number: str) -> str:
    """Changes with what is said to whom and when; not with how far it has come."""
    it = find(db, asker, number)
    seen = (it.text, it.audience, it.way, it.lanes, it.when, it.if_off)
    asked = (it.wants_acknowledgement, it.respects_quiet)
    return hashlib.sha256(repr((*seen, *asked)).encode()).hexdigest()[:16]


def look(db: UnitOfWork, asker: Asker, number: str, query: Mapping[str, str], *, path: str) -> Page:
    """How the announcement stands."""
    found = find(db, asker, number)
    tally = db.recipients.tally(found)
    look_of = views.letter if found.is_direct else views.post
    is_by_name = found.has_begun and found.is_direct
    return Page(
        announcement=found,
        mark=mark(db, asker, number),
        facts=tuple(_facts(db, found)),
        look=looks(look_of(found, asker.community.name)),
        progress=_progress(db, found, tally, now=asker.now),
        people=people(db, found, tally, query, path=path) if is_by_name else None,
    )


def progress(db: UnitOfWork, asker: Asker, number: str) -> Progress:
    """How far it has come."""
    found = find(db, asker, number)
    return _progress(db, found, db.recipients.tally(found), now=asker.now)


def _progress(db: UnitOfWork, found: Announcement, tally: Tally, *, now: datetime) -> Progress:
    asks = found.wants_acknowledgement and found.is_direct and found.has_begun
    missing = db.recipients.count_unacknowledged(found) if asks else 0
    total = tally.people + tally.posts
    waiting = tally.waiting + tally.posts_waiting
    return Progress(
        announcement=found,
        state=listing.state(found, tally),
        is_under_way=listing.is_under_way(found, tally),
        figures=tuple(_figures(found, tally)) if found.has_begun else (),
        share=(total - waiting) / total if total else 0.0,
        waiting=waiting,
        missing=0 if found.state is State.CANCELLED else missing,
        not_yet=_not_yet(found, now=now) if asks and missing else "",
    )


def _figures(found: Announcement, tally: Tally) -> list[tuple[str, str]]:
    figures = []
    if found.is_direct:
        figures.append(("Delivered", f"{tally.delivered:,} of {tally.people:,}"))
        if found.wants_acknowledgement:
            figures.append(("Confirmed", f"{tally.acknowledged:,} of {tally.delivered:,}"))
    if found.is_posted:
        figures.append(("Posted in", f"{tally.posted:,} of {count(tally.posts, 'channel')}"))
    others = (
        ("Waiting", tally.waiting + tally.posts_waiting),
        ("Could not be delivered", tally.could_not + tally.posts_could_not),
        ("May have arrived", tally.unsure),
        ("Not sent", tally.cancelled),
    )
    return figures + [(label, f"{number:,}") for label, number in others if number]


def _not_yet(found: Announcement, *, now: datetime) -> str:
    """Why nobody can be reminded now; empty where that is possible."""
    try:
        rules.reminded(found, now=now)
    except MemberError as error:
        return str(error)
    return ""


def _facts(db: UnitOfWork, found: Announcement) -> list[tuple[str, str]]:
    facts = []
    if found.is_direct:
        facts.append(("For", said(found.audience)))
    facts.append(("As", views.how(found)))
    if found.is_posted:
        names = listed(announcements.channel_names(db, found))
        shown = f"{names}; {views.ALL_THERE}" if names else "none is set"
        facts.append(("Channels", shown))
    if found.is_direct and found.is_open:
        facts.append(("Reaches", _reaches(db.recipients.reach(found.community, found.audience))))
    facts += [("When", _when(db, found)), *_history(db, found)]
    if found.is_direct:
        facts.append(("Confirmation", "asked for" if found.wants_acknowledgement else "not asked"))
        quiet = "it waits until they end" if found.respects_quiet else "it goes out at once"
        facts.append(("In quiet hours", quiet))
    if found.when is not None and not found.has_begun:
        facts.append(("On a bank holiday", views.IF_OFF[found.if_off].lower()))
    return facts


def _reaches(reach: Reach) -> str:
    """How many it would reach now, and who of those meant gets nothing."""
    gaps = [
        *([f"no account reaches {reach.no_account:,}"] if reach.no_account else ()),
        *([f"{reach.opted_out:,} asked for no announcements"] if reach.opted_out else ()),
    ]
    reached = f"{count(reach.reached, 'person', 'people')} of {reach.meant:,}"
    return "; ".join((reached, *gaps))


def _when(db: UnitOfWork, found: Announcement) -> str:
    at = listing.when(db, found)
    if found.when is None or found.has_begun or not found.when.is_repeating:
        return at or ("not any more" if found.state is State.CANCELLED else views.NOW)
    return f"{cadences.said(found.when)}; next on {at}" if at else cadences.said(found.when)


def _history(db: UnitOfWork, found: Announcement) -> list[tuple[str, str]]:
    """Where it came from, and what was done to it since."""
    facts = []
    if found.parent is not None:
        facts.append(("Repeats", f"announcement {db.announcements.get(found.parent).number}"))
    if found.is_revised:
        facts.append(("Changed", "its words were changed after it was first sent"))
    if found.reminded_at is not None:
        facts.append(("Reminded", moment(local(found.reminded_at, found.zone))))
    return facts
