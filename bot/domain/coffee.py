"""The coffee programme: who takes part, the life of a round and what a group can do in it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot import bank_holidays
from bot.chat.arguments import Rhythm
from bot.domain import pairing
from bot.errors import MemberError
from bot.ids import CommunityId, GroupId, MemberId, RoundId
from bot.times import IfOff, Recurrence, at

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Kindly paused after so many rounds without pressing anything.
SILENT_ROUNDS = 3
# A reviewed round is drafted two days before, so that organisers have a working day for it.
REVIEW_LEAD = timedelta(hours=48)
# Those asked each round get two days to say yes before the draft.
ASK_LEAD = timedelta(hours=48)
REVIEW_REMINDERS = (timedelta(hours=24), timedelta(hours=2))
# "Did you meet?" comes this long before the next round, so that it is answered before it.
QUESTION_LEAD = timedelta(days=2)


class Mode(StrEnum):
    """Whether joining holds for every round or each round asks."""

    STANDING = "standing"
    ASKED = "asked"


class IfUnapproved(StrEnum):
    """What happens to a draft that nobody approved in time."""

    SEND = "send"
    HOLD = "hold"


class Apart(StrEnum):
    """Who counts as already working together and is never matched."""

    TEAM = "same team"
    MANAGER = "same manager"
    REPORT = "manager and report"


@dataclass(frozen=True, slots=True)
class Setup:
    """How a community drinks its coffee; ``zone`` is the zone of ``time``."""

    community: CommunityId
    weeks: int = 2
    weekday: int = 1
    time: time = time(9, 0)
    zone: str = "Europe/London"
    group_size: int = 2
    mode: Mode = Mode.STANDING
    review: bool = False
    if_unapproved: IfUnapproved = IfUnapproved.SEND
    apart: frozenset[Apart] = frozenset(Apart)
    theme: pairing.Theme | None = None
    is_running: bool = False
    if_off: IfOff = IfOff.AS_PLANNED

    @property
    def rhythm(self) -> Rhythm:
        """When rounds go out."""
        return Rhythm(self.weeks, self.weekday, self.time)

    @property
    def lead(self) -> timedelta:
        """How long before a round goes out its first step happens."""
        review = REVIEW_LEAD if self.review else timedelta()
        return review + (ASK_LEAD if self.mode is Mode.ASKED else timedelta())


class ParticipationState(StrEnum):
    """Resting is the kind pause after silent rounds: one tap returns."""

    ACTIVE = "active"
    RESTING = "resting"
    LEFT = "left"


class Size(StrEnum):
    """With how many a member would like to meet."""

    ANY = "0"
    TWO = "2"
    THREE = "3"

    @property
    def people(self) -> int | None:
        """The number; None where it does not matter."""
        return int(self) or None


class Priority(StrEnum):
    """What a member would like matching to look at first."""

    ANY = "any"
    ORGANISATION = "another organisation"
    PLACE = "another borough"
    PROFESSION = "another profession"
    INTERESTS = "shared interests"
    SLOTS = "times that suit us both"


@dataclass(frozen=True, slots=True)
class Participation:
    """A member's part in the programme. ``paused_until`` is the first day back."""

    member: MemberId
    state: ParticipationState = ParticipationState.LEFT
    paused_until: date | None = None
    frequency: pairing.Frequency = pairing.Frequency.EVERY_ROUND
    priority: Priority = Priority.ANY
    group_size: int | None = None
    silent_rounds: int = 0

    @property
    def has_joined(self) -> bool:
        """Whether the member is in the programme, pausing or not."""
        return self.state is not ParticipationState.LEFT

    def is_paused(self, on: date) -> bool:
        """Whether the member sits out on this date."""
        return self.state is ParticipationState.RESTING or (
            self.paused_until is not None and self.paused_until > on
        )

    def takes_part(self, on: date) -> bool:
        """Whether a round on this date counts on the member."""
        return self.has_joined and not self.is_paused(on)


class RoundState(StrEnum):
    """A round is drafted, perhaps approved or held, then sent and closed; or cancelled."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    HELD = "held"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Round:
    """One round. ``label`` is the local time it goes out and, in ``zone``, names it."""

    id: RoundId
    community: CommunityId
    number: int
    label: datetime
    zone: str
    state: RoundState
    seed: int
    theme: pairing.Theme | None
    sends_at: datetime
    closes_at: datetime
    score: float = 0
    bound: float = 0
    repeats: int = 0
    unmatched: tuple[pairing.Unmatched, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether an organiser can still change it."""
        return self.state in {RoundState.DRAFTED, RoundState.APPROVED, RoundState.HELD}

    @property
    def was_sent(self) -> bool:
        """Whether its groups were told."""
        return self.state in {RoundState.SENT, RoundState.CLOSED}


class GroupState(StrEnum):
    """Ended before its round closed: everybody asked for someone else or could not."""

    OPEN = "open"
    ENDED = "ended"


class PlaceState(StrEnum):
    """What somebody's place in a group is: in it, unable this time, or seeking someone else."""

    IN = "in"
    OUT = "out"
    SEEKING = "seeking"


class Met(StrEnum):
    """The answers to "Did you meet?"."""

    YES = "yes"
    NOT_YET = "not yet"
    COULDNT = "couldn't"


@dataclass(frozen=True, slots=True)
class Place:
    """One person's place in a group, with the answers given.

    ``slots`` are the times tapped, ``shares`` the own addresses given to the others.
    """

    member: MemberId
    state: PlaceState = PlaceState.IN
    met: Met | None = None
    worth: bool | None = None
    note: str = ""
    slots: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    pressed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Two to four people of a round. ``meets_at`` is naive local time, in the round's zone."""

    id: GroupId
    round: RoundId
    places: tuple[Place, ...]
    state: GroupState = GroupState.OPEN
    is_locked: bool = False
    starter: int = 0
    slots: tuple[str, ...] = ()
    calendar: str = ""
    meets_at: datetime | None = None
    sequence: int = 0

    @property
    def people(self) -> tuple[MemberId, ...]:
        """Everybody it was made of."""
        return tuple(place.member for place in self.places)

    @property
    def present(self) -> tuple[MemberId, ...]:
        """Those who are still in it."""
        return tuple(place.member for place in self.places if place.state is PlaceState.IN)

    @property
    def has_met(self) -> bool:
        """Whether anybody said so."""
        return any(place.met is Met.YES for place in self.places)

    @property
    def is_silent(self) -> bool:
        """Whether nobody pressed a button on its card."""
        return all(place.pressed_at is None for place in self.places)

    def place(self, member: MemberId) -> Place:
        """The member's place; they must have one."""
        return next(place for place in self.places if place.member == member)

    def others(self, member: MemberId) -> tuple[MemberId, ...]:
        """Those still in it besides the member."""
        return tuple(other for other in self.present if other != member)


def recurrence(setup: Setup, *, after: datetime) -> Recurrence:
    """When rounds go out; the first label is the first fitting one after a local date-time."""
    ahead = (setup.weekday - after.weekday()) % 7
    start = at(after.date() + timedelta(days=ahead), setup.time.hour, setup.time.minute)
    if start <= after:
        start += timedelta(weeks=1)
    rule = f"FREQ=WEEKLY;INTERVAL={setup.weeks};BYDAY={WEEKDAY_CODES[setup.weekday]}"
    return Recurrence(rule, start, setup.zone, setup.if_off)


def closes(setup: Setup, begun: datetime) -> datetime:
    """The local time at which a round that went out at ``begun`` closes: as the next goes out."""
    return datetime.combine(begun.date() + timedelta(weeks=setup.weeks), setup.time)


def nudges(setup: Setup, begun: datetime) -> datetime:
    """The local time at which silent groups are nudged: midway, on a working day."""
    day = begun.date() + timedelta(days=(7 * setup.weeks - 2) // 2)
    day = bank_holidays.nearest_working_day(day, step=1)
    return datetime.combine(day, setup.time)


def asks(setup: Setup, begun: datetime) -> datetime:
    """The local time at which "Did you meet?" is asked: near the end, on a working day."""
    day = closes(setup, begun).date() - QUESTION_LEAD
    day = bank_holidays.nearest_working_day(day, step=-1)
    return datetime.combine(day, setup.time)


def joined(participation: Participation) -> Participation:
    """In the programme, from the next round on."""
    return replace(
        participation,
        state=ParticipationState.ACTIVE,
        paused_until=None,
        silent_rounds=0,
    )


def left(participation: Participation) -> Participation:
    """Out of the programme; the preferences are kept for a return."""
    return replace(participation, state=ParticipationState.LEFT, paused_until=None)


def paused(participation: Participation, until: date) -> Participation:
    """Sitting out until the first day back; raises ``MemberError`` for one who has not joined."""
    if not participation.has_joined:
        raise MemberError("You are not in coffee yet. Type “coffee join” to begin.")
    return replace(participation, state=ParticipationState.ACTIVE, paused_until=until)


def active_again(participation: Participation) -> Participation:
    """Back from a pause or a rest."""
    if not participation.has_joined:
        raise MemberError("You are not in coffee yet. Type “coffee join” to begin.")
    return joined(participation)


def after_round(participation: Participation, *, was_silent: bool) -> Participation:
    """A silent round counts; the third in a row rests the member. A press starts again at 0."""
    if not was_silent:
        return replace(participation, silent_rounds=0)
    silent = participation.silent_rounds + 1
    if silent < SILENT_ROUNDS or participation.state is not ParticipationState.ACTIVE:
        return replace(participation, silent_rounds=silent)
    return replace(participation, silent_rounds=silent, state=ParticipationState.RESTING)
