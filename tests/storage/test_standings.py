"""Those whom an organiser has taken out are reached nowhere, one by one and many at once."""

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.platform import DeliveryKind, Destination
from bot.domain.members import MemberState
from bot.views import common
from storage import reach, silence
from storage.outbox import State
from storage.tables import members, outbox
from tests.leaders import SLACK, START


@pytest.fixture
def people(db, community):
    found = {}
    for name in ("Ada", "Ben"):
        found[name] = db.members.add(
            community, name, zone="Europe/London", now=START, email=f"{name}@leaders.example"
        )
        account = Account(SLACK, f"U{name}")
        db.members.add_account(community, found[name], account, now=START, address=f"{name}@nhs")
    return found


def many(db) -> list[str]:
    rows = db.connection.execute(reach.first_accounts(sa.select(members.c.id), has_mail=False))
    return sorted(row.user for row in rows)


@pytest.mark.parametrize("state", [MemberState.SUSPENDED, MemberState.STOPPED])
def test_the_taken_out_are_reached_nowhere(db, people, state):
    before = many(db)

    db.members.set_state(people["Ada"], state)

    reached = db.members.reachable(people.values())
    assert (before, many(db)) == (["UAda", "UBen"], ["UBen"])
    assert [each.accounts for each in reached.values()] == [(), (Account(SLACK, "UBen"),)]
    assert [each.addresses for each in reached.values()] == [(), ((SLACK, "Ben@nhs"),)]


def test_silence_ends_what_is_under_way_and_leaves_channels_and_rows_nobody_can_read(
    db, community, people
):
    added = {
        "waits": Destination(users=("UAda",)),
        "together": Destination(users=("UBen", "UAda")),
        "under way": Destination(users=("UAda",)),
        "other": Destination(users=("UAdam",)),
        "channel": Destination(channel="UAda"),
    }
    for key, destination in added.items():
        db.outbox.add(
            community, SLACK, DeliveryKind.POST, destination, key=key, subject="x", now=START,
            message=common.sentence("Hello"),
        )  # fmt: skip
    for key, values in (
        ("under way", {"state": State.SENDING}),
        ("other", {"destination": '"UAda" is no destination'}),
    ):
        db.connection.execute(outbox.update().where(outbox.c.key == key).values(values))

    cancelled = silence.fall(db.connection, db.members.get(people["Ada"]), now=START)

    rows = {row.key: row for row in db.connection.execute(sa.select(outbox))}
    assert cancelled == 2
    assert {key: (row.state, row.is_stopped) for key, row in rows.items()} == {
        "waits": (State.CANCELLED, False),
        "together": (State.CANCELLED, False),
        "under way": (State.SENDING, True),
        "other": (State.QUEUED, False),
        "channel": (State.QUEUED, False),
    }


def test_silence_falls_on_somebody_without_any_account(db, community):
    alone = db.members.add(community, "Cy", zone="Europe/London", now=START)

    assert silence.fall(db.connection, db.members.get(alone), now=START) == 0
