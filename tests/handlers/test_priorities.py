"""Priorities: chosen as interests, attached to sessions and stories, kept by organisers."""

import pytest

from bot.views import priorities as views
from storage.unit_of_work import UnitOfWork
from tests.leaders import Community, Leader, words
from tests.sessions import planned
from tests.storytelling import curator, publishes, tells

LABEL, WHY = "Fair pay for carers", "Whoever cares for others has to live on something."


def listed(community: Community) -> list[str]:
    with community.database.transaction() as db:
        return [each.label for each in db.priorities.all(community.id)]


def audited(community: Community) -> list[tuple[str, str]]:
    with community.database.transaction() as db:
        rows = db.audit.latest(community.id, limit=50)
    return [(row.action, row.subject) for row in rows if row.action.startswith("priority")][::-1]


def interests(db: UnitOfWork, leader: Leader) -> tuple[str, ...]:
    return db.members.get(leader.id).profile.interests


async def introduced(leader: Leader, *chosen: str) -> None:
    form = await leader.says("introduce")
    outcome = await leader.submits(
        form, job="Nurse", organisation="Oxleas", interests=chosen, consent="yes"
    )
    assert outcome.errors == {}


async def test_priority_is_added_chosen_and_shows_what_belongs_to_it(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    reviewer = await curator(community)

    added = await olu.submits(await olu.says("priorities add"), label=f" {LABEL}", why=WHY)
    nothing_yet = words(await ada.says("priorities 7"))
    await introduced(ada, LABEL)
    await planned(olu, priority=LABEL)
    await tells(ada, priority=LABEL)
    await publishes(reviewer)

    assert words(added.reply).startswith(
        f"{LABEL} is a priority now.\nIn this order: 1 Prevention,"
    )
    assert nothing_yet == "\n".join(
        [
            f"{LABEL}\n{WHY}",
            "Nobody has chosen it yet.",
            "No session to come and no story is about it yet. Yours could be.",
            "I care too: type “introduce”",
            "Choose it among the interests of “introduce”.",
        ]
    )
    overview = words(await ada.says("priorities"))
    assert (
        f"7. {LABEL}\n{WHY}\n"
        "1 member cares · next: Frailty at home, Thursday 3 December at 12:30 · 1 story\n"
    ) in overview
    card = await ada.says("priorities fair pay")
    assert words(card).splitlines()[:5] == [
        LABEL,
        WHY,
        "1 member cares.",
        "To come: Frailty at home, Thursday 3 December at 12:30",
        "Stories: A calm ward",
    ]
    assert words(await ada.taps(card, "Who cares")).startswith(f"1 person matches “{LABEL}”:\nAda")
    assert words(await ada.taps(card, "The sessions")).startswith(
        f"1 learning session about “{LABEL}”"
    )
    assert words(await ada.taps(card, "The stories")).startswith(f"1 story has “{LABEL}”:\nA calm")
    assert audited(community) == [("priority added", LABEL)]


async def test_a_new_name_goes_along_and_a_retired_one_stays_with_whoever_chose_it(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    reviewer = await curator(community)
    await introduced(ada, "Dementia", "Prevention")
    session = await planned(olu, priority="Prevention")
    await tells(ada, priority="Prevention")
    await publishes(reviewer)

    form = await olu.taps(await olu.says("priorities prevention"), "Change")
    changed = await olu.submits(form, label="Staying well", why=WHY, place="6")
    await olu.submits(await olu.says("priorities change staying"), why="Or else.")
    moved = await olu.says("priorities move staying 1")
    retired = await olu.taps(await olu.says("priorities 1"), "Retire")

    assert words(changed.reply).startswith("Changed: Staying well.\nIn this order: 1 Fairer health")
    assert words(moved).splitlines()[1].startswith("In this order: 1 Staying well, 2 Fairer health")
    assert words(retired).startswith("Staying well is retired")
    assert "Staying well" not in listed(community)
    with community.database.transaction() as db:
        assert interests(db, ada) == ("Dementia", "Staying well")
    kept = await ada.submits(await ada.says("introduce"))
    edited = await olu.submits(await olu.says(f"sessions edit {session}"), title="Frailty again")
    assert (kept.errors, edited.errors) == ({}, {})
    assert "Priority: Staying well" in words(await ada.says(f"sessions show {session}"))
    assert words(await ada.says("stories staying well")).startswith("1 story has “staying well”")
    assert words(await ada.says("stories prevention")).startswith("No story has “prevention”")
    assert audited(community) == [
        ("priority changed", "Staying well"),
        ("priority changed", "Staying well"),
        ("priority moved", "Staying well"),
        ("priority retired", "Staying well"),
    ]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_list_is_short_and_everything_on_it_has_one_reason(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")

    refused = words(await ada.says(f"priorities add {LABEL}: {WHY}"))
    no_reason = words(await olu.says(f"priorities add {LABEL}"))
    outcome = await olu.submits(
        await olu.says("priorities add"), label="prevention", why="Ring 020 7946 0000. " * 20
    )
    named = await olu.submits(
        await olu.says("priorities add"), label="A, b", why="Ring Mr John Smith."
    )
    placed = await olu.submits(await olu.says("priorities change 1"), place="9")
    typed = words(await olu.says(f"priorities add {LABEL}: {WHY}"))
    await olu.says("priorities add Rest: Nobody pours from an empty cup.")

    assert refused.startswith("Only organisers can do that.")
    assert no_reason == "Please say in one sentence why it is a priority."
    assert outcome.errors == {
        "label": "There is a priority of this name already.",
        "why": "One sentence, please: at most 200 characters.",
    }
    assert list(named.errors) == ["label"]
    assert placed.errors == {"place": "The list has the places 1 to 6."}
    assert typed.startswith(f"{LABEL} is a priority now.")
    assert words(await olu.says("priorities add")).startswith("There are 8 priorities, and more")
    assert "Add a priority" not in words(await olu.says("priorities"))
    assert words(await olu.says("priorities retire")).startswith("Which one? Type “priorities ret")
    assert words(await olu.says("priorities move 1")).startswith("Which one? Type “priorities mov")
    assert words(await olu.says("priorities health")).startswith("Several are called so: Fairer")
    assert words(await olu.says("priorities 9")).startswith("I can’t find that priority.")


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_nothing_is_first_until_organisers_say_so(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    for _ in range(6):
        await olu.says("priorities retire 1")

    assert words(await ada.says("priorities")) == (
        "This community has not said yet what it looks at first. Ask an organiser about it."
    )
    assert "Write the first one." in words(await olu.says("priorities"))
    assert words(await olu.says("priorities change")) == views.which((), "change")
    form = await olu.says("priorities add")
    await olu.submits(form, label=LABEL, why=WHY)
    assert listed(community) == [LABEL]
