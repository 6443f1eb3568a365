"""Changing things: every change goes through the routes of the chat."""

from datetime import timedelta

import pytest

from bot.domain.coffee import IfUnapproved, RoundState
from bot.domain.pairing import Theme
from bot.errors import Uncertain
from tests.console.conftest import Place, drafted, leaders, post, set_up
from tests.leaders import Leader

NAMES = ("Ada Obi", "Ben Cole", "Cy Dent", "Di Eve")


def groups(place: Place) -> list[set[str]]:
    """The newest round's groups, by first name."""
    with place.community.database.transaction() as db:
        found = db.coffee.groups(db.coffee.rounds(place.community.id, limit=1)[0].id)
        names = db.members.many(each for group in found for each in group.people)
        return [{names[each].first_name for each in group.people} for group in found]


def state(place: Place) -> RoundState:
    with place.community.database.transaction() as db:
        return db.coffee.rounds(place.community.id, limit=1)[0].state


async def test_doubt_is_sent_again_or_left_from_the_deliveries(place: Place, olu: Leader) -> None:
    community = place.community
    (ada, ben) = [await community.leader(name) for name in ("Ada Obi", "Ben Cole")]
    for leader in (ada, ben):
        community.web.troubles.append(Uncertain("the connection broke off"))
        post(place, leader, f"hello:{leader.id}", subject="hello")
        await community.settle()

    page = await place.opens("/console/deliveries?state=uncertain")
    first = await place.presses(page, "Send again: Hello to Ada Obi")
    second = await place.presses(first, "Leave it: Hello to Ben Cole")
    await community.settle()

    assert first.url == "/console/deliveries?state=uncertain"
    assert first.flash == "I am sending it again now."
    assert second.flash == "I leave it at that and send nothing."
    assert "No delivery is in this state." in second.text
    assert (len(ada.inbox), len(ben.inbox)) == (1, 0)
    with community.database.transaction() as db:
        done = [(each.actor, each.action) for each in db.audit.latest(community.id, limit=2)]
    assert done == [("Olu Adeyemi", "delivery leave"), ("Olu Adeyemi", "delivery again")]


async def test_setup_is_saved_as_it_was_filled_in(place: Place, olu: Leader) -> None:
    form = await place.opens("/console/coffee/setup")

    sight = await place.presses(
        form,
        "Save",
        field_rhythm="every 3 weeks on Friday 14:30",
        field_size="3",
        field_review="hold",
        field_apart=["same team"],
        field_theme="clinicians_with_executives",
    )

    assert sight.url == "/console/coffee"
    assert sight.flash.startswith("Coffee is set up.\nRounds: every 3 weeks on Friday at 14:30")
    assert "Every 3 weeks on Friday at 14:30 On a bank holiday As planned Groups of 3" in sight.text
    with place.community.database.transaction() as db:
        setup = db.coffee.setup(place.community.id)
    assert (setup.weeks, setup.group_size, setup.review) == (3, 3, True)
    assert (setup.if_unapproved, setup.theme) == (
        IfUnapproved.HOLD,
        Theme.CLINICIANS_WITH_EXECUTIVES,
    )
    assert [str(each) for each in setup.apart] == ["same team"]


async def test_mistake_is_shown_beside_the_field_and_what_was_typed_stays(
    place: Place, olu: Leader
) -> None:
    form = await place.opens("/console/coffee/setup")

    sight = await place.presses(form, "Save", field_rhythm='now & "then"', field_size="4")

    assert sight.status == 422
    again = sight.form_with("Save").fields
    assert (again["field-rhythm"], again["field-size"]) == (['now & "then"'], ["4"])
    assert 'id="field-rhythm-error"' in sight.html
    assert 'href="#field-rhythm"' in sight.html
    assert "Try “every 2 weeks on Tuesday 09:00”." in sight.text
    with place.community.database.transaction() as db:
        assert not db.coffee.setup(place.community.id).is_running


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"field_rhythm": "  "}, "Fill in “When do rounds go out?”."),
        ({"field_rhythm": "x" * 101}, "Use at most 100 characters."),
        ({"field_size": "99"}, "Choose from the list."),
        ({"field_size": ""}, "Choose “How many meet?”."),
        ({"field_mode": "nonsense"}, "Choose from the list."),
        ({"field_apart": ["same team", "nonsense"]}, "Choose from the list."),
        ({"field_theme": "nonsense"}, "Choose from the list."),
    ],
)
async def test_what_no_browser_sends_is_marked_too(
    place: Place, olu: Leader, wrong: dict, sentence: str
) -> None:
    form = await place.opens("/console/coffee/setup")

    sight = await place.presses(form, "Save", **wrong)

    assert sight.status == 422
    assert sentence in sight.text


async def test_old_form_keeps_what_was_typed(place: Place, olu: Leader) -> None:
    form = await place.opens("/console/coffee/setup")
    await place.community.passes(timedelta(days=3))

    sight = await place.presses(form, "Save", field_rhythm="every 5 weeks on Monday 08:00")

    assert sight.status == 422
    assert "open for too long" in sight.flash
    assert sight.form_with("Save").fields["field-rhythm"] == ["every 5 weeks on Monday 08:00"]
    saved = await place.presses(sight, "Save")
    assert saved.flash.startswith("Coffee is set up.\nRounds: every 5 weeks on Monday at 08:00")


async def test_form_sent_twice_counts_once(place: Place, olu: Leader) -> None:
    form = await place.opens("/console/coffee/setup")
    await place.presses(form, "Save")

    sight = await place.presses(form, "Save")

    assert sight.flash == "That is done already; nothing was done twice."


async def test_round_is_run_from_the_page(place: Place, olu: Leader) -> None:
    await leaders(place.community, *NAMES)
    await set_up(place, review="send")
    await place.presses(await place.opens("/console/coffee"), "Yes, run a round")

    sight = await place.opens("/console/coffee")
    assert "A round is being matched or sent at this moment." in sight.text
    await place.community.settle()
    after = await place.opens("/console/coffee")

    assert "A round is being matched" not in after.text
    assert "Round 1 waits for your review 4 leaders in 2 groups." in after.text


async def test_rounds_are_stopped_and_the_question_is_asked(place: Place, olu: Leader) -> None:
    people = await leaders(place.community, *NAMES)
    await set_up(place)
    await place.community.passes(timedelta(days=3))
    page = await place.opens("/console/coffee")

    asked = await place.presses(page, "Yes, ask now")
    await place.community.settle()
    stopped = await place.presses(asked, "Yes, stop rounds")

    assert asked.flash == "I am asking 2 groups “Did you meet?” now."
    assert len(people[0].inbox) == 2
    assert "Rounds are stopped: no further one goes out." in stopped.text


async def test_draft_is_locked_once_however_often_it_is_pressed(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)
    page = await place.opens("/console/coffee")

    locked = await place.presses(page, "Lock group 2")
    again = await place.presses(locked, "Unlock group 2")

    assert locked.flash == "Group 2 stays as it is when you draft anew."
    assert "Group 2 Locked" in locked.text
    assert again.flash == "Group 2 may change when you draft anew."


async def test_two_people_are_swapped_by_two_presses(place: Place, olu: Leader) -> None:
    people = await drafted(place, *NAMES)
    before = groups(place)
    one = next(each for each in people if each.name.split()[0] in before[0])
    other = next(each for each in people if each.name.split()[0] in before[1])
    page = await place.opens("/console/coffee")
    assert f"?swap={one.id}#draft" in page.html

    choosing = await place.opens(f"/console/coffee?swap={one.id}")
    swapped = await place.presses(choosing, f"Swap with {other.name}")

    assert f"Who changes places with {one.name} of group 1?" in choosing.text
    assert swapped.flash.startswith("Swapped:\n- ")
    first = {one.name.split()[0], other.name.split()[0]}
    assert sorted(map(sorted, groups(place))) == sorted(sorted(each ^ first) for each in before)


async def test_swap_that_may_not_be_says_no_more_than_cannot_be_paired(
    place: Place, olu: Leader
) -> None:
    people = await drafted(place, *NAMES)
    before = groups(place)
    together = [each for each in people if each.name.split()[0] in before[0]]
    others = [each for each in people if each.name.split()[0] in before[1]]
    with place.community.database.transaction() as db:
        db.coffee.avoid(place.community.id, others[0].id, together[0].id)

    page = await place.opens(f"/console/coffee?swap={together[1].id}")
    sight = await place.presses(page, f"Swap with {others[0].name}")

    names = f"{together[1].name} and {others[0].name}"
    assert sight.flash == f"{names} can’t be swapped: cannot be paired."
    assert groups(place) == before


async def test_somebody_is_taken_out(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)
    page = await place.opens("/console/coffee")

    sight = await place.presses(page, "Take Ada Obi out of this round")

    assert sight.flash == "Ada Obi is out of this round. Everybody else has a group."
    assert groups(place) == [{"Ben", "Cy", "Di"}]


async def test_draft_is_approved(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)

    sight = await place.presses(await place.opens("/console/coffee"), "Approve round 1")

    assert sight.flash == "Round 1 is approved and goes out on Tuesday 1 December at 09:00."
    assert "It is approved and goes out on Tuesday 1 December at 09:00 ." in sight.text
    assert state(place) is RoundState.APPROVED


async def test_draft_is_sent_at_once(place: Place, olu: Leader) -> None:
    people = await drafted(place, *NAMES)

    sight = await place.presses(await place.opens("/console/coffee"), "Yes, send it now")
    await place.community.settle()

    assert sight.flash == "It is going out now."
    assert state(place) is RoundState.SENT
    assert len(people[0].inbox) == 1


async def test_held_draft_is_sent_by_its_approval(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)
    await place.community.passes(timedelta(days=3))

    page = await place.opens("/console/coffee")
    overview = await place.opens("/console")
    await place.presses(page, "Yes, send it now")
    await place.community.settle()

    assert "Nobody approved it in time, so it waits until you send it." in page.text
    assert page.text.count("Yes, send it now") == 1
    assert "Round 1 of coffee is held Nobody approved it in time" in overview.text
    assert state(place) is RoundState.SENT


async def test_draft_is_made_anew_around_its_locks(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)
    locked = groups(place)[0]
    page = await place.presses(await place.opens("/console/coffee"), "Lock group 1")

    sight = await place.presses(page, "Yes, draft anew")
    await place.community.settle()

    assert sight.flash.startswith("I am drafting the round anew.")
    assert locked in groups(place)


async def test_draft_is_cancelled(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)

    sight = await place.presses(await place.opens("/console/coffee"), "Yes, cancel this round")
    overview = await place.opens("/console")
    schedule = await place.opens("/console/schedule")

    assert sight.flash == "Round 1 is cancelled. The next one comes as planned."
    assert "Nothing needs you now." in overview.text
    assert "Skipped The round was cancelled." in schedule.text


@pytest.mark.parametrize(
    "label", ["Approve round 1", "Yes, send it now", "Yes, cancel this round", "Lock group 1"]
)
async def test_nobody_decides_on_a_draft_they_have_not_seen(
    place: Place, olu: Leader, label: str
) -> None:
    await drafted(place, *NAMES)
    seen = await place.opens("/console/coffee")
    await place.presses(seen, "Take Ada Obi out of this round")
    before = groups(place), state(place)

    sight = await place.presses(seen, label)

    assert sight.flash == (
        "Nothing was changed. The draft has changed since this page was opened, so nothing was "
        "done. This is how it looks now."
    )
    assert (groups(place), state(place)) == before


async def test_draft_that_is_gone_can_t_be_approved(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)
    seen = await place.opens("/console/coffee")
    await place.presses(seen, "Yes, cancel this round")

    sight = await place.presses(seen, "Approve round 1")

    assert "The draft has changed" in sight.flash
    assert state(place) is RoundState.CANCELLED


async def test_press_on_a_later_page_comes_back_to_it(place: Place, olu: Leader) -> None:
    await drafted(place, *(f"Leader {number:02}" for number in range(44)))
    page = await place.opens("/console/coffee?page=2")

    sight = await place.presses(page, "Lock group 21")

    assert sight.url == "/console/coffee?page=2"
    assert "21–22 of 22" in sight.text
    assert "Group 21 Locked" in sight.text


async def test_person_is_found_in_a_long_draft(place: Place, olu: Leader) -> None:
    await drafted(place, *(f"Leader {number:02}" for number in range(44)))

    found = await place.opens("/console/coffee?words=LEADER+07")
    nobody = await place.opens("/console/coffee?words=Zed&swap=99999")

    assert found.html.count('class="group"') == 1
    assert "Leader 07" in found.text
    assert "Nobody in this round is called “Zed”." in nobody.text
