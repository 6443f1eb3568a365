"""What is said where something between two members was not right."""

from collections.abc import Sequence
from datetime import date

from bot.chat.forms import ChoiceField, Field, Form, Option, PersonField, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Words,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    spans,
    text,
)
from bot.domain.community import Contact, Contacts
from bot.domain.concern import ANSWERED_WITHIN, KEPT, LONGEST_WORDS, Concern
from bot.domain.members import Member
from bot.ids import ConcernId
from bot.times import local
from bot.views.common import day, listed

NOBODY = "nobody"
NO_EMERGENCY = "I am no emergency service: if somebody is in danger, call 999."
GUARDIAN = "Freedom to Speak Up Guardian"
SAFEGUARDING = "Safeguarding lead"
UNNAMED = "nobody is named here; your own organisation has one"
CHOOSE_ONE = "Please choose either somebody from the list or another person."
YOURSELF = "That is you. Please choose whom it is about."
GONE = "That is not kept any more, or it is not for you."
NOTHING_TO_TAKE_BACK = "You keep away from nobody, so there is nothing to take back."


def form(
    contacts: Contacts,
    tellable: Sequence[Member],
    *,
    about: Member | None = None,
    partners: Sequence[Member] = (),
) -> Form:
    """About whom, what happened if one likes to say, and whom to tell."""
    return Form(
        title="A concern",
        route="concern",
        value=f"#{about.id}" if about else "",
        submit="Keep us apart",
        fields=(*(() if about else _about(partners)), *(_telling(tellable) if tellable else ())),
        intro=spans(
            bold(f"{NO_EMERGENCY} "),
            f"{GUARDIAN}: {_ending(contacts.guardian.said or UNNAMED)} "
            f"{SAFEGUARDING}: {_ending(contacts.safeguarding_lead.said or UNNAMED)} ",
            f"I end an open coffee of yours with {about.first_name if about else 'them'}, in the "
            "words of “I can’t make it”, and never bring you two together again. They are not "
            "told, and nobody can look it up.",
        ),
    )


def done(
    about: Member,
    contact: Member | None,
    contacts: Contacts,
    *,
    coffees: int,
    forgotten: date,
) -> Message:
    """What was done, and whom to turn to."""
    ended: list[tuple[Words, ...]] = []
    if coffees:
        ended.append(("Your coffee with them has ended; the others read that you can’t make it.",))
    told = (
        f"{contact.name} alone can read what you wrote, until {day(forgotten)}. If you hear "
        f"nothing within {ANSWERED_WITHIN.days} days, please turn to somebody named below."
        if contact
        else "I told nobody, and kept no words."
    )
    return message(
        text(bold("That is done. "), f"Neither {about.first_name} nor an organiser can see it."),
        bullets(
            (f"I never bring you and {about.first_name} together again.",),
            *ended,
            (told,),
        ),
        *_turn_to(contacts),
        buttons(Button("Take it back", "concern undo", f"#{about.id}",
                       confirm=f"May you and {about.first_name} be matched again?")),
        note("Only you can take it back: “concern undo”."),
    )  # fmt: skip


def told(number: ConcernId) -> Message:
    """To the contact alone; without a word of what it is, since others may see a screen."""
    return message(
        text("Somebody in the community has told you something in confidence."),
        buttons(Button("Read it", "concern read", str(number))),
        note("You get this because a member chose you. No other organiser knows of it."),
    )


def read(concern: Concern, member: Member, about: Member, contacts: Contacts, zone: str) -> Message:
    """What was told in confidence, to the contact alone."""
    return message(
        text(bold(f"{member.name} has a concern about {about.name}.")),
        text(f"“{concern.words}”" if concern.words else "They left no words."),
        facts(fact("Told you on", day(local(concern.at, zone).date()))),
        text(
            "I have parted the two. Please answer within "
            f"{ANSWERED_WITHIN.days} days, and say nothing to {about.first_name} or to others "
            f"without {member.first_name}’s yes. Where somebody is in danger, your duty to act "
            "goes first."
        ),
        *_turn_to(contacts),
        note(
            f"I forget this on {day(local(concern.kept_until, zone).date())}, "
            f"{KEPT.days} days after it was told. I am no record: write one where it belongs."
        ),
    )


def not_told() -> Message:
    """To the member: what was to be passed on did not arrive; it names nobody on the screen."""
    return message(
        text(
            "What you asked me to pass on in confidence could not be delivered, so nobody has "
            "read it. Type “concern” to me here to choose somebody else."
        ),
        note("You get this because you asked me to tell somebody."),
    )


def undo_form(people: Sequence[Member]) -> Form:
    """With whom the asker may be brought together again."""
    return Form(
        title="Take it back",
        route="concern undo",
        submit="We may meet again",
        fields=(ChoiceField("person", "Who", _options(people), required=True),),
    )


def undone(about: Member, withdrawn: Sequence[Concern]) -> Message:
    """The two may be brought together again."""
    kept = ""
    if withdrawn:
        kept = (
            " What you wrote had been read, and is forgotten here."
            if any(each.was_read for each in withdrawn)
            else " What you wrote had not been read, and is forgotten."
        )
    return message(text(f"You and {about.first_name} may be matched again.{kept}"))


def _about(partners: Sequence[Member]) -> tuple[Field, ...]:
    person = PersonField(
        "person", "Somebody else" if partners else "About whom", required=not partners
    )
    if not partners:
        return (person,)
    return (ChoiceField("partner", "About whom: your coffees", _options(partners)), person)


def _telling(tellable: Sequence[Member]) -> tuple[Field, ...]:
    nobody = Option(NOBODY, "Nobody; only keep us apart")
    return (
        ChoiceField(
            "contact",
            "Whom I tell",
            (nobody, *_options(tellable)),
            hint="Nobody but the one you choose, and no other organiser",
            required=True,
            initial=(NOBODY,),
        ),
        TextField(
            "words",
            "What happened, if you like to say",
            hint=f"For the one you choose alone; forgotten after {KEPT.days} days",
            multiline=True,
            max_length=LONGEST_WORDS,
        ),
    )


def _options(people: Sequence[Member]) -> tuple[Option, ...]:
    return tuple(Option(f"#{each.id}", each.name) for each in people)


def _turn_to(contacts: Contacts) -> list[Block]:
    missing = [name for name, contact in _by_name(contacts) if not contact.is_given]
    ask = f" Nobody is named here as {listed(missing, last='or')}: ask your own organisation."
    return [
        text(bold(NO_EMERGENCY), ask if missing else ""),
        *([_named(contacts)] if len(missing) < 2 else []),
    ]


def _named(contacts: Contacts) -> Block:
    given = (each for each in _by_name(contacts) if each[1].is_given)
    return facts(*(fact(name, contact.said) for name, contact in given))


def _by_name(contacts: Contacts) -> tuple[tuple[str, Contact], ...]:
    return ((GUARDIAN, contacts.guardian), (SAFEGUARDING, contacts.safeguarding_lead))


def _ending(words: str) -> str:
    return f"{words.rstrip('.')}."
