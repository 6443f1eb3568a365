"""Prompts: the question that people see, and what organisers see of their series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.chat.forms import ChoiceField, Form, Option, TextField
from bot.chat.messages import (
    Block,
    Button,
    Divider,
    Fact,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain import cadences
from bot.domain.announcements import Way
from bot.domain.audience import EVERYONE, Audience
from bot.domain.audience_words import said
from bot.domain.channels import Place
from bot.domain.prompt_questions import PACKS, Pack, Question
from bot.domain.prompts import Series
from bot.times import IfOff
from bot.views.announcements import IF_OFF
from bot.views.announcements_forms import if_off_field, lanes_fields
from bot.views.common import count, day, listed, moment

WAYS = {
    Way.CHANNELS: "In the prompts channels",
    Way.DIRECT: "To each person in a message",
    Way.BOTH: "Both",
}
PACK_NAMES = {
    Pack.LEARNING: "Learning",
    Pack.CONNECTION: "Connection",
    Pack.IMPROVEMENT: "Improvement",
    Pack.WELLBEING: "Wellbeing",
}
CADENCE = "every week on Wednesday 09:30"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a series stands: when it asks next, or since when it pauses; local times."""

    series: Series
    upcoming: datetime | None
    paused_until: date | None = None
    asked: int = 0
    left_out: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    people: int = 0


def asked_in_channel(question: Question, series: Series, community: str) -> Message:
    """The question as a channel shows it."""
    return message(
        text(bold(question.text)),
        note(
            f"Answer by replying here. A question {cadences.said(series.cadence)}, from the "
            f"organisers of {community}."
        ),
    )


def asked_of_person(question: Question, series: Series, community: str) -> Message:
    """The question as one person gets it; there is nothing that they must do."""
    return message(
        text(bold(question.text)),
        text("Think about it for a minute, or take it to your next conversation."),
        buttons(
            Button("Later today", "later", "today"),
            Button("Tomorrow", "later", "tomorrow"),
        ),
        note(
            f"A question {cadences.said(series.cadence)}, from the organisers of {community}. "
            "Type “prompts off” to get no more of these."
        ),
    )


def form(series: Series | None, places: Sequence[Place]) -> Form:
    """The form for a series."""
    return Form(
        title=f"Prompts {series.number}" if series else "New prompts",
        route="prompts save",
        value=str(series.number) if series else "",
        fields=(
            TextField(
                name="cadence",
                label="When is a question asked?",
                hint="For example “every working day 09:00”, “every 2 weeks on Tuesday 09:00” or "
                "“every month on the first Monday 14:00”.",
                required=True,
                initial=cadences.said(series.cadence) if series else CADENCE,
                max_length=100,
            ),
            ChoiceField(
                name="packs",
                label="Questions from these themes",
                options=tuple(
                    Option(pack, f"{name} ({len(PACKS[pack])} questions)")
                    for pack, name in PACK_NAMES.items()
                ),
                initial=series.packs if series else tuple(Pack),
                multiple=True,
            ),
            TextField(
                name="own",
                label="Your own questions",
                hint="One a line.",
                initial="\n".join(series.own) if series else "",
                multiline=True,
            ),
            ChoiceField(
                name="way",
                label="Where is it asked?",
                options=tuple(Option(value, label) for value, label in WAYS.items()),
                initial=(series.way if series else Way.CHANNELS,),
                required=True,
            ),
            *lanes_fields(places, series.lanes if series else ()),
            TextField(
                name="audience",
                label="If in a message: to whom?",
                hint="For example “place Lewisham and not sector Council”. Empty: to everyone.",
                initial=_spoken(series.audience) if series else "",
                max_length=500,
            ),
            if_off_field(series.if_off if series else IfOff.SKIP),
        ),
    )


def standing(at: Standing, *, opening: str = "") -> Message:
    """A series: what it asks, where and when, and what can be done with it."""
    number = str(at.series.number)
    return message(
        text(bold(opening or f"Prompts {number}")),
        facts(
            fact("Asks", cadences.said(at.series.cadence)),
            fact("Next", _next(at)),
            fact("On a bank holiday", IF_OFF[at.series.if_off]),
            *_where(at),
            fact("Questions", _questions(at)),
        ),
        *(text(each) for each in at.left_out),
        *_warnings(at),
        buttons(
            Button("Show the next question", "prompts preview", number),
            Button("Edit", "prompts edit", number, opens_form=True),
            *_steps(at),
            Button(
                "End it", "prompts stop", number, Style.DANGER,
                confirm="End these prompts? Nothing more is asked.",
            ),
        ),
    )  # fmt: skip


def listing(series: Sequence[Standing]) -> Message:
    """All series of the community."""
    new = Button("New prompts", "prompts new", opens_form=True)
    if not series:
        return message(
            text(
                "No prompts are set up. They ask your community a question again and again: “What "
                "did you learn from another borough this week?”"
            ),
            buttons(new),
        )
    return message(
        text(bold(count(len(series), "series", "series")), " of prompts:"),
        bullets(
            *(
                (bold(f"{each.series.number} "),
                 f"{cadences.said(each.series.cadence)}; next: {_next(each)}")
                for each in series
            )
        ),
        buttons(
            *(
                Button(f"Show {each.series.number}", "prompts show", str(each.series.number))
                for each in series[:4]
            ),
            new,
        ),
    )  # fmt: skip


def preview(question: Message, at: Standing) -> Message:
    """The next question, as it will look."""
    number = str(at.series.number)
    shown = [block for block in question.blocks if not isinstance(block, type(buttons()))]
    when = f" {_next(at)}" if at.upcoming else ""
    return message(
        text(bold("This is asked next"), when, ":"),
        Divider(),
        *shown,
        Divider(),
        buttons(
            Button("Ask it now", "prompts ask", number, confirm="Ask it now, besides the plan?"),
            Button("Show the series", "prompts show", number),
        ),
    )


def pause_form(series: Series) -> Form:
    """Until when nothing is asked."""
    return Form(
        title=f"Pause prompts {series.number}",
        route="prompts pause",
        value=str(series.number),
        fields=(
            TextField(
                name="until",
                label="For how long?",
                hint="For example “2 weeks” or “until 3 March”.",
                required=True,
                initial="2 weeks",
                max_length=100,
            ),
        ),
        submit="Pause",
    )


def skipped(series: Series, left_out: datetime, upcoming: datetime | None) -> Message:
    """The next question is left out."""
    following = f" The next one comes on {moment(upcoming)}." if upcoming else ""
    return message(
        text("There is no question on ", bold(moment(left_out)), f".{following}"),
        buttons(Button("Take that back", "prompts skip undo", str(series.number))),
    )


def left_out(label: datetime, reason: str) -> str:
    """A question that will not be asked at its time, in a sentence."""
    return f"There is no question on {day(label)} ({reason})."


def asked_now(series: Series) -> Message:
    """A question is asked besides the plan."""
    return message(text(f"A question of prompts {series.number} is being asked now."))


def ended(series: Series) -> Message:
    """Nothing more is asked."""
    return message(
        text(f"Prompts {series.number} have ended. What was asked and answered stays."),
        replaces=True,
    )


def missed(series: Series, when: datetime) -> Message:
    """A question came too late to be asked."""
    return message(
        text(
            f"I did not ask the question of prompts {series.number} on {moment(when)}: I was off "
            "at that time. It comes next time."
        ),
        buttons(Button("Ask it now", "prompts ask", str(series.number))),
        note("You get this because you are an organiser."),
    )


def empty(series: Series) -> Message:
    """A series has nobody and no channel to ask."""
    return message(
        text(
            f"Prompts {series.number} had nobody to ask: no channel for prompts is set, and no "
            "message was to go out. “channel prompts” says how to set one."
        ),
        buttons(Button("Show the series", "prompts show", str(series.number))),
        note("You get this because you are an organiser."),
    )


def _spoken(audience: Audience) -> str:
    return "" if audience == EVERYONE else said(audience)


def _next(at: Standing) -> str:
    if at.paused_until is not None:
        return f"paused until {day(at.paused_until)}"
    return moment(at.upcoming) if at.upcoming else "nothing is planned"


def _where(at: Standing) -> list[Fact]:
    found = []
    if at.series.way is not Way.DIRECT:
        found.append(fact("Channels", listed(list(at.channels)) or "none is set"))
    if at.series.way is not Way.CHANNELS:
        people = count(at.people, "person", "people")
        found.append(fact("People", f"{said(at.series.audience)}, {people}"))
    return found


def _questions(at: Standing) -> str:
    packs = listed([PACK_NAMES[each].lower() for each in at.series.packs])
    own = f"{len(at.series.own)} of your own" if at.series.own else ""
    total = count(len(at.series.questions), "question")
    return f"{total} ({', '.join(filter(None, (packs, own)))}), {at.asked:,} asked so far"


def _warnings(at: Standing) -> list[Block]:
    if at.series.way is Way.DIRECT or at.channels:
        return []
    return [text("No channel is set for prompts. “channel prompts” says how.")]


def _steps(at: Standing) -> tuple[Button, ...]:
    number = str(at.series.number)
    if at.paused_until is not None:
        return (Button("Go on", "prompts resume", number),)
    return (
        Button("Skip the next one", "prompts skip", number),
        Button("Pause", "prompts pause", number, opens_form=True),
    )
