"""A concern, told from all sides: above all what everybody else must not learn."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.chat import messages
from bot.chat.forms import ChoiceField, Form
from bot.chat.messages import plain
from bot.chat.requests import Outcome
from bot.errors import CannotDeliver, Uncertain
from bot.views import common
from storage import retention
from storage.outbox import CONFIDENTIAL
from storage.overview import Overview
from storage.tables import audit, coffee_avoids, concerns, outbox
from storage.unit_of_work import UnitOfWork
from tests.leaders import START, Community, Leader, words

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
TUESDAY = datetime(2026, 11, 24, 9, 0)
WEEK = timedelta(weeks=1)
WORDS = "He shouted at me in front of my team."
EMERGENCY = "I am no emergency service: if somebody is in danger, call 999."


async def paired(community: Community, *more: str, size: str = "2") -> list[Leader]:
    """Olu and Pam, who are organisers, and people whom a round has just matched."""
    olu, pam = await community.organiser("Olu Chair"), await community.organiser("Pam Second")
    setup = await olu.says("coffee setup")
    await olu.submits(setup, rhythm="every 2 weeks on Tuesday 09:00", size=size)
    people = [await community.leader(name) for name in ("Ada Obi", "Ben Lee", *more)]
    for each in people:
        await each.says("coffee join")
    await community.until(TUESDAY)
    return [olu, pam, *people]


async def concerned(ada: Leader, about: Leader, **answers: Any) -> Outcome:
    form = await ada.says(f"concern {about.name}")
    assert isinstance(form, Form)
    return await ada.submits(form, **answers)


def since(leader: Leader, before: int) -> list[str]:
    return [plain(each) for each in leader.inbox[before:]]


def everything(community: Community, *but: Leader) -> str:
    """All that reached anybody, in chats and channels, but for some."""
    left_out = {each.account for each in but}
    told = [
        plain(message)
        for platform in community.platforms.values()
        for account, inbox in platform.inboxes.items()
        if account not in left_out
        for message in inbox
    ]
    for platform in community.platforms.values():
        told += [plain(each) for posts in platform.channels.values() for each in posts.values()]
    return "\n".join(told)


async def test_person_concerned_sees_what_i_cannot_make_it_would_show(
    community: Community,
) -> None:
    olu, pam, ada, ben = await paired(community)
    with community.database.transaction() as db:
        group = db.coffee.groups_of(ada.id)[0][1].id
    before = {each.name: len(each.inbox) for each in (olu, pam, ada, ben)}

    outcome = await concerned(ada, ben, contact=f"#{pam.id}", words=WORDS)

    assert "\n---\n".join(since(ben, before["Ben Lee"])) == (
        "Ada Obi can’t make this coffee after all. "
        "That happens in full weeks, and says nothing about you.\n"
        f"Find me someone else: type “coffee someone else {group}”\n"
        "Or leave it for this time: the next round comes by itself."
    )
    reply = words(outcome.reply)
    assert reply.startswith("That is done. Neither Ben nor an organiser can see it.")
    assert "Your coffee with them has ended; the others read that you can’t make it." in reply
    assert "Pam Second alone can read what you wrote, until Monday 22 February." in reply
    assert EMERGENCY in reply
    assert outcome.keep is False
    assert WORDS not in reply
    assert "\n---\n".join(since(pam, before["Pam Second"])) == (
        "Somebody in the community has told you something in confidence.\n"
        "Read it: type “concern read 1”\n"
        "You get this because a member chose you. No other organiser knows of it."
    )
    card = await pam.taps(pam.last, "Read it")
    assert words(card).startswith(f"Ada Obi has a concern about Ben Lee.\n“{WORDS}”")

    # Nobody else learns of it: not from messages, lists, the log, figures or the next rounds.
    for other in (olu, ben, ada):
        assert words(await other.says("concern read 1")) == (
            "That is not kept any more, or it is not for you."
        )
    await community.passes(5 * WEEK)
    assert WORDS not in everything(community)
    assert "in confidence" not in everything(community, pam)
    assert since(olu, before["Olu Chair"]) == [
        each for each in since(olu, before["Olu Chair"]) if each.startswith(("Round", "Only"))
    ]
    assert "concern" not in words(await olu.says("deliveries"))
    for line in ("coffee avoid", "coffee history", "profile", "coffee next", "home"):
        assert "Ada" not in words_or_form(await ben.says(line)) or line == "coffee history"
    assert "Coffee: Ada Obi" not in "".join(since(ben, before["Ben Lee"]))
    with community.database.transaction() as db:
        assert [each for each in db.connection.execute(sa.select(audit.c.action)).scalars()
                if "concern" in each] == []  # fmt: skip
        listed = [row.key for row in db.outbox.rows(community.id, limit=500)]
        kept = db.connection.execute(
            sa.select(outbox.c.key, outbox.c.message).where(outbox.c.subject == CONFIDENTIAL)
        ).all()
        sealed = db.connection.execute(sa.select(concerns.c.words)).scalar_one()
    assert [each for each in listed if CONFIDENTIAL in each] == []
    assert len(kept) == 1
    assert WORDS not in kept[0].message
    assert WORDS.encode() not in sealed


def seen(db: UnitOfWork, community: Community) -> tuple[object, ...]:
    """All that the console tells organisers of deliveries."""
    pages, now = Overview(db.connection), community.now
    return (
        pages.states(community.id),
        pages.trouble(community.id, since=START),
        pages.lanes(community.id, now=now),
        pages.deliveries(community.id, (), limit=500),
        db.doubts.count(community.id),
        db.sends.newest(community.id, now=now, limit=99),
    )


def words_or_form(reply: Any) -> str:
    if not isinstance(reply, Form):
        return words(reply)
    labels = [option.label for field in reply.fields if isinstance(field, ChoiceField)
              for option in field.options]  # fmt: skip
    return " ".join([*(span.text for span in reply.intro), *labels])


async def test_in_a_channel_nothing_is_done_or_repeated(community: Community) -> None:
    _, _, ada, ben = await paired(community)
    count = len(ben.inbox)

    reply = await ada.says("concern Ben Lee", channel="C1")

    assert reply == common.say_it_privately()
    assert since(ben, count) == []
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == ()


async def test_telling_nobody_leaves_only_that_they_are_kept_apart(community: Community) -> None:
    _, _, ada, ben = await paired(community)
    form = await ada.says("concern")
    assert [field.name for field in form.fields] == ["partner", "person", "contact", "words"]

    outcome = await ada.submits(form, partner=f"#{ben.id}")

    assert "I told nobody, and kept no words." in words(outcome.reply)
    with community.database.transaction() as db:
        assert db.connection.execute(sa.select(concerns)).all() == []
        pairs = db.connection.execute(sa.select(coffee_avoids.c.member, coffee_avoids.c.avoided))
        assert pairs.all() == [(ada.id, ben.id)]
    refused = await ben.says(f"hello {ada.id}")
    assert words(refused) == "This introduction has been taken back."
    undone = await ada.taps(outcome.reply, "Take it back")
    assert words(undone) == "You and Ben may be matched again."
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == ()


@ON_WEB
async def test_form_is_mended_before_anything_happens(community: Community) -> None:
    olu, pam, ada, ben = await paired(community)
    count = len(ben.inbox)
    form = await ada.says("concern")
    either = {"person": "Please choose either somebody from the list or another person."}
    long = "x" * 2001

    for answers, errors in (
        ({}, either),
        ({"partner": f"#{ben.id}", "person": "Ben"}, either),
        ({"person": "Zoe"}, {"person": "I know nobody called “Zoe” here. Try part of the name."}),
        ({"partner": "#99"}, {"partner": "I know nobody called “99” here. Try part of the name."}),
        ({"person": "Ada"}, {"person": "That is you. Please choose whom it is about."}),
        (
            {"person": "Olu", "contact": f"#{olu.id}"},
            {"contact": "Please choose somebody else: this is about them."},
        ),
        ({"partner": f"#{ben.id}", "contact": f"#{ben.id}"},
         {"contact": "Please choose one of these."}),
        (
            {"partner": f"#{ben.id}", "words": WORDS},
            {"contact": "Please choose who reads your words. What nobody reads is not kept."},
        ),
        (
            {"partner": f"#{ben.id}", "words": long, "contact": f"#{pam.id}"},
            {"words": "Please keep this below 2000 characters."},
        ),
    ):  # fmt: skip
        assert (await ada.submits(form, **answers)).errors == errors, answers
    assert words(await ada.says("concern Ada Obi")) == (
        "That is you. Please choose whom it is about."
    )
    assert words(await ada.says("concern undo")) == (
        "You keep away from nobody, so there is nothing to take back."
    )
    assert since(ben, count) == []
    organiser = await olu.says("concern")
    options = [field.options for field in organiser.fields if isinstance(field, ChoiceField)][-1]
    assert [option.label for option in options] == ["Nobody; only keep us apart", "Pam Second"]


@ON_WEB
async def test_words_are_forgotten_by_the_member_and_by_time(community: Community) -> None:
    _, pam, ada, ben, cy = await paired(community, "Cy Poe")
    for about in (ben, cy):
        await concerned(ada, about, contact=f"#{pam.id}", words=WORDS)
    await pam.says("concern read 1")

    form = await ada.says("concern undo")
    read = await ada.submits(form, person=f"#{ben.id}")
    unread = words(await ada.says("concern undo Cy"))

    assert words(read.reply).endswith("What you wrote had been read, and is forgotten here.")
    assert unread.endswith("What you wrote had not been read, and is forgotten.")
    assert words(await ada.says("concern undo Ben")) == (
        "You keep away from nobody, so there is nothing to take back."
    )
    await concerned(ada, ben, contact=f"#{pam.id}", words=WORDS)
    assert words(await ada.says("concern undo Pam")) == (
        "You keep away from nobody, so there is nothing to take back."
    )
    with community.database.transaction() as db:
        later = community.now + timedelta(days=90, seconds=1)
        retention.forget(db.connection, now=community.now + timedelta(days=89), limit=99)
        assert len(db.connection.execute(sa.select(concerns)).all()) == 1
        retention.forget(db.connection, now=later, limit=99)
        assert db.connection.execute(sa.select(concerns)).all() == []
        assert db.coffee.avoided_by(ada.id) == (ben.id,)


@ON_WEB
async def test_trio_goes_on_without_whoever_had_the_concern(community: Community) -> None:
    _, _, ada, ben, cy = await paired(community, "Cy Poe", size="3")
    counts = {each.name: len(each.inbox) for each in (ben, cy)}

    await concerned(ada, ben)

    for each in (ben, cy):
        assert since(each, counts[each.name]) == [
            "Ada Obi can’t make this coffee after all. The rest of you can still meet."
        ]
    assert "Ben Lee" in words(await cy.says("coffee next"))
    assert "Ada Obi" not in words(await cy.says("coffee next"))


@ON_WEB
async def test_those_parted_since_the_draft_do_not_meet(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00", review="send"
    )
    people = [await community.leader(name) for name in ("Ada Obi", "Ben Lee", "Cy Poe", "Di Roe")]
    for each in people:
        await each.says("coffee join")
    await community.until(TUESDAY + WEEK - timedelta(hours=47))
    with community.database.transaction() as db:
        drafted = db.coffee.groups(db.coffee.rounds(community.id, limit=1)[0].id)
    first, second = (next(each for each in people if each.id == who) for who in drafted[0].people)
    shown = await olu.says("coffee review")

    await concerned(first, second)

    assert words(await olu.says("coffee review")) == words(shown)
    await community.until(TUESDAY + WEEK + timedelta(hours=1))
    with community.database.transaction() as db:
        groups = [{*each.people} for each in db.coffee.groups(drafted[0].round)]
    assert {first.id, second.id} not in groups
    assert sorted(map(len, groups)) == [2, 2]


@ON_WEB
@pytest.mark.parametrize("trouble", [CannotDeliver("no such user"), Uncertain("cut off")])
async def test_member_alone_learns_that_nobody_could_be_told(
    community: Community, trouble: Exception
) -> None:
    olu, pam, ada, ben = await paired(community)
    counts = {each.name: len(each.inbox) for each in (olu, ben)}
    other = await community.leader("Eve Sol")
    with community.database.transaction() as db:
        before = seen(db, community)
    community.web.troubles = [trouble]

    await concerned(ada, other, contact=f"#{pam.id}", words=WORDS)

    assert "could not be delivered, so nobody has read it" in words(ada.last)
    assert "Eve" not in words(ada.last)
    assert [since(each, counts[each.name]) for each in (olu, ben)] == [[], []]
    assert "confiden" not in words(await olu.says("deliveries"))
    with community.database.transaction() as db:
        assert seen(db, community) == before


@ON_WEB
async def test_word_in_confidence_takes_another_way_and_troubles_nobody(
    community: Community,
) -> None:
    pam = await community.organiser("Pam Second", platform="slack", also="web")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    community.slack.troubles = [CannotDeliver("account_inactive", account_gone=True)]

    await concerned(ada, ben, contact=f"#{pam.id}")

    on_web = Leader(community, pam.id, pam.name, messages.Account(
        community.lanes["web"], str(pam.id)))  # fmt: skip
    told, note = [words(each).splitlines()[0] for each in on_web.inbox]
    assert told == "Somebody in the community has told you something in confidence."
    assert note.startswith("I can’t reach some people where I used to.")
    assert ada.inbox == []


@ON_WEB
async def test_everybody_reads_whom_the_community_names(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada, _ = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    form = await olu.taps(await olu.says("settings"), "Change")
    unset = words_or_form(await ada.says("concern"))

    await olu.submits(form, guardian_name="Gia Ward", guardian_reach="020 7946 0001")
    named = words_or_form(await ada.says("concern"))
    done = words((await ada.submits(await ada.says("concern"), person="Ben")).reply)

    nobody = "nobody is named here; your own organisation has one."
    assert f"Freedom to Speak Up Guardian: {nobody} Safeguarding lead: {nobody}" in unset
    assert EMERGENCY in unset
    assert "Freedom to Speak Up Guardian: Gia Ward, 020 7946 0001." in named
    assert (
        f"{EMERGENCY} Nobody is named here as Safeguarding lead: ask your own organisation.\n"
        "Freedom to Speak Up Guardian: Gia Ward, 020 7946 0001"
    ) in done


@ON_WEB
async def test_coauthor_who_keeps_away_from_the_author_is_not_asked(community: Community) -> None:
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    await concerned(ada, ben)

    outcome = await ben.submits(
        await ben.says("story new"), title="A calm ward", changed="Falls dropped by half.",
        whom="Older people", consent="yes", coauthor="Ada Obi",
    )  # fmt: skip

    assert "Ada Obi" in words(outcome.reply)
    assert ada.inbox == []


@ON_WEB
async def test_card_put_off_does_not_come_once_the_coffee_has_ended(community: Community) -> None:
    *_, ada, ben = await paired(community)
    for each in (ada, ben):
        await each.taps(each.last, "Remind me tomorrow")

    await concerned(ada, ben)
    counts = [len(each.inbox) for each in (ada, ben)]
    await community.passes(timedelta(days=2))

    assert [since(each, count) for each, count in zip((ada, ben), counts, strict=True)] == [[], []]


@ON_WEB
async def test_in_a_trio_only_the_card_of_whoever_left_is_called_back(
    community: Community,
) -> None:
    *_, ada, ben, cy = await paired(community, "Cy Poe", size="3")
    for each in (ada, cy):
        await each.taps(each.last, "Remind me tomorrow")

    await concerned(ada, ben)
    counts = [len(each.inbox) for each in (ada, cy)]
    await community.passes(timedelta(days=2))

    assert [len(each.inbox) - count for each, count in zip((ada, cy), counts, strict=True)] == [
        0, 1,
    ]  # fmt: skip
