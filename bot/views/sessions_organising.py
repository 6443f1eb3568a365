"""What organisers read of learning sessions: what they planned, who comes, what it came to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

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
from bot.domain.members import Member
from bot.domain.sessions import Register, Session
from bot.domain.sessions_after import Material, Report, Worth
from bot.ids import MemberId
from bot.views.common import count, listed, moment
from bot.views.sessions import Reader, card, handed_out, when
from bot.views.sessions_answers import WORTH, WORTH_QUESTION

ONE_DAY_ONLY = (
    "Another day for all later ones is another rhythm: stop the series and begin a new one, or "
    "change this session only."
)
STOP_QUESTION = "Shall I plan no further sessions of this series?"
# A card names so many people and counts the rest.
MOST_NAMES = 40


def planned(register: Register, reader: Reader) -> Message:
    """A session is planned: its card, and what an organiser can do next."""
    session = register.session
    return message(
        text(bold("Planned."), " This is what members see:"),
        *card(register, reader).blocks,
        buttons(
            Button("Repeat it", "sessions repeat", str(session.id), opens_form=True),
            Button("Edit it", "sessions edit", str(session.id), opens_form=True),
            Button("Post it in the channels", "sessions post", str(session.id)),
            Button("Who comes", "sessions people", str(session.id)),
        ),
    )


def edited(register: Register, reader: Reader, *, told: int, later: int) -> Message:
    """A session is changed, and so many people were told."""
    who = f" I told {count(told, 'person', 'people')} who signed up." if told else ""
    others = f" {count(later, 'later session')} changed with it." if later else ""
    return message(
        text(bold("Changed."), f"{others}{who}"),
        *card(register, reader).blocks,
    )


def unchanged(session: Session) -> Message:
    """A form came back as it was."""
    return message(text("Nothing is different in ", bold(session.title), ", so nobody is told."))


def cancelled(session: Session, *, told: int) -> Message:
    """A session is called off."""
    who = f"I told {count(told, 'person', 'people')}" if told else "Nobody had signed up"
    return message(
        text(bold(session.title), f" is cancelled. {who}, and its reminders are stopped."),
        replaces=True,
    )


def repeated(made: Sequence[Session], session: Session, *, following: datetime | None) -> Message:
    """A series is planned; ``following`` is the first that members can't sign up for yet."""
    goes_on = f" The one after it is on {moment(following)}." if following else ""
    return message(
        text(bold(session.title), " is a series now.",
             f"{goes_on}" if not made else " Members can sign up for these:"),
        *((bullets(*((moment(each.starts),) for each in made)),) if made else ()),
        *((text(f"Then on {moment(following)}, and so on."),) if made and following else ()),
        buttons(
            Button("Stop the series", "sessions repeat stop", str(session.id),
                   confirm=STOP_QUESTION)
        ),
        note("Each can be edited and cancelled by itself."),
    )  # fmt: skip


def series_stopped(session: Session, planned: Sequence[Session]) -> Message:
    """No further sessions of a series; those that people may have signed up for stay."""
    left = [moment(each.starts) for each in planned]
    stays = f" Planned already, and still held: {listed(left)}." if left else ""
    return message(text(f"No further sessions of “{session.title}” are planned.{stays}"))


def people(register: Register, everybody: Mapping[MemberId, Member]) -> Message:
    """Who comes and who waits, for organisers."""
    going = [everybody[each.member] for each in register.going if each.member in everybody]
    waiting = [everybody[each.member] for each in register.waiting if each.member in everybody]
    number = str(register.session.id)
    return message(
        Heading(register.session.title),
        text(bold(f"{count(len(going), 'person comes', 'people come')}")),
        *_names(going),
        *(
            (text(bold(f"{count(len(waiting), 'person waits', 'people wait')}")),)
            if waiting
            else ()
        ),
        *_names(waiting),
        buttons(
            Button("Who was there", "sessions attendance", number, opens_form=True),
            Button("What people need", "sessions needs read", number),
        ),
        note("Names are for planning the session; please don’t pass them on."),
    )


def needs(session: Session, said: Sequence[tuple[str, str]]) -> Message:
    """What people need to take part, for the session's organiser alone."""
    if not said:
        return message(text("Nobody has said that they need anything for ", bold(session.title),
                            "."))  # fmt: skip
    return message(
        text(bold(session.title), ": what people need to take part"),
        bullets(*((bold(name), f": {words}") for name, words in said)),
        note("Only you read this. It is deleted 30 days after the session."),
    )


def attendance_kept(session: Session, *, here: int, missing: int, rest: str = "") -> Message:
    """Who was there is kept; ``rest`` asks for those who were not on the form."""
    more = Button("Go on with the others", "sessions attendance", rest, opens_form=True)
    return message(
        text(bold(session.title), f": {count(here, 'person was', 'people were')} there, "
             f"{count(missing, 'person was', 'people were')} not."),
        buttons(
            *((more,) if rest else ()),
            Button("See the report", "sessions report", str(session.id)),
        ),
    )  # fmt: skip


def report(session: Session, figures: Report, *, zone: str) -> Message:
    """What a session came to, without a name."""
    blocks: list[Block] = [
        Heading(session.title),
        text(f"{when(session, zone)}."),
        facts(
            fact("Places taken", str(figures.going)),
            fact("Waited for a place", str(figures.waited)),
            fact("Came away", str(figures.gave_up)),
            fact("Were there", str(figures.here)),
            fact("Were not", str(figures.missing)),
            fact("Not known", str(figures.unknown)),
            fact(WORTH_QUESTION, _worth(figures)),
        ),
    ]
    if figures.words:
        blocks.append(text(bold("What people take from it")))
        blocks.append(bullets(*((words,) for words in figures.words[:MOST_NAMES])))
    blocks.append(
        buttons(Button("Who was there", "sessions attendance", str(session.id), opens_form=True))
    )
    return message(*blocks)


def not_yours(organiser: Member | None) -> str:
    """What is for the eyes and hands of a session's own organiser alone."""
    if organiser is None:
        return "Only the session’s own organiser can do that, and it has none now: hand it over."
    return f"Only {organiser.name}, who looks after this session, can do that."


def material_kept(session: Session, given: Sequence[Material]) -> Message:
    """Something was given out."""
    return message(
        text("Kept. Those who had a place hear of it once the session is over."),
        *handed_out(given),
        buttons(
            *(
                Button(f"Take back {each.title}", "sessions materials remove", str(each.id))
                for each in given[-5:]
            ),
            Button("Add another", "sessions materials add", str(session.id), opens_form=True),
        ),
    )


def material_removed(material: Material) -> Message:
    """Something is given out no more."""
    return message(text("“", material.title, "” is not given out any more."))


def handed_over(session: Session, to: Member) -> Message:
    """Somebody else looks after a session."""
    return message(
        text(bold(to.name), " looks after ", bold(session.title), " now, and reads what people "
             "need to take part."),
    )  # fmt: skip


def _names(some: Sequence[Member]) -> list[Block]:
    if not some:
        return []
    more = len(some) - MOST_NAMES
    return [
        bullets(
            *(
                (" · ".join(filter(None, (each.name, each.profile.organisation))),)
                for each in some[:MOST_NAMES]
            )
        ),
        *((note(f"and {more:,} more"),) if more > 0 else ()),
    ]


def _worth(figures: Report) -> str:
    if not figures.answered:
        return "nobody has answered yet"
    return ", ".join(f"{WORTH[each].lower()} {figures.worth[each]}" for each in Worth)
