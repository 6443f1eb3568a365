"""What is said about the priorities of a community, and what belongs to each."""

from collections.abc import Sequence

from bot.chat.forms import ChoiceField, Field, Form, Option, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Words,
    bold,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.priorities import LONGEST_LABEL, LONGEST_WHY, MOST, Belonging, Overview, Priority
from bot.domain.stories import shown_title
from bot.views.common import count, listed
from bot.views.sessions import when

EXAMPLES = "These are examples, as everything here is. "
_ADD = Button("Add a priority", "priorities add", opens_form=True)


def listing(found: Overview, *, zone: str, is_organiser: bool, is_example: bool = False) -> Message:
    """The list, with what belongs to each; organisers can change it."""
    if not found.priorities:
        how = "Write the first one." if is_organiser else "Ask an organiser about it."
        return message(
            text(f"This community has not said yet what it looks at first. {how}"),
            *([buttons(_ADD)] if is_organiser else []),
        )
    entries = [
        _entry(number, each, found.of(each), zone=zone)
        for number, each in enumerate(found.priorities, start=1)
    ]
    own = [_ADD] if is_organiser and len(found.priorities) < MOST else []
    return message(
        text(bold("What we look at first, and why")),
        *entries,
        buttons(*(Button(each.label, "priorities", f"#{each.id}") for each in found.priorities)),
        *([buttons(*own)] if own else []),
        note(
            EXAMPLES if is_example else "",
            "Choose yours in “introduce”: matches look for what you both care about.",
        ),
    )


def one(
    priority: Priority,
    found: Belonging,
    *,
    zone: str,
    is_organiser: bool,
) -> Message:
    """A priority, who cares, what is planned and what was told."""
    coming = [f"{each.title}, {when(each, zone)}" for each in found.sessions]
    told = [shown_title(each) for each in found.stories]
    rows = (("To come", "; ".join(coming)), ("Stories", "; ".join(told)))
    more = found.told - len(found.stories)
    buttons_of: list[Button] = []
    if found.care:
        buttons_of.append(Button("Who cares", "who", priority.label))
    if found.sessions:
        buttons_of.append(Button("The sessions", "sessions", priority.label))
    if found.told:
        buttons_of.append(Button("The stories", "stories", priority.label))
    shown = [fact(label, words) for label, words in rows if words]
    blocks: list[Block] = [text(bold(priority.label), f"\n{priority.why}"), text(_care(found.care))]
    if shown:
        blocks.append(facts(*shown))
    if not found.sessions and not found.told:
        blocks.append(text("No session to come and no story is about it yet. Yours could be."))
    own = _organisers(priority) if is_organiser else ()
    return message(
        *blocks,
        buttons(*buttons_of, Button("I care too", "introduce", opens_form=True), *own),
        note(
            f"And {count(more, 'more story', 'more stories')}. " if more else "",
            "Choose it among the interests of “introduce”.",
        ),
    )


def form(priority: Priority | None, priorities: Sequence[Priority]) -> Form:
    """A new priority, or one to be changed; ``priorities`` is the list as it stands."""
    fields: tuple[Field, ...] = (
        TextField(
            "label",
            "The priority, in a few words",
            required=True,
            initial=priority.label if priority else "",
            max_length=LONGEST_LABEL,
        ),
        TextField(
            "why",
            "Why, in one sentence",
            required=True,
            initial=priority.why if priority else "",
            max_length=LONGEST_WHY,
        ),
    )
    if priority is None:
        return Form("Add a priority", "priorities add", fields, submit="Add it")
    places = tuple(Option(str(place), str(place)) for place in range(1, len(priorities) + 1))
    here = [each.id for each in priorities].index(priority.id) + 1
    return Form(
        "Change a priority",
        "priorities change",
        (*fields, ChoiceField("place", "Place in the list", places, initial=(str(here),))),
        value=f"#{priority.id}",
    )


def added(label: str, priorities: Sequence[Priority]) -> Message:
    """A new priority stands at the end of the list."""
    return message(text(bold(label), " is a priority now."), *_order(priorities))


def changed(label: str, priorities: Sequence[Priority]) -> Message:
    """A priority has another name, reason or place."""
    return message(
        text("Changed: ", bold(label), "."),
        *_order(priorities),
        note("Whoever had chosen it still does, and sessions and stories go along."),
    )


def retired(label: str, priorities: Sequence[Priority]) -> Message:
    """A priority is offered no more."""
    return message(
        text(bold(label), " is retired: nobody is offered it any more."),
        *_order(priorities),
        note("Members who chose it keep it, and sessions and stories still say it."),
    )


def which(priorities: Sequence[Priority], what: str) -> str:
    """An organiser did not say which one."""
    if not priorities:
        return "There is no priority yet. Type “priorities add”."
    return f"Which one? Type “priorities {what}” and its number. {_numbered(priorities)}."


def _entry(number: int, priority: Priority, found: Belonging, *, zone: str) -> Block:
    parts = [_care(found.care).rstrip(".")]
    if found.sessions:
        upcoming = found.sessions[0]
        parts.append(f"next: {upcoming.title}, {when(upcoming, zone)}")
    if found.told:
        parts.append(count(found.told, "story", "stories"))
    words: tuple[Words, ...] = (bold(f"{number}. {priority.label}"), f"\n{priority.why}")
    return text(*words, f"\n{' · '.join(parts)}")


def _care(people: int) -> str:
    if not people:
        return "Nobody has chosen it yet."
    return f"{count(people, 'member cares', 'members care')}."


def _organisers(priority: Priority) -> tuple[Button, ...]:
    return (
        Button("Change", "priorities change", f"#{priority.id}", opens_form=True),
        Button(
            "Retire",
            "priorities retire",
            f"#{priority.id}",
            confirm="Nobody is offered it any more; what members chose stays. Shall I?",
        ),
    )


def _order(priorities: Sequence[Priority]) -> tuple[Block, ...]:
    if not priorities:
        return ()
    return (text(f"In this order: {_numbered(priorities)}."),)


def _numbered(priorities: Sequence[Priority]) -> str:
    return listed([f"{at} {each.label}" for at, each in enumerate(priorities, start=1)])
