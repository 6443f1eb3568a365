"""All announcements: whom each is for, how it stands and whom it reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.console import words
from bot.console.front import Asker
from bot.console.paging import Pager, pager
from bot.domain.announcement_reach import Tally
from bot.domain.announcements import Announcement, State
from bot.domain.audience_words import said
from bot.views import announcements as views
from bot.views.common import count, moment
from handlers import announcements
from storage.unit_of_work import UnitOfWork

# Each line counts its messages, so that a page stays quick where thousands went out.
SIZE = 15
STATES = {
    State.DRAFT: "Draft",
    State.SCHEDULED: "Scheduled",
    State.SENDING: "Being sent",
    State.SENT: "Sent",
    State.CANCELLED: "Cancelled",
}
IN_CHANNELS = "whoever is in its channels"
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """An announcement in the list; ``reached`` and ``confirmed`` are "18 of 20", or a dash."""

    number: int
    words: str
    state: str
    is_under_way: bool
    when: str
    audience: str
    reached: str
    confirmed: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, the newest first."""

    lines: tuple[Line, ...]
    pager: Pager


def look(db: UnitOfWork, asker: Asker, query: Mapping[str, str], *, path: str) -> Page:
    """The announcements of the community, a page at a time."""
    community = asker.community.id
    turning = pager(query, total=db.announcements.count(community), size=SIZE, path=path)
    newest = db.announcements.newest(community, limit=SIZE, offset=turning.offset)
    return Page(tuple(_line(db, each) for each in newest), turning)


def state(announcement: Announcement, tally: Tally) -> str:
    """How it stands; what nothing of waits any more is sent, before the job has noted that."""
    if is_under_way(announcement, tally) or announcement.state is not State.SENDING:
        return STATES[announcement.state]
    return STATES[State.SENT]


def is_under_way(announcement: Announcement, tally: Tally) -> bool:
    """Whether something of it is still to go out."""
    is_over = announcement.has_begun and tally.is_over
    return announcement.state is State.SENDING and not is_over


def audience(announcement: Announcement) -> str:
    """Whom it is for, in words."""
    meant = [said(announcement.audience)] if announcement.is_direct else []
    return words.sentence(
        " and ".join((*meant, *([IN_CHANNELS] if announcement.is_posted else ())))
    ).rstrip(".")


def when(db: UnitOfWork, announcement: Announcement) -> str:
    """When it went out, or next does."""
    if announcement.begun_at is not None:
        return words.stamp(announcement.begun_at, announcement.zone)
    upcoming = announcements.next_time(db, announcement.community, announcement)
    if upcoming or announcement.when is None:
        return upcoming
    return moment(announcement.when.start) if announcement.state is State.DRAFT else ""


def reached(announcement: Announcement, tally: Tally) -> str:
    """How many of those whom it is for have it, in people and in channels."""
    parts = []
    if announcement.is_direct:
        parts.append(f"{tally.delivered:,} of {count(tally.people, 'person', 'people')}")
    if announcement.is_posted:
        parts.append(f"{tally.posted:,} of {count(tally.posts, 'channel')}")
    return ", ".join(parts)


def _line(db: UnitOfWork, each: Announcement) -> Line:
    tally = db.recipients.tally(each) if each.has_begun else Tally()
    asks = each.has_begun and each.is_direct and each.wants_acknowledgement
    return Line(
        number=each.number,
        words=views.excerpt(each.text),
        state=state(each, tally),
        is_under_way=is_under_way(each, tally),
        when=when(db, each) or NOTHING,
        audience=audience(each),
        reached=reached(each, tally) if each.has_begun else NOTHING,
        confirmed=f"{tally.acknowledged:,} of {tally.delivered:,}" if asks else NOTHING,
    )
