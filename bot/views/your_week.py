"""The weekly card: what could wait, or was more than a week should hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.chat.messages import (
    Block,
    Button,
    Buttons,
    Heading,
    Message,
    Words,
    bold,
    buttons,
    message,
    note,
    text,
)
from bot.domain.calm import Programme, Why
from bot.views.common import count

# A card of more entries is not read on a phone, and must stay below what Slack and Teams take
# (50 blocks, 25 kB) with long titles too.
MOST_ENTRIES = 8
SECTIONS = {
    Programme.COFFEE: "Coffee",
    Programme.INTRODUCTIONS: "Introductions",
    Programme.SESSIONS: "Learning sessions",
    Programme.STORIES: "Stories",
    Programme.PULSE: "Pulse",
    Programme.ANNOUNCEMENTS: "Announcements",
    Programme.PROMPTS: "Questions",
    Programme.COMMUNITY: "Other",
}
WHY = {
    Why.CAN_WAIT: "",
    Why.LIMIT: "Moved here because you had enough messages that week.",
    Why.QUIET: "Moved here because the organisers kept it quiet.",
    Why.SILENCE: "Kept for you because you wanted no messages.",
}
HOW_TO_STOP = (
    "You get this at most once a week, and not in an empty week. “best time 12:30” sets when, "
    "“pause everything 2 weeks” and “stop” end it."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the card; ``number`` is what its button names."""

    number: int
    programme: Programme
    title: str
    why: Why


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """The entries by section, in each the oldest first."""
    order = list(Programme)
    return sorted(entries, key=lambda each: order.index(each.programme))


def card(entries: Sequence[Entry], *, opening: str = "") -> Message:
    """What waited for a member; ``opening`` says what else there is to tell them."""
    shown = ordered(entries)[:MOST_ENTRIES]
    rest = len(entries) - len(shown)
    blocks: list[Block] = [Heading("Your week")]
    if opening:
        blocks.append(text(opening))
    blocks += _listed(shown, first=1)
    if rest:
        blocks.append(text(f"And {rest:,} more."))
        blocks.append(buttons(Button(f"Show all {len(entries):,}", "your week")))
    return message(*blocks, note(HOW_TO_STOP))


def page(entries: Sequence[Entry], *, number: int) -> Message:
    """A page of all that can be read, the first being 1; none of them is ever left out."""
    pages = pages_of(len(entries))
    first = (number - 1) * MOST_ENTRIES
    shown = ordered(entries)[first : first + MOST_ENTRIES]
    title = "Your week" if pages == 1 else f"Your week, page {number} of {pages}"
    blocks: list[Block] = [Heading(title), *_listed(shown, first=first + 1)]
    if number < pages:
        blocks.append(buttons(Button("Show more", "your week", str(number + 1))))
    return message(*blocks, note(HOW_TO_STOP))


def pages_of(entries: int) -> int:
    """How many pages so many entries take."""
    return max(1, -(-entries // MOST_ENTRIES))


def on_page(entries: Sequence[Entry], number: int) -> list[int]:
    """The numbers of those that a page shows."""
    first = (number - 1) * MOST_ENTRIES
    return [each.number for each in ordered(entries)[first : first + MOST_ENTRIES]]


def nothing(weekly_limit: int) -> Message:
    """Nothing waits."""
    most = count(weekly_limit, "message")
    return message(
        text(f"Nothing waits for you. I send at most {most} a week by myself; the rest waits here.")
    )


def opened(kept: Message) -> Message:
    """The message behind an entry; what would bring the card again later is not on it."""
    blocks = [_without_later(block) for block in kept.blocks]
    return replace(kept, blocks=tuple(block for block in blocks if block is not None), token="")


def quiet_is_over(why: str) -> str:
    """What opens the card once organisers end a quiet time."""
    reason = f" ({why})" if why else ""
    return f"The quiet time{reason} is over, and everything goes on as usual."


def _listed(shown: Sequence[Entry], *, first: int) -> list[Block]:
    blocks: list[Block] = []
    section: Programme | None = None
    for place, each in enumerate(shown, start=first):
        if each.programme is not section:
            section = each.programme
            blocks.append(text(bold(SECTIONS[section])))
        why: tuple[Words, ...] = (f"\n{WHY[each.why]}",) if WHY[each.why] else ()
        blocks.append(text(f"{place}. {each.title}", *why))
        blocks.append(buttons(Button(f"Show {place}", "your week show", str(each.number))))
    return blocks


def _without_later(block: Block) -> Block | None:
    if not isinstance(block, Buttons):
        return block
    items = tuple(
        item for item in block.items if not (isinstance(item, Button) and item.route == "later")
    )
    return Buttons(items) if items else None
