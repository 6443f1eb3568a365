"""What the coffee programme remembers."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.domain import pairing
from bot.domain.coffee import (
    Apart,
    Group,
    GroupState,
    IfUnapproved,
    Met,
    Mode,
    Participation,
    ParticipationState,
    Place,
    PlaceState,
    Priority,
    Round,
    RoundState,
    Setup,
)
from tests.leaders import START

LONDON = "Europe/London"
LABEL = datetime(2026, 11, 24, 9)
WEEK = timedelta(weeks=1)


@pytest.fixture
def people(db, community):
    return [
        db.members.add(community, name, zone=LONDON, now=START)
        for name in ("Ada", "Ben", "Cy", "Di")
    ]


def begun(db, community, number: int = 0, state: RoundState = RoundState.DRAFTED, **more) -> Round:
    return db.coffee.add_round(
        community,
        **{
            "label": LABEL + number * WEEK,
            "zone": LONDON,
            "state": state,
            "seed": 2**31 - 1,
            "theme": None,
            "sends_at": START + number * WEEK,
            "closes_at": START + (number + 1) * WEEK,
            **more,
        },
    )


def test_a_setup_has_its_defaults_until_it_is_saved(db, community):
    assert db.coffee.setup(community) == Setup(community)


@pytest.mark.parametrize(
    "setup",
    [
        Setup(1),
        Setup(
            1,
            weeks=4,
            weekday=4,
            time=time(14, 30),
            zone="Africa/Lagos",
            group_size=3,
            mode=Mode.ASKED,
            review=True,
            if_unapproved=IfUnapproved.HOLD,
            apart=frozenset({Apart.MANAGER}),
            theme=pairing.Theme.CLINICIANS_WITH_EXECUTIVES,
            is_running=True,
        ),
        Setup(1, apart=frozenset()),
    ],
)
def test_a_setup_comes_back_as_it_was_saved(db, community, setup):
    db.coffee.save_setup(Setup(community, weeks=9))
    db.coffee.save_setup(replace(setup, community=community))

    assert db.coffee.setup(community) == replace(setup, community=community)


def test_a_part_comes_back_as_it_was_saved(db, community, people):
    ada, ben, *_ = people
    part = Participation(
        ada,
        ParticipationState.ACTIVE,
        paused_until=date(2026, 12, 24),
        frequency=pairing.Frequency.MONTHLY,
        priority=Priority.SLOTS,
        group_size=3,
        silent_rounds=2,
    )

    db.coffee.save(community, Participation(ada), now=START)
    db.coffee.save(community, part, now=START)

    assert db.coffee.participation(ada) == part
    assert db.coffee.participation(ben) == Participation(ben)


def test_participants_are_all_who_joined_and_did_not_leave(db, community, people):
    ada, ben, cy, di = people
    for member, state in zip(
        (di, ada, ben, cy), ("active", "resting", "left", "active"), strict=True
    ):
        db.coffee.save(community, Participation(member, ParticipationState(state)), now=START)
    other = db.communities.add("Others", zone=LONDON, now=START)
    eve = db.members.add(other, "Eve", zone=LONDON, now=START)
    db.coffee.save(other, Participation(eve, ParticipationState.ACTIVE), now=START)

    assert [each.member for each in db.coffee.participants(community)] == [ada, cy, di]


def test_avoiding_somebody_is_one_sided_and_can_be_taken_back(db, community, people):
    ada, ben, cy, _ = people
    for avoided in (cy, ben, ben):
        db.coffee.avoid(community, ada, avoided)

    assert db.coffee.avoided_by(ada) == (ben, cy)
    assert db.coffee.avoided_by(ben) == ()
    assert db.coffee.avoids(community) == {ada: frozenset({ben, cy})}
    assert db.coffee.avoids(community + 1) == {}
    assert db.coffee.stop_avoiding(ben, ada) is False
    assert db.coffee.stop_avoiding(ada, ben) is True
    assert db.coffee.avoided_by(ada) == (cy,)


def test_the_last_answer_to_a_round_counts(db, community, people):
    ada, ben, cy, _ = people
    db.coffee.opt_in(community, ada, LABEL, wants=True)
    db.coffee.opt_in(community, ada, LABEL, wants=False)
    db.coffee.opt_in(community, ben, LABEL, wants=True)
    db.coffee.opt_in(community, cy, LABEL + WEEK, wants=True)

    assert db.coffee.opted(community, LABEL) == {ada: False, ben: True}


def test_rounds_are_numbered_for_each_community(db, community):
    other = db.communities.add("Others", zone=LONDON, now=START)

    numbers = [
        begun(db, of, number).number for of, number in ((community, 0), (community, 1), (other, 0))
    ]

    assert numbers == [1, 2, 1]


def test_a_round_comes_back_as_it_was_saved(db, community):
    made = begun(db, community, theme=pairing.Theme.EARLY_CAREER_WITH_EXPERIENCED)
    changed = replace(
        made,
        state=RoundState.SENT,
        theme=None,
        score=12.5,
        bound=13.0,
        repeats=1,
        unmatched=(pairing.Unmatched("7", "same team"),),
    )

    db.coffee.save_round(changed)

    assert made == Round(
        made.id,
        community,
        1,
        LABEL,
        LONDON,
        RoundState.DRAFTED,
        2**31 - 1,
        pairing.Theme.EARLY_CAREER_WITH_EXPERIENCED,
        START,
        START + WEEK,
    )
    assert db.coffee.round(made.id) == changed
    assert db.coffee.round_at(community, LABEL) == changed
    assert db.coffee.round_at(community, LABEL + WEEK) is None


def test_rounds_are_found_by_state_the_newest_first(db, community):
    states = (RoundState.CLOSED, RoundState.SENT, RoundState.DRAFTED)
    for number, state in enumerate(states):
        begun(db, community, number, state)

    def numbers(*wanted: RoundState, **more) -> list[int]:
        return [each.number for each in db.coffee.rounds(community, *wanted, **more)]

    assert numbers() == [3, 2, 1]
    assert numbers(RoundState.SENT, RoundState.CLOSED) == [2, 1]
    assert numbers(RoundState.SENT, RoundState.CLOSED, limit=1) == [2]
    assert numbers(RoundState.HELD) == []


def test_a_group_comes_back_as_it_was_saved(db, community, people):
    ada, ben, *_ = people
    of = begun(db, community)
    number = db.coffee.add_group(of, [ben, ada], starter=3, slots=["mon-lunch"], is_locked=True)
    made = db.coffee.group(community, number)
    changed = replace(
        made,
        state=GroupState.ENDED,
        is_locked=False,
        meets_at=LABEL,
        sequence=2,
        places=(
            Place(
                ada,
                PlaceState.OUT,
                Met.NOT_YET,
                worth=True,
                note="Soon.",
                shares=("ada@leaders.example",),
                pressed_at=START,
            ),
            Place(ben, PlaceState.IN, Met.YES, worth=False, slots=("mon-lunch",)),
        ),
    )

    db.coffee.save_group(changed)

    assert made == Group(
        number,
        of.id,
        (Place(ada), Place(ben)),
        is_locked=True,
        starter=3,
        slots=("mon-lunch",),
        calendar=made.calendar,
    )
    assert db.coffee.group(community, number) == changed
    assert db.coffee.group(community + 1, number) is None


def test_each_group_has_a_secret_address_for_its_calendar(db, community, people):
    of = begun(db, community)
    one = db.coffee.add_group(of, people[:2], starter=0, slots=[])
    two = db.coffee.add_group(of, people[2:], starter=0, slots=[])

    secrets = [group.calendar for group in db.coffee.groups(of.id)]

    assert len(set(secrets)) == 2
    assert all(len(secret) == 32 for secret in secrets)
    assert [db.coffee.group_of_calendar(secret).id for secret in secrets] == [one, two]
    assert db.coffee.group_of_calendar("guessed") is None


def test_a_draft_is_cleared_but_for_what_is_kept(db, community, people):
    of, other = begun(db, community), begun(db, community, 1)
    kept = db.coffee.add_group(of, people[:2], starter=0, slots=[])
    db.coffee.add_group(of, people[2:], starter=0, slots=[])
    beside = db.coffee.add_group(other, people[:2], starter=0, slots=[])

    db.coffee.clear_groups(of, keep=[kept])

    assert [group.id for group in db.coffee.groups(of.id)] == [kept]
    assert [group.id for group in db.coffee.groups(other.id)] == [beside]
    db.coffee.clear_groups(of)
    assert db.coffee.groups(of.id) == ()


def test_members_see_the_groups_they_were_told_of_the_newest_first(db, community, people):
    ada, ben, cy, _ = people
    rounds = [
        begun(db, community, number, state)
        for number, state in enumerate((RoundState.CLOSED, RoundState.SENT, RoundState.DRAFTED))
    ]
    groups = [db.coffee.add_group(of, [ada, ben], starter=0, slots=[]) for of in rounds]

    found = db.coffee.groups_of(ada)

    assert [(of.number, group.id) for of, group in found] == [(2, groups[1]), (1, groups[0])]
    assert db.coffee.groups_of(cy) == ()


def test_history_holds_the_rounds_that_were_sent(db, community, people):
    ada, ben, cy, di = people
    states = (RoundState.CLOSED, RoundState.CANCELLED, RoundState.SENT, RoundState.DRAFTED)
    for number, state in enumerate(states):
        of = begun(db, community, number, state)
        db.coffee.add_group(of, [ben, ada], starter=0, slots=[])
        db.coffee.add_group(of, [cy, di], starter=0, slots=[])
    other = db.communities.add("Others", zone=LONDON, now=START)
    begun(db, other, 0, RoundState.SENT)

    groups = ((str(ada), str(ben)), (str(cy), str(di)))
    assert db.coffee.history(community) == pairing.History(
        (pairing.Round(1, groups), pairing.Round(3, groups))
    )
    assert db.coffee.history(other) == pairing.History(())
