"""When something happens, read from words and said in words that read the same."""

from datetime import datetime

import pytest

from bot.domain import cadences
from bot.domain.cadences import CADENCE_EXAMPLE, EXAMPLE, ONCE, WORKING_DAYS, Cadence
from bot.errors import NotUnderstood
from bot.times import IfOff, Recurrence, labels_after

# A Wednesday.
NOW = datetime(2026, 11, 25, 10, 0)


@pytest.mark.parametrize(
    ("words", "start", "rule", "said"),
    [
        ("3 March 09:00", "2027-03-03 09:00", "", "3 March 2027 09:00"),
        ("tomorrow at 9am", "2026-11-26 09:00", "", "26 November 2026 09:00"),
        ("today 15:00", "2026-11-25 15:00", "", "25 November 2026 15:00"),
        ("3.30 pm", "2026-11-25 15:30", "", "25 November 2026 15:30"),
        ("2026-12-01, 09:00", "2026-12-01 09:00", "", "1 December 2026 09:00"),
        ("every day 11:00", "2026-11-25 11:00", "FREQ=DAILY", "every day 11:00"),
        ("daily 9am", "2026-11-26 09:00", "FREQ=DAILY", "every day 09:00"),
        ("every 3 days at 8am", "2026-11-26 08:00", "FREQ=DAILY;INTERVAL=3", "every 3 days 08:00"),
        ("Every working day 09:00", "2026-11-26 09:00", WORKING_DAYS, "every working day 09:00"),
        ("every Mon and Thu 10:00", "2026-11-26 10:00", "FREQ=WEEKLY;BYDAY=MO,TH",
         "every week on Monday and Thursday 10:00"),
        ("every 2 weeks on Tuesday 09:00", "2026-12-01 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
         "every 2 weeks on Tuesday 09:00"),
        ("every other week on Monday 9am", "2026-11-30 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
         "every 2 weeks on Monday 09:00"),
        ("fortnightly Friday 9am", "2026-11-27 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
         "every 2 weeks on Friday 09:00"),
        ("every month on the first Monday 14:00", "2026-12-07 14:00", "FREQ=MONTHLY;BYDAY=1MO",
         "every month on the first Monday 14:00"),
        ("monthly on the last Friday of the month at 4pm", "2026-11-27 16:00",
         "FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday 16:00"),
        ("every 3 months on the 15th 10:00", "2026-12-15 10:00",
         "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", "every 3 months on day 15 10:00"),
        ("every month on the last day 10:00", "2026-11-30 10:00", "FREQ=MONTHLY;BYMONTHDAY=-1",
         "every month on the last day 10:00"),
    ],
)  # fmt: skip
def test_words_are_read_and_said_again(words: str, start: str, rule: str, said: str) -> None:
    found = cadences.moment(words, after=NOW)

    assert found == Cadence(datetime.fromisoformat(start), rule)
    assert cadences.said(found) == said
    assert cadences.moment(said, after=NOW) == found


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", f"At what time? I could not read one in “”. {EXAMPLE}"),
        ("3 March", f"At what time? I could not read one in “3 March”. {EXAMPLE}"),
        ("every week", f"At what time? I could not read one in “every week”. {CADENCE_EXAMPLE}"),
        ("today 9am", f"“today 9am” has passed. {EXAMPLE}"),
        ("1 May 2031 09:00", f"“1 May 2031 09:00” is more than two years away. {EXAMPLE}"),
        ("30 February 09:00", "I could not read “30 february” as a date. Try “9 December”."),
        ("every x weeks on Monday 9am", "I could not read “x” as a number of weeks. Try “2”."),
        *(
            (words, f"I could not read “{words}”. {CADENCE_EXAMPLE}")
            for words in (
                "every month 09:00", "every week 09:00", "every 0 days 9am", "every 400 days 9am",
                "every day on Monday 9am", "every Monday Fooday 9am", "every blue moon 9am",
                "every month on the fifth Monday 9am", "every month on day 40 9am",
                "every month on the first mo 9am", "every week on mo 9am",
            )
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_an_example(words: str, sentence: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        cadences.moment(words, after=NOW)

    assert str(caught.value) == sentence


def test_weeks_are_counted_from_the_first_day_that_fits() -> None:
    found = cadences.cadence("every 2 weeks on Tuesday 09:00", after=NOW)

    labels = labels_after(found.recurrence("Europe/London", IfOff.AS_PLANNED), NOW)

    assert [f"{next(labels):%d %b}" for _ in range(3)] == ["01 Dec", "15 Dec", "29 Dec"]


def test_once_is_a_recurrence_of_one() -> None:
    found = cadences.moment("3 March 09:00", after=NOW)

    recurrence = found.recurrence("Europe/London", IfOff.MOVE)

    assert recurrence == Recurrence(ONCE, found.start, "Europe/London", IfOff.MOVE)
    assert list(labels_after(recurrence, NOW)) == [found.start]
    assert (found.is_repeating, cadences.moment("daily 9am", after=NOW).is_repeating) == (
        False,
        True,
    )
