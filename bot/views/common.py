"""What the bot says about itself: help, misunderstandings and trouble."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.chat.messages import (
    Button,
    Message,
    bold,
    buttons,
    message,
    note,
    text,
)
from bot.chat.routes import Route

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
PLATFORMS = {"slack": "Slack", "teams": "Teams", "web": "Web chat", "mail": "E-mail"}
# Of many organisers so many are named to be asked.
MOST_TO_ASK = 3
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(when: date) -> str:
    """A date as people say it: "Tuesday 3 March"."""
    return f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"


def moment(when: datetime) -> str:
    """A local date and time as people say it: "Tuesday 3 March at 09:00"."""
    return f"{day(when)} at {when:%H:%M}"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 group", "2 groups", "1,000 people"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """Words in a row: "Ada, Ben and Cy"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def platform(name: str) -> str:
    """What people call a platform, as a title: "Web chat"."""
    return PLATFORMS.get(name, name.capitalize())


def percent(share: float | None) -> str:
    """A share as a whole percentage; a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


def as_sentence(words: str) -> str:
    """Words such as a platform's reason with a capital at the start and a full stop at the end."""
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."


def sentence(words: str) -> Message:
    """One sentence, such as an error's."""
    return message(text(words))


def not_understood(words: str, nearest: Route | None) -> Message:
    """Unknown words are answered with the nearest command and a way to help."""
    if nearest is None:
        return message(
            text("I did not understand “", words[:200], "”."),
            buttons(Button("What can I say?", "help")),
        )
    return message(
        text("I did not understand “", words[:200], "”. Did you mean ", bold(nearest.name), "?"),
        buttons(
            Button(f"Yes, {nearest.name}", nearest.name),
            Button("What can I say?", "help"),
        ),
    )


def say_it_privately() -> Message:
    """Sensitive words were said where others read along."""
    return message(
        text(
            "I have not done that, because others may read along here. "
            "Please say it to me in a direct message."
        ),
    )


def done_before() -> Message:
    """A button or form was used a second time."""
    return message(text("That is done already; nothing was done twice."))


def taken_back() -> Message:
    """Stands where a message was that its author took back and the platform would not delete."""
    return message(text("What stood here was taken back."))


def broken(reference: str) -> Message:
    """Something went wrong that is not the asker's fault."""
    return message(
        text(
            f"Something broke on my side (ref {reference}). Nothing was changed. "
            "Please try again; if it happens again, give an organiser this reference."
        )
    )


def step_failed(job: str, attempts: int) -> Message:
    """A step of the schedule was given up; organisers are told."""
    return message(
        text(
            bold(f"The step “{job}” failed {count(attempts, 'time')}, and I have given it up."),
            " Ask whoever runs the bot to look at its log; the console’s schedule shows the rest.",
        ),
        note("You get this because you are an organiser."),
    )


def not_for_you(needed: str) -> Message:
    """The asker's role does not allow it."""
    return message(text(f"Only {needed}s can do that. An organiser can give you that role."))


def taken_out(organisers: Sequence[str], *, is_stopped: bool) -> Message:
    """An organiser has taken the asker out for now; why is not said here."""
    whom = listed(organisers[:MOST_TO_ASK], last="or") or "an organiser"
    if is_stopped:
        return message(text(f"I am keeping quiet here, as I was asked to. Please ask {whom}."))
    return message(text(f"You take no part in this community for now. Please ask {whom}."))


def not_connected() -> Message:
    """The workspace belongs to no community."""
    return message(text("This workspace is not connected to a community. Please ask an organiser."))


def again_later(when: datetime) -> Message:
    """A card will come again."""
    return message(text(f"I will ask you again on {moment(when)}."), replaces=True)
