"""Take down: from every channel and search, with the truth about what stays."""

import pytest

from bot.chat.messages import plain
from bot.domain.members import MAIL
from bot.domain.stories import State
from storage import outbox
from storage.tables import outbox as rows
from tests.leaders import Community, Leader, words
from tests.sessions import planned
from tests.storytelling import curator, kept, posts, publishes, tells

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
NEVER = "backups made before, and what somebody copied, printed or was notified of"
INSTEAD = "Where a platform deletes nothing for me, its words are replaced instead."
GONE = "I can’t find that, or it is not yours. “take down” lists what you can take down."
REASON = "It names a ward."


async def introduces(leader: Leader) -> None:
    outcome = await leader.submits(
        await leader.says("introduce"), name=leader.name, job="Matron", consent="yes",
        organisation="Oxleas",
    )  # fmt: skip
    assert outcome.errors == {}


def introductions(community: Community) -> str:
    return "\n".join(plain(each) for each in community.web.channel("introductions"))


async def test_author_takes_their_own_down_after_a_question(community: Community) -> None:
    cy = await curator(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    await introduces(ada)
    await tells(ada)
    await publishes(cy)
    number = kept(community).id

    listed = await ada.says("take down")
    assert words(listed).splitlines()[:3] == [
        "What of yours shall I take down?",
        f"Story {number}: A calm ward, Monday 23 November",
        f"Take it down: type “take down story {number}”",
    ]
    assert words(await ben.says("take down")) == "Nothing of yours is posted."
    for theirs in (f"story {number}", f"introduction {ada.id}", f"sure story {number}"):
        assert words(await ben.says(f"take down {theirs}")) == GONE
    asked = await ada.taps(listed, "Take it down")
    assert "A calm ward" in "".join(posts(community))
    done = await ada.taps(asked, "Take it down")

    assert words(done) == (
        "The story “A calm ward” is taken down. It leaves 1 message, the search and what is "
        "exported.\nI can’t reach messages in which two people were introduced over it and "
        f"{NEVER}. {INSTEAD}"
    )
    assert "A calm ward" not in "".join(posts(community))
    assert kept(community).state is State.WITHDRAWN
    assert "No story has" in words(await ben.says("stories ward"))
    assert words(await ada.says(f"take down story {number}")) == GONE
    assert "Story" not in words(await ada.says("take down"))


async def test_organiser_takes_anybodys_down_with_a_reason_for_them_alone(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    await introduces(ada)
    count = len(ada.inbox)
    assert "Ada Obi" in introductions(community)

    listed = await olu.says("take down")
    form = await olu.taps(listed, "Take it down")
    assert (await olu.submits(form)).errors == {"reason": "Please say why; whose it is reads it."}
    assert (await olu.submits(form, reason="x" * 301)).errors == {
        "reason": "Please keep this below 300 characters."
    }
    outcome = await olu.submits(form, reason=REASON)

    assert words(listed).startswith("What shall I take down?\nIntroduction")
    assert words(outcome.reply).startswith(
        "The introduction “Ada Obi” is taken down. It leaves 1 message"
    )
    assert "cards of coffees that showed parts of the profile" in words(outcome.reply)
    assert introductions(community) == ""
    assert "Ada Obi" not in words(await ben.says("who Oxleas"))
    told = [plain(each) for each in ada.inbox[count:]]
    assert [each.splitlines()[:2] for each in told] == [
        ["Your introduction was taken down.", REASON]
    ]
    assert ben.inbox == []
    with community.database.transaction() as db:
        newest = db.audit.latest(community.id, limit=1)[0]
    assert (newest.action, newest.subject) == ("introduction taken down", f"member:{ada.id}")
    assert words(await olu.says("take down")) == "There is nothing to take down."


@ON_WEB
async def test_curator_takes_stories_down_and_reads_which_mails_went_out(
    community: Community,
) -> None:
    cy = await curator(community)
    ada = await community.leader("Ada Obi")
    await introduces(ada)
    await tells(ada)
    await publishes(cy)
    number = kept(community).id
    with community.database.transaction() as db:
        story = db.stories.get(number)
        db.stories.set_digest([story.id], "2026-11-26")
        for key, state in (("a", outbox.State.SENT), ("b", outbox.State.CANNOT)):
            db.outbox.add(
                community.id, MAIL, "post", outbox.Destination(users=("x@y.example",)),
                key=key, subject="stories digest:2026-11-26", now=community.now,
            )  # fmt: skip
            db.connection.execute(rows.update().where(rows.c.key == key).values(state=state))

    listed = words(await cy.says("take down"))
    outcome = await cy.submits(await cy.says(f"take down story {number}"), reason=REASON)

    assert "Introduction" not in listed
    assert "I can’t reach 1 e-mail that told of it, messages in which" in words(outcome.reply)
    assert words(ada.last).splitlines()[:2] == [
        "Your story was taken down: “A calm ward”.", REASON,
    ]  # fmt: skip
    assert words(await cy.says(f"take down introduction {ada.id}")) == GONE


@ON_WEB
async def test_post_of_a_session_goes_and_the_session_stays(community: Community) -> None:
    olu, pam = await community.organiser("Olu Chair"), await community.organiser("Pam Second")
    long = "Frailty at home " * 8
    number = await planned(olu, title=long)
    other = await planned(olu, title="Not posted", date="2026-12-04")
    await olu.says(f"sessions post {number}")

    listed = words(await pam.says("take down"))
    outcome = await pam.submits(await pam.says(f"take down session post {number}"), reason=REASON)
    await olu.says(f"sessions post {number}")
    mine = await olu.taps(await olu.says("take down"), "Take it down")
    await olu.taps(mine, "Take it down")

    assert f"Session post {number}: Frailty at home" in listed
    assert "…" in listed
    assert "It leaves 1 message" in words(outcome.reply)
    assert words(olu.last).startswith("The post of a session was taken down: ")
    assert REASON in words(olu.last)
    assert community.web.channel("announcements") == []
    assert "Frailty at home" in words(await olu.says("sessions"))
    for nothing in (f"session post {other}", "session post 99", "story x", "story 99", "cake 1",
                    "introduction 99"):  # fmt: skip
        assert words(await olu.says(f"take down {nothing}")) == GONE


@ON_WEB
async def test_long_list_says_how_many_more_there_are(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    for number in range(16):
        await introduces(await community.leader(f"Leader {number}"))

    listed = words(await olu.says("take down"))

    assert listed.startswith("What shall I take down? These are the newest 15 of 16.")


@ON_WEB
async def test_sure_typed_for_somebody_elses_still_asks_why(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await introduces(ada)

    form = await olu.says(f"take down sure introduction {ada.id}")

    assert (form.route, form.value) == ("take down", f"introduction {ada.id}")
    assert "Ada Obi" in introductions(community)
