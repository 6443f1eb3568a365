"""What the bot says when a member, or the organisers, want it calmer."""

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.chat.forms import CheckField, ChoiceField, Form, Option, TextField, TextKind
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
    bold,
    buttons,
    message,
    note,
    spans,
    text,
)
from bot.domain.calm import Hours, Setup
from bot.domain.members import Member
from bot.views.common import DAYS, count, day, listed, moment

MOST_REASON = 200
START_AGAIN = Button("Start again", "resume everything", style=Style.PRIMARY)
ERASE = Button("Erase my data", "my data erase")


def stopped(
    member: Member,
    *,
    kept: int,
    in_coffee: bool,
    partners: Sequence[tuple[str, Sequence[str]]],
) -> Message:
    """Silence at once, and what can be done next.

    ``partners`` are the open coffees: the value that names each, and who is in it.
    """
    on_the_way = f" {_waits(kept)}" if kept else ""
    blocks: list[Block] = [
        text(
            bold("It is quiet now."), f" I send you nothing more until you tell me to.{on_the_way}"
        )
    ]
    for group, names in partners:
        expects = "still expects" if len(names) == 1 else "still expect"
        blocks.append(text(f"{listed(names)} {expects} to have a coffee with you."))
        blocks.append(buttons(Button("Tell them I can’t make it", "coffee cannot", group)))
    blocks.append(text("That can be all. Or choose:"))
    blocks.append(
        buttons(
            START_AGAIN,
            Button("Pause for a while instead", "pause everything", opens_form=True),
            *((Button("Leave coffee", "coffee leave"),) if in_coffee else ()),
            *(
                (Button("Take my introduction back", "introduce withdraw"),)
                if member.is_introduced
                else ()
            ),
        )
    )
    blocks.append(buttons(Button("Leave the community", "leave community"), ERASE))
    return message(*blocks, note("Whatever you type yourself is still answered."))


def pause_form(today: date) -> Form:
    """For how long to hear nothing."""
    return Form(
        title="Pause everything",
        route="pause everything",
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
        intro=spans(f"Today is {day(today)}. You are matched with nobody meanwhile."),
    )


def paused(until: date, *, kept: int) -> Message:
    """Everything pauses until a date."""
    on_the_way = f" {_waits(kept)}" if kept else ""
    return message(
        text(
            "I send you nothing until ",
            bold(day(until)),
            f", and match you with nobody.{on_the_way} "
            "What is of use later comes in “Your week” after that.",
        ),
        buttons(Button("Start again now", "resume everything")),
        replaces=True,
    )


def resumed(*, kept: int, was_silent: bool) -> Message:
    """Somebody wants to hear from the bot again."""
    if not was_silent:
        return message(text("Nothing was paused: I write to you as always."))
    if not kept:
        return message(text(bold("Welcome back."), " Nothing waited for you."), replaces=True)
    return message(
        text(bold("Welcome back."), f" {_waits(kept)}"),
        buttons(Button("Show it", "your week", style=Style.PRIMARY)),
        replaces=True,
    )


def best_time_form(now_set: time | None) -> Form:
    """When what is not urgent suits."""
    return Form(
        title="My best time",
        route="best time",
        fields=(
            TextField(
                name="time",
                label="When does what is not urgent suit you?",
                hint="For example “12:30”. Leave it empty for any time.",
                initial=f"{now_set:%H:%M}" if now_set else "",
                kind=TextKind.TIME,
            ),
        ),
    )


def best_time(chosen: time | None) -> Message:
    """When what is not urgent comes from now on."""
    if chosen is None:
        return message(text("What is not urgent reaches you at any time outside quiet hours."))
    return message(
        text("What is not urgent reaches you at ", bold(f"{chosen:%H:%M}"), ", “Your week” too."),
        note("“best time off” takes that back."),
    )


def hours_in_words(hours: Hours) -> str:
    """Quiet hours as people say them."""
    if hours.are_off:
        return "never"
    if hours.starts == hours.ends:
        return "at weekends"
    weekends = " and at weekends" if hours.weekends else ""
    return f"from {hours.starts:%H:%M} to {hours.ends:%H:%M}{weekends}"


def quiet_hours_form(hours: Hours) -> Form:
    """A member's own quiet hours."""
    return Form(
        title="My quiet hours",
        route="quiet hours",
        fields=_hours_fields(hours),
        intro=spans(f"It is quiet {hours_in_words(hours)}, in your time zone."),
    )


def quiet_hours(hours: Hours, *, is_own: bool) -> Message:
    """When it is quiet from now on."""
    whose = "Your quiet hours" if is_own else "The community’s quiet hours hold for you"
    return message(
        text(f"{whose}: ", bold(hours_in_words(hours)), "."),
        text(
            "What is not urgent waits until they end, and a reminder comes the evening before. "
            "Only a cancellation less than 12 hours before the start comes through."
        ),
        note("“quiet hours usual” goes back to the community’s, “quiet hours off” ends them."),
    )


# Organisers.


def setup_form(ways: Setup) -> Form:
    """How calm the community is."""
    return Form(
        title="How calm we are",
        route="calm setup",
        fields=(
            TextField(
                name="limit",
                label="Messages a member gets a week at most, by themselves",
                hint="Matches, cancellations and last reminders always go.",
                required=True,
                initial=str(ways.weekly_limit),
                kind=TextKind.NUMBER,
            ),
            ChoiceField(
                name="weekday",
                label="“Your week” comes on",
                options=tuple(Option(str(at), name) for at, name in enumerate(DAYS)),
                required=True,
                initial=(str(ways.weekday),),
            ),
            TextField(
                name="time",
                label="at",
                required=True,
                initial=f"{ways.time:%H:%M}",
                kind=TextKind.TIME,
            ),
            *_hours_fields(ways.hours),
        ),
    )


def setup_saved(ways: Setup) -> Message:
    """How calm the community is from now on."""
    return message(
        text(
            "Saved. A member gets at most ",
            bold(count(ways.weekly_limit, "message")),
            f" a week unasked; the rest waits for “Your week” on {DAYS[ways.weekday]} at "
            f"{ways.time:%H:%M}. Quiet hours: {hours_in_words(ways.hours)}.",
        ),
        note("Matches, cancellations and last reminders always go by themselves."),
    )


def quiet_form(today: date) -> Form:
    """Until when to hold what is not urgent, for all."""
    return Form(
        title="Keep it quiet",
        route="quiet until",
        submit="Hold",
        fields=(
            TextField(
                name="until",
                label="Until when?",
                hint="For example “1 week” or “3 March”: it goes on that morning.",
                required=True,
                initial="1 week",
                max_length=100,
            ),
            TextField(
                name="why",
                label="Why?",
                hint="Members read it once, when it is over: “winter pressure”.",
                max_length=MOST_REASON,
            ),
        ),
        intro=spans(f"Today is {day(today)}. What is not urgent waits for everybody."),
    )


def quiet_kept(until: datetime, upcoming: datetime | None) -> Message:
    """Everything that is not urgent is held; the local time it ends and of the next round."""
    rounds = f" The next round of coffee goes out on {moment(upcoming)}." if upcoming else ""
    return message(
        text(
            "I hold everything that is not urgent until ",
            bold(moment(until)),
            f".{rounds} Then it goes on by itself, and each member is told once.",
        ),
        text("Cancellations and last reminders still go."),
        buttons(Button("End it now", "quiet over", confirm="Shall everything go on as usual?")),
    )


def quiet_ended() -> Message:
    """Organisers ended the quiet time."""
    return message(text("It goes on now: what was held goes out, and each member is told once."))


def _waits(kept: int) -> str:
    verb = "waits" if kept == 1 else "wait"
    return f"{count(kept, 'message')} {verb} for you in “your week”."


def _hours_fields(hours: Hours) -> tuple[TextField | CheckField, ...]:
    return (
        TextField(
            name="starts",
            label="Quiet from",
            hint="The same time twice means no quiet hours.",
            required=True,
            initial=f"{hours.starts:%H:%M}",
            kind=TextKind.TIME,
        ),
        TextField(
            name="ends",
            label="until",
            required=True,
            initial=f"{hours.ends:%H:%M}",
            kind=TextKind.TIME,
        ),
        CheckField(name="weekends", label="And all weekend", initial=hours.weekends),
    )
