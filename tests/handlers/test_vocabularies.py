"""Organisers keep the words that profiles are written in, and profiles follow."""

import pytest

from bot.domain.members import Vocabulary
from tests.handlers.test_organisers import NOT_FOR_YOU, log
from tests.leaders import Community, Leader, words


def terms(community: Community, vocabulary: Vocabulary) -> tuple[str, ...]:
    with community.database.transaction() as db:
        return db.communities.terms(community.id, vocabulary)


async def test_words_are_renamed_merged_retired_and_ordered(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi", place="Bexley", interests=("Frailty", "Carers"))
    ben = await community.leader("Ben Lee", place="Bromley", interests=("Carers",))

    assert [
        words(await ada.says(each))
        for each in ("vocabulary", "vocabulary add interests: x", "organisation sector")
    ] == [NOT_FOR_YOU] * 3
    overview = words(await olu.says("vocabulary")).splitlines()
    assert overview[:2] == ["The words that profiles are written in", "- Boroughs: 6"]
    boroughs = words(await olu.says("vocabulary boroughs")).splitlines()
    assert "- Bexley (1 member)" in boroughs

    # Asked first, as somebody has it; then the profile follows.
    asked = await olu.says("vocabulary rename boroughs: bexley to Bexley and Sidcup")
    assert words(asked).splitlines()[:2] == [
        "Call Bexley from now on Bexley and Sidcup?",
        "The profiles of 1 member follow. Nobody is told.",
    ]
    assert community.member(ada).profile.place == "Bexley"
    done = await olu.taps(asked, "Rename it")
    assert words(done).splitlines()[0] == (
        "“Bexley” is called “Bexley and Sidcup” from now on. The profiles of 1 member followed."
    )
    assert community.member(ada).profile.place == "Bexley and Sidcup"
    assert community.member(ben).profile.place == "Bromley"
    assert ada.inbox == []
    # A card that is out of date does nothing.
    assert words(await olu.says("vocabulary rename sure place 999 Elsewhere")) == (
        "That list has changed since, so nothing was done. Please begin again."
    )

    added = await olu.says("vocabulary add interests: Unpaid carers")
    assert words(added).splitlines()[0] == "Added: Unpaid carers."
    await olu.says("vocabulary add interests: Carers")
    merging = await olu.says("vocabulary merge interests: carers into unpaid carers")
    merged = await olu.taps(merging, "Merge them")
    assert words(merged).splitlines()[0] == (
        "“Carers” is part of “Unpaid carers” now. The profiles of 2 members followed."
    )
    assert community.member(ada).profile.interests == ("Frailty", "Unpaid carers")
    assert community.member(ben).profile.interests == ("Unpaid carers",)

    retired = await olu.says("vocabulary retire boroughs: Bromley")
    assert words(retired).splitlines()[0] == (
        "“Bromley” is offered no more. Those who have it (1 member) keep it."
    )
    assert "Bromley" not in terms(community, Vocabulary.PLACE)
    assert community.member(ben).profile.place == "Bromley"
    assert await _offered(ben) == {"Bromley"}
    assert await _offered(ada) == set()
    restored = await olu.says("vocabulary restore boroughs: Bromley")
    assert words(restored).splitlines()[0] == "“Bromley” is offered again."
    assert await _offered(ada) == {"Bromley"}

    form = await olu.says("vocabulary order boroughs")
    await olu.submits(form, words="Lambeth\nGreenwich")
    assert terms(community, Vocabulary.PLACE)[:3] == ("Lambeth", "Greenwich", "Bexley and Sidcup")
    assert [each[1:] for each in log(community)] == [
        ("vocabulary order", "boroughs"),
        ("vocabulary restore", "boroughs: Bromley"),
        ("vocabulary retire", "boroughs: Bromley"),
        ("vocabulary merge", "interests: Carers → Unpaid carers"),
        ("vocabulary add", "interests: Carers"),
        ("vocabulary add", "interests: Unpaid carers"),
        ("vocabulary rename", "boroughs: Bexley → Bexley and Sidcup"),
    ]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_organisations_are_merged_and_get_a_sector(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi", organisation="Oxleas")
    await olu.says("vocabulary add organisations: Sunrise House")
    form = await olu.says("vocabulary rename organisations")

    taken = await olu.submits(form, entry="Oxleas", words="The Sunrise House", sure="yes")
    unsure = await olu.submits(form, entry="Oxleas", words="Oxleas Trust")
    nobody = await olu.submits(form, entry="Nowhere", words="Oxleas Trust", sure="yes")
    renamed = await olu.submits(form, entry="Oxleas", words="Oxleas Trust", sure="yes")
    merging = await olu.says("vocabulary merge organisations")
    itself = await olu.submits(merging, entry="Oxleas Trust", into="Oxleas Trust", sure="yes")
    merged = await olu.submits(merging, entry="Oxleas Trust", into="Sunrise House", sure="yes")
    sector = await olu.says("organisation sector")
    wrong = await olu.submits(sector, entry="Sunrise House", sector="Mars")
    chosen = terms(community, Vocabulary.SECTOR)[0]
    right = await olu.submits(sector, entry="Sunrise House", sector=chosen)

    assert taken.errors == {
        "words": "“Sunrise House” is there already. To make the two one, merge them instead."
    }
    assert unsure.errors == {"sure": "Please tick this to go on."}
    assert nobody.errors == {"entry": "There is no “Nowhere” in that list."}
    assert words(renamed.reply).splitlines()[0] == (
        "“Oxleas” is called “Oxleas Trust” from now on. The profiles of 1 member followed."
    )
    assert itself.errors == {"into": "Please choose two different ones."}
    assert words(merged.reply).splitlines()[0] == (
        "“Oxleas Trust” is part of “Sunrise House” now. The profiles of 1 member followed."
    )
    assert community.member(ada).profile.organisation == "Sunrise House"
    assert wrong.errors == {"sector": "Please choose from the list."}
    assert words(right.reply).splitlines()[0] == (
        f"“Sunrise House” belongs to the sector “{chosen}” now."
    )
    last = words(await olu.says("vocabulary organisations page 99"))
    assert f"- Sunrise House (1 member, {chosen})" in last.splitlines()
    assert words(await olu.says("vocabulary retire organisations")) == (
        "Organisations come with people, so none is retired. You can merge two instead."
    )
    assert words(await olu.says("vocabulary order organisations")) == (
        "Organisations stand in the order of the alphabet."
    )


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_forms_of_a_vocabulary_and_words_nobody_has(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    adding = await olu.says("vocabulary add interests")
    nothing = await olu.submits(adding, words=" \n ")
    added = await olu.submits(adding, words="Sleep\n sleep \nLight")
    again = await olu.submits(await olu.says("vocabulary add interests"), words="Sleep")
    renamed = await olu.says("vocabulary rename interests: Sleep to Rest")
    merged = await olu.says("vocabulary merge interests: Rest into Light")
    retiring = await olu.taps(await olu.says("vocabulary interests"), "Retire")
    gone = await olu.submits(retiring, entry="Light")
    restoring = await olu.taps(await olu.says("vocabulary interests"), "Offer again")
    back = await olu.submits(restoring, entry="Light")
    unordered = await olu.submits(await olu.says("vocabulary order interests"), words="Nowhere")

    assert nothing.errors == {"words": "Please fill this in."}
    assert words(added.reply).splitlines()[0] == "Added: Sleep and Light."
    assert words(again.reply).splitlines()[0] == "All of that is there already, perhaps retired."
    assert words(renamed).splitlines()[0] == "“Sleep” is called “Rest” from now on."
    assert words(merged).splitlines()[0] == "“Rest” is part of “Light” now."
    assert words(gone.reply).splitlines()[0] == "“Light” is offered no more."
    assert words(back.reply).splitlines()[0] == "“Light” is offered again."
    assert unordered.errors == {"words": "There is no “Nowhere” in that list."}
    assert words(await olu.says("vocabulary colours")) == (
        "Which list do you mean: boroughs, sectors, professional groups, career stages, kinds of "
        "leadership, interests, organisations? Try “vocabulary interests”."
    )


async def _offered(leader: Leader) -> set[str]:
    """Whether Bromley is among the boroughs of the form."""
    form = await leader.says("introduce")
    field = next(each for each in form.fields if each.name == "place")
    return {option.value for option in field.options} & {"Bromley"}
