"""The forms in which organisers plan, change and close learning sessions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.chat.forms import (
    ChoiceField,
    Field,
    Form,
    Option,
    PersonField,
    TextField,
    TextKind,
    options,
)
from bot.chat.messages import spans
from bot.domain.members import Member
from bot.domain.sessions import Details, Kind, Register, Scope, Session, SignUp
from bot.domain.sessions_timing import Rhythm
from bot.ids import MemberId
from bot.times import IfOff
from bot.views.common import count

KINDS = {
    Kind.SESSION: "A learning session",
    Kind.OPEN_CHAIR: "An open chair: 1 to 3 places beside an executive or expert, drawn",
}
RHYTHMS = {
    Rhythm.WEEKLY: "Every week",
    Rhythm.FORTNIGHTLY: "Every 2 weeks",
    Rhythm.FOUR_WEEKLY: "Every 4 weeks",
    Rhythm.MONTHLY_DAY: "Every month, on the same date",
    Rhythm.MONTHLY_WEEKDAY: "Every month, on the same weekday (such as the second Tuesday)",
}
IF_OFF = {
    IfOff.SKIP: "Leave that one out",
    IfOff.MOVE: "Hold it on the next working day",
    IfOff.AS_PLANNED: "Hold it all the same",
}


def create_form(
    *, title: str, value: str, zone: str, priorities: Sequence[str], tomorrow: date
) -> Form:
    """A new session."""
    kind = ChoiceField(
        name="kind",
        label="What is it?",
        options=tuple(Option(kind, label) for kind, label in KINDS.items()),
        initial=(Kind.SESSION,),
        required=True,
    )
    empty = Details(title=title, minutes=60)
    return Form(
        title="Plan a session",
        route="sessions create",
        value=value,
        submit="Plan it",
        fields=(kind, *_fields(empty, None, zone=zone, priorities=priorities, day=tomorrow)),
    )


def edit_form(session: Session, *, priorities: Sequence[str]) -> Form:
    """A session as it is now, to be changed."""
    scope = ChoiceField(
        name="scope",
        label="What shall change?",
        options=(
            Option(Scope.THIS, "This session only"),
            Option(Scope.LATER, "This one and all later ones of its series"),
        ),
        initial=(Scope.THIS,),
        required=True,
    )
    fields = _fields(
        session.details,
        session.starts,
        zone=session.zone,
        priorities=priorities,
        day=session.starts.date(),
    )
    return Form(
        title="Edit the session",
        route="sessions edit",
        value=str(session.id),
        fields=(*fields, *((scope,) if session.series else ())),
        intro=spans("Whoever signed up is told of another time, place, title, speaker or link."),
    )


def cancel_form(register: Register) -> Form:
    """Why a session is called off."""
    number = len(register.concerned)
    return Form(
        title="Cancel the session",
        route="sessions cancel",
        value=str(register.session.id),
        submit="Cancel it",
        fields=(
            TextField(
                name="why",
                label="What shall I tell those who signed up?",
                hint="A sentence, or nothing.",
                max_length=500,
            ),
        ),
        intro=spans(
            f"“{register.session.title}” does not take place then, and "
            f"{count(number, 'person is', 'people are')} told at once. "
            "This can’t be taken back."
        ),
    )


def repeat_form(session: Session) -> Form:
    """How often a session is held again."""
    return Form(
        title="Repeat the session",
        route="sessions repeat",
        value=str(session.id),
        submit="Repeat it",
        fields=(
            ChoiceField(
                name="rhythm",
                label="How often?",
                options=tuple(Option(value, label) for value, label in RHYTHMS.items()),
                initial=(Rhythm.FORTNIGHTLY,),
                required=True,
            ),
            TextField(
                name="until",
                label="Until when?",
                hint="The last day. Without one it goes on until you stop it.",
                kind=TextKind.DATE,
            ),
            ChoiceField(
                name="if_off",
                label="If that day is a bank holiday",
                hint="England’s bank holidays.",
                options=tuple(Option(value, label) for value, label in IF_OFF.items()),
                initial=(IfOff.SKIP,),
                required=True,
            ),
        ),
        intro=spans(
            f"“{session.title}” is held again at {session.starts:%H:%M} local time, also after "
            "the clocks change. Members can sign up eight weeks ahead."
        ),
    )


def attendance_form(
    session: Session, shown: Sequence[SignUp], everybody: Mapping[MemberId, Member], *, value: str
) -> Form:
    """Who of these was there; those who checked in are ticked already."""
    here = ChoiceField(
        name="here",
        label="Who was there?",
        hint="Whoever is not ticked counts as not there.",
        options=tuple(Option(str(each.member), everybody[each.member].name) for each in shown),
        initial=tuple(str(each.member) for each in shown if each.attended),
        multiple=True,
    )
    return Form(
        title="Who was there",
        route="sessions attendance",
        value=value,
        fields=(
            *((here,) if shown else ()),
            PersonField(
                name="person",
                label="Somebody else who was there",
                hint="Without having signed up. Type part of the name; one at a time.",
            ),
        ),
        intro=spans(f"“{session.title}”. It counts in their “my time”."),
    )


def material_form(session: Session) -> Form:
    """Slides, a recording or notes, by their address."""
    return Form(
        title="Give something out",
        route="sessions materials add",
        value=str(session.id),
        submit="Give it out",
        fields=(
            TextField(name="title", label="What is it?", required=True, max_length=100,
                      hint="For example “Slides”."),
            TextField(name="url", label="Where is it?", required=True, max_length=1000,
                      hint="The whole address, beginning with https://."),
        ),
        intro=spans(f"For “{session.title}”. Everybody in the community can open it."),
    )  # fmt: skip


def _fields(
    details: Details,
    starts: datetime | None,
    *,
    zone: str,
    priorities: Sequence[str],
    day: date,
) -> tuple[Field, ...]:
    # One that has been retired stays what the session is about.
    offered = dict.fromkeys(filter(None, (*priorities, details.priority)))
    priority = ChoiceField(
        name="priority",
        label="Which priority of the community is it about?",
        options=options(*offered),
        initial=(details.priority,) if details.priority else (),
    )
    return (
        TextField(name="title", label="Title", required=True, initial=details.title,
                  max_length=120),
        TextField(name="date", label="Day", required=True, kind=TextKind.DATE,
                  initial=day.isoformat()),
        TextField(name="time", label="Start", required=True, kind=TextKind.TIME,
                  hint=f"Local time, {zone}.",
                  initial=f"{starts:%H:%M}" if starts else "12:30"),
        TextField(name="minutes", label="Minutes", required=True, kind=TextKind.NUMBER,
                  initial=str(details.minutes)),
        TextField(name="speakers", label="Who speaks or hosts?", initial=details.speakers,
                  max_length=200),
        TextField(name="about", label="What is it about?", initial=details.about,
                  multiline=True, max_length=1500),
        TextField(name="place", label="Place", initial=details.place, max_length=300,
                  hint="With how to get there without steps."),
        TextField(name="link", label="Link to join online", initial=details.link,
                  max_length=1000, hint="Told only to those who have a place."),
        TextField(name="dial_in", label="Number to dial in", initial=details.dial_in,
                  max_length=200, hint="For whoever has only a telephone; with the code."),
        TextField(name="capacity", label="Places", kind=TextKind.NUMBER,
                  initial=str(details.capacity or ""),
                  hint="Empty where everybody fits in; 1 to 3 for an open chair."),
        *((priority,) if offered else ()),
    )  # fmt: skip
