"""Recurrences that know bank holidays, pause, leave one out and are changed while due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.times import IfOff, Recurrence
from storage.schedule import OccurrenceState

LONDON = "Europe/London"
NEW_YORK = "America/New_York"
# A Monday in summer, two weeks before the spring bank holiday.
NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
MONDAY = datetime(2026, 5, 18, 9)
DAY, WEEK, HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SPRING = "bank holiday: Spring bank holiday"
ASKED = "an organiser left it out"


def mondays(if_off: IfOff = IfOff.AS_PLANNED, zone: str = LONDON) -> Recurrence:
    return Recurrence("FREQ=WEEKLY", MONDAY, zone, if_off)


@pytest.fixture
def community(any_database):
    with any_database.transaction() as db:
        return db.communities.add("Leaders", zone=LONDON, now=NOW)


@pytest.fixture
def db(any_database, community):
    with any_database.transaction() as unit:
        yield unit


def listed(db, community) -> list[tuple[str, str, str]]:
    """Labels with when they happen, their state, and the note or reason; the earliest first."""
    return [
        (f"{each.label:%d %b} {each.at:%d %H:%M}", each.state, each.note or each.reason)
        for each in db.schedule.of(community, "round", limit=20)[::-1]
    ]


def run(db, *, now):
    """Do the one thing that is due."""
    [number] = db.schedule.due(now, limit=5)
    occurrence = db.schedule.begin(number, now=now)
    db.schedule.finish(occurrence, OccurrenceState.DONE, now=now)
    return occurrence


def noon(day: int, month: int = 5) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def test_a_bank_holiday_moves_one_to_the_next_working_day_and_it_keeps_its_label(db, community):
    db.schedule.set_recurring(community, "round", mondays(IfOff.MOVE), now=NOW)

    run(db, now=noon(18))
    on_the_day = db.schedule.due(noon(25), limit=5)
    moved = run(db, now=datetime(2026, 5, 26, 8, tzinfo=UTC))

    assert on_the_day == ()
    assert (moved.label, moved.at, moved.note) == (MONDAY + WEEK, MONDAY + WEEK + DAY, SPRING)
    assert listed(db, community) == [
        ("18 May 18 09:00", "done", ""),
        ("25 May 26 09:00", "done", SPRING),
        ("01 Jun 01 09:00", "waiting", ""),
    ]


def test_a_bank_holiday_leaves_one_out_before_its_time_in_sight(db, community):
    db.schedule.set_recurring(community, "round", mondays(IfOff.SKIP), now=NOW)

    run(db, now=noon(18))

    assert listed(db, community) == [
        ("18 May 18 09:00", "done", ""),
        ("25 May 25 09:00", "skipped", SPRING),
        ("01 Jun 01 09:00", "waiting", ""),
    ]
    [left_out] = db.recurrences.left_out(community, "round", now=noon(18))
    assert (left_out.label, left_out.reason) == (MONDAY + WEEK, SPRING)
    assert db.recurrences.left_out(community, "round", now=noon(25)) == ()
    assert db.recurrences.upcoming(community, "round").at == MONDAY + 2 * WEEK


def test_a_lead_counts_from_the_day_it_was_moved_to(db, community):
    lead = timedelta(days=2)
    db.schedule.set_recurring(community, "round", mondays(IfOff.MOVE), now=noon(18), lead=lead)

    assert db.schedule.next_due() == datetime(2026, 5, 24, 8, tzinfo=UTC)


def test_setting_the_same_again_on_the_bank_holiday_keeps_what_was_moved_from_it(db, community):
    for _ in range(2):
        at = db.schedule.set_recurring(community, "round", mondays(IfOff.MOVE), now=noon(25))

    assert at == MONDAY + WEEK + DAY
    assert listed(db, community) == [("25 May 26 09:00", "waiting", SPRING)]


def test_changing_what_happens_on_a_bank_holiday_plans_it_anew(db, community):
    wishes = (IfOff.SKIP, IfOff.MOVE, IfOff.AS_PLANNED, IfOff.SKIP, IfOff.AS_PLANNED)

    for if_off in wishes:
        db.schedule.set_recurring(community, "round", mondays(if_off), now=noon(18))

    assert listed(db, community) == [("25 May 25 09:00", "waiting", "")]


def test_stopping_takes_what_was_left_out_ahead_along_and_leaves_the_past(db, community):
    db.schedule.set_recurring(community, "round", mondays(IfOff.SKIP), now=NOW)
    run(db, now=noon(18))

    db.schedule.stop_recurring(community, "round", now=noon(19))

    assert listed(db, community) == [("18 May 18 09:00", "done", "")]


def test_a_weekend_is_left_out_where_the_recurrence_says_so(db, community):
    daily = Recurrence(
        "FREQ=DAILY", datetime(2026, 5, 15, 9), LONDON, IfOff.SKIP, weekends_off=True
    )
    db.schedule.set_recurring(community, "round", daily, now=NOW)

    run(db, now=noon(15))

    assert listed(db, community)[1:] == [
        ("16 May 16 09:00", "skipped", "Saturday"),
        ("17 May 17 09:00", "skipped", "Sunday"),
        ("18 May 18 09:00", "waiting", ""),
    ]


def test_a_pause_lets_nothing_happen_before_the_first_day_back(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)

    back = db.recurrences.pause(community, "round", until=date(2026, 6, 1), now=NOW)

    assert back == MONDAY + 2 * WEEK
    assert db.recurrences.paused_until(community, "round") == date(2026, 6, 1)
    assert listed(db, community) == [("01 Jun 01 09:00", "waiting", "")]


def test_a_pause_goes_on_through_a_change_and_ends_by_resuming(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    db.recurrences.pause(community, "round", until=date(2026, 6, 2), now=NOW)

    changed = db.schedule.set_recurring(community, "round", mondays(IfOff.SKIP), now=NOW)
    resumed = db.recurrences.resume(community, "round", now=NOW)

    assert (changed, resumed) == (MONDAY + 3 * WEEK, MONDAY)
    assert db.recurrences.paused_until(community, "round") is None
    assert listed(db, community) == [("18 May 18 09:00", "waiting", "")]


def test_what_runs_while_a_pause_begins_ends_and_the_next_one_waits_for_the_pause(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    [number] = db.schedule.due(noon(18), limit=1)
    begun = db.schedule.begin(number, now=noon(18))

    db.recurrences.pause(community, "round", until=date(2026, 6, 8), now=noon(18))
    db.schedule.finish(begun, OccurrenceState.DONE, now=noon(18))

    assert listed(db, community) == [
        ("18 May 18 09:00", "done", ""),
        ("08 Jun 08 09:00", "waiting", ""),
    ]


def test_what_is_due_when_a_pause_or_a_skip_comes_leaves_one_waiting_after_it(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    at_nine = datetime(2026, 5, 18, 8, 0, 30, tzinfo=UTC)

    db.recurrences.pause(community, "round", until=date(2026, 6, 8), now=at_nine)
    before = listed(db, community)
    db.recurrences.resume(community, "round", now=at_nine)
    db.recurrences.skip_next(community, "round", reason=ASKED)

    assert before == [("18 May 18 09:00", "waiting", "")]
    assert listed(db, community) == [
        ("18 May 18 09:00", "skipped", ASKED),
        ("25 May 25 09:00", "waiting", ""),
    ]


def test_a_moved_one_that_lands_on_the_first_day_back_happens(db, community):
    db.schedule.set_recurring(community, "round", mondays(IfOff.MOVE), now=NOW)

    back = db.recurrences.pause(community, "round", until=date(2026, 5, 26), now=NOW)

    assert back == MONDAY + WEEK + DAY


def test_what_does_not_recur_neither_pauses_nor_skips(db, community):
    db.schedule.add(community, "round", subject="", label=MONDAY, zone=LONDON)

    assert db.recurrences.pause(community, "round", until=date(2026, 6, 1), now=NOW) is None
    assert db.recurrences.resume(community, "round", now=NOW) is None
    assert db.recurrences.paused_until(community, "round") is None
    assert db.recurrences.skip_next(community, "round", reason=ASKED) is None
    assert db.recurrences.skip_next(community, "other", reason=ASKED) is None
    assert db.recurrences.take_back_skip(community, "round", reason=ASKED, now=NOW) is None
    assert listed(db, community) == [("18 May 18 09:00", "waiting", "")]


def test_skipping_the_next_one_leaves_it_out_in_sight_and_another_waits(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)

    left_out = db.recurrences.skip_next(community, "round", reason=ASKED)

    assert (left_out.label, left_out.state) == (MONDAY, OccurrenceState.SKIPPED)
    assert listed(db, community) == [
        ("18 May 18 09:00", "skipped", ASKED),
        ("25 May 25 09:00", "waiting", ""),
    ]
    assert db.schedule.due(noon(18), limit=5) == ()


def test_a_skip_is_taken_back_the_last_one_first(db, community):
    db.schedule.set_recurring(community, "round", mondays(IfOff.SKIP), now=NOW)
    for _ in range(2):
        db.recurrences.skip_next(community, "round", reason=ASKED)
    skipped = listed(db, community)

    back = [
        db.recurrences.take_back_skip(community, "round", reason=ASKED, now=NOW) for _ in range(3)
    ]

    assert skipped == [
        ("18 May 18 09:00", "skipped", ASKED),
        ("25 May 25 09:00", "skipped", SPRING),
        ("01 Jun 01 09:00", "skipped", ASKED),
        ("08 Jun 08 09:00", "waiting", ""),
    ]
    assert [each.label if each else None for each in back] == [MONDAY + 2 * WEEK, MONDAY, None]
    assert listed(db, community) == [("18 May 18 09:00", "waiting", "")]


def test_a_skip_whose_time_has_passed_is_not_taken_back(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    db.recurrences.skip_next(community, "round", reason=ASKED)

    assert db.recurrences.take_back_skip(community, "round", reason=ASKED, now=noon(18)) is None
    assert listed(db, community)[0] == ("18 May 18 09:00", "skipped", ASKED)


def test_subjects_pause_and_skip_for_themselves(db, community):
    for subject in ("a", "b"):
        db.schedule.set_recurring(community, "round", mondays(), now=NOW, subject=subject)

    db.recurrences.pause(community, "round", until=date(2026, 6, 1), now=NOW, subject="a")
    db.recurrences.skip_next(community, "round", reason=ASKED, subject="b")

    assert [
        f"{db.recurrences.upcoming(community, 'round', subject=each).at:%d %b}" for each in "ab"
    ] == ["01 Jun", "25 May"]


def test_a_rhythm_changed_in_the_minute_it_is_due_loses_nothing_and_doubles_nothing(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    at_nine = datetime(2026, 5, 18, 8, 0, 30, tzinfo=UTC)
    evening = Recurrence("FREQ=WEEKLY", datetime(2026, 5, 18, 18), LONDON)

    db.schedule.set_recurring(community, "round", evening, now=at_nine)
    run(db, now=at_nine)

    assert listed(db, community) == [
        ("18 May 18 09:00", "done", ""),
        ("18 May 18 18:00", "waiting", ""),
    ]


def test_what_is_being_tried_again_survives_a_change(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    [number] = db.schedule.due(noon(18), limit=1)
    db.schedule.begin(number, now=noon(18))
    db.schedule.count_attempt(number)
    db.schedule.retry(number, at=noon(18) + MINUTE, reason="OSError")

    db.schedule.set_recurring(community, "round", mondays(), now=noon(18))
    run(db, now=noon(18) + MINUTE)

    assert listed(db, community) == [
        ("18 May 18 09:00", "done", ""),
        ("25 May 25 09:00", "waiting", ""),
    ]


@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_stopping_around_the_minute_it_is_due_leaves_nothing_waiting(db, community, minutes):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    now = datetime(2026, 5, 18, 8, tzinfo=UTC) + minutes * MINUTE

    db.schedule.stop_recurring(community, "round", now=now)

    assert db.schedule.next_due() is None


def test_a_zone_changed_after_a_run_does_not_run_the_same_day_again(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)
    run(db, now=datetime(2026, 5, 18, 8, tzinfo=UTC))

    # It is not nine o'clock yet in New York.
    db.schedule.set_recurring(
        community, "round", mondays(zone=NEW_YORK), now=datetime(2026, 5, 18, 9, tzinfo=UTC)
    )

    assert listed(db, community) == [
        ("18 May 18 09:00", "done", ""),
        ("25 May 25 09:00", "waiting", ""),
    ]
    assert db.schedule.next_due() == datetime(2026, 5, 25, 13, tzinfo=UTC)


def test_a_zone_changed_before_a_run_moves_its_instant(db, community):
    db.schedule.set_recurring(community, "round", mondays(), now=NOW)

    db.schedule.set_recurring(community, "round", mondays(zone=NEW_YORK), now=NOW)

    assert listed(db, community) == [("18 May 18 09:00", "waiting", "")]
    assert db.schedule.next_due() == datetime(2026, 5, 18, 13, tzinfo=UTC)
