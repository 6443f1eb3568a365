"""What the coffee programme says to a member about their own part in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.chat.forms import ChoiceField, Form, Option, PersonField, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    spans,
    text,
)
from bot.domain.coffee import Met, Participation, Priority, Setup
from bot.domain.members import Member
from bot.domain.pairing import Frequency
from bot.times import Slot
from bot.views import coffee_dates
from bot.views.common import count, day, listed, moment

HOW_TO_STOP = "Pause with “coffee pause 2 weeks”, stop with “coffee leave”."
FREQUENCIES = {
    Frequency.EVERY_ROUND: "Every round",
    Frequency.EVERY_SECOND: "Every second round",
    Frequency.MONTHLY: "About once a month",
}
PRIORITIES = {
    Priority.ANY: "No preference",
    Priority.ORGANISATION: "Somebody from another organisation",
    Priority.PLACE: "Somebody from another borough",
    Priority.PROFESSION: "Somebody from another profession",
    Priority.INTERESTS: "Somebody who shares my interests",
    Priority.SLOTS: "Somebody with times that suit us both",
}
SIZES = {None: "Either", 2: "Just the two of us", 3: "Three is welcome"}
MET = {Met.YES: "you met", Met.NOT_YET: "not yet", Met.COULDNT: "it did not work out"}


def rhythm(setup: Setup) -> str:
    """How often rounds go out: "every 2 weeks on Tuesday at 09:00"."""
    often = "every week" if setup.weeks == 1 else f"every {setup.weeks} weeks"
    weekday = (
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    )[setup.weekday]  # fmt: skip
    return f"{often} on {weekday} at {setup.time:%H:%M}"


def welcome(setup: Setup) -> Message:
    """What coffee is, to somebody who has not joined."""
    return message(
        text(
            bold("Peer coffee"),
            ": I introduce you to one other leader, mostly from another organisation, "
            "profession or borough, and say why you two. "
            "You meet for half an hour when it suits you both.",
        ),
        text(_rounds(setup)),
        buttons(Button("Join coffee", "coffee join", style=Style.PRIMARY)),
        note("You can pause or leave at any time, and nobody is told."),
    )


def joined(setup: Setup, upcoming: datetime | None, *, is_introduced: bool = False) -> Message:
    """Somebody joined."""
    introduce = () if is_introduced else (Button("Introduce myself", "introduce", opens_form=True),)
    return message(
        text(bold("You are in."), " ", _when(setup, upcoming)),
        buttons(Button("Set my preferences", "coffee preferences", opens_form=True), *introduce),
        note(HOW_TO_STOP),
        replaces=True,
    )


def joined_already(setup: Setup, upcoming: datetime | None) -> Message:
    """Somebody joined a second time."""
    return message(text("You are in already. ", _when(setup, upcoming)), note(HOW_TO_STOP))


def left() -> Message:
    """Somebody left."""
    return message(
        text("You have left coffee. I will not match you again unless you come back."),
        buttons(Button("Come back", "coffee join")),
        replaces=True,
    )


def not_in() -> Message:
    """Somebody who has not joined asked to leave."""
    return message(
        text("You are not in coffee, so there is nothing to stop."),
        buttons(Button("Join coffee", "coffee join")),
    )


def paused(part: Participation) -> Message:
    """Somebody sits out until a date."""
    back = day(part.paused_until) if part.paused_until else "when you come back"
    return message(
        text("You are pausing coffee until ", bold(back), ". From then on I match you again."),
        buttons(Button("Come back now", "coffee resume")),
        replaces=True,
    )


def pause_form(today: date) -> Form:
    """For how long to sit out."""
    return Form(
        title="Pause coffee",
        route="coffee pause",
        submit="Pause",
        fields=(
            TextField(
                name="until",
                label="For how long?",
                hint="For example “2 weeks”, “until 3 March” or “until next Monday”.",
                required=True,
                initial="2 weeks",
                max_length=100,
            ),
        ),
        intro=spans(f"Today is {day(today)}."),
    )


def resumed(setup: Setup, upcoming: datetime | None) -> Message:
    """Somebody is back."""
    return message(
        text(bold("Welcome back."), " ", _when(setup, upcoming)), note(HOW_TO_STOP), replaces=True
    )


def rested() -> Message:
    """Three silent rounds: a kind pause."""
    return message(
        text(
            "You have been quiet for three rounds of coffee, so I have paused it for you. "
            "No harm done: leaders have full weeks."
        ),
        buttons(
            Button("I’m back", "coffee resume", style=Style.PRIMARY),
            Button("Leave coffee", "coffee leave"),
        ),
        note("I will not match you until you come back."),
    )


def upcoming(
    setup: Setup,
    part: Participation,
    when: datetime | None,
    current: Sequence[tuple[str, Sequence[str], datetime | None]],
    *,
    today: date,
    ahead: Sequence[Slot] = (),
    is_looking: bool = False,
) -> Message:
    """My next coffee: (group value, names of the others, time agreed) for each open one.

    ``ahead`` is the next round, after those before it that are left out.
    """
    blocks: list[Block] = []
    if is_looking:
        blocks.append(text("I am looking for somebody else for you in this round."))
    for group, names, meets_at in current:
        agreed = f", on {moment(meets_at)}" if meets_at else ""
        blocks.append(text("Your coffee now: ", bold(listed(names)), agreed, "."))
        blocks.append(
            buttons(
                Button("We’ve met", "coffee met", f"{group} yes"),
                Button("Show the card", "coffee card", group),
            )
        )
    if not part.has_joined:
        blocks.append(text("You are not in coffee."))
        blocks.append(buttons(Button("Join coffee", "coffee join", style=Style.PRIMARY)))
    elif part.is_paused(today):
        until = f" until {day(part.paused_until)}" if part.paused_until else ""
        blocks.append(text(f"You are pausing coffee{until}."))
        blocks.append(buttons(Button("Come back now", "coffee resume")))
    else:
        blocks.append(text(_when(setup, when)))
        blocks.extend(coffee_dates.changed(ahead))
        blocks.append(note(HOW_TO_STOP))
    return message(*blocks)


@dataclass(frozen=True, slots=True)
class Past:
    """One coffee of a member: when, with whom, what came of it, and the member's own note."""

    when: date
    names: Sequence[str]
    met: Met | None
    note: str = ""


def history(coffees: Sequence[Past], *, has_joined: bool) -> Message:
    """Whom I met, the newest first."""
    if not coffees:
        joining = () if has_joined else (buttons(Button("Join coffee", "coffee join")),)
        return message(text("You have not had a coffee here yet."), *joining)
    return message(
        text(bold(count(len(coffees), "coffee")), ", the newest first:"),
        bullets(
            *(
                (
                    bold(listed(past.names) or "somebody who left"),
                    f", {day(past.when)}",
                    f": {MET[past.met]}" if past.met else "",
                    f". You noted: {past.note}" if past.note else "",
                )
                for past in coffees[:25]
            )
        ),
        note("Only you see this list."),
    )


def avoid_form(avoided: Sequence[Member]) -> Form:
    """Whom not to be matched with."""
    names = [member.name for member in avoided]
    already = f" At present: {listed(names)}." if names else ""
    return Form(
        title="Don’t match me with",
        route="coffee avoid",
        submit="Save",
        fields=(
            PersonField(
                name="person",
                label="Who?",
                hint="Type part of the name.",
                required=True,
            ),
        ),
        intro=spans(
            "This is confidential: nobody else ever learns of it, the other person and the "
            f"organisers included.{already}"
        ),
    )


def avoided(member: Member) -> Message:
    """An ``avoid`` is kept."""
    return message(
        text(
            "I will not match you with ",
            bold(member.name),
            ". Nobody else ever learns of this.",
        ),
        buttons(Button("Take that back", "coffee allow", f"#{member.id}")),
        replaces=False,
    )


def allowed(member: Member) -> Message:
    """An ``avoid`` is taken back."""
    return message(text("I may match you with ", bold(member.name), " again."))


def preferences_form(part: Participation) -> Form:
    """How often, with how many, and what to look at first."""
    return Form(
        title="Coffee preferences",
        route="coffee preferences",
        fields=(
            ChoiceField(
                name="frequency",
                label="How often?",
                options=tuple(Option(value, label) for value, label in FREQUENCIES.items()),
                initial=(part.frequency,),
                required=True,
            ),
            ChoiceField(
                name="size",
                label="How many of you?",
                hint="Where the numbers don’t work out, a third person may still join you.",
                options=tuple(Option(str(size or 0), label) for size, label in SIZES.items()),
                initial=(str(part.group_size or 0),),
                required=True,
            ),
            ChoiceField(
                name="priority",
                label="What should I look at first?",
                options=tuple(Option(value or "any", label) for value, label in PRIORITIES.items()),
                initial=(part.priority or "any",),
                required=True,
            ),
        ),
    )


def preferences_saved(part: Participation) -> Message:
    """The preferences as they are now."""
    return message(
        text(bold("Saved.")),
        facts(
            fact("How often", FREQUENCIES[part.frequency]),
            fact("How many", SIZES.get(part.group_size, SIZES[None])),
            fact("First look at", PRIORITIES[part.priority]),
        ),
        *(() if part.has_joined else (buttons(Button("Join coffee", "coffee join")),)),
    )


def question_of_taking_part(when: datetime, value: str) -> Message:
    """Where each round asks, the question whether to take part."""
    return message(
        text("The next round of coffee goes out on ", bold(moment(when)), ". Are you in?"),
        buttons(
            Button("Count me in", "coffee in", f"{value} yes", style=Style.PRIMARY),
            Button("Not this time", "coffee in", f"{value} no"),
            Button("Remind me later today", "later", "today"),
            Button("Remind me tomorrow", "later", "tomorrow"),
        ),
        note(f"You get this because you joined coffee. {HOW_TO_STOP}"),
    )


def taking_part(when: datetime, *, wants: bool) -> Message:
    """The answer to it."""
    if wants:
        return message(
            text("You are in. I will introduce you on ", bold(moment(when)), "."), replaces=True
        )
    return message(text("Not this time, then. I will ask again next round."), replaces=True)


def _rounds(setup: Setup) -> str:
    if not setup.is_running:
        return "No round is planned yet; an organiser sets that up."
    return f"Rounds go out {rhythm(setup)}{coffee_dates.ON_BANK_HOLIDAYS[setup.if_off]}."


def _when(setup: Setup, upcoming: datetime | None) -> str:
    if not setup.is_running or upcoming is None:
        return "No round is planned yet; you will hear from me when one is."
    return f"The next round goes out on {moment(upcoming)}."
