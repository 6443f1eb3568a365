"""Learning sessions: what one is, who has a place in it, and who gets the next one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import MemberError
from bot.ids import CommunityId, MemberId, SeriesId, SessionId
from bot.times import instant, local

# Later than this nobody is given a place without having asked again: there would be no time left
# to decline it. Whoever waits is told that a place is free, and the first to take it has it.
SHORT_NOTICE = timedelta(hours=2)
# Three days are enough to arrange a diary, and few enough that most know whether they can come.
DRAW_LEAD = timedelta(days=3)
MOST_OPEN_CHAIRS = 3
MOST_PLACES = 5000
LONGEST = timedelta(hours=12)


class Kind(StrEnum):
    """An open chair is a place beside an executive or expert, drawn rather than taken."""

    SESSION = "session"
    OPEN_CHAIR = "open chair"


class State(StrEnum):
    """Whether it takes place."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Scope(StrEnum):
    """How far a change reaches: one session, or all later ones of its series as well."""

    THIS = "this"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Details:
    """What a session is about and how to get there; the same for all of a series.

    ``link`` and ``dial_in`` are told only to those who have a place. ``capacity`` is None where
    everybody fits in.
    """

    title: str
    minutes: int
    kind: Kind = Kind.SESSION
    about: str = ""
    speakers: str = ""
    place: str = ""
    link: str = ""
    dial_in: str = ""
    priority: str = ""
    capacity: int | None = None

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Session:
    """One session. ``starts`` is naive local time in ``zone``.

    ``organiser`` looks after it and alone reads what people need to take part. ``sequence`` counts
    changes, ``moves`` those of its time. ``draws_at`` is when the places of an open chair are
    drawn; ``label`` is its occurrence in the series.
    """

    id: SessionId
    community: CommunityId
    details: Details
    starts: datetime
    zone: str
    organiser: MemberId | None
    state: State = State.PLANNED
    sequence: int = 0
    moves: int = 0
    draws_at: datetime | None = None
    is_drawn: bool = False
    series: SeriesId | None = None
    label: datetime | None = None

    @property
    def title(self) -> str:
        """What it is called."""
        return self.details.title

    @property
    def begins(self) -> datetime:
        """The instant at which it starts."""
        return instant(self.starts, self.zone)

    @property
    def ends(self) -> datetime:
        """The instant at which it ends."""
        return self.begins + self.details.length

    @property
    def is_planned(self) -> bool:
        """Whether it was not called off."""
        return self.state is State.PLANNED

    @property
    def is_to_be_drawn(self) -> bool:
        """Whether its places are still to be drawn."""
        return self.draws_at is not None and not self.is_drawn

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is planned and has not begun."""
        return self.is_planned and now < self.begins

    def is_at_short_notice(self, now: datetime) -> bool:
        """Whether a place that frees now is offered rather than given."""
        return now > self.begins - SHORT_NOTICE


class SignUpState(StrEnum):
    """Has a place, waits for one, or came away from it."""

    GOING = "going"
    WAITING = "waiting"
    LEFT = "left"


class Witness(StrEnum):
    """Who says whether somebody was there; an organiser's word stands."""

    NOBODY = ""
    SELF = "self"
    ORGANISER = "organiser"


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's place. ``position`` orders those who wait; ``sequence`` counts changes."""

    member: MemberId
    state: SignUpState
    position: int
    sequence: int = 0
    calendar: str = ""
    attended: bool | None = None
    attended_by: Witness = Witness.NOBODY


@dataclass(frozen=True, slots=True)
class Register:
    """A session and everybody who ever signed up for it, by position."""

    session: Session
    signups: tuple[SignUp, ...] = ()

    @property
    def going(self) -> tuple[SignUp, ...]:
        """Those who have a place."""
        return tuple(each for each in self.signups if each.state is SignUpState.GOING)

    @property
    def waiting(self) -> tuple[SignUp, ...]:
        """Those who wait for one, the first first."""
        return tuple(each for each in self.signups if each.state is SignUpState.WAITING)

    @property
    def concerned(self) -> tuple[MemberId, ...]:
        """Whom a change of the session concerns."""
        return tuple(each.member for each in (*self.going, *self.waiting))

    @property
    def free(self) -> int | None:
        """How many places are free; None where everybody fits in."""
        capacity = self.session.details.capacity
        return None if capacity is None else max(capacity - len(self.going), 0)

    def of(self, member: MemberId) -> SignUp | None:
        """What somebody has in it, places given back included."""
        return next((each for each in self.signups if each.member == member), None)

    def has(self, member: MemberId, *states: SignUpState) -> bool:
        """Whether somebody's sign-up is in one of these states."""
        mine = self.of(member)
        return mine is not None and mine.state in states

    def turn_of(self, member: MemberId) -> int:
        """Which one they are on the waitlist, from 1; they must wait."""
        return [each.member for each in self.waiting].index(member) + 1

    def with_signup(self, changed: SignUp) -> "Register":
        """The register with somebody's new or changed sign-up."""
        others = (each for each in self.signups if each.member != changed.member)
        together = sorted((*others, changed), key=lambda each: each.position)
        return replace(self, signups=tuple(together))


def session_at(starts: datetime, zone: str) -> datetime:
    """The local time meant by one that may be left out where clocks go forward."""
    return local(instant(starts, zone), zone)


def draw_time(session: Session, *, now: datetime) -> datetime | None:
    """When an open chair is drawn; halfway where it is planned at short notice."""
    if session.details.kind is not Kind.OPEN_CHAIR:
        return None
    planned = session.begins - DRAW_LEAD
    return planned if planned > now else now + (session.begins - now) / 2


def check_ahead(session: Session, *, now: datetime) -> None:
    """Raise ``MemberError`` where a session was called off or has begun."""
    if not session.is_planned:
        raise MemberError(f"“{session.title}” was cancelled. Type “sessions” for the others.")
    if now >= session.begins:
        raise MemberError(f"“{session.title}” has begun already. Type “sessions” for the others.")


def changes(before: Session, after: Session) -> tuple[str, ...]:
    """What differs in a way that concerns whoever comes, in the order to tell it."""
    one, other = before.details, after.details
    differs = {
        "time": (before.starts, one.minutes) != (after.starts, other.minutes),
        "title": one.title != other.title,
        "speakers": one.speakers != other.speakers,
        "place": one.place != other.place,
        "link": (one.link, one.dial_in) != (other.link, other.dial_in),
    }  # fmt: skip
    return tuple(name for name, is_changed in differs.items() if is_changed)


def changed(before: Session, details: Details, starts: datetime) -> Session:
    """A session after an organiser edited it: the calendar counts it, a new time is a move."""
    after = replace(before, details=details, starts=session_at(starts, before.zone))
    found = changes(before, after)
    if details == before.details and not found:
        return before
    moved = (after.starts, details.minutes) != (before.starts, before.details.minutes)
    return replace(
        after,
        sequence=before.sequence + 1,
        moves=before.moves + moved,
    )


def with_changes_of(details: Details, before: Details, after: Details) -> Details:
    """Another session's details with what an organiser changed in one of the series.

    What is different there on purpose, such as another place, stays unless it was changed here.
    """
    names = [each.name for each in fields(Details)]
    new = {
        name: getattr(after, name)
        for name in names
        if getattr(after, name) != getattr(before, name)
    }
    return replace(details, **new)


def at_new_hour(starts: datetime, before: datetime, after: datetime) -> datetime:
    """When another session of a series starts once one of them has another hour."""
    if before.time() == after.time():
        return starts
    return datetime.combine(starts.date(), after.time())


def later_in_series(session: Session, of_series: Sequence[Session]) -> tuple[Session, ...]:
    """The sessions of its series that come after it and are still planned."""
    return tuple(
        each
        for each in of_series
        if each.id != session.id and each.starts > session.starts and each.is_planned
    )
