"""What a round came to, in figures that name nobody: the organisers' report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.domain.coffee import Group, Met, PlaceState
from bot.domain.members import Member
from bot.ids import MemberId

BOUNDARIES = ("organisation", "place", "sector", "profession", "kind")


@dataclass(frozen=True, slots=True)
class Report:
    """One round in figures; shares are from 0 to 1, None where there is nothing to share out.

    ``crossing`` maps an attribute to the share of pairs who differ in it, of those who both told
    it. ``new_ties`` are the pairs of organisations that this round brought together for the first
    time.
    """

    groups: int
    people: int
    trios: int
    met_groups: int
    answered: int
    asked: int
    worth: int
    worth_asked: int
    repeats: int
    could_not: int
    left_out: tuple[tuple[str, str], ...]
    crossing: Mapping[str, float | None]
    new_ties: tuple[tuple[str, str], ...]
    quality: str

    @property
    def met_rate(self) -> float | None:
        """The share of groups in which somebody said that they met."""
        return self.met_groups / self.groups if self.groups else None


def report(
    groups: Sequence[Group],
    everybody: Mapping[MemberId, Member],
    earlier: Iterable[tuple[MemberId, ...]],
    *,
    left_out: Sequence[tuple[str, str]],
    repeats: int,
    quality: str,
) -> Report:
    """The figures of a round; ``earlier`` are the groups of all rounds before it."""
    places = [place for group in groups for place in group.places]
    pairs = [
        (everybody[one], everybody[other])
        for group in groups
        for one, other in combinations(group.people, 2)
        if one in everybody and other in everybody
    ]
    known = {
        tie
        for group in earlier
        for one, other in combinations(group, 2)
        if one in everybody and other in everybody
        for tie in _tie(everybody[one], everybody[other])
    }
    ties = {tie for one, other in pairs for tie in _tie(one, other)}
    return Report(
        groups=len(groups),
        people=len({place.member for place in places}),
        trios=sum(len(group.places) > 2 for group in groups),
        met_groups=sum(group.has_met for group in groups),
        answered=sum(place.met is not None for place in places),
        asked=len(places),
        worth=sum(place.worth is True for place in places),
        worth_asked=sum(place.worth is not None for place in places),
        repeats=repeats,
        could_not=sum(
            place.met is Met.COULDNT or place.state is PlaceState.OUT for place in places
        ),
        left_out=tuple(left_out),
        crossing={name: _crossing(pairs, name) for name in BOUNDARIES},
        new_ties=tuple(sorted(ties - known)),
        quality=quality,
    )


def _tie(one: Member, other: Member) -> Iterable[tuple[str, str]]:
    first, second = sorted((one.profile.organisation, other.profile.organisation))
    if first and first != second:
        yield first, second


def _crossing(pairs: Iterable[tuple[Member, Member]], name: str) -> float | None:
    told = [
        getattr(one.profile, name) != getattr(other.profile, name)
        for one, other in pairs
        if getattr(one.profile, name) and getattr(other.profile, name)
    ]
    return sum(told) / len(told) if told else None
