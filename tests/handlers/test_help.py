"""Asking what can be said."""

from dataclasses import replace

import pytest

from bot.chat.messages import plain
from bot.chat.requests import Role
from bot.views import help as views
from handlers import PROGRAMMES
from handlers.help import with_help
from tests.leaders import words

COFFEE = next(each for each in PROGRAMMES if each.name == "coffee")
STORIES = next(each for each in PROGRAMMES if each.name == "stories")
ORGANISING = next(each for each in PROGRAMMES if each.name == "organising")
OVERVIEW = views.overview("Leaders of South East London", "", PROGRAMMES, Role.MEMBER)


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_help_tells_of_the_programmes_and_each_of_its_commands(community):
    ada, olu = await community.leader("Ada Obi"), await community.organiser("Olu Chair")

    overview = await ada.says("help")
    page = await ada.taps(overview, "Peer coffee")
    for_olu = await olu.says("help coffee")

    assert words(overview) == plain(OVERVIEW)
    assert words(page) == plain(views.programme_page(COFFEE, Role.MEMBER))
    assert words(for_olu) == plain(views.programme_page(COFFEE, Role.ORGANISER))
    assert set(words(page).splitlines()) < set(words(for_olu).splitlines())


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_help_is_asked_for_in_many_words(community):
    ada = await community.leader("Ada Obi")
    route = next(each for each in COFFEE.routes if each.name == "coffee pause")
    stories = views.programme_page(STORIES, Role.MEMBER)
    expected = {
        "": OVERVIEW,
        "/leaders help": OVERVIEW,
        "help me": OVERVIEW,
        "Help, please!": OVERVIEW,
        "/coffee help": views.programme_page(COFFEE, Role.MEMBER),
        "coffee help": views.programme_page(COFFEE, Role.MEMBER),
        "help “COFFEE”": views.programme_page(COFFEE, Role.MEMBER),
        "story help": stories,
        "help story": stories,
        "help stories 2": stories,
        "help everything 2": views.everything(PROGRAMMES, Role.MEMBER, 2),
        "help coffee pause": views.command(route, COFFEE),
        "help coffee pause 2 weeks": views.command(route, COFFEE),
        "help cofee": views.unknown("cofee", "coffee"),
        "help organisng": views.unknown("organisng", "organising"),
        "help qqqq": views.unknown("qqqq", None),
        "help organising": views.not_for_you(ORGANISING),
    }

    found = {said: words(await ada.says(said)) for said in expected}

    assert found == {said: plain(page) for said, page in expected.items()}


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_every_name_of_a_programme_leads_to_its_help_both_ways(community):
    olu = await community.organiser("Olu Chair")
    said = {}

    for programme in PROGRAMMES:
        page = plain(views.programme_page(programme, Role.ORGANISER))
        for name in programme.names:
            for asked in (f"help {name}", f"{name} help"):
                said[asked] = words(await olu.says(asked)) == page

    assert [asked for asked, is_right in said.items() if not is_right] == []
    assert len(said) >= 2 * len(PROGRAMMES)


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_the_page_of_a_programme_leads_to_its_help(community):
    ada = await community.leader("Ada Obi")
    before = await ada.taps(await ada.says("/coffee"), "What can I say?")
    await ada.says("coffee join")

    after = await ada.taps(await ada.says("/coffee"), "What can I say?")

    page = plain(views.programme_page(COFFEE, Role.MEMBER))
    assert (words(before), words(after)) == (page, page)


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_help_on_help_is_given_too(community):
    ada = await community.leader("Ada Obi")

    reply = await ada.says("help help")

    assert words(reply).splitlines()[0] == (
        "help [programme or command]: What you can say. For example “help coffee”."
    )


def test_two_programmes_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"^Two programmes want the name “coffee”\.$"):
        with_help((COFFEE, replace(COFFEE, routes=(), useful=())))
