"""What is said about organisations: their cards, who may write them and which are missing."""

from collections.abc import Sequence

from bot.chat.forms import Form, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Paragraph,
    Style,
    bold,
    bullets,
    buttons,
    message,
    note,
    spans,
    text,
)
from bot.domain.members import Member, Organisation
from bot.domain.organisations import LONGEST_LINE, Proposal, has_words, is_complete
from bot.views.common import count
from bot.views.introductions import CARD_LINES

# A message holds fifty blocks; a proposal is three of them.
MOST_PROPOSALS = 10
MOST_MISSING = 20
# So many names of the longest there may be leave room in a message for all else.
MOST_LISTED = 60
LONGEST_WHY = 300
_HINTS = {
    "what_we_do": "For example: Two general hospitals and community services in Lewisham.",
    "for_whom": "For example: People in Lewisham, Greenwich and Bexley.",
    "who_to_ask": "For example: Members from the trust; say which hospital it is about.",
}
NOTHING_WAITS = "No card waits for you."
GONE = "That proposal waits no more. “organisation review” shows those that do."


def three_lines(card: Organisation) -> Paragraph:
    """A card in three lines below its name; a line that is missing is left out."""
    told = [(label, getattr(card, name)) for label, name in CARD_LINES]
    lines = "".join(f"\n{label}: {words}" for label, words in told if words)
    return text(bold(card.name), lines)


def card(about: Organisation, *, people: int, may_write: bool, is_organiser: bool) -> Message:
    """One organisation, and how many of its people are here."""
    blocks: list[Block] = [three_lines(about)]
    if not is_complete(about):
        gap = "Nobody has written its card yet." if not has_words(about) else "Lines are missing."
        blocks.append(text(f"{gap} Its own members and organisers can."))
    here = count(people, "person from there is", "people from there are")
    actions = [Button("Who is here", "who", about.name)] if people else []
    if may_write:
        actions.append(_write(about, "Change the card" if has_words(about) else "Write the card"))
    if actions:
        blocks.append(buttons(*actions))
    own = "" if is_organiser or not may_write else " What you write, an organiser reads first."
    return message(*blocks, note(f"{here} in this community.{own}"))


def listing(
    cards: Sequence[Organisation],
    gaps: Sequence[tuple[str, int]],
    *,
    waiting: int,
    is_organiser: bool,
) -> Message:
    """All organisations; to organisers which cards are missing, the largest first."""
    if not cards:
        return message(text("No organisation is known yet: “introduce” names the first."))
    names = ", ".join(each.name for each in cards[:MOST_LISTED])
    more = len(cards) - MOST_LISTED
    rest = f" And {more} more." if more > 0 else ""
    return message(
        text(bold(count(len(cards), "organisation"))),
        text(f"{names}.{rest}"),
        *(_for_organisers(gaps, waiting) if is_organiser else ()),
        note("“organisation” and a name shows what it does, for whom and who to ask."),
    )


def form(about: Organisation, *, is_organiser: bool) -> Form:
    """The three lines, as they stand."""
    who = (
        "Everybody sees it at once."
        if is_organiser
        else "An organiser reads it before everybody sees it."
    )
    return Form(
        title="Organisation card",
        route="organisation card",
        value=about.name,
        intro=spans(
            bold(about.name),
            f": it is shown where people look for it and in matches with its people. {who} "
            "Please name no patient, no telephone number and no address of a person.",
        ),
        fields=tuple(
            TextField(
                name,
                label,
                hint=_HINTS[name],
                required=True,
                initial=getattr(about, name),
                max_length=LONGEST_LINE,
            )
            for label, name in CARD_LINES
        ),
    )


def saved(about: Organisation) -> Message:
    """A card stands as an organiser wrote it."""
    return message(text("Everybody sees this card now:"), three_lines(about))


def proposed(about: Organisation) -> Message:
    """A member's card waits for an organiser."""
    return message(
        text(bold("Thank you. "), "An organiser reads it first, and I tell you what they say:"),
        three_lines(about),
    )


def to_review(proposal: Proposal, author: Member, *, is_told: bool = False) -> Message:
    """A card that a member proposes, to an organiser who decides."""
    why = "You get this because you are an organiser. " if is_told else ""
    return message(
        *_proposal(proposal, author),
        note(f"{why}“organisation review” shows all that wait."),
    )


def waiting(proposals: Sequence[tuple[Proposal, Member]]) -> Message:
    """All cards that wait, the oldest first."""
    if not proposals:
        return message(text(NOTHING_WAITS))
    more = len(proposals) - MOST_PROPOSALS
    return message(
        *(
            block
            for proposal, author in proposals[:MOST_PROPOSALS]
            for block in _proposal(proposal, author)
        ),
        *([note(f"And {more} more.")] if more > 0 else []),
    )


def decline_form(proposal: Proposal) -> Form:
    """Why a card is not taken over; its author reads it."""
    return Form(
        title="Do not take it over",
        route="organisation decline",
        value=str(proposal.id),
        submit="Tell them",
        fields=(
            TextField(
                "why",
                "What would have to be different?",
                hint="Whoever wrote it reads this.",
                required=True,
                multiline=True,
                max_length=LONGEST_WHY,
            ),
        ),
    )


def approved(about: Organisation) -> Message:
    """A proposal is the card now."""
    return message(text("Taken over, and its author is told."), three_lines(about), replaces=True)


def declined(about: Organisation) -> Message:
    """A proposal was not taken over."""
    return message(text(f"The card of {about.name} stays as it was, and its author is told why."))


def is_taken(about: Organisation) -> Message:
    """To the author: everybody sees the card."""
    return message(
        text(bold(f"Your card of {about.name} is taken over. "), "Thank you: everybody sees it."),
        three_lines(about),
        note("You get this because you wrote it."),
    )


def is_not_taken(about: Organisation, why: str) -> Message:
    """To the author: what would have to be different."""
    return message(
        text(bold(f"Your card of {about.name} is not taken over yet. "), f"An organiser: “{why}”"),
        buttons(_write(about, "Write it anew")),
        note("You get this because you wrote it."),
    )


def _proposal(proposal: Proposal, author: Member) -> tuple[Block, ...]:
    number = str(proposal.id)
    return (
        text(f"{author.name} proposes this card:"),
        three_lines(proposal.card),
        buttons(
            Button("Take it over", "organisation approve", number, style=Style.PRIMARY),
            Button("Not like this", "organisation decline", number, opens_form=True),
        ),
    )


def _for_organisers(gaps: Sequence[tuple[str, int]], waiting: int) -> list[Block]:
    blocks: list[Block] = []
    if gaps:
        more = len(gaps) - MOST_MISSING
        blocks += [
            text(bold("Without a whole card, the largest first:")),
            bullets(
                *((f"{name} ({count(number, 'member')})",) for name, number in gaps[:MOST_MISSING])
            ),
            *([text(f"And {more} more.")] if more > 0 else []),
            buttons(_write(Organisation(gaps[0][0]), "Write the first")),
        ]
    if waiting:
        wait = count(waiting, "proposed card waits", "proposed cards wait")
        blocks += [
            text(f"{wait} for an organiser."),
            buttons(Button("Read them", "organisation review")),
        ]
    return blocks


def _write(about: Organisation, label: str) -> Button:
    return Button(label, "organisation card", about.name, opens_form=True)
