"""Messages that may not have arrived: told to organisers, and settled by them."""

from bot.errors import Uncertain
from bot.views import deliveries as views
from tests.leaders import START, Community, Leader, words


async def doubt(community: Community, leader: Leader, key: str = "hello:1") -> None:
    """Something for a leader whose arrival nobody knows."""
    with community.database.transaction() as db:
        db.outbox.post(
            community.id,
            leader.account,
            views.left(),
            key=key,
            subject="hello",
            now=community.now,
            member=leader.id,
        )
    community.platforms[community.platform].troubles.append(Uncertain("the connection broke off"))
    await community.settle()


def history(community: Community) -> list[tuple[str, str, str]]:
    with community.database.transaction() as db:
        found = db.audit.latest(community.id, limit=9)
    return [(each.actor, each.action, each.subject) for each in found]


async def test_organisers_are_told_and_send_it_again_or_leave_it(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Cole")
    await doubt(community, ada)
    await doubt(community, ben, key="hello:2")

    told = olu.inbox
    listed = await olu.taps(olu.last, "Show them")
    again = await olu.taps(listed, "Send again")
    left = await olu.taps(await olu.says("deliveries"), "Leave it")
    nothing = await olu.says("deliveries")

    where = {"slack": "Slack", "teams": "Teams", "web": "the web chat"}[community.platform]
    assert told == [views.doubted()]
    assert words(listed) == (
        "I don’t know whether 2 messages arrived. The connection broke while I sent them. Sent "
        "again, a message may arrive twice; left, perhaps never.\n"
        f"Hello to Ben Cole, by {where}, Monday 23 November at 10:00. The connection broke off.\n"
        "Send again: type “delivery again {2}”\nLeave it: type “delivery leave {2}”\n"
        f"Hello to Ada Obi, by {where}, Monday 23 November at 10:00. The connection broke off.\n"
        "Send again: type “delivery again {1}”\nLeave it: type “delivery leave {1}”\n"
        "The console shows all deliveries. Their words are shown to nobody."
    ).replace("{2}", _number(community, "hello:2")).replace("{1}", _number(community, "hello:1"))
    assert words(again).startswith("I am sending it again now.")
    assert ben.inbox == [views.left()]
    assert words(left).startswith("I leave it at that and send nothing.")
    assert ada.inbox == []
    assert words(nothing).startswith("I know of every message whether it arrived.")
    assert history(community) == [
        ("Olu Chair", "delivery leave", _number(community, "hello:1")),
        ("Olu Chair", "delivery again", _number(community, "hello:2")),
    ]


async def test_what_is_settled_is_settled_once(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await doubt(community, ada)
    number = _number(community, "hello:1")

    replies = [
        words(await olu.says(said))
        for said in (
            f"delivery again {number}",
            f"delivery again {number}",
            f"delivery leave {number}",
            "delivery again 999",
            "delivery again x",
        )
    ]

    over = "That message is settled already. Type “deliveries” to see what is left."
    assert replies[1:] == [over] * 4
    assert ada.inbox == [views.left()]
    assert len(history(community)) == 1


async def test_only_the_newest_are_shown_with_how_many_there_are(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    for number in range(9):
        await doubt(community, ada, key=f"hello:{number}")

    listed = words(await olu.says("deliveries"))

    assert listed.startswith("I don’t know whether 9 messages arrived.")
    assert "These are the newest 8." in listed
    assert listed.count("Send again: ") == 8
    assert community.now == START


async def test_members_settle_nothing(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await doubt(community, ada)
    number = _number(community, "hello:1")

    replies = [
        words(await ada.says(said))
        for said in ("deliveries", f"delivery again {number}", f"delivery leave {number}")
    ]

    assert [("message" in reply, "organiser" in reply) for reply in replies] == [(False, True)] * 3
    assert ada.inbox == []
    assert history(community) == []


def _number(community: Community, key: str) -> str:
    """The number of a row of the outbox."""
    with community.database.transaction() as db:
        return str(
            db.connection.exec_driver_sql(
                f"SELECT id FROM outbox WHERE key = '{key}'"  # noqa: S608 - a test's own key
            ).scalar_one()
        )
