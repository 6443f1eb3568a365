from datetime import timedelta

import pytest

from bot.chat.forms import Form, TextField
from bot.chat.messages import Account, stamped
from bot.chat.requests import Outcome
from bot.domain.members import MemberState, Organisation
from bot.ids import Lane
from bot.views import introductions as views
from tests.leaders import Community, Leader, words

ADA = {
    "job": "District nurse",
    "place": "Lewisham",
    "organisation": "Oxleas",
    "sector": "Mental health",
    "profession": "Nursing",
    "interests": ("Dementia",),
    "ask_me_about": "night shifts",
    "team": "Secret team",
    "line_manager": "boss@leaders.example",
}


async def introduced(community: Community, name: str, **profile: object) -> Leader:
    leader = await community.leader(name, **profile)
    outcome = await leader.submits(
        await leader.says("introduce"), job=profile.get("job", "Nurse"), consent="yes"
    )
    assert outcome.errors == {}
    return leader


def errors(outcome: Outcome) -> dict[str, str]:
    return dict(outcome.errors)


async def test_introduce_asks_for_little_and_fills_in_what_is_known(community: Community) -> None:
    ada = await community.leader("Ada Obi", **ADA)

    form = await ada.says("introduce")

    assert isinstance(form, Form)
    assert form.route == "introduce save"
    assert [field.name for field in form.fields if field.required] == [
        "job",
        "organisation",
        "consent",
    ]
    initial = {field.name: field.initial for field in form.fields}
    assert initial == {
        "job": "District nurse",
        "organisation": ("Oxleas",),
        "other_organisation": "",
        "name": "Ada Obi",
        "pronouns": "",
        "place": ("Lewisham",),
        "sector": ("Mental health",),
        "profession": ("Nursing",),
        "stage": (),
        "kind": (),
        "interests": ("Dementia",),
        "ask_me_about": "night shifts",
        "languages": "",
        "slots": (),
        "show_email": False,
        "consent": False,
    }


async def test_introduce_keeps_what_was_agreed_to_and_says_what_comes_next(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi", **ADA)

    outcome = await ada.submits(
        await ada.says("introduce"),
        name="Ada  Obi-Lane",
        pronouns="she/her",
        languages="english, BSL; english",
        slots=("tue-late", "mon-lunch"),
        interests=("Dementia", "Prevention"),
        show_email="yes",
        consent="yes",
    )

    with community.database.transaction() as db:
        member = db.members.get(ada.id)
    assert (member.name, member.show_email, member.introduced_at) == (
        "Ada Obi-Lane",
        True,
        community.now,
    )
    assert member.profile.languages == ("English", "BSL")
    assert member.profile.slots == ("mon-lunch", "tue-late")
    assert member.profile.interests == ("Dementia", "Prevention")
    assert (member.profile.team, member.profile.line_manager) == (
        "Secret team",
        "boss@leaders.example",
    )
    assert stamped(outcome.reply, "") == views.introduced(
        member, in_coffee=False, is_new=True, is_posted=True
    )
    assert words(outcome.reply) == (
        "Thank you, Ada. You are introduced. This is what others see:\n"
        "Ada Obi-Lane (she/her)\n"
        "District nurse, Oxleas, Lewisham\n"
        "Interests: Dementia, Prevention\n"
        "Ask me about: night shifts\n"
        "ada.obi@leaders.example\n"
        "Join coffee: type “coffee join”\n"
        "What else can I do: type “help”\n"
        "It stands in the introductions channel too. "
        "Change it with “introduce”, take it back with “introduce withdraw”."
    )


async def test_introduce_again_changes_it_and_keeps_the_first_date(community: Community) -> None:
    ada = await introduced(community, "Ada Obi", **ADA)
    first = community.now
    await ada.says("coffee join")
    await community.passes(timedelta(days=1))

    outcome = await ada.submits(await ada.says("introduce"), job="Matron")

    with community.database.transaction() as db:
        member = db.members.get(ada.id)
    assert (member.profile.job, member.introduced_at) == ("Matron", first)
    assert stamped(outcome.reply, "") == views.introduced(
        member, in_coffee=True, is_new=False, is_posted=True
    )


async def test_introduce_takes_any_organisation_under_its_known_name(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    form = await ada.says("introduce")

    async def works_at(name: str) -> str:
        again = await ada.says("introduce")
        outcome = await ada.submits(
            again,
            job="Nurse",
            organisation="another",
            other_organisation=name,
            sector=(),
            consent="yes",
        )
        assert errors(outcome) == {}
        with community.database.transaction() as db:
            return db.members.get(ada.id).profile.organisation

    assert isinstance(form, Form)
    assert await works_at("oxleas nhs foundation trust") == "Oxleas"
    assert await works_at("GSTT") == "Guy's and St Thomas'"
    assert await works_at("Sunrise House") == "Sunrise House"
    with community.database.transaction() as db:
        names = [card.name for card in db.communities.organisations(community.id)]
    assert names.count("Sunrise House") == 1


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            {"consent": ()},
            {"consent": "Please tick this if you agree; without it nothing is shown or kept."},
        ),
        ({"job": " "}, {"job": "Please say what you do, for example “District nurse”."}),
        (
            {"organisation": ()},
            {"organisation": "Please say where you work or whom you stand for."},
        ),
        (
            {"organisation": "another"},
            {"other_organisation": "Please say where you work or whom you stand for."},
        ),
        ({"place": "Croydon"}, {"place": "Please choose from the list."}),
        ({"interests": ("Dementia", "Golf")}, {"interests": "Please choose from the list."}),
        ({"slots": ("sun-late",)}, {"slots": "Please choose from the list."}),
        ({"pronouns": "x" * 41}, {"pronouns": "Please keep this below 40 characters."}),
        ({"organisation": "x" * 121}, {"organisation": "Please keep this below 120 characters."}),
    ],
)
async def test_introduce_marks_what_needs_mending_and_keeps_nothing(
    community: Community, answers: dict[str, object], expected: dict[str, str]
) -> None:
    ada = await community.leader("Ada Obi", **ADA)
    form = await ada.says("introduce")

    outcome = await ada.submits(form, **{"consent": "yes", "name": "Changed", **answers})

    assert errors(outcome) == expected
    with community.database.transaction() as db:
        member = db.members.get(ada.id)
    assert (member.name, member.is_introduced) == ("Ada Obi", False)


async def test_introduce_save_without_a_form_shows_the_form(community: Community) -> None:
    ada = await community.leader("Ada Obi", **ADA)

    outcome = await ada.does("introduce save")

    assert isinstance(outcome.reply, Form)


async def test_introduce_asks_for_the_name_where_organisations_are_too_many_to_choose(
    community: Community,
) -> None:
    with community.database.transaction() as db:
        db.communities.add_organisations(
            community.id, [Organisation(f"Home {number}") for number in range(100)]
        )
    ada = await community.leader("Ada Obi")

    form = await ada.says("introduce")
    outcome = await ada.submits(form, job="Nurse", other_organisation="home 7", consent="yes")

    kinds = {field.name: type(field) for field in form.fields}
    assert "organisation" not in kinds
    assert kinds["other_organisation"] is TextField
    assert errors(outcome) == {}
    with community.database.transaction() as db:
        assert db.members.get(ada.id).profile.organisation == "Home 7"


async def test_profile_shows_what_others_see_and_nothing_confidential(
    community: Community,
) -> None:
    ada = await introduced(community, "Ada Obi", **ADA, slots=("mon-lunch",))

    reply = await ada.says("profile")

    assert words(reply) == (
        "This is what others see of you:\n"
        "Ada Obi\n"
        "District nurse, Oxleas, Lewisham\n"
        "Interests: Dementia\n"
        "Ask me about: night shifts\n"
        "This helps to match you, and may be named as the reason for a match:\n"
        "Sector: Mental health\n"
        "Professional group: Nursing\n"
        "Languages: English\n"
        "Times: Monday 12:30\n"
        "Edit: type “introduce”\n"
        "Take it back: type “introduce withdraw”\n"
        "Your e-mail address is not shown to other members."
    )


async def test_profile_says_that_nobody_can_find_who_was_not_introduced(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi", job="Nurse")

    reply = await ada.says("profile")

    assert words(reply) == (
        "Nobody can find you yet. Introduce yourself, and others can.\n"
        "Ada Obi\n"
        "Nurse\n"
        "Introduce myself: type “introduce”\n"
        "Until then what is written here is shown to nobody."
    )


async def test_profile_says_when_the_address_is_shown(community: Community) -> None:
    ada = await community.leader("Ada Obi", **ADA)
    await ada.submits(await ada.says("introduce"), show_email="yes", consent="yes")

    reply = await ada.says("profile")

    assert words(reply).splitlines()[5] == "ada.obi@leaders.example"
    assert words(reply).splitlines()[-1] == "Your e-mail address is shown, as you chose."


async def test_withdraw_takes_somebody_out_of_the_directory(community: Community) -> None:
    ada = await introduced(community, "Ada Obi", **ADA)
    bea = await community.leader("Bea Fox")
    found = words(await bea.says("who ada"))

    reply = await ada.taps(await ada.says("profile"), "Take it back")

    assert words(reply) == (
        "Your introduction is taken back: nobody can find you with “who” any more, and it leaves "
        "the introductions channel.\n"
        "Introduce myself again: type “introduce”"
    )
    assert "Ada Obi" in found
    assert words(await bea.says("who ada")) == (
        "Nobody who has been introduced matches “ada”. Try fewer or other words.\n"
        "Know somebody who should be here? Tell them about “introduce”."
    )


async def test_who_finds_people_by_all_words_the_best_first(community: Community) -> None:
    await introduced(community, "Ada Obi", **ADA)
    await introduced(community, "Bea Lewisham", job="Nurse", organisation="Oxleas", place="Bexley")
    await introduced(community, "Cas Ito", job="GP", organisation="Hospices", place="Lewisham")
    dan = await community.leader("Dan Poe")

    reply = await dan.says("who LEWISHAM nurs")

    assert words(reply) == (
        "2 people match “LEWISHAM nurs”:\n"
        "Bea Lewisham\n"
        "Nurse, Oxleas, Bexley\n"
        "Ada Obi\n"
        "District nurse, Oxleas, Lewisham\n"
        "Interests: Dementia\n"
        "Ask me about: night shifts\n"
        "Only people who have introduced themselves are shown."
    )


async def test_who_never_shows_the_hidden_or_the_gone(community: Community) -> None:
    ada = await introduced(community, "Ada Obi", **ADA)
    gone = await introduced(community, "Gus Obi", **ADA)
    await community.leader("Not Introduced Obi", **ADA)
    with community.database.transaction() as db:
        db.members.set_state(gone.id, MemberState.LEFT)

    everything = words(await ada.says("who obi"))
    hidden = [
        words(await ada.says(f"who {word}"))
        for word in ("secret", "boss", "ada.obi@leaders.example")
    ]

    assert everything.startswith("1 person matches “obi”:\nAda Obi\n")
    assert "leaders.example" not in everything
    assert [each.split("\n")[0].split(" matches")[0] for each in hidden] == [
        "Nobody who has been introduced"
    ] * 3


async def test_who_shows_an_organisation_with_its_card(community: Community) -> None:
    await introduced(community, "Ada Obi", **ADA)
    bea = await community.leader("Bea Fox")

    reply = await bea.says("who oxleas")
    nobody = await bea.says("who slam")

    assert words(reply) == (
        "Oxleas\n"
        "What we do: Mental health, learning disability and community health care, and health "
        "care in prisons.\n"
        "For whom: People of all ages in Bexley, Bromley and Greenwich.\n"
        "Who to ask: Members from the trust: say whether it is about mental or physical health.\n"
        "1 person matches “oxleas”:\n"
        "Ada Obi\n"
        "District nurse, Oxleas, Lewisham\n"
        "Interests: Dementia\n"
        "Ask me about: night shifts\n"
        "Only people who have introduced themselves are shown."
    )
    assert words(nobody).splitlines()[0] == "South London and Maudsley"
    assert "Nobody from there who has been introduced matches “slam”." in words(nobody)


async def test_who_offers_words_that_find_somebody(community: Community) -> None:
    await introduced(community, "Ada Obi", **ADA)
    bea = await community.leader("Bea Fox")

    reply = await bea.says("who lewishm nurse zebra")
    again = await bea.taps(reply, "nurse")

    assert words(reply) == (
        "Nobody who has been introduced matches “lewishm nurse zebra”. "
        "These words alone find somebody:\n"
        "lewisham (1 person): type “who lewisham”\n"
        "nurse (1 person): type “who nurse”\n"
        "Know somebody who should be here? Tell them about “introduce”."
    )
    assert words(again).startswith("1 person matches “nurse”:\n")


async def test_who_shows_ten_and_counts_the_rest(community: Community) -> None:
    for letter in "ABCDEFGHIJKL":
        await introduced(community, f"{letter}nn Obi", job="Nurse", organisation="Oxleas")
    zoe = await community.leader("Zoe Fox")

    reply = words(await zoe.says("who nurse"))

    assert reply.startswith("12 people match “nurse”, here are the first 10:\nAnn Obi\n")
    assert reply.endswith(
        "Jnn Obi\nNurse, Oxleas\n"
        "Add a word to find fewer. Only people who have introduced themselves are shown."
    )


@pytest.mark.parametrize("asked", ["who", "who ?!"])
async def test_who_without_words_says_how_to_search(community: Community, asked: str) -> None:
    await introduced(community, "Ada Obi", **ADA)
    bea = await community.leader("Bea Fox")

    reply = await bea.says(asked)

    assert words(reply).splitlines() == [
        (
            "Whom are you looking for? Add any words: a name, a borough, an organisation, a "
            "profession or an interest. For example “who lewisham mental health”."
        ),
        *(
            f"{place}: type “who {place}”"
            for place in ("Bexley", "Bromley", "Greenwich", "Lambeth", "Lewisham", "Southwark")
        ),
        "1 person has been introduced so far.",
    ]


async def test_who_mentions_people_of_the_same_workspace_only(community: Community) -> None:
    ada = await introduced(community, "Ada Obi", **ADA, platform="slack")
    slack = await community.leader("Sam Fox", platform="slack")
    web = await community.leader("Wyn Fox", platform="web")

    def account(reply: object) -> Account | None:
        return reply.blocks[1].spans[0].account

    assert account(await slack.says("who ada")) == Account(Lane("slack:T1"), f"U{ada.id}")
    assert account(await web.says("who ada")) is None


async def test_introduction_that_could_identify_a_patient_is_not_shown(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi", **ADA)
    form = await ada.says("introduce")

    outcome = await ada.submits(
        form,
        pronouns="Mrs Obi",
        ask_me_about="how Mrs Achebe of SE13 9ZZ went home",
        consent="yes",
    )
    search = await ada.says("who ada")

    assert errors(outcome) == {
        "ask_me_about": "I take “Mrs Achebe” for a person’s name and “SE13 9ZZ” for a postcode. "
        "Others will read this: please leave it out."
    }
    assert words(search).splitlines()[0].startswith("Nobody who has been introduced")
