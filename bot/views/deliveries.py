"""What organisers are told of deliveries: how far, uncertain, and whom they reach no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
    Words,
    bold,
    bullets,
    buttons,
    message,
    note,
    text,
)
from bot.ids import OutboxId, RoundId
from bot.views.common import as_sentence, count, moment

SUBJECTS = {
    "greeting": "Greeting",
    "organisers": "Note to organisers",
    "members": "Reading a member list",
    "coffee": "Coffee: who is in the round",
    "introduction": "Introduction",
    "hello": "Hello",
    "channel": "Trial of a channel",
    "sign-in": "Link to the web chat",
    "nudge": "E-mail about the web chat",
    "doubts": "Note to organisers",
    "unreached": "Note to organisers",
}
PLATFORMS = {"web": "the web chat", "slack": "Slack", "teams": "Teams", "mail": "e-mail"}
# How many letters long a bar is, and what it is made of; the numbers stand before it.
BAR, FULL, EMPTY = 10, "■", "□"
LOST_ONLY = "You get this because you are an organiser, at most once a day."
ORGANISERS_ONLY = "You get this because you are an organiser, at most once an hour."


@dataclass(frozen=True, slots=True)
class Line:
    """A message that may have arrived: what, for whom, where, and when it was tried."""

    id: OutboxId
    what: str
    name: str
    platform: str
    reason: str
    tried: datetime


@dataclass(frozen=True, slots=True)
class SendLine:
    """Messages to many about one subject: what it is, how many are in each state.

    ``subject`` is what it is filed under, by which it is stopped; ``reasons`` are the commonest
    for what could not be delivered, each with its number.
    """

    what: str
    subject: str
    total: int
    sent: int = 0
    waiting: int = 0
    sending: int = 0
    cannot: int = 0
    uncertain: int = 0
    cancelled: int = 0
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether some are still to go."""
        return bool(self.waiting or self.sending)

    @property
    def ended(self) -> int:
        """How many are no longer to go."""
        return self.total - self.waiting - self.sending


@dataclass(frozen=True, slots=True)
class LostLine:
    """Somebody whom a platform reaches no more, and why; ``now`` is empty where nothing does."""

    name: str
    platform: str
    reason: str
    now: str


def subject(key: str, rounds: Mapping[RoundId, int]) -> str:
    """What a delivery is about, in words that name nobody; ``rounds`` are the rounds' numbers."""
    kind, _, rest = key.partition(":")
    if kind == "round":
        number = rest.split(":")[0]
        found = rounds.get(RoundId(int(number))) if number.isdigit() else None
        return f"Coffee, round {found}" if found else "Coffee"
    if kind == "session":
        return f"Learning session {rest.split(':')[0]}"
    return SUBJECTS.get(kind, kind.capitalize())


def overview(sends: Sequence[SendLine], lines: Sequence[Line], total: int) -> Message:
    """What goes out to many, and the uncertain messages, each to be sent again or left."""
    if not sends:
        return doubts(lines, total)
    uncertain = doubts(lines, total).blocks if lines else ()
    is_under_way = any(each.is_under_way for each in sends)
    more = [Button("Show how far it is now", "deliveries")] if is_under_way else []
    return Message(
        (
            *uncertain,
            *(block for each in sends for block in _send(each)),
            *([buttons(*more)] if more else []),
        ),
        replaces=True,
    )


def doubts(lines: Sequence[Line], total: int) -> Message:
    """The uncertain messages, each to be sent again or left."""
    if not lines:
        return message(text("I know of every message whether it arrived. There is nothing to do."))
    more = f" These are the newest {len(lines)}." if total > len(lines) else ""
    return message(
        text(
            bold(f"I don’t know whether {count(total, 'message')} arrived."),
            " The connection broke while I sent them. Sent again, a message may arrive twice; "
            f"left, perhaps never.{more}",
        ),
        *(block for line in lines for block in _line(line)),
        note("The console shows all deliveries. Their words are shown to nobody."),
    )


def doubted() -> Message:
    """Something became uncertain."""
    return message(
        text(
            bold("I don’t know whether some messages arrived."),
            " The connection broke while I sent them, and I did not send them twice.",
        ),
        buttons(Button("Show them", "deliveries")),
        note(ORGANISERS_ONLY),
    )


def lost_some() -> Message:
    """Some accounts turned out to be gone."""
    return message(
        text(
            bold("I can’t reach some people where I used to."),
            " What I had for them went another way, if I know one.",
        ),
        buttons(Button("Show who and why", "unreached")),
        note(LOST_ONLY),
    )


def unreached(lines: Sequence[LostLine], total: int) -> Message:
    """Who is reached no more at an account, where they are reached now, and what can be done."""
    if not lines:
        return message(text("Every account and address that I know works, as far as I can tell."))
    more = f" These are the newest {len(lines)}." if total > len(lines) else ""
    is_anybody_lost = any(not line.now for line in lines)
    advice = (
        "Ask whoever nothing reaches to write to me from an account that works, or to give me an "
        "e-mail address: an import with their name takes it. "
        if is_anybody_lost
        else ""
    )
    return message(
        text(bold(f"{count(total, 'account')} can’t be reached any more."), more),
        bullets(*(_lost(line) for line in lines)),
        note(f"{advice}As soon as somebody writes to me from an account, I use it again."),
    )


def progress(line: SendLine) -> str:
    """How far messages to many are, in numbers: "412 of 2,000 sent, 10 being sent"."""
    others = (
        (line.sending, "being sent"),
        (line.waiting, "waiting"),
        (line.cannot, "could not be delivered"),
        (line.uncertain, "uncertain"),
        (line.cancelled, "cancelled"),
    )
    told = [f"{number:,} {state}" for number, state in others if number]
    return ", ".join([f"{line.sent:,} of {line.total:,} sent", *told])


def stopped(line: SendLine, cancelled: int) -> Message:
    """The rest of messages to many was cancelled."""
    parts = [f"{line.sent:,} of {line.total:,} were sent", f"{cancelled:,} cancelled"]
    if line.cannot:
        parts.append(f"{line.cannot:,} could not be delivered")
    if line.uncertain:
        parts.append(f"{line.uncertain:,} are uncertain")
    if line.sending:
        were = "was" if line.sending == 1 else "were"
        parts.append(f"{line.sending:,} {were} under way and may still arrive")
    return message(text(bold(f"{line.what}: stopped."), f" {', '.join(parts)}."))


def sent_elsewhere(reason: str, platform: str) -> str:
    """Why a message could not be delivered, and that it took another way."""
    return f"{as_sentence(reason)} It was sent by {PLATFORMS.get(platform, platform)} instead."


def sent_again() -> Message:
    """A message is under way once more."""
    return message(
        text("I am sending it again now."), buttons(Button("Show what is left", "deliveries"))
    )


def left() -> Message:
    """A message is left as it is."""
    return message(
        text("I leave it at that and send nothing."),
        buttons(Button("Show what is left", "deliveries")),
    )


def _send(line: SendLine) -> list[Block]:
    filled = BAR * line.ended // line.total
    bar = f"{FULL * filled}{EMPTY * (BAR - filled)}"
    said: list[Block] = [text(bold(line.what), f": {progress(line)}. {bar}")]
    if line.reasons:
        told = [(f"{number:,} × {as_sentence(reason)}",) for reason, number in line.reasons]
        said.append(bullets(*told))
    if not line.waiting:
        return said
    stop = Button(
        "Cancel the rest",
        "deliveries stop",
        line.subject,
        style=Style.DANGER,
        confirm=f"Cancel the {line.waiting:,} that wait? Those people get nothing then.",
    )
    return [*said, buttons(stop)]


def _lost(line: LostLine) -> tuple[Words, ...]:
    where = PLATFORMS.get(line.platform, line.platform.capitalize())
    now = PLATFORMS.get(line.now, line.now.capitalize())
    instead = f"I write to them by {now} now." if line.now else "Nothing else reaches them."
    return bold(line.name), f", by {where}: {as_sentence(line.reason)} {instead}"


def _line(line: Line) -> list[Block]:
    whom = f" to {line.name}" if line.name else ""
    where = PLATFORMS.get(line.platform, line.platform.capitalize())
    return [
        text(
            bold(f"{line.what}{whom}"),
            f", by {where}, {moment(line.tried)}. {as_sentence(line.reason)}",
        ),
        buttons(
            Button(
                "Send again",
                "delivery again",
                str(line.id),
                confirm="Send it again? If it did arrive, it is there twice then.",
            ),
            Button("Leave it", "delivery leave", str(line.id)),
        ),
    ]
