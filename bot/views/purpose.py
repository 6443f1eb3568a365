"""What is said about why a community exists."""

from bot.chat.forms import Form, TextField
from bot.chat.messages import Button, Message, bold, buttons, message, note, text
from bot.domain.purpose import LONGEST

_CHANGE = Button("Change it", "purpose change", opens_form=True)


def why(community: str, purpose: str, *, is_organiser: bool) -> Message:
    """The purpose, or that nobody has written it yet."""
    own = [buttons(_CHANGE)] if is_organiser else []
    if not purpose:
        how = "“purpose change” does it." if is_organiser else "Ask an organiser about it."
        return message(
            text(f"{community} has not written down yet why it exists. {how}"),
            *own,
        )
    return message(
        text(bold(f"Why {community} exists")),
        text(purpose),
        *own,
        note("What we look at first: “priorities”. How it goes: “how are we doing”."),
    )


def form(purpose: str) -> Form:
    """The purpose as it stands, to be changed."""
    return Form(
        title="Our purpose",
        route="purpose change",
        fields=(
            TextField(
                "purpose",
                "Why does this community exist?",
                hint="A sentence or two, in your own words. Everybody who arrives reads it first.",
                required=True,
                initial=purpose,
                multiline=True,
                max_length=LONGEST,
            ),
        ),
    )


def changed(purpose: str) -> Message:
    """The purpose is another now."""
    return message(
        text(bold("This is our purpose now: "), purpose),
        buttons(_CHANGE),
        note("The greeting of newcomers, the home page and the help begin with it."),
    )
