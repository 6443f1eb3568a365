"""The cards of a coffee group: why you two, when, and did you meet."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.messages import (
    Account,
    Block,
    Button,
    Heading,
    LinkButton,
    Message,
    Style,
    Words,
    bold,
    buttons,
    message,
    note,
    person,
    text,
)
from bot.domain.coffee_meeting import Meeting
from bot.domain.members import Member, Organisation, Reachable, slot_name
from bot.domain.pairing import Reason, ReasonKind
from bot.ids import GroupId
from bot.views import coffee_reach, organisations
from bot.views.coffee import HOW_TO_STOP
from bot.views.common import day, listed, moment

STARTERS = (
    "What is one thing your team does well that others would be surprised by?",
    "What made you smile at work this month?",
    "Which question from a patient or resident has stayed with you?",
    "What would you change first if nobody could say no?",
    "Who taught you most about leading, and how?",
    "What do people outside your organisation get wrong about your work?",
    "Where does care fall between two organisations, and who could close the gap?",
    "What have you stopped doing this year, and what happened?",
    "What is a small change that made a big difference for the people you serve?",
    "When did you last change your mind about something that matters?",
    "What would you like to understand about the other’s working day?",
    "Which idea from another borough would you borrow tomorrow?",
    "What gives you energy in a heavy week?",
    "What is the best meeting you go to, and what makes it good?",
    "What do you wish a colleague would ask you about?",
    "What is hard to measure in your work, and matters most?",
)
_DIFFERENT = {
    ReasonKind.ORGANISATION: "organisations",
    ReasonKind.PLACE: "boroughs",
    ReasonKind.SECTOR: "sectors",
    ReasonKind.PROFESSION: "professions",
    ReasonKind.STAGE: "career stages",
    ReasonKind.KIND: "kinds of leadership",
}
CANNOT_QUESTION = "Shall I tell them that you can’t make it this time?"
ELSE_QUESTION = "Shall I tell them that you can’t make it, and look for somebody else for you?"
LATER = (
    Button("Remind me later today", "later", "today"),
    Button("Remind me tomorrow", "later", "tomorrow"),
)
# A card offers a few times, not a calendar.
MAX_SLOTS = 4
# More reasons than this read like a form.
MAX_DIFFERENCES = 3


def why(reasons: Sequence[Reason], *, of: int = 2, who: str = "you") -> str:
    """Why you two, in a sentence made of what truly carried the score.

    ``who`` is "they" where somebody else reads it.
    """
    different = [_DIFFERENT[reason.kind] for reason in reasons if reason.kind in _DIFFERENT]
    parts = []
    if different:
        parts.append(f"{who} come from different {listed(different[:MAX_DIFFERENCES])}")
    for reason in reasons:
        if reason.kind is ReasonKind.INTERESTS:
            parts.append(f"{who} {_all(of)} care about {listed(_lowered(reason.values))}")
        if reason.kind is ReasonKind.SLOTS:
            parts.append(
                f"{who} {_all(of)} keep {listed([slot_name(s) for s in reason.values[:2]])} free"
            )
    if any(reason.kind is ReasonKind.THEME for reason in reasons):
        parts.append(f"{who} fit this round’s theme")
    if not parts:
        return f"{who.capitalize()} have not met here before, and that is reason enough."
    sentence = listed(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def invitation(meeting: Meeting, *, to: Member | None = None, can_wait: bool = True) -> Message:
    """The card of a match: to the whole group, or to one of them where they share no chat.

    ``can_wait`` offers to send it again later; a card that was only looked at can't be.
    """
    others = [each for each in meeting.people if to is None or each.member.id != to.id]
    home = meeting.person(to.id).account if to else None
    lane = home.lane if home else meeting.lane
    number = len(meeting.people)
    group = str(meeting.group.id)
    blocks: list[Block] = [
        Heading(f"Coffee: {listed([each.member.name for each in others])}"),
        *(_introduction(each, each.account_in(lane)) for each in others),
        *(organisations.three_lines(each) for each in _elsewhere(meeting, to)),
        text(bold(f"Why you {_number(number)}: "), why(meeting.why, of=number)),
        text(bold("To begin: "), STARTERS[meeting.group.starter % len(STARTERS)]),
        _first(meeting, to),
        *(coffee_reach.how_to_reach(meeting, to) if to else ()),
        *_times(meeting),
    ]
    answers = [
        Button("We’ve met", "coffee met", f"{group} yes"),
        Button("I can’t make it", "coffee cannot", group, confirm=CANNOT_QUESTION),
        Button("Find me someone else", "coffee someone else", group, confirm=ELSE_QUESTION),
        *(LATER if to and can_wait else ()),
    ]
    return message(
        *blocks,
        buttons(*answers),
        note(f"You get this because you joined coffee. {HOW_TO_STOP}"),
    )


def agreed(meeting: Meeting, when: datetime, *, to: Member | None = None) -> Message:
    """A time suits everybody: to the whole group, or to one of them."""
    others = [each.member.name for each in meeting.people if to is None or each.member.id != to.id]
    whom = f": {listed(others)}." if to is None else f", with {listed(others)}."
    return message(
        text("You are meeting on ", bold(moment(when)), whom),
        buttons(
            _add_to_calendar(meeting),
            Button(
                "I can’t make it",
                "coffee cannot",
                str(meeting.group.id),
                confirm=CANNOT_QUESTION,
            ),
        ),
        note("The time is half an hour; move it among yourselves if you like."),
    )


def slot_taken(when: datetime, *, value: str, waiting_for: Sequence[str]) -> Message:
    """A time suits the asker."""
    if not waiting_for:
        return message(text("Noted: ", bold(moment(when)), " suits all of you."))
    return message(
        text(
            "Noted: ",
            bold(moment(when)),
            f" suits you. As soon as it suits {listed(waiting_for)} too, it is in the calendar.",
        ),
        buttons(Button("It does not suit me after all", "coffee no time", value)),
    )


def slot_given_back(when: datetime, *, value: str) -> Message:
    """A time does not suit the asker after all."""
    return message(
        text(f"I have taken {moment(when)} off your times."),
        buttons(Button("It suits me again", "coffee time", value)),
    )


def cannot_come(who: Member, group: GroupId, *, remaining: int) -> Message:
    """Somebody can't make it; the same words whatever the reason was."""
    words: tuple[Words, ...] = (bold(who.name), " can’t make this coffee after all.")
    if remaining > 1:
        return message(text(*words, " The rest of you can still meet."))
    return message(
        text(*words, " That happens in full weeks, and says nothing about you."),
        buttons(
            Button("Find me someone else", "coffee someone else", str(group), style=Style.PRIMARY)
        ),
        note("Or leave it for this time: the next round comes by itself."),
    )


def one_fewer(group: GroupId, *, remaining: int) -> Message:
    """Somebody is in it no more who is not named; the same words whatever the reason was."""
    if remaining > 1:
        return message(
            text("One of you can’t be in this coffee any more. The rest of you can still meet.")
        )
    return message(
        text("This coffee won’t take place. That says nothing about you."),
        buttons(
            Button("Find me someone else", "coffee someone else", str(group), style=Style.PRIMARY)
        ),
        note("Or leave it for this time: the next round comes by itself."),
    )


def told_them(names: Sequence[str]) -> Message:
    """The others know that I can't make it."""
    done = f"I have told {listed(names)}." if names else "I have noted it."
    return message(text(f"{done} See you in the next round."))


def looking() -> Message:
    """Nobody is free at once."""
    return message(
        text(
            "Nobody new is free right now. I keep looking until this round ends, and tell you "
            "as soon as there is somebody."
        )
    )


def nobody_this_time() -> Message:
    """Somebody due could not be matched; the reason is not told."""
    return message(
        text(
            "I could not find a match for you in this round of coffee. If somebody becomes free, "
            "I introduce you at once; otherwise you are in the next round as usual."
        ),
        note(f"You get this because you joined coffee. {HOW_TO_STOP}"),
    )


def calendar_entry(names: Sequence[str]) -> tuple[str, str]:
    """The title and description of the meeting in a calendar."""
    return (
        f"Coffee: {listed(names)}",
        "Half an hour of peer coffee. Move it among yourselves if you like.",
    )


def _introduction(each: Reachable, account: Account | None) -> Block:
    profile = each.member.profile
    about = ", ".join(filter(None, (profile.job, profile.organisation, profile.place)))
    parts = [
        f" ({profile.pronouns})" if profile.pronouns else "",
        f": {about}." if about else "",
        f" Ask about: {profile.ask_me_about}" if profile.ask_me_about else "",
    ]
    return text(person(each.member.name, account), "".join(parts))


def _elsewhere(meeting: Meeting, to: Member | None) -> list[Organisation]:
    """The organisations that the reader may not know: all but their own."""
    own = to.profile.organisation if to else ""
    return [each for each in meeting.cards if each.name != own]


def _first(meeting: Meeting, to: Member | None) -> Block:
    name = meeting.first.first_name
    if to is None:
        return text(f"{name}, would you write first? A line is enough.")
    if to.id == meeting.first.id:
        return text("Would you write first? A line is enough.")
    return text(f"I have asked {name} to write first; don’t wait if you’d like to.")


def _times(meeting: Meeting) -> list[Block]:
    group = meeting.group
    if group.meets_at is not None:
        return [
            text("You are meeting on ", bold(moment(group.meets_at)), "."),
            buttons(_add_to_calendar(meeting)),
        ]
    if not meeting.times:
        return []
    number = len(meeting.people)
    several = len(meeting.times) > 1
    return [
        text(
            f"{'These times are' if several else 'This time is'} free for {_everyone(number)}. "
            f"Tap {'those that suit' if several else 'it if it suits'} you:"
        ),
        buttons(
            *(
                Button(f"{day(start)}, {start:%H:%M}", "coffee time", f"{group.id} {slot}")
                for slot, start in meeting.times[:MAX_SLOTS]
            )
        ),
    ]


def _add_to_calendar(meeting: Meeting) -> LinkButton:
    return LinkButton("Add to my calendar", f"/calendar/{meeting.group.calendar}.ics")


def _everyone(people: int) -> str:
    return "you both" if people == 2 else "all of you"


def _all(people: int) -> str:
    return "both" if people == 2 else "all"


def _number(people: int) -> str:
    return {2: "two", 3: "three"}.get(people, "four")


def _lowered(values: Sequence[str]) -> list[str]:
    return [value if value.isupper() else value[0].lower() + value[1:] for value in values[:3]]
