"""The audit log as sentences: who did what, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.messages import (
    Button,
    LinkButton,
    Message,
    bold,
    bullets,
    buttons,
    message,
    note,
    text,
)
from bot.views.common import MONTHS, count

DEEDS = {
    "account unlinked": "unlinked one of their own accounts",
    "accounts joined": "joined two accounts of one person",
    "acted for a member": "acted for a member who asked",
    "announce cancel": "cancelled an announcement",
    "announce copy": "copied an announcement",
    "announce remind": "reminded of an announcement",
    "announce reword": "changed the words of an announcement",
    "announce save": "wrote an announcement",
    "announce schedule": "scheduled an announcement",
    "announce send": "sent an announcement",
    "announce take down": "took an announcement down",
    "calm setup": "set how calm the community is",
    "channel off": "stopped posting",
    "channel set": "chose a channel",
    "coffee approve": "approved a drafted round",
    "coffee ask": "asked who is in for a round",
    "coffee cancel round": "cancelled a round",
    "coffee lock": "locked a group of the draft",
    "coffee redraft": "had a round drafted anew",
    "coffee remove": "took somebody out of the draft",
    "coffee run": "started a round",
    "coffee send now": "sent a drafted round at once",
    "coffee setup": "set coffee up",
    "coffee skip": "left a round out",
    "coffee skip undo": "took back that a round is left out",
    "coffee stop rounds": "stopped the rounds of coffee",
    "coffee swap": "swapped two people in the draft",
    "deliveries stop": "stopped messages that were going out",
    "delivery again": "had an uncertain message sent again",
    "delivery leave": "left an uncertain message",
    "export": "exported the community’s data",
    "introduction taken down": "took an introduction down",
    "member left": "left the community",
    "member moved": "moved a member to another account",
    "members imported": "imported members",
    "organiser added": "named an organiser on leaving",
    "organisation sector": "changed an organisation’s sector",
    "prompts ask": "had a question asked",
    "prompts pause": "paused questions",
    "prompts resume": "went on with questions",
    "prompts save": "set questions up",
    "prompts skip": "left a question out",
    "prompts skip undo": "took back that a question is left out",
    "prompts stop": "ended questions",
    "quiet over": "ended a quiet time",
    "quiet until": "began a quiet time",
    "role curator": "made a curator of",
    "role member": "made a plain member of",
    "role organiser": "made an organiser of",
    "sessions attendance": "noted who was at a session",
    "sessions cancel": "cancelled a session",
    "sessions create": "planned a session",
    "sessions edit": "changed a session",
    "sessions hand over": "handed a session over",
    "sessions materials add": "added materials to a session",
    "sessions materials remove": "took materials from a session",
    "sessions post": "had a session posted",
    "sessions post taken down": "took the post of a session down",
    "sessions repeat": "made a session repeat",
    "sessions repeat stop": "stopped a session from repeating",
    "sessions topics close": "set a topic aside",
    "settings change": "changed the community’s settings",
    "stories setup": "set up the digests of stories",
    "story approved": "approved a story",
    "story changes asked": "asked for changes to a story",
    "story check cleared": "cleared what the check found in a story",
    "story published without waiting": "published a story without waiting",
    "story taken down": "took a story down",
    "vocabulary add": "added words",
    "vocabulary merge": "merged two words",
    "vocabulary order": "put words in another order",
    "vocabulary rename": "renamed a word",
    "vocabulary restore": "offered a retired word again",
    "vocabulary retire": "retired a word",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words; ``at`` is local."""

    at: datetime
    actor: str
    did: str
    about: str


def deed(action: str) -> str:
    """What was done; the action's own words for one that came later than this page."""
    return DEEDS.get(action, action)


def about(subject: str, name: str) -> str:
    """What it was done to; ``name`` is the member's whom the subject names by number, if any."""
    if subject.startswith("member:"):
        return name or "somebody who has left"
    kind, colon, rest = subject.partition(":")
    return f"{kind} {rest}" if colon and rest[:1].isdigit() else subject


def page(lines: Sequence[Line], *, total: int, number: int, pages: int, asked: str) -> Message:
    """A page of the log, the newest entries first."""
    again = f"{asked} " if asked else ""
    if not lines:
        return message(
            text(f"Nothing in the log fits “{asked}”." if asked else "The log is empty."),
            *((buttons(Button("Show everything", "audit")),) if asked else ()),
        )
    turning = [
        Button(label, "audit", f"{again}page {to}")
        for label, to in (("Newer", number - 1), ("Older", number + 1))
        if 1 <= to <= pages
    ]
    fitting = f" with “{asked}”" if asked else ""
    where = f", page {number} of {pages}" if pages > 1 else ""
    return message(
        text(bold("Who did what"), f": {count(total, 'entry', 'entries')}{fitting}{where}."),
        bullets(*((_line(line),) for line in lines)),
        buttons(
            *turning,
            Button("Save as a file", "audit file"),
            LinkButton("Open in the console", "/console/audit"),
        ),
        note(
            "Times are yours. “audit ada”, “audit coffee since 1 March” or “audit on Monday” show "
            "some of it. What members answer, avoid, need or are concerned about is not in it."
        ),
    )


def file(secret: str) -> Message:
    """The whole log, to be downloaded."""
    return message(
        text("This is the whole log as a spreadsheet."),
        buttons(LinkButton("Download it", f"/export/{secret}/history.csv")),
        note("The address works for an hour, without signing in: keep it to yourself."),
    )


def _line(line: Line) -> str:
    at = f"{line.at.day} {MONTHS[line.at.month - 1]} {line.at.year}, {line.at:%H:%M}"
    return f"{at}: {line.actor} {line.did}{_to(line)}"


def _to(line: Line) -> str:
    """What it was done to, as part of the sentence where the deed leads up to it."""
    if line.did.endswith(" of"):
        return f" {line.about}"
    return f" ({line.about})" if line.about else ""
