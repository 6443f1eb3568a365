"""Arriving, the home page, leaving, and cards that come again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, Button, buttons, message, text
from bot.chat.platform import DeliveryKind
from bot.chat.requests import Incoming, Kind, Profile
from bot.views import common
from bot.views import community as views
from storage import tables
from tests.leaders import SLACK, Leader, button_of, words

HOUR = timedelta(hours=1)
CARD = message(
    text("Did you meet?"),
    buttons(Button("Yes", "coffee met", "7 yes"), Button("Later today", "later", "today")),
    buttons(Button("Tomorrow", "later", "tomorrow")),
)


@pytest.fixture
async def newcomer(community) -> Leader:
    """Zoe, whom nobody has met."""
    return Leader(community, 0, "Zoe Ek", Account(SLACK, "U77"))


async def arrives(leader: Leader, route: str = "joined", **profile):
    profile = {"name": "Zoe Ek", "email": "zoe@leaders.example", **profile}
    return await leader.does(route, profile=Profile(**profile))


def member_of(leader: Leader):
    with leader.community.database.transaction() as db:
        return db.members.account_owner(leader.account)


def accounts_of(leader: Leader) -> tuple[Account, ...]:
    with leader.community.database.transaction() as db:
        return db.members.accounts_of(db.members.account_owner(leader.account).id)


async def test_somebody_new_is_greeted_once_in_their_life(community, newcomer):
    first = await arrives(newcomer)
    again = await arrives(newcomer)
    await newcomer.says("home")

    greeting = views.greeting(member_of(newcomer), "Leaders of South East London", "")
    assert (first.reply, again.reply) == (None, None)
    assert newcomer.inbox == [greeting]
    assert words(greeting).startswith("Welcome, Zoe. I look after Leaders of South East London.\n")


async def test_a_guest_is_told_once_what_a_guest_can_do(community, newcomer):
    await arrives(newcomer, is_guest=True)

    name = "Leaders of South East London"
    greeting = views.greeting(member_of(newcomer), name, "", is_guest=True)
    assert newcomer.inbox == [greeting]
    assert words(greeting).splitlines()[-1] == (
        "You are a guest in this workspace and can take part in everything I do. Where it does "
        "not let you write to somebody, I pass your words on. You get this once, because you are "
        "new here. Everything is your choice."
    )


async def test_a_new_address_of_an_account_is_taken_in(community, newcomer):
    await arrives(newcomer, address="zoe@nhs.example")

    await newcomer.does("changed", profile=Profile(address="zoe@trust.example"))
    await newcomer.does("changed", profile=Profile())

    with community.database.transaction() as db:
        row = db.connection.execute(
            sa.select(tables.accounts).where(tables.accounts.c.user == "U77")
        ).one()
    assert row.address == "zoe@trust.example"


async def test_whoever_speaks_first_is_greeted_too(community, newcomer):
    reply = await newcomer.says("coffee")

    assert words(reply) != ""
    assert [words(each).splitlines()[0] for each in newcomer.inbox] == [
        "Welcome, A. I look after Leaders of South East London."
    ]


async def test_opening_the_home_page_greets_and_shows_where_one_stands(community, newcomer):
    outcome = await arrives(newcomer, "home")

    assert words(outcome.reply).splitlines()[:2] == [
        "Hello Zoe",
        "This is Leaders of South East London.",
    ]
    assert button_of(outcome.reply, "Introduce myself").route == "introduce"
    assert len(newcomer.inbox) == 1


async def test_home_offers_to_edit_an_introduction_that_was_made(community):
    ada = await community.leader("Ada Obi", show_email=True)

    home = await ada.says("home")

    assert button_of(home, "Edit my introduction").route == "introduce"
    assert ada.inbox == []


async def test_who_left_is_reached_no_more_until_they_come_back(community):
    ada = await community.leader("Ada Obi")

    left = await ada.does("left")
    while_away = accounts_of(ada)
    await ada.does("joined")

    assert left.reply is None
    assert while_away == ()
    assert accounts_of(ada) == (ada.account,)


@pytest.mark.parametrize(("is_active", "reached"), [(False, False), (True, True)])
async def test_a_change_of_an_account_is_taken_in(community, is_active, reached):
    ada = await community.leader("Ada Obi")
    await ada.does("changed", profile=Profile(is_active=not is_active))

    await ada.does("changed", profile=Profile(is_active=is_active))

    assert accounts_of(ada) == ((ada.account,) if reached else ())


async def test_a_workspace_that_takes_the_bot_in_is_asked_who_is_there(community):
    ada = await community.leader("Ada Obi", platform="slack")
    told = Incoming(Account(SLACK, ""), Kind.EVENT, route="installed")

    outcome = await community.dispatch(told)

    assert outcome.reply is None
    with community.database.transaction() as db:
        [row] = db.drain.claim(SLACK, "a", now=community.now, limit=5)
    assert (row.delivery.kind, row.delivery.lane) == (DeliveryKind.FETCH_MEMBERS, SLACK)
    assert accounts_of(ada) == (ada.account,)


async def test_an_uninstalled_workspace_is_left_alone(community):
    ada = await community.leader("Ada Obi", platform="slack")
    ben = await community.leader("Ben Lee", platform="web")

    outcome = await community.dispatch(
        Incoming(Account(SLACK, ""), Kind.EVENT, route="uninstalled")
    )

    assert outcome.reply is None
    with community.database.transaction() as db:
        assert db.workspaces.by_lane(SLACK) is None
    assert (accounts_of(ada), accounts_of(ben)) == ((), (ben.account,))


async def sent_card(ada: Leader):
    """A card with buttons, as it reached Ada."""
    with ada.community.database.transaction() as db:
        db.outbox.post(
            ada.community.id,
            ada.account,
            CARD,
            key="question:7",
            subject="round:7",
            now=ada.community.now,
        )
    await ada.community.settle()
    return ada.last


async def test_a_card_tapped_for_later_today_comes_in_three_hours(community):
    ada = await community.leader("Ada Obi")
    card = await sent_card(ada)

    reply = await ada.taps(card, "Later today")

    assert words(reply) == "I will ask you again on Monday 23 November at 13:00."
    assert reply.replaces is True
    await community.passes(3 * HOUR - timedelta(seconds=1))
    assert ada.inbox == [CARD]
    await community.passes(timedelta(seconds=1))
    assert ada.inbox == [CARD, CARD]
    assert ada.last.token not in {"", card.token}


async def test_a_card_tapped_for_tomorrow_comes_in_the_morning(community):
    ada = await community.leader("Ada Obi")

    reply = await ada.taps(await sent_card(ada), "Tomorrow")
    await community.passes(23 * HOUR)

    assert words(reply) == "I will ask you again on Tuesday 24 November at 09:00."
    assert ada.inbox == [CARD, CARD]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (6, "Monday 23 November at 18:00"),  # at 16:00
        (7.5, "Monday 23 November at 18:00"),  # at 17:30
        (7.75, "Monday 23 November at 18:15"),  # at 17:45
        (8, "Tuesday 24 November at 09:00"),  # at 18:00
        (13.9, "Tuesday 24 November at 09:00"),  # at 23:54
    ],
)
async def test_later_today_is_not_in_the_evening(community, hours, expected):
    ada = await community.leader("Ada Obi")
    await community.passes(hours * HOUR)

    reply = await ada.taps(await sent_card(ada), "Later today")

    assert words(reply) == f"I will ask you again on {expected}."


async def test_later_is_told_in_the_members_own_zone(community):
    ada = await community.leader("Ada Obi", zone="Asia/Tokyo")

    reply = await ada.taps(await sent_card(ada), "Later today")

    # At ten in London it is seven in the evening in Tokyo.
    assert words(reply) == "I will ask you again on Tuesday 24 November at 09:00."


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("later today", "Monday 23 November at 13:00"),
        ("later tomorrow", "Tuesday 24 November at 09:00"),
        ("later", "Tuesday 24 November at 09:00"),
    ],
)
async def test_typed_later_means_the_newest_card(community, typed, expected):
    ada = await community.leader("Ada Obi")
    await sent_card(ada)

    reply = await ada.says(typed)
    await community.passes(24 * HOUR)

    assert words(reply) == f"I will ask you again on {expected}."
    assert ada.inbox == [CARD, CARD]


async def test_a_card_can_be_put_off_again_and_a_tap_counts_once(community):
    ada = await community.leader("Ada Obi")
    card = await sent_card(ada)
    await ada.taps(card, "Later today")
    twice = await ada.taps(card, "Later today")
    await community.passes(3 * HOUR)

    again = await ada.taps(ada.last, "Tomorrow")
    await community.passes(24 * HOUR)

    assert twice == common.done_before()
    assert words(again) == "I will ask you again on Tuesday 24 November at 09:00."
    assert ada.inbox == [CARD, CARD, CARD]


async def test_a_card_that_is_not_there_can_not_come_again(community):
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    card = await sent_card(ada)

    replies = [await ben.says("later today"), await ben.taps(card, "Later today")]

    expected = "I can’t find that card any more. Type “help” to see what you can do."
    assert [words(reply) for reply in replies] == [expected, expected]
    await community.passes(48 * HOUR)
    assert ben.inbox == []
