from dataclasses import replace
from datetime import UTC, datetime

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.domain.coffee import ParticipationState
from bot.domain.importing import Entry
from bot.domain.members import MemberState, Profile
from bot.ids import Lane
from storage.database import Database
from storage.importing import Imports

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SLACK = Lane("slack:T1")


def entry(name: str, **more: object) -> Entry:
    return Entry(
        **{
            "member": None,
            "name": name,
            "email": f"{name.lower()}@leaders.example",
            "profile": Profile(job="Nurse", interests=("Dementia",), slots=("mon-lunch",)),
            "role": Role.MEMBER,
            **more,
        }
    )


def test_add_keeps_the_order_of_the_entries_over_several_batches(any_database: Database) -> None:
    entries = [entry(f"N{number}") for number in range(1200)]
    with any_database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=NOW)
        imports = Imports(db.connection)

        numbers = list(imports.add(community, entries, zone="Europe/London", now=NOW))

        assert [db.members.get(numbers[at]).name for at in (0, 499, 500, 1199)] == [
            "N0",
            "N499",
            "N500",
            "N1199",
        ]
        first = db.members.get(numbers[0])
        assert first.profile == entries[0].profile
        assert (first.is_introduced, first.greeted_at, first.state) == (
            False,
            None,
            MemberState.ACTIVE,
        )


def test_update_changes_the_members_named_and_no_other(any_database: Database) -> None:
    with any_database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=NOW)
        imports = Imports(db.connection)
        ada, bea = imports.add(community, [entry("Ada"), entry("Bea")], zone="Europe/London",
            now=NOW)  # fmt: skip
        db.members.set_state(bea, MemberState.LEFT)

        changed = replace(
            entry("Ada Obi", member=ada, role=Role.ORGANISER), profile=Profile(languages=("BSL",))
        )
        imports.update([changed])

        everybody = {each.id: each for each in imports.everybody_ever(community)}
        assert (everybody[ada].name, everybody[ada].role, everybody[ada].profile) == (
            "Ada Obi",
            Role.ORGANISER,
            Profile(languages=("BSL",)),
        )
        assert (everybody[bea].name, everybody[bea].state) == ("Bea", MemberState.LEFT)


def test_accounts_and_coffee_of_somebody_stay_theirs(any_database: Database) -> None:
    with any_database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=NOW)
        imports = Imports(db.connection)
        ada, bea = imports.add(community, [entry("Ada"), entry("Bea")], zone="Europe/London",
            now=NOW)  # fmt: skip
        account = Account(SLACK, "U1")

        imports.add_accounts(community, [(ada, "Ada", account)], now=NOW)
        imports.add_accounts(community, [(bea, "Bea", account)], now=NOW)
        imports.add_accounts(community, [], now=NOW)
        imports.join_coffee(community, [ada], now=NOW)
        imports.join_coffee(community, [ada], now=NOW)

        assert imports.owners(SLACK) == {"U1": ada}
        assert [(part.member, part.state) for part in db.coffee.participants(community)] == [
            (ada, ParticipationState.ACTIVE)
        ]
