"""What a member reads of their own time, and of the sessions in their calendar."""

from datetime import date

from bot.chat.messages import (
    Button,
    Heading,
    LinkButton,
    Message,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.sessions import Session
from bot.domain.sessions_record import MEETING_MINUTES, Entry, Record
from bot.views.common import count, day
from bot.views.sessions import length

# A message holds so many lines without becoming a scroll; the file has all of them.
MOST_LINES = 30


def nothing_yet(year: int | None) -> Message:
    """Nothing was attended or confirmed."""
    when = f" in {year}" if year else " yet"
    return message(
        text(f"I have no session or meeting of yours noted{when}."),
        buttons(Button("See the sessions", "sessions"), Button("My coffees", "coffee history")),
        note("A session counts once you check in or its organiser notes that you were there; a "
             "coffee counts once you say that you met. Only you see this."),
    )  # fmt: skip


def certificate(
    of: Record, *, name: str, community: str, year: int | None, secret: str, today: date
) -> Message:
    """A certificate of participation, to copy or to download."""
    shown = of.entries[-MOST_LINES:]
    earlier = len(of.entries) - len(shown)
    first, last = of.entries[0].on, of.entries[-1].on
    return message(
        Heading("Certificate of participation"),
        text(bold(name), f" took part in the following activities of {community}, from "
             f"{_dated(first)} to {_dated(last)}:"),
        facts(
            fact("Learning sessions attended", str(of.sessions)),
            fact("Peer meetings confirmed", str(of.meetings)),
            fact("Time in all", length(of.minutes)),
        ),
        *((note(f"{count(earlier, 'earlier entry', 'earlier entries')} in the file."),)
          if earlier else ()),
        bullets(*((_line(each),) for each in shown)),
        text(f"As noted by the community’s bot on {_dated(today)}. A session counts its planned "
             f"length, a meeting {count(MEETING_MINUTES, 'minute')}."),
        buttons(LinkButton("Download all as a spreadsheet", f"/my-time/{secret}.csv")),
        note("Only you see this. The file can be downloaded for an hour; ask again for another. "
             + (f"This is {year} only; “my time” shows all." if year else
                "“my time 2026” shows one year.")),
    )  # fmt: skip


def feed(secret: str) -> Message:
    """The address of the calendar feed."""
    return message(
        text("Give this address to your calendar (“subscribe”, “from URL”), and every session of "
             "the community appears there, changes and cancellations included."),
        buttons(LinkButton("The calendar’s address", f"/calendar/{secret}.ics")),
        text("How to join online is not in it: that is told to those who have a place."),
        note("Keep it to yourself: whoever has it sees the sessions. I can’t show it again; "
             "“sessions calendar stop” ends it."),
    )  # fmt: skip


def feed_stopped(number: int) -> Message:
    """No address opens any more."""
    if not number:
        return message(text("You have no calendar address, so there is nothing to end."))
    return message(
        text(f"Ended: {count(number, 'address', 'addresses')} of yours opens nothing any more."),
        buttons(Button("Make a new one", "sessions calendar")),
    )


def calendar_entry(session: Session, *, is_going: bool) -> str:
    """A session's description in a calendar; how to join online for those with a place."""
    details = session.details
    way = [
        f"Join online: {details.link}" if details.link else "",
        f"Or dial in: {details.dial_in}" if details.dial_in else "",
    ]
    lines = (
        f"With {details.speakers}" if details.speakers else "",
        details.about,
        *(way if is_going else ()),
        f"Ask the bot for “sessions show {session.id}”.",
    )
    return "\n".join(line for line in lines if line)


def feed_name(community: str) -> str:
    """What the community's calendar is called."""
    return f"Learning sessions, {community}"


def _line(each: Entry) -> str:
    who = f", with {each.who}" if each.who else ""
    return f"{_dated(each.on)}: {each.what}{who}, {length(each.minutes)}"


def _dated(on: date) -> str:
    return f"{day(on)} {on.year}"
