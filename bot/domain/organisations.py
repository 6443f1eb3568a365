"""Organisations' cards: what each does, for whom and who to ask, in three short lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.chat.requests import Fields, Role
from bot.chat.routes import may
from bot.domain.members import Member, Organisation
from bot.domain.words import clean, folded, organisation_key
from bot.errors import FormErrors, NotAllowed, NotFound, NotUnderstood
from bot.ids import MemberId, ProposalId

LINES = ("what_we_do", "for_whom", "who_to_ask")
# Four cards of three lines stand in one match of four people, with room for all else.
LONGEST_LINE = 160
MOST_NAMESAKES = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A card as a member of the organisation would have it; an organiser decides."""

    id: ProposalId
    member: MemberId
    card: Organisation


def is_complete(card: Organisation) -> bool:
    """Whether nothing is missing on a card."""
    return all(getattr(card, name) for name in LINES)


def has_words(card: Organisation) -> bool:
    """Whether there is anything to show of it."""
    return any(getattr(card, name) for name in LINES)


def named(
    cards: Sequence[Organisation], words: str, *, other_names: Mapping[str, str]
) -> Organisation:
    """The organisation meant by its name, another name of it, or a part of its name.

    Raises ``NotFound`` where there is none, ``NotUnderstood`` where several are meant.
    """
    key = organisation_key(words)
    others = {organisation_key(other): name for other, name in other_names.items()}
    wanted = {key, organisation_key(others.get(key, words))}
    whole = [each for each in cards if organisation_key(each.name) in wanted]
    part = folded(words)
    found = whole or [each for each in cards if part and part in folded(each.name)]
    if not found:
        raise NotFound(
            f"I know no organisation called “{words.strip()[:100]}”. "
            "Type “organisations” for all of them."
        )
    if len(found) > 1:
        names = ", ".join(each.name for each in found[:MOST_NAMESAKES])
        raise NotUnderstood(f"Several are called so: {names}. Please type more of the name.")
    return found[0]


def check_may_write(member: Member, role: Role, card: Organisation) -> None:
    """Raise ``NotAllowed`` unless somebody organises the community or works there."""
    if not may(role, Role.ORGANISER) and member.profile.organisation != card.name:
        raise NotAllowed(f"The card of {card.name} is written by its own members and organisers.")


def read(fields: Fields, card: Organisation) -> Organisation:
    """The card with the lines of a form; raises ``FormErrors`` for what is missing or too long."""
    said = {name: " ".join(clean("".join(fields.get(name, ())[:1])).split()) for name in LINES}
    errors = {name: "Please say it in one line." for name, line in said.items() if not line}
    errors |= {
        name: f"One short line, please: at most {LONGEST_LINE} characters."
        for name, line in said.items()
        if len(line) > LONGEST_LINE
    }
    if errors:
        raise FormErrors(errors)
    return replace(card, **said)


def missing(
    cards: Sequence[Organisation], people: Mapping[str, int]
) -> tuple[tuple[str, int], ...]:
    """Organisations whose card is not whole, with their number of members, the largest first."""
    complete = {each.name for each in cards if is_complete(each)}
    known = {each.name: people.get(each.name, 0) for each in cards}
    gaps = [(name, number) for name, number in {**known, **people}.items() if name not in complete]
    return tuple(sorted(gaps, key=lambda each: (-each[1], folded(each[0]))))


def to_tell(people: Sequence[Member], cards: Sequence[Organisation]) -> tuple[Organisation, ...]:
    """The cards that help people who meet: none where all come from one organisation."""
    names = {each.profile.organisation for each in people}
    if len(names) < 2:
        return ()
    return tuple(each for each in cards if each.name in names and has_words(each))
