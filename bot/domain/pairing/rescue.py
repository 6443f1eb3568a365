"""A place for those whom no matching pairs off: they join a pair, directly or along a chain.

Somebody alone may take the place of anybody they may meet, who then looks for a group in turn
(an alternating path); the first to find one ends the chain.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from bot.domain.pairing.table import FORBIDDEN, Claims, Table, Weighing, group_weight, weigh

Group = tuple[int, ...]


def place_alone(
    table: Table, weighing: Weighing, groups: Sequence[Group], *, left_out: int = 0
) -> tuple[Group, ...]:
    """The groups with as many of those alone as can join without breaking a rule or the size.

    ``left_out`` people at least can't be placed by anybody, so the search ends there.
    """
    current = [set(group) for group in groups]
    placed = {member for group in groups for member in group}
    alone = [row for row in range(table.size) if row not in placed]
    spare = len(alone) - left_out
    dead_ends: set[int] = set()
    for person in alone:
        if spare > 0 and _place(table, weighing, current, person, dead_ends):
            spare -= 1
            dead_ends.clear()
    return tuple(tuple(sorted(group)) for group in current)


def _place(
    table: Table, weighing: Weighing, groups: list[set[int]], person: int, seen: set[int]
) -> bool:
    """Let this person join, moving others along the shortest chain; change nothing if none.

    ``seen`` are those whose place leads nowhere, and grows.
    """
    home = {member: place for place, group in enumerate(groups) for member in group}
    chains: deque[tuple[int, ...]] = deque([(person,)])
    while chains:
        chain = chains.popleft()
        seeker = chain[-1]
        changed = {
            home[later]: groups[home[later]] ^ {earlier, later}
            for earlier, later in pairwise(chain)
        }
        after = [changed.get(place, group) for place, group in enumerate(groups)]
        may_meet = weigh(table, seeker, seeker + 1, weighing)[0] > FORBIDDEN
        welcoming = [
            place
            for place, group in enumerate(after)
            if len(group) < table.constraints.group_max and may_meet[list(group)].all()
        ]
        if welcoming:
            for place, group in changed.items():
                groups[place] = group
            place = max(welcoming, key=lambda place: _gain(table, weighing, groups[place], seeker))
            groups[place].add(seeker)
            return True

        for member in _replaceable(groups, changed, may_meet):
            if member not in seen:
                seen.add(member)
                chains.append((*chain, member))
    return False


def _replaceable(
    groups: list[set[int]], changed: Collection[int], may_meet: Claims
) -> Iterator[int]:
    """Those whose place somebody could take who may meet these people."""
    for place, group in enumerate(groups):
        if place not in changed:
            for member in sorted(group):
                if may_meet[list(group - {member})].all():
                    yield member


def _gain(table: Table, weighing: Weighing, group: set[int], joining: int) -> int:
    before = group_weight(table, sorted(group), weighing)
    return group_weight(table, sorted({*group, joining}), weighing) - before
