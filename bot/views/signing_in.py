"""What is said in an e-mail that only leads into the web chat."""

from bot.chat.messages import Heading, Message, message, note, text


def link_asked_for(community: str) -> Message:
    """A link that somebody asked for on the first page of the web chat."""
    return message(
        Heading("Your link to the web chat"),
        text(
            f"You asked to come in to the web chat of {community}. Open it with the link below, on "
            "the device you want to use."
        ),
        note("If it was not you who asked, do nothing: without this e-mail nobody can come in."),
    )


def something_new(community: str) -> Message:
    """Something waits for a member who has not looked into the web chat for a while."""
    return message(
        Heading("There is something for you in the web chat"),
        text(f"I have left you a message in the web chat of {community}."),
        note("You get at most one e-mail like this a day, and none while you look in."),
    )
