"""Accounts that are gone: marked, told once, and their messages sent another way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.chat.messages import Account, message, stamped, text
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.chat.requests import Profile
from bot.domain.calm import Programme, Weight
from bot.domain.members import MAIL, MemberState
from bot.errors import CannotDeliver
from bot.ids import platform_of
from bot.views import deliveries as views
from bot.views import signing_in
from storage.database import Database
from storage.mail import SIGN_IN
from storage.outbox import State
from tests.fakes import FakePlatform
from tests.leaders import Community, Leader, words

HELLO = message(text("Hello."))
OTHER = {"slack": "teams", "teams": "web", "web": "slack"}
CALLED = {"slack": "Slack", "teams": "Teams", "web": "the web chat"}


@dataclass
class TakesDown(FakePlatform):
    """Everything about the message is taken down while it turns out that the account is gone."""

    community: Community | None = None

    async def send(self, delivery: Delivery) -> Receipt:
        assert self.community is not None
        with self.community.database.transaction() as db:
            db.posted.take_down(self.community.id, "hello", now=self.community.now)
        raise CannotDeliver("This account has been closed.", account_gone=True)


@pytest.fixture
def community(community: Community) -> Iterator[Community]:
    """A community that has mail."""
    community.database.has_mail = True
    community.platforms["mail"] = FakePlatform("mail")
    community.lanes["mail"] = MAIL
    yield community
    community.database.has_mail = False


@pytest.fixture
def on_slack(database: Database) -> Iterator[Community]:
    """The same, on Slack alone."""
    database.has_mail = True
    made = Community(database, "slack")
    yield made
    made.pool.shutdown()


def post(community: Community, leader: Leader, key: str = "hello:1", **more: object) -> None:
    with community.database.transaction() as db:
        db.outbox.post(
            community.id,
            leader.account,
            HELLO,
            key=key,
            subject=str(more.get("subject", "hello")),
            now=community.now,
            member=more.get("member", leader.id),
        )


def loses(community: Community, *platforms: str) -> None:
    """What these platforms are asked next is for accounts that are gone."""
    for platform in platforms:
        community.platforms[platform].troubles.append(
            CannotDeliver("This account has been closed.", account_gone=True)
        )


def letters(community: Community, leader: Leader) -> list:
    address = f"{leader.name.lower().replace(' ', '.')}@leaders.example"
    return [
        stamped(each, "") for each in community.platforms["mail"].inboxes[Account(MAIL, address)]
    ]


def received(community: Community, leader: Leader, platform: str) -> list:
    lane = community.lanes[platform]
    boxes = community.platforms[platform].inboxes
    return [
        one for at, box in boxes.items() if at.lane == lane and leader.account != at for one in box
    ]


def states(community: Community) -> dict[str, State]:
    with community.database.transaction() as db:
        return {row.key: row.state for row in db.outbox.rows(community.id, limit=50)}


async def test_message_for_an_account_that_is_gone_goes_to_the_next(community: Community) -> None:
    home = community.platform
    ada = await community.leader("Ada Obi", also=OTHER[home])
    post(community, ada)
    loses(community, home)

    await community.settle()
    await community.settle()

    assert ada.inbox == []
    assert received(community, ada, OTHER[home]) == [HELLO]
    assert letters(community, ada) == []
    lane = community.lanes[OTHER[home]].replace(":", "/")
    assert states(community) == {
        "hello:1": State.CANNOT,
        f"hello:1:elsewhere:{lane}": State.SENT,
    }


@pytest.mark.parametrize("member", [None, "known"])
async def test_message_goes_by_mail_where_no_platform_reaches_its_reader(
    community: Community, member: str | None
) -> None:
    home = community.platform
    ada = await community.leader("Ada Obi", also=OTHER[home])
    post(community, ada, **({} if member else {"member": None}))
    loses(community, home, OTHER[home])

    for _ in range(3):
        await community.settle()

    assert ada.inbox == []
    assert letters(community, ada) == [HELLO]


async def test_message_that_nothing_can_bring_ends_there(community: Community) -> None:
    community.database.has_mail = False
    ada = await community.leader("Ada Obi")
    post(community, ada)
    loses(community, community.platform)

    await community.settle()

    assert states(community) == {"hello:1": State.CANNOT}


async def test_address_that_does_not_exist_is_marked_and_told(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    post(community, ada)
    loses(community, community.platform, "mail")

    await community.settle()
    await community.settle()
    listed = words(await olu.says("unreached"))

    assert letters(community, ada) == []
    assert olu.inbox == [views.lost_some()]
    assert listed.startswith("2 accounts can’t be reached any more.")
    assert (
        "Ada Obi, by e-mail: The mail server says that this e-mail address does not exist. "
        "Nothing else reaches them." in listed
    )


async def test_what_only_makes_sense_as_mail_goes_nowhere_else(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    with community.database.transaction() as db:
        db.outbox.post(
            community.id,
            Account(MAIL, "ada.obi@leaders.example"),
            signing_in.something_new("Leaders"),
            key="link",
            subject=SIGN_IN,
            now=community.now,
            member=ada.id,
        )
    loses(community, "mail")

    await community.settle()
    await community.settle()

    assert states(community)["link"] is State.CANNOT
    assert ada.inbox == []


async def test_what_was_taken_down_meanwhile_goes_nowhere(community: Community) -> None:
    home = community.platform
    ada = await community.leader("Ada Obi", also=OTHER[home])
    post(community, ada)
    community.platforms[home] = TakesDown(home, community=community)

    await community.settle()
    await community.settle()

    assert states(community) == {"hello:1": State.CANNOT}
    assert received(community, ada, OTHER[home]) == []


async def test_organisers_are_told_once_however_many_are_gone(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    people = [await community.leader(f"Ada {letter}") for letter in "ABC"]
    for number, each in enumerate(people):
        post(community, each, f"hello:{number}")
    loses(community, *[community.platform] * 3)

    await community.settle()
    await community.settle()
    listed = words(await olu.taps(olu.last, "Show who and why"))

    assert olu.inbox == [views.lost_some()]
    where = CALLED[community.platform]
    assert listed == (
        "3 accounts can’t be reached any more.\n"
        + "".join(
            f"- Ada {letter}, by {where}: This account has been closed. I write to them by e-mail "
            "now.\n"
            for letter in "ABC"
        )
        + "As soon as somebody writes to me from an account, I use it again."
    )


async def test_account_that_was_known_to_be_closed_is_listed_with_its_reason(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    with community.database.transaction() as db:
        db.members.set_account_active(ada.account, is_active=False)
    loses(community, community.platform, community.platform)
    for number in range(2):
        post(community, ada, f"hello:{number}")

    await community.settle()
    await community.settle()
    community.now += timedelta(days=1)
    loses(community, community.platform)
    post(community, ada, "hello:3")
    await community.settle()

    # The next day brings no news.
    assert olu.inbox == [views.lost_some()]
    assert words(await olu.says("unreached")).startswith("1 account can’t be reached any more.")
    assert letters(community, ada) == [HELLO] * 3


async def test_who_speaks_is_reached_there_again(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    post(community, ada)
    loses(community, community.platform)
    await community.settle()
    await community.settle()

    await ada.says("help")
    post(community, ada, "hello:2")
    await community.settle()

    assert letters(community, ada) == [HELLO]
    assert ada.inbox == [HELLO]
    assert words(await olu.says("unreached")) == (
        "Every account and address that I know works, as far as I can tell."
    )


@pytest.mark.parametrize(("listed", "reached"), [("slack", ["slack"]), ("teams", ["mail"])])
async def test_list_of_people_brings_an_account_back_but_not_who_blocked_the_bot(
    on_slack: Community, listed: str, reached: list[str]
) -> None:
    ada = await on_slack.leader("Ada Obi", platform=listed)
    post(on_slack, ada)
    loses(on_slack, listed)
    await on_slack.settle()
    on_slack.platforms[listed].people = ((ada.account.user, Profile("Ada Obi")),)

    with on_slack.database.transaction() as db:
        db.outbox.fetch_members(on_slack.id, ada.account.lane, now=on_slack.now)
    await on_slack.settle()

    with on_slack.database.transaction() as db:
        found = [platform_of(each.lane) for each in db.members.accounts_of(ada.id)]
    assert found == reached


async def test_group_that_can_not_be_opened_is_introduced_one_by_one(
    on_slack: Community,
) -> None:
    olu = await on_slack.organiser("Olu Chair")
    ada, ben = [await on_slack.leader(name) for name in ("Ada Obi", "Ben Cole")]
    for each in (ada, ben):
        await each.says("coffee join")
    on_slack.slack.troubles.append(CannotDeliver("One of these people has left."))

    form = await olu.says("coffee setup")
    await olu.submits(form)
    await olu.says("coffee run")
    for _ in range(4):
        await on_slack.settle()

    assert words(ada.inbox[-1]).startswith("Coffee: Ben Cole")
    assert words(ben.inbox[-1]).startswith("Coffee: Ada Obi")


async def test_other_message_for_a_group_is_copied_to_each(on_slack: Community) -> None:
    ada, ben = [await on_slack.leader(name) for name in ("Ada Obi", "Ben Cole")]
    with on_slack.database.transaction() as db:
        db.calm.send_together(
            on_slack.id,
            [db.members.reachable([each.id])[each.id] for each in (ada, ben)],
            lambda _: HELLO,
            programme=Programme.COFFEE,
            weight=Weight.ALONE,
            key="agreed",
            subject="hello",
            now=on_slack.now,
        )
    on_slack.slack.troubles.append(CannotDeliver("Too many people."))

    await on_slack.settle()
    await on_slack.settle()

    assert (ada.inbox, ben.inbox) == ([HELLO], [HELLO])
    assert set(states(on_slack)) == {
        "agreed",
        f"agreed:apart:{ada.account.user}",
        f"agreed:apart:{ben.account.user}",
    }


async def test_message_for_a_group_is_copied_to_nobody_who_was_taken_out(
    on_slack: Community,
) -> None:
    ada, ben = [await on_slack.leader(name) for name in ("Ada Obi", "Ben Cole")]
    with on_slack.database.transaction() as db:
        db.outbox.add(
            on_slack.id, ada.account.lane, DeliveryKind.POST,
            Destination(users=(ada.account.user, ben.account.user, "UNOBODY")),
            key="agreed", subject="hello", now=on_slack.now, message=HELLO,
        )  # fmt: skip
        db.members.set_state(ada.id, MemberState.STOPPED)
    on_slack.slack.troubles.append(CannotDeliver("Too many people."))

    await on_slack.settle()
    await on_slack.settle()

    assert (ada.inbox, ben.inbox) == ([], [HELLO])
    assert set(states(on_slack)) == {
        "agreed",
        f"agreed:apart:{ben.account.user}",
        "agreed:apart:UNOBODY",
    }
