"""The forms in which organisers write announcements, and fields that prompts have too."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.forms import CheckField, ChoiceField, Field, Form, Option, TextField, options
from bot.chat.messages import text
from bot.domain import cadences
from bot.domain.announcement_text import MOST_TEXT
from bot.domain.announcements import Announcement, Way
from bot.domain.audience import Attribute, choices
from bot.domain.audience_words import said
from bot.domain.channels import Place
from bot.ids import Lane
from bot.times import IfOff
from bot.views.announcements import IF_OFF, place_name

WAYS = {
    Way.DIRECT: "A message to each person",
    Way.CHANNELS: "A post in the announcements channels",
    Way.BOTH: "Both",
}
# What a form asks with a field of its own; the rest can be said in words.
ASKED = {
    Attribute.PLACE: "Place",
    Attribute.SECTOR: "Sector",
    Attribute.ORGANISATION: "Organisation",
    Attribute.PROFESSION: "Professional group",
    Attribute.STAGE: "Career stage",
    Attribute.KIND: "Leadership kind",
    Attribute.PROGRAMME: "Programme",
}
# With more in one list the form would not fit into a message in Teams; they are said in words.
MOST_OPTIONS = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form offers for an attribute, and what is chosen of it."""

    attribute: Attribute
    labels: Sequence[str]


def form(
    announcement: Announcement | None,
    offered: Sequence[Choice],
    places: Sequence[Place],
    *,
    words: str = "",
    way: Way = Way.DIRECT,
) -> Form:
    """The form for a new announcement, or for all of one that has not gone out."""
    now_set = announcement
    values = choices(now_set.audience) if now_set else {}
    is_plain = values is not None and values.keys() <= {each.attribute for each in offered}
    spoken = "" if now_set is None or is_plain else said(now_set.audience)
    chosen = values if values is not None and is_plain else {}
    fields: list[Field] = [
        text_field(now_set.text if now_set else words),
        *(_choice(each, chosen.get(each.attribute, ())) for each in offered),
        TextField(
            name="audience",
            label="Only some of these, in words",
            hint="For example “stage Early career and not sector Council”. With nothing chosen "
            "here or above it is for everyone.",
            initial=spoken,
            max_length=500,
        ),
        ChoiceField(
            name="way",
            label="How does it reach them?",
            hint="What you chose above counts for messages. A post is seen by everybody who is in "
            "its channel.",
            options=tuple(Option(value, label) for value, label in WAYS.items()),
            initial=(now_set.way if now_set else way,),
            required=True,
        ),
        *lanes_fields(places, now_set.lanes if now_set else ()),
        TextField(
            name="when",
            label="When does it go out?",
            hint="Empty: as soon as you say so after the preview. Or “3 March 09:00”, or again "
            "and again, “every month on the first Monday 09:00”.",
            initial=cadences.said(now_set.when) if now_set and now_set.when else "",
            max_length=100,
        ),
        if_off_field(now_set.if_off if now_set else IfOff.AS_PLANNED),
        CheckField(
            name="acknowledge",
            label="Ask each person to confirm that they have read it",
            hint="Only you and the other organisers see who has.",
            initial=now_set.wants_acknowledgement if now_set else False,
        ),
        CheckField(
            name="quiet",
            label="Hold it while somebody’s quiet hours last",
            initial=now_set.respects_quiet if now_set else True,
        ),
    ]
    return Form(
        title=f"Announcement {now_set.number}" if now_set else "Announce",
        route="announce save",
        value=str(now_set.number) if now_set else "",
        fields=tuple(fields),
        submit="Preview",
    )


def reword_form(announcement: Announcement) -> Form:
    """The form for the words of one that has gone out."""
    return Form(
        title=f"Announcement {announcement.number}",
        route="announce reword",
        value=str(announcement.number),
        intro=(
            text(
                "Whoever has it sees the new words in its place, where their platform can change "
                "a message; whoever waits for it gets the new words."
            ).spans
        ),
        fields=(text_field(announcement.text),),
    )


def text_field(words: str) -> TextField:
    """The words of an announcement."""
    return TextField(
        name="text",
        label="What do you want to say?",
        hint="**bold**, *italics*, [words](https://address), lists with “-” or “1.”",
        required=True,
        initial=words,
        multiline=True,
        max_length=MOST_TEXT,
    )


def lanes_fields(places: Sequence[Place], chosen: Sequence[Lane]) -> tuple[Field, ...]:
    """In which workspaces it is posted, where there are several."""
    if len(places) < 2:
        return ()
    return (
        ChoiceField(
            name="lanes",
            label="In which workspaces’ channels?",
            hint="With none chosen, in all of them. I don’t read who is in a channel.",
            options=tuple(Option(each.lane, place_name(each)) for each in places),
            initial=tuple(chosen),
            multiple=True,
        ),
    )


def if_off_field(chosen: IfOff) -> ChoiceField:
    """What becomes of what falls on a bank holiday."""
    return ChoiceField(
        name="if_off",
        label="If that day is a bank holiday",
        options=tuple(Option(value, label) for value, label in IF_OFF.items()),
        initial=(chosen,),
        required=True,
    )


def _choice(offered: Choice, chosen: Sequence[str]) -> ChoiceField:
    return ChoiceField(
        name=offered.attribute,
        label=f"Only this {ASKED[offered.attribute].lower()}",
        options=options(*offered.labels[:MOST_OPTIONS]),
        initial=tuple(chosen),
        multiple=True,
    )
