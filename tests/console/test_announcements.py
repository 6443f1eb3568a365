"""Announcements on the organisers' pages: written, sent, watched, changed and taken down."""

from datetime import timedelta

import pytest

from bot.domain.members import Profile
from bot.errors import CannotDeliver, TryLater
from tests.console.conftest import Place, Sight, leaders
from tests.leaders import Leader, words

PAGE = "/console/announcements"
SAID = (
    "# Flu clinics\n\nBook **today** at [the site](https://book.example) <b>now</b>:\n\n- by noon"
)


async def writes(place: Place, text: str = SAID, /, **answers: object) -> Sight:
    """The page of the draft that was made of a form."""
    form = await place.opens(f"{PAGE}/new")
    return await place.presses(
        form,
        "Preview",
        field_text=text,
        **{f"field_{name}": each for name, each in answers.items()},
    )


async def sends(place: Place, text: str = "At nine", /, **answers: object) -> Sight:
    draft = await writes(place, text, **answers)
    number = draft.url.rpartition("/")[2]
    sent = await place.presses(draft, f"Yes, send it: announcement {number}")
    await place.community.settle()
    return sent


async def test_list_without_announcements_says_what_they_are(place: Place, olu: Leader) -> None:
    sight = await place.opens(PAGE)

    assert "Nothing has been announced yet." in sight.text
    assert f'href="{PAGE}/new"' in sight.html
    assert '<a href="/console/announcements" aria-current="page">Announcements</a>' in sight.html


async def test_announcement_is_written_seen_as_it_looks_and_sent(place: Place, olu: Leader) -> None:
    (ada, ben) = await leaders(place.community, "Ada Obi", "Ben Cole")
    before = len(ada.inbox)

    draft = await writes(place, acknowledge="yes")
    listed = await place.opens(PAGE)
    sent = await place.presses(draft, "Yes, send it: announcement 1")
    await place.community.settle()
    after = await place.opens(f"{PAGE}/1")

    assert (draft.url, draft.flash) == (
        f"{PAGE}/1",
        "Announcement 1 is a draft. This is how it will look:",
    )
    assert "<h3>Flu clinics</h3>" in draft.html
    assert '<strong>today</strong> at <a href="https://book.example"' in draft.html
    assert "&lt;b&gt;now&lt;/b&gt;" in draft.html
    assert "<ul><li>by noon</li></ul>" in draft.html
    assert "For everyone As a message to each person Reaches 3 people of 3" in draft.text
    assert (
        "Announcement 1 Flu clinics Book today at the site <b>now</b>: - by noon State Draft "
        "When – For Everyone Reached – Confirmed –"
    ) in listed.text
    assert sent.flash == "Announcement 1 is on its way to 3 people."
    assert "Sent Delivered 3 of 3 Confirmed 0 of 3" in after.text
    assert len(ada.inbox) == before + 1
    assert words(ben.last).startswith("Flu clinics\nBook today")


async def test_list_tells_when_for_whom_and_how_many_it_reached(place: Place, olu: Leader) -> None:
    community = place.community
    (ada,) = await leaders(community, "Ada Obi")
    await community.leader("Ben Cole", platform="teams", place="Lewisham")
    community.teams.troubles.append(CannotDeliver("the account was closed"))
    await sends(place, place="Lewisham", acknowledge="yes")
    await ada.taps(ada.last, "I have read this")
    later = await writes(place, "Later", when="3 December 09:00", way="both")
    await place.presses(later, "Schedule it: announcement 2")

    sight = await place.opens(PAGE)

    assert "2 announcements" in sight.text
    assert (
        "Announcement 2 Later State Scheduled When Thursday 3 December at 09:00 "
        "For Everyone and whoever is in its channels Reached – Confirmed –"
    ) in sight.text
    assert (
        "Announcement 1 At nine State Sent When 23 Nov 2026, 10:00 For Place Lewisham "
        "Reached 1 of 2 people Confirmed 1 of 1"
    ) in sight.text


async def test_long_list_comes_a_page_at_a_time(place: Place, olu: Leader) -> None:
    for _ in range(16):
        await writes(place, "Again")

    first = await place.opens(PAGE)
    second = await place.opens(f"{PAGE}?page=2")

    assert ("1–15 of 16" in first.text, "16–16 of 16" in second.text) == (True, True)
    assert "Announcement 1 Again" in second.text


async def test_people_are_told_with_the_reason_and_can_be_filtered(
    place: Place, olu: Leader
) -> None:
    community = place.community
    told = {"place": "Lewisham", "organisation": "Oxleas"}
    await community.leader("Ada Obi", platform="teams", **told)
    ben = await community.leader("Ben Cole", **told)
    community.teams.troubles.append(CannotDeliver("they blocked the bot"))
    with community.database.transaction() as db:
        db.members.add(
            community.id, "Cy Dent", now=community.now, zone="Europe/London",
            profile=Profile(place="Lewisham"),
        )  # fmt: skip
    await sends(place, place="Lewisham", acknowledge="yes")

    everybody = await place.opens(f"{PAGE}/1")
    missed = await place.opens(f"{PAGE}/1?show=could-not")
    silent = await place.opens(f"{PAGE}/1?show=silent")
    await ben.taps(ben.last, "I have read this")
    confirmed = await place.opens(f"{PAGE}/1?show=confirmed")
    none = await place.opens(f"{PAGE}/1?show=waiting")
    odd = await place.opens(f"{PAGE}/1?show=nonsense")

    now = "23 Nov 2026, 10:00"
    ada_row = f"Ada Obi Oxleas Outcome Could not They blocked the bot. When {now} Confirmed Not yet"
    ben_row = f"Ben Cole Oxleas Outcome Delivered When {now} Confirmed Not yet"
    cy_row = "Cy Dent Outcome Could not No account reaches them yet. When – Confirmed Not yet"
    rows = [ada_row, ben_row, cy_row]
    assert [row in everybody.text for row in rows] == [True, True, True]
    assert [row in missed.text for row in rows] == [True, False, True]
    assert [row in silent.text for row in rows] == [False, True, False]
    assert f"Ben Cole Oxleas Outcome Delivered When {now} Confirmed {now}" in confirmed.text
    assert "Cy Dent" not in confirmed.text
    assert "Nobody is among these." in none.text
    assert "3 Everybody 1 Delivered 2 Could not 1 Confirmed 0 Waiting" not in odd.text
    assert "3 Everybody 1 Delivered 2 Could not 1 Confirmed Name" in odd.text
    assert f'href="{PAGE}/1.csv" download' in everybody.html


async def test_long_list_of_people_keeps_the_filter_from_page_to_page(
    place: Place, olu: Leader
) -> None:
    for number in range(30):
        await place.community.leader(f"Leader {number:02}")
    await sends(place)

    second = await place.opens(f"{PAGE}/1?show=delivered&page=2")

    assert "31–31 of 31" in second.text
    assert "Olu Adeyemi" in second.text.partition("What became of it")[2]
    assert 'href="/console/announcements/1?show=delivered&amp;page=1"' in second.html


def slows_after(place: Place, sent: int) -> None:
    """Teams takes so many messages now, and the rest in an hour."""
    teams, take = place.community.teams, place.community.teams.send

    async def send(delivery):
        if len(teams.deliveries) >= sent:
            raise TryLater("slowly", after=timedelta(hours=1))
        return await take(delivery)

    teams.send = send


async def test_progress_is_asked_for_anew_and_the_rest_is_cancelled(
    place: Place, olu: Leader
) -> None:
    for number in range(9):
        await place.community.leader(f"Leader {number}", platform="teams")
    slows_after(place, 3)
    await sends(place)

    page = await place.opens(f"{PAGE}/1")
    part = await place.opens(f"{PAGE}/1/progress")
    done = await place.presses(page, "Yes, cancel the rest: announcement 1")
    after = await place.opens(f"{PAGE}/1/progress")

    told = "Being sent Delivered 4 of 10 Waiting 6 Cancel the rest"
    assert (told in page.text, part.text.startswith(told)) == (True, True)
    assert f'data-live="{PAGE}/1/progress"' in page.html
    assert ("data-under-way" in part.html, "/live.js" in page.html) == (True, True)
    assert done.url == f"{PAGE}/1"
    assert done.flash == (
        "Announcement 1 is cancelled. 6 messages will not go out. "
        "4 people had it already and keep it."
    )
    assert after.text == "Cancelled Delivered 4 of 10 Not sent 6"
    assert "data-under-way" not in after.html


async def test_others_are_reminded_once_they_had_a_day(place: Place, olu: Leader) -> None:
    (ada,) = await leaders(place.community, "Ada Obi")
    await sends(place, acknowledge="yes")
    await olu.does("announce read", text="1")

    early = await place.opens(f"{PAGE}/1")
    await place.community.passes(timedelta(days=1))
    page = await place.opens(f"{PAGE}/1")
    done = await place.presses(page, "Yes, remind them: announcement 1")
    await place.community.settle()

    assert "1 person has not confirmed it. They had it less than a day ago." in early.text
    assert "Remind the others" not in early.text
    assert "1 person has it and did not confirm that they read it." in page.text
    assert done.flash == (
        "I am reminding 1 person: they have announcement 1 and have not confirmed it."
    )
    assert words(ada.last).startswith("A reminder: please confirm that you have read this.")
    assert "Reminded Tuesday 24 November at 10:00" in done.text


async def test_words_are_changed_where_they_have_arrived_and_taken_down(
    place: Place, olu: Leader
) -> None:
    (ada,) = await leaders(place.community, "Ada Obi")
    await sends(place)
    form = await place.opens(f"{PAGE}/1/edit")

    changed = await place.presses(form, "Save", field_text="At ten")
    await place.community.settle()
    seen = words(ada.last)
    down = await place.presses(changed, "Yes, take it down: announcement 1")
    await place.community.settle()

    assert [each for each in form.form_with("Save").fields if each.startswith("field-")] == [
        "field-text"
    ]
    assert changed.flash.startswith("The words of announcement 1 are changed.")
    assert "Changed its words were changed after it was first sent" in changed.text
    assert seen.startswith("At ten")
    assert down.flash.startswith("Announcement 1 is being taken down in every chat and channel")
    assert [words(each) for each in ada.inbox if "At ten" in words(each)] == []
    assert "Edit the words" not in down.text


async def test_draft_is_edited_copied_and_dropped(place: Place, olu: Leader) -> None:
    await writes(place, "First", when="every month on the first Monday 09:00", way="both")
    form = await place.opens(f"{PAGE}/1/edit")
    mistaken = await place.presses(form, "Preview", field_when="now and then")
    edited = await place.presses(mistaken, "Preview", field_when="", field_text="Second")
    copied = await place.presses(edited, "Make a copy: announcement 1")
    dropped = await place.presses(copied, "Yes, drop it: announcement 2")

    assert (form.form_with("Preview").fields["field-text"], mistaken.status) == (["First"], 422)
    assert f'<a href="{PAGE}/1">Back</a>' in mistaken.html
    assert edited.url == f"{PAGE}/1"
    assert "Second From the organisers" in edited.text
    assert "Channels the web chat; everybody there sees it" in edited.text
    assert copied.url == f"{PAGE}/2"
    assert dropped.flash == "Announcement 2 is cancelled. Nobody got it."
    assert "Cancelled Nobody has it." in dropped.text


async def test_what_goes_out_is_what_was_seen(place: Place, olu: Leader) -> None:
    (ada,) = await leaders(place.community, "Ada Obi")
    draft = await writes(place, "First")
    form = await olu.says("announce edit 1")
    await olu.submits(form, text="Second")

    late = await place.presses(draft, "Yes, send it: announcement 1")
    await place.community.settle()
    sent = await place.presses(late, "Yes, send it: announcement 1")
    await place.community.settle()
    again = await place.presses(late, "Yes, send it: announcement 1")
    await place.community.settle()

    assert late.flash == (
        "Nothing was changed. The announcement has changed since this page was opened, so it was "
        "not sent. This is how it looks now."
    )
    assert "Second From the organisers" in late.text
    assert sent.flash == "Announcement 1 is on its way to 2 people."
    assert again.flash == "That is done already; nothing was done twice."
    assert [words(each).split("\n")[0] for each in ada.inbox].count("Second") == 1


async def test_form_that_has_become_another_one_changes_nothing(place: Place, olu: Leader) -> None:
    draft = await writes(place, "First")
    form = await place.opens(f"{PAGE}/1/edit")
    await place.presses(draft, "Yes, send it: announcement 1")
    await place.community.settle()

    late = await place.presses(form, "Preview", field_text="Second", field_place="Lewisham")

    assert late.status == 422
    assert late.flash == (
        "Nothing was changed. This has gone out, or was changed by somebody else, since you "
        "opened it. This is what can be changed now."
    )
    assert late.form_with("Save").fields["field-text"] == ["First"]


async def test_repeating_one_says_when_and_its_occurrence_whence_it_came(
    place: Place, olu: Leader
) -> None:
    draft = await writes(
        place, "Again", when="every week on Tuesday 09:00", if_off="next working day"
    )
    waiting = await place.presses(draft, "Schedule it: announcement 1")
    await place.community.passes(timedelta(days=1))

    made = await place.opens(f"{PAGE}/2")
    stopped = await place.presses(waiting, "Yes, cancel it: announcement 1")

    when = "When every week on Tuesday 09:00; next on Tuesday 24 November at 09:00"
    assert when in waiting.text
    assert "On a bank holiday on the next working day, at the same time" in waiting.text
    assert "Repeats announcement 1" in made.text
    assert "When every week on Tuesday 09:00 Confirmation" in stopped.text


async def test_page_counts_those_whom_it_would_not_reach(place: Place, olu: Leader) -> None:
    community = place.community
    (ada,) = await leaders(community, "Ada Obi")
    await ada.says("announce off")
    with community.database.transaction() as db:
        db.members.add(community.id, "Cy Dent", now=community.now, zone="Europe/London")

    draft = await writes(place)

    assert "Reaches 1 person of 3; no account reaches 1; 1 asked for no announcements" in draft.text


@pytest.mark.parametrize("number", ["7", "x", "9" * 30])
@pytest.mark.parametrize("rest", ["", "/progress", "/edit"])
async def test_number_of_no_announcement_is_no_page(
    place: Place, olu: Leader, number: str, rest: str
) -> None:
    sight = await place.opens(f"{PAGE}/{number}{rest}")

    assert sight.status == 404


async def test_pages_are_for_organisers_alone(place: Place, olu: Leader) -> None:
    (ada,) = await leaders(place.community, "Ada Obi")
    await sends(place)
    place.signs_in(ada, is_organiser=False)

    found = [await place.opens(f"{PAGE}{rest}") for rest in ("", "/1", "/1/progress", "/new")]

    assert {(each.status, "At nine" in each.html) for each in found} == {(403, False)}
