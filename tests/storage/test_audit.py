"""The audit log."""

from datetime import timedelta

from storage.audit import Entry
from tests.leaders import START

LATER = START + timedelta(hours=1)


def test_actions_are_listed_newest_first_with_who_did_them(any_database, community):
    with any_database.transaction() as db:
        ada = db.members.add(community, "Ada Obi", zone="Europe/London", now=START)
        other = db.communities.add("Others", zone="Europe/London", now=START)
        db.audit.add(community, ada, action="coffee approve", subject="round 7", now=START)
        db.audit.add(other, None, action="role organiser", now=START)
        db.audit.add(community, None, action="role organiser", subject="Ada Obi", now=LATER)

        assert db.audit.latest(community, limit=10) == (
            Entry(LATER, "the command line", "role organiser", "Ada Obi"),
            Entry(START, "Ada Obi", "coffee approve", "round 7"),
        )
        assert db.audit.latest(community, limit=1) == (
            Entry(LATER, "the command line", "role organiser", "Ada Obi"),
        )
