"""Who may meet whom, and who is due: the rules that no score outweighs."""

from collections.abc import Iterable, Mapping

from bot.domain.pairing.model import Constraints, Frequency, History, Person

BLOCKED = "cannot be paired"
"""All that anybody but the one who blocked ever reads about a block."""

SAME_TEAM = "same team"
SAME_MANAGER = "same manager"
MANAGER_AND_REPORT = "one manages the other"
NO_SHARED_LANGUAGE = "no shared language"
REASONS = (BLOCKED, SAME_TEAM, SAME_MANAGER, MANAGER_AND_REPORT, NO_SHARED_LANGUAGE)
"""In the order in which they are checked and told."""

NOBODY_ELSE = "nobody else is due"
NO_GROUP_LEFT = "everybody they may meet is needed in another group"

ROUNDS_BETWEEN: Mapping[Frequency, int] = {
    Frequency.EVERY_ROUND: 1,
    Frequency.EVERY_SECOND: 2,
    Frequency.MONTHLY: 2,  # Rounds are fortnightly unless an organiser says otherwise.
}


def forbidden(one: Person, other: Person, constraints: Constraints) -> str | None:
    """The reason why these two may never be in one group, or None when they may.

    A block holds in both directions and comes first, so that it always reads the same.
    """
    if other.id in one.blocked or one.id in other.blocked:
        return BLOCKED
    if constraints.forbid_same_team and one.team and one.team == other.team:
        return SAME_TEAM
    if constraints.forbid_same_manager and one.manager and one.manager == other.manager:
        return SAME_MANAGER
    if constraints.forbid_manager_report and (one.manager == other.id or other.manager == one.id):
        return MANAGER_AND_REPORT
    if constraints.require_shared_language and not one.spoken & other.spoken:
        return NO_SHARED_LANGUAGE
    return None


def due(
    people: Iterable[Person],
    history: History,
    round: int,  # noqa: A002  The community's word; the builtin is not needed here.
) -> tuple[Person, ...]:
    """Those who take part in this round, in the order given.

    Nobody paused beyond it, and nobody whose last round is nearer than their frequency allows.
    """
    return tuple(person for person in people if _is_due(person, history, round))


def why_unmatched(person: Person, others: Iterable[Person], constraints: Constraints) -> str:
    """Why this person has no group, in plain words, given everybody else who is due."""
    reasons = {forbidden(person, other, constraints) for other in others}
    if not reasons:
        return NOBODY_ELSE
    if None in reasons:
        return NO_GROUP_LEFT
    return ", ".join(reason for reason in REASONS if reason in reasons)


def _is_due(person: Person, history: History, number: int) -> bool:
    if person.paused_until_round is not None and person.paused_until_round > number:
        return False
    last = history.last_round_of(person.id)
    between = person.rounds_between or ROUNDS_BETWEEN[person.frequency]
    return last is None or number - last >= between
