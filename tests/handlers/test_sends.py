"""Messages to many: organisers see how far they are, and stop the rest."""

from datetime import timedelta

from bot.chat.messages import Account, message, text
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.views import deliveries as views
from storage.outbox import Priority, State
from storage.tables import outbox
from tests.leaders import Community, words

HELLO = message(text("Hello."))
NOTHING = "Nothing of that waits any more. Type “deliveries” to see what became of it."


def announce(community: Community, people: int, *, subject: str = "announcement:7") -> None:
    lane = community.lanes[community.platform]
    with community.database.transaction() as db:
        for number in range(people):
            db.outbox.post(
                community.id,
                Account(lane, f"R{number}"),
                HELLO,
                key=f"{subject}:{number}",
                subject=subject,
                now=community.now,
                priority=Priority.BULK,
            )


def pauses_after(community: Community, sent: int) -> None:
    """The platform takes so many messages and then asks for an hour of patience."""
    platform = community.platforms[community.platform]
    take = platform.send

    async def send(delivery):
        if len(platform.deliveries) >= sent:
            raise TryLater("slowly", after=timedelta(hours=1))
        return await take(delivery)

    platform.send = send


async def test_organiser_sees_how_far_it_is_and_cancels_the_rest(community: Community) -> None:
    olu = await community.organiser("Olu Chair", platform="web", also="slack")
    announce(community, 40)
    pauses_after(community, 13)
    await community.settle()

    card = await olu.says("deliveries")
    stopped = await olu.taps(card, "Cancel the rest")
    community.now += timedelta(hours=2)
    again = await olu.taps(card, "Cancel the rest")
    after = await olu.says("deliveries")

    assert words(card) == (
        "Announcement: 13 of 40 sent, 27 waiting. ■■■□□□□□□□\n"
        "Cancel the rest: type “deliveries stop announcement:7”\n"
        "Show how far it is now: type “deliveries”"
    )
    assert words(stopped) == "Announcement: stopped. 13 of 40 were sent, 27 cancelled."
    assert words(again) == NOTHING
    assert words(after) == "Announcement: 13 of 40 sent, 27 cancelled. ■■■■■■■■■■"
    with community.database.transaction() as db:
        noted = [
            (each.actor, each.action, each.subject)
            for each in db.audit.latest(community.id, limit=9)
        ]
    assert noted == [("Olu Chair", "deliveries stop", "announcement:7, 27 cancelled")]


async def test_each_state_is_told_in_numbers(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    platform = community.platforms[community.platform]
    platform.troubles += [
        CannotDeliver("it is too long"),
        CannotDeliver("it is too long"),
        Uncertain("perhaps"),
    ]
    announce(community, 60)
    await community.settle()
    announce(community, 7, subject="story:1")
    with community.database.transaction() as db:
        db.connection.execute(
            outbox.update()
            .where(outbox.c.key == "story:1:0")
            .values(state=State.SENDING, claim="x", claimed_at=community.now)
        )
        found = db.sends.newest(community.id, now=community.now, limit=9)
        numbers = [(each.subject, each.total, dict(each.counts), each.share) for each in found]

    shown = {each.subject: each.is_under_way for each in found}
    assert numbers == [
        ("announcement:7", 60, {"sent": 57, "cannot": 2, "uncertain": 1}, 1.0),
        ("story:1", 7, {"sending": 1, "queued": 6}, 0.0),
    ]
    assert shown == {"announcement:7": False, "story:1": True}
    await community.settle()
    told = words(await olu.says("deliveries"))
    assert "Announcement: 57 of 60 sent, 2 could not be delivered, 1 uncertain. ■■■■■■■■■■" in told


async def test_few_messages_and_old_ones_are_no_send(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    announce(community, 4)
    announce(community, 9, subject="organisers")
    announce(community, 9, subject="nudge:3")
    announce(community, 9, subject="story:2")
    await community.settle()
    soon = words(await olu.says("deliveries"))
    community.now += timedelta(days=8)

    later = words(await olu.says("deliveries"))

    assert soon == "Story: 9 of 9 sent. ■■■■■■■■■■"
    assert later == "I know of every message whether it arrived. There is nothing to do."


async def test_message_that_took_another_way_counts_once(community: Community) -> None:
    other = {"slack": "teams", "teams": "web", "web": "slack"}[community.platform]
    people = [await community.leader(f"Ada {letter}", also=other) for letter in "ABCDE"]
    with community.database.transaction() as db:
        for each in people:
            db.outbox.post(
                community.id, each.account, HELLO, key=f"story:1:{each.id}", subject="story:1",
                now=community.now, member=each.id,
            )  # fmt: skip
    community.platforms[community.platform].troubles.append(
        CannotDeliver("the account is closed", account_gone=True)
    )
    await community.settle()
    await community.settle()

    with community.database.transaction() as db:
        (send,) = db.sends.newest(community.id, now=community.now, limit=9)
        (lost,) = db.outbox.rows(community.id, limit=9, states=(State.CANNOT,))

    where = {"slack": "Slack", "teams": "Teams", "web": "the web chat"}[other]
    assert dict(send.counts) == {"sent": 5}
    assert lost.reason == f"The account is closed. It was sent by {where} instead."


async def test_members_stop_nothing(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    pauses_after(community, 0)
    announce(community, 9)

    await ada.says("deliveries stop announcement:7")

    with community.database.transaction() as db:
        found = db.sends.about(community.id, "announcement:7")
    assert found is not None
    assert dict(found.counts) == {"queued": 9}


async def test_organiser_stops_nothing_of_another_community(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    with community.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=community.now)
        db.outbox.post(
            other, Account(community.lanes["slack"], "R"), HELLO, key="x", subject="story:9",
            now=community.now, not_before=community.now + timedelta(1),
        )  # fmt: skip

    reply = await olu.says("deliveries stop story:9")

    assert words(reply) == NOTHING
    with community.database.transaction() as db:
        assert [row.state for row in db.outbox.rows(other, limit=9)] == [State.QUEUED]


def test_what_was_stopped_is_told_in_numbers() -> None:
    many = views.SendLine("A", "a", 2_000, sent=412, sending=10, cancelled=1_578)
    few = views.SendLine("B", "b", 9, sent=1, sending=1, cannot=2, uncertain=3, cancelled=2)

    told = [words(views.stopped(each, each.cancelled)) for each in (many, few)]

    assert told[0] == (
        "A: stopped. 412 of 2,000 were sent, 1,578 cancelled, 10 were under way and may still "
        "arrive."
    )
    assert told[1] == (
        "B: stopped. 1 of 9 were sent, 2 cancelled, 2 could not be delivered, 3 are uncertain, "
        "1 was under way and may still arrive."
    )
