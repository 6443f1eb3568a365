from typing import Any

import pytest

from bot.chat.requests import Incoming, Kind, Outcome, Profile
from bot.platforms.web import render
from bot.platforms.web.front import page_key
from tests.platforms.web.fakes import ADA, BEN, INTRODUCTION, MATCH, said
from tests.platforms.web.place import NOW, Browser, Place

FIELDS = {"role": ["Nurse"], "interests": ["Digital", "Estates"], "consent": ["yes"]}


async def test_words_and_their_answer_are_kept(ada: Browser, place: Place) -> None:
    shown = await ada.sends("/chat/say", {"text": "  good morning "})

    kept = place.store.lines[ADA.account]
    profile = Profile(name="Ada Okafor")
    assert place.bot.asked == [
        Incoming(ADA.account, Kind.WORDS, text="good morning", profile=profile)
    ]
    assert [line.words for line in kept] == ["good morning", ""]
    assert kept[1].message == said("You said “good morning”.")
    assert shown == {
        "entries": [render.entry(line) for line in kept],
        "kept": True,
        "once": None,
        "form": None,
        "errors": {},
    }


async def test_words_that_must_not_be_kept_are_shown_once(ada: Browser, place: Place) -> None:
    shown = await ada.sends("/chat/say", {"text": "avoid"})

    assert shown["kept"] is False
    assert shown["once"]["text"] == "You won’t be matched."
    assert shown["entries"] == []
    assert place.store.lines == {}


async def test_nothing_to_say_keeps_the_words(ada: Browser, place: Place) -> None:
    place.bot.outcomes["hm"] = Outcome()
    place.bot.outcomes["psst"] = Outcome(keep=False)

    plain = await ada.sends("/chat/say", {"text": "hm"})
    secret = await ada.sends("/chat/say", {"text": "psst"})

    assert [entry["words"] for entry in plain["entries"]] == ["hm"]
    assert secret["once"] is None
    assert [line.words for line in place.store.lines[ADA.account]] == ["hm"]


async def test_tap_is_answered_below_the_card(ada: Browser, place: Place) -> None:
    card = place.store.keep_message(ADA.account, MATCH, key=None, now=NOW)
    tap = {"entry": card.id, "route": "coffee time", "value": "7", "token": "card-token"}

    shown = await ada.sends("/chat/tap", tap)

    assert place.bot.asked == [
        Incoming(
            ADA.account,
            Kind.TAP,
            text="7",
            route="coffee time",
            token="card-token",
            profile=Profile(name="Ada Okafor"),
        )
    ]
    assert [entry["card"]["text"] for entry in shown["entries"]] == ["You said “coffee time”."]
    assert len(place.store.lines[ADA.account]) == 2


async def test_tap_may_replace_its_card(ada: Browser, place: Place) -> None:
    card = place.store.keep_message(ADA.account, MATCH, key=None, now=NOW)

    shown = await ada.sends("/chat/tap", {"entry": card.id, "route": "coffee swap"})

    assert [line.message for line in place.store.lines[ADA.account]] == [
        said("We found you somebody else.", replaces=True)
    ]
    assert shown["entries"][0]["id"] == card.id


@pytest.mark.parametrize("entry", [None, 99])
async def test_tap_without_its_card_is_answered_anew(
    ada: Browser, place: Place, entry: int | None
) -> None:
    await ada.sends("/chat/tap", {"entry": entry, "route": "coffee swap"})

    assert len(place.store.lines[ADA.account]) == 1


async def test_tap_never_replaces_another_persons_card(ada: Browser, place: Place) -> None:
    card = place.store.keep_message(BEN.account, MATCH, key=None, now=NOW)

    await ada.sends("/chat/tap", {"entry": card.id, "route": "coffee swap"})

    assert [line.message for line in place.store.lines[BEN.account]] == [MATCH]


async def test_form_comes_with_everything_it_needs(ada: Browser, place: Place) -> None:
    shown = await ada.sends("/chat/say", {"text": "introduce"})

    assert shown["form"] == render.form(INTRODUCTION)
    assert [line.words for line in place.store.lines[ADA.account]] == ["introduce"]


async def test_form_that_is_sent_in_is_answered(ada: Browser, place: Place) -> None:
    sent = {"route": "introduce", "value": "7", "token": "form-token", "fields": FIELDS}

    shown = await ada.sends("/chat/submit", sent)

    assert place.bot.asked == [
        Incoming(
            ADA.account,
            Kind.SUBMIT,
            text="7",
            route="introduce",
            fields={
                "role": ("Nurse",),
                "interests": ("Digital", "Estates"),
                "consent": ("yes",),
            },
            token="form-token",
            profile=Profile(name="Ada Okafor"),
        )
    ]
    assert shown["errors"] == {}
    assert shown["entries"][0]["card"]["text"] == "Hello, Nurse."


async def test_form_with_errors_keeps_nothing(ada: Browser, place: Place) -> None:
    sent = {"route": "introduce", "fields": {"years": ["400"]}}

    shown = await ada.sends("/chat/submit", sent)

    assert shown["errors"] == {"years": "Nobody works that long."}
    assert shown["entries"] == []
    assert place.store.lines.get(ADA.account, []) == []


async def test_home_is_asked_as_an_event_and_kept_nowhere(ada: Browser, place: Place) -> None:
    shown = await ada.reads("/chat/home")

    assert place.bot.asked == [
        Incoming(ADA.account, Kind.EVENT, route="home", profile=Profile(name="Ada Okafor"))
    ]
    assert shown["card"]["token"] == "home-1"
    assert shown["card"]["blocks"][0] == {"kind": "heading", "text": "Good morning, Ada"}
    assert place.store.lines == {}


@pytest.mark.parametrize("reply", [None, INTRODUCTION])
async def test_home_without_a_message_is_empty(ada: Browser, place: Place, reply: Any) -> None:
    place.bot.outcomes["home"] = Outcome(reply)

    assert await ada.reads("/chat/home") == {"card": None}


async def test_entries_come_in_pages(ada: Browser, place: Place) -> None:
    for number in range(70):
        place.store.keep_message(ADA.account, said(str(number)), key=None, now=NOW)
        place.store.keep_message(BEN.account, said("Ben’s"), key=None, now=NOW)

    newest = await ada.reads("/chat/entries")
    older = await ada.reads(f"/chat/entries?before={newest['entries'][0]['id']}")
    oldest = await ada.reads(f"/chat/entries?before={older['entries'][0]['id']}")

    texts = [
        [entry["card"]["text"] for entry in page["entries"]] for page in (oldest, older, newest)
    ]
    assert texts == [
        [str(number) for number in range(10)],
        [str(number) for number in range(10, 40)],
        [str(number) for number in range(40, 70)],
    ]
    assert [page["more"] for page in (newest, older, oldest)] == [True, True, False]
    assert newest["unread"] == 70


async def test_reading_lowers_the_unread_count(ada: Browser, place: Place) -> None:
    lines = [
        place.store.keep_message(ADA.account, said(str(number)), key=None, now=NOW)
        for number in range(3)
    ]

    assert await ada.sends("/chat/read", {"entry": lines[1].id}) == {"unread": 1}


async def test_people_are_found_by_part_of_the_name(ada: Browser, place: Place) -> None:
    place.store.names = (("#3", "Ben Adeyemi, Bexley"), ("#4", "Priya Nair, Lambeth"))

    found = await ada.reads("/chat/people?q=%20ben%20")
    nobody = await ada.reads("/chat/people?q=")
    left_out = await ada.reads("/chat/people")

    assert found == {"people": [{"id": "#3", "name": "Ben Adeyemi, Bexley"}]}
    assert nobody == left_out == {"people": []}


@pytest.mark.parametrize("path", ["entries", "home", "people?q=a", "stream"])
async def test_reading_needs_a_session(place: Place, path: str) -> None:
    response = await place.browser.get(f"/chat/{path}")

    assert response.status == 401
    assert (await response.json())["sentence"].startswith("You are signed out.")


@pytest.mark.parametrize("path", ["say", "tap", "submit", "read"])
async def test_writing_needs_a_session(place: Place, path: str) -> None:
    sent = {"text": "hello", "entry": 1, "route": "help", "fields": {}}

    response = await place.browser.post(f"/chat/{path}", json=sent)

    assert response.status == 401
    assert place.bot.asked == []


async def test_page_of_somebody_else_is_refused(ada: Browser, place: Place) -> None:
    own = await ada.post(f"/chat/say?as={page_key(ADA)}", json={"text": "hello"})
    other = await ada.post(f"/chat/say?as={page_key(BEN)}", json={"text": "hello"})

    assert (own.status, other.status) == (200, 409)
    assert (await other.json())["sentence"] == (
        "This browser now belongs to Ada Okafor. Open the page again."
    )
    assert len(place.bot.asked) == 1
