"""How the community is doing: for everybody to read, and nobody to be seen in it."""

import pytest

from bot.domain.coffee import Met, Place, RoundState
from bot.domain.members import MemberState
from tests.leaders import START, Community, Leader, words
from tests.sessions import planned
from tests.storytelling import curator, publishes, tells

GROUPS = 12


def line(told: str, label: str) -> str:
    [found] = [each for each in told.splitlines() if each.startswith(f"{label}: ")]
    return found.removeprefix(f"{label}: ")


def held(community: Community, people: list[Leader], *, met: int) -> None:
    """A round that has ended, in whose first so many groups one said that they met."""
    with community.database.transaction() as db:
        of = db.coffee.add_round(
            community.id, label=START, zone="Europe/London", state=RoundState.CLOSED, seed=1,
            theme=None, sends_at=START, closes_at=START,
        )  # fmt: skip
        for number in range(GROUPS):
            one, other = people[2 * number], people[2 * number + 1]
            group = db.coffee.add_group(of, [one.id, other.id], starter=0, slots=())
            if number < met:
                db.coffee.save_place(group, Place(one.id, met=Met.YES, worth=True))


async def test_everybody_reads_the_same_figures_and_small_ones_stay_hidden(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    # She has introduced herself; of the others, who have not, no word is counted.
    ada = await community.leader("Ada Obi", place="Lewisham", kind="Clinical", show_email=True)
    await community.leader("Ben Lee", place="Bexley", kind="Clinical")
    reviewer = await curator(community)
    session = await planned(olu)
    await ada.says(f"sessions sign up {session}")
    await tells(ada)
    await publishes(reviewer)

    told = words(await ada.says("how are we doing?"))
    who = words(await ada.taps(await ada.says("how are we doing"), "Who is here"))

    assert told == words(await olu.says("How are we doing"))
    assert told.startswith("How Leaders of South East London is doing: the last 13 weeks")
    assert (line(told, "Members"), line(told, "Joined")) == ("a few", "a few (none)")
    assert line(told, "In coffee") == "too few members to tell"
    assert line(told, "Stories") == "1 (none)"
    assert "- No round of coffee has ended yet, so nobody has met through it.\n" in told
    assert "- No learning session was held.\n" in told
    assert line(who, "Boroughs") == (
        "Lewisham a few; nobody yet: Bexley, Bromley, Greenwich, Lambeth and Southwark"
    )
    assert line(who, "Leaders").startswith("Clinicians and care professionals a few; nobody yet: ")


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_last_round_is_counted_and_compared_with_the_one_before(
    community: Community,
) -> None:
    people = [
        await community.leader(f"Member {each}", organisation="Oxleas" if each < 15 else "Guy's")
        for each in range(2 * GROUPS)
    ]
    with community.database.transaction() as db:
        db.members.set_state(people[0].id, MemberState.LEFT)

    told_before = words(await people[1].says("how are we doing"))
    held(community, people, met=7)
    first = words(await people[1].says("how are we doing"))

    assert line(told_before, "Last round of coffee") == "none has ended yet"
    assert line(told_before, "Members") == "23"
    assert line(first, "Met in round 1") == "about 60% of 12 groups"
    assert line(first, "Worth it?") == "most or all of 7 answers said yes"
    # All but one of the pairs came from one organisation, and no more than nine of twelve need.
    assert line(first, "Across organisations") == (
        "at most a few of 12 pairs; 75% would have been possible"
    )
    assert line(first, "Answers") == "about 30% of 24 people said whether they met"
    assert "- Matches could have reached further: across organisations.\n" in first
    assert "- Many never said whether they met, so we don’t know.\n" in first
