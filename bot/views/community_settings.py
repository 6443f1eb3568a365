"""A community's settings, as organisers see and change them."""

from collections.abc import Sequence

from bot.chat.forms import Form, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
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
from bot.chat.routes import Route
from bot.domain.community import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REACH,
    Contact,
    Contacts,
    Settings,
)

TAKEN = "Another community here has that name."


def overview(of: Settings, others: Sequence[Route]) -> Message:
    """What is set, and where the rest of the settings is."""
    rest: tuple[Block, ...] = ()
    if others:
        rest = (
            text(bold("And further:")),
            bullets(*((bold(each.name), f": {each.help}") for each in others)),
        )
    return message(
        text(bold(f"The settings of {of.name}")),
        facts(
            fact("Name", of.name),
            fact("Time zone", of.zone),
            fact("Freedom to Speak Up Guardian", *_named(of.contacts.guardian)),
            fact("Safeguarding lead", *_named(of.contacts.safeguarding_lead)),
        ),
        buttons(Button("Change them", "settings change", style=Style.PRIMARY, opens_form=True)),
        *rest,
        *((note("Members who have a concern are shown these two: please name them."),)
          if _is_anybody_missing(of.contacts) else ()),
    )  # fmt: skip


def form(of: Settings) -> Form:
    """The settings, to be changed."""
    guardian, lead = of.contacts.guardian, of.contacts.safeguarding_lead
    return Form(
        title="The community’s settings",
        route="settings change",
        intro=spans(
            "Rounds and sessions that are planned keep their own time zone. Members who have a "
            "concern are shown the two contacts."
        ),
        fields=(
            TextField(
                "name", "Name of the community", required=True, initial=of.name,
                max_length=LONGEST_NAME,
            ),
            TextField(
                "zone", "Time zone", required=True, initial=of.zone,
                hint="Such as “Europe/London”", max_length=60,
            ),
            TextField(
                "guardian_name", "Freedom to Speak Up Guardian", initial=guardian.name,
                max_length=LONGEST_CONTACT,
            ),
            TextField(
                "guardian_reach", "How to reach the guardian", initial=guardian.reach,
                hint="An address or a telephone number, and when it is answered",
                max_length=LONGEST_REACH,
            ),
            TextField(
                "safeguarding_name", "Safeguarding lead", initial=lead.name,
                max_length=LONGEST_CONTACT,
            ),
            TextField(
                "safeguarding_reach", "How to reach the safeguarding lead", initial=lead.reach,
                max_length=LONGEST_REACH,
            ),
        ),
    )  # fmt: skip


def saved(of: Settings) -> Message:
    """The settings are kept."""
    return message(
        text(bold("Saved. "), f"This is {of.name}, in the time zone {of.zone}."),
        buttons(Button("See the settings", "settings")),
    )


def _named(contact: Contact) -> tuple[Words, ...]:
    return (f"{contact.name}: {contact.reach}",) if contact.is_given else ("nobody named yet",)


def _is_anybody_missing(contacts: Contacts) -> bool:
    return not (contacts.guardian.is_given and contacts.safeguarding_lead.is_given)
