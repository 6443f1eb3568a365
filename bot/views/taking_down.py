"""What is said where something is taken down."""

from collections.abc import Sequence

from bot.chat.forms import Form, TextField
from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
    bold,
    buttons,
    message,
    note,
    spans,
    text,
)
from bot.domain.taking_down import Gone, Item
from bot.ids import MemberId
from bot.times import local
from bot.views.common import count, day, listed

MOST_LISTED = 15
LONGEST_REASON = 300
LONGEST_TITLE = 100
WHY = "Please say why; whose it is reads it."
GONE = "I can’t find that, or it is not yours. “take down” lists what you can take down."
NEVER = "backups made before, and what somebody copied, printed or was notified of"


def listing(
    items: Sequence[Item], zone: str, asker: MemberId, *, total: int, of_all: bool
) -> Message:
    """What the asker can take down."""
    if not items:
        what = "There is nothing to take down." if of_all else "Nothing of yours is posted."
        return message(text(what))
    more = f" These are the newest {len(items)} of {total}." if total > len(items) else ""
    return message(
        text(
            bold("What shall I take down?" if of_all else "What of yours shall I take down?"), more
        ),
        *(block for each in items for block in _line(each, zone, is_own=each.owner == asker)),
        note("I ask before I do it. Or type it: “take down story 12”."),
    )


def sure(item: Item) -> Message:
    """Asked before one's own is taken down."""
    return message(
        text(bold(f"Shall I take down your {item.kind} “{_title(item)}”?"),
             " It leaves every chat, the search and what is exported."),
        text(f"I can’t reach {NEVER}."),
        buttons(Button("Take it down", "take down sure", item.name, style=Style.DANGER)),
    )  # fmt: skip


def form(item: Item) -> Form:
    """Asked before somebody else's is taken down, with the reason."""
    return Form(
        title="Take it down",
        route="take down",
        value=item.name,
        submit="Take it down",
        intro=spans(
            f"The {item.kind} “{_title(item)}” leaves every chat, the search and what is exported. "
            f"I can’t reach {NEVER}."
        ),
        fields=(
            TextField(
                "reason", "Why", hint="Whose it is reads it", required=True,
                max_length=LONGEST_REASON,
            ),
        ),
    )  # fmt: skip


def done(item: Item, gone: Gone, elsewhere: str) -> Message:
    """It is taken down, and this is what could not be reached."""
    mailed = count(gone.mailed, "e-mail that told of it", "e-mails that told of it")
    rest = [*([mailed] if gone.mailed else []), *([elsewhere] if elsewhere else []), NEVER]
    return message(
        text(
            bold(f"The {item.kind} “{_title(item)}” is taken down. "),
            f"It leaves {count(gone.posts, 'message')}, the search and what is exported.",
        ),
        text(f"I can’t reach {listed(rest)}. Where a platform deletes nothing for me, its words "
             "are replaced instead."),
        replaces=True,
    )  # fmt: skip


def announcement_was_taken_down(number: int, reason: str) -> Message:
    """Another organiser took down what somebody wrote."""
    return message(
        text(bold(f"Your announcement {number} was taken down.")),
        text(reason),
        buttons(Button("Show it", "announce show", str(number))),
        note("You get this because you wrote it."),
    )


def introduction_was_taken_down(reason: str) -> Message:
    """To a member: their introduction was taken down, and why."""
    return message(
        text(bold("Your introduction was taken down.")),
        text(reason),
        buttons(Button("Change it", "introduce", opens_form=True)),
        note("You get this because it is yours. Only you and the organiser read why."),
    )


def post_was_taken_down(title: str, reason: str) -> Message:
    """To whoever looks after a session: its post was taken down, and why."""
    return message(
        text(bold("The post of a session was taken down: "), f"“{title}”."),
        text(reason),
        note("You get this because you look after it. The session itself takes place."),
    )


def _line(item: Item, zone: str, *, is_own: bool) -> list[Block]:
    when = f", {day(local(item.at, zone).date())}" if item.at else ""
    return [
        text(bold(f"{item.name.capitalize()}: "), f"{_title(item)}{when}"),
        buttons(Button("Take it down", "take down", item.name, opens_form=not is_own)),
    ]


def _title(item: Item) -> str:
    words = item.title
    return words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1].rstrip()}…"
