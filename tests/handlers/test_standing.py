"""Somebody is taken out for now: what they, their partners and everybody else get to know."""

from datetime import datetime, timedelta

import pytest

from bot.chat.messages import plain
from bot.domain.members import MemberState
from bot.views import coffee_groups, common
from storage.outbox import State
from tests.leaders import Community, Leader, words
from tests.sessions import planned
from tests.storytelling import curator, posts, publishes, tells

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
TUESDAY = datetime(2026, 11, 24, 9, 0)
REASON = "Two members told us of rude messages."
WEEK = timedelta(weeks=1)


async def in_coffee(community: Community, *names: str, size: str = "2") -> list[Leader]:
    """Olu, who looks after the community, and people whom a round has just matched."""
    olu = await community.organiser("Olu Chair")
    setup = await olu.says("coffee setup")
    await olu.submits(setup, rhythm="every 2 weeks on Tuesday 09:00", size=size)
    people = [await community.leader(name, organisation=name, place="Bexley") for name in names]
    for each in people:
        await each.says("coffee join")
    await community.until(TUESDAY)
    return [olu, *people]


def heard(*leaders: Leader) -> str:
    """All that reached these people."""
    return "\n".join(plain(each) for leader in leaders for each in leader.inbox)


def since(leader: Leader, before: int) -> list[str]:
    return [plain(each) for each in leader.inbox[before:]]


async def test_suspension_is_silent_neutral_and_for_organisers_alone(community: Community) -> None:
    olu, ada, ben = await in_coffee(community, "Ada Obi", "Ben Lee")
    pam = await community.organiser("Pam Second")
    number = await planned(olu, capacity="1")
    for each in (ben, ada):
        await each.says(f"sessions sign up {number}")
    before = {each.name: len(each.inbox) for each in (ada, ben)}

    form = await olu.says("suspend Ben Lee")
    assert since(ben, before["Ben Lee"]) == []
    outcome = await olu.submits(form, reason=REASON)

    assert words(outcome.reply) == (
        "Ben Lee is suspended. Ended with it: 1 coffee.\n"
        f"Let Ben back in: type “unsuspend #{ben.id}”"
    )
    told = since(ada, before["Ada Obi"])
    group = coffee_groups.one_fewer(1, remaining=1)
    assert told[0] == plain(group)
    assert told[1].startswith("A place has come free: you are in Frailty at home")
    assert len(told) == 2
    assert "Ben" not in "".join(told)

    assert words(await ben.says("coffee next")) == (
        "You take no part in this community for now. Please ask Olu Chair or Pam Second."
    )
    await community.passes(4 * WEEK)
    assert since(ben, before["Ben Lee"]) == []
    assert REASON not in heard(ada, ben)
    assert words(await ada.says("unsuspend")) == common_refusal()

    listed = words(await pam.says("unsuspend"))
    assert listed == (
        "Ben Lee\n"
        "Since: Suspended on Tuesday 24 November, by Olu Chair\n"
        f"Why: {REASON}\n"
        f"Let Ben back in: type “unsuspend #{ben.id}”\n"
        "Only organisers see this."
    )
    with community.database.transaction() as db:
        audited = [(each.actor, each.action, each.subject) for each in
                   db.audit.latest(community.id, limit=1)]  # fmt: skip
    assert audited == [("Olu Chair", "member suspended", f"member:{ben.id}")]


def common_refusal() -> str:
    return plain(common.not_for_you("organiser"))


async def test_suspended_member_comes_back_as_they_were(community: Community) -> None:
    olu, _, ben = await in_coffee(community, "Ada Obi", "Ben Lee")
    await olu.submits(await olu.says("suspend Ben Lee"), reason=REASON)
    assert await ben.says("profile") == common.taken_out(["Olu Chair"], is_stopped=False)
    count = len(ben.inbox)

    reply = await olu.says("unsuspend ben")

    assert words(reply).startswith("Ben Lee takes part again.")
    assert "\n".join(since(ben, count)) == (
        "You take part in Leaders of South East London again. Type “home” to see where you stand.\n"
        "You get this because an organiser let you back in. “coffee leave” stops coffee."
    )
    await community.passes(2 * WEEK)
    assert any("Coffee: Ada Obi" in told or "Coffee: Ben Lee" in told for told in since(ben, count))
    assert words(await olu.says("unsuspend")) == (
        "Nobody is suspended, and nothing is stopped for anybody."
    )


@ON_WEB
async def test_suspending_refuses_oneself_strangers_and_no_reason(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ben = await community.leader("Ben Lee")
    form = await olu.says("suspend")

    assert (await olu.submits(form, reason=REASON)).errors == {"person": "Please choose somebody."}
    nobody = await olu.submits(form, person="Zoe", reason=REASON)
    assert nobody.errors == {"person": "I know nobody called “Zoe” here. Try part of the name."}
    themselves = await olu.submits(form, person=f"#{olu.id}", reason=REASON)
    assert themselves.errors == {"person": "That is you. Another organiser can do that."}
    of_ben = await olu.says("suspend Ben Lee")
    assert (await olu.submits(of_ben)).errors == {
        "reason": "Please say why, for the other organisers."
    }
    assert (await olu.submits(of_ben, reason="x" * 501)).errors == {
        "reason": "Please keep this below 500 characters."
    }
    assert words(await olu.says("start again for")).startswith("Nobody is suspended")
    for nobody_out in ("unsuspend Ben Lee", "start again for Ben Lee", "unsuspend <@U1>"):
        assert words(await olu.says(nobody_out)).startswith("I know nobody here of that name")
    assert words(await olu.says("stop everything for")).startswith("For whom?")
    assert words(await olu.says("stop everything for Zoe")).startswith("I know nobody called")
    assert words(await ben.says("suspend Olu Chair")) == common_refusal()
    assert community.member(ben).state is MemberState.ACTIVE


async def test_stopping_everything_names_and_reaches_them_no_more(community: Community) -> None:
    olu, ada, ben = await in_coffee(community, "Ada Obi", "Ben Lee")
    cy = await curator(community)
    await ada.submits(await ada.says("introduce"), name="Ada Obi", consent="yes",
                      job="Matron", organisation="Oxleas")  # fmt: skip
    await tells(ada)
    await publishes(cy)
    before = {each.name: len(each.inbox) for each in (ada, ben, cy)}
    assert "Ada Obi" in "".join(posts(community))

    asked = await olu.says("stop everything for Ada Obi")
    assert (await ada.says("profile")) != common.taken_out(["Olu Chair"], is_stopped=True)
    reply = await olu.taps(asked, "Stop everything")

    assert words(reply).startswith("Everything is stopped for Ada Obi. Ended with it: 1 coffee")
    assert "By a leader of this community" in "".join(posts(community))
    assert "Ada" not in "".join(posts(community))
    assert [plain(each) for each in community.web.channel("introductions")] == []
    assert words(await ada.says("home")) == (
        "I am keeping quiet here, as I was asked to. Please ask Olu Chair."
    )

    await community.passes(5 * WEEK)
    for line in ("who Oxleas", "who Ada", "stories ward", "coffee next", "sessions"):
        assert "Ada Obi" not in words(await ben.says(line))
    report = words(await olu.says("coffee report 1"))
    assert "Ada" not in report
    assert since(ada, before["Ada Obi"]) == []
    for each in (ben, cy):
        assert [told for told in since(each, before[each.name]) if "Ada" in told] == []
    assert plain(coffee_groups.one_fewer(1, remaining=1)) in since(ben, before["Ben Lee"])

    back = await olu.says("start again for Ada Obi")
    assert words(back).startswith("Ada Obi takes part again.")
    assert since(ada, before["Ada Obi"]) == []
    assert "By Ada Obi" in "".join(posts(community))
    assert "Ada Obi" in words(await ben.says("who Oxleas"))


@ON_WEB
async def test_stop_cancels_what_waits_and_leaves_others_alone(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    later = community.now + WEEK
    with community.database.transaction() as db:
        for each in (ada, ben):
            db.outbox.post(
                community.id, each.account, common.sentence("Later."), key=f"later:{each.id}",
                subject="x", now=community.now, not_before=later, member=each.id,
            )  # fmt: skip

    reply = await olu.taps(await olu.says(f"stop everything for #{ada.id}"), "Stop everything")
    await community.passes(2 * WEEK)

    assert "Ended with it: 1 message on its way." in words(reply)
    assert (ada.inbox, heard(ben)) == ([], "Later.")
    with community.database.transaction() as db:
        states = {row.key: row.state for row in db.outbox.rows(community.id, limit=9)}
    assert states[f"later:{ada.id}"] is State.CANCELLED


@ON_WEB
async def test_stop_ends_every_part_in_coffee(community: Community) -> None:
    olu, *people = await in_coffee(community, "Ada Obi", "Ben Lee", "Cy Poe", "Di Roe", "Ed Sol",
                                   size="3")  # fmt: skip
    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id, limit=1)[0]
        groups = db.coffee.groups(of.id)
    trio = next(group for group in groups if len(group.people) == 3)
    gone, *others = [each for each in people if each.id in trio.people]
    counts = [len(each.inbox) for each in others]

    await olu.taps(await olu.says(f"stop everything for #{gone.id}"), "Stop everything")

    for each, count in zip(others, counts, strict=True):
        assert since(each, count) == [
            "One of you can’t be in this coffee any more. The rest of you can still meet."
        ]
        assert gone.name not in words(await each.says("coffee next"))
    await others[0].says(f"coffee someone else {trio.id}")
    await olu.taps(await olu.says(f"stop everything for #{others[0].id}"), "Stop everything")
    with community.database.transaction() as db:
        places = db.coffee.group(community.id, trio.id).places
    assert {place.member: place.state for place in places if place.member != others[1].id} == {
        gone.id: "out", others[0].id: "out",
    }  # fmt: skip


@ON_WEB
async def test_suspension_takes_them_out_of_a_draft(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00", review="send"
    )
    ada, ben = [await community.leader(name) for name in ("Ada Obi", "Ben Lee")]
    for each in (ada, ben):
        await each.says("coffee join")
    await community.until(TUESDAY + WEEK - timedelta(hours=47))
    assert "Ben Lee" in words(await olu.says("coffee review"))

    outcome = await olu.submits(await olu.says("suspend Ben Lee"), reason=REASON)

    assert "the drafted round, which leaves Ada Obi without a group" in words(outcome.reply)
    assert "Ben Lee" not in words(await olu.says("coffee review"))


async def test_account_of_the_suspended_is_followed_and_nothing_is_sent(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ben = await community.leader("Ben Lee")
    await olu.submits(await olu.says("suspend Ben Lee"), reason=REASON)

    await ben.does("left")
    with community.database.transaction() as db:
        assert [each.is_active for each in db.accounts.linked(ben.id)] == [False]
    await ben.does("joined")

    assert ben.inbox == []
    assert community.member(ben).state is MemberState.SUSPENDED


@ON_WEB
async def test_somebody_found_by_mention_whom_nothing_reaches_is_taken_back(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair", platform="slack")
    ben = await community.leader("Ben Lee", platform="slack")
    await olu.submits(await olu.says(f"suspend <@{ben.account.user}>"), reason=REASON)
    await ben.does("left")

    asked = await olu.says(f"stop everything for <@{ben.account.user}>")
    await olu.taps(asked, "Stop everything")
    listed = words(await olu.says("start again for"))
    again = words(await olu.says(f"unsuspend <@{ben.account.user}>"))
    await olu.says(f"start again for <@{ben.account.user}>")
    await olu.submits(await olu.says("suspend Ben Lee"), reason=REASON)
    reply = words(await olu.says("unsuspend Ben Lee"))

    assert listed.startswith("Ben Lee\nSince: Everything is stopped on Monday 23 November, by Olu")
    assert again.startswith("I know nobody here of that name who takes no part.")
    assert reply.startswith("Ben Lee takes part again.")
    assert ben.inbox == []
