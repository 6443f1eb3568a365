"""A month of all programmes in the example community, held against what calm promises."""

from statistics import median

from bot.domain.calm import Weight
from storage.database import Database
from tests.example_acts import PLAN
from tests.example_ledger import (
    COUNTED,
    Fate,
    disturbed,
    in_silence,
    listed,
    overlooked,
    settled,
    weekly,
)
from tests.example_month import lived

LIMIT = 3
KINDS = {
    "announcement",
    "coffee",
    "greeting",
    "prompt",
    "session",
    "stories digest",
    "stories",
    "story",
    "your week",
}


async def test_a_month_of_all_programmes_keeps_what_calm_promises(database: Database) -> None:
    month = await lived(database, PLAN)
    account = settled(month)
    fates = list(account.fates.values())

    # All programmes had something to say.
    assert account.kinds == KINDS
    # Nothing that anybody meant to send is lost, and each way out was taken.
    assert overlooked(month, account) == {}
    assert [key for key, fate in account.fates.items() if fate is Fate.LOST] == []
    assert set(fates) == set(Fate) - {Fate.LOST}
    # What went into "Your week" stood on a card that came, for everybody.
    for person in month.community.people:
        held = [
            key
            for (key, member), fate in account.fates.items()
            if member == person.id and fate is Fate.IN_YOUR_WEEK
        ]
        assert listed(account.got, person.id) == len(held), person.name
    # No week had more than the limit, and a usual one at most half of it.
    counted = weekly(month, account.got, *COUNTED)
    assert max(counted) == LIMIT
    assert median(counted) <= LIMIT / 2
    # Some were woken by what is urgent, nobody by anything else, and the silent by nothing.
    assert Weight.URGENT in {each.weight for each in account.got}
    assert disturbed(month, account.got) == []
    assert in_silence(month) == []
    assert len(month.silences) == 4
    month.community.pool.shutdown()
