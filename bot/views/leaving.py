"""What the bot says to somebody who leaves the community, or comes back."""

from bot.chat.forms import ChoiceField, Form, Option, PersonField
from bot.chat.messages import Button, Message, Style, bold, buttons, message, note, spans, text

STORIES = text(
    "Your stories that are published can stay without your name, or be withdrawn. "
    "Drafts go in any case."
)
ONLY_ORGANISER = (
    "You are the only organiser. Name another first: type “leave community” and choose somebody."
)


KEEP = "yes, keep my stories"
STORIES_FIELD = ChoiceField(
    name="stories",
    label="Your published stories",
    options=(Option(KEEP, "Stay, without my name"), Option("withdraw", "Are withdrawn")),
    required=True,
)


def question(*, has_stories: bool) -> Message:
    """What leaving means, before it is done; whoever has published stories chooses about them."""
    leave = (
        (
            Button("Leave, keep my stories", "leave community", KEEP, style=Style.DANGER),
            Button("Leave, withdraw them", "leave community", "yes", style=Style.DANGER),
        )
        if has_stories
        else (Button("Leave", "leave community", "yes", style=Style.DANGER),)
    )
    stories = (STORIES,) if has_stories else ()
    return message(
        text(bold("Do you want to leave the community?")),
        text(
            "I send you nothing more and match you with nobody. Your introduction is taken back, "
            "your places in sessions go to whoever waits, and those you are to have a coffee with "
            "are told that you can’t make it. "
            "What I keep of you stays, so that you can come back; “my data erase” ends that too."
        ),
        *stories,
        buttons(
            *leave,
            Button("Only stop messages", "stop"),
            Button("Stay", "home"),
        ),
    )


def successor_form(*, has_stories: bool) -> Form:
    """The only organiser names another before they leave."""
    return Form(
        title="Who organises after you?",
        route="leave community",
        submit="Name and leave",
        fields=(
            PersonField(
                name="person",
                label="The next organiser",
                hint="They are told, and can do all that you could.",
                required=True,
            ),
            *((STORIES_FIELD,) if has_stories else ()),
        ),
        intro=spans("You are the only organiser, and the community needs one."),
    )


def left() -> Message:
    """They have left."""
    return message(
        text("You have left the community. Thank you for having been here."),
        buttons(Button("Come back", "come back", "yes"), Button("Erase my data", "my data erase")),
        note("I send you nothing more unless you come back."),
        replaces=True,
    )


def come_back() -> Message:
    """Somebody who left says something."""
    return message(
        text("You have left the community. Would you like to come back?"),
        buttons(
            Button("Come back", "come back", "yes", style=Style.PRIMARY),
            Button("My data", "my data"),
        ),
    )


def back() -> Message:
    """They are part of the community again."""
    return message(
        text(bold("Welcome back."), " You are in no programme yet; choose what you like."),
        buttons(
            Button("Peer coffee", "coffee"),
            Button("Introduce myself", "introduce", opens_form=True),
            Button("What can I say?", "help"),
        ),
        replaces=True,
    )


def never_left() -> Message:
    """Somebody who is here wants to come back."""
    return message(text("You are part of the community."), buttons(Button("Home", "home")))


def named_organiser(by: str) -> Message:
    """Somebody was named organiser by the one who left."""
    return message(
        text(bold(f"{by} has named you organiser."), " “help” shows what you can do now."),
        note("You get this because the community needs somebody to look after it."),
    )
