"""Coffee as the planner sees it: who may meet whom, plans, and the repair of drafts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.domain import members, pairing
from bot.domain.coffee import Apart, Participation, Priority, Setup
from bot.domain.members import Member
from bot.errors import MemberError
from bot.ids import MemberId

# South East London's preset: clinical and non-clinical people should meet.
KIND_WEIGHT = 15
MONTHLY = pairing.Frequency.MONTHLY
MONTH_WEEKS = 4


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
    *,
    weeks: int = 2,
    guests: Collection[MemberId] = (),
) -> tuple[pairing.Person, ...]:
    """The members as the planner sees them, a person's id being the member's number as text.

    ``weeks`` lie between two rounds; they say how many rounds a month has. ``guests`` came to the
    last learning session.
    """
    by_email = {member.email: str(member.id) for member, _ in taking_part if member.email}
    return tuple(
        person(
            member,
            part,
            manager=by_email.get(
                members.email_key(member.profile.line_manager),
                members.email_key(member.profile.line_manager),
            ),
            blocked=avoids.get(member.id, frozenset()),
            platform=platforms.get(member.id),
            weeks=weeks,
            was_guest=member.id in guests,
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
            -int(other.id),
        ),
        default=None,
    )


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


@dataclass(frozen=True, slots=True)
class Repaired:
    """The groups of a draft after people left it, and those left over."""

    groups: tuple[tuple[MemberId, ...], ...]
    alone: tuple[MemberId, ...]


def without(
    groups: Sequence[tuple[MemberId, ...]],
    gone: Collection[MemberId],
    everybody: Mapping[MemberId, pairing.Person],
    history: pairing.History,
    rules: pairing.Constraints,
    *,
    number: int,
    locked: Collection[tuple[MemberId, ...]] = (),
) -> Repaired:
    """The groups without some people, changing as few as can be.

    Those left alone meet each other where they may; else they join a group with room, or meet
    somebody out of a larger one. Fewest repeats first, then the score. Locked groups are left as
    they are; nobody is left over while a group may take them.
    """
    rest = [tuple(each for each in group if each not in gone) for group in groups]
    kept = [group for group in rest if len(group) > 1]
    alone = sorted(group[0] for group in rest if len(group) == 1)

    def worth(made: Iterable[tuple[MemberId, ...]]) -> tuple[int, float]:
        score, repeats = rated(made, everybody, history, rules, number=number)
        return -repeats, score

    def legal(made: Iterable[tuple[MemberId, ...]]) -> bool:
        return all(is_legal([everybody[each] for each in group], rules) for group in made)

    pairs = [pair for pair in combinations(alone, 2) if legal([pair])]
    for pair in sorted(pairs, key=lambda each: worth([each]), reverse=True):
        if alone and set(pair) <= set(alone):
            kept.append(pair)
            alone = [each for each in alone if each not in pair]

    left_over = []
    for person_alone in alone:
        ways = [
            (group, made)
            for group in kept
            if group not in locked
            for made in _with_one_more(group, person_alone, rules)
            if legal(made)
        ]
        if not ways:
            left_over.append(person_alone)
            continue
        group, made = max(ways, key=lambda way: _gain(worth([way[0]]), worth(way[1])))
        index = kept.index(group)
        kept[index : index + 1] = made
    return Repaired(tuple(kept), tuple(left_over))


def parted(
    groups: Sequence[tuple[MemberId, ...]], everybody: Mapping[MemberId, pairing.Person]
) -> list[tuple[MemberId, ...]]:
    """The groups without those who keep away from somebody in theirs, each of them alone.

    Whoever asked to be kept apart leaves, so that a trio goes on without them.
    """
    made: list[tuple[MemberId, ...]] = []
    for group in groups:
        apart = [each for each in group if _keeps_away(each, group, everybody)]
        rest = tuple(each for each in group if each not in apart)
        made.extend(each for each in (rest, *((each,) for each in apart)) if each)
    return made


def _keeps_away(
    member: MemberId, group: tuple[MemberId, ...], everybody: Mapping[MemberId, pairing.Person]
) -> bool:
    person = everybody.get(member)
    return person is not None and bool(person.blocked & {str(each) for each in group})


def rated(
    groups: Iterable[tuple[MemberId, ...]],
    everybody: Mapping[MemberId, pairing.Person],
    history: pairing.History,
    rules: pairing.Constraints,
    *,
    number: int,
) -> tuple[float, int]:
    """The score of these groups and how many of their pairs have met before."""
    score, repeats = 0.0, 0
    for group in groups:
        together = [everybody[each] for each in group]
        score += pairing.group_score(together, history, rules, round=number)
        repeats += sum(
            history.last_met(one.id, other.id) is not None
            for one, other in combinations(together, 2)
        )
    return score, repeats


def _gain(before: tuple[int, float], after: tuple[int, float]) -> tuple[int, float]:
    return after[0] - before[0], after[1] - before[1]


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


def person(
    member: Member,
    part: Participation,
    *,
    manager: str = "",
    blocked: frozenset[MemberId] = frozenset(),
    platform: str | None = None,
    weeks: int = 2,
    was_guest: bool = False,
) -> pairing.Person:
    """A member as the planner sees them; ``manager`` is a person's id or an address.

    Who came to a session is told to nobody: it moves points, and is left out where reasons are
    read.
    """
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
        rounds_between=-(-MONTH_WEEKS // weeks) if part.frequency is MONTHLY else None,
        prefers=pairing.Preference[part.priority.name] if has_priority else None,
        likes_pairs=part.group_size == 2,
        was_guest=was_guest,
    )
