"""A message to very many: how long their rows take, and how much memory.

`python -m bench.bench_bulk [people]`. The same message is written to everybody of a community in
one transaction, on a SQLite file; memory is this process's peak, beyond what it needed before. One
row after the other is measured beside it, for a part of the people.
"""

import os
import resource
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.chat.messages import Account, Button, buttons, message, text
from bot.ids import CommunityId, Lane
from bot.times import utc_now
from storage import reach
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault
from storage.tables import accounts, members, outbox
from storage.unit_of_work import UnitOfWork

LANE = Lane("slack:T1")
WORDS = message(
    text("The programme of the next learning sessions is out. " * 8),
    buttons(Button("Sign up", "sessions sign up", "1")),
)
CHUNK = 5_000
PART = 20


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    folder = tempfile.mkdtemp()
    url = f"sqlite:///{Path(folder) / 'leaders.db'}"
    with closing(Database(url, Vault("a secret key of forty characters, or so"))) as database:
        migrate(database)
        with database.transaction() as db:
            community = _fill(db, people)
        before = _peak()
        began = time.perf_counter()
        with database.transaction() as db:
            _post(db, community)
        took, peak = time.perf_counter() - began, _peak()
        with database.transaction() as db:
            rows = db.connection.execute(sa.select(sa.func.count()).select_from(outbox))
            written = rows.scalar_one()
        singly = _one_by_one(database, community, people // PART) * PART
    print(
        f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores: {written:,} rows in {took:.2f} s "
        f"({singly / took:.0f} times as fast as one by one), peak {peak:.0f} MB, "
        f"{peak - before:.0f} MB of it for this"
    )


def _fill(db: UnitOfWork, people: int) -> CommunityId:
    now = utc_now()
    community = db.communities.add("Leaders", zone="Europe/London", now=now)
    for start in range(1, people + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, people + 1))
        same = {"community": community, "zone": "Europe/London", "joined_at": now}
        db.connection.execute(
            members.insert(), [{"id": n, "name": f"Leader {n}", **same} for n in numbers]
        )
        where = {"community": community, "lane": LANE, "met_at": now}
        db.connection.execute(
            accounts.insert(), [{"member": n, "user": f"U{n}", **where} for n in numbers]
        )
    return community


def _post(db: UnitOfWork, community: CommunityId) -> None:
    everybody = sa.select(members.c.id).where(members.c.community == community)
    db.bulk.post_many(
        community,
        reach.first_accounts(everybody, has_mail=False),
        WORDS,
        key="bench",
        subject="bench",
        now=utc_now(),
    )


def _one_by_one(database: Database, community: CommunityId, people: int) -> float:
    began = time.perf_counter()
    with database.transaction() as db:
        for number in range(people):
            db.outbox.post(
                community,
                Account(LANE, f"U{number}"),
                WORDS,
                key=f"single:{number}",
                subject="single",
                now=utc_now(),
            )
    return time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
