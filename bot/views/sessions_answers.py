"""What members say around a learning session: needs, reminders, check-in and feedback."""

from collections.abc import Sequence
from datetime import timedelta

from bot.chat.forms import ChoiceField, Form, Option, TextField
from bot.chat.messages import Button, Message, Style, bold, buttons, message, note, spans, text
from bot.domain.sessions import Session
from bot.domain.sessions_after import Feedback, Material, Worth
from bot.domain.sessions_timing import CHECK_IN_CLOSES, CHECK_IN_OPENS, LEADS
from bot.times import local
from bot.views.common import count, listed, moment
from bot.views.sessions import LEAD_NAMES, NEEDS_QUESTION, handed_out, reminded

WORTH = {Worth.YES: "Yes", Worth.PARTLY: "Partly", Worth.NO: "No"}
WORTH_QUESTION = "Was it worth your time?"
WORDS_QUESTION = "What do you take from it, or would do otherwise?"
# A line or two; more is a conversation, and the organiser writes to whoever needs something.
LONGEST_WORDS = 1000
WHO_READS = "Organisers read the answers without names; in a small session they may guess."


def needs_form(session: Session, said: str) -> Form:
    """What somebody needs to take part, for the eyes of the session's organiser."""
    return Form(
        title=NEEDS_QUESTION,
        route="sessions needs",
        value=str(session.id),
        fields=(
            TextField(
                name="words",
                label=f"For “{session.title}”",
                hint="For example captions, a BSL interpreter, step-free access, expenses. "
                "Leave it empty to take back what you said.",
                initial=said,
                multiline=True,
                max_length=LONGEST_WORDS,
            ),
        ),
        intro=spans(
            "Only the organiser of this session reads it, no other organiser does, and it is "
            "deleted 30 days after the session."
        ),
    )


def needs_kept(session: Session, words: str, organiser: str) -> Message:
    """What somebody needs is kept, or taken back."""
    if not words:
        return message(text("Nothing is noted for ", bold(session.title), " any more."))
    return message(
        text(f"Thank you. {organiser or 'The organiser'} reads it and writes to you about it."),
        note("It is deleted 30 days after the session."),
    )


def reminders_form(leads: Sequence[int]) -> Form:
    """When to be reminded."""
    return Form(
        title="Session reminders",
        route="sessions reminders",
        fields=(
            ChoiceField(
                name="leads",
                label="When shall I remind you of a session?",
                hint="Choose nothing to get no reminders. One that would come at night comes the "
                "evening before.",
                options=tuple(Option(str(lead), LEAD_NAMES[lead].capitalize()) for lead in LEADS),
                initial=tuple(str(lead) for lead in leads),
                multiple=True,
            ),
        ),
    )


def reminders_saved(leads: Sequence[int]) -> Message:
    """The reminders as they are now."""
    return message(text(reminded(leads)))


def no_such_reminder(words: str) -> str:
    """Words that are none of the reminders."""
    choices = listed([LEAD_NAMES[lead] for lead in LEADS], last="or")
    return (
        f"I could not read “{words.strip()[:100]}”: I can remind you {choices}. "
        "Try “sessions reminders 1 day, 1 hour”, or “none”."
    )


def checked_in(session: Session) -> Message:
    """Somebody said that they are there."""
    return message(
        text("Good that you are here. ", bold(session.title), " counts in “my time”."),
        replaces=False,
    )


def no_check_in(session: Session, zone: str) -> str:
    """Why "I’m here" does not count now."""
    if not session.is_planned:
        return f"“{session.title}” was cancelled."
    opens = local(session.begins - CHECK_IN_OPENS, zone)
    return (
        f"Check-in for “{session.title}” opens on {moment(opens)} and closes "
        f"{count(CHECK_IN_CLOSES // timedelta(hours=1), 'hour')} after the end."
    )


def feedback_question(session: Session, materials: Sequence[Material]) -> Message:
    """After a session: were you there, and was it worth it."""
    number = str(session.id)
    return message(
        text("Thank you for coming to ", bold(session.title), f". {WORTH_QUESTION}"),
        buttons(
            *(
                Button(label, "sessions worth", f"{number} {answer}")
                for answer, label in WORTH.items()
            ),
            Button("I wasn’t there", "sessions absent", number),
        ),
        *handed_out(materials),
        buttons(
            Button("Remind me later today", "later", "today"),
            Button("Remind me tomorrow", "later", "tomorrow"),
        ),
        note(
            f"You get this because you had a place. {WHO_READS} If you leave it, nothing follows."
        ),
    )


def worth_noted(session: Session, said: Feedback) -> Message:
    """One tap: was it worth it; the second question is one tap away."""
    return message(
        text("Thank you. ", bold(session.title), f": {WORTH[said.worth].lower()}."),
        buttons(
            Button(
                "Say what you take from it",
                "sessions feedback",
                str(session.id),
                style=Style.PRIMARY,
                opens_form=True,
            )
        ),
        note(WHO_READS),
        replaces=True,
    )


def feedback_form(session: Session, said: Feedback | None) -> Form:
    """Two questions."""
    return Form(
        title="Your feedback",
        route="sessions feedback",
        value=str(session.id),
        submit="Send",
        fields=(
            ChoiceField(
                name="worth",
                label=WORTH_QUESTION,
                options=tuple(Option(answer, label) for answer, label in WORTH.items()),
                initial=(said.worth,) if said else (),
                required=True,
            ),
            TextField(
                name="words",
                label=WORDS_QUESTION,
                initial=said.words if said else "",
                multiline=True,
                max_length=LONGEST_WORDS,
            ),
        ),
        intro=spans(f"“{session.title}”. {WHO_READS}"),
    )


def feedback_kept(session: Session) -> Message:
    """Both answers are kept."""
    return message(
        text("Thank you: that makes the next session better."),
        buttons(
            Button("Materials", "sessions materials", str(session.id)),
            Button("Suggest a topic", "sessions suggest", opens_form=True),
        ),
    )


def absent(session: Session) -> Message:
    """Somebody with a place was not there."""
    return message(
        text("Noted, no harm done. ", bold(session.title), " does not count in “my time”."),
        buttons(Button("Materials", "sessions materials", str(session.id))),
        replaces=True,
    )


def materials(session: Session, given: Sequence[Material]) -> Message:
    """What was given out."""
    if not given:
        return message(text("Nothing has been given out for ", bold(session.title), " yet."))
    return message(text(bold(session.title)), *handed_out(given))
