"""What stories say to everybody: the post, the whole story, the search and its results."""

from collections.abc import Mapping, Sequence

from bot.chat.messages import (
    Block,
    Button,
    Message,
    Span,
    Style,
    Words,
    bold,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.members import Member
from bot.domain.stories import Reuse, Story, shown_title
from bot.domain.stories_adoption import Spread
from bot.domain.stories_search import Found
from bot.ids import StoryId
from bot.views.common import count

LABELS = {
    "changed": "What changed",
    "whom": "For whom",
    "problem": "The problem",
    "done": "What we did",
    "differently": "What did not work, and what we would do differently",
}
REUSE = {
    Reuse.ASK: "Please ask the authors before you copy it.",
    Reuse.FREELY: "Copy and adapt it freely, and say whom you have it from.",
}
# The same for whoever has left and whoever is not to be named now.
NAMELESS = "a leader of this community"
GONE = "That story is not published (any more). “stories” shows those that are."
# So much of what changed stands in a list.
LONGEST_LINE = 140
# In a channel the rest is one tap away.
LONGEST_IN_POST = 600

Authors = Sequence[Span]


def post(story: Story, authors: Authors, spread: Spread) -> Message:
    """A story in a channel, where everybody of the community may see it."""
    return message(
        text(bold(shown_title(story)), "\n", *byline(story, authors)),
        text(_cut(story.changed, LONGEST_IN_POST)),
        facts(fact(LABELS["whom"], story.whom)),
        *_spread(spread),
        buttons(*_actions(story)),
        note("Something went well where you are? Tell it with “story”."),
    )


def whole(
    story: Story,
    authors: Authors,
    spread: Spread,
    *,
    tried_by: Sequence[Member] = (),
    is_own: bool = False,
) -> Message:
    """All of a story, and who has tried it."""
    names = [", ".join(filter(None, (each.name, each.profile.organisation))) for each in tried_by]
    more = [Button("My stories", "story mine")] if is_own else _actions(story)[:2]
    return message(
        text(bold(shown_title(story)), "\n", *byline(story, authors)),
        *told(story),
        *_spread(spread),
        *([facts(fact("Tried by", "; ".join(names)))] if names else []),
        buttons(*more),
        note(REUSE[story.reuse]),
    )


def told(story: Story) -> list[Block]:
    """The parts of a story that are filled in, one below the other."""
    parts = [(label, getattr(story, name)) for name, label in LABELS.items()]
    rows = (("Priority", story.priority), ("Tags", ", ".join(story.tags)))
    known = [fact(label, words) for label, words in rows if words]
    return [
        *(text(bold(f"{label}\n"), words) for label, words in parts if words),
        *([facts(*known)] if known else []),
    ]


def byline(story: Story, authors: Authors) -> list[Words]:
    """Who wrote it, and where."""
    names: list[Words] = []
    for at, each in enumerate(authors):
        names += [" and " if at == len(authors) - 1 else ", "] if at else []
        names.append(each)
    return ["By ", *(names or [NAMELESS]), f", {story.place}" if story.place else ""]


def found(asked: str, results: Found, spreads: Mapping[StoryId, Spread]) -> Message:
    """The stories that match the words."""
    if not results.stories:
        return message(
            text(f"No story has “{asked}”. Try fewer or other words."),
            buttons(Button("The newest stories", "stories")),
            note("You know one? Tell it with “story”."),
        )
    shown = len(results.stories)
    matches = count(results.total, "story has", "stories have")
    some = "" if results.has_all else "some of "
    first = f", here are the first {shown}" if results.total > shown else ""
    return message(
        text(f"{matches} {some}“{asked}”{first}:"),
        *_listed(results.stories, spreads),
        note("Add a word to find fewer."),
    )


def newest(stories: Sequence[Story], total: int, spreads: Mapping[StoryId, Spread]) -> Message:
    """The newest stories, to somebody who named nothing to look for."""
    if not stories:
        return message(
            text(bold("No story has been told yet."), " Yours could be the first."),
            buttons(Button("Tell a story", "story", style=Style.PRIMARY, opens_form=True)),
        )
    return message(
        text(bold(f"{count(total, 'story', 'stories')} so far, the newest first:")),
        *_listed(stories, spreads),
        note("Add any words to look for: “stories discharge lewisham”."),
    )


def celebrated(story: Story, spread: Spread, *, is_new: bool) -> Message:
    """Somebody celebrates a story."""
    total = count(spread.celebrated, "person celebrates", "people celebrate")
    opening = "Noted, with joy" if is_new else "You had celebrated it already"
    return message(text(f"{opening}: {total} “{shown_title(story)}”."))


def spread_words(spread: Spread) -> str:
    """How far a story has spread, in words; empty where nobody has said anything yet."""
    parts = (
        (spread.tried, "has tried it", "have tried it"),
        (spread.wanted, "wants to try it", "want to try it"),
        (spread.celebrated, "celebrates it", "celebrate it"),
    )
    return " · ".join(
        f"{number:,} {one if number == 1 else many}" for number, one, many in parts if number
    )


def _spread(spread: Spread) -> list[Block]:
    words = spread_words(spread)
    return [text(words)] if words else []


def _actions(story: Story) -> list[Button]:
    number = str(story.id)
    return [
        Button("Celebrate", "story celebrate", number),
        Button("I want to try this", "story try", number, style=Style.PRIMARY),
        Button("Tell me more", "story more", number),
    ]


def _listed(stories: Sequence[Story], spreads: Mapping[StoryId, Spread]) -> list[Block]:
    blocks: list[Block] = []
    for each in stories:
        words = spread_words(spreads.get(each.id, Spread()))
        blocks.append(
            text(
                bold(shown_title(each)),
                f"\n{_cut(' '.join(each.changed.split()), LONGEST_LINE)}",
                f"\n{words}" if words else "",
            )
        )
    links = [
        Button(f"Read: {_cut(shown_title(each), 50)}", "story more", str(each.id))
        for each in stories
    ]
    return [*blocks, buttons(*links)]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 2].rstrip()} …"
