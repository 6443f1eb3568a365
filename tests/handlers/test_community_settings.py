"""Organisers name the community, its zone and whom members can turn to."""

import pytest

from bot.chat.requests import Role
from bot.domain.community import Contact, Contacts
from handlers import ROUTES
from tests.handlers.test_organisers import NOT_FOR_YOU, log
from tests.leaders import Community, words


async def test_an_organiser_changes_the_settings(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    refused = [words(await ada.says(each)) for each in ("settings", "settings change")]
    before = words(await olu.says("settings")).splitlines()

    form = await olu.taps(await olu.says("settings"), "Change them")
    outcome = await olu.submits(
        form,
        name="Leaders of Lewisham",
        zone="europe/dublin",
        guardian_name="Fay Guard",
        guardian_reach="020 7946 0000, weekdays 9 to 5",
        safeguarding_name="Sam Lead",
        safeguarding_reach="sam@trust.example",
    )

    assert refused == [NOT_FOR_YOU] * 2
    assert before[:5] == [
        "The settings of Leaders of South East London",
        "Name: Leaders of South East London",
        "Time zone: Europe/London",
        "Freedom to Speak Up Guardian: nobody named yet",
        "Safeguarding lead: nobody named yet",
    ]
    assert "- organisers: Who looks after the community." in before
    assert before[-1] == "Members who have a concern are shown these two: please name them."
    assert words(outcome.reply).splitlines()[0] == (
        "Saved. This is Leaders of Lewisham, in the time zone Europe/Dublin."
    )
    after = words(await olu.says("settings")).splitlines()
    assert after[3:5] == [
        "Freedom to Speak Up Guardian: Fay Guard: 020 7946 0000, weekdays 9 to 5",
        "Safeguarding lead: Sam Lead: sam@trust.example",
    ]
    assert "please name them" not in after[-1]
    with community.database.transaction() as db:
        assert db.communities.contacts(community.id) == Contacts(
            guardian=Contact("Fay Guard", "020 7946 0000, weekdays 9 to 5"),
            safeguarding_lead=Contact("Sam Lead", "sam@trust.example"),
        )
    changed = ("Olu Chair", "settings change", "name, time zone, guardian, safeguarding lead")
    assert log(community) == [changed]
    # The same once more is no change.
    await olu.submits(await olu.says("settings change"))
    assert log(community) == [changed]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_wrong_settings_are_refused_beside_their_fields(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    with community.database.transaction() as db:
        db.communities.add("Taken", zone="Europe/London", now=community.now)
    form = await olu.says("settings change")

    wrong = await olu.submits(
        form, name=" ", zone="Mars", guardian_name="x" * 200, safeguarding_reach="a bell"
    )
    taken = await olu.submits(form, name="Taken")

    assert wrong.errors == {
        "name": "Please give the community a name.",
        "zone": "I know no such time zone. Try “Europe/London”.",
        "guardian_name": "Please keep this below 120 characters.",
        "guardian_reach": "Please give both, or leave both empty.",
        "safeguarding_name": "Please give both, or leave both empty.",
    }
    assert taken.errors == {"name": "Another community here has that name."}
    assert log(community) == []


async def test_every_organisers_command_refuses_a_member_in_one_sentence(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    names = [each.name for each in ROUTES if each.role is Role.ORGANISER and not each.event]

    said = {name: words(await ada.says(name)) for name in names}

    assert said == dict.fromkeys(names, NOT_FOR_YOU)
    assert {"organiser remove sure", "export", "import members sure", "audit"} <= said.keys()
    assert log(community) == []


async def test_import_members_leads_to_its_page(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    assert words(await olu.says("import members")).splitlines()[1] == (
        "Open the import page: /console/import"
    )
    assert words(await olu.says("import members sure x")) == (
        "That table is not there any more, or has changed. Please look at it again."
    )
