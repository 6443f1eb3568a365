"""What the planner's files may hold, and the sentence for each thing they may not."""

import json
from pathlib import Path

import pytest

from bot.domain import pairing
from bot.domain.pairing import (
    Constraints,
    Frequency,
    PairingFileError,
    Person,
    Plan,
    Preference,
    Theme,
    Unmatched,
    Weights,
)

MEMBER = {
    "id": "m042",
    "place": "Lewisham",
    "organisation": "org-07",
    "sector": "acute",
    "profession": "nurse",
    "stage": "senior",
    "kind": "clinical",
    "interests": ["frailty", "digital"],
    "slots": ["mon-lunch", "thu-late"],
    "languages": ["en"],
    "platform": "teams",
    "frequency": "every_second",
    "paused_until_round": 31,
    "team": "team-12",
    "manager": "m007",
    "blocked": ["m100"],
    "prefers": "slots",
    "likes_pairs": True,
    "was_guest": True,
}

FREQUENCIES = (
    "given.json, member m1: “frequency” must be one of “every_round”, “every_second”, “monthly”."
)
PREFERENCES = (
    "given.json, member m1: “prefers” must be one of “organisation”, “place”, “profession”, "
    "“interests”, “slots”."
)
THEMES = (
    "given.json: “theme” must be one of “clinicians_with_executives”, "
    "“early_career_with_experienced”, “with_digital_and_estates”, “guests_of_the_last_session”."
)
SIZES = (
    "given.json: Groups of 5, at least 2 and at most 3, can't be planned: sizes go from 2 to 4, "
    "and group_size lies between group_min and group_max."
)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A file of this content, named as a person would name it."""
    monkeypatch.chdir(tmp_path)

    def write(content: object) -> Path:
        path = Path("given.json")
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_member_is_read_with_everything_known(file):
    assert pairing.read_members(file({"members": [MEMBER]})) == (
        Person(
            "m042",
            place="Lewisham",
            organisation="org-07",
            sector="acute",
            profession="nurse",
            stage="senior",
            kind="clinical",
            interests=frozenset({"frailty", "digital"}),
            slots=frozenset({"mon-lunch", "thu-late"}),
            languages=frozenset({"en"}),
            platform="teams",
            team="team-12",
            manager="m007",
            blocked=frozenset({"m100"}),
            frequency=Frequency.EVERY_SECOND,
            paused_until_round=31,
            prefers=Preference.SLOTS,
            likes_pairs=True,
            was_guest=True,
        ),
    )


@pytest.mark.parametrize(
    "member", [{"id": "m1"}, dict.fromkeys(MEMBER) | {"id": "m1"}, {"id": "m1", "team": ""}]
)
def test_what_a_member_leaves_out_is_not_known(file, member):
    assert pairing.read_members(file({"members": [member]})) == (Person("m1"),)


def test_history_is_read(file):
    path = file({"rounds": [{"round": 4, "groups": [["m1", "m2"], ["m3", "m4", "m5"]]}]})

    history = pairing.read_history(path)

    assert history.last_round() == 4
    assert history.last_met("m5", "m3") == 4


def test_constraints_are_defaults_where_the_file_is_silent(file):
    assert pairing.read_constraints(file({})) == Constraints()
    assert pairing.read_constraints(file({"weights": None, "theme": None})) == Constraints()
    assert pairing.read_constraints(
        file(
            {
                "group_size": 3,
                "group_max": 4,
                "forbid_same_team": False,
                "weights": {"kind": 15, "preference": 5, "trio": 0},
                "theme": "clinicians_with_executives",
            }
        )
    ) == Constraints(
        group_size=3,
        group_max=4,
        forbid_same_team=False,
        weights=Weights(kind=15, preference=5, trio=0),
        theme=Theme.CLINICIANS_WITH_EXECUTIVES,
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "{]",
            "given.json is not JSON: line 1, Expecting property name enclosed in double quotes.",
        ),
        ([], "given.json must be an object with keys."),
        ({}, "given.json: “members” must be a list."),
        ({"members": ["m1"]}, "given.json, member 1 must be an object with keys."),
        ({"members": [{"place": "x"}]}, "given.json, member 1: “id” is missing."),
        ({"members": [{"id": 7}]}, "given.json, member 1: “id” must be a text."),
        (
            {"members": [{"id": "m1"}, {"id": "m1"}]},
            "given.json, member m1: the id is there twice.",
        ),
        (
            {"members": [{"id": "m1", "place": 5}]},
            "given.json, member m1: “place” must be a text.",
        ),
        (
            {"members": [{"id": "m1", "slots": "mon"}]},
            "given.json, member m1: “slots” must be a list of texts.",
        ),
        (
            {"members": [{"id": "m1", "blocked": [7]}]},
            "given.json, member m1: “blocked” must be a list of texts.",
        ),
        (
            {"members": [{"id": "m1", "frequency": "daily"}]},
            FREQUENCIES,
        ),
        (
            {"members": [{"id": "m1", "frequency": ["monthly"]}]},
            FREQUENCIES,
        ),
        (
            {"members": [{"id": "m1", "paused_until_round": "31"}]},
            "given.json, member m1: “paused_until_round” must be a whole number.",
        ),
        (
            {"members": [{"id": "m1", "paused_until_round": True}]},
            "given.json, member m1: “paused_until_round” must be a whole number.",
        ),
        (
            {"members": [{"id": "m1", "prefers": "sector"}]},
            PREFERENCES,
        ),
        (
            {"members": [{"id": "m1", "likes_pairs": "yes"}]},
            "given.json, member m1: “likes_pairs” must be true or false.",
        ),
    ],
)
def test_members_that_can_not_be_read_get_one_sentence(file, content, sentence):
    with pytest.raises(PairingFileError) as caught:
        pairing.read_members(file(content))

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"rounds": {}}, "given.json: “rounds” must be a list."),
        ({"rounds": [1]}, "given.json, round 1 of the list must be an object with keys."),
        (
            {"rounds": [{"groups": []}]},
            "given.json, round 1 of the list: “round” must be a whole number.",
        ),
        (
            {"rounds": [{"round": 3}]},
            "given.json, round 3: “groups” must be a list of lists of ids.",
        ),
        (
            {"rounds": [{"round": 3, "groups": [["m1", 2]]}]},
            "given.json, round 3: “groups” must be a list of lists of ids.",
        ),
    ],
)
def test_a_history_that_can_not_be_read_gets_one_sentence(file, content, sentence):
    with pytest.raises(PairingFileError) as caught:
        pairing.read_history(file(content))

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"forbid_same_taem": True}, "given.json: “forbid_same_taem” is not known."),
        ({"group_size": "2"}, "given.json: “group_size” must be a whole number."),
        ({"forbid_same_team": 1}, "given.json: “forbid_same_team” must be true or false."),
        ({"weights": [1]}, "given.json, weights must be an object with keys."),
        ({"weights": {"age": 5}}, "given.json, weights: “age” is not known."),
        ({"weights": {"kind": 2.5}}, "given.json, weights: “kind” must be a whole number."),
        ({"weights": {"kind": 101}}, "given.json, weights: “kind” must be from 0 to 100."),
        (
            {"theme": "summer"},
            THEMES,
        ),
        (
            {"group_size": 5},
            SIZES,
        ),
    ],
)
def test_constraints_that_can_not_be_read_get_one_sentence(file, content, sentence):
    with pytest.raises(PairingFileError) as caught:
        pairing.read_constraints(file(content))

    assert str(caught.value) == sentence


def test_a_file_that_is_not_there_or_not_text_gets_one_sentence(file):
    path = file({})
    path.write_bytes(b"\xff\xfe{}")

    with pytest.raises(PairingFileError, match=r"^given\.json is not text in UTF-8\.$"):
        pairing.read_members(path)
    with pytest.raises(PairingFileError, match=r"^none\.json can't be read: No such file"):
        pairing.read_members(path.with_name("none.json"))


def test_groups_are_written_with_reasons_and_nothing_confidential(file):
    people = [
        Person(
            "ada",
            organisation="o1",
            platform="web",
            team="secret-team",
            manager="boss",
            prefers=Preference.ORGANISATION,
        ),
        Person(
            "ben", organisation="o2", platform="web", blocked=frozenset({"cat"}), likes_pairs=True
        ),
        Person("cat"),
    ]
    plan = Plan(
        round=7,
        seed=1,
        groups=(("ada", "ben"),),
        unmatched=(Unmatched("cat", "cannot be paired"),),
        score=60.0,
        bound=75.0,
        repeats=0,
    )
    path = file({})

    pairing.write_groups(path, plan, people, Constraints())

    assert json.loads(path.read_text(encoding="utf-8")) == {
        "round": 7,
        "seed": 1,
        "groups": [["ada", "ben"]],
        "unmatched": [{"id": "cat", "reason": "cannot be paired"}],
        "score": 60.0,
        "bound": 75.0,
        "ratio": 0.8,
        "quality": "within 20 % of the best possible",
        "repeats": 0,
        "explanations": [
            [
                {
                    "pair": ["ada", "ben"],
                    "reasons": [
                        {"kind": "organisation", "points": 20, "values": ["o1", "o2"]},
                        {"kind": "platform", "points": 5, "values": ["web"]},
                    ],
                }
            ]
        ],
    }


def test_groups_that_can_not_be_written_get_one_sentence(file):
    path = file({}) / "groups.json"
    plan = Plan(1, 1, groups=(), unmatched=(), score=0, bound=0, repeats=0)

    with pytest.raises(PairingFileError, match=r"^given\.json/groups\.json can't be written: Not"):
        pairing.write_groups(path, plan, [], Constraints())
