import pytest

from bot.chat import messages
from bot.chat.messages import Message
from bot.chat.requests import Incoming, Kind, Outcome
from bot.views import common
from handlers import ROUTES
from storage import tables
from tests.leaders import Community

NASTY = (
    "",
    "1",
    "0",
    "-1",
    "99999999999999999999999999",
    "²",
    "x",
    "yes",
    "1 yes",
    "1 ",
    "@",
    "#",
    "#1",
    "#99999999999999999999999",
    "<@U1>",
    "<@>",
    "with",
    " with ",
    "%",
    "_",
    "\\",
    "'; DROP TABLE members; --",
    "2026-13-45T99:99 yes",
    "0001-01-01T00:00 no",
    "every 2 weeks on Tuesday 09:00",
    "until 31 December 9999",
    "1000 months",
    "\u202e\u0000\ud7ff",
    "🙂" * 500,
)


@pytest.mark.parametrize("community", ["web"], indirect=True)
@pytest.mark.parametrize("kind", [Kind.WORDS, Kind.TAP, Kind.SUBMIT])
async def test_no_words_break_a_route(community: Community, kind: Kind) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    broken = []

    for route in ROUTES:
        for value in NASTY:
            for leader in (ada, olu):
                said = Incoming(
                    leader.account,
                    kind,
                    text=f"{route.name} {value}" if kind is Kind.WORDS else value,
                    route="" if kind is Kind.WORDS else route.name,
                    fields={"person": (value,), "words": (value,), "consent": (value,)},
                )
                outcome = await community.dispatch(said)
                reply = outcome.reply
                if isinstance(reply, Message) and "Something broke" in messages.plain(reply):
                    broken.append((route.name, value))

    assert broken == []


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_what_is_sensitive_is_neither_done_nor_repeated_where_others_read(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    sensitive = [route for route in ROUTES if route.sensitive and not route.event]
    wrong = []

    for route in sensitive:
        words = f"{route.name} Zebra"
        said = Incoming(olu.account, Kind.WORDS, text=words, channel="C1", channel_name="all")
        if await community.dispatch(said) != Outcome(common.say_it_privately(), keep=False):
            wrong.append(route.name)
    await community.settle()

    assert wrong == []
    assert {"coffee avoid", "link", "my time"} <= {route.name for route in sensitive}
    with community.database.transaction() as db:
        lines = [
            db.connection.execute(table.select()).all() for table in tables.metadata.sorted_tables
        ]
    assert "Zebra" not in str(lines)
    assert [each.deliveries for each in community.platforms.values()] == [[], [], []]
