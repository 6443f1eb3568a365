"""What stories say to curators, and to authors of what curators decided."""

from collections.abc import Sequence

from bot.chat.forms import ChoiceField, Form, Option, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    spans,
    text,
)
from bot.domain.identifiable import Finding, explained
from bot.domain.members import Member
from bot.domain.stories import State, Story, shown_title
from bot.domain.stories_report import Report
from bot.domain.stories_rotation import Setup
from bot.views.common import count, listed
from bot.views.stories import REUSE, Authors, byline, spread_words, told
from bot.views.stories_writing import LONGEST_REASON, MOST_LISTED, STATES, reason_field

LONGEST_NOTE = 500
GONE = "There is no such story. “story review” shows those that wait."
WHAT_TO_CHANGE = "Please say what to change."
DIGESTS = {0: "Never", 1: "Every week", 2: "Every 2 weeks", 4: "Every 4 weeks"}
ASKED = {0: "Nobody", 3: "3 people", 5: "5 people", 10: "10 people"}


def to_review(story: Story, author: str) -> Message:
    """To each curator: a story waits. Its words stay in the review."""
    return message(
        text(bold("A story waits for you: "), f"“{shown_title(story)}” by {author}."),
        buttons(
            Button("Read it", "story review", str(story.id), style=Style.PRIMARY),
            Button("Later today", "later", "today"),
            Button("Tomorrow", "later", "tomorrow"),
        ),
        note("You get this because you are a curator or an organiser."),
    )


def waiting(stories: Sequence[Story]) -> Message:
    """The stories that wait for a curator."""
    if not stories:
        return message(text("No story waits for a curator."))
    return message(
        text(bold(f"{count(len(stories), 'story waits', 'stories wait')}, the oldest first:")),
        facts(*(fact(shown_title(each), _waits_for(each)) for each in stories[:MOST_LISTED])),
        buttons(
            *(
                Button(f"Read: {shown_title(each)[:40]}", "story review", str(each.id))
                for each in stories[:MOST_LISTED]
            )
        ),
    )


def review(
    story: Story, authors: Authors, asked: Sequence[Member], found: Sequence[Finding]
) -> Message:
    """A story as curators read it, with what the check found and what its author says to that."""
    number = str(story.id)
    check = (
        text(
            bold("The check: "),
            explained(found),
            f" The author says why it identifies nobody: “{story.by_author.reason}”",
        )
        if found
        else text(
            bold("The check: "),
            "nothing found. Please look for names and rare details all the same.",
        )
    )
    steps = {
        State.SUBMITTED: [
            Button(
                "Approve",
                "story approve",
                f"{number} {story.version}",
                style=Style.PRIMARY,
                opens_form=bool(found),
            ),
            Button("Ask for changes", "story changes", number, opens_form=True),
        ],
        State.APPROVED: [
            Button("Publish without waiting", "story publish", number, style=Style.PRIMARY),
            Button("Ask for changes", "story changes", number, opens_form=True),
        ],
        State.PUBLISHED: [take_down_button(story)],
    }.get(story.state, [])
    waits = listed([each.name for each in asked])
    return message(
        text(
            bold(f"“{shown_title(story)}”"), f": {STATES[story.state]}.\n", *byline(story, authors)
        ),
        *told(story),
        check,
        *([text(f"Not answered yet whether they agree to be named: {waits}.")] if waits else []),
        *([buttons(*steps)] if steps else []),
        note(REUSE[story.reuse]),
    )


def take_down_button(story: Story) -> Button:
    """Takes a published story down, after asking."""
    return Button(
        "Take it down", "story take down", str(story.id), style=Style.DANGER, opens_form=True
    )


def approve_form(story: Story, found: Sequence[Finding]) -> Form:
    """Why what was found identifies nobody, before a story is approved."""
    return Form(
        title="Approve the story",
        route="story approve",
        value=f"{story.id} {story.version}",
        submit="Approve",
        intro=spans(
            f"{explained(found)} The author says: “{story.by_author.reason}” "
            "It is published only with your reason too, which is recorded."
        ),
        fields=(reason_field("Why you agree that it identifies no patient"),),
    )


def changes_form(story: Story) -> Form:
    """What is to be changed."""
    return Form(
        title="Ask for changes",
        route="story changes",
        value=str(story.id),
        submit="Ask",
        fields=(
            TextField(
                "note",
                "What to change",
                hint="The author reads it",
                required=True,
                multiline=True,
                max_length=LONGEST_NOTE,
            ),
        ),
    )


def take_down_form(story: Story) -> Form:
    """Why a story is taken down."""
    return Form(
        title="Take it down",
        route="story take down",
        value=str(story.id),
        submit="Take it down",
        intro=spans(f"“{shown_title(story)}” leaves every channel, digest and the search."),
        fields=(
            TextField(
                "note", "Why", hint="The author reads it", required=True, max_length=LONGEST_REASON
            ),
        ),
    )


def changes_were_asked(story: Story) -> Message:
    """To the curator: the author has been told."""
    return message(text(f"I have told the author of “{shown_title(story)}”."), replaces=True)


def please_change(story: Story) -> Message:
    """To the author: a curator asks for changes."""
    return message(
        text(bold("A curator asks for a change "), f"to your story “{shown_title(story)}”:"),
        text(story.note),
        buttons(
            Button("Change it", "story edit", str(story.id), style=Style.PRIMARY, opens_form=True),
            Button("Later today", "later", "today"),
            Button("Tomorrow", "later", "tomorrow"),
        ),
        note("You get this because you sent the story in. “story withdraw” takes it back."),
    )


def approved(story: Story, asked: Sequence[Member], *, channels: int) -> Message:
    """To the curator: what follows from approving."""
    if not story.is_published:
        waits = listed([each.first_name for each in asked])
        return message(
            text(
                f"“{shown_title(story)}” is approved. It is published once {waits} "
                "has said whether to be named."
                if len(asked) == 1
                else f"“{shown_title(story)}” is approved. It is published once {waits} "
                "have said whether to be named."
            ),
            buttons(Button("Publish without waiting", "story publish", str(story.id))),
        )
    where = count(channels, "channel") if channels else "no channel yet (“channel stories here”)"
    return message(text(f"“{shown_title(story)}” is published, in {where}."), replaces=True)


def is_published(story: Story) -> Message:
    """To the authors: others can read it now."""
    return message(
        text(
            bold("Your story is published: "), f"“{shown_title(story)}”. Thank you for telling it."
        ),
        buttons(Button("See it", "story more", str(story.id))),
        note("I tell you when somebody wants to try it. “story withdraw” takes it back."),
    )


def taken_down(story: Story, *, posts: int) -> Message:
    """To whoever took a story down."""
    return message(
        text(
            f"“{shown_title(story)}” is taken down: it leaves {count(posts, 'message')}, "
            "the search and the digests to come. E-mails that told of it, backups, and what "
            "somebody looked up in their own chat I can’t reach."
        ),
        replaces=True,
    )


def was_taken_down(story: Story) -> Message:
    """To the author: their story was taken down, and why."""
    return message(
        text(bold("Your story was taken down: "), f"“{shown_title(story)}”."),
        text(story.note),
        buttons(Button("Open it", "story open", str(story.id))),
        note("You get this because it is your story. Nobody but you and the curators reads why."),
    )


def setup_form(setup: Setup) -> Form:
    """How often stories are told, and how many people are asked for one."""
    return Form(
        title="Set up stories",
        route="stories setup",
        fields=(
            ChoiceField(
                "digest",
                "A digest of new stories",
                tuple(Option(str(weeks), words) for weeks, words in DIGESTS.items()),
                hint="To every member, on a Thursday morning; none where there is nothing new",
                initial=(str(setup.digest_weeks),),
                required=True,
            ),
            ChoiceField(
                "asked",
                "Asked “What went well?” each Friday",
                tuple(Option(str(many), words) for many, words in ASKED.items()),
                hint="Others each week; nobody twice before everybody was asked once",
                initial=(str(setup.asked_each_week),),
                required=True,
            ),
        ),
    )


def setup_saved(setup: Setup) -> Message:
    """The rhythm of stories was chosen."""
    digest, asked = DIGESTS[setup.digest_weeks], ASKED[setup.asked_each_week]
    return message(
        text("Saved."),
        facts(fact("Digest", digest), fact("Asked “What went well?” each Friday", asked)),
    )


def report(figures: Report) -> Message:
    """How far the community's stories have spread."""
    rows = (
        ("Published", figures.published),
        ("With the curators", figures.waiting),
        ("Celebrated", figures.celebrated),
        ("Want to try one", figures.wanted),
        ("Have tried one", figures.tried),
        ("Of these in another organisation", figures.elsewhere),
    )
    most = [
        (f"{shown_title(story)}: ", spread_words(spread)) for story, spread in figures.most_tried
    ]
    tried: list[Block] = [text(bold("Tried most:")), bullets(*most)] if most else []
    return message(
        text(bold("Stories so far")),
        facts(*(fact(label, f"{number:,}") for label, number in rows)),
        *tried,
        note("Numbers alone: who tried what stands with each story."),
    )


def _waits_for(story: Story) -> str:
    return "to be read" if story.state is State.SUBMITTED else "for a co-author’s yes"
