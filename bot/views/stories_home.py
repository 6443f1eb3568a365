"""What stories say on the home page."""

from bot.chat.messages import Button, Style, bold, text
from bot.domain.stories import State, Story, shown_title
from bot.views.common import count
from bot.views.home import Line, Part

MINE = "story mine"


def will_you_be_named(story: Story, author: str) -> Line:
    """Somebody is asked to be a co-author, and has not said."""
    number = str(story.id)
    words = f" would like to name you as a co-author of “{shown_title(story)}”."
    return Line(
        Part.WAITING,
        text(bold(author), words),
        (
            Button("Yes, name me", "story agree", number, style=Style.PRIMARY),
            Button("No, thank you", "story decline", number),
            Button("Read it", "story open", number),
        ),
        more=MINE,
    )


def unfinished(story: Story) -> Line:
    """A story of one's own that is not with the curators."""
    number = str(story.id)
    if story.state is State.DRAFT:
        part, told = Part.DRAFTS, "is a draft."
        change = Button("Go on writing", "story draft", number, opens_form=True)
    else:
        part, told = Part.WAITING, "waits for changes that a curator asked for."
        change = Button("Change it", "story edit", number, opens_form=True)
    words = text("Your story ", bold(shown_title(story)), f" {told}")
    return Line(part, words, (change,), more=MINE)


def to_review(number: int) -> Line:
    """To curators: stories wait to be read."""
    waits = count(number, "story waits", "stories wait")
    return Line(
        Part.WAITING,
        text(bold(waits), " for a curator."),
        (Button("Read what waits", "story review"),),
    )


def told_nothing() -> Line:
    """Somebody wants no digests and no questions."""
    return Line(
        Part.SETTINGS,
        text("You get no digests of stories, and no questions for one."),
        (Button("Tell me of stories again", "stories start"),),
    )
