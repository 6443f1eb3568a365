from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.requests import Role
from bot.domain import introductions
from bot.domain.introductions import Found, Words
from bot.domain.members import Member, MemberState, Organisation, Profile, Vocabulary
from bot.errors import FormErrors
from bot.ids import CommunityId, MemberId

WORDS = Words(
    vocabularies={
        Vocabulary.PLACE: ("Lewisham",),
        Vocabulary.INTEREST: ("Dementia",),
        Vocabulary.PRIORITY: ("Prevention",),
    },
    organisations=(
        Organisation("Lewisham and Greenwich", "Acute hospitals"),
        Organisation("Lewisham Council", "Council"),
        Organisation("King's College Hospital", "Acute hospitals"),
        Organisation("NHS South East London ICB"),
    ),
    other_names={"LGT": "Lewisham and Greenwich", "GSTT": "A trust nobody added"},
)


def member(number: int, name: str, **profile: object) -> Member:
    return Member(
        id=MemberId(number),
        community=CommunityId(1),
        name=name,
        email=f"m{number}@leaders.example",
        role=Role.MEMBER,
        state=MemberState.ACTIVE,
        zone="Europe/London",
        profile=Profile(**profile),
        introduced_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def names(asked: str, *people: Member) -> list[str]:
    return [each.name for each in introductions.search(asked, people, WORDS).people]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("king's college", ["King's College Hospital"]),
        ("Kings", ["King's College Hospital"]),
        ("nurses at the lewisham council", ["Lewisham Council"]),
        ("lgt frailty", ["Lewisham and Greenwich"]),
        ("nhs south east london icb", ["NHS South East London ICB"]),
        ("lewisham", []),
        ("gstt", []),
        ("nurse", []),
        ("the", []),
        ("", []),
    ],
)
def test_named_finds_the_organisation_that_is_meant(asked: str, expected: list[str]) -> None:
    assert [card.name for card in introductions.named(asked, WORDS)] == expected


def test_search_puts_names_before_jobs_and_jobs_before_the_rest() -> None:
    people = (
        member(1, "Zed Poe", ask_me_about="nursing"),
        member(2, "Yan Poe", profession="Nursing"),
        member(3, "Xia Poe", job="Nursing lead"),
        member(4, "Nursingham Poe"),
        member(5, "Nursing Poe"),
        member(6, "Wes Poe", job="GP"),
    )

    assert names("nursing", *people) == [
        "Nursing Poe",
        "Nursingham Poe",
        "Xia Poe",
        "Yan Poe",
        "Zed Poe",
    ]


def test_search_puts_whole_words_before_beginnings() -> None:
    assert names(
        "nurse", member(1, "Ann Poe", job="Nursery lead"), member(2, "Bea Poe", job="Nurse")
    ) == ["Bea Poe", "Ann Poe"]


def test_search_needs_every_word_but_the_small_ones_wherever_it_stands() -> None:
    zoe = member(1, "Zoë Poe", place="Lewisham", organisation="King's College Hospital")

    assert names("zoe from lewisham at kings", zoe) == ["Zoë Poe"]
    assert names("zoe bexley", zoe) == []
    assert names("of", member(2, "Office Poe")) == ["Office Poe"]


def test_search_reads_only_what_was_consented_to() -> None:
    told = member(1, "Ada Poe", team="Apple", line_manager="berry", pronouns="cherry",
                  system_roles=("Damson",), slots=("mon-late",), languages=("Elder",))  # fmt: skip
    unknown = replace(told, introduced_at=None)

    assert names("ada", told) == ["Ada Poe"]
    assert names("ada", unknown) == []
    hidden = ("apple", "berry", "cherry", "damson", "elder", "mon", "m1")
    assert [introductions.search(word, [told], WORDS) for word in hidden] == [Found()] * 7


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("ada zebra", (("ada", 2),)),
        ("dementa", (("dementia", 1),)),
        ("lewisham ada dementa", (("lewisham", 1), ("ada", 2), ("dementia", 1))),
        ("zebra", ()),
    ],
)
def test_search_offers_other_words_where_nobody_matches(
    asked: str, instead: tuple[tuple[str, int], ...]
) -> None:
    people = (member(1, "Ada Poe", place="Lewisham"), member(2, "Ada Obi", interests=("Dementia",)))

    assert introductions.search(asked, people, WORDS) == Found(instead=instead)


@given(st.text(max_size=60))
def test_search_takes_any_words(asked: str) -> None:
    people = (member(1, "Ada Poe", place="Lewisham"),)

    found = introductions.search(asked, people, WORDS)

    assert set(found.people) <= set(people)
    assert isinstance(introductions.named(asked, WORDS), tuple)


def test_read_keeps_a_word_that_has_left_the_list() -> None:
    before = member(1, "Ada Poe", place="Croydon", interests=("Golf",))
    fields = {
        "job": ("Nurse",),
        "organisation": ("LGT",),
        "consent": ("yes",),
        "place": ("Croydon",),
        "interests": ("Golf", "Golf", "Prevention"),
        "ask_me_about": ("quiet\x00 \u200bthings",),
    }

    told = introductions.read(fields, before, WORDS)

    assert told.profile == Profile(
        job="Nurse",
        place="Croydon",
        organisation="Lewisham and Greenwich",
        sector="Acute hospitals",
        interests=("Golf", "Prevention"),
        ask_me_about="quiet things",
    )
    assert (told.name, told.show_email) == ("Ada Poe", False)


def test_read_takes_an_abbreviation_of_an_organisation_nobody_added_as_it_is() -> None:
    fields = {"job": ("GP",), "organisation": ("GSTT",), "consent": ("yes",)}

    assert introductions.read(fields, member(1, "A"), WORDS).profile.organisation == "GSTT"


def test_read_names_everything_that_is_missing() -> None:
    with pytest.raises(FormErrors) as caught:
        introductions.read({}, member(1, "Ada"), WORDS)

    assert set(caught.value.fields) == {"job", "organisation", "consent"}
