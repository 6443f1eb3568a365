"""When a message that nobody asked for may reach somebody."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain import calm
from bot.domain.calm import NO_HOURS, Decision, Hours, Reader, Setup, Silence, Weight, Why, Wishes
from bot.ids import CommunityId, MemberId
from bot.times import instant

LONDON = "Europe/London"
# A Wednesday; London is on UTC.
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
WEEKENDS = Hours(weekends=True)


def reader(zone=LONDON, *, setup=None, **wishes) -> Reader:
    made = setup or Setup(CommunityId(1))
    return Reader(zone, made, Wishes(MemberId(1), **wishes))


def label(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute)


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        (Hours(), label(25, 19, 59), label(25, 19, 59)),
        (Hours(), label(25, 20), label(26, 8)),
        (Hours(), label(26, 7, 59), label(26, 8)),
        (Hours(), label(26, 8), label(26, 8)),
        (Hours(time(9), time(17)), label(25, 12), label(25, 17)),
        (Hours(time(9), time(17)), label(25, 18), label(25, 18)),
        (WEEKENDS, label(27, 21), label(30, 8)),
        (WEEKENDS, label(29, 12), label(30, 8)),
        (Hours(time(9), time(9), weekends=True), label(28, 12), label(30, 0)),
        (NO_HOURS, label(28, 3), label(28, 3)),
    ],
)
def test_quiet_hours_end(hours, at, ends):
    assert hours.end_after(at) == ends


@pytest.mark.parametrize(
    ("hours", "at", "begins"),
    [
        (Hours(), label(25, 23), label(25, 20)),
        (Hours(), label(26, 7), label(25, 20)),
        (Hours(time(9), time(17)), label(25, 12), label(25, 9)),
        (WEEKENDS, label(29, 12), label(27, 20)),
        (WEEKENDS, label(30, 7, 30), label(27, 20)),
        (Hours(time(9), time(9), weekends=True), label(29, 12), label(28, 0)),
    ],
)
def test_quiet_hours_begin(hours, at, begins):
    assert hours.begin_before(at) == begins


def test_hours_are_off_where_nothing_is_quiet():
    assert [each.are_off for each in (NO_HOURS, Hours(), WEEKENDS)] == [True, False, False]


def test_quiet_hours_are_local_and_end_at_the_local_time_after_a_clock_change():
    # In the night to 29 March 2026 London's clocks go forward.
    late = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)

    assert reader().awake(late) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    assert reader("Asia/Tokyo").awake(late) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)


def test_a_week_is_monday_to_sunday_where_the_member_is():
    sunday_night = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)

    assert reader().week_of(sunday_night) == date(2026, 11, 23)
    assert reader("Asia/Tokyo").week_of(sunday_night) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("weight", "at"),
    [
        (Weight.URGENT, NIGHT),
        (Weight.ALONE, MORNING),
        (Weight.ORDINARY, MORNING),
    ],
)
def test_at_night_only_what_is_urgent_goes_out(weight, at):
    assert calm.decide(reader(), weight, now=NIGHT) == Decision(at)


@pytest.mark.parametrize("weight", [Weight.URGENT, Weight.ALONE, Weight.ORDINARY])
def test_by_day_it_goes_at_once(weight):
    assert calm.decide(reader(), weight, now=NOON) == Decision(NOON)


@pytest.mark.parametrize(
    ("starts", "at"),
    [
        (NIGHT + timedelta(hours=12), NIGHT),
        (NIGHT + timedelta(hours=12, minutes=1), MORNING),
    ],
)
def test_a_cancellation_ignores_quiet_hours_within_12_hours_of_the_start(starts, at):
    assert calm.decide(reader(), Weight.URGENT, now=NIGHT, about=starts) == Decision(at)


def test_a_reminder_in_quiet_hours_moves_to_the_evening_before():
    starts = instant(label(26, 8, 30), LONDON)
    due = starts - timedelta(hours=1)

    found = calm.decide(reader(), Weight.ALONE, now=NOON, at=due, about=starts)

    assert found == Decision(instant(label(25, 19, 30), LONDON))


def test_a_reminder_asked_for_too_late_for_the_evening_before_waits_if_there_is_time():
    starts = instant(label(26, 8, 30), LONDON)
    due = starts - timedelta(hours=1)

    found = calm.decide(reader(), Weight.ALONE, now=NIGHT, at=due, about=starts)

    assert found == Decision(instant(label(26, 8), LONDON))


def test_a_reminder_that_can_move_nowhere_comes_when_it_should():
    starts = instant(label(26, 7, 30), LONDON)
    due = starts - timedelta(hours=1)

    found = calm.decide(reader(), Weight.ALONE, now=NIGHT, at=due, about=starts)

    assert found == Decision(due)


def test_a_freed_place_waits_for_the_morning_unless_that_is_too_late():
    later = calm.decide(reader(), Weight.ALONE, now=NIGHT, about=MORNING + timedelta(hours=2))
    soon = calm.decide(reader(), Weight.ALONE, now=NIGHT, about=MORNING)

    assert (later, soon) == (Decision(MORNING), Decision(NIGHT))


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 7])
def test_no_more_than_the_limit_goes_out_in_a_week(limit):
    setup = Setup(CommunityId(1), weekly_limit=limit)
    taken: list[datetime] = []

    found = []
    for ahead in range(10):
        now = NOON + timedelta(minutes=ahead)
        one = calm.decide(reader(setup=setup), Weight.ORDINARY, now=now, taken=taken)
        found.append(one)
        if one.at is not None:
            taken.append(one.at)

    assert len(taken) == limit
    assert found[limit:] == [Decision(None, Why.LIMIT)] * (10 - limit)


def test_your_week_keeps_its_place_while_it_is_to_come():
    sunday = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)

    found = [
        calm.decide(reader(), Weight.ORDINARY, now=sunday, taken=taken)
        for taken in ([], [monday], [monday, monday])
    ]

    assert found == [Decision(monday), Decision(monday), Decision(None, Why.LIMIT)]


def test_what_went_out_in_another_week_takes_no_place():
    last_week = [NOON - timedelta(days=7)] * 3
    next_week = [NOON + timedelta(days=7)] * 3

    found = calm.decide(reader(), Weight.ORDINARY, now=NOON, taken=last_week + next_week)

    assert found == Decision(NOON)


def test_what_another_member_says_waits_for_quiet_hours_and_for_nothing_else():
    held = Setup(CommunityId(1), quiet_since=NOON, quiet_until=NOON + timedelta(days=9))
    taken = [NOON] * 9

    at_night = calm.decide(reader(setup=held), Weight.CARRIED, now=NIGHT, taken=taken)
    at_noon = calm.decide(reader(setup=held), Weight.CARRIED, now=NOON, taken=taken)

    assert (at_night, at_noon) == (Decision(MORNING), Decision(NOON))


def test_what_goes_alone_goes_beyond_the_limit():
    taken = [NOON] * 9

    assert calm.decide(reader(), Weight.ALONE, now=NOON, taken=taken) == Decision(NOON)


def test_what_can_wait_is_kept_unless_your_week_would_be_too_late():
    waits = calm.decide(reader(), Weight.CAN_WAIT, now=NOON)
    in_time = calm.decide(reader(), Weight.CAN_WAIT, now=NOON, about=NOON + timedelta(days=9))
    late = calm.decide(reader(), Weight.CAN_WAIT, now=NOON, about=NOON + timedelta(days=2))

    assert waits == in_time == Decision(None, Why.CAN_WAIT)
    assert late == Decision(NOON)


@pytest.mark.parametrize(
    ("best", "at"),
    [
        (time(13, 15), label(25, 13, 15)),
        (time(9, 0), label(26, 9)),
        (time(12, 0), label(25, 12)),
        (time(21, 0), label(26, 8)),
    ],
)
def test_what_is_not_urgent_comes_at_the_best_time(best, at):
    one = reader(best_time=best)

    assert calm.decide(one, Weight.ORDINARY, now=NOON) == Decision(instant(at, LONDON))
    assert calm.decide(one, Weight.ALONE, now=NOON) == Decision(NOON)


def test_own_quiet_hours_stand_in_place_of_the_communitys():
    early = reader(hours=Hours(time(11), time(14)))

    assert calm.decide(early, Weight.ALONE, now=NOON).at == instant(label(25, 14), LONDON)
    assert calm.decide(early, Weight.ALONE, now=NIGHT).at == NIGHT


@pytest.mark.parametrize("weight", list(Weight))
@pytest.mark.parametrize(
    "wishes",
    [
        {"silence": Silence.STOPPED},
        {"silence": Silence.PAUSED, "silent_until": NOON + timedelta(hours=1)},
    ],
)
def test_nothing_at_all_reaches_whoever_wants_silence(weight, wishes):
    assert calm.decide(reader(**wishes), weight, now=NOON) == Decision(None, Why.SILENCE)


def test_a_pause_that_is_over_holds_nothing():
    one = reader(silence=Silence.PAUSED, silent_until=NOON)

    assert calm.decide(one, Weight.ORDINARY, now=NOON) == Decision(NOON)
    assert not reader(silence=Silence.PAUSED).wishes.is_silent(NOON)


QUIET = Setup(CommunityId(1), quiet_since=NOON, quiet_until=NOON + timedelta(days=5))


@pytest.mark.parametrize(
    ("weight", "about", "decision"),
    [
        (Weight.URGENT, None, Decision(NOON)),
        (Weight.ALONE, None, Decision(NOON + timedelta(days=5))),
        (Weight.ALONE, NOON + timedelta(days=9), Decision(NOON + timedelta(days=5))),
        (Weight.ALONE, NOON + timedelta(days=2), Decision(NOON)),
        (Weight.ORDINARY, None, Decision(None, Why.QUIET)),
        (Weight.CAN_WAIT, None, Decision(None, Why.CAN_WAIT)),
    ],
)
def test_while_organisers_keep_it_quiet_only_what_is_pressing_goes_out(weight, about, decision):
    found = calm.decide(reader(setup=QUIET), weight, now=NOON, about=about)

    assert found == decision
    assert QUIET.is_quiet(NOON)


def test_what_is_meant_for_after_the_quiet_goes_then():
    after = NOON + timedelta(days=6)

    found = calm.decide(reader(setup=QUIET), Weight.ORDINARY, now=NOON, at=after)

    assert found == Decision(after)
    assert not QUIET.is_quiet(after)


CARD = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "card"),
    [
        (reader(), CARD),
        (reader("Asia/Tokyo"), datetime(2026, 11, 29, 23, 30, tzinfo=UTC)),
        (reader(best_time=time(12, 15)), CARD.replace(hour=12, minute=15)),
        (reader(hours=Hours(time(18), time(10))), CARD.replace(hour=10, minute=0)),
        (reader(setup=QUIET), datetime(2026, 12, 7, 8, 30, tzinfo=UTC)),
        (reader(silence=Silence.STOPPED), None),
        (
            reader(silence=Silence.PAUSED, silent_until=CARD),
            datetime(2026, 12, 7, 8, 30, tzinfo=UTC),
        ),
        (
            reader(setup=Setup(CommunityId(1), weekday=4, time=time(16))),
            datetime(2026, 11, 27, 16, 0, tzinfo=UTC),
        ),
        # A card of Sunday night comes before the quiet hours, so that it stays in its week.
        (
            reader(setup=Setup(CommunityId(1), weekday=6, time=time(21))),
            datetime(2026, 11, 29, 19, 30, tzinfo=UTC),
        ),
    ],
)
def test_your_week_comes_next(one, card):
    assert one.card_after(NOON) == card


def test_your_week_follows_the_clock_changes():
    summer = reader().card_after(datetime(2026, 3, 25, 12, 0, tzinfo=UTC))
    winter = reader().card_after(datetime(2026, 10, 21, 12, 0, tzinfo=UTC))

    assert summer == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    assert winter == datetime(2026, 10, 26, 8, 30, tzinfo=UTC)


def test_urgent_news_of_what_is_far_waits_while_it_is_quiet():
    far = NOON + timedelta(days=6)

    found = calm.decide(reader(setup=QUIET), Weight.URGENT, now=NOON, about=far)

    assert found == Decision(QUIET.quiet_until)
    assert replace(QUIET, quiet_until=None).is_quiet(NOON) is False


def test_people_in_several_zones_are_told_when_none_of_them_sleeps():
    nine = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    several = [reader(), reader("America/New_York"), reader("Asia/Tokyo")]
    awake = [calm.decide(each, Weight.ALONE, now=nine).at for each in several]

    # London from 8 to 20, New York from 13 to 1, Tokyo from 23 to 11, all on UTC.
    assert calm.together(several[:2], awake[:2]) == nine.replace(hour=13)
    assert calm.together(several[1:], awake[1:]) == nine.replace(hour=23)
    assert calm.together(several, awake) is None
