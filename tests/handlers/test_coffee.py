from datetime import date, datetime, timedelta

import pytest

from bot.chat.forms import Form
from bot.domain import coffee, pairing
from bot.domain.coffee import Met, ParticipationState, Priority
from bot.views import coffee as views
from bot.views import common
from tests.leaders import Community, words

TUESDAY = datetime(2026, 11, 24, 9, 0)


async def set_up(community: Community, **answers: str) -> None:
    olu = await community.organiser("Olu Chair")
    form = await olu.says("coffee setup")
    await olu.submits(form, rhythm="every 2 weeks on Tuesday 09:00", **answers)


async def test_coffee_says_what_it_is_before_joining(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    reply = await ada.says("coffee")

    assert words(reply).splitlines()[1] == "No round is planned yet; an organiser sets that up."
    assert (await ada.taps(reply, "Join coffee")).blocks == views.joined(
        coffee.Setup(community.id), None
    ).blocks


async def test_join_says_when_the_next_round_goes_out(community: Community) -> None:
    await set_up(community)
    ada = await community.leader("Ada Obi")

    assert words(await ada.says("coffee join")).splitlines()[0] == (
        "You are in. The next round goes out on Tuesday 24 November at 09:00."
    )
    assert words(await ada.says("coffee JOIN!")).splitlines()[0] == (
        "You are in already. The next round goes out on Tuesday 24 November at 09:00."
    )


async def test_leave_is_answered_whether_or_not_one_joined(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    assert words(await ada.says("coffee leave")).startswith("You are not in coffee")
    await ada.says("coffee join")
    assert words(await ada.says("coffee leave")).startswith("You have left coffee")
    assert words(await ada.says("coffee leave")).startswith("You are not in coffee")


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("2 weeks", "Monday 7 December"),
        ("until 3 March", "Wednesday 3 March"),
        ("for a month", "Wednesday 23 December"),
    ],
)
async def test_pause_takes_words(community: Community, asked: str, until: str) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("coffee join")

    reply = await ada.says(f"coffee pause {asked}")

    assert words(reply).splitlines()[0] == (
        f"You are pausing coffee until {until}. From then on I match you again."
    )


async def test_pause_with_a_senseless_date_gets_an_example(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("coffee join")

    assert words(await ada.says("coffee pause until the 32nd of Octember")) == (
        "I could not read “until the 32nd of Octember” as a time. "
        "Try “2 weeks”, “until 3 March” or “until next Monday”."
    )


async def test_pause_without_words_opens_a_form_that_keeps_what_was_typed(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("coffee join")
    form = await ada.says("coffee pause")
    assert isinstance(form, Form)

    wrong = await ada.submits(form, until="whenever")
    right = await ada.submits(await ada.says("coffee pause"), until="until next Monday")

    assert wrong.errors == {
        "until": "I could not read “whenever” as a time. "
        "Try “2 weeks”, “until 3 March” or “until next Monday”."
    }
    assert words(right.reply).startswith("You are pausing coffee until Monday 30 November.")


async def test_pause_and_resume_need_joining_first(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    for asked in ("coffee pause 2 weeks", "coffee resume"):
        assert words(await ada.says(asked)) == (
            "You are not in coffee yet. Type “coffee join” to begin."
        )


async def test_resume_ends_a_pause(community: Community) -> None:
    await set_up(community)
    ada = await community.leader("Ada Obi")
    await ada.says("coffee join")
    paused = await ada.says("coffee pause 2 weeks")

    assert words(await ada.says("coffee next")).splitlines()[0] == (
        "You are pausing coffee until Monday 7 December."
    )
    assert words(await ada.taps(paused, "Come back now")).splitlines()[0] == (
        "Welcome back. The next round goes out on Tuesday 24 November at 09:00."
    )


async def test_pause_is_over_on_the_day_named(community: Community) -> None:
    await set_up(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    for leader in (ada, ben):
        await leader.says("coffee join")
    await ada.says("coffee pause until 24 November")

    await community.until(TUESDAY)

    assert "Ben Lee" in words(ada.last)


async def test_next_tells_whom_i_meet_now(community: Community) -> None:
    await set_up(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    assert words(await ada.says("coffee next")).splitlines()[0] == "You are not in coffee."
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)

    reply = await ada.says("coffee next")

    assert words(reply).splitlines()[0] == "Your coffee now: Ben Lee."
    assert words(await ada.taps(reply, "Show the card")).splitlines()[0] == "Coffee: Ben Lee"


async def test_history_lists_coffees_newest_first_for_me_alone(community: Community) -> None:
    await set_up(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    assert words(await ada.says("coffee history")).startswith("You have not had a coffee")
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)
    await ada.taps(ada.last, "We’ve met")

    assert await ada.says("coffee history") == views.history(
        [views.Past(date(2026, 11, 24), ["Ben Lee"], Met.YES)], has_joined=True
    )
    assert await ben.says("coffee history") == views.history(
        [views.Past(date(2026, 11, 24), ["Ada Obi"], None)], has_joined=True
    )


async def test_avoid_is_kept_and_taken_back(community: Community) -> None:
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")

    reply = await ada.says("coffee avoid Ben")

    assert words(reply).splitlines()[0] == (
        "I will not match you with Ben Lee. Nobody else ever learns of this."
    )
    form = await ada.says("coffee avoid")
    assert form.intro[0].text.endswith("At present: Ben Lee.")
    assert words(await ada.taps(reply, "Take that back")) == "I may match you with Ben Lee again."
    assert (await ada.says("coffee avoid")).intro[0].text.endswith("the organisers included.")
    assert ben.inbox == []


async def test_avoid_form_marks_the_field_of_somebody_unknown(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")

    wrong = await ada.submits(await ada.says("coffee avoid"), person="Zed")
    right = await ada.submits(await ada.says("coffee avoid"), person=f"#{ben.id}")

    assert wrong.errors == {"person": "I know nobody called “Zed” here. Try part of the name."}
    assert words(right.reply).startswith("I will not match you with Ben Lee.")
    assert not right.keep


async def test_avoid_of_oneself_or_of_namesakes_is_a_friendly_error(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    for name in ("Ben Lee", "Ben Ng"):
        await community.leader(name, platform="web")

    assert words(await ada.says("coffee avoid Ada")).startswith("That is you.")
    assert words(await ada.says("coffee avoid Ben")) == (
        "I know several: Ben Lee, Ben Ng. Please type the whole name."
    )
    assert words(await ada.says("coffee avoid Ben Lee")).startswith("I will not match you")


async def test_avoid_in_a_channel_is_not_carried_out(community: Community) -> None:
    ada, _ = await community.leader("Ada Obi"), await community.leader("Ben Lee")

    reply = await ada.says("coffee avoid Ben", channel="C1")

    assert reply == common.say_it_privately()
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == ()


async def test_avoided_people_are_never_matched_and_nobody_can_tell(community: Community) -> None:
    await set_up(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    cy, di = await community.leader("Cy Poe"), await community.leader("Di Roy")
    for leader in (ada, ben, cy, di):
        await leader.says("coffee join")
    await ada.says("coffee avoid Ben")

    for _ in range(4):
        await community.passes(timedelta(weeks=2))

    told = [words(each) for leader in (ben, cy, di) for each in leader.inbox]
    assert not [each for each in told if "avoid" in each.lower() or "block" in each.lower()]
    met = {name for name in ("Ben Lee", "Cy Poe", "Di Roy") for card in ada.inbox
           if words(card).startswith("Coffee:") and name in words(card)}  # fmt: skip
    assert met == {"Cy Poe", "Di Roy"}


async def test_preferences_are_asked_for_and_kept(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    form = await ada.says("coffee preferences")

    outcome = await ada.submits(
        form, frequency="every_second", size="2", priority="another borough"
    )

    assert words(outcome.reply) == (
        "Saved.\n"
        "How often: Every second round\n"
        "How many: Just the two of us\n"
        "First look at: Somebody from another borough\n"
        "Join coffee: type “coffee join”"
    )
    with community.database.transaction() as db:
        part = db.coffee.participation(ada.id)
    assert part == coffee.Participation(
        ada.id,
        ParticipationState.LEFT,
        frequency=pairing.Frequency.EVERY_SECOND,
        priority=Priority.PLACE,
        group_size=2,
    )
    again = await ada.says("coffee preferences")
    assert [field.initial for field in again.fields] == [
        ("every_second",),
        ("2",),
        ("another borough",),
    ]


async def test_any_size_and_priority_are_kept_too(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("coffee join")

    outcome = await ada.submits(await ada.says("coffee preferences"))

    assert words(outcome.reply) == (
        "Saved.\nHow often: Every round\nHow many: Either\nFirst look at: No preference"
    )


async def test_every_second_round_is_left_out_of_the_one_between(community: Community) -> None:
    await set_up(community)
    leaders = [await community.leader(name) for name in ("Ada Obi", "Ben Lee", "Cy Poe")]
    for leader in leaders:
        await leader.says("coffee join")
    await leaders[0].submits(await leaders[0].says("coffee preferences"), frequency="every_second")

    await community.until(TUESDAY)
    await community.passes(timedelta(weeks=2))

    with community.database.transaction() as db:
        newest = db.coffee.rounds(community.id)[0]
        (group,) = db.coffee.groups(newest.id)
    assert newest.number == 2
    assert set(group.people) == {leaders[1].id, leaders[2].id}


async def test_coffee_shows_what_is_next_to_one_who_joined(community: Community) -> None:
    await set_up(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)

    assert words(await ada.says("coffee")).splitlines()[0] == "Your coffee now: Ben Lee."
    await ben.says("coffee cannot 1")
    assert words(await ada.says("coffee")).splitlines()[0] == (
        "The next round goes out on Tuesday 8 December at 09:00."
    )


async def test_forged_answers_of_forms_are_marked_and_not_kept(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    olu = await community.organiser("Olu Chair")

    wrong = await ada.submits(await ada.says("coffee preferences"), frequency="always")
    assert wrong.errors == {"frequency": "Please choose one of these."}
    setup = await olu.submits(await olu.says("coffee setup"), theme="none of these")
    assert setup.errors == {"theme": "Please choose one of these."}


async def test_next_leaves_out_whom_i_have_met_and_says_that_i_am_looking(
    community: Community,
) -> None:
    await set_up(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)

    await ada.says("coffee met 1 yes")
    await ben.says("coffee someone else 1")

    assert "Your coffee now" not in words(await ada.says("coffee next"))
    assert words(await ben.says("coffee next")).splitlines()[0] == (
        "I am looking for somebody else for you in this round."
    )


async def test_history_shows_my_own_note(community: Community) -> None:
    await set_up(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)
    await ada.submits(await ada.says("coffee note 1"), note="By the river")

    assert "You noted: By the river" in words(await ada.says("coffee history"))
    assert "river" not in words(await ben.says("coffee history"))


async def test_joining_again_does_not_ask_for_an_introduction_twice(community: Community) -> None:
    ada = await community.leader("Ada Obi", show_email=True)

    assert "Introduce myself" not in words(await ada.says("coffee join"))
    assert "Join coffee" not in words(await ada.says("coffee history"))
