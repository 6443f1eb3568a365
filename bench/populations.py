"""Made-up communities, seeded and documented, for benchmarks and tests.

Nobody in them is real. Organisations follow a long tail (the n-th is as frequent as 1 / n), each
lies in one place and one sector; professions, stages and kinds are drawn independently; people name
one to four of 24 interests and one to three of ten weekly slots. A twentieth leave an attribute
open. Teams have about eight people, one of whom manages the others; one in a hundred blocks
somebody; one in fifty also speaks Welsh or Polish.
"""

from dataclasses import replace
from random import Random

from bot.domain.pairing import Constraints, Frequency, History, Person, Round

PLACES = ("Bexley", "Bromley", "Greenwich", "Lambeth", "Lewisham", "Southwark")
SECTORS = ("acute", "community", "council", "mental health", "primary care", "voluntary")
PROFESSIONS = ("allied health", "doctor", "manager", "nurse", "pharmacist", "social worker")
STAGES = ("early", "mid", "senior", "executive")
KINDS = ("clinical", "care professional", "executive or manager", "patient or carer", "enabling")
INTERESTS = tuple(f"interest-{number:02}" for number in range(24))
DAYS = ("mon", "tue", "wed", "thu", "fri")
SLOTS = tuple(f"{day}-{time}" for day in DAYS for time in ("lunch", "late"))
PEOPLE_IN_A_TEAM = 8
UNKNOWN = 0.05


def community(size: int, *, seed: int, organisations: int = 40) -> tuple[Person, ...]:
    """So many people in teams, departments of organisations that follow a long tail."""
    rng = Random(seed)
    shares = [1 / (rank + 1) for rank in range(organisations)]
    homes = [(rng.choice(PLACES), rng.choice(SECTORS)) for _ in range(organisations)]
    teams = rng.choices(range(organisations), shares, k=size // PEOPLE_IN_A_TEAM + 1)
    people = [
        _person(rng, row, organisation=teams[row // PEOPLE_IN_A_TEAM], homes=homes)
        for row in range(size)
    ]
    return tuple(_with_blocks(rng, people))


def one_large_organisation(size: int, *, seed: int, share: float = 0.6) -> tuple[Person, ...]:
    """A community in which one organisation employs this share of all people."""
    rng = Random(seed + 1)
    return tuple(
        replace(person, organisation="org-large") if rng.random() < share else person
        for person in community(size, seed=seed)
    )


def many_blocks(size: int, *, seed: int, blocked: int = 10) -> tuple[Person, ...]:
    """A community in which everybody blocks so many others."""
    rng = Random(seed + 2)
    people = community(size, seed=seed)
    ids = [person.id for person in people]
    return tuple(
        replace(person, blocked=frozenset(rng.sample(ids, blocked)) - {person.id})
        for person in people
    )


def shuffled_rounds(people: tuple[Person, ...], *, rounds: int, seed: int) -> History:
    """Past rounds in which everybody met somebody at random, an odd one in a trio."""
    rng = Random(seed + 3)
    held = []
    for number in range(1, rounds + 1):
        ids = [person.id for person in people]
        rng.shuffle(ids)
        groups = [tuple(sorted(ids[row : row + 2])) for row in range(0, len(ids) - 1, 2)]
        if len(ids) % 2:
            groups[-1] = tuple(sorted((*groups[-1], ids[-1])))
        held.append(Round(number, tuple(groups)))
    return History(tuple(held))


def met_all_but(people: tuple[Person, ...], *, unmet: int) -> History:
    """Everybody has met everybody once but for the last rounds of a tournament (circle method).

    The number of people is even; each has ``unmet`` partners left.
    """
    ids = [person.id for person in people]
    fixed, turning = ids[0], ids[1:]
    held = []
    for number in range(1, len(ids) - unmet):
        ring = [fixed, *turning]
        pairs = zip(ring[: len(ids) // 2], reversed(ring[len(ids) // 2 :]), strict=True)
        held.append(Round(number, tuple(tuple(sorted(pair)) for pair in pairs)))
        turning = [turning[-1], *turning[:-1]]
    return History(tuple(held))


def defaults() -> Constraints:
    """The constraints that a community starts with."""
    return Constraints()


def _person(rng: Random, row: int, *, organisation: int, homes: list[tuple[str, str]]) -> Person:
    place, sector = homes[organisation]
    team = row // PEOPLE_IN_A_TEAM
    leads = row % PEOPLE_IN_A_TEAM == 0

    def known(value: str) -> str | None:
        return None if rng.random() < UNKNOWN else value

    return Person(
        id=f"m{row:05}",
        place=known(place),
        organisation=f"org-{organisation:02}",
        sector=known(sector),
        profession=known(rng.choice(PROFESSIONS)),
        stage=known(rng.choice(STAGES)),
        kind=known(rng.choice(KINDS)),
        interests=frozenset(rng.sample(INTERESTS, rng.randint(1, 4))),
        slots=frozenset(rng.sample(SLOTS, rng.randint(1, 3))),
        languages=frozenset({"en", rng.choice(("cy", "pl"))} if rng.random() < 0.02 else {"en"}),
        platform=rng.choice(("slack", "teams", "web")),
        team=f"team-{team:04}",
        manager=None if leads else f"m{team * PEOPLE_IN_A_TEAM:05}",
        frequency=Frequency.EVERY_ROUND,
    )


def _with_blocks(rng: Random, people: list[Person]) -> list[Person]:
    ids = [person.id for person in people]
    return [
        replace(person, blocked=frozenset({rng.choice(ids)}) - {person.id})
        if rng.random() < 0.01
        else person
        for person in people
    ]
