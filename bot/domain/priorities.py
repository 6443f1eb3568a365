"""System priorities: a short list of what a community looks at first, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat import arguments
from bot.domain.sessions import Session
from bot.domain.stories import Story
from bot.domain.words import clean, folded
from bot.errors import FormErrors, MemberError, NotFound, NotUnderstood
from bot.ids import TermId

# Whoever puts everything first puts nothing first.
MOST = 8
# Slack's choices and buttons show 75 characters.
LONGEST_LABEL = 60
LONGEST_WHY = 200
# A list of interests in a spreadsheet's cell is parted by these.
_PARTING = ",;|\n"
_FULL = (
    f"There are {MOST} priorities, and more would put nothing first. Retire one before: "
    "“priorities retire” and its number."
)


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority, and in one sentence why it is one."""

    id: TermId
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Belonging:
    """What belongs to a priority: who cares, the sessions to come and the stories published.

    ``care`` counts those who chose it and have introduced themselves; ``stories`` are the newest
    of ``told``.
    """

    care: int = 0
    sessions: tuple[Session, ...] = ()
    stories: tuple[Story, ...] = ()
    told: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """The priorities in their order, with what belongs to each, by label."""

    priorities: tuple[Priority, ...]
    belonging: Mapping[str, Belonging] = field(default_factory=dict)

    def of(self, priority: Priority) -> Belonging:
        """What belongs to one of them."""
        return self.belonging.get(priority.label, Belonging())


def named(priorities: Sequence[Priority], words: str) -> Priority:
    """The priority meant by its number in the list, ``#`` and its own number, or its words.

    Raises ``NotFound`` where there is none, ``NotUnderstood`` where several are meant.
    """
    asked = words.strip()
    for position, each in enumerate(priorities, start=1):
        if asked in {str(position), f"#{each.id}"}:
            return each
    key = folded(asked)
    whole = [each for each in priorities if folded(each.label) == key]
    found = whole or [each for each in priorities if key and key in folded(each.label)]
    if not found:
        raise NotFound("I can’t find that priority. Type “priorities” to see them with a number.")
    if len(found) > 1:
        names = ", ".join(each.label for each in found)
        raise NotUnderstood(f"Several are called so: {names}. Please type the number.")
    return found[0]


def check_room(priorities: Sequence[Priority]) -> None:
    """Raise ``MemberError`` where there are as many priorities as there may be."""
    if len(priorities) >= MOST:
        raise MemberError(_FULL)


def typed(words: str) -> tuple[str, str]:
    """A priority and its reason as they are typed: "Prevention: Much can be found earlier."."""
    label, _, why = words.partition(":")
    return label, why


def read(label: str, why: str, *, others: Sequence[Priority]) -> tuple[str, str]:
    """A priority and its reason as they are kept; raises ``FormErrors``.

    ``others`` are those besides which it stands.
    """
    name, reason = (" ".join(clean(each).split()) for each in (label, why))
    errors = {}
    if not name:
        errors["label"] = "Please give it a name, in a few words."
    elif len(name) > LONGEST_LABEL:
        errors["label"] = f"Please keep it to {LONGEST_LABEL} characters."
    elif any(sign in name for sign in _PARTING):
        errors["label"] = "Please write it without commas and semicolons: lists are parted by them."
    elif folded(name) in {folded(each.label) for each in others}:
        errors["label"] = "There is a priority of this name already."
    if not reason:
        errors["why"] = "Please say in one sentence why it is a priority."
    elif len(reason) > LONGEST_WHY:
        errors["why"] = f"One sentence, please: at most {LONGEST_WHY} characters."
    if errors:
        raise FormErrors(errors)
    return name, reason


def place(words: str, *, of: int) -> int:
    """A place in the list, from 1; raises ``NotUnderstood`` where there is none of that number."""
    found = arguments.number(words, what="the place")
    if not 1 <= found <= of:
        raise NotUnderstood(f"The list has the places 1 to {of}.")
    return found


def moved(priorities: Sequence[Priority], one: Priority, to: int) -> tuple[Priority, ...]:
    """The list with one of them at another place, from 1."""
    rest = [each for each in priorities if each.id != one.id]
    rest.insert(to - 1, one)
    return tuple(rest)
