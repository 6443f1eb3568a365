"""Learning sessions that are held again and again."""

from datetime import date, datetime, timedelta

import pytest

from tests.leaders import Community, Leader, words
from tests.sessions import audited, planned

# What a platform carries is no different for a series than for a session.
pytestmark = pytest.mark.parametrize("community", ["web"], indirect=True)


def dates(community: Community) -> list[str]:
    with community.database.transaction() as db:
        several = db.sessions.upcoming(community.id, now=community.now)
    return [f"{each.starts:%d %b %H:%M}" for each in several]


async def repeated(community: Community, **answers: str) -> tuple[int, Leader]:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, date="2026-12-01", time="09:00")
    known = {"rhythm": "2 weeks"}
    form = await olu.says(f"sessions repeat {number}")
    outcome = await olu.submits(form, **known | answers)
    assert outcome.errors == {}
    return number, olu


async def test_series_is_planned_eight_weeks_ahead_and_goes_on(community: Community) -> None:
    number, _ = await repeated(community)

    assert dates(community) == [
        "01 Dec 09:00", "15 Dec 09:00", "29 Dec 09:00", "12 Jan 09:00",
    ]  # fmt: skip
    await community.passes(timedelta(weeks=4))
    assert dates(community) == [
        "29 Dec 09:00", "12 Jan 09:00", "26 Jan 09:00", "09 Feb 09:00",
    ]  # fmt: skip
    assert audited(community)[-1] == ("sessions repeat", f"session {number}")


async def test_series_says_which_sessions_come(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, date="2026-12-01", time="09:00")

    form = await olu.says(f"sessions repeat {number}")
    reply = words((await olu.submits(form, rhythm="4 weeks")).reply)

    assert reply.splitlines()[:3] == [
        "Frailty at home is a series now. Members can sign up for these:",
        "- Tuesday 29 December at 09:00",
        "Then on Tuesday 26 January at 09:00, and so on.",
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            {"rhythm": "week", "until": "2026-12-15"},
            ["01 Dec 09:00", "08 Dec 09:00", "15 Dec 09:00"],
        ),
        ({"rhythm": "4 weeks"}, ["01 Dec 09:00", "29 Dec 09:00"]),
        ({"rhythm": "month, on the same weekday"}, ["01 Dec 09:00", "05 Jan 09:00"]),
        # New Year's Day is a bank holiday: left out, moved to the Monday, or held.
        (
            {"rhythm": "month, on the same date"},
            ["01 Dec 09:00"],
        ),
        (
            {"rhythm": "month, on the same date", "if_off": "next working day"},
            ["01 Dec 09:00", "04 Jan 09:00"],
        ),
        (
            {"rhythm": "month, on the same date", "if_off": "as planned"},
            ["01 Dec 09:00", "01 Jan 09:00"],
        ),
    ],
)  # fmt: skip
async def test_series_follows_its_rhythm(
    community: Community, answers: dict[str, str], expected: list[str]
) -> None:
    await repeated(community, **answers)

    assert dates(community) == expected


async def test_series_keeps_its_local_time_when_clocks_change(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, date="2027-03-23", time="09:00")
    form = await olu.says(f"sessions repeat {number}")
    await olu.submits(form, rhythm="week", until="2027-04-06")

    await community.until(datetime(2027, 3, 22, 9, 0))

    with community.database.transaction() as db:
        several = db.sessions.upcoming(community.id, now=community.now)
    assert [f"{each.begins:%d %b %H:%M}" for each in several] == [
        "23 Mar 09:00", "30 Mar 08:00", "06 Apr 08:00",
    ]  # fmt: skip
    assert {each.starts.time() for each in several} == {datetime(2027, 1, 1, 9).time()}


async def test_cancelling_one_of_a_series_leaves_the_others(community: Community) -> None:
    _, olu = await repeated(community)

    await olu.submits(await olu.says("sessions cancel 2"))
    await community.passes(timedelta(days=3))

    assert dates(community) == ["01 Dec 09:00", "29 Dec 09:00", "12 Jan 09:00"]


async def test_later_ones_of_a_series_change_together(community: Community) -> None:
    _, olu = await repeated(community)
    ada = await community.leader("Ada Obi")
    await ada.says("sessions sign up 3")
    form = await olu.says("sessions edit 2")

    outcome = await olu.submits(form, title="Frailty", time="15:00", scope="later")

    assert words(outcome.reply).startswith(
        "Changed. 2 later sessions changed with it. I told 1 person who signed up.\n"
    )
    assert dates(community) == [
        "01 Dec 09:00", "15 Dec 15:00", "29 Dec 15:00", "12 Jan 15:00",
    ]  # fmt: skip
    assert words(ada.last).splitlines()[0] == (
        "Frailty at home has another time and another title."
    )
    await community.passes(timedelta(weeks=4))
    assert dates(community) == [
        "29 Dec 15:00", "12 Jan 15:00", "26 Jan 15:00", "09 Feb 15:00",
    ]  # fmt: skip
    with community.database.transaction() as db:
        several = db.sessions.upcoming(community.id, now=community.now)
    assert {each.title for each in several} == {"Frailty"}


@pytest.mark.parametrize(
    ("time", "first"), [("06:00", date(2026, 12, 15)), ("23:30", date(2026, 12, 8))]
)
async def test_a_new_hour_for_all_later_ones_loses_and_doubles_none(
    community: Community, time: str, first: date
) -> None:
    _, olu = await repeated(community, rhythm="week")
    # The eighth week ahead ends between the old and the new hour.
    await community.until(datetime(2026, 11, 24, 8, 0))

    await olu.submits(await olu.says("sessions edit 1"), time=time, scope="later")
    await community.passes(timedelta(weeks=2))

    days = [each[:6] for each in dates(community)]
    assert days == [f"{first + timedelta(weeks=at):%d %b}" for at in range(8)]


async def test_another_day_for_all_later_ones_is_refused(community: Community) -> None:
    _, olu = await repeated(community)

    form = await olu.says("sessions edit 2")
    outcome = await olu.submits(form, date="2026-12-16", scope="later")

    assert list(outcome.errors) == ["date"]
    assert dates(community)[1] == "15 Dec 09:00"


async def test_one_of_a_series_may_move_to_another_day(community: Community) -> None:
    _, olu = await repeated(community)

    await olu.submits(await olu.says("sessions edit 2"), date="2026-12-16")
    await community.passes(timedelta(days=3))

    assert dates(community) == [
        "01 Dec 09:00", "16 Dec 09:00", "29 Dec 09:00", "12 Jan 09:00",
    ]  # fmt: skip


async def test_stopped_series_keeps_what_is_planned(community: Community) -> None:
    number, olu = await repeated(community, rhythm="4 weeks")

    reply = words(await olu.says(f"sessions repeat stop {number}"))
    await community.passes(timedelta(weeks=4))
    again = words(await olu.says(f"sessions repeat stop {number}"))

    assert reply == (
        "No further sessions of “Frailty at home” are planned. Planned already, and still held: "
        "Tuesday 1 December at 09:00 and Tuesday 29 December at 09:00."
    )
    assert dates(community) == ["29 Dec 09:00"]
    assert again == "“Frailty at home” is not being repeated."


async def test_series_is_begun_once(community: Community) -> None:
    number, olu = await repeated(community)

    reply = words(await olu.says(f"sessions repeat {number}"))

    assert reply.startswith("“Frailty at home” is in a series already.")


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"until": "2026-12-01"}, {"until": "That is before the session comes a second time."}),
        ({"until": "soon"}, {"until": "I could not read “soon” as a date. Try “7 December”."}),
        ({"rhythm": "daily"}, {"rhythm": "Please choose one of these."}),
    ],
)
async def test_series_marks_what_makes_no_sense(
    community: Community, answers: dict[str, str], errors: dict[str, str]
) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, date="2026-12-01", time="09:00")
    form = await olu.says(f"sessions repeat {number}")

    outcome = await olu.submits(form, **answers)

    assert outcome.errors == errors
    assert dates(community) == ["01 Dec 09:00"]


async def test_series_after_a_long_stop_brings_no_session_of_the_past(
    community: Community,
) -> None:
    await repeated(community)

    community.now += timedelta(weeks=20)
    await community.settle()

    days = dates(community)
    assert days[0] == "20 Apr 09:00"
    assert days == sorted(set(days), key=days.index)


async def test_later_ones_keep_what_is_different_there_on_purpose(community: Community) -> None:
    _, olu = await repeated(community)
    await olu.submits(await olu.says("sessions edit 3"), time="16:00", place="Room 9")

    form = await olu.says("sessions edit 1")
    await olu.submits(form, title="Frailty", speakers="Di Roy", scope="later")
    await community.passes(timedelta(weeks=4))

    with community.database.transaction() as db:
        several = db.sessions.upcoming(community.id, now=community.now)
    assert [(f"{each.starts:%d %b %H:%M}", each.details.place) for each in several] == [
        ("29 Dec 16:00", "Room 9"), ("12 Jan 09:00", ""), ("26 Jan 09:00", ""),
        ("09 Feb 09:00", ""),
    ]  # fmt: skip
    assert {(each.title, each.details.speakers) for each in several} == {("Frailty", "Di Roy")}


async def test_series_that_was_stopped_still_changes_its_later_ones(community: Community) -> None:
    number, olu = await repeated(community)
    await olu.says(f"sessions repeat stop {number}")

    await olu.submits(await olu.says("sessions edit 2"), time="10:00", scope="later")

    assert dates(community) == [
        "01 Dec 09:00", "15 Dec 10:00", "29 Dec 10:00", "12 Jan 10:00",
    ]  # fmt: skip


async def test_session_alone_is_not_being_repeated(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu)

    reply = words(await olu.says(f"sessions repeat stop {number}"))

    assert reply == "“Frailty at home” is not being repeated."


async def test_last_of_a_series_far_ahead_names_what_follows(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, date="2027-03-02", time="09:00")
    form = await olu.says(f"sessions repeat {number}")

    reply = words((await olu.submits(form, rhythm="week")).reply)

    assert reply.splitlines()[0] == (
        "Frailty at home is a series now. The one after it is on Tuesday 9 March at 09:00."
    )
    await community.until(datetime(2027, 1, 13, 9, 0))
    assert dates(community) == ["02 Mar 09:00", "09 Mar 09:00"]
