"""What learning sessions say on the home page."""

from collections.abc import Sequence

from bot.chat.messages import Button, bold, text
from bot.domain.sessions import Register, Session
from bot.views.home import Line, Part
from bot.views.sessions import LEAD_NAMES, Reader, standing, when
from bot.views.sessions_answers import WORTH, WORTH_QUESTION

MINE = "sessions mine"


def signed_up(register: Register, reader: Reader) -> Line:
    """A session to come in which somebody has a place or waits for one."""
    session = register.session
    words = f", {when(session, reader.zone)}. {standing(register, reader)}"
    return Line(
        Part.SESSIONS,
        text(bold(session.title), words),
        (Button("Show it", "sessions show", str(session.id)),),
        more=MINE,
    )


def how_was_it(session: Session) -> Line:
    """A session that somebody was at, of which they have said nothing."""
    return Line(
        Part.WAITING,
        text(bold(session.title), f": {WORTH_QUESTION}"),
        tuple(
            Button(label, "sessions worth", f"{session.id} {answer}")
            for answer, label in WORTH.items()
        ),
        more="sessions past",
    )


def looked_after(sessions: Sequence[Session], reader: Reader) -> list[Line]:
    """To organisers: the sessions to come that they look after."""
    return [
        Line(
            Part.SESSIONS,
            text("You look after ", bold(each.title), f", {when(each, reader.zone)}."),
            (Button("Who comes", "sessions people", str(each.id)),),
            more="sessions",
        )
        for each in sessions
    ]


def reminders(leads: Sequence[int]) -> Line:
    """When somebody is reminded of sessions."""
    times = " and ".join(LEAD_NAMES[lead] for lead in sorted(leads, reverse=True))
    said = f"I remind you of sessions {times}." if times else "I remind you of no sessions."
    return Line(
        Part.SETTINGS,
        text(said),
        (Button("Change the reminders", "sessions reminders", opens_form=True),),
    )
