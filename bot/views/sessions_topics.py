"""Topics for learning sessions, as members and organisers see them."""

from collections.abc import Sequence

from bot.chat.forms import Form, TextField
from bot.chat.messages import Block, Button, Message, Style, bold, buttons, message, note, text
from bot.domain.sessions_topics import LONGEST_TITLE, Topic
from bot.ids import MemberId, TopicId
from bot.views.common import count

# A message holds fifty blocks; a topic is two of them.
MOST_LISTED = 15
SUGGEST = Button("Suggest a topic", "sessions suggest", opens_form=True)


def listing(topics: Sequence[Topic], reader: MemberId, *, is_organiser: bool) -> Message:
    """The topics, the most wanted first, each with a vote."""
    if not topics:
        return message(
            text("Nobody has suggested a topic yet. Which session would you like?"),
            buttons(SUGGEST),
        )
    blocks: list[Block] = [text(bold("What members would like a session about"))]
    for topic in topics[:MOST_LISTED]:
        blocks.append(text(f"{topic.title}: {_wanted(topic)}"))
        blocks.append(buttons(*_actions(topic, reader, is_organiser=is_organiser)))
    more = len(topics) - MOST_LISTED
    if more > 0:
        blocks.append(note(f"And {count(more, 'topic')} with fewer votes."))
    blocks.append(buttons(SUGGEST))
    return message(*blocks)


def suggest_form() -> Form:
    """A topic."""
    return Form(
        title="Suggest a topic",
        route="sessions suggest",
        submit="Suggest it",
        fields=(
            TextField(
                name="title",
                label="What would you like a session about?",
                hint="For example “Frailty at home”. Others can vote for it; nobody is told that "
                "it was yours.",
                required=True,
                max_length=LONGEST_TITLE,
            ),
        ),
    )


def suggested(number: TopicId, title: str) -> Message:
    """A new topic, with a vote of its own."""
    return message(
        text("Thank you. “", title, "” is on the list, with your vote."),
        buttons(Button("Take it back", "sessions vote back", str(number)),
                Button("See the topics", "sessions topics")),
        note("You hear from me when it becomes a session."),
    )  # fmt: skip


def voted(topic: Topic) -> Message:
    """A vote is counted."""
    return message(
        text("Your vote counts for “", topic.title, f"”: {_wanted(topic)}."),
        buttons(Button("Take it back", "sessions vote back", str(topic.id))),
        note("You hear from me when it becomes a session."),
    )


def vote_taken_back(topic: Topic) -> Message:
    """A vote is counted no more."""
    return message(
        text("Your vote for “", topic.title, "” is taken back."),
        buttons(Button("See the topics", "sessions topics")),
    )


def closed(topic: Topic) -> Message:
    """A topic is set aside."""
    return message(text("“", topic.title, "” is not listed any more."))


def _actions(topic: Topic, reader: MemberId, *, is_organiser: bool) -> tuple[Button, ...]:
    number = str(topic.id)
    has_voted = reader in topic.voters
    own = (
        Button("Take my vote back", "sessions vote back", number)
        if has_voted
        else Button("I want it too", "sessions vote", number, style=Style.PRIMARY)
    )
    if not is_organiser:
        return (own,)
    return (
        own,
        Button("Plan it", "sessions create", f"topic {number}", opens_form=True),
        Button("Set it aside", "sessions topics close", number),
    )


def _wanted(topic: Topic) -> str:
    return count(topic.votes, "vote")
