"""What stories say to their authors: the form, drafts, the check and co-authors."""

from collections.abc import Sequence

from bot.chat.forms import (
    CheckField,
    ChoiceField,
    Field,
    Form,
    Option,
    PersonField,
    TextField,
    options,
)
from bot.chat.messages import (
    Button,
    Message,
    Style,
    bold,
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
from bot.domain.stories import Act, State, Story, allows, missing, shown_title
from bot.domain.stories_form import LONGEST, Choices
from bot.views import stories_coauthors as coauthors
from bot.views.common import listed
from bot.views.stories import LABELS, REUSE, told

CONSENT = "I agree that members of this community see this story, with my name."
LONGEST_REASON = 300
# Buttons and lines of a list; older stories are found by “stories”.
MOST_LISTED = 10
STATES = {
    State.DRAFT: "Draft, seen by you and your co-authors",
    State.SUBMITTED: "With the curators",
    State.CHANGES_ASKED: "Waits for your changes",
    State.APPROVED: "Approved; a co-author has not answered yet",
    State.PUBLISHED: "Published",
    State.WITHDRAWN: "Withdrawn",
}
NEEDED_WORDS = {
    "changed": "what changed",
    "whom": "for whom",
    "consent": "your consent",
}
NOT_YOURS = "That is no story of yours. “story mine” shows those that are."
WHY = "Please say in a few words why, for example “It is the ward’s own number”."
HOW_TO_REASON = "For example “It is the ward’s own number”. Curators read it, and it is recorded."


def form(story: Story, choices: Choices, *, is_draft: bool = False) -> Form:
    """The one form of a story, with what is there filled in; a draft may lack anything."""
    is_again = bool(story.id)
    opening = (
        "A published story leaves the channel until a curator has read the change. "
        if story.is_published
        else ""
    )
    rest = "" if is_draft else " No time to finish? “story draft” keeps what you have."
    return Form(
        title="Change your story" if is_again else "Tell a story",
        route="story keep" if is_draft else "story save",
        value=str(story.id) if is_again else "",
        submit="Keep the draft" if is_draft else "Send it",
        intro=spans(
            f"{opening}Only what changed, for whom and your consent are needed. Please name no "
            f"patient, and nothing by which one could be known.{rest}"
        ),
        fields=(
            _lines(story, "changed", hint="In a sentence or two", required=not is_draft),
            _line("whom", LABELS["whom"], story.whom, required=not is_draft),
            _line("title", "A title", story.title),
            _lines(story, "problem"),
            _lines(story, "done"),
            _lines(story, "differently"),
            *_choice("place", "Borough", choices.places, story.place),
            *_choice("priority", "Which priority it serves", choices.priorities, story.priority),
            _line("tags", "Tags", ", ".join(story.tags), hint="With commas between"),
            PersonField(
                "coauthor",
                "A co-author",
                hint="They are asked whether they agree; you can add more afterwards",
            ),
            ChoiceField(
                "reuse",
                "What others may do with it",
                tuple(Option(each, words) for each, words in REUSE.items()),
                initial=(story.reuse,),
            ),
            CheckField("consent", CONSENT, required=not is_draft, initial=story.has_consent),
        ),
    )


def kept(story: Story, people: Sequence[Member]) -> Message:
    """A draft was kept, with what it still needs."""
    number = str(story.id)
    gaps = [NEEDED_WORDS[name] for name in missing(story)]
    send = Button("Send it to the curators", "story send", number, style=Style.PRIMARY)
    finish = Button(
        "Finish and send it", "story edit", number, style=Style.PRIMARY, opens_form=True
    )
    return message(
        text(
            bold(f"“{shown_title(story)}”"),
            " is kept as a draft.",
            f" It still needs {listed(gaps)}." if gaps else "",
        ),
        *coauthors.named(story, people),
        buttons(
            Button("Go on writing", "story draft", number, opens_form=True),
            *([finish] if gaps else [send]),
            Button("Add a co-author", "story coauthor", number, opens_form=True),
        ),
        note("“story mine” brings it back."),
    )


def drafts(stories: Sequence[Story]) -> Message:
    """Drafts that were begun, to somebody who wants to tell a story."""
    return message(
        text(bold("You have begun a story already. "), "Go on with it, or begin another?"),
        buttons(
            *(
                Button(
                    f"Go on: {shown_title(each)[:40]}", "story edit", str(each.id), opens_form=True
                )
                for each in stories
            ),
            Button("A new story", "story new", opens_form=True),
        ),
    )


def held(story: Story, found: Sequence[Finding]) -> Message:
    """The check found something: the story stays a draft until its author has looked at it."""
    return message(
        text(
            bold("I have kept your story as a draft, and sent it to nobody. "),
            f"Something in it could identify a person: {explained(found)}",
        ),
        facts(*(fact(_field(each), f"“{each.words[:60]}”, {each.kind}") for each in found[:10])),
        text(
            "Please take it out. If it identifies no patient, say why; a curator looks at it "
            "too before anything is published."
        ),
        buttons(
            Button("Change it", "story edit", str(story.id), style=Style.PRIMARY, opens_form=True),
            Button("It identifies nobody", "story clear", str(story.id), opens_form=True),
        ),
        note("I can’t know every name or rare illness: please read it once more yourself."),
    )


def clear_form(story: Story, found: Sequence[Finding]) -> Form:
    """Why what was found identifies nobody."""
    return Form(
        title="It identifies nobody",
        route="story clear",
        value=str(story.id),
        submit="Send it",
        intro=spans(explained(found)),
        fields=(reason_field("Why it identifies no patient"),),
    )


def reason_field(label: str) -> TextField:
    """The reason that is recorded."""
    return TextField("reason", label, hint=HOW_TO_REASON, required=True, max_length=LONGEST_REASON)


def sent(story: Story, people: Sequence[Member]) -> Message:
    """A story is with the curators."""
    return message(
        text(
            bold("Thank you. "),
            f"“{shown_title(story)}” is with the curators; I tell you what they say.",
        ),
        *coauthors.named(story, people),
        buttons(
            Button("Add a co-author", "story coauthor", str(story.id), opens_form=True),
            Button("Change it", "story edit", str(story.id), opens_form=True),
        ),
        note("Take it back at any time with “story withdraw”."),
    )


def mine(stories: Sequence[Story]) -> Message:
    """A member's own stories and where they stand."""
    if not stories:
        return message(
            text("You have told no story yet. What went well lately?"),
            buttons(Button("Tell a story", "story", style=Style.PRIMARY, opens_form=True)),
        )
    return message(
        text(bold("Your stories:")),
        facts(*(fact(shown_title(each), STATES[each.state]) for each in stories[:MOST_LISTED])),
        buttons(
            *(
                Button(f"Open: {shown_title(each)[:40]}", "story open", str(each.id))
                for each in stories[:MOST_LISTED]
            ),
            Button("A new story", "story new", opens_form=True),
        ),
    )


def opened(story: Story, people: Sequence[Member], *, is_author: bool) -> Message:
    """One of a member's own stories, with what can be done with it."""
    number = str(story.id)
    steps = [
        Button("Change it", "story edit", number, opens_form=True),
        *(
            [Button("Send it to the curators", "story send", number, style=Style.PRIMARY)]
            if allows(story, Act.SUBMIT) and not missing(story)
            else []
        ),
        Button("Add a co-author", "story coauthor", number, opens_form=True),
        *(
            [
                Button(
                    "Withdraw it",
                    "story withdraw",
                    number,
                    style=Style.DANGER,
                    confirm="It leaves every channel and the search.",
                )
            ]
            if allows(story, Act.WITHDRAW)
            else []
        ),
    ]
    leave = Button("Take my name off", "story decline", number)
    return message(
        text(bold(f"“{shown_title(story)}”"), f": {STATES[story.state]}."),
        *([text(bold("Asked for: "), story.note)] if story.note else []),
        *told(story),
        *coauthors.named(story, people),
        buttons(*(steps if is_author else [leave])),
    )


def withdrawn(story: Story, *, posts: int) -> Message:
    """An author took their story back."""
    where = ", and it leaves the stories channel" if posts else ""
    return message(
        text(
            f"“{shown_title(story)}” is withdrawn: nobody finds it any more{where}. "
            "E-mails that told of it, and backups, I can’t reach."
        ),
        buttons(Button("Open it", "story open", str(story.id))),
        replaces=True,
    )


def which(stories: Sequence[Story]) -> Message:
    """Which story to withdraw."""
    if not stories:
        return message(text("You have no story that could be withdrawn."))
    return message(
        text("Which one?"),
        buttons(
            *(
                Button(f"Withdraw: {shown_title(each)[:40]}", "story withdraw", str(each.id))
                for each in stories[:MOST_LISTED]
            )
        ),
    )


def _field(finding: Finding) -> str:
    return {"title": "The title", "tags": "Tags", **LABELS}.get(finding.field, "Your story")


def _line(
    name: str, label: str, initial: str, *, hint: str = "", required: bool = False
) -> TextField:
    return TextField(
        name, label, hint=hint, required=required, initial=initial, max_length=LONGEST[name]
    )


def _lines(story: Story, name: str, *, hint: str = "", required: bool = False) -> TextField:
    return TextField(
        name,
        LABELS[name],
        hint=hint,
        required=required,
        initial=getattr(story, name),
        multiline=True,
        max_length=LONGEST[name],
    )


def _choice(name: str, label: str, words: Sequence[str], chosen: str) -> tuple[Field, ...]:
    """A choice among a vocabulary's words; nothing where the vocabulary is empty."""
    every = dict.fromkeys((*words, *([chosen] if chosen else [])))
    if not every:
        return ()
    initial = (chosen,) if chosen else ()
    return (ChoiceField(name, label, options(*every), initial=initial),)
