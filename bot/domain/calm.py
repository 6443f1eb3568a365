"""Calm: when a message that nobody asked for may reach a member, and what waits for "Your week".

A week is Monday to Sunday in the member's zone. Hours are local, so that a clock change moves
nothing. Everything here is decided from what is given: the domain looks at no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot import times
from bot.ids import CommunityId, MemberId

# A cancellation this near to the start is worth disturbing somebody for.
AT_HAND = timedelta(hours=12)
# A reminder that would fall into quiet hours comes so long before they begin.
BEFORE_QUIET = timedelta(minutes=30)
# Quiet hours and a weekend in a row end within this many days.
LONGEST_QUIET_DAYS = 4
# People on three continents who share no hour by then are told each by themselves.
LONGEST_WAIT = timedelta(days=3)
MOST_A_WEEK = 20
MONDAY, SATURDAY = 0, 5
MIDNIGHT = time()


class Weight(StrEnum):
    """How much a message may disturb.

    ``URGENT`` goes at once, in quiet hours too; one that is about a start only within 12 hours of
    it. ``ALONE`` always goes by itself, after quiet hours: a match, a freed place, a reminder.
    ``CARRIED`` is what another member says: it goes after the reader's quiet hours, whatever the
    organisers hold, and takes no room from what the community says.
    ``ORDINARY`` goes by itself while the member's week has room. ``CAN_WAIT`` never does.
    """

    URGENT = "urgent"
    ALONE = "alone"
    CARRIED = "carried"
    ORDINARY = "ordinary"
    CAN_WAIT = "can wait"


class Programme(StrEnum):
    """What a message belongs to: the sections of "Your week"."""

    COFFEE = "coffee"
    INTRODUCTIONS = "introductions"
    SESSIONS = "sessions"
    STORIES = "stories"
    PULSE = "pulse"
    ANNOUNCEMENTS = "announcements"
    PROMPTS = "prompts"
    COMMUNITY = "community"


class Why(StrEnum):
    """Why something is in "Your week"."""

    CAN_WAIT = "can wait"
    LIMIT = "limit"
    QUIET = "quiet"
    SILENCE = "silence"


class Silence(StrEnum):
    """Whether a member wants to hear nothing at all now."""

    NONE = ""
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet hours: from a local time to another, perhaps the next day's, and perhaps weekends.

    Where both times are the same there are none.
    """

    starts: time = time(20, 0)
    ends: time = time(8, 0)
    weekends: bool = False

    @property
    def are_off(self) -> bool:
        """Whether nothing is quiet at any time."""
        return self.starts == self.ends and not self.weekends

    def hold(self, label: datetime) -> bool:
        """Whether a local date-time is within them."""
        if self.weekends and label.weekday() >= SATURDAY:
            return True
        clock = label.time()
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def end_after(self, label: datetime) -> datetime:
        """The first local date-time from a label on that is not quiet."""
        if not self.hold(label):
            return label
        days = [label.date() + timedelta(days=ahead) for ahead in range(LONGEST_QUIET_DAYS + 1)]
        edges = sorted(
            datetime.combine(day, edge) for day in days for edge in (MIDNIGHT, self.ends)
        )
        return next(edge for edge in edges if edge > label and not self.hold(edge))

    def begin_before(self, label: datetime) -> datetime:
        """The local date-time at which the quiet around a label began."""
        days = [label.date() - timedelta(days=ago) for ago in range(LONGEST_QUIET_DAYS + 1)]
        edges = [datetime.combine(day, edge) for day in days for edge in (MIDNIGHT, self.starts)]
        begun = (edge for edge in sorted(edges, reverse=True) if edge <= label)
        return next(edge for edge in begun if not self.hold(edge - timedelta.resolution))


NO_HOURS = Hours(MIDNIGHT, MIDNIGHT)


@dataclass(frozen=True, slots=True)
class Setup:
    """How calm a community is; ``quiet_until`` while its organisers hold what is not urgent."""

    community: CommunityId
    weekly_limit: int = 3
    weekday: int = MONDAY
    time: time = time(8, 30)
    hours: Hours = Hours()
    quiet_since: datetime | None = None
    quiet_until: datetime | None = None
    quiet_why: str = ""

    def is_quiet(self, at: datetime) -> bool:
        """Whether organisers hold what is not urgent then."""
        return self.quiet_until is not None and at < self.quiet_until


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one member wishes: None where the community's ways will do.

    ``silent_until`` is the end of a pause of everything.
    """

    member: MemberId
    hours: Hours | None = None
    best_time: time | None = None
    silence: Silence = Silence.NONE
    silent_until: datetime | None = None

    def is_silent(self, at: datetime) -> bool:
        """Whether nothing may reach the member then."""
        if self.silence is Silence.PAUSED:
            return self.silent_until is not None and at < self.silent_until
        return self.silence is Silence.STOPPED


@dataclass(frozen=True, slots=True)
class Reader:
    """A member as far as calm goes: their zone, the community's ways and their own wishes."""

    zone: str
    setup: Setup
    wishes: Wishes

    @property
    def hours(self) -> Hours:
        """The quiet hours that hold for them."""
        return self.wishes.hours or self.setup.hours

    def awake(self, moment: datetime) -> datetime:
        """The first instant from one on that is outside their quiet hours."""
        label = times.local(moment, self.zone)
        ends = self.hours.end_after(label)
        return moment if ends == label else times.instant(ends, self.zone)

    def week_of(self, moment: datetime) -> date:
        """The Monday of the week in which an instant is, for them."""
        day = times.today(moment, self.zone)
        return day - timedelta(days=day.weekday())

    def card_in(self, monday: date) -> datetime:
        """When "Your week" comes in the week of a Monday, outside their quiet hours."""
        day = monday + timedelta(days=self.setup.weekday)
        label = datetime.combine(day, self.wishes.best_time or self.setup.time)
        found = self.awake(times.instant(label, self.zone))
        if self.week_of(found) == monday:
            return found
        # Quiet hours last into the next week, so it comes before them.
        return times.instant(self.hours.begin_before(label) - BEFORE_QUIET, self.zone)

    def card_after(self, moment: datetime) -> datetime | None:
        """When "Your week" comes next after an instant; None while the member wants silence.

        It waits for the end of a pause, and of a quiet time of the whole community.
        """
        if self.wishes.silence is Silence.STOPPED:
            return None
        ends = (self.setup.quiet_until, self.wishes.silent_until)
        soonest = max([moment, *(each for each in ends if each is not None)])
        monday = self.week_of(soonest)
        this_week = self.card_in(monday)
        return this_week if this_week > soonest else self.card_in(monday + timedelta(weeks=1))


@dataclass(frozen=True, slots=True)
class Decision:
    """When a message goes out; with None it is kept for "Your week", and ``why``."""

    at: datetime | None
    why: Why | None = None


def decide(
    reader: Reader,
    weight: Weight,
    *,
    now: datetime,
    taken: Iterable[datetime] = (),
    at: datetime | None = None,
    about: datetime | None = None,
) -> Decision:
    """When a message reaches a member.

    ``at`` is when it should go: now, unless it is asked for ahead of time. ``about`` is the start
    of what it is about. ``taken`` are the instants of what goes or went to them unasked.
    """
    wanted = max(at or now, now)
    if reader.wishes.is_silent(now) or reader.wishes.is_silent(wanted):
        return Decision(None, Why.SILENCE)
    is_far = about is not None and about - wanted > AT_HAND
    if weight is Weight.URGENT and not is_far:
        return Decision(wanted)
    if weight is Weight.CARRIED:
        return Decision(reader.awake(wanted))
    if weight is Weight.CAN_WAIT and _comes_in_time(reader, wanted, about):
        return Decision(None, Why.CAN_WAIT)
    if weight in {Weight.URGENT, Weight.ALONE}:
        return Decision(_by_itself(reader, now=now, wanted=wanted, about=about))
    if reader.setup.is_quiet(wanted):
        return Decision(None, Why.QUIET)
    sends = reader.awake(_at_best_time(reader, wanted))
    return (
        Decision(sends) if _has_room(reader, sends, taken, now=now) else Decision(None, Why.LIMIT)
    )


def together(readers: Sequence[Reader], moments: Sequence[datetime]) -> datetime | None:
    """The first instant from all of these on at which nobody has quiet hours; None without one."""
    soonest = max(moments)
    moment = soonest
    while moment - soonest < LONGEST_WAIT:
        awake = max(reader.awake(moment) for reader in readers)
        if awake == moment:
            return moment
        moment = awake
    return None


def _comes_in_time(reader: Reader, wanted: datetime, about: datetime | None) -> bool:
    """Whether the next "Your week" comes before what a message is about."""
    card = reader.card_after(wanted)
    return about is None or card is None or card < about


def _by_itself(
    reader: Reader, *, now: datetime, wanted: datetime, about: datetime | None
) -> datetime:
    """When something goes out that always goes by itself.

    A reminder moves before the quiet hours it would fall into. Where that has passed and their
    end would be too late, it goes when it should: whoever chose something in their quiet hours
    would rather be reminded than miss it.
    """
    quiet_until = reader.setup.quiet_until
    if quiet_until is not None and wanted < quiet_until and (about is None or about > quiet_until):
        wanted = quiet_until
    ends = reader.awake(wanted)
    if about is None or ends == wanted:
        return ends
    label = reader.hours.begin_before(times.local(wanted, reader.zone)) - BEFORE_QUIET
    before = times.instant(label, reader.zone)
    if wanted > now and before >= now:
        return before
    return ends if ends < about else wanted


def _at_best_time(reader: Reader, wanted: datetime) -> datetime:
    """The first of the member's best times from an instant on; the instant where they have none."""
    best = reader.wishes.best_time
    if best is None:
        return wanted
    label = times.local(wanted, reader.zone)
    day = label.date() if label.time() <= best else label.date() + timedelta(days=1)
    return times.instant(datetime.combine(day, best), reader.zone)


def _has_room(reader: Reader, sends: datetime, taken: Iterable[datetime], *, now: datetime) -> bool:
    """Whether a week takes one more; its "Your week", while it is still to come, has its place."""
    week = reader.week_of(sends)
    used = sum(reader.week_of(each) == week for each in taken)
    is_card_to_come = reader.card_in(week) > now
    return used + is_card_to_come < reader.setup.weekly_limit
