"""A table that waits to be imported: one an organiser, and for a day at most."""

from datetime import timedelta

from bot.domain.importing import Column
from storage.retention import IMPORTS_KEPT, forget
from tests.leaders import START

ROWS = (("Name", "E-mail"), ("Zoë \x00 “Q”", "zoe@x.example"))


def test_a_table_is_kept_mapped_and_replaced(db, community):
    ada, ben = (db.members.add(community, name, zone="UTC", now=START) for name in ("Ada", "Ben"))
    for member in (ada, ben):
        db.import_drafts.save(
            community, member, name="a.csv", rows=ROWS, columns={Column.NAME: 0}, now=START
        )

    first = db.import_drafts.find(ada)
    db.import_drafts.map(ada, {Column.NAME: 0, Column.EMAIL: 1})
    mapped = db.import_drafts.find(ada)
    db.import_drafts.save(community, ada, name="b.csv", rows=(("x",),), columns={}, now=START)
    second = db.import_drafts.find(ada)
    db.import_drafts.remove(ada)

    assert (first.name, first.rows, first.columns) == ("a.csv", ROWS, {Column.NAME: 0})
    assert mapped.columns == {Column.NAME: 0, Column.EMAIL: 1}
    assert (second.name, second.rows, second.columns) == ("b.csv", (("x",),), {})
    assert len({first.token, mapped.token, second.token}) == 3
    assert db.import_drafts.find(ada) is None
    assert db.import_drafts.find(ben).name == "a.csv"


def test_a_table_that_nobody_imports_is_forgotten(db, community):
    ada = db.members.add(community, "Ada", zone="UTC", now=START)
    db.import_drafts.save(community, ada, name="a.csv", rows=ROWS, columns={}, now=START)

    forget(db.connection, now=START + IMPORTS_KEPT, limit=100)
    kept = db.import_drafts.find(ada)
    forget(db.connection, now=START + IMPORTS_KEPT + timedelta(seconds=1), limit=100)

    assert kept is not None
    assert db.import_drafts.find(ada) is None
