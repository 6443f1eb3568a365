"""How people reach each other on every pair of platforms, with consent and without."""

from dataclasses import replace
from itertools import combinations_with_replacement, permutations

import pytest

from bot.chat.messages import Account
from bot.domain import coffee_reach
from bot.domain.coffee_meeting import Meeting
from bot.domain.coffee_reach import Offer, Reach, Way
from bot.domain.members import MemberState, Reachable, shared_lane
from bot.ids import Lane, MemberId
from tests.builders import group, member

T1, T2 = Lane("slack:T1"), Lane("slack:T2")
A, B = Lane("teams:a"), Lane("teams:b")
WEB = Lane("web:1")
HOMES = (T1, T2, A, B, WEB)
NAMES = ("", "Ada Obi", "Ben Lee", "Cy Poe")


def leader(number: int, *lanes: Lane, **member_with: object) -> Reachable:
    """Somebody with an account in each lane, whose e-mail differs from what Teams calls them."""
    return Reachable(
        replace(member(NAMES[number], number), **member_with),
        tuple(Account(lane, f"U{number}") for lane in lanes),
        tuple((lane, called(number, lane)) for lane in lanes if lane.startswith("teams:")),
    )


def called(number: int, lane: Lane) -> str:
    return f"{NAMES[number].split()[0].lower()}@{lane.partition(':')[2]}.example"


def email(number: int) -> str:
    return f"{NAMES[number].lower().replace(' ', '.')}@leaders.example"


def met(*people: Reachable, shares: tuple[str, ...] = ()) -> Meeting:
    """A group of these people, the first of whom shares addresses."""
    made = group(*(each.member.id for each in people))
    first, *rest = made.places
    made = replace(made, places=(replace(first, shares=shares), *rest))
    return Meeting(made, people, (), people[0].member, ())


def ways(meeting: Meeting) -> list[tuple[Way, ...]]:
    """For each of them the way to each of the others."""
    return [
        tuple(each.way for each in coffee_reach.reaches(meeting, reader.member.id))
        for reader in meeting.people
    ]


def everything(number: int, *lanes: Lane) -> tuple[str, ...]:
    return (email(number), *(called(number, lane) for lane in lanes))


PAIRS = list(combinations_with_replacement(HOMES, 2))
SLACK_PAIRS = {(T1, T1): T1, (T2, T2): T2}
TENANT_PAIRS = {(A, A), (B, B)}


@pytest.mark.parametrize("homes", PAIRS)
def test_pair_without_consent_is_together_in_a_workspace_or_carried(homes):
    pair = met(leader(1, homes[0]), leader(2, homes[1]))

    way = Way.CARRIED
    if homes in SLACK_PAIRS:
        way = Way.SLACK
    if homes in TENANT_PAIRS:
        way = Way.TEAMS_CHAT
    assert ways(pair) == [(way,), (way,)]
    assert pair.lane == shared_lane(pair.people) == SLACK_PAIRS.get(homes)


@pytest.mark.parametrize("homes", list(permutations(HOMES, 2)))
def test_shared_address_is_the_one_that_its_reader_can_use(homes):
    theirs, mine = homes
    other = leader(2, theirs)

    found = coffee_reach.reach(leader(1, mine), other, shared=everything(2, *HOMES))

    if {theirs, mine} == {A, B}:
        address = called(2, theirs)
        assert found == Reach(other, Way.TEAMS_CHAT, address=address, is_across=True)
    else:
        assert found == Reach(other, Way.E_MAIL, address=email(2))


def test_every_pair_of_platforms_is_in_the_tables():
    assert len(PAIRS) == 15


@pytest.mark.parametrize(
    ("homes", "lane", "told"),
    [
        (((T1,), (T1,), (T1,)), T1, ["slack slack", "slack slack", "slack slack"]),
        (((T1,), (T1,), (WEB,)), None, ["slack carried", "slack carried", "carried carried"]),
        (((T1,), (T1,), (T2,)), None, ["slack carried", "slack carried", "carried carried"]),
        (((T1,), (T2,), (A,)), None, ["carried carried"] * 3),
        (((T1,), (T1,), (A,)), None, ["slack carried", "slack carried", "carried carried"]),
        (((A,), (A,), (A,)), None, ["teams chat, teams chat"] * 3),
        (((A,), (A,), (B,)), None, ["teams chat, carried"] * 2 + ["carried carried"]),
        (((A,), (A,), (T1,)), None, ["teams chat, carried"] * 2 + ["carried carried"]),
        (((A,), (B,), (WEB,)), None, ["carried carried"] * 3),
        (((WEB,), (WEB,), (WEB,)), None, ["carried carried"] * 3),
        # With several accounts each meets each where both are.
        (((T1, A), (A,), (T1,)), None,
         ["teams chat, slack", "teams chat, carried", "slack carried"]),
        (((A, T1), (A, T1), (T1,)), T1, ["teams chat, slack", "teams chat, slack", "slack slack"]),
        (((T1, A), (T1, A), (A,)), None,
         ["slack, teams chat", "slack, teams chat", "teams chat, teams chat"]),
        (((WEB, T2), (A, T2), (T2, T1)), T2, ["slack slack"] * 3),
    ],
)  # fmt: skip
def test_trio_meets_where_each_two_of_them_are(homes, lane, told):
    trio = met(*(leader(number, *lanes) for number, lanes in enumerate(homes, start=1)))

    said = [" ".join(each) for each in ways(trio)]

    assert said == [each.replace(",", "") for each in told]
    assert trio.lane == lane


@pytest.mark.parametrize(
    ("homes", "lane"),
    [
        # Both are in both: the one that more of them prefer, then the first by name.
        ([(T2, T1), (T2, T1)], T2),
        ([(T1, T2), (T2, T1)], T1),
        ([(T2, T1), (T1, T2)], T1),
        ([(T1, T2), (T2, T1), (T2, T1)], T2),
        # What they prefer most is no workspace of all.
        ([(A, T2, T1), (WEB, T2, T1)], T2),
        ([(A, T1), (WEB, A, T2)], None),
        ([(A,), (A,)], None),
        ([(T1,), ()], None),
        ([()], None),
    ],
)
def test_shared_lane_is_the_workspace_that_most_of_them_prefer(homes, lane):
    people = [leader(number, *lanes) for number, lanes in enumerate(homes, start=1)]

    assert shared_lane(people) == lane


def test_slack_mention_is_the_account_of_the_shared_workspace():
    ben = leader(2, A, T2, T1)

    found = coffee_reach.reach(leader(1, WEB, T2), ben)

    assert found == Reach(ben, Way.SLACK, account=Account(T2, "U2"))


@pytest.mark.parametrize(
    ("reader", "other", "found"),
    [
        # The introduction shows the e-mail.
        ((WEB,), {"show_email": True}, (Way.E_MAIL, email(2))),
        ((B,), {"show_email": True}, (Way.E_MAIL, email(2))),
        ((B,), {"show_email": True, "email": "Ben@A.example"}, (Way.TEAMS_CHAT, called(2, A))),
        ((WEB,), {"show_email": True, "email": None}, (Way.CARRIED, "")),
        ((WEB,), {"show_email": False}, (Way.CARRIED, "")),
        # The tenant's directory is nearer than the e-mail.
        ((A,), {"show_email": True}, (Way.TEAMS_CHAT, called(2, A))),
        # Whoever is not part of the community now is not reached by anything.
        ((A,), {"state": MemberState.LEFT, "show_email": True}, (Way.NONE, "")),
        ((A,), {"state": MemberState.SUSPENDED}, (Way.NONE, "")),
    ],
)
def test_address_is_shown_with_consent_alone(reader, other, found):
    ben = leader(2, A, **other)

    reached = coffee_reach.reach(leader(1, *reader), ben)

    assert (reached.way, reached.address) == found


def test_somebody_without_an_account_that_works_is_not_reached():
    gone = replace(leader(2), addresses=((A, called(2, A)),))

    assert coffee_reach.reach(leader(1, A), gone).way is Way.NONE
    assert not coffee_reach.is_reached(gone)
    assert coffee_reach.is_reached(leader(2, WEB))


@pytest.mark.parametrize("address", ["", "ben_b.example#EXT#@a.example"])
def test_tenant_that_does_not_say_how_to_open_a_chat_leaves_it_to_the_bot(address):
    ben = replace(leader(2, A), addresses=((A, address),) if address else ())
    other_tenant = leader(1, B)

    assert coffee_reach.reach(leader(1, A), ben).way is Way.CARRIED
    assert coffee_reach.reach(other_tenant, ben, shared=(address,)).way is Way.CARRIED


def test_offer_names_who_is_brought_nearer_and_by_which_address():
    ada, ben, cy = leader(1, A), leader(2, B), leader(3, WEB)

    offered = coffee_reach.offers(met(ada, ben, cy), MemberId(1))

    assert offered == (
        Offer(ben, Reach(ada, Way.TEAMS_CHAT, address=called(1, A), is_across=True)),
        Offer(cy, Reach(ada, Way.E_MAIL, address=email(1))),
    )


@pytest.mark.parametrize(
    ("giver", "reader", "shares"),
    [
        # Nothing nearer: one workspace, one tenant, an address that is shown or given already.
        (leader(1, T1), leader(2, T1), ()),
        (leader(1, A), leader(2, A), ()),
        (leader(1, WEB, show_email=True), leader(2, T1), ()),
        (leader(1, WEB), leader(2, T1), (email(1),)),
        # No address that the reader could use.
        (leader(1, WEB, email=None), leader(2, T1), ()),
        (leader(1, A, email=None), leader(2, T1), ()),
        # Nobody to give it to.
        (leader(1, WEB), leader(2), ()),
        (leader(1, WEB), leader(2, T1, state=MemberState.LEFT), ()),
    ],
)
def test_offer_is_made_only_where_it_brings_somebody_nearer(giver, reader, shares):
    assert coffee_reach.offers(met(giver, reader, shares=shares), MemberId(1)) == ()


def test_address_given_to_a_group_is_read_by_the_others_and_kept_by_no_other_place():
    pair = met(leader(1, WEB), leader(2, T1), shares=(email(1),))

    assert ways(pair) == [(Way.CARRIED,), (Way.E_MAIL,)]
    assert ways(met(*pair.people)) == [(Way.CARRIED,), (Way.CARRIED,)]


@pytest.mark.parametrize(
    ("mine", "theirs", "names"),
    [
        (leader(1, T1), leader(2, T1, show_email=True), False),
        (leader(1, T1, email=None), leader(2, WEB), False),
        (leader(1, T1), leader(2, WEB), True),
        (leader(1, T1, email=None), leader(2, WEB, show_email=True), True),
        (leader(1, A), leader(2, A), True),
    ],
)
def test_card_names_addresses_of_others_and_the_one_that_may_be_given(mine, theirs, names):
    assert coffee_reach.names_addresses(met(mine, theirs), MemberId(1)) is names
