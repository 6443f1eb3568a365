"""Upkeep, once a day."""

from datetime import timedelta

from bot.chat.platform import DeliveryKind
from bot.chat.requests import Profile
from bot.ids import Lane
from bot.times import Recurrence, at
from jobs import upkeep
from storage.retention import TAPS_KEPT
from storage.web import web_account
from tests.builders import slack_workspace
from tests.leaders import SLACK, START, Community

LONDON = "Europe/London"


def daily(community: Community) -> None:
    with community.database.transaction() as db:
        recurrence = Recurrence("FREQ=DAILY", at(START.date(), 4), "Europe/London")
        db.schedule.set_recurring(community.id, "upkeep", recurrence, now=START)


async def test_the_people_of_each_workspace_are_read_afresh_every_day(community):
    with community.database.transaction() as db:
        email = "ada@leaders.example"
        ada = db.members.add(community.id, "Ada Obi", zone=LONDON, email=email, now=START)
        db.members.add_account(community.id, ada, web_account(community.id, ada), now=START)
        other = db.communities.add("Others", zone="Europe/London", now=START)
        slack_workspace(db, other, "T9", now=START)
    community.slack.people = (("U77", Profile("Ada", email)),)
    daily(community)

    await community.passes(timedelta(days=2))

    asked = [each for each in community.slack.deliveries if each.message is None]
    assert [(each.kind, each.lane) for each in asked] == [
        (DeliveryKind.FETCH_MEMBERS, SLACK),
        (DeliveryKind.FETCH_MEMBERS, SLACK),
    ]
    with community.database.transaction() as db:
        assert [each.lane for each in db.members.accounts_of(ada)] == [
            SLACK,
            community.lanes["web"],
        ]
        assert Lane("slack:T9") not in db.drain.pending(community.now)


async def test_tokens_that_nobody_will_tap_again_are_forgotten(community):
    ada = await community.leader("Ada Obi")

    def use(token: str) -> bool:
        with community.database.transaction() as db:
            return db.taps.use(community.id, ada.id, token, route="go", value="", now=community.now)

    use("old")
    community.now += timedelta(days=2)
    use("newer")
    daily(community)
    with community.database.transaction() as db:
        recurrence = Recurrence("FREQ=DAILY", at(START.date(), 4), "Europe/London")
        db.schedule.set_recurring(
            community.id, "upkeep", recurrence, now=START + TAPS_KEPT + timedelta(hours=1)
        )

    await community.passes(START + TAPS_KEPT + timedelta(days=1) - community.now)

    assert use("newer") is False
    assert use("old") is True


async def test_what_is_more_than_a_batch_goes_in_several_with_a_pause_between(
    community, monkeypatch
):
    monkeypatch.setattr(upkeep, "BATCH", 2)
    daily(community)
    with community.database.transaction() as db:
        for number in range(5):
            old = START - TAPS_KEPT
            db.taps.use(community.id, 1, str(number), route="go", value="", now=old)

    def left() -> int:
        with community.database.transaction() as db:
            return db.connection.exec_driver_sql("SELECT count(*) FROM taps").scalar_one()

    found = []
    await community.passes(START + timedelta(hours=18) - community.now)
    for _ in range(4):
        found.append(left())
        await community.passes(upkeep.PAUSE)

    assert found == [3, 1, 0, 0]
