"""The life of a story, who may do what, and what it needs before anybody sees it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.chat.requests import Role
from bot.domain import stories
from bot.domain.identifiable import Finding, Kind
from bot.domain.stories import Act, Clearing, CoAuthor, Consent, Reuse, State, Story
from bot.domain.stories_form import Choices, read
from bot.errors import FormErrors, MemberError, NotAllowed
from bot.ids import CommunityId, MemberId

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
ADA, BEN, CY = MemberId(1), MemberId(2), MemberId(3)
POSTCODE = Finding(Kind.POSTCODE, "SE13 9ZZ", "done")
PHONE = Finding(Kind.PHONE, "07700 900123", "done")
# What each act makes of each state; a dash where it can't be done.
LIFE = """
                    draft          submitted      changes asked  approved       published  withdrawn
edit                draft          draft          changes asked  draft          draft      draft
submit              submitted      -              submitted      -              -          -
ask for changes     -              changes asked  -              changes asked  -          -
approve             -              approved       -              -              -          -
publish             -              -              -              published      -          -
withdraw            withdrawn      withdrawn      withdrawn      withdrawn      withdrawn  -
"""


def story(**more) -> Story:
    told = {"changed": "Falls dropped.", "whom": "Older people", "has_consent": True} | more
    return Story(CommunityId(1), ADA, **told)


def life() -> list[tuple[Act, State, str]]:
    head, *lines = [re.split(r"\s{2,}", line.strip()) for line in LIFE.strip().splitlines()]
    return [
        (Act(line[0]), State(state), after)
        for line in lines
        for state, after in zip(head, line[1:], strict=True)
    ]


def fields(**said: str) -> dict[str, tuple[str, ...]]:
    return {name: (value,) for name, value in said.items()}


@pytest.mark.parametrize(("act", "state", "expected"), life())
def test_each_act_leads_where_the_table_says(act, state, expected):
    before = story(state=state)

    assert stories.allows(before, act) == (expected != "-")
    if expected == "-":
        with pytest.raises(MemberError):
            stories.after(before, act)
    else:
        assert stories.after(before, act) == replace(before, state=State(expected))


def test_table_knows_every_act_and_state():
    assert {(act, state) for act, state, _ in life()} == {(a, s) for a in Act for s in State}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ()),
        ({"changed": ""}, ("changed",)),
        ({"whom": "", "has_consent": False}, ("whom", "consent")),
    ],
)
def test_missing_names_what_is_needed(more, expected):
    assert stories.missing(story(**more)) == expected


@pytest.mark.parametrize(
    ("title", "changed", "expected"),
    [
        ("A calm ward", "x", "A calm ward"),
        ("", "Falls dropped.", "Falls dropped."),
        ("", "word " * 20, f"{'word ' * 11}word …"),
        ("", "x" * 80, f"{'x' * 60} …"),
        ("", "", "A story without a title"),
    ],
)
def test_title_is_made_of_what_changed(title, changed, expected):
    assert stories.shown_title(story(title=title, changed=changed)) == expected


def test_findings_are_looked_for_in_all_that_others_read():
    told = story(title="SE13 9ZZ", differently="07700 900123", tags=("dob 12/03/1948",))

    found = stories.findings(told, (), today=TODAY)

    assert [(each.field, each.kind) for each in found] == [
        ("title", Kind.POSTCODE),
        ("differently", Kind.PHONE),
        ("tags", Kind.DATE_OF_BIRTH),
    ]


def test_clearing_holds_for_the_same_findings_alone():
    clearing = Clearing(stories.marks([POSTCODE, PHONE]), "Ours")

    assert stories.is_cleared(clearing, [PHONE, POSTCODE])
    assert not stories.is_cleared(clearing, [PHONE])
    assert stories.is_cleared(clearing, [])
    assert not stories.is_cleared(Clearing(), [PHONE])


def test_story_with_findings_is_not_sent_before_its_author_cleared_them():
    with pytest.raises(MemberError, match="could identify a person"):
        stories.submitted(story(), [POSTCODE])

    cleared = story(by_author=Clearing(stories.marks([POSTCODE]), "Ours"))
    assert stories.submitted(cleared, [POSTCODE]).state is State.SUBMITTED


def test_story_that_lacks_something_is_not_sent():
    with pytest.raises(MemberError, match="what changed"):
        stories.submitted(story(changed=""), [])


def test_findings_are_approved_with_a_reason_and_after_the_author_alone():
    sent = story(state=State.SUBMITTED)
    cleared = replace(sent, by_author=Clearing(stories.marks([POSTCODE]), "Ours"))

    with pytest.raises(MemberError, match="say why"):
        stories.approved(cleared, [POSTCODE], reason="")
    with pytest.raises(MemberError, match="author has not cleared"):
        stories.approved(sent, [POSTCODE], reason="Seen")

    approved = stories.approved(cleared, [POSTCODE], reason="Seen")
    assert approved.by_curator == Clearing(stories.marks([POSTCODE]), "Seen")


def test_nothing_is_published_that_one_of_the_two_has_not_cleared():
    mark = Clearing(stories.marks([POSTCODE]), "Ours")
    approved = story(state=State.APPROVED)

    for halfway in (
        approved,
        replace(approved, by_author=mark),
        replace(approved, by_curator=mark),
    ):
        with pytest.raises(MemberError, match="nobody has cleared"):
            stories.published(halfway, [POSTCODE], now=NOW)

    shown = stories.published(
        replace(approved, by_author=mark, by_curator=mark), [POSTCODE], now=NOW
    )
    assert (shown.state, shown.published_at) == (State.PUBLISHED, NOW)


def test_coauthors_are_named_once_they_agree():
    asked = stories.with_coauthor(story(), BEN)

    assert (asked.waits_for, asked.named, asked.involved) == ((BEN,), (ADA,), (ADA, BEN))
    agreed = stories.answered(asked, BEN, Consent.AGREED)
    assert (agreed.waits_for, agreed.named, agreed.involved) == ((), (ADA, BEN), (ADA, BEN))
    declined = stories.answered(agreed, BEN, Consent.DECLINED)
    assert (declined.waits_for, declined.named, declined.involved) == ((), (ADA,), (ADA,))
    assert stories.with_coauthor(agreed, BEN) == agreed
    assert stories.with_coauthor(declined, BEN).coauthors == (CoAuthor(BEN),)


def test_only_who_was_asked_answers_and_no_author_is_their_own_coauthor():
    two = replace(story(), coauthors=(CoAuthor(BEN), CoAuthor(CY)))

    with pytest.raises(MemberError):
        stories.answered(two, ADA, Consent.AGREED)
    with pytest.raises(MemberError):
        stories.with_coauthor(two, ADA)
    assert stories.answered(two, CY, Consent.AGREED).coauthors == (
        CoAuthor(BEN),
        CoAuthor(CY, Consent.AGREED),
    )


def test_story_without_its_author_names_the_coauthors():
    left = Story(CommunityId(1), None, coauthors=(CoAuthor(BEN, Consent.AGREED),))

    assert left.named == (BEN,)


def test_other_words_ask_those_who_agreed_anew():
    before = story(
        state=State.PUBLISHED,
        published_at=NOW,
        coauthors=(CoAuthor(BEN, Consent.AGREED), CoAuthor(CY, Consent.DECLINED)),
    )

    same = stories.edited(before, replace(before, place="Lewisham"), now=NOW)
    other = stories.edited(before, replace(before, changed="Nobody fell."), now=NOW)

    assert same.coauthors == before.coauthors
    assert other.coauthors == (CoAuthor(BEN), CoAuthor(CY, Consent.DECLINED))
    assert (other.state, other.published_at, other.changed_at) == (State.DRAFT, None, NOW)


@pytest.mark.parametrize(
    ("reviewer", "role", "others", "may"),
    [
        (CY, Role.CURATOR, True, True),
        (CY, Role.ORGANISER, True, True),
        (CY, Role.MEMBER, True, False),
        (ADA, Role.CURATOR, True, False),
        (BEN, Role.ORGANISER, True, False),
        (ADA, Role.CURATOR, False, True),
    ],
)
def test_nobody_reviews_their_own_while_others_can(reviewer, role, others, may):
    told = replace(story(), coauthors=(CoAuthor(BEN),))

    if may:
        stories.check_reviewer(told, reviewer, role, others=others)
        return
    with pytest.raises(NotAllowed):
        stories.check_reviewer(told, reviewer, role, others=others)


def test_form_is_read_with_its_choices_and_tags():
    said = fields(
        title=" A  calm\nward ",
        changed="One.\n Two. ",
        whom="All",
        place="Lewisham",
        priority="Prevention",
        tags="#Night, falls; night,#",
        reuse="freely",
        consent="yes",
    )

    got = read(said, Story(CommunityId(1), ADA), Choices(["Lewisham"], ["Prevention"]))

    assert got == Story(
        CommunityId(1),
        ADA,
        title="A calm ward",
        changed="One.\nTwo.",
        whom="All",
        place="Lewisham",
        priority="Prevention",
        tags=("night", "falls"),
        reuse=Reuse.FREELY,
        has_consent=True,
    )


def test_form_says_what_can_not_be_kept():
    said = fields(
        whom="x" * 301,
        tags=",".join(map(str, range(9))),
        place="Mars",
        priority="None",
        reuse="never",
    )

    with pytest.raises(FormErrors) as refused:
        read(said, Story(CommunityId(1), ADA), Choices())

    assert refused.value.fields == {
        "whom": "Please keep this below 300 characters.",
        "tags": "At most 8 tags, each below 40 characters.",
        "place": "Please choose from the list.",
        "priority": "Please choose from the list.",
        "reuse": "Please choose from the list.",
    }


def test_words_that_left_the_list_stay_where_they_were_chosen():
    before = Story(CommunityId(1), ADA, place="Old Town", priority="Old aim")

    got = read(fields(place="Old Town", priority="Old aim"), before, Choices())

    assert (got.place, got.priority) == ("Old Town", "Old aim")
