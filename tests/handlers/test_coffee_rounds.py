from datetime import datetime, timedelta

import pytest

from bot.domain.coffee import RoundState
from bot.views import coffee_rounds as views
from tests.builders import set_profile
from tests.leaders import Community, Leader, words

NAMES = ("Ada Obi", "Ben Lee", "Cy Poe", "Di Roy", "Ed Fox", "Flo Day")


async def gathered(community: Community, count: int = 4, **answers: str) -> tuple[Leader, ...]:
    """An organiser, and leaders who have joined a coffee set up for Fridays."""
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", **answers
    )
    leaders = [await community.leader(name, team=f"team {name}") for name in NAMES[:count]]
    for leader in leaders:
        await leader.says("coffee join")
    return olu, *leaders


async def drafted(community: Community, count: int = 4) -> tuple[Leader, ...]:
    """The same, with a draft waiting for review."""
    people = await gathered(community, count, review="send")
    await community.until(datetime(2026, 11, 25, 9, 1))
    return people


def partners(community: Community) -> dict[int, set[int]]:
    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id)[0]
        groups = db.coffee.groups(of.id)
    return {each: set(group.people) - {each} for group in groups for each in group.people}


async def test_setup_says_how_coffee_runs(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    form = await olu.says("coffee setup")

    outcome = await olu.submits(
        form,
        rhythm="every 3 weeks on Thu 12:30",
        size="3",
        mode="asked",
        review="hold",
        apart=("same team",),
        theme="clinicians_with_executives",
    )

    assert words(outcome.reply).splitlines()[:9] == [
        "Coffee is set up.",
        "Rounds: every 3 weeks on Thursday at 12:30",
        "Next: Thursday 3 December at 12:30",
        "On a bank holiday: As planned",
        "Groups of: 3",
        "In a round: those who say yes each time",
        "Review: yes; without an approval it is held",
        "Never matched: people of the same team",
        "Theme: Clinicians with executives",
    ]
    again = await olu.says("coffee setup")
    assert again.fields[0].initial == "every 3 weeks on Thursday 12:30"


async def test_setup_marks_a_rhythm_that_makes_no_sense(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    outcome = await olu.submits(await olu.says("coffee setup"), rhythm="now and then")

    assert outcome.errors == {
        "rhythm": "I could not read “now and then” as a rhythm. "
        "Try “every 2 weeks on Tuesday 09:00”."
    }


async def test_setup_and_the_rest_are_for_organisers(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    for asked in ("coffee setup", "coffee run", "coffee report", "coffee swap A with B"):
        assert words(await ada.says(asked)) == (
            "Only organisers can do that. An organiser can give you that role."
        )


async def test_changing_the_rhythm_moves_the_next_round(community: Community) -> None:
    olu, ada, *_ = await gathered(community)

    await olu.submits(await olu.says("coffee setup"), rhythm="every week on Wednesday 10:00")

    assert "Wednesday 25 November at 10:00" in words(await ada.says("coffee next"))
    await community.until(datetime(2026, 11, 27, 10, 0))
    with community.database.transaction() as db:
        assert [each.label for each in db.coffee.rounds(community.id)] == [
            datetime(2026, 11, 25, 10, 0)
        ]


async def test_stopped_rounds_go_out_no_more(community: Community) -> None:
    olu, ada, *_ = await gathered(community)

    reply = await olu.says("coffee stop rounds")
    await community.passes(timedelta(weeks=5))

    assert words(reply).startswith("No further rounds go out.")
    assert ada.inbox == []
    assert "No round is planned yet" in words(await ada.says("coffee next"))


async def test_run_matches_everybody_at_once(community: Community) -> None:
    olu, *leaders = await gathered(community)

    reply = await olu.says("coffee run")

    assert words(reply) == "I am matching everybody now. You hear from me in a moment."
    assert all(words(leader.last).startswith("Coffee: ") for leader in leaders)
    assert words(olu.last).startswith("Round 1 of coffee is out: 4 leaders in 2 groups,")
    assert words(await olu.says("coffee run")) == (
        "A round was drafted this very minute. Try again in the next one."
    )


@pytest.mark.parametrize(("count", "who"), [(0, "nobody is"), (1, "only one person is")])
async def test_round_of_nobody_tells_the_organisers(
    community: Community, count: int, who: str
) -> None:
    olu, *_ = await gathered(community, count)

    await olu.says("coffee run")

    assert words(olu.last) == (
        f"There was no round of coffee: {who} in it. Invite people with “coffee join”."
    )


async def test_draft_waits_for_its_review_and_reminds(community: Community) -> None:
    olu, ada, *_ = await drafted(community)

    assert words(olu.last).splitlines()[0] == (
        "Round 1 of coffee is drafted: 2 groups. It goes out on Friday 27 November at 09:00."
    )
    await community.until(datetime(2026, 11, 26, 9, 0))
    assert "24 hours left." in words(olu.last)
    await community.until(datetime(2026, 11, 27, 7, 0))
    assert "2 hours left." in words(olu.last)
    assert ada.inbox == []
    await community.until(datetime(2026, 11, 27, 9, 0))
    assert words(ada.last).startswith("Coffee: ")


async def test_review_shows_a_page_with_the_reasons(community: Community) -> None:
    olu, *_ = await drafted(community)

    page = words(await olu.taps(olu.last, "Review"))

    assert page.splitlines()[:2] == [
        "Round 1 of coffee: drafted, waiting for approval",
        "2 groups, the best possible. It goes out on Friday 27 November at 09:00.",
    ]
    assert "They have not met here before, and that is reason enough." in page


async def test_review_without_a_draft_names_the_next_round(community: Community) -> None:
    olu, *_ = await gathered(community)

    assert words(await olu.says("coffee review")).splitlines()[0] == (
        "No round is waiting for review. The next round goes out on Friday 27 November at 09:00."
    )
    for asked in ("coffee approve", "coffee redraft", "coffee lock 1", "coffee cancel round"):
        assert words(await olu.says(asked)) == (
            "No round is waiting for review. Type “coffee report” for the last one."
        )


async def test_review_turns_pages(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", review="send"
    )
    for number in range(40):
        await (await community.leader(f"Leader {number:02}")).says("coffee join")
    await community.until(datetime(2026, 11, 25, 9, 1))

    first = await olu.says("coffee review")
    second = await olu.taps(first, "More groups")

    assert "\n8. " in words(first)
    assert "\n9. " not in words(first)
    assert "\n9. " in words(second)
    assert words(await olu.taps(second, "Earlier groups")) == words(first)
    assert words(await olu.says("coffee review 99")) == words(await olu.says("coffee review 3"))


async def test_lock_keeps_a_group_when_drafted_anew(community: Community) -> None:
    olu, *_ = await drafted(community, 6)
    before = partners(community)

    reply = await olu.taps(await olu.says("coffee review"), "Lock 1")
    assert words(reply) == "Group 1 stays as it is when you draft anew."
    await olu.says("coffee redraft")

    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id)[0]
        groups = db.coffee.groups(of.id)
    locked = next(group for group in groups if group.is_locked)
    assert before[locked.people[0]] == {locked.people[1]}
    assert sorted(each for group in groups for each in group.people) == sorted(before)
    assert words(olu.last).startswith("Round 1 of coffee is drafted: 3 groups.")
    unlocked = await olu.says(f"coffee lock {locked.id} off")
    assert words(unlocked).endswith("may change when you draft anew.")


async def test_lock_of_a_group_that_is_not_there(community: Community) -> None:
    olu, *_ = await drafted(community)

    assert words(await olu.says("coffee lock 99 on")) == (
        "That group has changed since. Look at “coffee review”."
    )


async def test_swap_changes_two_peoples_places(community: Community) -> None:
    olu, ada, *others = await drafted(community)
    before = partners(community)
    other = next(leader for leader in others if leader.id not in before[ada.id])

    reply = await olu.says(f"coffee swap {ada.name} with {other.name}")

    assert words(reply).startswith("Swapped:\n- ")
    assert partners(community)[ada.id] == before[other.id]
    assert partners(community)[other.id] == before[ada.id]


async def test_swap_within_a_group_or_without_a_partner_is_explained(community: Community) -> None:
    olu, ada, *others = await drafted(community)
    mate = next(leader for leader in others if leader.id in partners(community)[ada.id])
    await community.leader("Zoe Out")

    assert words(await olu.says(f"coffee swap {ada.name} with {mate.name}")) == (
        "These two are in the same group already."
    )
    assert words(await olu.says("coffee swap Ada with Zoe")) == (
        "Both people must be in this round. Look at “coffee review”."
    )
    assert words(await olu.says("coffee swap Ada")) == (
        "Whom with whom? Try “coffee swap Ada with Ben”."
    )


@pytest.mark.parametrize("because", ["avoid", "team"])
async def test_swap_refused_never_says_why(community: Community, because: str) -> None:
    olu, ada, *others = await drafted(community)
    before = partners(community)
    other = next(leader for leader in others if leader.id not in before[ada.id])
    (mate_of_other,) = before[other.id]
    if because == "avoid":
        mate = next(leader for leader in others if leader.id == mate_of_other)
        await mate.says("coffee avoid Ada")
    else:
        with community.database.transaction() as db:
            set_profile(db, mate_of_other, db.members.get(ada.id).profile)

    reply = await olu.says(f"coffee swap {ada.name} with {other.name}")

    assert words(reply) == f"{ada.name} and {other.name} can’t be swapped: cannot be paired."
    assert partners(community) == before


async def test_removed_person_leaves_nobody_alone(community: Community) -> None:
    olu, ada, *_ = await drafted(community, 5)

    reply = await olu.says("coffee remove Ada")

    assert words(reply) == "Ada Obi is out of this round. Everybody else has a group."
    after = partners(community)
    assert ada.id not in after
    assert len(after) == 4
    assert all(after.values())
    assert words(await olu.says("coffee remove Ada")) == (
        "Ada Obi is not in this round. Look at “coffee review”."
    )


async def test_removing_from_the_last_pair_names_who_is_left(community: Community) -> None:
    olu, _, ben = await drafted(community, 2)

    reply = await olu.says("coffee remove Ada")

    assert words(reply).splitlines()[0] == (
        f"Ada Obi is out of this round. {ben.name} has no group now: draft anew to find one."
    )


async def test_approved_round_goes_out_at_its_time_only(community: Community) -> None:
    olu, ada, *_ = await drafted(community)

    reply = await olu.taps(olu.last, "Approve")

    assert words(reply) == "Round 1 is approved and goes out on Friday 27 November at 09:00."
    count = len(olu.inbox)
    await community.until(datetime(2026, 11, 27, 8, 59))
    assert (ada.inbox, len(olu.inbox)) == ([], count)
    await community.until(datetime(2026, 11, 27, 9, 0))
    assert words(ada.last).startswith("Coffee: ")


async def test_held_round_waits_until_it_is_approved(community: Community) -> None:
    olu, ada, *_ = await gathered(community, review="hold")
    await community.until(datetime(2026, 11, 27, 9, 1))
    assert ada.inbox == []
    assert words(olu.last).startswith("Round 1 of coffee is held, because nobody approved it")

    assert words(await olu.says("coffee approve")) == "It is going out now."
    assert words(ada.last).startswith("Coffee: ")


async def test_send_now_does_not_wait(community: Community) -> None:
    olu, ada, *_ = await drafted(community)

    assert words(await olu.taps(await olu.says("coffee review"), "Send now")) == (
        "It is going out now."
    )
    assert words(ada.last).startswith("Coffee: ")
    cards = len(ada.inbox)
    await community.until(datetime(2026, 11, 27, 9, 1))
    assert len(ada.inbox) == cards


async def test_cancelled_round_is_never_sent(community: Community) -> None:
    olu, ada, *_ = await drafted(community)

    reply = await olu.taps(await olu.says("coffee review"), "Cancel this round")
    await community.until(datetime(2026, 11, 30, 9, 0))

    assert words(reply) == "Round 1 is cancelled. The next one comes as planned."
    assert ada.inbox == []
    with community.database.transaction() as db:
        assert db.coffee.rounds(community.id)[0].state is RoundState.CANCELLED


async def test_ask_brings_the_question_before_its_time_and_once(community: Community) -> None:
    olu, ada, *_ = await gathered(community)
    assert words(await olu.says("coffee ask")).startswith("No round is under way.")
    await olu.says("coffee run")

    assert words(await olu.says("coffee ask")) == "I am asking 2 groups “Did you meet?” now."
    assert words(ada.last).startswith("Did you meet ")
    assert words(await olu.says("coffee ask")) == "Everybody in round 1 has been asked already."


async def test_report_of_nothing_and_of_a_round_that_is_not(community: Community) -> None:
    olu, *_ = await gathered(community)

    assert await olu.says("coffee report") == views.no_report() or words(
        await olu.says("coffee report")
    ).startswith("No round of coffee has gone out yet")
    await olu.says("coffee run")
    assert words(await olu.says("coffee report 9")) == (
        "Round 9 has no report. The newest is round 1."
    )
    assert words(await olu.says("coffee report x")) == (
        "I could not read “x” as a number of the round. Try “2”."
    )


async def test_report_counts_without_naming_anybody(community: Community) -> None:
    olu, *leaders = await gathered(community)
    await olu.says("coffee run")
    for leader in leaders[:1]:
        lovely = await leader.taps(leader.last, "We’ve met")
        await leader.taps(lovely, "Worth it")
        await leader.submits(await leader.taps(lovely, "Add a note"), note="a secret note")

    report = words(await olu.says("coffee report"))

    assert "Met: 50% of groups (1 of 2)" in report
    assert "Answered: 1 of 4 people" in report
    assert "Worth it: 1 of 1 answer" in report
    assert not [name for name in NAMES if name in report]
    assert "secret" not in report


async def test_organiser_actions_are_in_the_audit_log_without_names(community: Community) -> None:
    olu, ada, *others = await drafted(community)
    other = next(leader for leader in others if leader.id not in partners(community)[ada.id])
    await ada.says(f"coffee avoid {other.name}")
    await olu.says(f"coffee swap {ada.name} with {other.name}")
    await olu.says("coffee approve")

    with community.database.transaction() as db:
        entries = db.audit.latest(community.id, limit=10)

    assert [(each.actor, each.action, each.subject) for each in entries] == [
        ("Olu Chair", "coffee approve", "round 1"),
        ("Olu Chair", "coffee swap", "round 1"),
        ("Olu Chair", "coffee setup", ""),
    ]


async def test_round_run_by_hand_and_reviewed_waits_as_long_as_any_other(
    community: Community,
) -> None:
    olu, *_ = await gathered(community, review="send")

    await olu.says("coffee run")

    assert "It goes out on Wednesday 25 November at 10:00." in words(olu.last)
    assert "It goes out on Wednesday 25 November at 10:00." in words(
        await olu.says("coffee review")
    )
