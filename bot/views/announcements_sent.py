"""What organisers see of an announcement that goes out: progress, people and confirmations."""

from collections.abc import Sequence

from bot.chat.messages import (
    Block,
    Button,
    LinkButton,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.announcement_reach import Outcome, Person, Tally, Unreached
from bot.domain.announcements import Announcement, State
from bot.views import common
from bot.views.announcements import CONFIRM, MOST_NAMES, excerpt
from bot.views.common import count

OUTCOMES = {
    Outcome.DELIVERED: "Delivered",
    Outcome.WAITING: "Waiting",
    Outcome.UNSURE: "May have arrived",
    Outcome.COULD_NOT: "Could not",
    # Who wants to hear nothing now is nobody's business but theirs.
    Outcome.KEPT: "Waiting",
    Outcome.CANCELLED: "Not sent: it was cancelled",
}
UNREACHED = {
    Unreached.NO_ACCOUNT: "no account reaches them yet",
    Unreached.OPTED_OUT: "they asked for no announcements",
}
ORGANISERS_ONLY = "You get this because you are an organiser."
YOURS = "You get this because you sent it. It is kept up to date until all is sent."


def on_its_way(announcement: Announcement, people: int, posts: int) -> Message:
    """It begins to go out."""
    number = str(announcement.number)
    to = [count(people, "person", "people")] if announcement.is_direct else []
    to += [count(posts, "channel")] if announcement.is_posted else []
    return message(
        text(bold(f"Announcement {number} is on its way to {common.listed(to)}.")),
        buttons(
            Button("Show progress", "announce show", number),
            Button("Edit the words", "announce edit", number, opens_form=True),
            _stop(number),
        ),
    )


def progress(
    announcement: Announcement, tally: Tally, *, is_report: bool = False, replaces: bool = False
) -> Message:
    """How far it has come; ``is_report`` is the card that is kept up to date by itself."""
    number = str(announcement.number)
    state = {
        State.SENDING: "is being sent",
        State.SENT: "is sent",
        State.CANCELLED: "was cancelled",
    }[announcement.state]
    return message(
        text(bold(f"Announcement {number} {state}: "), f"“{excerpt(announcement.text)}”"),
        _figures(announcement, tally),
        buttons(*_steps(announcement, tally, is_report=is_report)),
        *([note(YOURS)] if is_report else []),
        replaces=replaces,
    )


def people(
    announcement: Announcement, troubled: Sequence[Person], silent: Sequence[Person], tally: Tally
) -> Message:
    """Who could not be reached and why, and who has not confirmed yet."""
    number = str(announcement.number)
    missing = tally.could_not + tally.unsure
    blocks: list[Block] = [
        text(bold(f"Announcement {number}: "), f"“{excerpt(announcement.text)}”"),
        *_troubled(troubled, missing),
    ]
    if announcement.wants_acknowledgement:
        blocks += _confirmations(silent, tally)
    return message(*blocks, buttons(*_more(announcement, tally)))


def cancelled(announcement: Announcement, rows: int, tally: Tally) -> Message:
    """The rest does not go out."""
    number = str(announcement.number)
    return message(
        text(
            bold(f"Announcement {number} is cancelled."),
            f" {count(rows, 'message')} will not go out."
            f" {count(tally.delivered, 'person', 'people')} had it already and keep it.",
        ),
        buttons(Button("Show it", "announce show", number), _take_down(number)),
    )


def reworded(announcement: Announcement) -> Message:
    """The words are changed, wherever they are."""
    number = str(announcement.number)
    return message(
        text(
            bold(f"The words of announcement {number} are changed."),
            " Whoever has it sees the new ones in its place within a while; whoever waits gets "
            "them. An e-mail that has gone out stays as it was.",
        ),
        buttons(Button("Show progress", "announce show", number)),
    )


def reminded(announcement: Announcement, people: int) -> Message:
    """Those who have not confirmed are reminded."""
    return message(
        text(
            f"I am reminding {count(people, 'person', 'people')}: they have announcement "
            f"{announcement.number} and have not confirmed it."
        ),
    )


def taken_down(announcement: Announcement) -> Message:
    """It is removed wherever it stands."""
    return message(
        text(
            bold(f"Announcement {announcement.number} is being taken down"),
            " in every chat and channel where it stands. What went out by e-mail, what people "
            "copied and what is in backups I can’t reach.",
        ),
    )


def missed(announcement: Announcement, when: str) -> Message:
    """Its time had passed by too much."""
    number = str(announcement.number)
    return message(
        text(
            bold(f"Announcement {number} was not sent on {when}."),
            " I was off at that time, and it is too late now to send it unasked: "
            f"“{excerpt(announcement.text)}”",
        ),
        buttons(
            Button("Show it", "announce show", number),
            Button("Copy it", "announce copy", number),
        ),
        note(ORGANISERS_ONLY),
    )


def reason(person: Person) -> str:
    """Why somebody was not reached, in plain words."""
    if person.reason in set(Unreached):
        return UNREACHED[Unreached(person.reason)]
    return person.reason or OUTCOMES[person.outcome].lower()


def _figures(announcement: Announcement, tally: Tally) -> Block:
    lines = []
    if announcement.is_direct:
        lines.append(fact("Delivered", f"{tally.delivered:,} of {tally.people:,}"))
        named = (
            ("Waiting", tally.waiting + tally.kept),
            ("Could not", tally.could_not),
            ("May have arrived", tally.unsure),
            ("Not sent", tally.cancelled),
        )
        lines += [fact(label, f"{number:,}") for label, number in named if number]
        if announcement.wants_acknowledgement:
            lines.append(fact("Confirmed", f"{tally.acknowledged:,} of {tally.delivered:,}"))
    if announcement.is_posted:
        lines.append(fact("Channels", f"{tally.posted:,} of {tally.posts:,}"))
    return facts(*lines)


def _steps(
    announcement: Announcement, tally: Tally, *, is_report: bool
) -> tuple[Button | LinkButton, ...]:
    number = str(announcement.number)
    steps: list[Button | LinkButton] = []
    if announcement.state is State.SENDING:
        steps.append(_stop(number))
        if not is_report:
            steps.append(Button("Look again", "announce look", number))
    if announcement.is_direct:
        steps.append(Button("People", "announce people", number))
    if announcement.state is not State.CANCELLED:
        steps.append(Button("Edit the words", "announce edit", number, opens_form=True))
    if not is_report:
        steps += [
            *_more(announcement, tally),
            Button("Copy", "announce copy", number),
            _take_down(number),
        ]
    return tuple(steps)


def _more(announcement: Announcement, tally: Tally) -> list[Button | LinkButton]:
    number = str(announcement.number)
    found: list[Button | LinkButton] = []
    is_missing = tally.acknowledged < tally.delivered
    if announcement.wants_acknowledgement and is_missing and announcement.state is State.SENT:
        found.append(
            Button(
                "Remind the others", "announce remind", number,
                confirm=f"Remind those who have not pressed “{CONFIRM}”?",
            )
        )  # fmt: skip
    if announcement.is_direct:
        found.append(LinkButton("As a CSV file", f"/console/announcements/{number}.csv"))
    return found


def _troubled(troubled: Sequence[Person], total: int) -> list[Block]:
    if not total:
        return [text("Nobody is known to have missed it.")]
    return [
        text(bold(f"{count(total, 'person', 'people')} may have missed it:")),
        bullets(*((bold(each.name), f": {reason(each)}") for each in troubled[:MOST_NAMES])),
        *_rest(total),
    ]


def _confirmations(silent: Sequence[Person], tally: Tally) -> list[Block]:
    missing = tally.delivered - tally.acknowledged
    if missing <= 0:
        return [text(bold("Everybody who has it has confirmed it."))]
    return [
        text(
            bold(f"{tally.acknowledged:,} of {tally.delivered:,} have confirmed it."), " Not yet:"
        ),
        bullets(*((each.name,) for each in silent[:MOST_NAMES])),
        *_rest(missing),
    ]


def _rest(total: int) -> list[Block]:
    return [note(f"and {total - MOST_NAMES:,} more")] if total > MOST_NAMES else []


def _stop(number: str) -> Button:
    return Button(
        "Cancel the rest",
        "announce cancel",
        number,
        Style.DANGER,
        confirm="Send it to nobody else? Whoever has it keeps it.",
    )


def _take_down(number: str) -> Button:
    return Button(
        "Take it down",
        "announce take down",
        number,
        Style.DANGER,
        confirm="Remove it from every chat and channel where it stands?",
    )
