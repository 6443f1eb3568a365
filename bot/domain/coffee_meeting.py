"""What a coffee group's card tells: why these people, who writes first, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations

from bot.domain import coffee_matching, members, organisations, pairing
from bot.domain.coffee import Group, Participation, PlaceState, Round
from bot.domain.members import Member, Organisation, Reachable
from bot.ids import Lane, MemberId


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


@dataclass(frozen=True, slots=True)
class Meeting:
    """All that a group's card tells.

    ``times`` are the slots with their first local start, the soonest first; ``cards`` those of
    the organisations that meet.
    """

    group: Group
    people: tuple[Reachable, ...]
    why: tuple[pairing.Reason, ...]
    first: Member
    times: tuple[tuple[str, datetime], ...]
    cards: tuple[Organisation, ...] = ()

    @property
    def lane(self) -> Lane | None:
        """The Slack workspace in which all of them talk; None where each is told alone."""
        return members.shared_lane(self.people)

    def person(self, member: MemberId) -> Reachable:
        """Somebody on the card, who must be."""
        return next(each for each in self.people if each.member.id == member)

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
    cards: Sequence[Organisation] = (),
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
        times=tuple(
            sorted(
                ((slot, members.slot_start(slot, after=after)) for slot in group.slots),
                key=lambda offered: offered[1],
            )
        ),
        cards=organisations.to_tell(told, cards),
    )


def why(group: Sequence[Member], theme: pairing.Theme | None) -> tuple[pairing.Reason, ...]:
    """What speaks for a group, in the order of its points.

    A difference counts where every two differ, what is shared where all share it, the theme where
    any two fit it.
    """
    weights = pairing.Weights(kind=coffee_matching.KIND_WEIGHT)
    seen = [coffee_matching.person(each, Participation(each.id)) for each in group]
    pairs = [
        {reason.kind: reason for reason in pairing.reasons(one, other, weights, theme=theme)}
        for one, other in combinations(seen, 2)
    ]
    found = []
    for kind in dict.fromkeys(kind for pair in pairs for kind in pair):
        having = [pair[kind] for pair in pairs if kind in pair]
        if len(having) < len(pairs) and kind is not pairing.ReasonKind.THEME:
            continue
        shared = set(having[0].values).intersection(*(reason.values for reason in having))
        if kind in _SHARED and not shared:
            continue
        values = tuple(sorted(shared, key=_in_week)) if kind in _SHARED else having[0].values
        found.append(replace(having[0], values=values))
    return tuple(found)


_SHARED = frozenset({pairing.ReasonKind.SLOTS, pairing.ReasonKind.INTERESTS})


def _in_week(value: str) -> tuple[int, str]:
    """Slots in the order of the week, everything else by its letters."""
    return (members.SLOTS.index(value) if value in members.SLOTS else len(members.SLOTS), value)
