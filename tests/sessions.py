"""Learning sessions for tests that read as dialogue."""

from typing import Any

from bot.chat.messages import LinkButton
from bot.domain.sessions import Register
from bot.ids import SessionId
from tests.leaders import Community, Leader

# The community's clock starts on Monday 23 November 2026 at 10:00.
THURSDAY = {"date": "2026-12-03", "time": "12:30"}
LINK = "https://meet.example/frailty"


async def planned(olu: Leader, **answers: Any) -> int:
    """A session that an organiser plans; its number."""
    known = {"title": "Frailty at home", "link": LINK, **THURSDAY}
    outcome = await olu.submits(await olu.says("sessions create"), **known | answers)
    assert outcome.errors == {}
    with olu.community.database.transaction() as db:
        return db.sessions.since(olu.community.id, olu.community.now, limit=99)[-1].id


def register(community: Community, number: int) -> Register:
    with community.database.transaction() as db:
        return db.sessions.register(db.sessions.get(SessionId(number)))


def standing(community: Community, number: int) -> dict[str, list[str]]:
    """Who goes and who waits, by first name, in their order."""
    found = register(community, number)
    with community.database.transaction() as db:
        names = {each.member: db.members.get(each.member).first_name for each in found.signups}
    return {
        "going": [names[each.member] for each in found.going],
        "waiting": [names[each.member] for each in found.waiting],
    }


def links(reply: Any) -> list[str]:
    """The addresses that a card's buttons open."""
    return [
        item.url
        for block in reply.blocks
        for item in getattr(block, "items", ())
        if isinstance(item, LinkButton)
    ]


def audited(community: Community) -> list[tuple[str, str]]:
    with community.database.transaction() as db:
        rows = db.audit.latest(community.id, limit=20)
    return [(row.action, row.subject) for row in rows if row.action.startswith("sessions")][::-1]
