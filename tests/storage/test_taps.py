"""One-time tokens."""

import pytest
import sqlalchemy as sa

from storage.tables import taps
from tests.leaders import START


def test_a_button_of_a_card_counts_once_a_member(any_database, community):
    with any_database.transaction() as db:

        def use(member, token, route, value):
            return db.taps.use(community, member, token, route=route, value=value, now=START)

        assert use(1, "t", "coffee met", "7 yes") is True
        assert use(1, "t", "coffee met", "7 yes") is False
        # Another button of the card, another person's tap and another card count for themselves.
        assert use(1, "t", "coffee met", "7 no") is True
        assert use(1, "t", "coffee", "met7 yes") is True
        assert use(2, "t", "coffee met", "7 yes") is True
        assert use(1, "u", "coffee met", "7 yes") is True


async def test_a_tap_that_was_taken_back_can_be_tapped_again(any_database, community):
    def use(db):
        return db.taps.use(community, 1, "t", route="go", value="", now=START)

    def broken(db):
        use(db)
        raise ValueError("broke")

    with pytest.raises(ValueError, match="broke"):
        await any_database.run(broken)

    assert await any_database.run(use) is True


def test_only_a_digest_is_kept(any_database, community):
    with any_database.transaction() as db:
        db.taps.use(community, 1, "a token", route="coffee avoid", value="#7", now=START)
        row = db.connection.execute(sa.select(taps)).one()

    assert len(row.digest) == 32
    assert not any(part in bytes(row.digest) for part in (b"a token", b"avoid", b"#7"))


def test_a_button_that_changed_nothing_is_given_back_alone(any_database, community):
    with any_database.transaction() as db:
        for value in ("7", "8"):
            db.taps.use(community, 1, "t", route="go", value=value, now=START)

        db.taps.give_back(1, "t", route="go", value="7")

        assert db.taps.use(community, 1, "t", route="go", value="7", now=START) is True
        assert db.taps.use(community, 1, "t", route="go", value="8", now=START) is False
