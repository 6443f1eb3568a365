"""Codes, which account is used, and what is kept of two members who are one person."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.domain import accounts
from bot.domain.accounts import Code, Linked
from bot.domain.coffee import (
    Group,
    GroupState,
    Participation,
    ParticipationState,
    Place,
    PlaceState,
    Round,
    RoundState,
)
from bot.domain.members import MemberState, preferred
from bot.domain.pairing import Unmatched
from bot.errors import MemberError, NotFound, NotUnderstood
from bot.ids import CommunityId, GroupId, Lane, MemberId, RoundId
from tests.builders import member
from tests.leaders import START

SLACK, TEAMS, WEB = (Account(Lane(each), "U1") for each in ("slack:T1", "teams:nhs", "web:1"))
COMMUNITY = CommunityId(1)
CODE = Code(COMMUNITY, MemberId(1), SLACK, moves=False, expires_at=START)
MINUTE = timedelta(minutes=1)
ADA, AGAIN = member("Ada Obi"), member("Ada O", 2)


def linked(number: int, account: Account, **more) -> Linked:
    return Linked(number, account, **more)


@pytest.mark.parametrize(
    "typed", ["K7QM2VXT", "k7qm-2vxt", "K7QM – 2VXT", "“K7QM-2VXT”", " k 7 q m 2 v x t "]
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert accounts.read_code(typed) == "K7QM2VXT"
    assert accounts.shown("K7QM2VXT") == "K7QM-2VXT"


@pytest.mark.parametrize("typed", ["", "K7QM2VX", "K7QM2VXTT", "K7QM2VX0", "K7QM2VXI", "hello you"])
def test_what_can_be_no_code_is_not_read(typed):
    with pytest.raises(NotUnderstood, match="A code has eight letters and digits"):
        accounts.read_code(typed)


def test_a_code_works_until_it_runs_out():
    now = START - MINUTE

    assert accounts.checked(CODE, community=COMMUNITY, now=now) == CODE
    for code, error, sentence in (
        (None, NotFound, "I don’t know that code"),
        (replace(CODE, community=CommunityId(2)), NotFound, "I don’t know that code"),
        (replace(CODE, used_at=now), MemberError, "That code was used already"),
        (replace(CODE, expires_at=now), MemberError, "That code has run out"),
    ):
        with pytest.raises(error, match=sentence):
            accounts.checked(code, community=COMMUNITY, now=now)


def test_the_chosen_account_comes_first_then_a_chat_platform():
    assert preferred((WEB, SLACK, TEAMS)) == (SLACK, TEAMS, WEB)
    assert preferred((WEB, SLACK, TEAMS), chosen=WEB) == (WEB, SLACK, TEAMS)
    assert preferred((WEB, SLACK), chosen=TEAMS) == (SLACK, WEB)


@pytest.mark.parametrize(
    ("several", "used"),
    [
        ((linked(1, WEB), linked(2, SLACK)), 2),
        ((linked(1, WEB, is_preferred=True), linked(2, SLACK)), 1),
        ((linked(1, WEB), linked(2, SLACK, is_active=False, is_preferred=True)), 1),
        ((linked(1, WEB), linked(2, SLACK, is_retired=True)), 1),
    ],
)
def test_the_account_in_use_is_the_first_that_works(several, used):
    assert accounts.in_use(several).id == used


def test_no_account_is_in_use_where_none_works():
    assert accounts.in_use((linked(1, SLACK, is_active=False),)) is None


def test_accounts_are_named_by_their_place_in_the_list_or_their_own_number():
    several = (linked(41, SLACK), linked(42, TEAMS))

    assert [accounts.named(several, words).id for words in (" 2 ", "#41")] == [42, 41]
    with pytest.raises(NotFound, match="I can’t find that account of yours"):
        accounts.named(several, "41")


def test_the_last_account_that_works_is_not_taken_off():
    several = (linked(1, SLACK), linked(2, TEAMS, is_active=False))

    assert accounts.unlinked(several, "2").id == 2
    with pytest.raises(MemberError, match="That is the only account I reach you at"):
        accounts.unlinked(several, "1")


def test_the_kept_members_words_stay_and_gaps_are_filled():
    kept = member("Ada Obi", job="Matron", interests=("Frailty",), team="one")
    other = member("Ada O", 2, job="Nurse", place="Lewisham", team="two", line_manager="x@y.z")

    found = accounts.joined(replace(kept, email=None), replace(other, role=Role.ORGANISER))

    assert (found.id, found.name, found.email) == (kept.id, "Ada Obi", other.email)
    assert found.role is Role.ORGANISER
    assert found.profile == replace(kept.profile, place="Lewisham", line_manager="x@y.z")
    assert accounts.joined(replace(kept, role=Role.CURATOR), other).role is Role.CURATOR


def test_the_earliest_greeting_and_introduction_count():
    early, late = START, START + MINUTE
    kept = replace(ADA, greeted_at=late, introduced_at=early)
    other = replace(AGAIN, greeted_at=early, introduced_at=late)

    found = accounts.joined(kept, other)

    assert (found.greeted_at, found.introduced_at) == (early, early)
    assert accounts.joined(ADA, AGAIN).introduced_at is None


def test_what_others_see_is_only_what_was_agreed_to():
    introduced = replace(
        member("Ada O", 2, job="Nurse"), introduced_at=START, show_email=True, email="o@x.example"
    )
    silent = member("Ada Obi", place="Lewisham", team="one")

    joined = accounts.joined(silent, introduced)
    turned = accounts.joined(introduced, silent)

    shown = replace(introduced.profile, team="one")
    assert (joined.name, joined.profile, turned.profile) == ("Ada O", shown, shown)
    # Nobody agreed to show the address that is kept.
    assert (joined.email, joined.show_email) == (silent.email, False)
    assert (turned.email, turned.show_email) == ("o@x.example", True)


@pytest.mark.parametrize(
    ("kept", "other"),
    [
        (MemberState.SUSPENDED, MemberState.ACTIVE),
        (MemberState.UNCONFIRMED, MemberState.ACTIVE),
        (MemberState.ACTIVE, MemberState.SUSPENDED),
        (MemberState.ACTIVE, MemberState.LEFT),
    ],
)
def test_only_those_who_are_here_are_joined(kept, other):
    with pytest.raises(MemberError, match="not part of the community now"):
        accounts.joined(replace(ADA, state=kept), replace(AGAIN, state=other))


def test_communities_never_mix():
    with pytest.raises(ValueError, match="two communities"):
        accounts.joined(ADA, replace(AGAIN, community=CommunityId(2)))


@pytest.mark.parametrize(
    ("one", "other", "rises"),
    [
        (Role.MEMBER, Role.MEMBER, None),
        (Role.ORGANISER, Role.MEMBER, Role.ORGANISER),
        (Role.MEMBER, Role.CURATOR, Role.CURATOR),
    ],
)
def test_who_gets_a_role_by_being_joined_is_known(one, other, rises):
    assert accounts.rises(replace(ADA, role=one), replace(AGAIN, role=other)) is rises


def test_a_part_in_coffee_is_the_kept_members_if_they_joined():
    active, left = ParticipationState.ACTIVE, ParticipationState.LEFT
    until = date(2026, 12, 24)
    mine = Participation(MemberId(1), active, silent_rounds=2)
    theirs = Participation(MemberId(2), active, paused_until=until, silent_rounds=1)

    assert accounts.participation(mine, theirs) == replace(mine, silent_rounds=1)
    assert accounts.participation(replace(mine, state=left), theirs) == replace(
        theirs, member=MemberId(1)
    )
    assert accounts.participation(
        replace(mine, state=left), replace(theirs, state=left)
    ) == Participation(MemberId(1), silent_rounds=1)


IN, OUT, SEEKING = PlaceState.IN, PlaceState.OUT, PlaceState.SEEKING
CAL, OTHER = MemberId(3), MemberId(4)


def round_group(number: int, *people: tuple[MemberId, PlaceState], state=GroupState.OPEN) -> Group:
    places = tuple(Place(who, place) for who, place in people)
    return Group(GroupId(number), RoundId(1), places, state=state)


@pytest.mark.parametrize(
    ("groups", "ends"),
    [
        ([], []),
        # Neither has a place that is under way.
        ([((ADA.id, OUT), (CAL, IN)), ((AGAIN.id, OUT), (OTHER, IN))], []),
        # One of them alone has one.
        ([((ADA.id, OUT), (CAL, IN)), ((AGAIN.id, IN), (OTHER, IN))], []),
        # Both have one: the kept member's stays, whichever group is the older.
        ([((ADA.id, IN), (CAL, IN)), ((AGAIN.id, IN), (OTHER, IN))], [(2, AGAIN.id)]),
        ([((AGAIN.id, IN), (OTHER, IN)), ((ADA.id, IN), (CAL, IN))], [(1, AGAIN.id)]),
        # A place in a group rather than the search for one.
        ([((ADA.id, SEEKING), (CAL, OUT)), ((AGAIN.id, IN), (OTHER, IN))], [(1, ADA.id)]),
        ([((ADA.id, SEEKING), (AGAIN.id, IN), (CAL, IN))], [(1, ADA.id)]),
        ([((ADA.id, SEEKING), (CAL, OUT)), ((AGAIN.id, SEEKING), (OTHER, OUT))], [(2, AGAIN.id)]),
        # They are in one group and become one there.
        ([((ADA.id, IN), (AGAIN.id, IN), (CAL, IN))], []),
    ],
)
def test_of_two_places_in_a_round_one_stays(groups, ends):
    made = [round_group(number, *people) for number, people in enumerate(groups, start=1)]

    held = accounts.seats(made, ADA.id, AGAIN.id)

    assert {place.member for _, place in held} <= {ADA.id, AGAIN.id}
    given_up = accounts.given_up(held, ADA.id)
    assert [(group.id, place.member) for group, place in given_up] == ends


def test_a_place_in_a_group_that_ended_is_no_place_to_keep():
    ended = round_group(1, (ADA.id, IN), (CAL, IN), state=GroupState.ENDED)
    open_one = round_group(2, (AGAIN.id, IN), (OTHER, IN))

    assert accounts.given_up(accounts.seats([ended, open_one], ADA.id, AGAIN.id), ADA.id) == ()


def test_who_is_left_over_is_named_once_with_the_newest_reason():
    label = datetime(2026, 11, 24, 9, 0)
    known = (Unmatched("1", "paused"), Unmatched("3", "alone"))
    of = Round(
        RoundId(1), COMMUNITY, 1, label, "Europe/London", RoundState.DRAFTED, 1, None, START, START,
        unmatched=known,
    )  # fmt: skip

    after = accounts.left_over(of, (MemberId(1), MemberId(2)), accounts.OWN_ACCOUNT)

    assert after == replace(
        of,
        unmatched=(
            Unmatched("3", "alone"),
            Unmatched("1", accounts.OWN_ACCOUNT),
            Unmatched("2", accounts.OWN_ACCOUNT),
        ),
    )
