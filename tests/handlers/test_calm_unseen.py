"""What others do not learn from somebody who stops, pauses, leaves or has hours of their own."""

from datetime import datetime, timedelta

from bot.chat.messages import Message
from tests.handlers.test_announcements import drafts
from tests.leaders import Community, Leader, words

TUESDAY = datetime(2026, 11, 24, 9, 0)
SHORTLY = timedelta(seconds=30)
# Where somebody looks for what became of their coffee.
LOOKS = ("home", "coffee next", "coffee history", "who ada")


async def in_coffee(community: Community, *names: str) -> list[Leader]:
    """These people, matched in a round."""
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"))
    people = [await community.leader(name) for name in names]
    for leader in people:
        await leader.says("coffee join")
    await community.until(TUESDAY)
    return [olu, *people]


def told(leader: Leader, before: int) -> list[str]:
    """What reached somebody since they had so many messages, in words."""
    return [words(each) for each in leader.inbox[before:]]


async def writes(leader: Leader, line: str) -> Message:
    """The answer to a line for their partner, a moment after whatever was before."""
    await leader.community.passes(SHORTLY)
    with leader.community.database.transaction() as db:
        (_, group), *_ = db.coffee.groups_of(leader.id)
    outcome = await leader.submits(await leader.says(f"coffee write {group.id}"), words=line)
    assert outcome.errors == {}
    return outcome.reply


async def test_a_partner_does_not_learn_of_quiet_hours_a_pause_or_a_stop(
    community: Community,
) -> None:
    _, ada, ben = await in_coffee(community, "Ada Obi", "Ben Lee")
    before, heard = len(ada.inbox), len(ben.inbox)

    replies = [words(await writes(ben, "By day"))]
    seen = [words(await ben.says(each)) for each in LOOKS]
    await ada.says("quiet hours 9:00 to 18:00")
    replies.append(words(await writes(ben, "In her quiet hours")))
    await ada.says("pause everything 1 week")
    replies.append(words(await writes(ben, "In her pause")))
    await ada.says("stop")
    replies.append(words(await writes(ben, "After her stop")))

    # What he reads is the same each time, and nothing tells him of it in between.
    assert replies == ["Sent to Ada."] * 4
    assert told(ben, heard) == []
    assert [words(await ben.says(each)) for each in LOOKS] == seen
    assert [each.splitlines()[0] for each in told(ada, before)] == [
        "Ben Lee writes about your coffee:"
    ]
    # She finds the rest where she looks for it.
    week = [words(each) for each in ada.week]
    assert [line for each in week for line in each.splitlines() if "her " in line] == [
        "In her quiet hours",
        "In her pause",
        "After her stop",
    ]


async def test_leaving_stopping_and_not_coming_read_the_same_to_the_partner(
    community: Community,
) -> None:
    names = ("Ada Obi", "Ben Lee", "Cy Poe", "Di Roy", "Ed Fox", "Flo Ray")
    _, *people = await in_coffee(community, *names)
    with community.database.transaction() as db:
        groups = db.coffee.groups(db.coffee.rounds(community.id)[0].id)
    pairs = [[next(one for one in people if one.id == each) for each in g.people] for g in groups]
    (leaves, first), (stops, second), (cannot, third) = pairs
    before = [len(each.inbox) for each in (first, second, third)]

    await leaves.taps(await leaves.says("leave community"), "Leave")
    await stops.taps(await stops.says("stop"), "Tell them")
    await cannot.taps(await cannot.says(f"coffee card {groups[2].id}"), "I can’t make it")
    await community.passes(timedelta(days=1))

    heard = [
        "\n".join(told(reader, count)).replace(gone.name, "Somebody")
        for reader, count, gone in zip(
            (first, second, third), before, (leaves, stops, cannot), strict=True
        )
    ]
    without_numbers = {"".join(each for each in one if not each.isdigit()) for one in heard}
    assert len(without_numbers) == 1
    assert heard[0].startswith("Somebody can’t make this coffee after all.")


async def test_an_organiser_sees_who_waits_and_not_why(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    await ada.says("stop")
    await ben.says("quiet hours 9:00 to 18:00")

    preview = await drafts(olu, text="Parking", acknowledge="yes")
    await olu.taps(preview, "Send now")
    await community.passes(SHORTLY)
    figures = words(await olu.says("announce show 1")).splitlines()
    names = words(await olu.says("announce people 1"))

    # One of the two wants silence and one has quiet hours; both just wait.
    assert [each for each in figures if each.startswith(("Delivered", "Waiting"))] == [
        "Delivered: 1 of 3",
        "Waiting: 2",
    ]
    assert "Ada" not in names
    assert "Ben" not in names
    assert (ada.inbox, ben.inbox) == ([], [])
    assert [words(each).splitlines()[0] for each in ada.week] == ["Parking"]


async def test_ones_own_data_says_nothing_of_others_wishes(community: Community) -> None:
    _, ada, ben = await in_coffee(community, "Ada Obi", "Ben Lee")
    await ada.says("coffee avoid Ben Lee")
    await ada.says("stop")
    await ada.says("best time off")

    with community.database.transaction() as db:
        his = str(db.my_data.sections(ben.id))
        hers = {each.title for each in db.my_data.sections(ada.id) if each.rows}

    assert "Whom you asked not to be matched with" in hers
    assert not any(each in his.lower() for each in ("avoid", "stopped", "best time"))


async def test_a_quiet_time_is_told_once_with_its_reason(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    await ben.says("stop")

    await olu.says("quiet until 1 December because the site is on divert")
    await community.passes(timedelta(days=14))

    assert [words(each).splitlines()[0] for each in ada.inbox] == ["Your week"]
    assert words(ada.inbox[0]).count("the site is on divert") == 1
    assert ben.inbox == []
