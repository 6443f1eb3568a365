"""An honest store in memory and a bot of few words, for the tests of the web chat."""

import asyncio
import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from bot.chat import forms, messages
from bot.chat.forms import CheckField, ChoiceField, Form, Option, PersonField, TextField, TextKind
from bot.chat.messages import Account, Button, LinkButton, Message, Style
from bot.chat.platform import Entry, Post, Visitor
from bot.chat.requests import Incoming, Kind, Outcome
from bot.ids import Lane

T = TypeVar("T")

LANE = Lane("web:1")
SESSION_AGE = timedelta(days=30)

ADA = Visitor(Account(LANE, "1"), "Ada Okafor", "GP, Lewisham", is_organiser=True)
BEN = Visitor(Account(LANE, "2"), "Ben <script>alert(1)</script>", "Care-home manager, Bexley")


@dataclass
class MemoryStore:
    """Keeps what `WebStore` asks to have kept; numbers of lines run over all conversations."""

    people: tuple[Visitor, ...] = (ADA, BEN)
    examples: tuple[Visitor, ...] = ()
    links: dict[str, Visitor] = field(default_factory=dict)
    sessions: dict[str, tuple[Visitor, datetime]] = field(default_factory=dict)
    lines: dict[Account, list[Entry]] = field(default_factory=dict)
    keys: dict[str, tuple[Account, int]] = field(default_factory=dict)
    read: dict[Account, int] = field(default_factory=dict)
    channel_posts: dict[tuple[Lane, str], Post] = field(default_factory=dict)
    numbers: int = 0
    names: tuple[tuple[str, str], ...] = ()

    def visitor(self, session_hash: str, *, now: datetime) -> Visitor | None:
        found, began = self.sessions.get(session_hash, (None, now))
        return found if now - began < SESSION_AGE else None

    def link(self, link_hash: str, *, now: datetime) -> Visitor | None:
        return self.links.get(link_hash)

    def enter(self, link_hash: str, session_hash: str, *, now: datetime) -> Visitor | None:
        found = self.links.pop(link_hash, None)
        if found is not None:
            self.sessions[session_hash] = (found, now)
        return found

    def example_people(self) -> Sequence[Visitor]:
        return self.examples

    def act_as(self, account: Account, session_hash: str, *, now: datetime) -> Visitor | None:
        found = next((one for one in self.examples if one.account == account), None)
        if found is not None:
            self.sessions[session_hash] = (found, now)
        return found

    def leave(self, session_hash: str) -> None:
        self.sessions.pop(session_hash, None)

    def entries(self, account: Account, *, before: int | None, limit: int) -> Sequence[Entry]:
        mine = [one for one in self.lines.get(account, []) if before is None or one.id < before]
        return mine[-limit:]

    def keep_words(self, account: Account, words: str, *, now: datetime) -> Entry:
        return self._keep(account, Entry(self._number(), now, words=words))

    def keep_message(
        self, account: Account, message: Message, *, key: str | None, now: datetime
    ) -> Entry:
        if key in self.keys:
            owner, number = self.keys[key]
            return next(one for one in self.lines[owner] if one.id == number)
        line = self._keep(account, Entry(self._number(), now, message=message))
        if key is not None:
            self.keys[key] = (account, line.id)
        return line

    def replace_message(self, account: Account, entry: int, message: Message) -> Entry | None:
        for at, line in enumerate(self.lines.get(account, [])):
            if line.id == entry and line.message is not None:
                self.lines[account][at] = replace(line, message=message)
                return self.lines[account][at]
        return None

    def remove_message(self, account: Account, entry: int) -> bool:
        kept = [line for line in self.lines.get(account, []) if line.id != entry]
        is_found = len(kept) < len(self.lines.get(account, []))
        self.lines[account] = kept
        return is_found

    def unread(self, account: Account) -> int:
        seen = self.read.get(account, 0)
        return sum(line.message is not None and line.id > seen for line in self._of(account))

    def mark_read(self, account: Account, entry: int) -> None:
        self.read[account] = max(entry, self.read.get(account, 0))

    def people_named(
        self, account: Account, words: str, *, limit: int
    ) -> Sequence[tuple[str, str]]:
        return [one for one in self.names if words.lower() in one[1].lower()][:limit]

    def channels(self, lane: Lane) -> Sequence[tuple[str, int]]:
        of = [post.channel for (whose, _), post in self.channel_posts.items() if whose == lane]
        return [(name, of.count(name)) for name in dict.fromkeys(("introductions", *of))]

    def posts(self, lane: Lane, channel: str, *, before: int | None, limit: int) -> Sequence[Post]:
        found = [
            post
            for (whose, _), post in self.channel_posts.items()
            if (whose, post.channel) == (lane, channel) and (before is None or post.id < before)
        ]
        return sorted(found, key=lambda post: -post.id)[:limit]

    def keep_post(
        self, lane: Lane, channel: str, message: Message, *, key: str, now: datetime
    ) -> Post:
        if (lane, key) not in self.channel_posts:
            self.channel_posts[lane, key] = Post(self._number(), channel, now, message)
        return self.channel_posts[lane, key]

    def replace_post(self, lane: Lane, post: int, message: Message) -> Post | None:
        key = self._post_key(lane, post)
        if key is None:
            return None
        self.channel_posts[key] = replace(self.channel_posts[key], message=message)
        return self.channel_posts[key]

    def remove_post(self, lane: Lane, post: int) -> bool:
        key = self._post_key(lane, post)
        return key is not None and self.channel_posts.pop(key) is not None

    def _post_key(self, lane: Lane, post: int) -> tuple[Lane, str] | None:
        of = self.channel_posts.items()
        return next((key for key, one in of if key[0] == lane and one.id == post), None)

    def _of(self, account: Account) -> list[Entry]:
        return self.lines.setdefault(account, [])

    def _keep(self, account: Account, line: Entry) -> Entry:
        self._of(account).append(line)
        return line

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers


class Transactions:
    """Runs functions on the store, each wholly or not at all."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.failure: Exception | None = None

    async def __call__(self, act: Callable[[MemoryStore], T]) -> T:
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        before = copy.deepcopy(self.store.__dict__)
        try:
            return act(self.store)
        except BaseException:
            self.store.__dict__.update(before)
            raise


INTRODUCTION = Form(
    "Introduce yourself",
    "introduce",
    (
        TextField("role", "Your role", hint="For example: district nurse", required=True),
        TextField("story", "Ask me about", multiline=True),
        TextField("email", "E-mail", kind=TextKind.EMAIL),
        TextField("since", "In this role since", kind=TextKind.DATE),
        TextField("best", "Best time for a call", kind=TextKind.TIME),
        TextField("years", "Years in health and care", kind=TextKind.NUMBER),
        ChoiceField("stage", "Career stage", forms.options("Early", "Established", "Senior")),
        ChoiceField(
            "place",
            "Place",
            tuple(
                Option(name.lower(), name)
                for name in (
                    "Bexley",
                    "Bromley",
                    "Greenwich",
                    "Lambeth",
                    "Lewisham",
                    "Southwark",
                )
            ),
            required=True,
        ),
        ChoiceField(
            "interests",
            "Interests",
            forms.options("Mental health", "Estates", "Digital", "Prevention"),
            initial=("Digital",),
            multiple=True,
        ),
        PersonField("lead", "Who leads your team?", hint="Type part of the name"),
        CheckField(
            "consent",
            "Publish my introduction in the community",
            hint="You can withdraw it at any time.",
            required=True,
        ),
    ),
    submit="Introduce me",
    value="7",
    intro=messages.spans("So that people know ", messages.bold("who to ask"), "."),
    token="form-token",
)

MATCH = messages.message(
    messages.Heading("Meet Ben Adeyemi"),
    messages.text("You two are this round’s coffee. ", messages.bold("Why you two: "),
                  "he runs a care home in Bexley, you a surgery in Lewisham; you both asked to "
                  "talk about “hospital discharge”."),
    messages.facts(
        messages.fact("Role", "Care-home manager"),
        messages.fact("Organisation", "Oakfield House"),
        messages.fact("Reach him", messages.link("ben@example.org", "mailto:ben@example.org")),
    ),
    messages.text("Times that may suit you both:"),
    messages.bullets(("Tuesday 1 December, 12:30",), ("Thursday 3 December, 08:15",)),
    messages.buttons(
        Button("Choose a time", "coffee time", "7", Style.PRIMARY),
        Button("Find me someone else", "coffee swap", "7", confirm="Find you someone else?"),
        Button("I can’t make it", "coffee cancel", "7", Style.DANGER),
        LinkButton("Calendar file", "/calendar/abc.ics"),
        LinkButton("Video call", "https://example.org/call"),
    ),
    messages.Divider(),
    messages.note("You get this because you joined coffee. Type “coffee pause” to sit out."),
)  # fmt: skip
MATCH = messages.stamped(MATCH, "card-token")

HOME = messages.message(
    messages.Heading("Good morning, Ada"),
    messages.text("A community of leaders across health and care in South East London."),
    messages.facts(
        messages.fact("Coffee", "You meet Ben Adeyemi by 11 December"),
        messages.fact("Next session", "Protected time that holds, Wednesday 12:30"),
    ),
    messages.buttons(
        Button("My coffee", "coffee next"),
        Button("Sessions", "sessions"),
        Button("Introduce me", "introduce"),
        Button("Find people", "who"),
        Button("Help", "help"),
    ),
)


class Bot:
    """Answers like dispatch, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Incoming] = []
        self.outcomes: dict[str, Outcome] = {}
        self.go = asyncio.Event()
        self.go.set()
        self._tokens = count(1)

    async def __call__(self, incoming: Incoming) -> Outcome:
        self.asked.append(incoming)
        if incoming.kind is not Kind.EVENT:
            await self.go.wait()
        name = incoming.route or incoming.text
        if name in self.outcomes:
            return self.outcomes[name]
        match name:
            case "home":
                return Outcome(messages.stamped(HOME, f"home-{next(self._tokens)}"))
            case "introduce" if incoming.kind is Kind.SUBMIT:
                return self._introduced(incoming)
            case "introduce":
                return Outcome(INTRODUCTION)
            case "coffee next":
                return Outcome(MATCH)
            case "coffee swap":
                return Outcome(said("We found you somebody else.", replaces=True))
            case "avoid":
                return Outcome(said("You won’t be matched."), keep=False)
        return Outcome(said(f"You said “{name}”."))

    @property
    def heard(self) -> list[Incoming]:
        """What it was asked, but for the home panel."""
        return [one for one in self.asked if one.kind is not Kind.EVENT]

    def _introduced(self, incoming: Incoming) -> Outcome:
        if incoming.fields.get("years") == ("400",):
            return Outcome(errors={"years": "Nobody works that long."})
        return Outcome(said(f"Hello, {incoming.fields['role'][0]}."))


def said(words: str, *, replaces: bool = False) -> Message:
    return messages.message(messages.text(words), replaces=replaces)
