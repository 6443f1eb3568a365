"""What organisers read and say where somebody is to take no part for now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.chat.forms import Field, Form, PersonField, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
    bold,
    buttons,
    fact,
    facts,
    message,
    note,
    spans,
    text,
)
from bot.domain.members import Member
from bot.ids import MemberId
from bot.views.common import count, day, listed

LONGEST_REASON = 500
# More than this is a page of the console.
MOST_LISTED = 30
WHY = "Please say why, for the other organisers."
GONE = "I know nobody here of that name who takes no part. “unsuspend” lists them."
YOURSELF = "That is you. Another organiser can do that."
WHAT_STOPS = (
    "Their open coffees end and their places in sessions go to those who wait, in words that "
    "blame nobody. Their introduction leaves the channels and the search. I send them nothing, and "
    "answer them with one sentence that names organisers to ask."
)


@dataclass(frozen=True, slots=True)
class Out:
    """Somebody who takes no part now; ``by`` is empty where who said so has left."""

    member: MemberId
    name: str
    is_stopped: bool
    reason: str = ""
    by: str = ""
    at: date | None = None


def suspend_form(person: Member | None = None) -> Form:
    """Whom to suspend and why; the asking before it is done."""
    whom: tuple[Field, ...] = () if person else (PersonField("person", "Whom", required=True),)
    reason = TextField(
        "reason",
        "Why",
        hint="Only organisers see this. Please name no patient and no third person.",
        required=True,
        multiline=True,
        max_length=LONGEST_REASON,
    )
    return Form(
        title="Suspend a member",
        route="suspend",
        value=f"#{person.id}" if person else "",
        submit="Suspend",
        fields=(*whom, reason),
        intro=spans(f"{person.name} takes no part for now. " if person else "", WHAT_STOPS,
                    " Published stories stay; take one down with “take down”."),
    )  # fmt: skip


def suspended(person: Member, ended: Sequence[str]) -> Message:
    """Somebody takes no part now."""
    return message(
        text(bold(f"{person.name} is suspended. "), *_what_ended(ended)),
        buttons(_back(person.name, f"#{person.id}", "unsuspend")),
    )


def may_stop(person: Member) -> Message:
    """Asked before everything is stopped for somebody."""
    return message(
        text(bold(f"Shall I stop everything for {person.name}? "), WHAT_STOPS),
        text(
            "Nothing of mine names them from then on: their stories stay, without their name. "
            "What stands in titles or texts I can’t find; please look at sessions they speak at."
        ),
        buttons(
            Button("Stop everything", "stop everything sure", f"#{person.id}", style=Style.DANGER)
        ),
        note("For illness or a death. “start again for” takes it back at any time."),
    )


def stopped(person: Member, ended: Sequence[str]) -> Message:
    """Everything is stopped for somebody."""
    return message(
        text(bold(f"Everything is stopped for {person.name}. "), *_what_ended(ended)),
        buttons(_back(person.name, f"#{person.id}", "start again for")),
        note("What others were sent before stays in their chats; e-mails can’t be called back."),
    )


def back(person: Member) -> Message:
    """Somebody takes part again; to the organiser."""
    return message(
        text(
            bold(f"{person.name} takes part again. "),
            "Coffee and their settings are as they were; coffees and places that ended are not "
            "brought back. Their introduction can be found again, and is posted again once they "
            "save it.",
        )
    )


def are_back(community: str) -> Message:
    """Somebody takes part again; to themselves."""
    return message(
        text(f"You take part in {community} again. Type “home” to see where you stand."),
        note("You get this because an organiser let you back in. “coffee leave” stops coffee."),
    )


def listing(people: Sequence[Out]) -> Message:
    """Everybody who takes no part now."""
    if not people:
        return message(text("Nobody is suspended, and nothing is stopped for anybody."))
    return message(
        *(block for each in people[:MOST_LISTED] for block in _line(each)),
        note("Only organisers see this."),
    )


def _line(out: Out) -> list[Block]:
    what = "Everything is stopped" if out.is_stopped else "Suspended"
    when = f" on {day(out.at)}" if out.at else ""
    by = f", by {out.by}" if out.by else ""
    route = "start again for" if out.is_stopped else "unsuspend"
    return [
        text(bold(out.name)),
        facts(
            fact("Since", f"{what}{when}{by}"),
            *((fact("Why", out.reason),) if out.reason else ()),
        ),
        buttons(_back(out.name, f"#{out.member}", route)),
    ]


def _back(name: str, value: str, route: str) -> Button:
    return Button(f"Let {name.split(maxsplit=1)[0]} back in", route, value)


def _what_ended(ended: Sequence[str]) -> tuple[str, ...]:
    return (f"Ended with it: {listed(ended)}." if ended else "Nothing was open.",)


def what_ended(*, coffees: int, messages: int, posts: int, alone: Sequence[str]) -> list[str]:
    """What came to an end, in words."""
    told = [
        count(coffees, "coffee") if coffees else "",
        count(messages, "message on its way", "messages on their way") if messages else "",
        count(posts, "post of their introduction", "posts of their introduction") if posts else "",
        f"their place in the drafted round, which leaves {listed(alone)} without a group"
        if alone
        else "",
    ]
    return [each for each in told if each]
