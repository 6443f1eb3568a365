"""How good a pair is, in points, and the reasons that made it so.

The planner computes the same points for thousands of pairs at once in ``table``; a test holds the
two together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from bot.domain.pairing.model import Constraints, History, Person, Theme, Weights

REPEAT = -200
"""Points for meeting again, so that a repeat is worse than any first meeting."""

FORGIVEN_A_ROUND = 2
"""Points given back for each round since two people last met."""

FORGIVEN_ROUNDS = 50
"""After so many rounds a repeat grows no better: about two years of fortnightly rounds."""

CLINICAL = frozenset({"clinical", "clinician", "care professional"})
EXECUTIVE = frozenset({"executive or manager", "executive", "manager"})
ENABLING = frozenset({"enabling", "digital", "estates"})
EARLY_CAREER = frozenset({"early", "early career", "junior", "trainee"})
EXPERIENCED = frozenset({"experienced", "senior", "executive", "late career"})
"""The words of leadership kinds and career stages that the themes look for."""


class ReasonKind(StrEnum):
    """What speaks for a pair; the name of the criterion in ``Weights``, where it is one."""

    ORGANISATION = "organisation"
    PLACE = "place"
    SECTOR = "sector"
    PROFESSION = "profession"
    STAGE = "stage"
    KIND = "kind"
    SLOTS = "slots"
    INTERESTS = "interests"
    PLATFORM = "platform"
    THEME = "theme"


DIFFERENCES = (
    ReasonKind.ORGANISATION,
    ReasonKind.PLACE,
    ReasonKind.SECTOR,
    ReasonKind.PROFESSION,
    ReasonKind.STAGE,
    ReasonKind.KIND,
)
"""The criteria that are earned by being different."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion that truly gave points to a pair.

    ``values`` are what is shared, sorted (slots, interests, the platform, the theme), or the two
    different values, the first person's first.
    """

    kind: ReasonKind
    points: int
    values: tuple[str, ...]


def pair_points(
    one: Person, other: Person, weights: Weights, *, theme: Theme | None = None
) -> float:
    """The points of a first meeting: 0 to 100 with the default weights, no theme and no preference.

    A criterion counts half its points where either of the two has not said: half of ``slots`` (the
    most that slots can give) and half of ``interests`` (the most that interests can give). A
    preference counts only where its criterion truly earned points.
    """
    found = reasons(one, other, weights, theme=theme)
    earned = sum(reason.points for reason in found)
    kinds = {reason.kind.value for reason in found}
    wishes = sum(person.prefers in kinds for person in (one, other))
    unknown = sum(
        int(getattr(weights, kind))
        for kind in (*DIFFERENCES, ReasonKind.SLOTS, ReasonKind.INTERESTS, ReasonKind.PLATFORM)
        if not getattr(one, kind) or not getattr(other, kind)
    )
    return earned + unknown / 2 + wishes * weights.preference


def repeat_points(rounds_ago: int) -> int:
    """What is added to a pair's points when they last met so many rounds ago: -198 to -100."""
    return REPEAT + FORGIVEN_A_ROUND * min(rounds_ago, FORGIVEN_ROUNDS)


def group_score(
    group: Iterable[Person],
    history: History,
    constraints: Constraints,
    *,
    round: int,  # noqa: A002  The community's word; the builtin is not needed here.
) -> float:
    """The sum over the group's pairs, divided by its size less one, so that sizes compare.

    More than two cost ``weights.trio`` for each of them who likes pairs.
    """
    members = tuple(group)
    total = 0.0
    for one, other in combinations(members, 2):
        total += pair_points(one, other, constraints.weights, theme=constraints.theme)
        last = history.last_met(one.id, other.id)
        if last is not None:
            total += repeat_points(round - last)
    if len(members) > 2:
        cost = constraints.weights.trio * sum(person.likes_pairs for person in members)
        return total / (len(members) - 1) - cost
    return total


def reasons(
    one: Person, other: Person, weights: Weights, *, theme: Theme | None = None
) -> tuple[Reason, ...]:
    """What carried the score of these two, most points first; never anything confidential."""
    found = [*_differences(one, other, weights), *_in_common(one, other, weights)]
    if theme is not None and fits(theme, one, other):
        found.append(Reason(ReasonKind.THEME, weights.theme, (theme.value,)))
    found = [reason for reason in found if reason.points > 0]
    return tuple(sorted(found, key=lambda reason: -reason.points))


def fits(theme: Theme, one: Person, other: Person) -> bool:
    """Whether this pair is what the theme wishes for, whichever of the two comes first."""
    first, second = theme_sides(theme, one), theme_sides(theme, other)
    return (first[0] and second[1]) or (first[1] and second[0])


def theme_sides(theme: Theme, person: Person) -> tuple[bool, bool]:
    """Whether somebody belongs on the one and on the other side of a theme."""
    kind, stage = _plain(person.kind), _plain(person.stage)
    if theme is Theme.CLINICIANS_WITH_EXECUTIVES:
        return kind in CLINICAL, kind in EXECUTIVE
    if theme is Theme.EARLY_CAREER_WITH_EXPERIENCED:
        return stage in EARLY_CAREER, stage in EXPERIENCED
    if theme is Theme.GUESTS_OF_THE_LAST_SESSION:
        return person.was_guest, person.was_guest
    return kind in ENABLING, kind is not None and kind not in ENABLING


def _differences(one: Person, other: Person, weights: Weights) -> Iterable[Reason]:
    for kind in DIFFERENCES:
        values = (getattr(one, kind), getattr(other, kind))
        if all(values) and values[0] != values[1]:
            yield Reason(kind, getattr(weights, kind), values)


def _in_common(one: Person, other: Person, weights: Weights) -> Iterable[Reason]:
    slots = one.slots & other.slots
    if slots:
        points = weights.slot if len(slots) == 1 else weights.slots
        yield Reason(ReasonKind.SLOTS, points, tuple(sorted(slots)))

    interests = one.interests & other.interests
    if interests:
        points = min(weights.interest * len(interests), weights.interests)
        yield Reason(ReasonKind.INTERESTS, points, tuple(sorted(interests)))

    if one.platform and one.platform == other.platform:
        yield Reason(ReasonKind.PLATFORM, weights.platform, (one.platform,))


def _plain(words: str | None) -> str | None:
    """A value as the themes compare it: lower case, with spaces between the words."""
    return None if words is None else words.lower().replace("-", " ").replace("_", " ")
