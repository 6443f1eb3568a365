"""The schedule: one row for each occurrence, and exactly one process for each row."""

from datetime import datetime, timedelta

from bot.times import Recurrence
from storage.schedule import OccurrenceState
from storage.unit_of_work import Touched
from tests.leaders import START

LONDON = "Europe/London"
MONDAY = datetime(2026, 11, 23, 9)
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
WEEKLY = Recurrence("FREQ=WEEKLY", MONDAY, LONDON)


def listed(db, community, job: str = "round") -> list[tuple[str, str]]:
    return [
        (f"{each.label:%d %b %H:%M}", each.state)
        for each in db.schedule.of(community, job, limit=9)
    ]


def run(db, *, now):
    """Do the one thing that is due."""
    [number] = db.schedule.due(now, limit=5)
    occurrence = db.schedule.begin(number, now=now)
    db.schedule.finish(occurrence, OccurrenceState.DONE, now=now)
    return occurrence


def test_a_recurrence_waits_for_its_next_label(db, community):
    assert db.schedule.set_recurring(community, "round", WEEKLY, now=START) == MONDAY + WEEK
    assert listed(db, community) == [("30 Nov 09:00", "waiting")]
    assert db.schedule.next_label(community, "round") == MONDAY + WEEK
    assert db.schedule.next_due() == START - HOUR + WEEK


def test_a_lead_makes_it_due_before_its_label(db, community):
    lead = timedelta(days=2)

    label = db.schedule.set_recurring(community, "round", WEEKLY, now=START, lead=lead)

    assert label == MONDAY + WEEK
    assert db.schedule.next_due() == START - HOUR + WEEK - lead


def test_a_label_whose_lead_has_passed_is_left_out(db, community):
    label = db.schedule.set_recurring(
        community, "round", WEEKLY, now=START + timedelta(days=6), lead=timedelta(days=2)
    )

    assert label == MONDAY + 2 * WEEK


def test_what_is_done_makes_the_next_wait(db, community):
    db.schedule.set_recurring(community, "round", WEEKLY, now=START)

    occurrence = run(db, now=START + WEEK)

    assert (occurrence.label, occurrence.state, occurrence.zone, occurrence.subject) == (
        MONDAY + WEEK,
        OccurrenceState.RUNNING,
        LONDON,
        "",
    )
    assert listed(db, community) == [("07 Dec 09:00", "waiting"), ("30 Nov 09:00", "done")]


def test_a_label_keeps_its_local_time_over_a_clock_change(db, community):
    before = Recurrence("FREQ=WEEKLY", datetime(2027, 3, 22, 9), LONDON)
    db.schedule.set_recurring(community, "round", before, now=START)
    due = db.schedule.next_due()

    run(db, now=due)

    assert db.schedule.next_due() == due + WEEK - HOUR


def test_an_ended_recurrence_waits_for_nothing(db, community):
    once = Recurrence("FREQ=WEEKLY;COUNT=2", MONDAY, LONDON)
    db.schedule.set_recurring(community, "round", once, now=START)

    run(db, now=START + WEEK)

    assert listed(db, community) == [("30 Nov 09:00", "done")]
    assert db.schedule.next_due() is None
    assert db.schedule.set_recurring(community, "round", once, now=START + WEEK) is None


def test_setting_it_again_moves_what_has_not_begun(db, community):
    db.schedule.set_recurring(community, "round", WEEKLY, now=START)
    later = Recurrence("FREQ=WEEKLY", MONDAY + timedelta(days=1, hours=2), LONDON)

    db.schedule.set_recurring(community, "round", later, now=START)

    assert listed(db, community) == [("24 Nov 11:00", "waiting")]


def test_setting_it_again_after_an_early_run_goes_on_with_the_label_after(db, community):
    # The round of the 30th was asked for at once; then an organiser saved the rhythm unchanged.
    db.schedule.set_recurring(community, "round", WEEKLY, now=START)
    db.schedule.hasten(community, "round", subject="", now=START)
    run(db, now=START)

    label = db.schedule.set_recurring(community, "round", WEEKLY, now=START)

    assert label == MONDAY + 2 * WEEK
    assert listed(db, community) == [("07 Dec 09:00", "waiting"), ("30 Nov 09:00", "done")]


def test_subjects_and_communities_recur_for_themselves(db, community):
    other = db.communities.add("Others", zone=LONDON, now=START)
    db.schedule.set_recurring(community, "prompt", WEEKLY, subject="a", now=START)
    db.schedule.set_recurring(community, "prompt", WEEKLY, subject="b", now=START)
    db.schedule.set_recurring(other, "prompt", WEEKLY, subject="a", now=START)

    db.schedule.stop_recurring(community, "prompt", subject="a", now=START)

    assert [each.subject for each in db.schedule.of(community, "prompt", limit=9)] == ["b"]
    assert [each.subject for each in db.schedule.of(other, "prompt", limit=9)] == ["a"]
    db.schedule.stop_recurring(community, "prompt", subject="never was", now=START)


def test_stopping_leaves_what_was_done_and_what_is_running(db, community):
    db.schedule.set_recurring(community, "round", WEEKLY, now=START)
    run(db, now=START + WEEK)
    [number] = db.schedule.due(START + 2 * WEEK, limit=1)
    occurrence = db.schedule.begin(number, now=START + 2 * WEEK)

    db.schedule.stop_recurring(community, "round", now=START)
    db.schedule.finish(db.schedule.get(occurrence.id), OccurrenceState.DONE, now=START + 2 * WEEK)

    assert listed(db, community) == [("07 Dec 09:00", "done"), ("30 Nov 09:00", "done")]
    assert db.schedule.next_due() is None


def test_a_schedule_that_was_stopped_during_a_run_has_no_next(db, community):
    db.schedule.set_recurring(community, "round", WEEKLY, now=START)
    [number] = db.schedule.due(START + WEEK, limit=1)
    begun = db.schedule.begin(number, now=START + WEEK)

    db.schedule.stop_recurring(community, "round", now=START)
    db.schedule.finish(begun, OccurrenceState.DONE, now=START + WEEK)

    assert listed(db, community) == [("30 Nov 09:00", "done")]


def test_a_single_time_counts_once(db, community):
    def add(subject: str) -> bool:
        return db.schedule.add(community, "close", subject=subject, label=MONDAY, zone=LONDON)

    assert [add("round:7"), add("round:7"), add("round:8")] == [True, False, True]
    assert db.schedule.next_due() == START - HOUR


def test_hastening_makes_it_due_now_and_keeps_its_label(db, community):
    db.schedule.add(community, "close", subject="round:7", label=MONDAY + WEEK, zone=LONDON)

    assert db.schedule.hasten(community, "close", subject="round:7", now=START) is True
    assert db.schedule.hasten(community, "close", subject="round:8", now=START) is False
    occurrence = run(db, now=START)
    assert (occurrence.label, occurrence.due_at) == (MONDAY + WEEK, START)
    assert db.schedule.hasten(community, "close", subject="round:7", now=START) is False


def test_cancelling_skips_what_waits_about_a_subject_with_the_reason(db, community):
    for subject in ("round:7", "round:8"):
        db.schedule.add(community, "close", subject=subject, label=MONDAY, zone=LONDON)

    db.schedule.cancel(community, subject="round:7", reason="the round was cancelled", now=START)

    found = {each.subject: each for each in db.schedule.of(community, "close", limit=5)}
    assert found["round:7"].state is OccurrenceState.SKIPPED
    assert found["round:7"].reason == "the round was cancelled"
    assert found["round:8"].state is OccurrenceState.WAITING


def test_the_earliest_is_due_first(db, community):
    for number in (3, 1, 2):
        label = MONDAY - number * HOUR
        db.schedule.add(community, "close", subject=str(number), label=label, zone=LONDON)
    db.schedule.add(community, "close", subject="later", label=MONDAY + 2 * HOUR, zone=LONDON)

    def subjects(limit: int) -> list[str]:
        return [db.schedule.get(each).subject for each in db.schedule.due(START, limit=limit)]

    assert subjects(9) == ["3", "2", "1"]
    assert subjects(2) == ["3", "2"]


def test_only_one_process_begins_an_occurrence(db, community):
    db.schedule.add(community, "close", subject="", label=MONDAY, zone=LONDON)
    [number] = db.schedule.due(START, limit=1)

    assert db.schedule.begin(number, now=START).state is OccurrenceState.RUNNING
    assert db.schedule.begin(number, now=START) is None
    assert db.schedule.due(START, limit=1) == ()


def test_a_retry_waits_with_its_reason_and_counts(db, community):
    db.schedule.add(community, "close", subject="", label=MONDAY, zone=LONDON)
    [number] = db.schedule.due(START, limit=1)
    db.schedule.begin(number, now=START)

    counted = [db.schedule.count_attempt(number) for _ in range(2)]
    db.schedule.retry(number, at=START + HOUR, reason="OSError")

    assert counted == [1, 2]
    occurrence = db.schedule.get(number)
    assert (occurrence.state, occurrence.reason, occurrence.attempts, occurrence.due_at) == (
        OccurrenceState.WAITING,
        "OSError",
        2,
        START + HOUR,
    )
    assert occurrence.schedule is None


def test_what_a_dead_process_left_running_waits_again(db, community):
    for subject in ("old", "young"):
        db.schedule.add(community, "close", subject=subject, label=MONDAY, zone=LONDON)
    old, young = db.schedule.due(START, limit=2)
    db.schedule.begin(old, now=START)
    db.schedule.begin(young, now=START + HOUR)

    assert db.schedule.release(before=START) == 1
    assert db.schedule.due(START, limit=2) == (old,)
    assert db.schedule.get(young).state is OccurrenceState.RUNNING


def test_the_next_label_is_of_what_waits(db, community):
    assert db.schedule.next_label(community, "round") is None
    for number in (2, 1):
        label = MONDAY + number * WEEK
        db.schedule.add(community, "round", subject=str(number), label=label, zone=LONDON)

    assert db.schedule.next_label(community, "round") == MONDAY + WEEK
    run(db, now=START + WEEK)
    assert db.schedule.next_label(community, "round") == MONDAY + 2 * WEEK


def test_whatever_moves_the_clock_is_told(any_database, community):
    heard: list[Touched] = []
    any_database.listen(heard.append)

    with any_database.transaction() as db:
        db.schedule.set_recurring(community, "round", WEEKLY, now=START)
    with any_database.transaction() as db:
        db.schedule.hasten(community, "round", subject="", now=START)
    with any_database.transaction() as db:
        run(db, now=START)
    with any_database.transaction() as db:
        db.schedule.of(community, "round", limit=3)

    assert heard == [Touched(schedule=True)] * 3
