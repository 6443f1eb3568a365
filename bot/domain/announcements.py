"""Announcements: what organisers write to the community, and the life of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.audience import EVERYONE, Audience
from bot.domain.cadences import Cadence
from bot.errors import MemberError
from bot.ids import AnnouncementId, CommunityId, Lane, MemberId
from bot.times import IfOff

# Whoever has not confirmed by now may be busy; asked more often they would look away.
BETWEEN_REMINDERS = timedelta(hours=20)
# How soon progress is looked at again: often while it is short, and less so in a long sending.
FIRST_LOOK = timedelta(seconds=10)
LONGEST_LOOK = timedelta(minutes=10)


class State(StrEnum):
    """The life of an announcement."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SCHEDULED, State.SENDING, State.CANCELLED}),
    State.SCHEDULED: frozenset({State.DRAFT, State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.SENT, State.CANCELLED}),
    State.SENT: frozenset({State.CANCELLED}),
    State.CANCELLED: frozenset(),
}
"""What may follow what."""

_REFUSED = {
    (State.SENDING, State.SENDING): "Announcement {number} is being sent already.",
    (State.CANCELLED, State.CANCELLED): "Announcement {number} is cancelled already.",
}
_ALL_SENT = (
    "Announcement {number} has reached everybody it could, so there is nothing left to cancel. "
    "“announce take down {number}” removes it where it stands."
)
_OVER = "Announcement {number} is {state}. “announce copy {number}” makes a new one like it."


class Way(StrEnum):
    """How it reaches people."""

    DIRECT = "direct"
    CHANNELS = "channels"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said, to whom, how and when.

    ``lanes`` are the workspaces whose channels show it; none means all. ``when`` is None for as
    soon as somebody says so, and local in ``zone``. One that repeats stays scheduled, and each
    occurrence is an announcement of its own with it as ``parent``.
    """

    id: AnnouncementId
    community: CommunityId
    number: int
    author: MemberId | None
    text: str
    audience: Audience = EVERYONE
    way: Way = Way.DIRECT
    lanes: tuple[Lane, ...] = ()
    wants_acknowledgement: bool = False
    respects_quiet: bool = True
    state: State = State.DRAFT
    when: Cadence | None = None
    zone: str = "Europe/London"
    if_off: IfOff = IfOff.AS_PLANNED
    is_revised: bool = False
    parent: AnnouncementId | None = None
    made_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    reminded_at: datetime | None = None

    @property
    def is_direct(self) -> bool:
        """Whether people get it in a message of their own."""
        return self.way is not Way.CHANNELS

    @property
    def is_posted(self) -> bool:
        """Whether channels show it."""
        return self.way is not Way.DIRECT

    @property
    def is_repeating(self) -> bool:
        """Whether it is sent again and again."""
        return self.when is not None and self.when.is_repeating

    @property
    def is_open(self) -> bool:
        """Whether all of it can still be changed."""
        return self.state in {State.DRAFT, State.SCHEDULED}

    @property
    def has_begun(self) -> bool:
        """Whether anybody may have it."""
        return self.begun_at is not None


def moved(announcement: Announcement, to: State) -> Announcement:
    """In another state; raises ``MemberError`` where that can't follow."""
    before = announcement.state
    if to not in MOVES[before]:
        sentence = _REFUSED.get((before, to), _OVER)
        raise MemberError(sentence.format(number=announcement.number, state=before))
    return replace(announcement, state=to)


def scheduled(announcement: Announcement) -> Announcement:
    """Waiting for its time; raises ``MemberError`` for one that has none."""
    if announcement.when is None:
        raise MemberError(
            f"Announcement {announcement.number} has no time. “announce edit {announcement.number}”"
            " gives it one."
        )
    return moved(announcement, State.SCHEDULED)


def begun(announcement: Announcement, *, now: datetime) -> Announcement:
    """Being sent, to those who are meant now; ``announcement`` is in that state already."""
    return replace(announcement, begun_at=now)


def ended(announcement: Announcement, *, now: datetime) -> Announcement:
    """Sent to everybody it could reach."""
    return replace(moved(announcement, State.SENT), ended_at=now)


def cancelled(announcement: Announcement, *, now: datetime) -> Announcement:
    """Nothing more of it goes out; raises ``MemberError`` where nothing is left to go out."""
    if announcement.state is State.SENT:
        raise MemberError(_ALL_SENT.format(number=announcement.number))
    return replace(moved(announcement, State.CANCELLED), ended_at=now)


def taken_down(announcement: Announcement, *, now: datetime) -> Announcement:
    """To be seen nowhere any more; raises ``MemberError`` for one that nobody has."""
    if not announcement.has_begun:
        raise MemberError(f"Announcement {announcement.number} has not gone out.")
    return replace(announcement, state=State.CANCELLED, ended_at=announcement.ended_at or now)


def reworded(announcement: Announcement, text: str) -> Announcement:
    """Saying something else, also where it has arrived; raises ``MemberError`` once cancelled."""
    if announcement.state is State.CANCELLED:
        raise MemberError(_OVER.format(number=announcement.number, state=announcement.state))
    is_revised = announcement.is_revised or announcement.has_begun
    return replace(announcement, text=text, is_revised=is_revised)


def copied(announcement: Announcement, *, author: MemberId | None, now: datetime) -> Announcement:
    """A new draft that says the same to the same people, without a time."""
    return replace(
        announcement,
        author=author,
        state=State.DRAFT,
        when=None,
        is_revised=False,
        parent=None,
        made_at=now,
        begun_at=None,
        ended_at=None,
        reminded_at=None,
    )


def occurrence(announcement: Announcement, *, now: datetime) -> Announcement:
    """One occurrence of a repeating announcement, as it goes out now."""
    made = copied(announcement, author=announcement.author, now=now)
    return replace(made, parent=announcement.id)


def reminded(announcement: Announcement, *, now: datetime) -> Announcement:
    """Those who have not confirmed are asked once more; raises ``MemberError`` where too soon."""
    if not announcement.wants_acknowledgement or not announcement.is_direct:
        raise MemberError(f"Announcement {announcement.number} asks nobody to confirm it.")
    if announcement.state not in {State.SENDING, State.SENT}:
        raise MemberError(f"Announcement {announcement.number} is {announcement.state}.")
    last = announcement.reminded_at or announcement.begun_at
    if last is not None and now - last < BETWEEN_REMINDERS:
        raise MemberError(
            "They had it less than a day ago. Give them until tomorrow, then remind them."
        )
    return replace(announcement, reminded_at=now)


def next_look(*, since: timedelta) -> timedelta:
    """How long until progress is looked at again, after sending for so long."""
    return max(FIRST_LOOK, min(since / 4, LONGEST_LOOK))
