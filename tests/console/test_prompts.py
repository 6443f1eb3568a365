"""Recurring questions on the organisers' pages: set up, left out, paused, asked and ended."""

from datetime import timedelta

from tests.console.conftest import Place, Sight, leaders
from tests.leaders import Leader, words

PAGE = "/console/prompts"
OWN = "What did you learn from another borough this week?"


async def sets_up(place: Place, **answers: object) -> Sight:
    form = await place.opens(f"{PAGE}/new")
    chosen = {"packs": (), "own": OWN, "cadence": "every week on Wednesday 09:30", **answers}
    return await place.presses(
        form, "Save", **{f"field_{name}": each for name, each in chosen.items()}
    )


async def test_page_without_series_says_what_they_are(place: Place, olu: Leader) -> None:
    sight = await place.opens(PAGE)

    assert "No prompts are set up." in sight.text
    assert f'href="{PAGE}/new">Set up prompts' in sight.html


async def test_series_shows_what_is_asked_when_and_where(place: Place, olu: Leader) -> None:
    made = await sets_up(place)

    assert (made.url, made.flash) == (PAGE, "Prompts 1 are set up.")
    assert (
        f"Prompts 1 Asked next: {OWN} Asks every week on Wednesday 09:30 "
        "Next Wednesday 25 November at 09:30 On a bank holiday Not at all Channels the web chat "
        "Questions 1 question (1 of your own), 0 asked so far"
    ) in made.text


async def test_next_question_is_left_out_and_taken_back(place: Place, olu: Leader) -> None:
    made = await sets_up(place)

    skipped = await place.presses(made, "Skip the next one: prompts 1")
    back = await place.presses(skipped, "Take the skip back: prompts 1")

    assert skipped.flash == (
        "There is no question on Wednesday 25 November at 09:30. "
        "The next one comes on Wednesday 2 December at 09:30."
    )
    assert "There is no question on Wednesday 25 November (an organiser left it out)." in (
        skipped.text
    )
    assert "Next Wednesday 25 November at 09:30" in back.text
    assert "Take the skip back" not in back.text


async def test_series_pauses_until_a_day_and_goes_on(place: Place, olu: Leader) -> None:
    await sets_up(place)
    form = await place.opens(f"{PAGE}/1/pause")

    mistaken = await place.presses(form, "Pause", field_until="for a bit")
    paused = await place.presses(mistaken, "Pause", field_until="2 weeks")
    resumed = await place.presses(paused, "Go on: prompts 1")

    assert mistaken.status == 422
    assert (paused.url, paused.flash) == (PAGE, "Prompts 1 pause until Monday 7 December.")
    assert "Prompts 1 Paused Asked next" in paused.text
    assert "Skip the next one" not in paused.text
    assert resumed.flash == "Prompts 1 go on."
    assert "Next Wednesday 25 November at 09:30" in resumed.text


async def test_question_is_asked_now_changed_and_ended(place: Place, olu: Leader) -> None:
    (ada,) = await leaders(place.community, "Ada Obi")
    made = await sets_up(place, way="direct")

    asked = await place.presses(made, "Yes, ask it now: prompts 1")
    await place.community.passes(timedelta(minutes=1))
    form = await place.opens(f"{PAGE}/1/edit")
    changed = await place.presses(form, "Save", field_own=f"{OWN}\nAnd from whom?")
    ended = await place.presses(changed, "Yes, end it: prompts 1")

    assert asked.flash == "A question of prompts 1 is being asked now."
    assert words(ada.last).startswith(OWN)
    assert changed.flash == "Prompts 1 are changed."
    assert "Asked next: And from whom?" in changed.text
    assert "2 questions (2 of your own), 1 asked so far" in changed.text
    assert ended.flash == "Prompts 1 have ended. What was asked and answered stays."
    assert "No prompts are set up." in ended.text


async def test_page_is_for_organisers_alone(place: Place, olu: Leader) -> None:
    (ada,) = await leaders(place.community, "Ada Obi")
    await sets_up(place)
    place.signs_in(ada, is_organiser=False)

    sight = await place.opens(PAGE)

    assert (sight.status, OWN in sight.html) == (403, False)
