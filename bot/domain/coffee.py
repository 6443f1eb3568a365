"""The coffee programme: who takes part, the life of a round and what a group can do in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations

from bot.chat.arguments import Rhythm
from bot.domain import members, pairing
from bot.domain.members import Member, Reachable
from bot.errors import MemberError
from bot.ids import CommunityId, GroupId, MemberId, RoundId
from bot.times import Recurrence, at

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
# South East London's preset: clinical and non-clinical people should meet.
KIND_WEIGHT = 15


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
    """One person's place in a group, with the answers given; ``slots`` are the times tapped."""

    member: MemberId
    state: PlaceState = PlaceState.IN
    met: Met | None = None
    worth: bool | None = None
    note: str = ""
    slots: tuple[str, ...] = ()
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
    return Recurrence(rule, start, setup.zone)


def closes(setup: Setup, label: datetime) -> datetime:
    """The local time at which a round that went out at ``label`` closes: as the next goes out."""
    return label + timedelta(weeks=setup.weeks)


def nudges(setup: Setup, label: datetime) -> datetime:
    """The local time at which silent groups are nudged: midway."""
    return label + timedelta(days=7 * setup.weeks // 2)


def asks(setup: Setup, label: datetime) -> datetime:
    """The local time at which "Did you meet?" is asked."""
    return closes(setup, label) - QUESTION_LEAD


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


def constraints(setup: Setup, theme: pairing.Theme | None) -> pairing.Constraints:
    """The planner's rules for a community."""
    return pairing.Constraints(
        group_size=setup.group_size,
        group_max=min(setup.group_size + 1, 4),
        forbid_same_team=Apart.TEAM in setup.apart,
        forbid_same_manager=Apart.MANAGER in setup.apart,
        forbid_manager_report=Apart.REPORT in setup.apart,
        weights=pairing.Weights(kind=KIND_WEIGHT),
        theme=theme,
    )


def people(
    taking_part: Sequence[tuple[Member, Participation]],
    avoids: Mapping[MemberId, frozenset[MemberId]],
    platforms: Mapping[MemberId, str],
) -> tuple[pairing.Person, ...]:
    """The members as the planner sees them, a person's id being the member's number as text."""
    by_email = {member.email: str(member.id) for member, _ in taking_part if member.email}
    return tuple(
        _person(
            member,
            part,
            manager=by_email.get(
                members.email_key(member.profile.line_manager), member.profile.line_manager
            ),
            blocked=avoids.get(member.id, frozenset()),
            platform=platforms.get(member.id),
        )
        for member, part in taking_part
    )


def best_match(
    seeker: pairing.Person,
    free: Iterable[pairing.Person],
    history: pairing.History,
    rules: pairing.Constraints,
    *,
    now: int,
) -> pairing.Person | None:
    """The best first meeting among the free that no hard rule forbids; None where there is none."""
    possible = [
        other
        for other in free
        if pairing.forbidden(seeker, other, rules) is None
        and history.last_met(seeker.id, other.id) is None
    ]
    return max(
        possible,
        key=lambda other: (
            pairing.group_score((seeker, other), history, rules, round=now),
            other.id,
        ),
        default=None,
    )


def writes_first(group: Sequence[Member], stages: Sequence[str]) -> Member:
    """The most senior by the community's order of stages, who is asked to write first."""
    order = {stage: position for position, stage in enumerate(stages)}
    return max(group, key=lambda member: (order.get(member.profile.stage, -1), -member.id))


def common_slots(group: Sequence[Member]) -> tuple[str, ...]:
    """The weekly slots that all of them have protected, in the order of the week."""
    shared = set.intersection(*(set(member.profile.slots) for member in group))
    return tuple(slot for slot in members.SLOTS if slot in shared)


def agreed_slot(group: Group) -> str | None:
    """The first offered time that everybody still in the group has tapped."""
    tapped = [set(place.slots) for place in group.places if place.state is PlaceState.IN]
    if len(tapped) < 2:
        return None
    return next((slot for slot in group.slots if all(slot in taps for taps in tapped)), None)


def swapped(
    groups: Sequence[tuple[MemberId, ...]], one: MemberId, other: MemberId
) -> list[tuple[MemberId, ...]]:
    """The groups with two people in each other's places; raises ``MemberError`` if impossible."""
    where = {member: index for index, group in enumerate(groups) for member in group}
    if one not in where or other not in where:
        raise MemberError("Both people must be in this round. Look at “coffee review”.")
    if where[one] == where[other]:
        raise MemberError("These two are in the same group already.")
    exchange = {one: other, other: one}
    return [tuple(exchange.get(member, member) for member in group) for group in groups]


def placed(
    groups: Sequence[tuple[MemberId, ...]],
    leaving: MemberId,
    everybody: Mapping[MemberId, pairing.Person],
    history: pairing.History,
    rules: pairing.Constraints,
    *,
    number: int,
) -> tuple[list[tuple[MemberId, ...]], MemberId | None]:
    """The groups without somebody, and who is left over because no group may take them.

    A partner left alone joins a group with room, or meets somebody out of a larger group: one
    group at most is touched, the one that gains most by it.
    """
    rest = [tuple(each for each in group if each != leaving) for group in groups]
    alone = next((group[0] for group in rest if len(group) == 1), None)
    kept = [group for group in rest if len(group) > 1]
    if alone is None:
        return kept, None

    def score(made: Sequence[tuple[MemberId, ...]]) -> float:
        return sum(
            pairing.group_score([everybody[each] for each in group], history, rules, round=number)
            for group in made
        )

    possible = [
        (score(made) - score([group]), -index, made)
        for index, group in enumerate(kept)
        for made in _with_one_more(group, alone, rules)
        if all(is_legal([everybody[each] for each in people], rules) for people in made)
    ]
    if not possible:
        return kept, alone

    _, index, made = max(possible, key=lambda each: each[:2])
    kept[-index : -index + 1] = made
    return kept, None


def _with_one_more(
    group: tuple[MemberId, ...], alone: MemberId, rules: pairing.Constraints
) -> Iterable[list[tuple[MemberId, ...]]]:
    """The ways in which a group can take one more: by growing, or by giving one away."""
    if len(group) < rules.group_max:
        yield [(*group, alone)]
    if len(group) > rules.group_min:
        for mate in group:
            yield [tuple(each for each in group if each != mate), (mate, alone)]


def is_legal(group: Sequence[pairing.Person], rules: pairing.Constraints) -> bool:
    """Whether no hard rule keeps any two of them apart."""
    return all(
        pairing.forbidden(one, other, rules) is None for one, other in combinations(group, 2)
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What planning a round needs; it travels to the planner's process."""

    people: tuple[pairing.Person, ...]
    history: pairing.History
    constraints: pairing.Constraints
    number: int
    seed: int
    locked: tuple[tuple[str, ...], ...] = ()


def plan(draft: Draft) -> pairing.Plan:
    """The best plan for a draft; long computing, so it runs in a process of its own."""
    return pairing.plan_round(
        draft.people,
        draft.history,
        draft.constraints,
        round=draft.number,
        seed=draft.seed,
        locked=draft.locked,
    )


@dataclass(frozen=True, slots=True)
class Meeting:
    """All that a group's card tells. ``times`` are the slots with their first local start."""

    group: Group
    people: tuple[Reachable, ...]
    why: tuple[pairing.Reason, ...]
    first: Member
    times: tuple[tuple[str, datetime], ...]

    def others(self, member: MemberId) -> tuple[Member, ...]:
        """Everybody on the card but one."""
        return tuple(each.member for each in self.people if each.member.id != member)


def meeting(
    group: Group,
    of: Round,
    people_in_it: Mapping[MemberId, Reachable],
    stages: Sequence[str],
    *,
    today: date,
) -> Meeting:
    """What to tell the people who are still in a group; dates are after the round and today."""
    present = tuple(people_in_it[each] for each in group.present if each in people_in_it)
    told = [each.member for each in present]
    after = max(of.label.date(), today)
    return Meeting(
        group=group,
        people=present,
        why=why(told, of.theme),
        first=writes_first(told, stages),
        times=tuple((slot, members.slot_start(slot, after=after)) for slot in group.slots),
    )


def why(group: Sequence[Member], theme: pairing.Theme | None) -> tuple[pairing.Reason, ...]:
    """The reasons that hold for every two of a group, most points first."""
    weights = pairing.Weights(kind=KIND_WEIGHT)
    seen = [_person(each, Participation(each.id)) for each in group]
    found = [
        {reason.kind: reason for reason in pairing.reasons(one, other, weights, theme=theme)}
        for one, other in combinations(seen, 2)
    ]
    if not found:
        return ()
    reasons = []
    for kind, reason in found[0].items():
        alike = [pair.get(kind) for pair in found]
        if kind in _SHARED:
            values = set(reason.values).intersection(
                *(each.values if each else () for each in alike)
            )
            if values:
                reasons.append(replace(reason, values=tuple(sorted(values))))
        elif all(alike):
            reasons.append(reason)
    return tuple(reasons)


_SHARED = frozenset({pairing.ReasonKind.SLOTS, pairing.ReasonKind.INTERESTS})


def _person(
    member: Member,
    part: Participation,
    *,
    manager: str = "",
    blocked: frozenset[MemberId] = frozenset(),
    platform: str | None = None,
) -> pairing.Person:
    profile = member.profile
    has_priority = part.priority is not Priority.ANY
    return pairing.Person(
        id=str(member.id),
        place=profile.place or None,
        organisation=profile.organisation or None,
        sector=profile.sector or None,
        profession=profile.profession or None,
        stage=profile.stage or None,
        kind=profile.kind or None,
        interests=frozenset(profile.interests),
        slots=frozenset(profile.slots),
        languages=frozenset(profile.languages) or frozenset({"English"}),
        platform=platform,
        team=f"{profile.organisation}/{profile.team}" if profile.team else None,
        manager=manager or None,
        blocked=frozenset(str(other) for other in blocked),
        frequency=part.frequency,
        prefers=pairing.Preference[part.priority.name] if has_priority else None,
        likes_pairs=part.group_size == 2,
    )
