"""What organisers see of a drafted coffee round, and of what they do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.messages import (
    Block,
    Button,
    Heading,
    LinkButton,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    message,
    note,
    text,
)
from bot.domain.coffee import Round
from bot.ids import GroupId
from bot.views.coffee_rounds import STATES, without_a_group
from bot.views.common import count, listed, moment

# A card shows a page of groups; the console shows them all.
PAGE = 8
CONSOLE = "/console/coffee"


@dataclass(frozen=True, slots=True)
class DraftedGroup:
    """A group of a draft as an organiser sees it: number in the list, names and reasons."""

    id: GroupId
    number: int
    names: tuple[str, ...]
    why: str
    is_locked: bool


def drafted(
    of: Round,
    groups: Sequence[DraftedGroup],
    *,
    total: int,
    page: int,
    left_out: Sequence[tuple[str, str]],
    quality: str,
    sends: datetime,
) -> Message:
    """A page of a draft, with what an organiser can do."""
    blocks: list[Block] = [
        Heading(f"Round {of.number} of coffee: {STATES[of.state]}"),
        text(f"{count(total, 'group')}, {quality}. It goes out on ", bold(moment(sends)), "."),
    ]
    for group in groups:
        mark = " (locked)" if group.is_locked else ""
        blocks.append(text(bold(f"{group.number}. {listed(group.names)}{mark}"), f"\n{group.why}"))
    blocks.append(_locks(groups))
    blocks.extend(without_a_group(left_out))
    turning = []
    if page > 1:
        turning.append(Button("Earlier groups", "coffee review", str(page - 1)))
    if page * PAGE < total:
        turning.append(Button("More groups", "coffee review", str(page + 1)))
    blocks.append(
        buttons(
            *turning,
            Button("Approve", "coffee approve", str(of.number), style=Style.PRIMARY),
            Button("Send now", "coffee send now", str(of.number), confirm=SEND_QUESTION),
            Button("Draft anew", "coffee redraft", str(of.number)),
            Button(
                "Cancel this round",
                "coffee cancel round",
                str(of.number),
                style=Style.DANGER,
                confirm="Shall I cancel this round? Nobody is told, because nobody knows of it.",
            ),
            LinkButton("Open in the console", CONSOLE),
        )
    )
    blocks.append(
        note(
            "Or type “coffee swap Ada with Ben” and “coffee remove Ada”; drafting anew keeps locks."
        )
    )
    return message(*blocks)


SEND_QUESTION = "Shall I send this round now?"


def to_review(of: Round, *, groups: int, hours: int | None, sends: datetime, held: bool) -> Message:
    """A draft waits for an organiser; ``hours`` are left, where it is a reminder."""
    left = "" if hours is None else f" {count(hours, 'hour')} left."
    otherwise = "it is held" if held else "it goes out all the same"
    return message(
        text(
            bold(f"Round {of.number} of coffee is drafted: {count(groups, 'group')}."),
            f" It goes out on {moment(sends)}.{left}",
        ),
        buttons(
            Button("Review", "coffee review", style=Style.PRIMARY),
            Button("Approve", "coffee approve", str(of.number)),
        ),
        note(f"If nobody approves it, {otherwise}. You get this because you are an organiser."),
    )


def approved(of: Round, sends: datetime) -> Message:
    """A draft was approved."""
    return message(
        text(f"Round {of.number} is approved and goes out on ", bold(moment(sends)), ".")
    )


def sending() -> Message:
    """A draft goes out at once."""
    return message(text("It is going out now."))


def held(of: Round) -> Message:
    """Nobody approved a draft."""
    return message(
        text(bold(f"Round {of.number} of coffee is held"), ", because nobody approved it in time."),
        buttons(
            Button("Review", "coffee review", style=Style.PRIMARY),
            Button("Send now", "coffee send now", str(of.number), confirm=SEND_QUESTION),
        ),
        note("You get this because you are an organiser."),
    )


def cancelled(of: Round) -> Message:
    """A draft was cancelled."""
    return message(text(f"Round {of.number} is cancelled. The next one comes as planned."))


def redrafting() -> Message:
    """A draft is made anew."""
    return message(text("I am drafting the round anew. You hear from me in a moment."))


def locked(number: int, *, is_locked: bool) -> Message:
    """A group was locked or unlocked."""
    words = "stays as it is when you draft anew" if is_locked else "may change when you draft anew"
    return message(text(f"Group {number} {words}."))


def swapped(groups: Sequence[Sequence[str]]) -> Message:
    """Two people changed places."""
    return message(text("Swapped:"), bullets(*((listed(names),) for names in groups)))


def removed(name: str, alone: Sequence[str]) -> Message:
    """Somebody was taken out of a draft; ``alone`` have no group for it."""
    if not alone:
        return message(text(bold(name), " is out of this round. Everybody else has a group."))
    have = "has" if len(alone) == 1 else "have"
    return message(
        text(
            bold(name),
            " is out of this round. ",
            bold(listed(alone)),
            f" {have} no group now: draft anew to find one.",
        ),
        buttons(Button("Draft anew", "coffee redraft")),
    )


def no_draft(upcoming: datetime | None) -> Message:
    """There is nothing to review."""
    when = f" The next round goes out on {moment(upcoming)}." if upcoming else ""
    return message(
        text(f"No round is waiting for review.{when}"),
        buttons(Button("See the last report", "coffee report")),
    )


def _locks(groups: Sequence[DraftedGroup]) -> Block:
    return buttons(
        *(
            Button(
                f"{'Unlock' if group.is_locked else 'Lock'} {group.number}",
                "coffee lock",
                f"{group.id} {'off' if group.is_locked else 'on'}",
            )
            for group in groups
        )
    )
