"""What of a member and their part in coffee reaches the planner."""

import pytest

from bot.chat.requests import Role
from bot.domain import coffee_matching, coffee_meeting, pairing
from bot.domain import south_east_london as sel
from bot.domain.coffee import Participation, Priority
from bot.domain.members import Member, MemberState, Profile
from bot.domain.pairing import Person, Preference, Theme, Weights
from bot.ids import CommunityId, MemberId


def member(number: int, **profile: str) -> Member:
    return Member(
        id=MemberId(number),
        community=CommunityId(1),
        name=f"Member {number}",
        email=None,
        role=Role.MEMBER,
        state=MemberState.ACTIVE,
        zone="Europe/London",
        profile=Profile(**profile),
    )


def person(part: Participation, **profile: str) -> Person:
    [found] = coffee_matching.people([(member(part.member, **profile), part)], {}, {})
    return found


@pytest.mark.parametrize(
    ("priority", "prefers"),
    [
        (Priority.ANY, None),
        (Priority.ORGANISATION, Preference.ORGANISATION),
        (Priority.PLACE, Preference.PLACE),
        (Priority.PROFESSION, Preference.PROFESSION),
        (Priority.INTERESTS, Preference.INTERESTS),
        (Priority.SLOTS, Preference.SLOTS),
    ],
)
def test_what_a_member_would_like_first_reaches_the_planner(priority, prefers):
    assert person(Participation(MemberId(1), priority=priority)).prefers is prefers


def test_every_priority_is_one_that_the_planner_knows():
    assert [each.name for each in Priority] == ["ANY", *(each.name for each in Preference)]


@pytest.mark.parametrize(("size", "likes_pairs"), [(None, False), (2, True), (3, False)])
def test_just_the_two_of_us_reaches_the_planner(size, likes_pairs):
    assert person(Participation(MemberId(1), group_size=size)).likes_pairs is likes_pairs


def test_preferences_are_in_no_reason_that_is_told():
    group = [member(1, place="Bexley"), member(2, place="Bromley")]
    parts = [Participation(each.id, priority=Priority.PLACE, group_size=2) for each in group]
    planned = coffee_matching.people(list(zip(group, parts, strict=True)), {}, {})

    told = pairing.reasons(*planned, Weights(kind=coffee_matching.KIND_WEIGHT))

    assert told == coffee_meeting.why(group, None)


def fits(theme: Theme, one: dict[str, str], other: dict[str, str]) -> bool:
    pair = [person(Participation(MemberId(1)), **one), person(Participation(MemberId(2)), **other)]
    kinds = [reason.kind for reason in pairing.reasons(*pair, Weights(), theme=theme)]
    return pairing.ReasonKind.THEME in kinds


@pytest.mark.parametrize(
    ("theme", "attribute", "words", "pairs"),
    [
        (
            Theme.CLINICIANS_WITH_EXECUTIVES,
            "kind",
            sel.KINDS,
            {
                ("Clinical", "Executive or manager"),
                ("Care professional", "Executive or manager"),
            },
        ),
        (
            Theme.EARLY_CAREER_WITH_EXPERIENCED,
            "stage",
            sel.STAGES,
            {("Early career", "Senior"), ("Early career", "Executive")},
        ),
        (
            Theme.WITH_DIGITAL_AND_ESTATES,
            "kind",
            sel.KINDS,
            {
                ("Clinical", "Enabling"),
                ("Care professional", "Enabling"),
                ("Executive or manager", "Enabling"),
                ("Patient or carer", "Enabling"),
            },
        ),
    ],
)
def test_a_theme_finds_its_pairs_in_south_east_londons_words(theme, attribute, words, pairs):
    found = {
        (one, other)
        for one in words
        for other in words
        if fits(theme, {attribute: one}, {attribute: other})
    }

    assert found == pairs | {(other, one) for one, other in pairs}
