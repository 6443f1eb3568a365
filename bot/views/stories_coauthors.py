"""What stories say to and of co-authors, who are named only if they agree."""

from collections.abc import Sequence

from bot.chat.forms import Form, PersonField
from bot.chat.messages import Block, Button, Message, Style, bold, buttons, message, note, text
from bot.domain.members import Member
from bot.domain.stories import Consent, Story, shown_title
from bot.views.common import listed
from bot.views.stories import told

CONSENTS = {
    Consent.ASKED: "has not answered yet",
    Consent.AGREED: "agreed",
    Consent.DECLINED: "declined",
}


def form(story: Story) -> Form:
    """Whom to ask as a co-author."""
    return Form(
        title="Add a co-author",
        route="story coauthor",
        value=str(story.id),
        submit="Ask them",
        fields=(PersonField("person", "Who", required=True),),
    )


def asked(member: Member) -> Message:
    """Somebody is asked to be a co-author."""
    return message(
        text(f"I have asked {member.first_name}. They are named only if they agree."),
    )


def removed(member: Member) -> Message:
    """Somebody is no co-author any more."""
    return message(text(f"{member.first_name} is not a co-author of it any more."))


def will_you_be_named(story: Story, author: str) -> Message:
    """To somebody who is to be named beside an author."""
    number = str(story.id)
    return message(
        text(
            bold(f"{author} would like to name you as a co-author "),
            f"of the story “{shown_title(story)}”.",
        ),
        *told(story),
        buttons(
            Button("Yes, name me", "story agree", number, style=Style.PRIMARY),
            Button("No, thank you", "story decline", number),
            Button("Later today", "later", "today"),
            Button("Tomorrow", "later", "tomorrow"),
        ),
        note("You get this because you were named. Without your yes nobody sees your name."),
    )


def agreed(story: Story) -> Message:
    """Somebody agreed to be named."""
    return message(
        text(f"Thank you. You are named as a co-author of “{shown_title(story)}”."),
        buttons(Button("I have changed my mind", "story decline", str(story.id))),
        replaces=True,
    )


def declined(story: Story) -> Message:
    """Somebody does not wish to be named."""
    return message(
        text(f"You are not named in “{shown_title(story)}”."),
        buttons(Button("Name me after all", "story agree", str(story.id))),
        replaces=True,
    )


def named(story: Story, people: Sequence[Member]) -> list[Block]:
    """The co-authors with what they said, and a way to take each away."""
    rows = [(each, consent) for each in people if (consent := story.consent_of(each.id))]
    if not rows:
        return []
    words = listed([f"{each.name} ({CONSENTS[consent]})" for each, consent in rows])
    removals = (
        Button(f"Without {each.first_name}", "story without", f"{story.id} {each.id}")
        for each, _ in rows
    )
    return [text(bold("Co-authors: "), words), buttons(*removals)]
