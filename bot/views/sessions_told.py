"""What members hear of a learning session without having asked."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.messages import (
    Block,
    Button,
    Heading,
    LinkButton,
    Message,
    Style,
    bold,
    buttons,
    message,
    note,
    text,
)
from bot.domain.members import Member
from bot.domain.sessions import SHORT_NOTICE, Register, Session, SignUpState
from bot.domain.sessions_after import Material
from bot.times import local
from bot.views.common import count, listed, moment
from bot.views.sessions import Reader, handed_out, length, place_buttons, way_in, when

HOW_TO_STOP = "“sessions leave” gives a place back."
BECAUSE_SIGNED_UP = f"You get this because you signed up for this session. {HOW_TO_STOP}"
BECAUSE_WAITING = "You get this because you are on its waitlist."
REMINDERS = "“sessions reminders” changes when I remind you, or stops it."
CHANGED = {
    "time": "another time",
    "title": "another title",
    "speakers": "other speakers",
    "place": "another place",
    "link": "another way to join online",
}


def promoted(register: Register, to: Member, *, now: datetime) -> Message:
    """A place has come free for somebody who waited."""
    session = register.session
    mine = register.of(to.id)
    by = local(session.begins - SHORT_NOTICE, session.zone)
    return message(
        text("A place has come free: ", bold("you are in "), bold(session.title), f", "
             f"{when(session, to.zone)}."),
        *way_in(register, Reader(to.id, to.zone, now)),
        text(
            "Does it no longer suit you? Decline with one tap, best before "
            f"{by:%H:%M} on the day, so that the next person still has time."
        ),
        *((buttons(*place_buttons(session, mine)),) if mine else ()),
        note("You get this because you were on the waitlist."),
    )  # fmt: skip


def free_at_short_notice(session: Session, to: Member) -> Message:
    """A place is free so late that nobody is given it without asking."""
    return message(
        text("A place in ", bold(session.title), f", {when(session, to.zone)}, is free at short "
             "notice. The first to take it has it."),
        buttons(Button("Take it", "sessions sign up", str(session.id), style=Style.PRIMARY)),
        note(BECAUSE_WAITING),
    )  # fmt: skip


def drawn(register: Register, to: Member, *, now: datetime) -> Message:
    """The draw of an open chair gave somebody a place."""
    session, mine = register.session, register.of(to.id)
    return message(
        text("The draw is done: ", bold("the open chair is yours. "), bold(session.title), f", "
             f"{when(session, to.zone)}."),
        *way_in(register, Reader(to.id, to.zone, now)),
        text("If you can’t come, say so soon: the next in the draw gets the place."),
        *((buttons(*place_buttons(session, mine)),) if mine else ()),
        note("You get this because you put your name in."),
    )  # fmt: skip


def not_drawn(register: Register, to: Member) -> Message:
    """The draw gave the places to others; the order of the draw is the waitlist."""
    session = register.session
    return message(
        text("The draw for ", bold(session.title), " is done, and the places went to others. You "
             f"are number {register.turn_of(to.id)} on the waitlist."),
        buttons(Button("I don’t need it any more", "sessions leave", str(session.id))),
        note("You get this because you put your name in."),
    )  # fmt: skip


def changed(
    register: Register, before: Session, what: Sequence[str], to: Member, *, now: datetime
) -> Message:
    """Something about a session is different now."""
    session, mine = register.session, register.of(to.id)
    is_going = mine is not None and mine.state is SignUpState.GOING
    blocks: list[Block] = [
        text(bold(before.title), f" has {listed([CHANGED[each] for each in what])}."),
        text(f"{session.title}: {_when_and_where(session, to)}"),
    ]
    if mine is not None and is_going:
        blocks.extend(way_in(register, Reader(to.id, to.zone, now)))
        blocks.append(buttons(*place_buttons(session, mine)))
        blocks.append(note("Adding it to your calendar again changes what is there. ",
                                  BECAUSE_SIGNED_UP))  # fmt: skip
    else:
        blocks.append(buttons(_off(session)))
        blocks.append(note(BECAUSE_WAITING))
    return message(*blocks)


def cancelled(register: Register, why: str, to: Member) -> Message:
    """A session does not take place."""
    session, mine = register.session, register.of(to.id)
    had_place = mine is not None and mine.state is SignUpState.GOING
    out = LinkButton("Take it out of my calendar", f"/calendar/{mine.calendar if mine else ''}.ics")
    return message(
        text(bold(session.title), f", {when(session, to.zone)}, ", bold("is cancelled"), "."),
        *((text(why),) if why else ()),
        buttons(*((out,) if had_place else ()), Button("Other sessions", "sessions")),
        note("You get this because you signed up for it."),
    )


def reminder(register: Register, to: Member, *, now: datetime) -> Message:
    """A session comes up."""
    session, mine = register.session, register.of(to.id)
    return message(
        text("Coming up: ", bold(session.title), f", {_when_and_where(session, to)}"),
        *way_in(register, Reader(to.id, to.zone, now)),
        buttons(
            *(place_buttons(session, mine) if mine else ()),
            Button("I’m here", "sessions here", str(session.id)),
        ),
        note(f"You get this because you signed up. {REMINDERS}"),
    )


def new_materials(session: Session, materials: Sequence[Material]) -> Message:
    """Something was given out for a session."""
    return message(
        text("There is something new from ", bold(session.title), "."),
        *handed_out(materials),
        note("You get this because you signed up for it; I say so once a day at most."),
    )


def somebody_needs(session: Session) -> Message:
    """Word to the session's organiser, without what it is."""
    return message(
        text("Somebody told you what they need to take part in ", bold(session.title), "."),
        buttons(Button("Read it", "sessions needs read", str(session.id))),
        note("You get this because you organise the session; nobody else can read it."),
    )


def handed_over(session: Session, to: Member) -> Message:
    """Somebody looks after a session from now on."""
    return message(
        text("You look after ", bold(session.title), f" now, {when(session, to.zone)}."),
        buttons(
            Button("Show it", "sessions show", str(session.id)),
            Button("What people need", "sessions needs read", str(session.id)),
        ),
        note("You get this because an organiser handed it over to you."),
    )


def without_organiser(session: Session, to: Member) -> Message:
    """Nobody looks after a session any more, whatever the reason; somebody is to take it on."""
    return message(
        text("Nobody looks after ", bold(session.title), f", {when(session, to.zone)}, any more. "
             "Who takes it on?"),
        buttons(Button("I do", "sessions hand over", f"{session.id} me"),
                Button("Show it", "sessions show", str(session.id))),
        note("You get this because you are an organiser."),
    )  # fmt: skip


def post(session: Session) -> Message:
    """A session in a channel, without how to join it online."""
    details = session.details
    number = str(session.id)
    if not session.is_planned:
        return message(text(bold(session.title), f", {moment(session.starts)}, is cancelled."))
    speakers = f" With {details.speakers}." if details.speakers else ""
    place = f" {details.place}." if details.place else ""
    return message(
        Heading(session.title),
        text(f"{moment(session.starts)}, {length(details.minutes)}.{speakers}{place}"),
        *((text(details.about),) if details.about else ()),
        buttons(
            Button("Sign up", "sessions sign up", number, style=Style.PRIMARY),
            Button("More", "sessions show", number),
        ),
        note("Only you see what a button answers."),
    )


def posted(session: Session, channels: int) -> Message:
    """A session stands in the channels."""
    return message(
        text(bold(session.title), f" is posted in {count(channels, 'channel')}; changes and a "
             "cancellation follow there."),
    )  # fmt: skip


def topic_planned(title: str, session: Session, to: Member) -> Message:
    """A topic somebody voted for has a session."""
    return message(
        text("You wished for “", title, "”. It comes: ", bold(session.title),
             f", {when(session, to.zone)}."),
        buttons(Button("Sign up", "sessions sign up", str(session.id), style=Style.PRIMARY),
                Button("More", "sessions show", str(session.id))),
        note("You get this because you voted for the topic."),
    )  # fmt: skip


def _when_and_where(session: Session, to: Member) -> str:
    place = f", {session.details.place}" if session.details.place else ""
    return f"{when(session, to.zone)}{place}."


def _off(session: Session) -> Button:
    return Button("Take me off the list", "sessions leave", str(session.id))
