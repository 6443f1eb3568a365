"""Organisers join two members, and move one whose old account works no longer."""

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.domain.members import MemberState
from tests.handlers.test_accounts import COMMUNITY, EMAIL, PLACES, accounts_of, elsewhere
from tests.leaders import Community, Leader, words


async def organiser_and_two(community: Community) -> tuple[Leader, Leader, Leader]:
    """Olu, and Ada at two accounts as two members."""
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    again = await community.leader("Ada O", platform=elsewhere(community))
    return olu, ada, again


def actions(community: Community) -> list[tuple[str, str, str]]:
    with community.database.transaction() as db:
        found = db.audit.latest(community.id, limit=9)
    return [(each.actor, each.action, each.subject) for each in found]


async def test_an_organiser_joins_two_members_and_both_accounts_are_told_once(community):
    olu, ada, again = await organiser_and_two(community)
    form = await olu.says("join accounts")

    asked = (await olu.submits(form, kept=f"#{ada.id}", other="Ada O")).reply
    nothing_yet = community.member(again).id
    done = await olu.taps(asked, "Join them")
    await olu.taps(asked, "Join them")

    there, here = PLACES[community.platform], PLACES[elsewhere(community)]
    assert words(asked).splitlines()[:5] == [
        f"Join Ada O ({here}) with Ada Obi ({there})?",
        "- They are one member afterwards, with the history of both and the higher role.",
        "- Where both have chosen, Ada’s choices stay.",
        "- In a round that is under way they keep one place; partners are told neutrally.",
        "- Both accounts are told. It can’t be undone.",
    ]
    assert nothing_yet == again.id
    assert words(done) == "Ada Obi is one member now."
    assert community.member(again).id == ada.id
    told = [
        (
            "An organiser has joined your accounts. You are one member now, reached in "
            f"{there} and {here}."
        ),
        "My accounts: type “reach”",
        "You get this once. If that is not so, please tell an organiser.",
    ]
    assert [words(each).splitlines() for each in (*ada.inbox, *again.inbox)] == [told] * 2
    assert olu.inbox == []
    assert actions(community) == [("Olu Chair", "accounts joined", "")]


async def test_an_organiser_who_is_joined_with_themselves_goes_on(community):
    olu, ada, _ = await organiser_and_two(community)

    form = await olu.says("join accounts")
    asked = (await olu.submits(form, kept=f"#{ada.id}", other=f"#{olu.id}")).reply
    done = await olu.taps(asked, "Join them")

    assert words(done) == "Ada Obi is one member now."
    assert community.member(ada).role is Role.ORGANISER
    assert actions(community) == [("Ada Obi", "accounts joined", "")]


@pytest.mark.parametrize(
    ("kept", "other", "errors"),
    [
        ("", "", {"kept": "Please choose somebody."}),
        ("Ada Obi", "Ada Obi", {
            "other": "Please choose somebody else: these two are one already."
        }),
        ("Zoe", "Ada", {"kept": "I know nobody called “Zoe” here. Try part of the name."}),
        ("Ada Obi", "#99", {
            "other": "That has changed since, so nothing was done. Please begin again."
        }),
    ],
)  # fmt: skip
async def test_who_can_not_be_joined_is_marked(community, kept, other, errors):
    olu, _, _ = await organiser_and_two(community)

    outcome = await olu.submits(await olu.says("join accounts"), kept=kept, other=other)

    assert outcome.errors == errors


async def test_members_can_join_nobody(community):
    _, ada, again = await organiser_and_two(community)

    for said in ("join accounts", f"join accounts sure #{ada.id} #{again.id}", "move member"):
        assert words(await ada.says(said)).startswith("Only organisers can do that.")


@pytest.mark.parametrize("said", ["join accounts sure", "join accounts sure #1 #1",
                                  "move member sure #1 #1", "move member sure #1 x"])  # fmt: skip
async def test_a_confirmation_that_means_nobody_does_nothing(community, said):
    olu, ada, again = await organiser_and_two(community)

    reply = await olu.says(said)

    assert words(reply) == ("That has changed since, so nothing was done. Please begin again.")
    assert [community.member(each).id for each in (ada, again)] == [ada.id, again.id]


async def test_a_member_is_moved_to_who_they_are_now_and_they_alone_are_told(community):
    olu, ada, again = await organiser_and_two(community)
    await ada.says("coffee join")

    form = await olu.says("move member")
    asked = (await olu.submits(form, person="Ada Obi", newcomer=f"#{again.id}")).reply
    done = await olu.taps(asked, "Move them")

    old, new = PLACES[community.platform], PLACES[elsewhere(community)]
    assert words(asked).splitlines()[:4] == [
        f"Move Ada Obi to Ada O ({new})?",
        "- Their history and settings go along.",
        f"- I write to their old accounts no more ({old}).",
        "- Nobody else is told.",
    ]
    assert words(done) == "Ada Obi is moved, and has been told there."
    member = community.member(again)
    assert (member.id, member.email) == (ada.id, "ada.o@leaders.example")
    assert accounts_of(again) == (again.account,)
    assert words(await again.says("coffee join")).startswith("You are in")
    assert (len(again.inbox), ada.inbox, olu.inbox) == (1, [], [])
    assert [each[:2] for each in actions(community)] == [
        ("Olu Chair", "member moved"),
        ("Olu Chair", "accounts joined"),
    ]


async def test_a_member_is_moved_to_a_new_address_and_recognised_by_it(community):
    olu, ada, _ = await organiser_and_two(community)

    form = await olu.says("move member")
    asked = (await olu.submits(form, person="Ada Obi", email=" Ada@Trust.Example ")).reply
    done = await olu.taps(asked, "Move them")
    unreached = accounts_of(ada)
    new = community.stranger("A. Obi", platform=elsewhere(community), email="ada@trust.example")
    home = await new.says("home")

    assert words(asked).splitlines()[0] == "Move Ada Obi to ada@trust.example?"
    assert words(done) == (
        "Ada Obi is moved. The first account with the new address that speaks to me is theirs; "
        "until then nothing reaches them."
    )
    assert unreached == ()
    assert words(home).splitlines()[:2] == ["Hello Ada", f"This is {COMMUNITY}."]
    assert community.member(new).id == ada.id
    assert accounts_of(new) == (new.account,)
    assert (ada.inbox, new.inbox) == ([], [])


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({}, {"email": "Please give either a new address or who they are now."}),
        ({"email": "a@b.example", "newcomer": "Ada O"},
         {"email": "Please give either a new address or who they are now."}),
        ({"email": "ada"}, {"email": "Please give a whole address, such as ada@trust.example."}),
        ({"email": "ada.o@leaders.example"},
         {"email": "Ada O has that address. Choose them below as who they are now."}),
        ({"newcomer": "Ada Obi"},
         {"newcomer": "Please choose somebody else: these two are one already."}),
    ],
)  # fmt: skip
async def test_a_move_that_leads_nowhere_is_marked(community, answers, errors):
    olu, _, _ = await organiser_and_two(community)

    outcome = await olu.submits(await olu.says("move member"), person="Ada Obi", **answers)

    assert outcome.errors == errors


async def test_nobody_is_moved_to_an_account_that_does_not_work(community):
    olu, ada, again = await organiser_and_two(community)
    await again.does("left")
    with community.database.transaction() as db:
        lone = db.members.add(community.id, "Lone", zone="Europe/London", now=community.now)

    form = await olu.says("move member")
    asked = (await olu.submits(form, person="Lone", newcomer=f"#{again.id}")).reply
    refused = await olu.taps(asked, "Move them")

    assert words(asked).splitlines()[2] == "- I write to their old accounts no more (no account)."
    assert words(refused) == ("No account reaches Ada O now, so there is nowhere to move.")
    with community.database.transaction() as db:
        assert db.members.get(lone).state is MemberState.ACTIVE
    assert community.member(ada).email == EMAIL


async def test_somebody_whom_nothing_reaches_is_joined_all_the_same(community):
    olu, ada, _ = await organiser_and_two(community)
    with community.database.transaction() as db:
        lone = db.members.add(community.id, "Lone", zone="Europe/London", now=community.now)

    form = await olu.says("join accounts")
    asked = (await olu.submits(form, kept="Ada Obi", other=f"#{lone}")).reply
    await olu.taps(asked, "Join them")

    assert words(asked).splitlines()[0].startswith("Join Lone (no account) with Ada Obi")
    assert len(ada.inbox) == 1
    assert accounts_of(ada) == (Account(ada.account.lane, ada.account.user),)
