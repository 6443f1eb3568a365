"""Leaving the community, coming back, and having one's data erased."""

from datetime import datetime

from bot.chat.messages import LinkButton, message, text
from bot.chat.requests import Role
from bot.domain.calm import Programme, Weight
from bot.domain.members import MemberState
from storage.my_data import FORMER
from tests.leaders import Community, Leader, words

TUESDAY = datetime(2026, 11, 24, 9, 0)
LEFT = "You have left the community. Would you like to come back?"


async def in_coffee(community: Community) -> tuple[Leader, Leader, Leader]:
    """An organiser, and two leaders who are to meet."""
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"))
    ada, ben = [await community.leader(name) for name in ("Ada Obi", "Ben Lee")]
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)
    return olu, ada, ben


async def test_leaving_takes_two_taps_and_tells_partners(community: Community) -> None:
    _, ada, ben = await in_coffee(community)

    question = await ada.says("leave community")
    still_here = community.member(ada).state
    reply = await ada.taps(question, "Leave")
    count = len(ada.inbox)
    await community.until(datetime(2026, 12, 24, 9, 0))

    assert still_here is MemberState.ACTIVE
    assert words(reply).startswith("You have left the community.")
    assert words(ben.inbox[1]).startswith("Ada Obi can’t make this coffee after all.")
    assert len(ada.inbox) == count
    assert words(await ada.says("coffee join")).splitlines()[0] == LEFT


async def test_whoever_left_comes_back_by_a_tap(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("leave community yes")

    question = await ada.says("home")
    reply = await ada.taps(question, "Come back")

    assert words(question).splitlines()[0] == LEFT
    assert words(reply).startswith("Welcome back. You are in no programme yet")
    assert community.member(ada).state is MemberState.ACTIVE
    assert words(await ada.says("come back yes")) == (
        "You are part of the community.\nHome: type “home”"
    )
    assert words(await ada.says("resume everything")).startswith("Nothing was paused")


async def test_somebody_else_who_comes_in_finds_the_question_before_all_else(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("leave community yes")

    assert words(await ada.says("no such words")).splitlines()[0] == LEFT
    assert words(await ada.says("my data")).startswith("This is what I keep of you")
    await ada.says("best time 09:00")
    await ada.taps(await ada.says("stop"), "Come back")
    assert words(await ada.says("best time off")).startswith("What is not urgent")


async def test_coffees_that_are_over_tell_nobody(community: Community) -> None:
    _, ada, ben = await in_coffee(community)
    await community.until(datetime(2026, 12, 20, 9, 0))
    count = len(ben.inbox)

    stopped = await ada.says("stop")
    await ada.says("leave community yes")
    await community.passes()

    told = [words(each) for each in ben.inbox[count:]]
    assert len([each for each in told if "can’t make this coffee" in each]) == 1
    assert words(stopped).count("expect") == 1


async def test_nothing_reaches_whoever_left(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("leave community yes")

    with community.database.transaction() as db:
        db.calm.send(
            community.id, ada.id, message(text("A")), programme=Programme.PROMPTS,
            weight=Weight.URGENT, key="a", subject="x", now=community.now,
        )  # fmt: skip
        db.outbox.post(
            community.id, ada.account, message(text("B")), key="b", subject="x",
            now=community.now, member=ada.id,
        )  # fmt: skip
    await community.settle()

    assert ada.inbox == []


async def test_the_last_organiser_names_another_first(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")

    refused = await olu.says("my data erase")
    form = await olu.says("leave community")
    nobody = await olu.submits(form, person="Nobody Known")
    oneself = await olu.submits(form, person="Olu Chair")
    reply = (await olu.submits(form, person=f"#{ada.id}")).reply

    assert words(refused) == (
        "You are the only organiser. Name another first: "
        "type “leave community” and choose somebody."
    )
    assert list(nobody.errors) == ["person"]
    assert oneself.errors == {"person": "That is you. Choose somebody else."}
    assert words(reply).startswith("You have left the community.")
    assert words(ada.last).startswith("Olu Chair has named you organiser.")
    assert community.member(ada).role is Role.ORGANISER
    assert community.member(olu).role is Role.MEMBER


async def test_an_organiser_among_several_just_leaves(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await community.organiser("Pat Chair")

    reply = await olu.taps(await olu.says("leave community"), "Leave")

    assert words(reply).startswith("You have left the community.")


async def test_my_data_is_shown_with_links_and_never_in_a_channel(community: Community) -> None:
    _, ada, ben = await in_coffee(community)

    reply = await ada.says("my data")
    in_channel = await ada.says("my data", channel="C1")

    links = [
        item.label for block in reply.blocks for item in getattr(block, "items", ())
        if isinstance(item, LinkButton)
    ]  # fmt: skip
    assert links == ["Download as JSON", "Download as CSV"]
    assert "- Your coffees: 1" in words(reply)
    assert words(in_channel).startswith("I have not done that, because others may read along")
    with community.database.transaction() as db:
        by_title = {each.title: each.rows for each in db.my_data.sections(ada.id)}
    assert by_title["Profile"][0][0] == ("name", "Ada Obi")
    assert ben.id != ada.id


async def test_erasing_takes_two_taps_and_says_what_stays(community: Community) -> None:
    _, ada, ben = await in_coffee(community)
    question = await ada.says("my data erase")
    still = community.member(ada).name

    reply = await ada.taps(question, "Erase everything of me")
    await community.until(datetime(2026, 12, 24, 9, 0))

    assert "Messages that were delivered, in other people’s chats and mailboxes." in words(question)
    assert still == "Ada Obi"
    assert words(reply).startswith("It is erased, and I know you no more.")
    assert words(ben.inbox[1]).startswith("Ada Obi can’t make this coffee after all.")
    assert [words(each) for each in ada.inbox] == [words(ada.inbox[0])]
    assert FORMER in words(await ben.says("coffee history"))
    with community.database.transaction() as db:
        assert db.members.account_owner(ada.account) is None
        left = db.members.get(ada.id)
        sections = {each.title: each.rows for each in db.my_data.sections(ada.id)}
    assert (left.name, left.email, left.state) == (FORMER, None, MemberState.LEFT)
    assert {title for title, rows in sections.items() if rows} == {
        "Profile",
        "Your coffees",
        "What you did as an organiser",
    }


async def test_words_the_bot_carried_are_erased_with_their_author(community: Community) -> None:
    _, ada, ben = await in_coffee(community)
    with community.database.transaction() as db:
        (_, group), *_ = db.coffee.groups_of(ada.id)
    form = await ada.says(f"coffee write {group.id}")
    await ada.submits(form, words="My grandmother’s recipe")

    await ada.says("my data erase yes")

    assert "My grandmother’s recipe" in words(ben.inbox[1])
    with community.database.transaction() as db:
        kept = {each.title: each.rows for each in db.my_data.sections(ben.id)}
    assert "grandmother" not in str(kept["Messages to you"])


async def test_whoever_was_erased_is_somebody_new(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.says("coffee avoid Ada Obi")

    await ada.says("my data erase yes")
    await ada.says("home")

    assert community.member(ada).id != ada.id
