from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import coffee
from bot.domain.coffee import ParticipationState, RoundState
from bot.domain.members import MemberState
from tests.leaders import Community, Leader, words

NAMES = ("Ada Obi", "Ben Lee", "Cy Poe", "Di Roy", "Ed Fox")
TUESDAY = datetime(2026, 11, 24, 9, 0)


async def gathered(community: Community, *people: str, **answers: str) -> tuple[Leader, ...]:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00", **answers
    )
    leaders = [await community.leader(name) for name in people]
    for leader in leaders:
        await leader.says("coffee join")
    return olu, *leaders


async def test_odd_one_makes_a_trio_and_nobody_is_left_out(community: Community) -> None:
    _, *leaders = await gathered(community, *NAMES)

    await community.until(TUESDAY)

    with community.database.transaction() as db:
        groups = db.coffee.groups(db.coffee.rounds(community.id)[0].id)
    assert sorted(len(group.people) for group in groups) == [2, 3]
    assert {each for group in groups for each in group.people} == {one.id for one in leaders}


async def test_everybody_meets_everybody_before_a_repeat(community: Community) -> None:
    _, *_leaders = await gathered(community, *NAMES[:4])

    await community.until(TUESDAY)
    await community.passes(timedelta(weeks=4))

    with community.database.transaction() as db:
        history = db.coffee.history(community.id)
    met = {frozenset(pair) for held in history.rounds for pair in held.groups}
    assert len(history.rounds) == 3
    assert len(met) == 6


async def test_two_of_one_team_are_named_to_the_organiser_and_not_matched(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    ada, ben = [
        await community.leader(name, organisation="Oxleas", team="Frailty") for name in NAMES[:2]
    ]
    for leader in (ada, ben):
        await leader.says("coffee join")

    await community.until(TUESDAY)

    assert "2 leaders without a group\n- Ada Obi: same team\n- Ben Lee: same team" in words(
        olu.last
    )
    for leader in (ada, ben):
        assert words(leader.last).startswith("I could not find a match for you in this round")
        assert "team" not in words(leader.last)


async def test_those_blocked_read_nothing_of_it(community: Community) -> None:
    olu, ada, ben = await gathered(community, *NAMES[:2])
    await ada.says("coffee avoid Ben")

    await community.until(TUESDAY)

    assert "- Ada Obi: cannot be paired\n- Ben Lee: cannot be paired" in words(olu.last)
    assert "paired" not in words(ben.last)
    assert words(ben.last) == words(ada.last)


async def test_left_out_are_matched_as_soon_as_somebody_is_free(community: Community) -> None:
    _, ada, ben, cy, di = await gathered(community, *NAMES[:4])
    for other in (ben, cy, di):
        await ada.says(f"coffee avoid {other.name}")
    await community.until(TUESDAY)
    assert words(ada.last).startswith("I could not find a match")
    eve = await community.leader("Eve New")
    await eve.says("coffee join")
    trio = [ben, cy, di]

    await ada.says("coffee allow Ben")
    await ben.says("coffee someone else 1")

    assert trio
    assert words(ada.last).splitlines()[0] in {"Coffee: Ben Lee", "Coffee: Ada Obi and Ben Lee"}


async def test_asked_rounds_match_only_those_who_say_yes(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", mode="asked"
    )
    ada, ben, cy = [await community.leader(name) for name in NAMES[:3]]
    for leader in (ada, ben, cy):
        await leader.says("coffee join")
    await community.until(datetime(2026, 11, 25, 9, 0))
    assert words(ada.last).splitlines()[0] == (
        "The next round of coffee goes out on Friday 27 November at 09:00. Are you in?"
    )

    yes = await ada.taps(ada.last, "Count me in")
    await ben.taps(ben.last, "Count me in")
    no = await cy.taps(cy.last, "Not this time")
    await community.until(datetime(2026, 11, 27, 9, 0))

    assert words(yes) == "You are in. I will introduce you on Friday 27 November at 09:00."
    assert words(no) == "Not this time, then. I will ask again next round."
    assert "Ben Lee" in words(ada.last)
    assert words(cy.last).startswith("The next round of coffee")


async def test_asked_and_reviewed_round_is_drafted_in_between(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"),
        rhythm="every 2 weeks on Tuesday 09:00",
        mode="asked",
        review="send",
    )
    ada, ben = [await community.leader(name) for name in NAMES[:2]]
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(datetime(2026, 11, 27, 9, 0))
    for leader in (ada, ben):
        await leader.taps(leader.last, "Count me in")

    await community.until(datetime(2026, 11, 29, 9, 0))
    assert words(olu.last).startswith("Round 1 of coffee is drafted: 1 group.")
    await community.until(datetime(2026, 12, 1, 9, 0))
    assert words(ada.last).startswith("Coffee: ")


async def test_silent_groups_are_nudged_once_and_answered_ones_not(community: Community) -> None:
    _, *leaders = await gathered(community, *NAMES[:4])
    await community.until(TUESDAY)
    ada = leaders[0]
    await ada.says("coffee next")
    group = (await ada.says("coffee next")).blocks[1].items[0].value.split()[0]
    await ada.says(f"coffee met {group} not yet")

    await community.passes(timedelta(days=8))

    nudged = [one for one in leaders if words(one.last).startswith("Have you and ")]
    with community.database.transaction() as db:
        silent = [
            place.member
            for each in db.coffee.groups(db.coffee.rounds(community.id)[0].id)
            if each.is_silent
            for place in each.places
        ]
    assert sorted(one.id for one in nudged) == sorted(silent)
    assert len(nudged) == 2
    assert all(sum(words(m).startswith("Have you and") for m in one.inbox) == 1 for one in nudged)


async def test_question_skips_those_who_have_said(community: Community) -> None:
    _, ada, ben = await gathered(community, *NAMES[:2])
    await community.until(TUESDAY)
    await ada.taps(ada.last, "We’ve met")

    await community.passes(timedelta(days=12))

    assert not [each for each in ada.inbox if words(each).startswith("Did you meet")]
    assert words(ben.last).startswith("Did you meet Ada Obi?")


async def test_three_silent_rounds_rest_a_member_kindly(community: Community) -> None:
    _, *leaders = await gathered(community, *NAMES[:4])
    ada, ben, *_ = leaders

    for _ in range(4):
        await community.passes(timedelta(weeks=2))
        for leader in leaders[1:]:
            await leader.says("coffee next")
            for number in range(1, 20):
                await leader.says(f"coffee met {number} not yet")

    rest = [each for each in ada.inbox if words(each).startswith("You have been quiet")]
    assert len(rest) == 1
    with community.database.transaction() as db:
        assert db.coffee.participation(ada.id).state is ParticipationState.RESTING
        assert db.coffee.participation(ben.id).state is ParticipationState.ACTIVE
    resting = next(each for each in ada._received if words(each).startswith("You have been quiet"))
    assert words(await ada.says("coffee next")).startswith("You are pausing coffee.")
    assert words(await ada.taps(resting, "I’m back")).startswith("Welcome back.")


async def test_who_pauses_after_the_draft_is_not_matched(community: Community) -> None:
    _, *leaders = await gathered(community, *NAMES, review="send")
    await community.until(datetime(2026, 11, 30, 9, 0))
    ada = leaders[0]

    await ada.says("coffee pause 2 weeks")
    await community.until(datetime(2026, 12, 1, 9, 0))

    with community.database.transaction() as db:
        groups = db.coffee.groups(db.coffee.rounds(community.id)[0].id)
    told = {each for group in groups for each in group.people}
    assert told == {one.id for one in leaders[1:]}
    assert not [each for each in ada.inbox if words(each).startswith("Coffee:")]


async def test_partner_of_one_who_left_a_lone_pair_is_told_kindly(community: Community) -> None:
    olu, ada, ben = await gathered(community, *NAMES[:2], review="send")
    await community.until(datetime(2026, 11, 30, 9, 0))

    await ada.says("coffee leave")
    await community.until(datetime(2026, 12, 1, 9, 0))

    assert words(ben.last).startswith("I could not find a match for you")
    assert "- Ben Lee: their partner left before it went out" in words(olu.last)


async def test_member_without_an_account_is_named_to_the_organisers(community: Community) -> None:
    olu, ada, ben = await gathered(community, *NAMES[:2])
    cy = await community.leader("Cy Poe")
    await cy.says("coffee join")
    with community.database.transaction() as db:
        db.members.set_account_active(cy.account, is_active=False)

    await community.until(TUESDAY)

    assert "I can’t reach Cy Poe: they have no account here yet." in words(olu.last)
    assert "Cy" not in words(ada.last) + words(ben.last)


async def test_suspended_member_is_in_no_round(community: Community) -> None:
    _, ada, ben, cy = await gathered(community, *NAMES[:3])
    with community.database.transaction() as db:
        db.members.set_state(cy.id, MemberState.SUSPENDED)

    await community.until(TUESDAY)

    assert "Cy" not in words(ada.last) + words(ben.last)
    assert cy.inbox == []


async def test_later_today_brings_the_question_again(community: Community) -> None:
    _, _ada, ben = await gathered(community, *NAMES[:2])
    await community.until(TUESDAY)
    await community.passes(timedelta(days=12))
    question = ben.last

    reply = await ben.taps(question, "Remind me tomorrow")
    assert words(reply) == "I will ask you again on Monday 7 December at 09:00."
    count = len(ben.inbox)
    await community.passes(timedelta(hours=23))
    assert len(ben.inbox) == count
    await community.passes(timedelta(hours=2))
    assert words(ben.last) == words(question)
    assert words(await ben.taps(ben.last, "Yes")).startswith("Lovely.")


class Meddling(ThreadPoolExecutor):
    """A planner's process during whose first computation something else happens."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        super().__init__(1)
        self._meddle: Callable[[], None] | None = meddle

    def submit(self, *work: Any, **more: Any) -> Any:
        if self._meddle is not None:
            self._meddle()
            self._meddle = None
        return super().submit(*work, **more)


async def test_round_is_planned_again_when_membership_changes_meanwhile(
    community: Community,
) -> None:
    _, ada, ben, cy = await gathered(community, *NAMES[:3])

    def leave() -> None:
        with community.database.transaction() as db:
            db.coffee.save(
                community.id, coffee.left(db.coffee.participation(cy.id)), now=community.now
            )

    with Meddling(leave) as pool:
        community.scheduler._pool = pool
        await community.until(TUESDAY)

    assert "Cy" not in words(ada.last) + words(ben.last)
    assert words(ada.last).startswith("Coffee: ")
    assert cy.inbox == []
    with community.database.transaction() as db:
        (of,) = db.coffee.rounds(community.id)
    assert of.state is RoundState.SENT


async def test_steps_of_a_round_that_is_over_do_nothing(community: Community) -> None:
    olu, ada, ben = await gathered(community, *NAMES[:2], review="send")
    await community.until(datetime(2026, 11, 30, 9, 0))
    await olu.says("coffee redraft")
    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id)[0]
        before = len(olu.inbox), len(ada.inbox), len(ben.inbox)
        db.coffee.save_round(replace(of, state=RoundState.CANCELLED))
        for job in ("redraft", "remind review", "send", "rematch", "nudge", "question", "close"):
            db.schedule.add(
                community.id,
                f"coffee {job}",
                subject=f"round:{of.id}",
                label=datetime(2026, 11, 30, 9, 5),
                zone="Europe/London",
            )

    await community.until(datetime(2026, 12, 4, 9, 0))

    assert (len(olu.inbox), len(ada.inbox), len(ben.inbox)) == before
    with community.database.transaction() as db:
        assert db.coffee.round(of.id).state is RoundState.CANCELLED


async def test_seekers_who_pause_are_not_matched_again(community: Community) -> None:
    _, *leaders = await gathered(community, *NAMES[:4])
    await community.until(TUESDAY)
    with community.database.transaction() as db:
        groups = db.coffee.groups(db.coffee.rounds(community.id)[0].id)
    by_id = {one.id: one for one in leaders}
    first, second = (by_id[group.people[0]] for group in groups)

    await first.says(f"coffee someone else {groups[0].id}")
    await first.says("coffee pause 2 weeks")
    await second.says(f"coffee someone else {groups[1].id}")

    with community.database.transaction() as db:
        assert len(db.coffee.groups(db.coffee.rounds(community.id)[0].id)) == 2


class Breaking(ThreadPoolExecutor):
    """A planner's process that dies."""

    def submit(self, *_work: Any, **_more: Any) -> Any:
        raise RuntimeError("the planner died")


async def test_organisers_are_told_when_a_round_is_given_up(community: Community) -> None:
    olu, ada, _ = await gathered(community, *NAMES[:2])

    with Breaking(1) as pool:
        community.scheduler._pool = pool
        await community.until(TUESDAY + timedelta(hours=1))

    assert words(olu.last) == (
        "The step “coffee round” failed 5 times, and I have given it up. "
        "Ask whoever runs the bot to look at its log; the console’s schedule shows the rest.\n"
        "You get this because you are an organiser."
    )
    assert ada.inbox == []
