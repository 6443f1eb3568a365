"""What organisers see of a coffee round: setup, draft, progress and report."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.forms import ChoiceField, Form, Option, TextField
from bot.chat.messages import (
    Block,
    Button,
    Heading,
    Message,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.coffee import Apart, IfUnapproved, Mode, Round, RoundState, Setup
from bot.domain.coffee_report import Report
from bot.domain.pairing import Theme
from bot.times import Slot
from bot.views import coffee_dates
from bot.views.coffee import rhythm
from bot.views.common import count, listed, moment, percent

THEMES = {
    None: "No theme",
    Theme.CLINICIANS_WITH_EXECUTIVES: "Clinicians with executives",
    Theme.EARLY_CAREER_WITH_EXPERIENCED: "Early career with experienced",
    Theme.WITH_DIGITAL_AND_ESTATES: "With digital and estates",
    Theme.GUESTS_OF_THE_LAST_SESSION: "Guests of the last session",
}
APART = {
    Apart.TEAM: "People of the same team",
    Apart.MANAGER: "People with the same line manager",
    Apart.REPORT: "A manager and their report",
}
BOUNDARIES = {
    "organisation": "Different organisations",
    "place": "Different boroughs",
    "sector": "Different sectors",
    "profession": "Different professions",
    "kind": "Different kinds of leadership",
}
STATES = {
    RoundState.DRAFTED: "drafted, waiting for approval",
    RoundState.APPROVED: "approved",
    RoundState.HELD: "held: nobody approved it",
    RoundState.SENT: "under way",
    RoundState.CLOSED: "closed",
    RoundState.CANCELLED: "cancelled",
}
# A card names so many people and counts the rest.
MOST_NAMES = 20


def setup_form(setup: Setup) -> Form:
    """How coffee runs here."""
    return Form(
        title="Set up coffee",
        route="coffee setup",
        fields=(
            TextField(
                name="rhythm",
                label="When do rounds go out?",
                hint="For example “every 2 weeks on Tuesday 09:00”; every 1 to 12 weeks.",
                required=True,
                initial=rhythm(setup).replace(" at ", " "),
                max_length=100,
            ),
            coffee_dates.if_off_field(setup.if_off),
            ChoiceField(
                name="size",
                label="How many meet?",
                options=tuple(Option(str(size), f"{size} people") for size in (2, 3, 4)),
                initial=(str(setup.group_size),),
                required=True,
            ),
            ChoiceField(
                name="mode",
                label="Who is in a round?",
                options=(
                    Option(Mode.STANDING, "Everybody who joined, every round"),
                    Option(Mode.ASKED, "Those who say yes before each round"),
                ),
                initial=(setup.mode,),
                required=True,
            ),
            ChoiceField(
                name="review",
                label="Do organisers review a round before it goes out?",
                options=(
                    Option("no", "No, it goes out by itself"),
                    Option("send", "Yes; without an approval it goes out all the same"),
                    Option("hold", "Yes; without an approval it is held"),
                ),
                initial=(setup.if_unapproved if setup.review else "no",),
                required=True,
            ),
            ChoiceField(
                name="apart",
                label="Who works together already, and is never matched?",
                options=tuple(Option(value, label) for value, label in APART.items()),
                initial=tuple(sorted(setup.apart)),
                multiple=True,
            ),
            ChoiceField(
                name="theme",
                label="Theme of the next rounds",
                hint="A theme shifts who is matched; it never breaks a rule.",
                options=tuple(Option(theme or "none", label) for theme, label in THEMES.items()),
                initial=(setup.theme or "none",),
                required=True,
            ),
        ),
    )


def setup_saved(setup: Setup, upcoming: datetime | None, ahead: Sequence[Slot] = ()) -> Message:
    """The setup as it is now; ``ahead`` is the next round, after those left out before it."""
    return message(
        text(bold("Coffee is set up.")),
        _facts_of(setup, upcoming),
        *coffee_dates.changed(ahead),
        buttons(Button("Run a round now", "coffee run", confirm=RUN_QUESTION)),
        note(
            "Change it with “coffee setup”; leave the next round out with “coffee skip”, "
            "stop all with “coffee stop rounds”."
        ),
    )


RUN_QUESTION = "Shall I match everybody who is in, now?"


def stopped() -> Message:
    """No further rounds."""
    return message(
        text("No further rounds go out. A round under way runs to its end."),
        buttons(Button("Start again", "coffee setup", opens_form=True)),
    )


def started_now() -> Message:
    """A round was asked for at once."""
    return message(text("I am matching everybody now. You hear from me in a moment."))


def nobody_to_match(number: int) -> Message:
    """A round had fewer than two people."""
    who = "nobody is" if number == 0 else "only one person is"
    return message(
        text(f"There was no round of coffee: {who} in it. Invite people with “coffee join”.")
    )


def sent(
    of: Round,
    *,
    groups: int,
    people: int,
    quality: str,
    left_out: Sequence[tuple[str, str]],
    unreachable: Sequence[str],
) -> Message:
    """A round went out."""
    return message(
        text(
            bold(f"Round {of.number} of coffee is out: "),
            f"{count(people, 'leader')} in {count(groups, 'group')}, {quality}.",
        ),
        *without_a_group(left_out),
        *_unreachable(unreachable),
        buttons(Button("See the report", "coffee report", str(of.number))),
        note("You get this because you are an organiser."),
    )


def no_report() -> Message:
    """No round has gone out yet."""
    return message(
        text("No round of coffee has gone out yet, so there is nothing to report."),
        buttons(Button("Set up coffee", "coffee setup", opens_form=True)),
    )


def report(of: Round, figures: Report, *, went_out: datetime, numbers: Sequence[int]) -> Message:
    """What a round came to; ``numbers`` are the rounds that have a report."""
    trios = f", {count(figures.trios, 'trio')} among them" if figures.trios else ""
    blocks: list[Block] = [
        Heading(f"Round {of.number} of coffee: {STATES[of.state]}"),
        text(
            f"Went out on {moment(went_out)} to {count(figures.people, 'leader')} in "
            f"{count(figures.groups, 'group')}"
            f"{trios}. "
            f"The matching was {figures.quality}."
        ),
        facts(
            fact(
                "Met",
                f"{percent(figures.met_rate)} of groups ({figures.met_groups} of {figures.groups})",
            ),
            fact("Answered", f"{figures.answered} of {figures.asked} people"),
            fact("Worth it", f"{figures.worth} of {count(figures.worth_asked, 'answer')}"),
            fact("Could not make it", count(figures.could_not, "person", "people")),
            fact("Met before", count(figures.repeats, "pair")),
        ),
        text(bold("Across boundaries")),
        facts(
            *(fact(BOUNDARIES[name], percent(share)) for name, share in figures.crossing.items())
        ),
    ]
    if figures.new_ties:
        ties = [f"{one} – {other}" for one, other in figures.new_ties[:10]]
        more = len(figures.new_ties) - len(ties)
        blocks.append(
            text(bold(f"{count(len(figures.new_ties), 'new tie')} between organisations"))
        )
        blocks.append(bullets(*((tie,) for tie in ties)))
        if more:
            blocks.append(note(f"and {more} more"))
    blocks.extend(without_a_group(figures.left_out))
    others = [number for number in numbers if number != of.number][:4]
    if others:
        blocks.append(
            buttons(*(Button(f"Round {number}", "coffee report", str(number)) for number in others))
        )
    blocks.append(note("Notes and individual answers are shown to nobody."))
    return message(*blocks)


def asked_now(groups: int) -> Message:
    """The question “Did you meet?” is asked at once."""
    return message(text(f"I am asking {count(groups, 'group')} “Did you meet?” now."))


def _facts_of(setup: Setup, upcoming: datetime | None) -> Block:
    review = "no"
    if setup.review:
        otherwise = "held" if setup.if_unapproved is IfUnapproved.HOLD else "sent"
        review = f"yes; without an approval it is {otherwise}"
    mode = "everybody who joined" if setup.mode is Mode.STANDING else "those who say yes each time"
    return facts(
        fact("Rounds", rhythm(setup)),
        fact("Next", moment(upcoming) if upcoming else "not planned"),
        fact("On a bank holiday", coffee_dates.IF_OFF[setup.if_off]),
        fact("Groups of", str(setup.group_size)),
        fact("In a round", mode),
        fact("Review", review),
        fact("Never matched", listed([APART[each].lower() for each in sorted(setup.apart)]) or "–"),
        fact("Theme", THEMES[setup.theme]),
    )


def without_a_group(left_out: Sequence[tuple[str, str]]) -> list[Block]:
    """Who has no group and why, as far as an organiser may know; nothing where all have."""
    if not left_out:
        return []
    more = len(left_out) - MOST_NAMES
    return [
        text(bold(f"{count(len(left_out), 'leader')} without a group")),
        bullets(*((bold(name), f": {reason}") for name, reason in left_out[:MOST_NAMES])),
        *((note(f"and {more:,} more"),) if more > 0 else ()),
    ]


def _unreachable(names: Sequence[str]) -> list[Block]:
    if not names:
        return []
    more = len(names) - MOST_NAMES
    return [
        text(f"I can’t reach {listed(names[:MOST_NAMES])}: they have no account here yet."),
        *((note(f"and {more:,} more"),) if more > 0 else ()),
    ]
