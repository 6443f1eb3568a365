"""The rules of learning sessions: places, the draw, reminders and rhythms."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import sessions, sessions_places, sessions_record
from bot.domain import sessions_timing as timing
from bot.domain.calm import Hours
from bot.domain.sessions import Details, Kind, Register, Session, SignUp, SignUpState, Witness
from bot.domain.sessions_after import is_address
from bot.domain.sessions_record import Entry
from bot.errors import MemberError
from bot.ids import CommunityId, MemberId, SessionId
from bot.times import IfOff, instant, slots_after

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LONDON = "Europe/London"
GOING, WAITING, LEFT = SignUpState


def session(starts: datetime = datetime(2026, 12, 3, 12, 30), **more) -> Session:
    details = Details(**{"title": "Frailty", "minutes": 60, **more})
    return Session(SessionId(1), CommunityId(1), details, starts, LONDON, None)


def ask(register: Register, member: int, now: datetime = NOW) -> Register:
    signup = sessions_places.signed_up(register, MemberId(member), now=now)
    return register.with_signup(signup)


def leave(register: Register, member: int, now: datetime = NOW) -> Register:
    register = register.with_signup(sessions_places.given_up(register, MemberId(member), now=now))
    for each in sessions_places.promoted(register, now=now):
        register = register.with_signup(each)
    return register


@given(
    capacity=st.none() | st.integers(1, 4),
    steps=st.lists(st.tuples(st.booleans(), st.integers(1, 6)), max_size=40),
)
def test_places_are_never_too_many_nor_empty_while_somebody_waits(capacity, steps) -> None:
    register = Register(session(capacity=capacity))
    line: list[int] = []

    for wants, member in steps:
        holds = register.has(MemberId(member), GOING, WAITING)
        if not wants and not holds:
            continue
        register = ask(register, member) if wants else leave(register, member)
        if wants and not holds:
            line.append(member)
        if not wants:
            line.remove(member)
        most = len(line) if capacity is None else capacity
        # Places go by who asked first, always.
        assert [each.member for each in register.going] == line[:most]
        assert [each.member for each in register.waiting] == line[most:]
    assert len({each.position for each in register.signups}) == len(register.signups)


def test_every_change_of_a_place_raises_its_sequence() -> None:
    register = ask(ask(Register(session(capacity=1)), 1), 2)
    seen = [register.of(MemberId(2)).sequence]
    for step in (lambda at: leave(at, 1), lambda at: leave(at, 2), lambda at: ask(at, 2)):
        register = step(register)
        seen.append(register.of(MemberId(2)).sequence)

    assert seen == [0, 1, 2, 3]


def test_nobody_is_given_a_place_so_late_that_they_could_not_decline() -> None:
    begins = session().begins
    register = ask(ask(Register(session(capacity=1)), 1), 2)
    early, late = (
        begins - sessions.SHORT_NOTICE,
        begins - sessions.SHORT_NOTICE + timedelta(microseconds=1),
    )

    assert [each.member for each in leave(register, 1, early).going] == [2]
    freed = leave(register, 1, late)
    assert (freed.going, [each.member for each in freed.waiting]) == ((), [2])
    # The first to ask has it, and keeps their turn where there is none.
    assert [each.member for each in ask(freed, 3, late).going] == [3]
    assert [each.member for each in ask(freed, 2, late).going] == [2]
    assert ask(ask(freed, 3, late), 2, late).turn_of(MemberId(2)) == 1


def test_place_that_is_free_belongs_to_those_who_wait_until_short_notice() -> None:
    begins = session().begins
    register = Register(session(capacity=1), (SignUp(MemberId(1), WAITING, 1),))

    early = ask(register, 2, begins - sessions.SHORT_NOTICE)
    late = ask(register, 2, begins - timedelta(minutes=1))

    assert ([each.member for each in early.going], early.turn_of(MemberId(2))) == ([], 2)
    assert [each.member for each in late.going] == [2]


@pytest.mark.parametrize("state", [None, LEFT])
def test_what_one_does_not_have_is_not_given_back(state) -> None:
    signups = (SignUp(MemberId(1), state, 1),) if state else ()

    with pytest.raises(MemberError, match="You have no place in “Frailty”"):
        sessions_places.given_up(Register(session(), signups), MemberId(1), now=NOW)


@given(st.sets(st.integers(1, 9), max_size=9), st.sets(st.integers(1, 9)), st.integers(0, 999))
def test_draw_takes_those_who_never_had_one_first(hopeful, had_one, seed) -> None:
    chair = session(kind=Kind.OPEN_CHAIR, capacity=3)
    signups = tuple(SignUp(MemberId(each), WAITING, each) for each in sorted(hopeful))

    lucky, waiting = sessions_places.drawn(
        Register(chair, signups), map(MemberId, had_one), rng=Random(seed)
    )

    order = [each.member for each in (*lucky, *waiting)]
    assert len(lucky) == min(3, len(hopeful))
    assert set(order) == hopeful
    assert [each in had_one for each in order] == sorted(each in had_one for each in order)
    assert [each.position for each in (*lucky, *waiting)] == list(range(1, len(order) + 1))
    assert {each.state for each in lucky} <= {GOING}
    assert {each.state for each in waiting} <= {WAITING}


def test_draw_favours_nobody_else() -> None:
    chair = session(kind=Kind.OPEN_CHAIR, capacity=1)
    signups = tuple(SignUp(MemberId(each), WAITING, each) for each in range(1, 5))

    wins = Counter(
        sessions_places.drawn(Register(chair, signups), (), rng=Random(seed))[0][0].member
        for seed in range(2000)
    )

    # Of 2,000 draws each of four wins 500; five standard deviations are 97.
    assert all(abs(count - 500) < 97 for count in wins.values())


def test_draw_without_a_limit_takes_everybody() -> None:
    signups = (SignUp(MemberId(1), WAITING, 1),)

    lucky, waiting = sessions_places.drawn(Register(session(), signups), (), rng=Random(1))

    assert ([each.member for each in lucky], waiting) == ([1], ())


def test_draw_is_three_days_before_or_halfway() -> None:
    chair = session(kind=Kind.OPEN_CHAIR, capacity=1)
    late = chair.begins - timedelta(hours=10)

    assert sessions.draw_time(chair, now=NOW) == chair.begins - timedelta(days=3)
    assert sessions.draw_time(chair, now=late) == late + timedelta(hours=5)
    assert sessions.draw_time(session(), now=NOW) is None


def labels(starts: datetime, now: datetime = NOW) -> dict[int, str]:
    found = timing.reminders(session(starts), Hours(), now=now)
    return {each.lead: f"{each.label:%d %b %H:%M}" for each in found}


DAY, HOUR = 24 * 60, 60


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (
            datetime(2026, 12, 3, 12, 30),
            {7 * DAY: "26 Nov 12:30", DAY: "02 Dec 12:30", 3 * HOUR: "03 Dec 09:30",
             HOUR: "03 Dec 11:30", 15: "03 Dec 12:15"},
        ),
        # In the small hours and late in the evening they come the evening before.
        (
            datetime(2026, 12, 3, 8, 30),
            {7 * DAY: "26 Nov 08:30", DAY: "02 Dec 08:30", 3 * HOUR: "02 Dec 19:30",
             HOUR: "02 Dec 19:30", 15: "03 Dec 08:15"},
        ),
        (
            datetime(2026, 12, 3, 7, 0),
            {7 * DAY: "25 Nov 19:30", DAY: "01 Dec 19:30", 3 * HOUR: "02 Dec 19:30",
             HOUR: "02 Dec 19:30", 15: "02 Dec 19:30"},
        ),
        (
            datetime(2026, 12, 3, 21, 30),
            {7 * DAY: "26 Nov 19:30", DAY: "02 Dec 19:30", 3 * HOUR: "03 Dec 18:30",
             HOUR: "03 Dec 19:30", 15: "03 Dec 19:30"},
        ),
        # A day before stays at the same time of day when clocks change in between.
        (
            datetime(2027, 3, 28, 12, 0),
            {7 * DAY: "21 Mar 12:00", DAY: "27 Mar 12:00", 3 * HOUR: "28 Mar 09:00",
             HOUR: "28 Mar 11:00", 15: "28 Mar 11:45"},
        ),
        # What has passed when it is planned is dropped.
        (datetime(2026, 11, 23, 13, 0), {HOUR: "23 Nov 12:00", 15: "23 Nov 12:45"}),
        (datetime(2026, 11, 23, 10, 10), {}),
    ],
)  # fmt: skip
def test_reminders_come_when_they_help(starts, expected) -> None:
    assert labels(starts) == expected


@given(
    st.datetimes(datetime(2026, 11, 24), datetime(2028, 1, 1)).map(
        lambda at: at.replace(second=0, microsecond=0)
    )
)
def test_no_reminder_comes_at_night_or_after_the_start(starts) -> None:
    of = session(sessions.session_at(starts, LONDON))

    for each in timing.reminders(of, Hours(), now=NOW):
        assert NOW < instant(each.label, LONDON) < of.begins
        assert not Hours().hold(each.label)


@pytest.mark.parametrize(
    ("said", "lead"),
    [("1 day", DAY), ("a week", 7 * DAY), ("an hour before", HOUR), ("60 minutes", HOUR),
     ("3 hours", 3 * HOUR), ("15 minutes", 15), ("day", DAY), ("2 days", None), ("soon", None),
     ("", None)],
)  # fmt: skip
def test_lead_is_read_as_people_say_it(said, lead) -> None:
    assert timing.lead_of(said) == lead


@pytest.mark.parametrize(
    ("day", "rhythm", "expected"),
    [
        (date(2026, 12, 1), timing.Rhythm.WEEKLY, ["08 Dec", "15 Dec", "22 Dec"]),
        (date(2026, 12, 1), timing.Rhythm.FORTNIGHTLY, ["15 Dec", "29 Dec", "12 Jan"]),
        (date(2026, 12, 1), timing.Rhythm.FOUR_WEEKLY, ["29 Dec", "26 Jan", "23 Feb"]),
        # The last day of a shorter month, and the last of a weekday that comes five times.
        (date(2026, 12, 31), timing.Rhythm.MONTHLY_DAY, ["31 Jan", "28 Feb", "31 Mar"]),
        (date(2026, 12, 8), timing.Rhythm.MONTHLY_WEEKDAY, ["12 Jan", "09 Feb", "09 Mar"]),
        (date(2026, 12, 29), timing.Rhythm.MONTHLY_WEEKDAY, ["26 Jan", "23 Feb", "30 Mar"]),
    ],
)
def test_rhythm_repeats_as_it_says(day, rhythm, expected) -> None:
    starts = datetime.combine(day, datetime(2026, 1, 1, 9).time())
    recurring = timing.recurrence(starts, rhythm, LONDON, until=None, if_off=IfOff.AS_PLANNED)

    slots = slots_after(recurring, starts)

    assert [f"{next(slots).label:%d %b}" for _ in expected] == expected


def test_rhythm_ends_on_its_last_day() -> None:
    starts = datetime(2026, 12, 1, 23, 59)
    recurring = timing.recurrence(
        starts, timing.Rhythm.WEEKLY, LONDON, until=date(2026, 12, 15), if_off=IfOff.SKIP
    )

    found = timing.slots_until(recurring, after=starts, last=datetime(2027, 6, 1))

    assert [f"{slot.label:%d %b}" for slot in found] == ["08 Dec", "15 Dec"]


def test_time_that_clocks_leave_out_is_the_first_after_it() -> None:
    assert sessions.session_at(datetime(2027, 3, 28, 1, 30), LONDON) == datetime(2027, 3, 28, 2, 0)


def test_session_lasts_as_long_as_it_says_across_a_clock_change() -> None:
    night = session(datetime(2027, 3, 28, 0, 30), minutes=120)

    assert night.ends - night.begins == timedelta(hours=2)


def test_change_is_counted_and_a_move_besides() -> None:
    before = session()
    moved = sessions.changed(before, before.details, before.starts + timedelta(hours=1))
    longer = sessions.changed(before, replace(before.details, minutes=90), before.starts)
    renamed = sessions.changed(before, replace(before.details, title="x"), before.starts)

    counted = [(each.sequence, each.moves) for each in (moved, longer, renamed)]
    assert counted == [(1, 1), (1, 1), (1, 0)]
    assert sessions.changed(before, before.details, before.starts) is before


def test_later_ones_take_over_what_changed_and_nothing_else() -> None:
    before = Details("Frailty", 60, place="Room 2", capacity=10)
    after = replace(before, title="Frailty at home", capacity=None)
    other = replace(before, place="Room 9", minutes=90)

    taken = sessions.with_changes_of(other, before, after)

    assert taken == Details("Frailty at home", 90, place="Room 9", capacity=None)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((True, Witness.SELF), (False, Witness.SELF), (False, Witness.SELF)),
        ((True, Witness.SELF), (False, Witness.ORGANISER), (False, Witness.ORGANISER)),
        ((False, Witness.ORGANISER), (True, Witness.SELF), (False, Witness.ORGANISER)),
        ((False, Witness.ORGANISER), (True, Witness.ORGANISER), (True, Witness.ORGANISER)),
    ],
)
def test_organisers_word_on_attendance_stands(first, second, expected) -> None:
    signup = SignUp(MemberId(1), GOING, 1)

    for was_there, witness in (first, second):
        signup = sessions_places.attendance(signup, was_there=was_there, witness=witness)

    assert (signup.attended, signup.attended_by) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("https://meet.example/a?b=c", True),
        ("http://meet.example", True),
        ("meet.example/a", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://[bad", False),
        ("https://meet.example/a b", False),
    ],
)
def test_address_is_a_web_address(words, expected) -> None:
    assert is_address(words) is expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_a_record_is_a_formula(start) -> None:
    of = sessions_record.record([Entry(date(2026, 1, 1), f"{start}1+1", f"{start}2", 60)])

    assert f"'{start}1+1" in sessions_record.as_csv(of)
    assert f"'{start}2" in sessions_record.as_csv(of)


def test_record_counts_sessions_and_meetings() -> None:
    entries = [
        Entry(date(2026, 5, 1), "Frailty", "", 90),
        sessions_record.met(date(2025, 5, 1), ["Ada Obi", "Ben Lee"]),
    ]

    of, this_year = sessions_record.record(entries), sessions_record.record(entries, year=2026)

    assert (of.sessions, of.meetings, of.minutes) == (1, 1, 120)
    assert [each.what for each in of.entries] == ["Peer coffee", "Frailty"]
    assert of.entries[0].who == "Ada Obi, Ben Lee"
    assert (this_year.sessions, this_year.meetings, this_year.minutes) == (1, 0, 90)
