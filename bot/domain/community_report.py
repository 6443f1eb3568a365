"""How a community is doing, for every member to read, misses included, and nobody to be seen.

What is told is a count, a share or a place in a list, never a person: counts under five are not
told, shares go in steps of five per cent and only where both they and the rest are five or more,
and who is here is told in steps of five people.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import combinations

from bot.domain.members import Vocabulary
from bot.domain.pairing.score import CLINICAL, EARLY_CAREER, EXECUTIVE

# Under this many somebody could be recognised, or believe to be.
FLOOR = 5
# Shares and counts of people go in such steps: one answer, or one newcomer, seldom moves them.
STEP = 5
BEST_STEP = STEP / 100
PERIOD = timedelta(weeks=13)
# Below these, something went less well.
ENOUGH_MET = 0.6
ENOUGH_CAME = 0.6
ENOUGH_ANSWERED = 0.7
NEAR_THE_BEST = 0.8

ENABLING = frozenset({"enabling", "digital", "estates"})
ENABLING_PROFESSIONS = frozenset(
    {"digital and data", "estates and facilities", "workforce and education"}
)
LIVED = frozenset({"patient or carer"})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int = 0
    whole: int = 0

    @property
    def rate(self) -> float | None:
        """The share in steps that hide an answer; None where part or rest are too small."""
        if self.part < FLOOR or self.whole - self.part < FLOOR:
            return None
        return round(100 * self.part / self.whole / STEP) * STEP / 100

    @property
    def told(self) -> float | None:
        """What is told of it, to judge by: nothing is concluded from what is not told.

        The rate, else 0 for a few and 1 for most or all; None where the whole is too small.
        """
        if self.whole < FLOOR:
            return None
        if self.rate is not None:
            return self.rate
        return 0.0 if self.part < FLOOR else 1.0

    def is_below(self, enough: float) -> bool:
        """Whether what is told of it is less than enough."""
        return self.told is not None and self.told < enough


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's place in a group of a round, with what the figures need of them."""

    group: int
    has_met: bool
    has_answered: bool
    is_worth: bool | None
    organisation: str = ""
    place: str = ""
    profession: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The share of pairs who differ in something, and the most that any matching could reach."""

    share: Share
    best: float

    @property
    def is_low(self) -> bool:
        """Whether a better matching could have crossed clearly more often."""
        return self.share.is_below(NEAR_THE_BEST * self.best)


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """A round of coffee that has ended."""

    number: int
    met: Share
    worth: Share
    answered: Share
    left_out: int
    crossing: Mapping[str, Crossing]


@dataclass(frozen=True, slots=True)
class Quarter:
    """What a quarter of a year held. ``came`` counts places of which it is known."""

    joined: int = 0
    sessions: int = 0
    cancelled: int = 0
    came: Share = Share()
    unknown: int = 0
    worth: Share = Share()
    stories: int = 0
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who is here by something: how many for each word of a vocabulary, and who has not said."""

    name: str
    people: tuple[tuple[str, int], ...]
    unsaid: int = 0

    @property
    def nobody(self) -> tuple[str, ...]:
        """The words that nobody here stands for."""
        return tuple(label for label, number in self.people if not number)


@dataclass(frozen=True, slots=True)
class Standing:
    """All that ``how are we doing`` tells. Rounds are the last two that ended."""

    members: int
    introduced: int
    in_coffee: int
    quarter: Quarter
    before: Quarter
    round: RoundFigures | None = None
    round_before: RoundFigures | None = None
    coverage: tuple[Coverage, ...] = field(default=())


class Miss(StrEnum):
    """What went less well."""

    NO_ROUND = "no round"
    FEW_MET = "few met"
    FEWER_MET = "fewer met"
    CROSSING = "crossing"
    SILENT = "silent"
    LEFT_OUT = "left out"
    NO_SESSION = "no session"
    CANCELLED = "cancelled"
    EMPTY_SEATS = "empty seats"
    UNKNOWN = "unknown"
    NO_STORY = "no story"
    NOT_TRIED = "not tried"
    FEWER_JOINED = "fewer joined"
    NOBODY = "nobody"


def about(people: int) -> int:
    """So many people in steps of five; 0 for nobody and for fewer than are told."""
    return 0 if people < FLOOR else round(people / STEP) * STEP


def is_clinical(kind: str) -> str:
    """Whether a kind of leadership is a clinical one, as a word to compare; "" where not told."""
    if not kind:
        return ""
    return "yes" if kind.lower() in CLINICAL else "no"


BOUNDARIES: Mapping[str, Callable[[Seat], str]] = {
    "organisation": lambda seat: seat.organisation,
    "place": lambda seat: seat.place,
    "profession": lambda seat: seat.profession,
    "clinical": lambda seat: is_clinical(seat.kind),
}
"""What pairs are to cross, and how it is told of somebody."""


def round_figures(number: int, seats: Iterable[Seat], *, left_out: int) -> RoundFigures:
    """A round in figures."""
    every = tuple(seats)
    groups: dict[int, list[Seat]] = {}
    for seat in every:
        groups.setdefault(seat.group, []).append(seat)
    tables = tuple(groups.values())
    said = [seat.is_worth for seat in every if seat.is_worth is not None]
    return RoundFigures(
        number=number,
        met=Share(sum(any(seat.has_met for seat in table) for table in tables), len(tables)),
        worth=Share(sum(said), len(said)),
        answered=Share(sum(seat.has_answered for seat in every), len(every)),
        left_out=left_out,
        crossing={name: _crossing(tables, told) for name, told in BOUNDARIES.items()},
    )


def best_share(people: Mapping[str, int], *, groups: int, pairs: int) -> float:
    """The most that pairs can differ, however people are put into groups; in the same steps.

    Where more share a word than there are groups, some of them must meet each other; fewest pairs
    of them do where they are spread evenly (the pigeonhole principle).
    """
    if not pairs:
        return 1.0
    same = 0
    for number in people.values():
        each, rest = divmod(number, groups)
        same += (groups - rest) * each * (each - 1) // 2 + rest * each * (each + 1) // 2
    return max(0.0, round((1 - same / pairs) / BEST_STEP) * BEST_STEP)


def coverage(
    vocabularies: Mapping[Vocabulary, Sequence[str]],
    counts: Mapping[Vocabulary, Mapping[str, int]],
    leaders: Mapping[tuple[str, str, str], int],
) -> tuple[Coverage, ...]:
    """Who is here: by each vocabulary, and by kind of leadership.

    ``counts`` hold how many said each word, ``leaders`` how many are of each kind, stage and
    profession together.
    """
    found = []
    for name in (Vocabulary.PLACE, Vocabulary.SECTOR, Vocabulary.PROFESSION, Vocabulary.STAGE):
        said = counts.get(name, {})
        people = tuple((label, said.get(label, 0)) for label in vocabularies.get(name, ()))
        found.append(Coverage(name, people, said.get("", 0)))
    return (*found, _leadership(leaders))


def misses(standing: Standing) -> tuple[tuple[Miss, tuple[str, ...]], ...]:
    """What went less well, each with what it is about, in the order to tell it."""
    now, before = standing.quarter, standing.before
    held, last = standing.round, standing.round_before
    found: list[tuple[Miss, tuple[str, ...]]] = []
    if held is None:
        found.append((Miss.NO_ROUND, ()))
    else:
        found += _misses_of_round(held, last)
    claims = {
        Miss.NO_SESSION: not now.sessions,
        Miss.EMPTY_SEATS: now.came.is_below(ENOUGH_CAME),
        Miss.UNKNOWN: now.unknown > max(now.came.whole, FLOOR),
        Miss.NO_STORY: not now.stories,
        Miss.NOT_TRIED: bool(now.stories) and not now.tried,
        Miss.FEWER_JOINED: before.joined >= FLOOR and about(now.joined) + FLOOR <= before.joined,
    }
    found += [(miss, ()) for miss, is_so in claims.items() if is_so]
    if now.cancelled:
        found.append((Miss.CANCELLED, (str(now.cancelled),)))
    found += [(Miss.NOBODY, (each.name, *each.nobody)) for each in standing.coverage if each.nobody]
    return tuple(found)


def _misses_of_round(
    held: RoundFigures, last: RoundFigures | None
) -> list[tuple[Miss, tuple[str, ...]]]:
    low = tuple(name for name, each in held.crossing.items() if each.is_low)
    fell = last is not None and last.met.told is not None and held.met.is_below(last.met.told)
    claims = {
        Miss.FEW_MET: held.met.is_below(ENOUGH_MET),
        Miss.FEWER_MET: fell,
        Miss.SILENT: held.answered.is_below(ENOUGH_ANSWERED),
        Miss.LEFT_OUT: held.left_out > 0,
    }
    found: list[tuple[Miss, tuple[str, ...]]] = [
        (miss, ()) for miss, is_so in claims.items() if is_so
    ]
    return [*found, *([(Miss.CROSSING, low)] if low else [])]


def _crossing(tables: Sequence[Sequence[Seat]], told: Callable[[Seat], str]) -> Crossing:
    pairs = [
        told(one) != told(other)
        for table in tables
        for one, other in combinations(table, 2)
        if told(one) and told(other)
    ]
    people = Counter(told(seat) for table in tables for seat in table if told(seat))
    best = best_share(people, groups=len(tables), pairs=len(pairs))
    return Crossing(Share(sum(pairs), len(pairs)), best)


def _leadership(leaders: Mapping[tuple[str, str, str], int]) -> Coverage:
    """Kinds of leadership; somebody may be of several."""
    wanted: Mapping[str, Callable[[str, str, str], bool]] = {
        "Clinicians and care professionals": lambda kind, _stage, _profession: kind in CLINICAL,
        "Executives and managers": lambda kind, stage, _profession: (
            kind in EXECUTIVE or stage == "executive"
        ),
        "Early career": lambda _kind, stage, _profession: stage in EARLY_CAREER,
        "Digital, estates and workforce": lambda kind, _stage, profession: (
            kind in ENABLING or profession in ENABLING_PROFESSIONS
        ),
        "Patients and carers": lambda kind, _stage, _profession: kind in LIVED,
    }
    counted = {
        label: sum(
            number for words, number in leaders.items() if is_one(*(word.lower() for word in words))
        )
        for label, is_one in wanted.items()
    }
    unsaid = sum(number for words, number in leaders.items() if not words[0])
    return Coverage(Vocabulary.KIND, tuple(counted.items()), unsaid)
