"""Telling open pages that something changed.

A hub lives in one process. With several replicas a page that hangs on another one learns of a
change by its own look every 20 seconds, since the lines themselves are in the database; whoever
wants it sooner puts a hub here that also listens to the database.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.chat.messages import Account
from bot.ids import Lane

# Enough for a reconnect after a tunnel; a longer absence is answered with "sync".
BACKLOG = 1000
# A page this far behind reads everything anew instead.
MAX_WAITING = 100


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a page should show; ``data`` is JSON. "sync" says: read everything anew."""

    id: str
    name: str
    data: str


class Subscription:
    """One open page, waiting for its events."""

    def __init__(self, account: Account, session: str) -> None:
        self.account = account
        self.session = session
        self._waiting: deque[Event] = deque()
        self._changed = asyncio.Event()
        self.is_closed = False

    def put(self, event: Event) -> None:
        """Hand the page an event."""
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.clear()
            event = Event(event.id, "sync", "{}")
        self._waiting.append(event)
        self._changed.set()

    def close(self) -> None:
        """Nothing more will come."""
        self.is_closed = True
        self._changed.set()

    async def next(self, *, patience: float) -> Event | None:
        """The next event; None after so many seconds of silence, or once closed."""
        try:
            await asyncio.wait_for(self._changed.wait(), patience)
        except TimeoutError:
            return None
        if self.is_closed:
            return None
        event = self._waiting.popleft()
        if not self._waiting:
            self._changed.clear()
        return event


class Hub:
    """Takes events for accounts to the pages that these have open."""

    def __init__(self) -> None:
        # Numbers begin anew with each process, so an id names the process too.
        self._run = secrets.token_hex(4)
        self._last = 0
        self._backlog: deque[tuple[int, Account | Lane, Event]] = deque(maxlen=BACKLOG)
        self._open: set[Subscription] = set()
        self._is_closed = False

    def publish(self, to: Account | Lane, name: str, data: str) -> None:
        """Tell every open page of an account, or of everybody in a community's web chat."""
        self._last += 1
        event = Event(f"{self._run}-{self._last}", name, data)
        self._backlog.append((self._last, to, event))
        for subscription in self._open:
            if to in _names(subscription.account):
                subscription.put(event)

    @contextmanager
    def subscribe(
        self, account: Account, *, session: str, last: str | None
    ) -> Iterator[Subscription]:
        """Listen for an account, beginning after the event ``last`` or else with "sync"."""
        subscription = Subscription(account, session)
        for event in self._missed(account, last):
            subscription.put(event)
        if self._is_closed:
            subscription.close()
        self._open.add(subscription)
        try:
            yield subscription
        finally:
            self._open.discard(subscription)

    def end_session(self, session: str) -> None:
        """Close the pages of a session that ended."""
        for subscription in self._open:
            if subscription.session == session:
                subscription.close()

    def open(self) -> None:
        """Take pages in, again after a stop too."""
        self._is_closed = False

    def close(self) -> None:
        """Close all pages' streams, so that the server need not wait for them."""
        self._is_closed = True
        for subscription in self._open:
            subscription.close()

    def _missed(self, account: Account, last: str | None) -> list[Event]:
        run, _, number = (last or "").partition("-")
        is_known = run == self._run and number.isascii() and number.isdigit() and len(number) < 18
        oldest = self._backlog[0][0] if self._backlog else self._last + 1
        if not is_known or not oldest - 1 <= int(number) <= self._last:
            return [Event(f"{self._run}-{self._last}", "sync", "{}")]
        return [
            event for at, to, event in self._backlog if to in _names(account) and at > int(number)
        ]


def _names(account: Account) -> tuple[Account, Lane]:
    """By what an account's pages are called: for itself, and with everybody of its community."""
    return account, account.lane
