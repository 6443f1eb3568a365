"""Organisers choose who else looks after the community, and there is always somebody."""

import pytest

from bot.chat.messages import Message
from bot.chat.requests import Role
from tests.leaders import Community, Leader, words

NOT_FOR_YOU = "Only organisers can do that. An organiser can give you that role."


def log(community: Community) -> list[tuple[str, str, str]]:
    with community.database.transaction() as db:
        found = db.audit.latest(community.id, limit=20)
    return [(each.actor, each.action, each.subject) for each in found]


async def test_an_organiser_makes_another_and_takes_the_role_back(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi", also=_another(community))
    other = Leader(community, ada.id, ada.name, _accounts(community, ada)[1])
    refused = await ada.says("organiser add Ada Obi")

    def told() -> list[Message]:
        return [*ada.inbox, *other.inbox]

    asked = await olu.says("organiser add ada")
    before = community.member(ada).role
    made = await olu.taps(asked, "Yes, make them one")
    again = await olu.taps(asked, "Yes, make them one")
    listed = await olu.says("organisers")

    assert words(refused) == NOT_FOR_YOU
    assert words(asked).splitlines()[0] == "Make Ada Obi an organiser?"
    assert before is Role.MEMBER
    assert words(made) == "Ada Obi is an organiser now, and has been told."
    assert words(again) == "That is done already; nothing was done twice."
    assert words(listed).splitlines()[0] == "Organisers: Ada Obi and Olu Chair"
    assert [words(each).splitlines()[0] for each in told()] == [
        "Olu Chair has made you an organiser. “help” now lists what organisers can do."
    ]

    # The role is the member's, at whichever account they speak.
    assert words(await other.says("organisers")) == words(listed)
    ended = await olu.taps(await olu.says("organiser remove Ada Obi"), "Yes, take it")
    assert words(ended) == "Ada Obi is a member like all others now, and has been told."
    assert words(await other.says("organisers")) == NOT_FOR_YOU
    assert words(told()[-1]).splitlines()[0] == (
        "Olu Chair has ended your role as an organiser. You stay a member."
    )
    assert log(community) == [
        ("Olu Chair", "role member", f"member:{ada.id}"),
        ("Olu Chair", "role organiser", f"member:{ada.id}"),
    ]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_the_last_organiser_stays(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.organiser("Ada Obi")
    at_once = [await each.says(f"organiser remove {each.name}") for each in (olu, ada)]

    first = await olu.taps(at_once[0], "Yes, take it")
    second = await ada.taps(at_once[1], "Yes, take it")
    typed = await ada.says("organiser remove Ada Obi")

    sentence = "Ada Obi is the last organiser. Make somebody else one first, with “organiser add”."
    assert words(at_once[0]).splitlines()[0] == (
        "Stop being an organiser? You stay a member, with all that is yours."
    )
    assert words(first) == "You are a member like all others now."
    assert [words(second), words(typed)] == [sentence] * 2
    assert [community.member(each).role for each in (olu, ada)] == [Role.MEMBER, Role.ORGANISER]
    assert olu.inbox == []


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_the_forms_ask_by_a_box_to_tick(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    adding, removing = await olu.says("organiser add"), await olu.says("organiser remove")

    async def errors(form: object, **answers: str) -> dict[str, str]:
        return dict((await olu.submits(form, **answers)).errors)  # type: ignore[arg-type]

    assert await errors(adding, person="Zoe", sure="yes") == {
        "person": "I know nobody called “Zoe” here. Try part of the name."
    }
    assert await errors(adding, person="Ada Obi") == {"sure": "Please tick this to go on."}
    assert await errors(removing, person="Ada Obi", sure="yes") == {
        "person": "Ada Obi is no organiser."
    }
    assert await errors(adding, person="Ada Obi", sure="yes") == {}
    assert community.member(ada).role is Role.ORGANISER
    again = await olu.says("organiser add")
    assert await errors(again, person="Ada Obi", sure="yes") == {
        "person": "Ada Obi is an organiser already."
    }
    assert await errors(removing, person="Ada Obi", sure="yes") == {}
    assert community.member(ada).role is Role.MEMBER
    gone = await olu.says("organiser add sure #99")
    assert words(gone) == "They are not part of the community any more, so nothing was changed."


def _another(community: Community) -> str:
    return "teams" if community.platform == "slack" else "slack"


def _accounts(community: Community, leader: Leader) -> tuple:  # type: ignore[type-arg]
    with community.database.transaction() as db:
        found = db.members.accounts_of(leader.id)
    return sorted(found, key=lambda each: each != leader.account)  # type: ignore[return-value]
