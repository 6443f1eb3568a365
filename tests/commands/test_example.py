from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from bot.chat import messages
from bot.chat.messages import plain
from bot.commands import example
from bot.domain import stories
from bot.domain.announcement_reach import Outcome
from bot.domain.audience_words import said
from bot.domain.coffee import Met, ParticipationState, RoundState
from bot.domain.example_stories import STORIES
from bot.domain.sessions_after import report
from bot.domain.stories import State
from bot.errors import CommandError
from bot.ids import CommunityId, MemberId
from bot.views import priorities as views
from storage.database import Database
from storage.outbox import State as Sending
from storage.tables import metadata
from storage.web import web_account

# A Monday; the next round is on the Tuesday after it.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def made(database: Database) -> CommunityId:
    return example.make(database, now=NOW)


def rows(database: Database, *, but: frozenset[str] = frozenset()) -> dict[str, list[tuple]]:
    with database.transaction() as db:
        return {
            table.name: [
                tuple(row)
                for row in db.connection.execute(
                    sa.select(*(each for each in table.c if each.name not in but | never_again))
                )
            ]
            for table in metadata.sorted_tables
            # Where numbers are not used again, they count what was taken away too.
            for never_again in [{"id"} if table.kwargs.get("sqlite_autoincrement") else set()]
        }


def test_example_is_one_marked_community_of_invented_and_introduced_people(
    database: Database, made: CommunityId
) -> None:
    with database.transaction() as db:
        (community,) = db.communities.all()
        everybody = db.members.everybody(made)
        organisers = db.members.organisers(made)

        assert (community.name, community.is_example) == (
            "Example community (South East London)",
            True,
        )
        assert len(everybody) == 60
        assert {(each.is_example, each.is_introduced) for each in everybody} == {(True, True)}
        assert all(each.greeted_at is None for each in everybody)
        assert len(organisers) == 2
        assert [db.members.accounts_of(each.id) for each in everybody] == [
            (web_account(made, each.id),) for each in everybody
        ]


def test_example_drinks_coffee_every_second_tuesday(database: Database, made: CommunityId) -> None:
    with database.transaction() as db:
        setup = db.coffee.setup(made)
        parts = db.coffee.participants(made)

        assert (setup.is_running, setup.weeks, setup.weekday, f"{setup.time:%H:%M}") == (
            True,
            2,
            1,
            "09:00",
        )
        assert db.schedule.next_label(made, "coffee round") == datetime(2026, 11, 24, 9)
        assert len(parts) == 54
        assert Counter(part.paused_until for part in parts) == {
            None: 51,
            datetime(2026, 11, 30).date(): 1,
            datetime(2026, 12, 7).date(): 1,
            datetime(2026, 12, 21).date(): 1,
        }
        assert {part.state for part in parts} <= {
            ParticipationState.ACTIVE,
            ParticipationState.RESTING,
        }
        assert sum(map(len, db.coffee.avoids(made).values())) == 3


def test_example_has_four_closed_rounds_in_which_about_seven_in_ten_met(
    database: Database, made: CommunityId
) -> None:
    with database.transaction() as db:
        rounds = db.coffee.rounds(made)
        groups = [group for each in rounds for group in db.coffee.groups(each.id)]
        places = [place for group in groups for place in group.places]

        assert [(each.number, each.label, each.state, each.repeats) for each in rounds] == [
            (4, datetime(2026, 10, 27, 9), RoundState.CLOSED, 0),
            (3, datetime(2026, 10, 13, 9), RoundState.CLOSED, 0),
            (2, datetime(2026, 9, 29, 9), RoundState.CLOSED, 0),
            (1, datetime(2026, 9, 15, 9), RoundState.CLOSED, 0),
        ]
        assert all(each.closes_at <= NOW for each in rounds)
        assert all(0 < each.score <= each.bound for each in rounds)
        assert 0.6 <= sum(group.has_met for group in groups) / len(groups) <= 0.8
        assert {place.met for place in places} == {None, *Met}
        assert {place.worth for place in places} == {None, True, False}
        assert 5 <= sum(bool(place.note) for place in places) <= 40
        assert {place.pressed_at is None for place in places if place.met is None} == {True}
        avoids = db.coffee.avoids(made)
        assert not [
            group
            for group in groups
            if any(avoids.get(each, frozenset()) & {*group.people} for each in group.people)
        ]
        assert len(db.coffee.groups_of(places[0].member)) > 1


def test_example_is_the_same_for_the_same_seed(database: Database) -> None:
    # Keys and tokens are made to be guessed by nobody; a message carries its token, and a receipt
    # the number of a line that is not used again.
    secret = frozenset({"calendar", "key", "token", "message", "receipt"})
    example.make(database, now=NOW)
    first = rows(database, but=secret)
    example.take_away(database)

    example.make(database, now=NOW)
    second = rows(database, but=secret)
    example.take_away(database)
    example.make(database, now=NOW, seed=3)
    other = rows(database, but=secret)

    assert first == second
    assert [row[2] for row in first["members"]] != [row[2] for row in other["members"]]


def test_example_is_made_once_and_taken_away_whole(database: Database) -> None:
    with database.transaction() as db:
        kept = db.communities.add("Leaders", zone="Europe/London", now=NOW)
        db.members.add(kept, "Ada Obi", now=NOW, zone="Europe/London")
    before = rows(database)

    was_there = example.is_there(database)
    example.add_if_missing(database, now=NOW)
    example.add_if_missing(database, now=NOW)
    is_there = example.is_there(database)
    with pytest.raises(CommandError) as again:
        example.make(database, now=NOW)
    example.take_away(database)

    assert (was_there, is_there) == (False, True)
    assert str(again.value) == "The example community is there already."
    assert rows(database) == before
    with pytest.raises(CommandError) as none:
        example.take_away(database)
    assert str(none.value) == "There is no example community."


def test_example_commands_say_what_they_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/leaders.db")
    runner = CliRunner()

    added = runner.invoke(example.app, ["add"])
    removed = runner.invoke(example.app, ["remove"])
    again = runner.invoke(example.app, ["remove"])

    assert (added.exit_code, added.output) == (
        0,
        "“Example community (South East London)” is there, with 60 invented people.\n",
    )
    assert (removed.exit_code, removed.output) == (
        0,
        "“Example community (South East London)” is gone.\n",
    )
    assert isinstance(again.exception, CommandError)


def test_example_has_introductions_to_say_hello_to(database: Database) -> None:
    community = example.make(database, now=NOW)

    with database.transaction() as db:
        rows = db.outbox.rows(community, limit=200)
    waiting = [row for row in rows if row.state is Sending.QUEUED]
    assert Counter(row.key.split(":")[0] for row in waiting) == {
        "introduction": example.NEWCOMERS,
        "story": 4,
    }


def test_example_has_sessions_to_sign_up_for_and_one_to_look_back_on(
    database: Database, made: CommunityId
) -> None:
    with database.transaction() as db:
        upcoming = db.sessions.registers(db.sessions.upcoming(made, now=NOW))
        [past] = db.sessions.past(made, now=NOW, limit=9)
        was = report(db.sessions.register(past), db.session_answers.feedback(past.id))
        topics = db.session_topics.open(made)
        due = db.schedule.of(made, "session reminder", limit=99)

    full, chair = upcoming
    assert (len(full.going), len(full.waiting)) == (8, 3)
    assert (len(chair.going), len(chair.waiting), chair.session.is_to_be_drawn) == (0, 5, True)
    assert (was.going, was.here + was.missing, was.answered) == (20, 20, was.here)
    assert [topic.votes for topic in topics] == sorted(
        (topic.votes for topic in topics), reverse=True
    )
    assert len(due) == 10


def test_example_tells_stories_that_identify_nobody(database: Database) -> None:
    community = example.make(database, now=NOW)

    with database.transaction() as db:
        told = db.stories.newest(community, limit=9)
        waiting = db.stories.in_state(community, State.SUBMITTED)
        found = db.stories.search(community, ("discharge",), limit=9)
    assert [each.title for each in told][-1] == "A kettle on the corridor"
    assert (len(told), len(waiting), found.total) == (4, 1, 1)
    assert [stories.findings(each, (), today=NOW.date()) for each in (*told, *waiting)] == [()] * 5


def test_example_announced_what_arrived_and_was_confirmed_by_many(
    database: Database, made: CommunityId
) -> None:
    with database.transaction() as db:
        found = db.announcements.newest(made, limit=9)
        carers, bridge, thanks = (
            (each, db.recipients.tally(each)) for each in found if each.has_begun
        )
        upcoming = db.recurrences.upcoming(
            made, "announcement send", subject=f"announcement:{found[1].id}"
        )
        posts = db.web.posts(web_account(made, MemberId(1)).lane, "announcements", before=None,
                             limit=9)  # fmt: skip
        silent = db.recipients.people(bridge[0], outcomes=(Outcome.COULD_NOT,))
        read = [
            message
            for each in db.members.everybody(made)
            for entry in db.web.entries(web_account(made, each.id), before=None, limit=9)
            if (message := entry.message) and "You confirmed this on" in messages.plain(message)
        ]

    assert [each.state for each in found] == ["draft", "scheduled", "sent", "sent", "sent"]
    assert (bridge[1].people, bridge[1].delivered) == (60, 59)
    assert [each.reason for each in silent] == ["opted out"]
    assert 30 <= bridge[1].acknowledged == len(read) < 59
    assert said(carers[0].audience) == "place Lewisham or Greenwich"
    assert 0 < carers[1].delivered == carers[1].people < 40
    assert (thanks[1].people, thanks[1].posted) == (0, 1)
    assert upcoming is not None
    assert upcoming.at == datetime(2026, 11, 30, 9)
    assert [messages.plain(each.message).split("\n")[0][:12] for each in posts] == [
        "A room for c",
        "Thank you",
    ]


def test_example_asks_a_question_every_week(database: Database, made: CommunityId) -> None:
    with database.transaction() as db:
        [series] = db.prompts.running(made)
        asked = db.prompts.asked(series)
        posts = db.web.posts(web_account(made, MemberId(1)).lane, "prompts", before=None, limit=9)
        upcoming = db.recurrences.upcoming(made, "prompt ask", subject=f"prompt:{series.id}")

    assert len(set(asked)) == len(asked) == len(posts) == 5
    assert [f"{each.at:%Y-%m-%d %H:%M}" for each in posts][:2] == [
        "2026-11-18 09:30",
        "2026-11-11 09:30",
    ]
    assert upcoming is not None
    assert upcoming.at == datetime(2026, 11, 25, 9, 30)


def test_example_priorities_are_marked_as_such_and_belong_to_what_is_there(
    database: Database, made: CommunityId
) -> None:
    with database.transaction() as db:
        found = db.priorities.overview(made, now=NOW)
        shown = plain(views.listing(found, zone="Europe/London", is_organiser=False,
                                    is_example=True))  # fmt: skip

        words = [each.label for each in found.priorities]
        assert sum(bool(found.of(each).sessions) for each in found.priorities) == 1
        assert sum(found.of(each).told for each in found.priorities) == 2
        assert all(found.of(each).care for each in found.priorities)
        assert {each.priority for each in STORIES} <= {"", *words}
        assert "These are examples, as everything here is." in shown
