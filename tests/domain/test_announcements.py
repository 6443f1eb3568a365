"""The life of an announcement: what may follow what, and what stays when it is copied."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import announcements as rules
from bot.domain.announcement_reach import Reach, Tally
from bot.domain.announcements import MOVES, Announcement, State, Way
from bot.domain.cadences import Cadence
from bot.errors import MemberError
from bot.ids import AnnouncementId, CommunityId, MemberId

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
DRAFT = Announcement(AnnouncementId(1), CommunityId(1), 7, MemberId(3), "Hello", made_at=NOW)
MONTHLY = Cadence(datetime(2026, 12, 1, 9, 0), "FREQ=MONTHLY;BYDAY=1MO")


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_each_state_is_followed_by_those_of_the_table_alone(before: State, after: State) -> None:
    found = replace(DRAFT, state=before)

    if after in MOVES[before]:
        assert rules.moved(found, after).state is after
    else:
        with pytest.raises(MemberError, match="Announcement 7 "):
            rules.moved(found, after)


@pytest.mark.parametrize(
    ("state", "after", "sentence"),
    [
        (State.SENDING, State.SENDING, "Announcement 7 is being sent already."),
        (State.CANCELLED, State.CANCELLED, "Announcement 7 is cancelled already."),
        (State.SENT, State.SENDING,
         "Announcement 7 is sent. “announce copy 7” makes a new one like it."),
    ],
)  # fmt: skip
def test_what_cannot_follow_is_told_in_a_sentence(
    state: State, after: State, sentence: str
) -> None:
    with pytest.raises(MemberError) as caught:
        rules.moved(replace(DRAFT, state=state), after)

    assert str(caught.value) == sentence


def test_scheduling_needs_a_time() -> None:
    with pytest.raises(MemberError) as caught:
        rules.scheduled(DRAFT)

    assert str(caught.value) == ("Announcement 7 has no time. “announce edit 7” gives it one.")
    assert rules.scheduled(replace(DRAFT, when=MONTHLY)).state is State.SCHEDULED


def test_it_begins_ends_and_is_cancelled_at_a_time_that_is_kept() -> None:
    sending = rules.begun(rules.moved(DRAFT, State.SENDING), now=NOW)
    later = NOW + timedelta(hours=1)

    assert (sending.state, sending.begun_at, sending.has_begun) == (State.SENDING, NOW, True)
    assert rules.ended(sending, now=later) == replace(sending, state=State.SENT, ended_at=later)
    assert rules.cancelled(sending, now=later) == replace(
        sending, state=State.CANCELLED, ended_at=later
    )


def test_what_has_reached_everybody_is_not_cancelled_but_can_be_taken_down() -> None:
    sent = rules.ended(rules.begun(rules.moved(DRAFT, State.SENDING), now=NOW), now=NOW)

    with pytest.raises(MemberError) as caught:
        rules.cancelled(sent, now=NOW)

    assert str(caught.value) == (
        "Announcement 7 has reached everybody it could, so there is nothing left to cancel. "
        "“announce take down 7” removes it where it stands."
    )
    assert rules.taken_down(sent, now=NOW + timedelta(days=1)) == replace(
        sent, state=State.CANCELLED
    )


def test_what_nobody_has_is_not_taken_down() -> None:
    with pytest.raises(MemberError) as caught:
        rules.taken_down(DRAFT, now=NOW)

    assert str(caught.value) == "Announcement 7 has not gone out."


def test_other_words_count_as_revised_once_somebody_may_have_the_old_ones() -> None:
    draft = rules.reworded(DRAFT, "Hi")
    gone_out = rules.reworded(rules.begun(rules.moved(DRAFT, State.SENDING), now=NOW), "Hi")

    assert (draft.text, draft.is_revised) == ("Hi", False)
    assert (gone_out.text, gone_out.is_revised) == ("Hi", True)
    assert rules.reworded(gone_out, "Ho").is_revised is True
    with pytest.raises(MemberError, match=r"^Announcement 7 is cancelled\. “announce copy 7”"):
        rules.reworded(rules.cancelled(DRAFT, now=NOW), "Hi")


def test_copy_says_the_same_to_the_same_people_and_has_no_past() -> None:
    found = replace(
        DRAFT, way=Way.BOTH, wants_acknowledgement=True, state=State.SENT, when=MONTHLY,
        is_revised=True, begun_at=NOW, ended_at=NOW, reminded_at=NOW, parent=AnnouncementId(9),
    )  # fmt: skip

    copied = rules.copied(found, author=MemberId(4), now=NOW)

    assert copied == replace(
        DRAFT, author=MemberId(4), way=Way.BOTH, wants_acknowledgement=True, made_at=NOW
    )


def test_occurrence_knows_what_it_is_one_of() -> None:
    found = replace(DRAFT, when=MONTHLY, state=State.SCHEDULED)

    made = rules.occurrence(found, now=NOW)

    assert made == replace(DRAFT, parent=DRAFT.id)
    assert (found.is_repeating, made.is_repeating) == (True, False)


@pytest.mark.parametrize(
    ("way", "is_direct", "is_posted"),
    [(Way.DIRECT, True, False), (Way.CHANNELS, False, True), (Way.BOTH, True, True)],
)
def test_way_says_where_it_goes(way: Way, is_direct: bool, is_posted: bool) -> None:
    found = replace(DRAFT, way=way)

    assert (found.is_direct, found.is_posted) == (is_direct, is_posted)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"wants_acknowledgement": False}, "Announcement 7 asks nobody to confirm it."),
        ({"way": Way.CHANNELS}, "Announcement 7 asks nobody to confirm it."),
        ({"state": State.CANCELLED}, "Announcement 7 is cancelled."),
        ({"begun_at": NOW - timedelta(hours=19)},
         "They had it less than a day ago. Give them until tomorrow, then remind them."),
        ({"reminded_at": NOW - timedelta(hours=1)},
         "They had it less than a day ago. Give them until tomorrow, then remind them."),
    ],
)  # fmt: skip
def test_nobody_is_reminded_too_soon_or_in_vain(changes: dict, sentence: str) -> None:
    sent = replace(
        DRAFT, wants_acknowledgement=True, state=State.SENT, begun_at=NOW - timedelta(days=2)
    )
    assert rules.reminded(sent, now=NOW).reminded_at == NOW

    with pytest.raises(MemberError) as caught:
        rules.reminded(replace(sent, **changes), now=NOW)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("since", "wait"),
    [(0, 10), (30, 10), (80, 20), (7200, 600)],
)
def test_progress_is_looked_at_less_often_the_longer_it_takes(since: int, wait: int) -> None:
    assert rules.next_look(since=timedelta(seconds=since)) == timedelta(seconds=wait)


def test_open_is_what_can_still_be_changed_altogether() -> None:
    assert {state for state in State if replace(DRAFT, state=state).is_open} == {
        State.DRAFT,
        State.SCHEDULED,
    }


def test_figures_add_up() -> None:
    tally = Tally(
        delivered=5, waiting=4, unsure=3, could_not=2, cancelled=1, posted=1, posts_could_not=2
    )

    assert (tally.people, tally.posts, tally.is_over) == (15, 3, False)
    assert Tally(delivered=1).is_over is True
    assert Tally(posts_waiting=1).is_over is False
    assert Reach(reached=5, no_account=2, opted_out=1).meant == 8
