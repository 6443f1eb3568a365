"""An announcement to very many: ``python -m bench.bench_announcements``; PEOPLE changes how many.

Measures what one transaction of the job does (whom it is for, a row each in the outbox), then an
edit while half of them have it, the tally, and a cancel. Memory is this process's peak, beyond what
it needed before; a database server, where DATABASE_URL names one, is not counted.
"""

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.domain.announcements import Announcement
from bot.domain.audience import Attribute, Either, Is, Not
from bot.ids import AnnouncementId, CommunityId
from bot.views import announcements as views
from storage import recipients
from storage.database import Database
from storage.migrate import migrate
from storage.outbox import State
from storage.secrets import Vault
from storage.tables import accounts, members, outbox
from storage.unit_of_work import UnitOfWork

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PLACES = ("Bexley", "Bromley", "Greenwich", "Lambeth", "Lewisham", "Southwark")
TEXT = "Dear all,\n\n**Winter pressure**: please read [the plan](https://leaders.example/plan).\n\n"
TEXT += "- " + "\n- ".join("what changes for your team from Monday on" for _ in range(12))
CHUNK = 5000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{Path(folder) / 'bulk.db'}"
        database = Database(url, Vault("only for this benchmark, and long enough"))
        migrate(database)
        with database.transaction() as db:
            community = fill(db)
        before = peak()
        print(
            f"{PEOPLE:,} people, an announcement of {len(TEXT):,} characters, {url.split(':')[0]}"
        )
        measure(database, community)
        print(f"peak memory: {peak():.0f} MB, {peak() - before:.0f} MB of it for this")
        database.close()


def fill(db: UnitOfWork) -> CommunityId:
    """A community of so many people, most in one workspace and every tenth in two."""
    community = db.communities.add("Leaders", zone="Europe/London", now=NOW)
    for start in range(1, PEOPLE + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, PEOPLE + 1))
        db.connection.execute(
            members.insert(),
            [
                {"id": n, "community": community, "name": f"Leader {n}", "place": PLACES[n % 6],
                 "zone": "Europe/London", "joined_at": NOW}
                for n in numbers
            ],
        )  # fmt: skip
        places = [("slack:T1", n) for n in numbers]
        places += [("web:1", n) for n in numbers if n % 10 == 0]
        db.connection.execute(
            accounts.insert(),
            [
                {"community": community, "member": n, "lane": lane, "user": f"U{n}", "met_at": NOW}
                for lane, n in places
            ],
        )
    return community


def measure(database: Database, community: CommunityId) -> None:
    announcement = Announcement(
        AnnouncementId(0), community, 0, None, TEXT, wants_acknowledgement=True
    )
    message = views.letter(announcement, "Leaders")
    with database.transaction() as db:
        announcement = db.announcements.add(announcement, now=NOW)
    with timed("counting an audience with and, or and not"), database.transaction() as db:
        places = Either((Is(Attribute.PLACE, "Lewisham"), Is(Attribute.PLACE, "Lambeth")))
        db.recipients.reach(community, Not(places))
    subject = recipients.subject(announcement)
    with timed("whom it is for, and a row for each, committed"), database.transaction() as db:
        with timed("  whom it is for"):
            db.recipients.write(announcement)
        with timed("  a row for each in the outbox"):
            db.bulk.post_many(
                community, db.recipients.to(announcement), message,
                key=subject, subject=subject, now=NOW,
            )  # fmt: skip
    with timed("the tally"), database.transaction() as db:
        assert db.recipients.tally(announcement).waiting == PEOPLE
    with database.transaction() as db:
        receipt = '{"conversation": "D1", "message": "1.2"}'
        half = outbox.update().where(outbox.c.member <= PEOPLE // 2)
        db.connection.execute(half.values(state=State.SENT, receipt=receipt, settled_at=NOW))
    with timed("an edit while half of them have it"), database.transaction() as db:
        changed = views.letter(replace(announcement, text=f"Changed. {TEXT}"), "Leaders")
        db.bulk.revise(community, subject, changed, now=NOW)
    with timed("a cancel"), database.transaction() as db:
        db.outbox.cancel(community, subject, now=NOW)
    with database.transaction() as db:
        states = sa.select(outbox.c.kind, outbox.c.state, sa.func.count())
        rows = db.connection.execute(states.group_by(outbox.c.kind, outbox.c.state)).all()
    print("rows left:", ", ".join(f"{kind} {state} {count:,}" for kind, state, count in rows))


@contextmanager
def timed(what: str) -> Iterator[None]:
    began, worked = time.perf_counter(), time.process_time()
    yield
    spent = time.process_time() - worked
    print(f"{what}: {time.perf_counter() - began:.2f} s, {spent:.2f} s of it in this process")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
