"""What the planner is given and what it returns: people, constraints, past rounds and a plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

ENGLISH = frozenset({"en"})
"""What people speak who name no language."""


class Frequency(StrEnum):
    """How often somebody takes part."""

    EVERY_ROUND = "every_round"
    EVERY_SECOND = "every_second"
    MONTHLY = "monthly"


class Preference(StrEnum):
    """What somebody would like to be looked at first; the name of a criterion in ``Weights``."""

    ORGANISATION = "organisation"
    PLACE = "place"
    PROFESSION = "profession"
    INTERESTS = "interests"
    SLOTS = "slots"


class Theme(StrEnum):
    """What a round is about; it moves points only, never a hard rule."""

    CLINICIANS_WITH_EXECUTIVES = "clinicians_with_executives"
    EARLY_CAREER_WITH_EXPERIENCED = "early_career_with_experienced"
    WITH_DIGITAL_AND_ESTATES = "with_digital_and_estates"
    GUESTS_OF_THE_LAST_SESSION = "guests_of_the_last_session"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part, with whatever is known about them.

    None and an empty set mean "not known", which counts half a criterion's points; no languages
    mean English. ``team``, ``manager`` and ``blocked`` (ids) are confidential: they keep people
    apart and are never a reason anybody reads. Nor is a preference: ``prefers`` and ``likes_pairs``
    ("just the two of us") move points only. ``was_guest`` says who came to the last learning
    session; the community leaves it out where reasons are read.
    """

    id: str
    place: str | None = None
    organisation: str | None = None
    sector: str | None = None
    profession: str | None = None
    stage: str | None = None
    kind: str | None = None
    interests: frozenset[str] = frozenset()
    slots: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    platform: str | None = None
    team: str | None = None
    manager: str | None = None
    blocked: frozenset[str] = frozenset()
    frequency: Frequency = Frequency.EVERY_ROUND
    paused_until_round: int | None = None
    rounds_between: int | None = None
    prefers: Preference | None = None
    likes_pairs: bool = False
    was_guest: bool = False

    @property
    def spoken(self) -> frozenset[str]:
        """The languages this person can meet in."""
        return self.languages or ENGLISH


@dataclass(frozen=True, slots=True)
class Weights:
    """The points of each criterion, in whole points; a community may set its own.

    ``organisation`` to ``kind`` are earned by a difference, ``platform`` by sameness; ``slot`` by
    one shared slot and ``slots`` by two or more; ``interest`` by each shared interest, up to
    ``interests`` together; ``theme`` by a pair that fits the round's theme; ``preference`` by each
    of the two whose preferred criterion earns something. ``trio`` is what a group of more than two
    loses for each person in it who likes pairs.
    """

    organisation: int = 20
    place: int = 15
    sector: int = 10
    profession: int = 10
    stage: int = 5
    kind: int = 0
    slot: int = 15
    slots: int = 20
    interest: int = 5
    interests: int = 15
    platform: int = 5
    theme: int = 15
    preference: int = 10
    trio: int = 10


@dataclass(frozen=True, slots=True)
class Constraints:
    """The hard rules of a community, its points and the theme of the round, if it has one.

    Raises ValueError with a sentence unless 2 <= ``group_min`` <= ``group_size`` <= ``group_max``
    <= 4.
    """

    group_size: int = 2
    group_min: int = 2
    group_max: int = 3
    forbid_same_team: bool = True
    forbid_same_manager: bool = True
    forbid_manager_report: bool = True
    require_shared_language: bool = True
    weights: Weights = Weights()
    theme: Theme | None = None

    def __post_init__(self) -> None:
        if not 2 <= self.group_min <= self.group_size <= self.group_max <= 4:
            raise ValueError(
                f"Groups of {self.group_size}, at least {self.group_min} and at most "
                f"{self.group_max}, can't be planned: sizes go from 2 to 4, and group_size lies "
                "between group_min and group_max."
            )


@dataclass(frozen=True, slots=True)
class Round:
    """A round that was held: its number and who met whom."""

    number: int
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class History:
    """The rounds held so far, in any order; what is asked of it is answered from an index."""

    rounds: tuple[Round, ...] = ()
    _met: dict[tuple[str, str], int] = field(init=False, repr=False, compare=False)
    _seen: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        met: dict[tuple[str, str], int] = {}
        seen: dict[str, int] = {}
        for held in sorted(self.rounds, key=lambda held: held.number):
            for group in held.groups:
                seen.update(dict.fromkeys(group, held.number))
                met.update(dict.fromkeys(combinations(sorted(group), 2), held.number))

        object.__setattr__(self, "_met", met)
        object.__setattr__(self, "_seen", seen)

    def last_met(self, one: str, other: str) -> int | None:
        """The number of the last round in which these two were in one group."""
        return self._met.get((one, other) if one < other else (other, one))

    def last_round_of(self, person: str) -> int | None:
        """The number of the last round this person took part in."""
        return self._seen.get(person)

    def last_round(self) -> int:
        """The number of the last round held; 0 before the first."""
        return max((held.number for held in self.rounds), default=0)

    def pairs(self) -> Iterable[tuple[str, str, int]]:
        """Every two people who met, ids in order, with the round in which they last did."""
        return ((one, other, number) for (one, other), number in self._met.items())


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Somebody who is due and for whom no legal group exists, with the reason in plain words."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Who meets whom in a round.

    Ids are sorted within a group and groups among each other. ``score`` is the sum over the groups
    in points, ``bound`` what no plan of as many people can exceed, ``repeats`` the number of pairs
    who have met before.
    """

    round: int
    seed: int
    groups: tuple[tuple[str, ...], ...]
    unmatched: tuple[Unmatched, ...]
    score: float
    bound: float
    repeats: int

    @property
    def ratio(self) -> float | None:
        """The score as a share of the bound; None where the bound is not above zero."""
        return self.score / self.bound if self.bound > 0 else None

    @property
    def quality(self) -> str:
        """How good the plan is, ready to be read: a share of the bound or, at 0, a difference."""
        gap = self.bound - self.score
        if round(gap, 6) <= 0:
            return "the best possible"
        if self.bound <= 0:
            return f"within {_short(gap)} points of the best possible"
        return f"within {_short(100 * gap / self.bound)} % of the best possible"


def _short(number: float) -> str:
    """Two decimals, rounded up so that the sentence never promises too much."""
    hundredths = -int(-max(number, 0.0) * 100 // 1)
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
