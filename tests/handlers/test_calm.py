"""Calm as members and organisers meet it."""

from datetime import datetime, time, timedelta

import pytest

from bot.chat import messages
from bot.chat.messages import Button, Buttons, message, text
from bot.domain.calm import Hours, Programme, Silence, Weight
from bot.domain.coffee import RoundState
from bot.domain.members import MemberState
from storage.calm import Sent
from storage.outbox import Priority
from tests.leaders import Community, Leader, words

MONDAY = datetime(2026, 11, 30, 8, 30)
NOT_READ = (
    "I could not read “late” as hours. Try “20:00 to 08:00”, or “20:00 to 08:00 and weekends”."
)
HOW_TO_STOP = (
    "You get this at most once a week, and not in an empty week. “best time 12:30” sets when, "
    "“pause everything 2 weeks” and “stop” end it."
)


def tell(community: Community, leader: Leader, said: str, weight=Weight.ORDINARY, **more) -> Sent:
    """Something that nobody asked for."""
    with community.database.transaction() as db:
        return db.calm.send(
            community.id,
            leader.id,
            message(text(said)),
            programme=more.pop("programme", Programme.PROMPTS),
            weight=weight,
            key=f"test:{said}:{leader.id}",
            subject=more.pop("subject", "test"),
            now=community.now,
            **more,
        )


def said(leader: Leader) -> list[str]:
    return [words(each) for each in leader.inbox]


async def test_what_exceeds_the_week_moves_to_your_week_and_says_so(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    done = [tell(community, ada, f"Question {number}") for number in range(1, 6)]
    await community.settle()
    await community.until(MONDAY)

    assert done == [Sent.QUEUED] * 3 + [Sent.HELD] * 2
    assert said(ada)[:3] == ["Question 1", "Question 2", "Question 3"]
    (card,) = said(ada)[3:]
    first, second = [line.split("show ")[1][:-1] for line in card.splitlines() if "show " in line]
    assert card == (
        "Your week\n"
        "Questions\n"
        "1. Question 4\nMoved here because you had enough messages that week.\n"
        f"Show 1: type “your week show {first}”\n"
        "2. Question 5\nMoved here because you had enough messages that week.\n"
        f"Show 2: type “your week show {second}”\n{HOW_TO_STOP}"
    )
    assert words(await ada.taps(ada.last, "Show 2")) == "Question 5"


async def test_empty_week_brings_nothing(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    tell(community, ada, "Question 1")

    await community.passes(timedelta(weeks=3))

    assert said(ada) == ["Question 1"]
    assert words(await ada.says("your week")) == (
        "Nothing waits for you. I send at most 3 messages a week by myself; the rest waits here."
    )


async def test_fifty_entries_are_shortened_and_none_is_lost(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    for number in range(50):
        tell(community, ada, f"Item {number} {'long ' * 60}", Weight.CAN_WAIT)

    await community.until(MONDAY)

    assert "And 42 more." in words(ada.last)
    seen, page = [], await ada.taps(ada.last, "Show all 50")
    while True:
        seen += [line.split()[2] for line in words(page).splitlines() if " Item " in line]
        more = [item for block in page.blocks if isinstance(block, Buttons) for item in block.items]
        if not any(item.label == "Show more" for item in more):
            break
        page = await ada.taps(page, "Show more")
    assert seen == [str(number) for number in range(50)]


async def test_what_was_read_by_typing_comes_in_no_card(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    tell(community, ada, "A new story", Weight.CAN_WAIT, programme=Programme.STORIES)

    page = await ada.says("your week")
    await community.until(MONDAY)

    assert words(page).splitlines()[:3] == ["Your week", "Stories", "1. A new story"]
    assert said(ada) == []


async def test_entries_of_others_cannot_be_opened(community: Community) -> None:
    ada, ben = [await community.leader(name) for name in ("Ada Obi", "Ben Lee")]
    tell(community, ada, "For Ada alone", Weight.CAN_WAIT)
    with community.database.transaction() as db:
        (kept,) = db.your_week.waiting([ada.id])[ada.id]

    gone = "That is not there any more. Type “your week” to see what is."
    assert words(await ben.says(f"your week show {kept.id}")) == gone
    assert words(await ben.says("your week show x")) == gone


async def test_cancelling_a_subject_takes_out_what_is_held(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    tell(community, ada, "Session 7 has moved", Weight.CAN_WAIT, subject="session:7")

    with community.database.transaction() as db:
        stopped = db.outbox.cancel(community.id, "session:7", now=community.now)
    await community.until(MONDAY)

    assert (stopped, said(ada)) == (1, [])


async def test_the_same_key_reaches_somebody_once(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    done = [tell(community, ada, "Once", weight) for weight in (Weight.ORDINARY, Weight.CAN_WAIT)]
    held = [tell(community, ada, "Kept", weight) for weight in (Weight.CAN_WAIT, Weight.ALONE)]

    assert done == [Sent.QUEUED, Sent.BEFORE]
    assert held == [Sent.HELD, Sent.BEFORE]


async def test_nobody_is_written_to_who_is_not_here(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    with community.database.transaction() as db:
        db.members.set_state(ada.id, MemberState.SUSPENDED)

    assert tell(community, ada, "Hello", Weight.URGENT) is Sent.UNREACHABLE


async def test_at_night_it_waits_and_comes_in_the_morning(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await community.until(datetime(2026, 11, 24, 22, 0))

    tell(community, ada, "Good morning")
    await community.until(datetime(2026, 11, 25, 7, 59))
    assert said(ada) == []
    await community.until(datetime(2026, 11, 25, 8, 0))
    assert said(ada) == ["Good morning"]


async def test_stop_silences_at_once_and_start_again_brings_what_waited(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    await community.until(datetime(2026, 11, 24, 22, 0))
    tell(community, ada, "Queued for the morning")

    reply = await ada.says("stop")
    tell(community, ada, "Urgent", Weight.URGENT)
    with community.database.transaction() as db:
        db.outbox.post(
            community.id, ada.account, message(text("Plain")), key="plain", subject="x",
            now=community.now, member=ada.id,
        )  # fmt: skip
    await community.passes(timedelta(weeks=5))

    assert words(reply).splitlines()[0] == (
        "It is quiet now. I send you nothing more until you tell me to. "
        "1 message waits for you in “your week”."
    )
    assert said(ada) == []
    back = await ada.taps(reply, "Start again")
    assert words(back).splitlines()[0] == "Welcome back. 3 messages wait for you in “your week”."
    page = words(await ada.taps(back, "Show it"))
    assert [line for line in page.splitlines() if line[:2] in {"1.", "2.", "3."}] == [
        "1. Queued for the morning",
        "2. Urgent",
        "3. Plain",
    ]
    assert "Kept for you because you wanted no messages." in page
    tell(community, ada, "Afterwards", Weight.URGENT)
    await community.settle()
    assert said(ada) == ["Afterwards"]


async def test_stop_says_who_waits_and_what_can_be_left(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"))
    ada, ben = [await community.leader(name) for name in ("Ada Obi", "Ben Lee")]
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(datetime(2026, 11, 24, 9, 0))

    reply = await ada.says("stop")
    labels = [
        item.label
        for block in reply.blocks
        if isinstance(block, Buttons)
        for item in block.items
        if isinstance(item, Button)
    ]

    assert "Ben still expects to have a coffee with you." in words(reply)
    assert labels == [
        "Tell them I can’t make it",
        "Start again",
        "Pause for a while instead",
        "Leave coffee",
        "Leave the community",
        "Erase my data",
    ]
    await ada.taps(reply, "Tell them")
    assert words(ben.last).startswith("Ada Obi can’t make this coffee")


async def test_a_retried_message_does_not_reach_whoever_stopped_meanwhile(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    tell(community, ada, "It failed once")
    community.platforms[community.platform].troubles.append(RuntimeError("down"))
    await community.settle()

    await ada.says("stop")
    await community.passes(timedelta(hours=2))

    assert said(ada) == []


async def test_pause_everything_ends_by_itself_with_what_waited(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    form = await ada.says("pause everything")
    wrong = await ada.submits(form, until="yesterday")
    paused = (await ada.submits(form, until="1 week")).reply
    tell(community, ada, "A new session")
    await community.until(MONDAY)
    before = said(ada)
    await community.until(MONDAY + timedelta(weeks=1))

    assert list(wrong.errors) == ["until"]
    assert words(paused).startswith("I send you nothing until Monday 30 November, and match")
    # The pause is over on Monday morning, so the card of that Monday comes.
    assert before == said(ada)
    assert "1. A new session" in words(ada.last)
    assert len(said(ada)) == 1


async def test_typed_pauses_are_read_or_explained(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    assert words(await ada.says("pause everything until 3 December")).startswith(
        "I send you nothing until Thursday 3 December"
    )
    settings = words(await ada.says("home")).splitlines()
    assert "- You wanted no messages until Thursday 3 December." in settings
    assert words(await ada.says("pause everything blue")).startswith("I could not read “blue”")
    assert words(await ada.says("resume everything")) == "Welcome back. Nothing waited for you."
    assert words(await ada.says("resume everything")) == (
        "Nothing was paused: I write to you as always."
    )


async def test_home_says_what_is_stopped_or_held(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    await olu.says("quiet until 1 week")

    held = words(await ada.says("home")).splitlines()
    await ada.says("stop")
    stopped = words(await ada.says("home")).splitlines()

    assert "- The organisers keep it quiet until Monday 30 November at 08:00." in held
    assert "- You wanted no messages." in stopped


async def test_a_changed_best_time_moves_the_card(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    tell(community, ada, "A story", Weight.CAN_WAIT)
    await community.passes(timedelta(days=1))

    await ada.says("best time 12:30")
    await community.until(MONDAY)
    before = said(ada)
    await community.until(MONDAY.replace(hour=12))

    assert before == []
    await community.until(MONDAY.replace(hour=12, minute=30))
    assert words(ada.last).startswith("Your week\n")
    assert len(said(ada)) == 1


async def test_a_card_due_in_a_quiet_time_comes_at_its_end(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    tell(community, ada, "A story", Weight.CAN_WAIT)
    await olu.says("quiet until 2 December")
    await olu.says("quiet until 1 December")

    await community.until(datetime(2026, 12, 1, 7, 59))
    before = said(ada)
    await community.until(datetime(2026, 12, 9, 12, 0))

    assert before == []
    assert len(said(ada)) == 1
    assert "1. A story" in words(ada.last)


async def test_a_quiet_time_made_longer_ends_once(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    await olu.says("quiet until 1 December")
    await olu.says("quiet until 2 December")

    await community.until(datetime(2026, 12, 1, 12, 0))
    before = said(ada)
    await community.until(datetime(2026, 12, 9, 12, 0))

    assert (before, len(said(ada))) == ([], 1)


async def test_whoever_joins_at_night_is_there_and_greeted_at_once(community: Community) -> None:
    await community.until(datetime(2026, 11, 23, 22, 0))
    fay = community.stranger("Fay", platform=community.platform)

    await fay.does("joined")

    assert words(fay.last).startswith("Welcome, Fay")


async def test_whoever_pauses_everything_is_matched_with_nobody(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"))
    leaders = [await community.leader(name) for name in ("Ada Obi", "Ben Lee", "Cy Poe")]
    for leader in leaders:
        await leader.says("coffee join")

    await leaders[0].says("pause everything 2 weeks")
    await community.until(datetime(2026, 11, 24, 9, 0))

    with community.database.transaction() as db:
        (group,) = db.coffee.groups(db.coffee.rounds(community.id)[0].id)
    assert group.people == (leaders[1].id, leaders[2].id)
    assert "can’t reach" not in words(olu.last)


async def test_best_time_sets_when_what_is_not_urgent_comes(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    form = await ada.says("best time")
    reply = (await ada.submits(form, time="12:30")).reply
    tell(community, ada, "At lunch")
    await community.until(datetime(2026, 11, 23, 12, 29))
    before = said(ada)
    await community.until(datetime(2026, 11, 23, 12, 30))

    assert words(reply).splitlines()[0] == (
        "What is not urgent reaches you at 12:30, “Your week” too."
    )
    assert (before, said(ada)) == ([], ["At lunch"])
    assert words(await ada.says("best time off")) == (
        "What is not urgent reaches you at any time outside quiet hours."
    )
    assert words(await ada.says("best time 23:00")) == (
        "23:00 is in your quiet hours, from 20:00 to 08:00. "
        "Choose another time, or change them with “quiet hours”."
    )
    assert list((await ada.submits(form, time="soon")).errors) == ["time"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("quiet hours 22:00 to 07:00", "Your quiet hours: from 22:00 to 07:00."),
        (
            "quiet hours from 6pm - 9am and weekends",
            "Your quiet hours: from 18:00 to 09:00 and at weekends.",
        ),
        ("quiet hours 9:00 to 9:00 and weekends", "Your quiet hours: at weekends."),
        ("quiet hours off", "Your quiet hours: never."),
        ("quiet hours usual", "The community’s quiet hours hold for you: from 20:00 to 08:00."),
        (
            "quiet hours late",
            NOT_READ,
        ),
    ],
)
@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_quiet_hours_are_each_members_own(
    community: Community, typed: str, answer: str
) -> None:
    ada = await community.leader("Ada Obi")

    assert words(await ada.says(typed)).splitlines()[0] == answer


async def test_quiet_hours_come_by_a_form_and_end_a_best_time_within_them(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("best time 12:30")

    form = await ada.says("quiet hours")
    wrong = await ada.submits(form, starts="noon", ends="14:00")
    await ada.submits(form, starts="12:00", ends="14:00", weekends="yes")

    assert list(wrong.errors) == ["starts"]
    with community.database.transaction() as db:
        wishes = db.calm_setups.wishes(ada.id)
    assert wishes.hours == Hours(time(12), time(14), weekends=True)
    assert wishes.best_time is None


async def test_later_cards_come_back_at_the_best_time(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("best time 12:30")
    card = message(text("A question"), messages.buttons(Button("Tomorrow", "later", "tomorrow")))
    with community.database.transaction() as db:
        db.outbox.post(
            community.id, ada.account, card, key="q", subject="q", now=community.now,
            member=ada.id, priority=Priority.REMINDER,
        )  # fmt: skip
    await community.settle()

    reply = await ada.taps(ada.last, "Tomorrow")

    assert words(reply) == "I will ask you again on Tuesday 24 November at 12:30."


async def test_a_kept_card_loses_its_later_buttons(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    card = message(
        text("A question"),
        messages.buttons(Button("Yes", "coffee"), Button("Later", "later", "today")),
        messages.buttons(Button("Tomorrow", "later", "tomorrow")),
    )
    with community.database.transaction() as db:
        db.calm.send(
            community.id, ada.id, card, programme=Programme.PROMPTS, weight=Weight.CAN_WAIT,
            key="q", subject="q", now=community.now, title="One question for you",
        )  # fmt: skip

    page = await ada.says("your week")

    assert "1. One question for you" in words(page)
    assert words(await ada.taps(page, "Show 1")) == "A question\nYes: type “coffee”"


# Organisers.


async def test_organisers_set_how_calm_it_is(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    tell(community, ada, "Kept", Weight.CAN_WAIT)

    form = await olu.says("calm setup")
    saved = (
        await olu.submits(form, limit="1", weekday="2", time="16:00", starts="18:00", ends="07:30")
    ).reply
    await community.until(datetime(2026, 11, 25, 16, 0))

    assert words(saved).splitlines()[0] == (
        "Saved. A member gets at most 1 message a week unasked; the rest waits for “Your week” on "
        "Wednesday at 16:00. Quiet hours: from 18:00 to 07:30."
    )
    assert words(ada.last).startswith("Your week\n")
    assert tell(community, ada, "More") is Sent.HELD
    assert words(await ada.says("calm setup")).startswith("Only organisers can do that.")


@pytest.mark.parametrize("community", ["web"], indirect=True)
@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "many"), ("limit", "21"), ("weekday", "7"), ("time", "x"), ("ends", "x")],
)
async def test_a_calm_setup_that_cannot_be_is_marked(
    community: Community, name: str, value: str
) -> None:
    olu = await community.organiser("Olu Chair")

    outcome = await olu.submits(await olu.says("calm setup"), **{name: value})

    assert list(outcome.errors) == [name]


async def test_quiet_until_holds_for_all_shifts_rounds_and_resumes_by_itself(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"))
    ada, ben = [await community.leader(name) for name in ("Ada Obi", "Ben Lee")]
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(datetime(2026, 11, 23, 21, 0))
    tell(community, ada, "Tomorrow’s question")
    tell(community, ada, "A match", Weight.ALONE)

    reply = await olu.says("quiet until 3 December because winter pressure")
    tell(community, ada, "Cancelled", Weight.URGENT)
    await community.settle()
    home = words(await ada.says("home"))
    await community.until(datetime(2026, 12, 3, 7, 59))
    during = said(ada)
    await community.until(datetime(2026, 12, 3, 8, 1))

    assert words(reply).splitlines()[0] == (
        "I hold everything that is not urgent until Thursday 3 December at 08:00. "
        "The next round of coffee goes out on Tuesday 8 December at 09:00. "
        "Then it goes on by itself, and each member is told once."
    )
    assert "The organisers keep it quiet until Thursday 3 December at 08:00 (winter p" in home
    assert during == ["Cancelled"]
    told = "The quiet time (winter pressure) is over, and everything goes on as usual."
    assert sorted(each.splitlines()[0] for each in said(ada)[1:]) == ["A match", "Your week"]
    assert sum(told in each for each in said(ada)) == 1
    assert sum("1. Tomorrow’s question" in each for each in said(ada)) == 1
    assert [told in each for each in said(ben)] == [True]
    await community.until(datetime(2026, 12, 8, 9, 0))
    assert words(ada.last).startswith("Coffee: ")
    assert sum(told in each for each in said(ada) + said(ben)) == 2


async def test_quiet_time_is_ended_early(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    await olu.submits(await olu.says("quiet until"), until="2 weeks", why="an outage")
    tell(community, ada, "A match", Weight.ALONE)

    reply = await olu.says("quiet over")
    await community.settle()

    assert words(reply) == ("It goes on now: what was held goes out, and each member is told once.")
    assert sorted(each.splitlines()[0] for each in said(ada)) == ["A match", "Your week"]
    assert words(await olu.says("quiet over")) == (
        "No quiet time is kept now. “quiet until 3 March” begins one."
    )
    await community.passes(timedelta(weeks=3))
    assert len(said(ada)) == 2


async def test_quiet_time_is_made_longer(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    await olu.says("quiet until 1 week")
    tell(community, ada, "A match", Weight.ALONE)

    await olu.says("quiet until 2 weeks")
    await community.until(datetime(2026, 12, 7, 7, 0))
    before = said(ada)
    await community.until(datetime(2026, 12, 7, 8, 0))

    assert before == []
    assert sorted(each.splitlines()[0] for each in said(ada)) == ["A match", "Your week"]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_quiet_time_needs_a_date_that_can_be_read(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    form = await olu.says("quiet until")

    assert list((await olu.submits(form, until="soon")).errors) == ["until"]
    assert words(await olu.says("quiet until soon")).startswith("I could not read “soon”")


async def test_a_draft_due_in_a_quiet_time_goes_out_at_its_end(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), review="send", rhythm="every 2 weeks on Friday 09:00"
    )
    ada, ben = [await community.leader(name) for name in ("Ada Obi", "Ben Lee")]
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(datetime(2026, 11, 25, 10, 0))

    await olu.says("quiet until 1 December")
    await community.until(datetime(2026, 12, 1, 7, 59))
    with community.database.transaction() as db:
        before = [each.state for each in db.coffee.rounds(community.id)]
    await community.until(datetime(2026, 12, 1, 8, 0))

    assert before == [RoundState.DRAFTED]
    assert words(ada.last).startswith("Coffee: ")


async def test_whoever_is_silent_is_left_out_of_a_shared_conversation(
    community: Community,
) -> None:
    ada, ben, cy = [await community.leader(name) for name in ("Ada Obi", "Ben Lee", "Cy Poe")]
    await community.until(datetime(2026, 11, 23, 21, 0))
    with community.database.transaction() as db:
        people = db.members.reachable([ada.id, ben.id, cy.id])
        db.calm.send_together(
            community.id, list(people.values()), lambda _: message(text("You three")),
            programme=Programme.COFFEE, weight=Weight.ALONE, key="trio", subject="round:1",
            now=community.now,
        )  # fmt: skip

    await ada.says("stop")
    await community.until(datetime(2026, 11, 24, 8, 0))

    assert (said(ada), said(ben), said(cy)) == ([], ["You three"], ["You three"])
    with community.database.transaction() as db:
        kept = db.your_week.waiting([ada.id])[ada.id]
        assert db.calm_setups.wishes(ada.id).silence is Silence.STOPPED
    assert [each.title for each in kept] == ["You three"]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_what_waits_for_somebody_taken_out_comes_once_they_are_back(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    tell(community, ada, "A story", Weight.CAN_WAIT)
    with community.database.transaction() as db:
        db.members.set_state(ada.id, MemberState.SUSPENDED)
    await community.passes(timedelta(days=8))
    meanwhile = list(ada.inbox)

    with community.database.transaction() as db:
        db.members.set_state(ada.id, MemberState.ACTIVE)
    await community.passes(timedelta(days=8))

    assert meanwhile == []
    [card] = ada.inbox
    assert "A story" in words(card)


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_lines_of_other_members_take_no_room_in_the_week(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    carried = [tell(community, ada, f"Line {each}", Weight.CARRIED) for each in range(9)]
    others = [tell(community, ada, f"Item {each}") for each in range(4)]

    assert carried == [Sent.QUEUED] * 9
    assert others == [Sent.QUEUED, Sent.QUEUED, Sent.QUEUED, Sent.HELD]
