"""What the bot says of a member's own data: seeing it, taking it along, having it erased."""

from collections.abc import Sequence

from bot.chat.messages import (
    Button,
    LinkButton,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    message,
    note,
    text,
)
from bot.domain.my_data import Section
from bot.views.leaving import KEEP, STORIES

NO_LINK = "This link has run out. Type “my data” to get a new one."


def overview(sections: Sequence[Section], secret: str) -> Message:
    """What is kept of a member, with links that fetch all of it for an hour."""
    lines = [
        (bold(section.title), f": {len(section.rows):,}") for section in sections if section.rows
    ]
    return message(
        text("This is what I keep of you; the files hold every word of it."),
        bullets(*lines),
        buttons(
            LinkButton("Download as JSON", f"/my-data/{secret}.json"),
            LinkButton("Download as CSV", f"/my-data/{secret}.csv"),
            Button("Erase my data", "my data erase"),
        ),
        note(
            "The links work for an hour, for whoever has them. "
            "Messages that were delivered stay in Slack, Teams or your e-mail by their own rules."
        ),
    )


def erasing(*, has_stories: bool) -> Message:
    """What erasing means, before it is done; whoever has published stories chooses about them."""
    erase = (
        (
            Button("Erase, keep my stories", "my data erase", KEEP, style=Style.DANGER),
            Button("Erase, withdraw them", "my data erase", "yes", style=Style.DANGER),
        )
        if has_stories
        else (Button("Erase everything of me", "my data erase", "yes", style=Style.DANGER),)
    )
    stories = (STORIES,) if has_stories else ()
    return message(
        text(bold("Shall I erase what I keep of you?"), " It can’t be taken back."),
        text("These go: your name, profile, accounts, settings, messages, notes and wishes."),
        text("These stay, because they are not about you alone:"),
        bullets(
            ("That “a former member” was in a coffee, and whether it took place: it is counted.",),
            ("What you did as an organiser, in the audit log, without your name.",),
            ("Messages that were delivered, in other people’s chats and mailboxes.",),
            ("Backups, until whoever runs the bot replaces them.",),
        ),
        text(
            "Those you are to have a coffee with are told that you can’t make it, and your places "
            "in sessions go to whoever waits."
        ),
        *stories,
        buttons(
            *erase,
            Button("Keep it", "my data"),
        ),
        note("You can look at all of it first: “my data”."),
    )


def erased() -> Message:
    """It is done; the last message they get."""
    return message(
        text(
            "It is erased, and I know you no more. Thank you for having been here. "
            "If you write to me again, I greet you as somebody new."
        ),
        replaces=True,
    )
