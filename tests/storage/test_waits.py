"""How often a delivery was put off is kept with it."""

import pytest

from bot.chat.messages import Account, message, text
from bot.ids import Lane
from storage.database import Database
from tests.leaders import START


@pytest.mark.parametrize("kept_in", ["mail", "teams", "workspaces"])
def test_each_time_a_delivery_is_put_off_is_counted(database: Database, kept_in: str) -> None:
    with database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=START)
        for key in ("a", "b"):
            db.outbox.post(
                community,
                Account(Lane("mail"), "ada@leaders.example"),
                message(text("Hello.")),
                key=key,
                subject="s",
                now=START,
            )

    counts = []
    for key in ("a", "a", "b", "a", "nowhere"):
        with database.transaction() as db:
            counts.append(getattr(db, kept_in).put_off(key))

    assert counts == [0, 1, 0, 2, 0]
