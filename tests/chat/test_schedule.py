"""Jobs by name."""

from datetime import timedelta

import pytest

from bot.chat.schedule import Job, Schedule

HOUR = timedelta(hours=1)


def function(run, db):
    return None


def test_marking_a_function_leaves_it_as_it_was_and_lists_the_job():
    schedule = Schedule()

    marked = schedule.job("coffee round", catch_up=HOUR)(function)

    assert marked is function
    assert list(schedule) == [Job("coffee round", function, HOUR)]
    assert schedule.get("coffee round") == Job("coffee round", function, HOUR)
    assert schedule.get("coffee") is None


def test_schedules_are_merged_in_order():
    merged = Schedule((Job("b", function, HOUR), Job("a", function, HOUR)))

    assert [job.name for job in merged] == ["b", "a"]


def test_two_functions_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"^Two functions want the job “upkeep”\.$"):
        Schedule((Job("upkeep", function, HOUR), Job("upkeep", function, HOUR)))
