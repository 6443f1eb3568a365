"""What an announcement says to those it is for, and what organisers see while they make one."""

from collections.abc import Sequence

from bot.chat.messages import (
    Block,
    Button,
    Divider,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    plain,
    text,
)
from bot.domain import cadences
from bot.domain.announcement_reach import Reach
from bot.domain.announcement_text import blocks
from bot.domain.announcements import Announcement, State, Way
from bot.domain.audience_words import said
from bot.domain.channels import Place
from bot.times import IfOff
from bot.views import common
from bot.views.common import count, listed, moment

CONFIRM = "I have read this"
NOW = "as soon as you say so"
STATES = {
    State.DRAFT: "draft",
    State.SCHEDULED: "scheduled",
    State.SENDING: "being sent",
    State.SENT: "sent",
    State.CANCELLED: "cancelled",
}
IF_OFF = {
    IfOff.AS_PLANNED: "As planned",
    IfOff.MOVE: "On the next working day, at the same time",
    IfOff.SKIP: "Not at all",
}
# A card names so many people and counts the rest.
MOST_NAMES = 20
EXCERPT = 60
# No audience narrows a post: the bot may not read who is in a channel.
ALL_THERE = "everybody there sees it"


def letter(announcement: Announcement, community: str, *, asks: bool = True) -> Message:
    """What one person gets; with ``asks`` it asks for a confirmation where one is wanted."""
    number = str(announcement.number)
    question: tuple[Block, ...] = ()
    if announcement.wants_acknowledgement and asks:
        question = (
            text("Please confirm that you have read this."),
            buttons(
                Button(CONFIRM, "announce read", number, Style.PRIMARY),
                Button("Later today", "later", "today"),
                Button("Tomorrow", "later", "tomorrow"),
            ),
        )
    revised = " It was changed after it was first sent." if announcement.is_revised else ""
    return message(
        *blocks(announcement.text),
        *question,
        note(
            f"From the organisers of {community}, to members it concerns.{revised} "
            "Type “announce off” to get no more of these."
        ),
    )


def reminder(letter_: Message) -> Message:
    """The same once more, to whoever has not confirmed it."""
    return message(
        text(bold("A reminder: "), "please confirm that you have read this."), *letter_.blocks
    )


def post(announcement: Announcement, community: str) -> Message:
    """What a channel shows; a confirmation is personal and is never asked for there."""
    revised = " It was changed after it was first posted." if announcement.is_revised else ""
    return message(
        *blocks(announcement.text), note(f"From the organisers of {community}.{revised}")
    )


def confirmed(letter_: Message, when: str) -> Message:
    """The card of somebody who has confirmed it."""
    return message(
        *letter_.blocks, text(bold(f"You confirmed this on {when}."), " Thank you."), replaces=True
    )


def preview(
    announcement: Announcement,
    letter_: Message,
    reach: Reach,
    channels: Sequence[str],
    *,
    upcoming: str = "",
    is_changed: bool = False,
) -> Message:
    """How it will look, whom it will reach, and what can be done with it."""
    number = announcement.number
    state = "is a draft" if announcement.state is State.DRAFT else "is scheduled"
    opening = "is changed" if is_changed else state
    shown = [block for block in letter_.blocks if not _is_question(block)]
    return message(
        text(bold(f"Announcement {number} {opening}."), " This is how it will look:"),
        Divider(),
        *shown,
        Divider(),
        _summary(announcement, reach, channels, upcoming),
        *_warnings(announcement, reach, channels),
        buttons(*_open_buttons(announcement, reach, channels)),
    )


def scheduled(announcement: Announcement, upcoming: str) -> Message:
    """It waits for its time."""
    number = str(announcement.number)
    return message(
        text(
            bold(f"Announcement {number} goes out on {upcoming}."),
            f" It then goes out {cadences.said(announcement.when)}."
            if announcement.when and announcement.is_repeating
            else "",
            " Whom it is for is looked up at that time.",
        ),
        buttons(Button("Show it", "announce show", number), *_cancel(announcement)),
    )


def listing(lines: Sequence[tuple[Announcement, str]], total: int) -> Message:
    """The newest announcements, each with how it stands."""
    if not lines:
        return message(
            text("Nothing has been announced yet."),
            buttons(Button("Write one", "announce", opens_form=True)),
        )
    return message(
        text(bold(count(total, "announcement")), ", the newest first:"),
        bullets(
            *(
                (bold(f"{each.number} "), f"{excerpt(each.text)} ({standing})")
                for each, standing in lines
            )
        ),
        buttons(
            *(
                Button(f"Show {each.number}", "announce show", str(each.number))
                for each, _ in lines[:4]
            ),
            Button("Write one", "announce", opens_form=True),
        ),
        note("“announce show” and a number shows any of them."),
    )


def audience_count(words: str, reach: Reach) -> Message:
    """How many some words mean."""
    opening = f"{words[:1].upper()}{words[1:]}: {count(reach.meant, 'member')}."
    gaps = _gaps(reach)
    return message(text(bold(opening), f" {gaps}") if gaps else text(bold(opening)))


def removed(announcement: Announcement) -> Message:
    """A draft, or what was scheduled, goes out no more."""
    return message(
        text(f"Announcement {announcement.number} is cancelled. Nobody got it."), replaces=True
    )


def excerpt(written: str) -> str:
    """The first words of an announcement, on one line and without its markup."""
    line = " ".join(plain(Message(blocks(written))).split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"


def how(announcement: Announcement) -> str:
    """As what it goes out, in a few words."""
    return {
        Way.DIRECT: "a message to each person",
        Way.CHANNELS: "a post in channels",
        Way.BOTH: "a message to each person, and a post in channels",
    }[announcement.way]


def _summary(
    announcement: Announcement, reach: Reach, channels: Sequence[str], upcoming: str
) -> Block:
    lines = [
        fact("For", said(announcement.audience)),
        fact("As", how(announcement)),
        fact("Reaches", f"{count(reach.reached, 'person', 'people')} of {reach.meant:,}"),
    ]
    if announcement.way is Way.CHANNELS:
        lines = [fact("As", how(announcement))]
    if announcement.is_posted:
        names = listed(list(channels))
        lines.append(fact("Channels", f"{names}; {ALL_THERE}" if names else "none is set"))
    lines.append(fact("When", _when(announcement, upcoming)))
    if announcement.when is not None:
        lines.append(fact("On a bank holiday", IF_OFF[announcement.if_off]))
    if announcement.is_direct:
        asks = f"asked for with “{CONFIRM}”" if announcement.wants_acknowledgement else "not asked"
        lines.append(fact("Confirmation", asks))
        quiet = "it waits until they end" if announcement.respects_quiet else "it goes out at once"
        lines.append(fact("In quiet hours", quiet))
    return facts(*lines)


def _when(announcement: Announcement, upcoming: str) -> str:
    when = announcement.when
    if when is None:
        return NOW
    first = moment(when.start)
    if not when.is_repeating:
        return upcoming or first
    then = f"; next on {upcoming}" if upcoming else f", first on {first}"
    return f"{cadences.said(when)}{then}"


def _warnings(
    announcement: Announcement, reach: Reach, channels: Sequence[str]
) -> tuple[Block, ...]:
    found: list[Block] = []
    if announcement.is_direct and reach.meant > reach.reached:
        found.append(text(_gaps(reach)))
    if announcement.is_posted and not channels:
        found.append(text("No channel is set for announcements. “channel announcements” says how."))
    return tuple(found)


def _gaps(reach: Reach) -> str:
    """Who of those meant gets nothing, and why, in sentences."""
    unreached = f"No account reaches {reach.no_account:,} of them yet." if reach.no_account else ""
    opted_out = (
        f"{reach.opted_out:,} of them asked for no announcements." if reach.opted_out else ""
    )
    return " ".join(filter(None, (unreached, opted_out)))


def _open_buttons(
    announcement: Announcement, reach: Reach, channels: Sequence[str]
) -> tuple[Button, ...]:
    number = str(announcement.number)
    people = count(reach.reached, "person", "people") if announcement.is_direct else ""
    posts = count(len(channels), "channel") if announcement.is_posted else ""
    to = listed(list(filter(None, (people, posts))))
    edit = Button("Edit", "announce edit", number, opens_form=True)
    if announcement.state is State.SCHEDULED:
        return (edit, *_cancel(announcement))
    send = Button("Send now", "announce send", number, Style.PRIMARY, confirm=f"Send it to {to}?")
    if announcement.when is not None:
        send = Button("Schedule", "announce send", number, Style.PRIMARY)
    drop = Button("Drop it", "announce cancel", number, Style.DANGER, confirm="Drop this draft?")
    return (send, edit, drop)


def _cancel(announcement: Announcement) -> tuple[Button, ...]:
    return (
        Button(
            "Cancel",
            "announce cancel",
            str(announcement.number),
            Style.DANGER,
            confirm="Cancel it? It will not go out.",
        ),
    )


def _is_question(block: Block) -> bool:
    return isinstance(block, type(buttons()))


def place_name(place: Place) -> str:
    """What people call a workspace."""
    kind = common.platform(place.platform)
    return f"{kind}: {place.name}" if place.name else kind
