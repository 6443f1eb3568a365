"""A month of the example community by an injected clock: ``python -m bench.month``.

Prints what became of every message that anybody meant to send, and how much reached each member in
a week. It ends with 1 where calm broke a promise.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import mean, median

import structlog

from bot.domain.calm import Weight
from bot.log import level_number
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault
from tests import example_ledger as ledger
from tests.example_acts import PLAN
from tests.example_ledger import Account, Fate
from tests.example_month import DAYS, Month, lived

LIMIT = 3
ALL = tuple(Weight)


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level_number("ERROR")))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(
            f"sqlite:///{Path(folder) / 'month.db'}", Vault("only for this month, and long enough")
        )
        migrate(database)
        began = time.perf_counter()
        month = asyncio.run(lived(database, PLAN))
        took = time.perf_counter() - began
        broken = report(month, ledger.settled(month), took=took)
        month.community.close()
    sys.exit(1 if broken else 0)


def report(month: Month, account: Account, *, took: float) -> list[str]:
    people = month.community.people
    print(f"{DAYS} days of {len(people)} people in {took:.1f} s\n")
    print(f"{len(account.fates):,} messages that nobody asked for were meant for members:")
    for fate, number in Counter(account.fates.values()).most_common():
        print(f"  {number:6,}  {fate.value}")
    print("\nwhat reached members, by how much it may disturb:")
    for weight, number in Counter(each.weight for each in account.got).most_common():
        print(f"  {number:6,}  {weight.value}")
    print("\nmember and week:            most  median  mean")
    counted = ledger.weekly(month, account.got, *ledger.COUNTED)
    for name, figures in (
        ("counts against the limit", counted),
        ("all, matches and the like", ledger.weekly(month, account.got, *ALL)),
    ):
        print(f"  {name:25} {max(figures):5} {median(figures):7} {mean(figures):5.2f}")
    print("\nmessages in a week, and how many members' weeks had so many:")
    for number, weeks in sorted(Counter(counted).items()):
        print(f"  {number:3}  {weeks:4}  {'#' * (weeks // 4)}")
    print("\neach member: by themselves (those counted), cards, in cards, called back, kept")
    for person in people:
        got = [each for each in account.got if each.member == person.id]
        became = Counter(fate for (_, to), fate in account.fates.items() if to == person.id)
        cards = sum(each.key.startswith(ledger.CARD) for each in got)
        counts = sum(each.weight in ledger.COUNTED for each in got)
        print(
            f"  {person.name:28} {len(got) - cards:3} ({counts:2}) {cards:3} "
            f"{became[Fate.IN_YOUR_WEEK]:4} {became[Fate.CALLED_BACK]:3} "
            f"{became[Fate.FOR_THE_SILENT]:3}"
        )
    broken = [*_broken(month, account, counted)]
    print("\n" + ("\n".join(broken) or "Every promise was kept."))
    return broken


def _broken(month: Month, account: Account, counted: list[int]) -> list[str]:
    lost = [key for key, fate in account.fates.items() if fate is Fate.LOST]
    found = {
        f"lost: {lost[:9]}": lost,
        f"meant and not sent: {ledger.overlooked(month, account)}": ledger.overlooked(
            month, account
        ),
        f"more than {LIMIT} in a week": max(counted) > LIMIT,
        f"the median is above {LIMIT / 2}": median(counted) > LIMIT / 2,
        "something came in quiet hours": ledger.disturbed(month, account.got),
        "something reached whoever wanted silence": ledger.in_silence(month),
    }
    return [words for words, is_so in found.items() if is_so]


if __name__ == "__main__":
    main()
