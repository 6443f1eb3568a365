"""What no page may ever show, and what pages may cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat import messages
from bot.chat.messages import Account
from bot.domain import coffee as rules
from bot.domain.coffee import Met, Participation, RoundState
from bot.errors import CannotDeliver
from storage.database import Database
from storage.tables import accounts, coffee_participations, members
from tests.builders import set_profile
from tests.console.conftest import Place, leaders, set_up
from tests.leaders import Leader

PATHS = (
    "/console",
    "/console/coffee",
    "/console/coffee?words=leader",
    "/console/coffee/setup",
    "/console/coffee/rounds",
    "/console/coffee/rounds/1",
    "/console/coffee/rounds/1.csv",
    "/console/members",
    "/console/members?words=secret",
    "/console/members?show=in+coffee",
    "/console/deliveries",
    "/console/deliveries?state=sent",
    "/console/deliveries?state=cannot",
    "/console/schedule",
    "/console/doing",
    "/console/audit",
)


async def test_pages_never_show_what_members_entrusted(place: Place, olu: Leader) -> None:
    community = place.community
    people = await leaders(community, *(f"Leader {number}" for number in range(8)))
    await people[0].says("avoid Leader 1")
    await people[2].says("coffee pause 2 weeks")
    await set_up(place)
    await community.passes(timedelta(days=2))
    with community.database.transaction() as db:
        one = db.coffee.rounds(community.id, RoundState.SENT)[0]
        for number, group in enumerate(db.coffee.groups(one.id)):
            met = Met.YES if number else Met.COULDNT
            places = tuple(replace(p, met=met, note="secretnote") for p in group.places)
            db.coffee.save_group(replace(group, places=places))
        for each in people:
            profile = replace(
                db.members.get(each.id).profile,
                team="secretteam",
                line_manager="secretmanager@leaders.example",
            )
            set_profile(db, each.id, profile)
    community.web.troubles = [CannotDeliver("the account was closed")]
    with community.database.transaction() as db:
        for number, each in enumerate(people[3:5]):
            db.outbox.post(
                community.id, each.account, messages.message(messages.text("secretwords")),
                key=f"x{number}", subject="greeting", now=community.now, member=each.id,
            )  # fmt: skip
    await set_up(place, review="hold")
    await place.presses(await place.opens("/console/coffee"), "Yes, run a round")
    await community.settle()

    shown = {}
    for path in PATHS:
        sight = await place.opens(path)
        shown[path] = sight.html.lower().replace("words=secret", "").replace('value="secret"', "")

    assert {path: "secret" in page for path, page in shown.items()} == dict.fromkeys(PATHS, False)
    leaked = [path for path, page in shown.items() if "@leaders.example" in page]
    assert leaked == []
    assert not [path for path, page in shown.items() if "avoid" in page]
    # The report and the progress name nobody who was in a group.
    for path in ("/console", "/console/coffee/rounds/1", "/console/coffee/rounds/1.csv"):
        assert "leader 3" not in shown[path]
    assert "leader 3" in shown["/console/coffee"], "the draft names its people"


async def test_pause_can_t_be_told_from_taking_part(place: Place, olu: Leader) -> None:
    people = await leaders(place.community, "Ada Obi", "Ben Cole", "Cy Dent")
    await people[1].says("coffee pause 2 weeks")
    with place.community.database.transaction() as db:
        part = db.coffee.participation(people[2].id)
        rested = replace(part, state=rules.ParticipationState.RESTING)
        db.coffee.save(place.community.id, rested, now=place.community.now)

    sight = await place.opens("/console/members?show=in+coffee")

    assert sight.text.count("Coffee In coffee") == 3


async def test_deliveries_do_not_tell_who_was_asked_again(place: Place, olu: Leader) -> None:
    people = await leaders(place.community, "Ada Obi", "Ben Cole")
    await set_up(place)
    await place.community.passes(timedelta(days=2))
    await people[0].taps(people[0].last, "We’ve met")
    await place.presses(await place.opens("/console/coffee"), "Yes, ask now")
    await place.community.settle()

    sight = await place.opens("/console/deliveries?state=sent")

    assert "Coffee, round 1" in sight.text
    assert not [each.name for each in people if each.name in sight.text]


async def test_other_communities_stay_theirs(place: Place, olu: Leader) -> None:
    now = place.community.now
    with place.community.database.transaction() as db:
        other = db.communities.add("Elsewhere", zone="Europe/London", now=now)
        lane = db.workspaces.add_web(other, now=now)
        zed = db.members.add(other, "Zedekiah", now=now, zone="Europe/London")
        account = Account(lane, str(zed))
        db.members.add_account(other, zed, account, now=now)
        db.coffee.save(other, rules.joined(Participation(zed)), now=now)
        db.outbox.post(other, account, messages.message(), key="z", subject="zedsubject", now=now)
        db.audit.add(other, zed, action="zedaction", now=now)
        db.schedule.add(
            other, "zedjob", subject="", label=now.replace(tzinfo=None), zone="Europe/London"
        )
        one = db.coffee.add_round(
            other, label=now.replace(tzinfo=None), zone="Europe/London", state=RoundState.DRAFTED,
            seed=1, theme=None, sends_at=now, closes_at=now,
        )  # fmt: skip
        db.coffee.add_group(one, [zed], starter=0, slots=())

    for path in (*PATHS, f"/console/coffee?swap={zed}", "/console/deliveries?state=queued"):
        sight = await place.opens(path)

        assert "zed" not in sight.html.lower(), path
    deliveries = await place.opens("/console/deliveries")
    assert "Where messages go" not in deliveries.text


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that a page asks of the database."""
    statements: list[str] = []

    def count(_connection, _cursor, statement, *_more) -> None:
        statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    sa.event.remove(database.engine, "before_cursor_execute", count)


@pytest.fixture
def thousands(place: Place) -> int:
    """A community of 10,000, all in coffee, with a round under way and another drafted."""
    community, many, now = place.community, 10_000, place.community.now
    with community.database.transaction() as db:
        rows = [
            {
                "community": community.id, "name": f"Leader {number:05}", "zone": "Europe/London",
                "organisation": f"Organisation {number % 200}", "joined_at": now,
            }
            for number in range(many)
        ]  # fmt: skip
        added = (
            db.connection.execute(members.insert().returning(members.c.id), rows).scalars().all()
        )
        db.connection.execute(
            accounts.insert(),
            [
                {
                    "community": community.id, "member": each, "lane": community.lanes["web"],
                    "user": str(each), "met_at": now,
                }
                for each in added
            ],
        )  # fmt: skip
        db.connection.execute(
            coffee_participations.insert(),
            [
                {
                    "community": community.id, "member": each, "state": "active",
                    "frequency": "every round", "joined_at": now,
                }
                for each in added
            ],
        )  # fmt: skip
        for week, state in enumerate((RoundState.SENT, RoundState.DRAFTED)):
            label = (now + timedelta(weeks=week)).replace(tzinfo=None)
            one = db.coffee.add_round(
                community.id, label=label, zone="Europe/London", state=state, seed=1, theme=None,
                sends_at=now + timedelta(weeks=week), closes_at=now + timedelta(weeks=week + 1),
            )  # fmt: skip
            for start in range(0, 2_000, 2):
                db.coffee.add_group(one, added[start : start + 2], starter=0, slots=())
    return many


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/console", 20),
        ("/console/coffee", 25),
        ("/console/coffee?page=40", 25),
        ("/console/coffee?swap=17", 26),
        ("/console/coffee/rounds", 10),
        ("/console/coffee/rounds/1", 20),
        ("/console/members", 10),
        ("/console/members?page=300&words=organisation", 10),
        ("/console/deliveries", 10),
        ("/console/schedule", 10),
        ("/console/doing", 40),
        ("/console/audit", 10),
    ],
)
async def test_pages_of_ten_thousand_members_ask_little(
    place: Place, olu: Leader, thousands: int, path: str, most: int
) -> None:
    with counted(place.community.database) as statements:
        sight = await place.opens(path)

    assert sight.status == 200
    assert len(statements) <= most, "\n".join(statements)
    assert len(sight.html) < 200_000


async def test_ten_thousand_members_are_paged(place: Place, olu: Leader, thousands: int) -> None:
    first = await place.opens("/console/members")
    last = await place.opens("/console/members?page=99999")

    assert "10,001 members" in first.text
    assert "1–30 of 10,001 Next" in first.text
    assert "Previous page of members 9,991–10,001 of 10,001" in last.text
    assert "Olu Adeyemi" in last.text
