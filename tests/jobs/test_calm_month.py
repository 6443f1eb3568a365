"""A month of a busy community: who received what and when, held against what calm promises.

Coffee and introductions run beside an invented programme that has several messages a day for
everybody. The ledger is what the platforms were handed, with the time at which they were.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from bot import times
from bot.chat import messages
from bot.chat.messages import Message, message, text
from bot.domain.calm import Hours, Programme, Weight
from bot.ids import MemberId
from storage.tables import held
from tests.example_ledger import entries
from tests.fakes import FakePlatform
from tests.leaders import Community, Leader, words

Received = list[tuple[datetime, Message]]
ZONES = ("Europe/London", "Europe/London", "America/New_York", "Asia/Tokyo", "Europe/London")
NAMES = ("Ada Obi", "Ben Lee", "Cy Poe", "Di Roy", "Ed Fox")
DAYS = 31
HOURS_APART = 5
LIMIT = 3
USUAL = Hours()
# What the invented programme says, mostly such as has to share the week's room.
WEIGHTS = (*(Weight.ORDINARY,) * 14, *(Weight.CAN_WAIT,) * 3, *(Weight.ALONE,) * 2, Weight.URGENT)


@dataclass
class Ledger(FakePlatform):
    """A platform that notes when it was handed each message."""

    community: Community | None = None
    times: list[tuple[datetime, str, Message]] = field(default_factory=list)

    async def send(self, delivery):
        receipt = await super().send(delivery)
        assert self.community is not None
        for user in delivery.destination.users:
            self.times.append((self.community.now, f"{delivery.lane}/{user}", delivery.message))
        return receipt


@dataclass
class Month:
    """What was said to whom, by the number that stands in every invented message."""

    community: Community
    people: list[Leader]
    rng: Random = field(default_factory=lambda: Random(7))
    weights: dict[str, Weight] = field(default_factory=dict)
    owed: dict[MemberId, list[str]] = field(default_factory=lambda: defaultdict(list))

    def speak(self) -> None:
        """The invented programme has something for everybody."""
        with self.community.database.transaction() as db:
            for leader in self.people:
                word = f"Item {len(self.weights)} for {leader.name}."
                self.weights[word] = self.rng.choice(WEIGHTS)
                self.owed[leader.id].append(word)
                db.calm.send(
                    self.community.id,
                    leader.id,
                    message(text(word)),
                    programme=Programme.PROMPTS,
                    weight=self.weights[word],
                    key=f"item:{word}",
                    subject="items",
                    now=self.community.now,
                )

    def weight_of(self, said: Message) -> Weight:
        """How much a message may disturb: a match goes alone, all else of the bot's could wait."""
        word = messages.plain(said)
        usual = Weight.ALONE if word.startswith("Coffee: ") else Weight.ORDINARY
        return self.weights.get(word, usual)

    def received(self, leader: Leader) -> Received:
        """What reached somebody, and when."""
        user = f"{leader.account.lane}/{leader.account.user}"
        ledger = self.community.platforms[self.community.platform]
        assert isinstance(ledger, Ledger)
        return [(at, said) for at, to, said in ledger.times if to == user]


async def gathered(community: Community) -> Month:
    name = community.platform
    ledger = Ledger(name, community=community)
    community.platforms[name] = ledger
    # Delivery holds the mapping itself, so that it hands everything to the ledger now.
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every week on Tuesday 09:00")
    people = [
        await community.leader(each, zone=zone) for each, zone in zip(NAMES, ZONES, strict=True)
    ]
    for leader in people:
        await leader.says("coffee join")
    newcomer = community.stranger("Fay", platform=name)
    await newcomer.does("joined")
    return Month(community, people)


def is_card(said: Message) -> bool:
    return messages.plain(said).startswith("Your week\n")


def zone_of(leader: Leader) -> str:
    return ZONES[NAMES.index(leader.name)]


@pytest.mark.parametrize("community", ["slack"], indirect=True)
async def test_a_month_keeps_what_calm_promises(community: Community) -> None:
    month = await gathered(community)
    end = community.now + timedelta(days=DAYS)

    while community.now < end:
        month.speak()
        await community.settle()
        await community.passes(timedelta(hours=HOURS_APART))
    with community.database.transaction() as db:
        rows = db.connection.execute(sa.select(held.c.member, held.c.title)).all()
    kept = {one.id: [row.title for row in rows if row.member == one.id] for one in month.people}
    # The Monday after brings what the last days kept.
    await community.passes(timedelta(days=8))

    assert Weight.URGENT in month.weights.values()
    for leader in month.people:
        got, zone = month.received(leader), zone_of(leader)
        _check_nothing_is_lost(month.owed[leader.id], got, kept[leader.id])
        _check_limit(month, got, zone)
        _check_quiet_hours(month, got, zone)


def _check_nothing_is_lost(owed: list[str], got: Received, kept: list[str]) -> None:
    """Each item went out once, or is in a "Your week" that came."""
    seen = [messages.plain(said) for _, said in got if not is_card(said)]
    assert sorted(each for each in (*seen, *kept) if each.startswith("Item ")) == sorted(owed)
    cards = [messages.plain(said) for _, said in got if is_card(said)]
    assert sum(map(entries, cards)) == len(kept)


def _check_limit(month: Month, got: Received, zone: str) -> None:
    """No week had more than the limit of what could have waited, its card included."""
    weeks: Counter[date] = Counter()
    for at, said in got:
        if month.weight_of(said) not in {Weight.ALONE, Weight.URGENT}:
            day = times.today(at, zone)
            weeks[day - timedelta(days=day.weekday())] += 1
    assert max(weeks.values()) <= LIMIT
    # And the room that there was has been used.
    assert len(weeks) >= DAYS // 7


def _check_quiet_hours(month: Month, got: Received, zone: str) -> None:
    """Nothing but what is urgent came in quiet hours."""
    calm = [at for at, said in got if month.weight_of(said) is not Weight.URGENT]
    assert [at for at in calm if USUAL.hold(times.local(at, zone))] == []


@pytest.mark.parametrize(("community", "day"), [("teams", 3), ("web", 17)], indirect=["community"])
async def test_nothing_comes_after_stop_in_a_month(community: Community, day: int) -> None:
    month = await gathered(community)
    ada, ben = month.people[:2]
    stopped = community.now + timedelta(days=day)
    end = community.now + timedelta(days=28)

    while community.now < end:
        month.speak()
        await community.settle()
        if community.now <= stopped < community.now + timedelta(hours=HOURS_APART):
            await ada.says("stop")
            stopped = community.now
        await community.passes(timedelta(hours=HOURS_APART))

    assert [words(said) for at, said in month.received(ada) if at > stopped] == []
    assert [1 for at, _ in month.received(ben) if at > stopped]
    back = words(await ada.says("resume everything"))
    assert back.startswith("Welcome back.")
    with community.database.transaction() as db:
        kept = {each.title for each in db.your_week.readable(ada.id, now=community.now)}
    after = set(month.owed[ada.id][(day * 24 // HOURS_APART) + 1 :])
    assert after <= kept
