"""One message to very many: the same rows as one after the other would be."""

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, Button, buttons, message, text
from bot.chat.platform import Destination
from bot.ids import Lane
from storage import codec, reach
from storage.outbox import Priority, State
from storage.tables import accounts, members, outbox
from storage.unit_of_work import Touched
from storage.web import web_account
from tests.leaders import START

SLACK = Lane("slack:T1")
NEWS = message(text("The programme is out."), buttons(Button("Seen", "seen", "1")))
# Whoever writes such a name must not break the JSON around it.
ODD = 'U"2\\'


@pytest.fixture
def people(any_database, community) -> dict[str, int]:
    """Ada on Slack and the web, Ben with an odd name, Cy whose account is gone."""
    with any_database.transaction() as db:
        db.workspaces.add_slack(community, "T1", now=START)
        db.workspaces.add_web(community, now=START)
        made = {
            name: db.members.add(community, name, zone="Europe/London", now=START)
            for name in ("Ada", "Ben", "Cy")
        }
        db.members.add_account(
            community, made["Ada"], web_account(community, made["Ada"]), now=START
        )
        for name, user in (("Ada", "U1"), ("Ben", ODD), ("Cy", "U3")):
            db.members.add_account(community, made[name], Account(SLACK, user), now=START)
        db.members.set_account_active(Account(SLACK, "U3"), is_active=False)
    return made


def post_many(db, community, key: str = "news") -> None:
    everybody = sa.select(members.c.id).where(members.c.community == community)
    db.bulk.post_many(
        community,
        reach.first_accounts(everybody),
        NEWS,
        key=key,
        subject="news",
        now=START,
    )


def test_each_gets_a_row_as_if_posted_alone(any_database, community, people):
    with any_database.transaction() as db:
        post_many(db, community)
        rows = db.connection.execute(sa.select(outbox).order_by(outbox.c.member)).all()

    assert [(row.key, row.member, row.lane) for row in rows] == [
        (f"news:{people['Ada']}", people["Ada"], SLACK),
        (f"news:{people['Ben']}", people["Ben"], SLACK),
    ]
    assert [codec.load_destination(row.destination) for row in rows] == [
        Destination(("U1",)),
        Destination((ODD,)),
    ]
    assert {(row.state, row.priority) for row in rows} == {(State.QUEUED, Priority.BULK)}
    [token] = {row.token for row in rows}
    assert {codec.load_message(row.message).token for row in rows} == {token}
    assert len(token) == 16


def test_a_key_that_was_used_counts_once(any_database, community, people):
    with any_database.transaction() as db:
        post_many(db, community)
    with any_database.transaction() as db:
        post_many(db, community)
        count = db.connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one()

    assert count == 2


def test_the_rows_are_claimed_and_settled_like_any_other(any_database, community, people):
    heard: list[Touched] = []
    any_database.listen(heard.append)
    with any_database.transaction() as db:
        post_many(db, community)
    with any_database.transaction() as db:
        claimed = db.drain.claim(SLACK, "a", now=START, limit=9)

    assert [each.delivery.destination.users for each in claimed] == [("U1",), (ODD,)]
    assert [each.fault for each in claimed] == [None, None]
    assert SLACK in heard[0].lanes


def test_whoever_prefers_an_account_gets_it_there(any_database, community, people):
    web = web_account(community, people["Ada"])
    with any_database.transaction() as db:
        db.connection.execute(
            accounts.update().where(accounts.c.lane == web.lane).values(is_preferred=True)
        )
        post_many(db, community)
        lanes = db.connection.execute(sa.select(outbox.c.lane).order_by(outbox.c.member)).scalars()

        assert list(lanes) == [web.lane, SLACK]
