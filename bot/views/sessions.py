"""What members see of learning sessions: the list, a session's card, and their own place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.messages import (
    Block,
    Button,
    Fact,
    Heading,
    LinkButton,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    link,
    message,
    note,
    text,
)
from bot.domain.sessions import Kind, Register, Session, SignUp, SignUpState
from bot.domain.sessions_after import Material
from bot.domain.sessions_timing import can_check_in
from bot.ids import MemberId
from bot.times import local
from bot.views.common import count, listed, moment

# A message holds fifty blocks; a session on the list is two of them.
MOST_LISTED = 12
SEE_SESSIONS = Button("See the sessions", "sessions")
LEAD_NAMES = {
    7 * 24 * 60: "a week before",
    24 * 60: "a day before",
    3 * 60: "3 hours before",
    60: "an hour before",
    15: "15 minutes before",
}
NEEDS_QUESTION = "Anything you need to take part?"
LEAVE_QUESTION = "Shall I give your place back?"
DROP_QUESTION = "Shall I take you off the waitlist?"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a card, and when. Nobody else reads along where ``is_private``."""

    member: MemberId
    zone: str
    now: datetime
    is_private: bool = True


def when(session: Session, zone: str) -> str:
    """When a session is, in its own local time; in the reader's too where that is another.

    As in "Thursday 3 December at 12:30" and "Thursday 3 December at 12:30 in London (13:30 for
    you)".
    """
    here = local(session.begins, zone)
    if here == session.starts:
        return moment(session.starts)
    there = session.zone.rpartition("/")[2].replace("_", " ")
    theirs = f"{here:%H:%M}" if here.date() == session.starts.date() else moment(here)
    return f"{moment(session.starts)} in {there} ({theirs} for you)"


def length(minutes: int) -> str:
    """How long something takes: "45 minutes", "2 hours", "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [count(hours, "hour")] if hours else []
    return " ".join([*parts, count(rest, "minute")] if rest or not hours else parts)


def listing(
    registers: Sequence[Register], reader: Reader, *, total: int, words: str = ""
) -> Message:
    """The next of so many sessions to come, with what the reader can do about each."""
    if not registers:
        return _nothing_listed(words)
    asked = f" about “{words}”" if words else " to come"
    blocks: list[Block] = [
        text(bold(f"{count(total, 'learning session')}{asked}"), ", the soonest first:")
    ]
    for register in registers:
        blocks.extend(_entry(register, reader))
    more = total - len(registers)
    if more > 0:
        blocks.append(note(f"And {more} more: type “sessions” and a word of the title."))
    if not words:
        blocks.append(
            buttons(
                Button("Topics you would like", "sessions topics"),
                Button("Sessions that were", "sessions past"),
                Button("All in my calendar", "sessions calendar"),
            )
        )
    return message(*blocks)


def mine(registers: Sequence[Register], reader: Reader) -> Message:
    """The sessions in which the reader has a place or waits for one."""
    if not registers:
        return message(
            text("You have not signed up for a session to come."),
            buttons(SEE_SESSIONS),
        )
    blocks: list[Block] = [text(bold("Your learning sessions"))]
    for register in registers[:MOST_LISTED]:
        blocks.extend(_entry(register, reader))
    more = len(registers) - MOST_LISTED
    later = f"And {more} later ones. " if more > 0 else ""
    blocks.append(note(f"{later}“sessions reminders” changes when I remind you."))
    return message(*blocks)


def past(held: Sequence[tuple[Session, Sequence[Material]]]) -> Message:
    """The sessions that were, the newest first, with what was given out."""
    if not held:
        return message(text("No session has taken place yet."), buttons(SEE_SESSIONS))
    blocks: list[Block] = [text(bold("The last sessions"))]
    for session, given in held:
        blocks.append(text(bold(session.title), f", {moment(session.starts)}"))
        if given:
            blocks.append(bullets(*((link(each.title, each.url),) for each in given)))
    return message(*blocks, note("“sessions show” and a number shows one of them."))


def card(register: Register, reader: Reader, materials: Sequence[Material] = ()) -> Message:
    """All about one session; how to get there only for those who have a place."""
    session = register.session
    blocks: list[Block] = [Heading(session.title)]
    if not session.is_planned:
        blocks.append(text(bold("Cancelled.")))
    if session.details.about:
        blocks.append(text(session.details.about))
    blocks.append(facts(*_facts(register, reader)))
    blocks.extend(way_in(register, reader))
    blocks.extend(handed_out(materials))
    blocks.append(text(standing(register, reader)))
    blocks.append(buttons(*_actions(register, reader)))
    return message(*blocks)


def way_in(register: Register, reader: Reader) -> list[Block]:
    """The joining link and the dial-in, told to nobody without a place."""
    details = register.session.details
    if not (details.link or details.dial_in) or not register.session.is_planned:
        return []
    if not register.has(reader.member, SignUpState.GOING):
        return [note("Whoever has a place is told how to join online.")]
    if not reader.is_private:
        return [note("Ask me in a direct message how to join online: others may read along here.")]
    return [
        *([text("Join online: ", link(details.link, details.link))] if details.link else []),
        *([text(f"Or dial in: {details.dial_in}")] if details.dial_in else []),
    ]


def handed_out(materials: Sequence[Material]) -> list[Block]:
    """The materials, as links."""
    if not materials:
        return []
    return [
        text(bold("Materials")),
        bullets(*((link(each.title, each.url),) for each in materials)),
    ]


def standing(register: Register, reader: Reader) -> str:
    """Where the reader stands, and how many places there are, in a sentence."""
    session, free = register.session, register.free
    mine = register.of(reader.member)
    if not session.is_planned:
        return "It does not take place."
    if reader.now >= session.begins:
        was_there = mine is not None and mine.attended is True
        return "You were there." if was_there else _over(session, reader)
    if mine is not None and mine.state is SignUpState.GOING:
        return "You have a place."
    if session.is_to_be_drawn:
        return _before_the_draw(register, reader)
    if mine is not None and mine.state is SignUpState.WAITING:
        return f"You are number {register.turn_of(reader.member)} on the waitlist."
    if free is None:
        return "There is room for everybody."
    if free == 0:
        return f"It is full; {_waiting(register)}."
    of = f"of {session.details.capacity}"
    return f"{count(free, f'place {of} is', f'places {of} are')} free."


def signed_up(register: Register, reader: Reader, *, leads: Sequence[int]) -> Message:
    """Somebody asked for a place: they have it, wait for it, or are in the draw."""
    session = register.session
    named = (bold(session.title), f", {when(session, reader.zone)}.")
    mine = register.of(reader.member)
    if mine is not None and mine.state is SignUpState.GOING:
        return message(
            text(bold("You have a place"), " in ", *named),
            *way_in(register, reader),
            buttons(*place_buttons(session, mine)),
            note(reminded(leads)),
            replaces=True,
        )
    leave = Button("I don’t need it any more", "sessions leave", str(session.id))
    if session.is_to_be_drawn:
        return message(
            text("Your name is in for ", *named),
            text(_draw(session)),
            buttons(leave),
            replaces=True,
        )
    return message(
        text(bold(session.title), f" is full. You are number {register.turn_of(reader.member)} "
             "on the waitlist."),
        text("The moment a place frees that is your turn I tell you, and you can still decline."),
        buttons(leave),
        replaces=True,
    )  # fmt: skip


def place_buttons(session: Session, mine: SignUp) -> tuple[Button | LinkButton, ...]:
    """What somebody with a place can do."""
    return (
        LinkButton("Add to my calendar", f"/calendar/{mine.calendar}.ics"),
        Button(NEEDS_QUESTION, "sessions needs", str(session.id), opens_form=True),
        Button("I can’t come", "sessions leave", str(session.id), confirm=LEAVE_QUESTION),
    )


def left(session: Session, mine: SignUp, *, had_place: bool) -> Message:
    """Somebody came away from a session."""
    if not had_place:
        return message(
            text("You are off the list for ", bold(session.title), "."),
            buttons(Button("Sign up again", "sessions sign up", str(session.id))),
            replaces=True,
        )
    return message(
        text(
            "Your place in ", bold(session.title), " goes to somebody else. Thank you for saying."
        ),
        buttons(
            LinkButton("Take it out of my calendar", f"/calendar/{mine.calendar}.ics"),
            Button("Sign up again", "sessions sign up", str(session.id)),
        ),
        replaces=True,
    )


def reminded(leads: Sequence[int]) -> str:
    """When somebody is reminded, in a sentence."""
    if not leads:
        return "I send you no reminders of sessions; “sessions reminders” changes that."
    times = listed([LEAD_NAMES[lead] for lead in sorted(leads, reverse=True)])
    return f"I remind you {times}; “sessions reminders” changes that."


def _nothing_listed(words: str) -> Message:
    said = f"No session to come is about “{words}”." if words else "No session is planned yet."
    return message(
        text(f"{said} Which topic would you like?"),
        buttons(
            Button("Suggest a topic", "sessions suggest", opens_form=True),
            Button("See the topics", "sessions topics"),
        ),
    )


def _entry(register: Register, reader: Reader) -> list[Block]:
    session = register.session
    speakers = f" With {session.details.speakers}." if session.details.speakers else ""
    chair = "Open chair: " if session.details.kind is Kind.OPEN_CHAIR else ""
    return [
        text(
            bold(f"{chair}{session.title}"),
            f"\n{when(session, reader.zone)}.{speakers} {standing(register, reader)}",
        ),
        buttons(
            *_actions(register, reader)[:1],
            Button("More", "sessions show", str(session.id)),
        ),
    ]


def _facts(register: Register, reader: Reader) -> list[Fact]:
    session, details = register.session, register.session.details
    lines = {
        "When": f"{when(session, reader.zone)}, {length(details.minutes)}",
        "Where": details.place,
        "With": details.speakers,
        "Priority": details.priority,
    }
    found = [fact(label, words) for label, words in lines.items() if words]
    if details.kind is Kind.OPEN_CHAIR:
        chairs = count(details.capacity or 0, "place")
        found.append(fact("Open chair", f"{chairs}, drawn first among those who never had one"))
    return found


def _actions(register: Register, reader: Reader) -> tuple[Button | LinkButton, ...]:
    session, mine = register.session, register.of(reader.member)
    number = str(session.id)
    is_going = mine is not None and mine.state is SignUpState.GOING
    here = Button("I’m here", "sessions here", number, style=Style.PRIMARY)
    if reader.now >= session.begins or not session.is_planned:
        may_check_in = is_going and session.is_planned and can_check_in(session, now=reader.now)
        return (here,) if may_check_in else (Button("Other sessions", "sessions"),)
    if mine is not None and is_going:
        arriving = (here,) if can_check_in(session, now=reader.now) else ()
        return (*arriving, *place_buttons(session, mine))
    if mine is not None and mine.state is SignUpState.WAITING:
        return (Button("Take me off the list", "sessions leave", number, confirm=DROP_QUESTION),)
    label = "Sign up"
    if session.is_to_be_drawn:
        label = "Put my name in"
    elif register.free == 0:
        label = "Join the waitlist"
    return (Button(label, "sessions sign up", number, style=Style.PRIMARY),)


def _over(session: Session, reader: Reader) -> str:
    return "It is under way." if reader.now < session.ends else "It is over."


def _before_the_draw(register: Register, reader: Reader) -> str:
    session = register.session
    own = "Your name is in. " if register.has(reader.member, SignUpState.WAITING) else ""
    names = count(len(register.waiting), "name is in", "names are in")
    return f"{own}So far {names}. {_draw(session)}"


def _draw(session: Session) -> str:
    at = local(session.draws_at or session.begins, session.zone)
    return f"Places are drawn on {moment(at)}, first among those who never had an open chair."


def _waiting(register: Register) -> str:
    number = len(register.waiting)
    return count(number, "person waits", "people wait") if number else "nobody waits yet"
