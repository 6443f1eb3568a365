"""Who may meet whom, who is due, and what is told about those without a group."""

import pytest

from bot.domain.pairing import Constraints, Frequency, History, Person, Round, due, forbidden
from bot.domain.pairing.rules import why_unmatched

RULES = Constraints()


def test_two_strangers_may_meet():
    assert forbidden(Person("ada"), Person("ben"), RULES) is None


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (Person("ada", team="t1"), Person("ben", team="t1"), "same team"),
        (Person("ada", team="t1"), Person("ben", team="t2"), None),
        (Person("ada", manager="cat"), Person("ben", manager="cat"), "same manager"),
        (Person("ada", manager="cat"), Person("ben", manager="dan"), None),
        (Person("ada", manager="ben"), Person("ben"), "one manages the other"),
        (
            Person("ada", languages=frozenset({"cy"})),
            Person("ben", languages=frozenset({"pl"})),
            "no shared language",
        ),
        (Person("ada", languages=frozenset({"cy"})), Person("ben"), "no shared language"),
        (Person("ada", languages=frozenset({"cy", "en"})), Person("ben"), None),
        (Person("ada", blocked=frozenset({"ben"})), Person("ben"), "cannot be paired"),
    ],
)
def test_forbidden_gives_the_reason_in_both_directions(one, other, reason):
    assert forbidden(one, other, RULES) == reason
    assert forbidden(other, one, RULES) == reason


def test_a_block_reads_the_same_whatever_else_keeps_people_apart():
    one = Person("ada", team="t1", manager="ben", blocked=frozenset({"ben"}))

    assert forbidden(one, Person("ben", team="t1"), RULES) == "cannot be paired"


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        (
            Person("ada", team="t1"),
            Person("ben", team="t1"),
            Constraints(forbid_same_team=False),
        ),
        (
            Person("ada", manager="cat"),
            Person("ben", manager="cat"),
            Constraints(forbid_same_manager=False),
        ),
        (
            Person("ada", manager="ben"),
            Person("ben"),
            Constraints(forbid_manager_report=False),
        ),
        (
            Person("ada", languages=frozenset({"cy"})),
            Person("ben"),
            Constraints(require_shared_language=False),
        ),
    ],
)
def test_a_rule_that_is_switched_off_does_not_hold(one, other, rules):
    assert forbidden(one, other, RULES) is not None
    assert forbidden(one, other, rules) is None


@pytest.mark.parametrize(
    ("person", "is_due"),
    [
        (Person("new"), True),
        (Person("new", paused_until_round=8), False),
        (Person("new", paused_until_round=7), True),
        (Person("in6"), True),
        (Person("in6", frequency=Frequency.EVERY_SECOND), False),
        (Person("in6", frequency=Frequency.MONTHLY), False),
        (Person("in5", frequency=Frequency.EVERY_SECOND), True),
        (Person("in5", frequency=Frequency.MONTHLY), True),
        (Person("in7"), False),
    ],
)
def test_due_follows_pauses_and_frequency(person, is_due):
    history = History(
        (Round(7, (("in7", "x"),)), Round(5, (("in5", "in6"),)), Round(6, (("in6", "y"),)))
    )

    assert due([person], history, 7) == ((person,) if is_due else ())


def test_due_keeps_the_order_given():
    people = [Person("cat"), Person("ada"), Person("ben")]

    assert due(people, History(), 1) == tuple(people)


def test_why_unmatched_names_every_rule_once():
    ada = Person("ada", team="t1", blocked=frozenset({"dan"}))
    others = [Person("ben", team="t1"), Person("cat", team="t1"), Person("dan")]

    assert why_unmatched(ada, others, RULES) == "cannot be paired, same team"


def test_why_unmatched_says_when_nobody_else_is_due():
    assert why_unmatched(Person("ada"), [], RULES) == "nobody else is due"


def test_why_unmatched_says_when_the_others_are_needed_elsewhere():
    ada = Person("ada", team="t1")

    assert (
        why_unmatched(ada, [Person("ben"), Person("cat", team="t1")], RULES)
        == "everybody they may meet is needed in another group"
    )
