"""What people type, read or answered with the sentence that says what can be read."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import arguments
from bot.chat.arguments import Rhythm
from bot.errors import NotUnderstood

MONDAY = date(2026, 11, 23)
UNTIL_EXAMPLE = "Try “2 weeks”, “until 3 March” or “until next Monday”."
RHYTHM_EXAMPLE = "Try “every 2 weeks on Tuesday 09:00”."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2 weeks", date(2026, 12, 7)),
        ("for 2 weeks", date(2026, 12, 7)),
        ("  For  2   Weeks ", date(2026, 12, 7)),
        ("a week", date(2026, 11, 30)),
        ("an week", date(2026, 11, 30)),
        ("10 days", date(2026, 12, 3)),
        ("ten days", date(2026, 12, 3)),
        ("10days", date(2026, 12, 3)),
        ("twelve weeks", date(2027, 2, 15)),
        ("a fortnight", date(2026, 12, 7)),
        ("2 fortnights", date(2026, 12, 21)),
        ("1 month", date(2026, 12, 23)),
        ("three months", date(2027, 2, 23)),
        ("until 3 March", date(2027, 3, 3)),
        ("till 3 march", date(2027, 3, 3)),
        ("to 3rd of March", date(2027, 3, 3)),
        ("until March 3", date(2027, 3, 3)),
        ("until March 3rd, 2028", date(2028, 3, 3)),
        ("until 1st Jan", date(2027, 1, 1)),
        ("until 22nd december", date(2026, 12, 22)),
        ("until 2026-12-24", date(2026, 12, 24)),
        ("until 24/12/2026", date(2026, 12, 24)),
        ("until next Monday", date(2026, 11, 30)),
        ("until Monday", date(2026, 11, 30)),
        ("until tue", date(2026, 11, 24)),
        ("until Sunday", date(2026, 11, 29)),
        ("until tomorrow", date(2026, 11, 24)),
        ("until next week", date(2026, 11, 30)),
        ("until next month", date(2026, 12, 23)),
        ("until 23 November", date(2027, 11, 23)),
        ("until 29 February", date(2028, 2, 29)),
        ("732 days", date(2028, 11, 24)),
    ],
)
def test_until_reads_lengths_and_dates(words, expected):
    assert arguments.until(words, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", f"I could not read “” as a time. {UNTIL_EXAMPLE}"),
        (" a while ", f"I could not read “a while” as a time. {UNTIL_EXAMPLE}"),
        ("0 weeks", f"I could not read “0 weeks” as a time. {UNTIL_EXAMPLE}"),
        ("1001 days", f"I could not read “1001 days” as a time. {UNTIL_EXAMPLE}"),
        ("umpteen weeks", f"I could not read “umpteen weeks” as a time. {UNTIL_EXAMPLE}"),
        ("2 years", f"I could not read “2 years” as a time. {UNTIL_EXAMPLE}"),
        ("until 31 April", f"I could not read “until 31 April” as a time. {UNTIL_EXAMPLE}"),
        ("until 3 Smarch", f"I could not read “until 3 Smarch” as a time. {UNTIL_EXAMPLE}"),
        ("until 2026-13-01", f"I could not read “until 2026-13-01” as a time. {UNTIL_EXAMPLE}"),
        ("until 31/02/2027", f"I could not read “until 31/02/2027” as a time. {UNTIL_EXAMPLE}"),
        ("until today", f"“until today” has passed. {UNTIL_EXAMPLE}"),
        ("until 2026-11-22", f"“until 2026-11-22” has passed. {UNTIL_EXAMPLE}"),
        ("until 3 March 2020", f"“until 3 March 2020” has passed. {UNTIL_EXAMPLE}"),
        ("733 days", f"“733 days” is more than two years away. {UNTIL_EXAMPLE}"),
        (
            "until 3 March 2031",
            f"“until 3 March 2031” is more than two years away. {UNTIL_EXAMPLE}",
        ),
    ],
)
def test_until_says_what_it_could_not_read(words, sentence):
    with pytest.raises(NotUnderstood) as caught:
        arguments.until(words, today=MONDAY)

    assert str(caught.value) == sentence


def test_until_takes_29_february_eight_years_away_as_too_far():
    with pytest.raises(NotUnderstood) as caught:
        arguments.until("29 February", today=date(2096, 3, 1))

    assert str(caught.value) == f"“29 February” is more than two years away. {UNTIL_EXAMPLE}"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3 March", date(2027, 3, 3)),
        ("3 March 2027", date(2027, 3, 3)),
        ("2027-03-03", date(2027, 3, 3)),
        ("03/03/2027", date(2027, 3, 3)),
        ("today", MONDAY),
        ("tomorrow", date(2026, 11, 24)),
        ("Friday", date(2026, 11, 27)),
        ("on Friday", date(2026, 11, 27)),
        ("next friday", date(2026, 11, 27)),
        ("1 January 2020", date(2020, 1, 1)),
        ("29 February 2028", date(2028, 2, 29)),
    ],
)
def test_day_reads_dates(words, expected):
    assert arguments.day(words, today=MONDAY) == expected


@pytest.mark.parametrize("words", ["", "soon", "2 weeks", "fr", "30 February", "0000-01-01"])
def test_day_says_what_it_could_not_read(words):
    with pytest.raises(NotUnderstood) as caught:
        arguments.day(words, today=MONDAY)

    assert str(caught.value) == f"I could not read “{words}” as a date. Try “7 December”."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("09:00", time(9)),
        ("9am", time(9)),
        ("9 AM", time(9)),
        ("9.30", time(9, 30)),
        ("9.30pm", time(21, 30)),
        ("14:15", time(14, 15)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("12:05 am", time(0, 5)),
        ("14:15pm", time(14, 15)),
    ],
)
def test_clock_reads_times(words, expected):
    assert arguments.clock(words) == expected


@pytest.mark.parametrize("words", ["", "9", "24:00", "9:60", "25pm", "noon", "9:5", "-1:00"])
def test_clock_says_what_it_could_not_read(words):
    with pytest.raises(NotUnderstood) as caught:
        arguments.clock(words)

    assert str(caught.value) == f"I could not read “{words}” as a time. Try “09:00”."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("every 2 weeks on Tuesday 09:00", Rhythm(2, 1, time(9))),
        ("every two weeks Tuesday at 9am", Rhythm(2, 1, time(9))),
        ("every week on Monday 09:00", Rhythm(1, 0, time(9))),
        ("every 12 weeks on Sunday 23:30", Rhythm(12, 6, time(23, 30))),
        ("weekly Friday 2pm", Rhythm(1, 4, time(14))),
        ("fortnightly Mon 9am", Rhythm(2, 0, time(9))),
        ("every other week on Wed 10.15", Rhythm(2, 2, time(10, 15))),
        ("every other weeks on Thu 10:15", Rhythm(2, 3, time(10, 15))),
        ("Every 2 Weeks, on TUESDAY, at 09:00", Rhythm(2, 1, time(9))),
    ],
)
def test_rhythm_reads_rhythms(words, expected):
    assert arguments.rhythm(words) == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", f"I could not read “” as a rhythm. {RHYTHM_EXAMPLE}"),
        ("often", f"I could not read “often” as a rhythm. {RHYTHM_EXAMPLE}"),
        ("weekly Xday 9am", f"I could not read “weekly Xday 9am” as a rhythm. {RHYTHM_EXAMPLE}"),
        ("weekly Tuesday", f"I could not read “weekly Tuesday” as a rhythm. {RHYTHM_EXAMPLE}"),
        ("every 0 weeks on Tuesday 09:00", f"A rhythm is every 1 to 12 weeks. {RHYTHM_EXAMPLE}"),
        ("every 13 weeks on Tuesday 09:00", f"A rhythm is every 1 to 12 weeks. {RHYTHM_EXAMPLE}"),
        ("every few weeks on Tue 9am", "I could not read “few” as a number of weeks. Try “2”."),
        ("weekly Tuesday 25:00", "I could not read “25:00” as a time. Try “09:00”."),
    ],
)
def test_rhythm_says_what_it_could_not_read(words, sentence):
    with pytest.raises(NotUnderstood) as caught:
        arguments.rhythm(words)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("words", "expected"),
    [("2", 2), (" 12 ", 12), ("0", 0), ("999999", 999999), ("Twelve", 12), ("a", 1), ("an", 1)],
)
def test_number_reads_digits_and_words(words, expected):
    assert arguments.number(words, what="people") == expected


@pytest.mark.parametrize("words", ["", "-1", "1.5", "thirteen", "1000000", "²", "٣", "2 3"])
def test_number_says_what_it_could_not_read(words):
    with pytest.raises(NotUnderstood) as caught:
        arguments.number(words, what="people")

    assert str(caught.value) == f"I could not read “{words}” as a number of people. Try “2”."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("7", 7),
        ("0", 0),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("", None),
        ("-1", None),
        (" 7", None),
        ("7\n", None),
        ("٣", None),
        ("7 yes", None),
    ],
)
def test_identity_is_a_number_that_a_database_takes(words, expected):
    assert arguments.identity(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("<@U123>", ("user", "U123")),
        ("<@W0A|ada.obi>", ("user", "W0A")),
        ("<@U123> please", ("user", "U123")),
        ("#42", ("id", "42")),
        (" #42 ", ("id", "42")),
        ("@Ada Obi", ("name", "Ada Obi")),
        ("Ada", ("name", "Ada")),
        ("@ Ada ", ("name", "Ada")),
        ("#42 please", ("name", "#42 please")),
        # No member has a number as long as this, and no database takes it as one.
        ("#99999999999999999999", ("name", "#99999999999999999999")),
    ],
)
def test_mentioned_reads_mentions_numbers_and_names(words, expected):
    assert arguments.mentioned(words) == expected


@pytest.mark.parametrize("words", ["", "  ", "@", " @@ "])
def test_mentioned_asks_whom_it_is_about(words):
    with pytest.raises(NotUnderstood) as caught:
        arguments.mentioned(words)

    assert str(caught.value) == "Who do you mean? Add a name, for example “@Ada Example”."


PIECES = (
    *("until", "for", "to", "next", "every", "other", "weekly", "fortnightly", "on", "at", "of"),
    *("week", "weeks", "day", "days", "month", "fortnight", "monday", "tue", "march", "feb"),
    *("a", "ten", "today", "tomorrow", "0", "1", "2", "29", "31", "02", "2026", "99999", "²", "٣"),
    *("9am", "09:00", "24:00", "12pm", "٣٤:٠٠", "31/12/2026", "2026-02-30", "9999-12-31"),
    *("<@U1>", "#7", "@"),
)
# Words near those that can be read find more than any letters do.
near = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.text(max_size=8),
    ),
    max_size=7,
).map(" ".join)
numerals = st.sampled_from(["9", "1", "٣", "०"]).map(lambda digit: digit * 5000)


@given(st.one_of(near, st.text(), numerals.map("{} days".format), numerals.map("#{}".format)))
def test_anything_typed_is_read_or_not_understood(words):
    ask = (
        lambda: arguments.until(words, today=MONDAY),
        lambda: arguments.day(words, today=MONDAY),
        lambda: arguments.clock(words),
        lambda: arguments.rhythm(words),
        lambda: arguments.number(words, what="people"),
        lambda: arguments.identity(words),
        lambda: arguments.mentioned(words),
    )

    for each in ask:
        with suppress(NotUnderstood):
            each()


@given(near, st.dates(date(2024, 1, 1), date(2100, 1, 1)))
def test_a_pause_ends_after_today_and_within_two_years(words, today):
    try:
        found = arguments.until(words, today=today)
    except NotUnderstood:
        return

    assert timedelta() < found - today <= arguments.LONGEST_AHEAD


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("<#C123|general>", ("C123", "general")),
        (" <#C123> ", ("C123", "")),
        ("<#C123|>", ("C123", "")),
    ],
)
def test_channel_is_read_as_slack_writes_it(words, expected):
    assert arguments.channel(words) == expected


@pytest.mark.parametrize("words", ["", "#general", "general", "<#>", "<@C123>", "<#C1> and more"])
def test_channel_that_is_only_a_name_is_not_understood(words):
    with pytest.raises(NotUnderstood) as error:
        arguments.channel(words)

    assert str(error.value) == (
        f"I could not read “{words}” as a channel. Type the words in the channel itself, with "
        "“here” at the end."
    )
