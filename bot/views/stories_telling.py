"""What stories say to people who did not ask: digest, question, and who wants to try what."""

from collections.abc import Sequence

from bot.chat.forms import Form, TextField
from bot.chat.messages import (
    Block,
    Button,
    LinkButton,
    Message,
    Style,
    bold,
    buttons,
    facts,
    message,
    note,
    text,
)
from bot.domain.coffee_reach import Reach
from bot.domain.members import Member
from bot.domain.stories import Story, shown_title
from bot.domain.stories_adoption import Tried
from bot.views.coffee_reach import chats, way_to
from bot.views.common import count
from bot.views.introductions import card

LONGEST_LINE = 300
GREETING = "Hello! It is about the story on which we were introduced."
TO_ONESELF = "That is your own story. I tell you when somebody wants to try it."
CANNOT_REACH = (
    "Noted that you want to try it. I can’t reach its author at the moment; an organiser may help."
)
NOT_CARRIED = "I can’t pass that on."
WRITE_SOMETHING = "Please write a line to pass on."
STOP = "“stories stop” ends digests and questions."


def digest(stories: Sequence[tuple[Story, str]]) -> Message:
    """New stories, each with how far it has spread; the same for everybody."""
    blocks: list[Block] = [
        text(
            bold(shown_title(story)),
            f"\n{' '.join(story.changed.split())[:200]}",
            f"\n{spread}" if spread else "",
        )
        for story, spread in stories
    ]
    links = [
        Button(f"Read: {shown_title(story)[:50]}", "story more", str(story.id))
        for story, _ in stories
    ]
    return message(
        text(bold(f"{count(len(stories), 'new story', 'new stories')} from the community")),
        *blocks,
        buttons(*links),
        note(f"You get this because stories are told to all members. {STOP}"),
    )


def question(member: Member) -> Message:
    """What went well? To those whose turn it is."""
    return message(
        text(
            bold(f"{member.first_name}, what went well lately? "),
            "Two sentences are enough: what changed, and for whom.",
        ),
        buttons(
            Button("Tell a story", "story", style=Style.PRIMARY, opens_form=True),
            Button("Later today", "later", "today"),
            Button("Tomorrow", "later", "tomorrow"),
            Button("Don’t ask me", "stories stop"),
        ),
        note("You get this because it is your turn: a few are asked each week, all in turn."),
    )


def introduction(
    story: Story, author: Member, other: Member, reach: Reach | None, *, to: Member | None
) -> Message:
    """Introduces somebody who wants to try a story's idea to its author.

    ``to`` is the reader, None where both read the same message; ``reach`` is the reader's way to
    the one they are introduced to.
    """
    title = f"“{shown_title(story)}”"
    if to is None or reach is None:
        return message(
            text(
                bold(f"{author.first_name}, {other.first_name} wants to try what you told "),
                f"in {title}.",
            ),
            _card(author),
            _card(other),
            text(f"{other.first_name}, a first question helps: what would you like to know?"),
            note("You get this because of “I want to try this”."),
        )
    they = other if to.id == author.id else author
    opening = (
        f"{other.first_name} wants to try what you told in {title}."
        if to.id == author.id
        else f"You want to try {title}. Here is {author.first_name}, who told it."
    )
    links: list[Button | LinkButton] = [*chats([reach], greeting=GREETING)]
    write = Button(
        f"Write to {they.first_name}", "story write", f"{story.id} {they.id}",
        style=Style.PRIMARY, opens_form=True,
    )  # fmt: skip
    return message(
        text(bold(opening)),
        _card(they),
        facts(way_to(reach)),
        buttons(*links, write),
        note("You get this because of “I want to try this”."),
    )


def will_try(story: Story, author: Member) -> Message:
    """To somebody who wants to try it: the author knows."""
    return message(
        text(
            f"Lovely. I have introduced you to {author.first_name}; look for a message of mine. "
            f"In some weeks I ask how it went with “{shown_title(story)}”. Once you have tried it, "
            "your name is shown with the story."
        ),
        buttons(Button("We have tried it", "story tried", f"{story.id} {Tried.TRIED}")),
    )


def noted(story: Story) -> Message:
    """To somebody who wants to try it and can't be introduced now."""
    return message(
        text(CANNOT_REACH),
        buttons(Button("We have tried it", "story tried", f"{story.id} {Tried.TRIED}")),
    )


def how_did_it_go(story: Story) -> Message:
    """Some weeks after somebody wanted to try it, once."""
    number = str(story.id)
    return message(
        text(bold("Did you get to try it? "), f"You wanted to try “{shown_title(story)}”."),
        buttons(
            Button(
                "Yes, we tried it", "story tried", f"{number} {Tried.TRIED}", style=Style.PRIMARY
            ),
            Button("Not yet", "story tried", f"{number} {Tried.WANTS}"),
            Button("It is not for us", "story tried", f"{number} {Tried.NOT_FOR_US}"),
            Button("Later today", "later", "today"),
            Button("Tomorrow", "later", "tomorrow"),
        ),
        note("You get this once, because you pressed “I want to try this”."),
    )


def tried(story: Story, state: Tried) -> Message:
    """What became of it was noted."""
    words = {
        Tried.TRIED: f"Wonderful. Your name stands with “{shown_title(story)}” as having tried it, "
        "and its author is told. What came of it could be a story of your own.",
        Tried.WANTS: "Thank you. I don’t ask again; press “We have tried it” on the story’s "
        "message when you have.",
        Tried.NOT_FOR_US: "Thank you for saying so. That helps as well.",
    }
    steps = {Tried.TRIED: [buttons(Button("Tell a story", "story", opens_form=True))]}
    return message(text(words[state]), *steps.get(state, []), replaces=True)


def was_tried(story: Story, other: Member) -> Message:
    """To the author: somebody tried it."""
    return message(
        text(bold(f"{other.name} has tried it. "), f"“{shown_title(story)}” spreads."),
        buttons(
            Button(
                f"Write to {other.first_name}", "story write", f"{story.id} {other.id}",
                opens_form=True,
            )
        ),
        note("You get this because it is your story."),
    )  # fmt: skip


def write_form(story: Story, to: Member) -> Form:
    """One line, carried to the author or to somebody who tries it."""
    return Form(
        title=f"Write to {to.first_name}",
        route="story write",
        value=f"{story.id} {to.id}",
        submit="Pass it on",
        fields=(
            TextField(
                "words",
                "Your message",
                hint="They see your name and what you write",
                required=True,
                multiline=True,
                max_length=LONGEST_LINE,
            ),
        ),
    )


def carried(story: Story, sender: Member, words: str) -> Message:
    """Somebody wrote about a story."""
    return message(
        text(bold(f"{sender.name} writes about “{shown_title(story)}”:")),
        text(f"“{words}”"),
        buttons(
            Button(
                "Answer", "story write", f"{story.id} {sender.id}",
                style=Style.PRIMARY, opens_form=True,
            )
        ),
        note("You get this because you two were introduced over this story."),
    )  # fmt: skip


def passed_on(to: Member) -> Message:
    """The words are on their way."""
    return message(text(f"I have passed it on to {to.first_name}."))


def stopped() -> Message:
    """No digests and questions any more."""
    return message(
        text("You get no digests of stories and no “What went well?” from me any more."),
        buttons(Button("Send them again", "stories start")),
        replaces=True,
    )


def started() -> Message:
    """Digests and questions again."""
    return message(text("You get digests of stories again, and now and then “What went well?”."))


def _card(member: Member) -> Block:
    """Of somebody who has not been introduced, the name alone."""
    return card(member) if member.is_introduced else text(bold(member.name))
