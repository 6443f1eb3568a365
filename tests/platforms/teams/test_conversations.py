"""Where people are reached, and what Teams says of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.messages import Account
from bot.chat.platform import TeamsConversation
from bot.chat.requests import Incoming, Kind, Profile
from bot.errors import CannotDeliver, TryLater
from bot.ids import Lane
from bot.platforms.teams import activities, conversations, met
from bot.platforms.teams.api import Api, Refusal
from bot.platforms.teams.conversations import REMEMBERED_FOR
from bot.platforms.teams.members import READ_WITHIN, STALE_AFTER, Members
from bot.platforms.teams.met import Met
from bot.platforms.teams.read import Heard, Where
from storage.database import Database
from tests.leaders import START
from tests.platforms.teams.around import ADA, CHANNEL, LANE, OTHER_LANE, Around, around


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Around]:
    async with around(database, page=2) as made:
        yield made


def said(here: Around, account: Account = ADA, **more: object) -> Heard:
    heard = Heard(
        Where.PERSONAL,
        Incoming(account, Kind.WORDS, text="help", profile=Profile(name="A. Example")),
        here.teams.service_url(),
        here.teams.personal(account.user),
        teams_user=f"29:{account.user}",
        is_personal=True,
    )
    return replace(heard, **more)


def event(here: Around, route: str) -> Heard:
    return said(here, where=Where.EVENT, incoming=Incoming(ADA, Kind.EVENT, route=route))


def become_a_member(here: Around) -> None:
    with here.store.database.transaction() as db:
        workspace = db.workspaces.by_lane(LANE)
        assert workspace is not None
        member = db.members.add(workspace.community, "Ada", now=START, zone="Europe/London")
        db.members.add_account(workspace.community, member, ADA, now=START)


class Pages:
    """The Connector's lists of members; something happens before each page."""

    def __init__(self, api: Api, before: Callable[[int], None]) -> None:
        self._api = api
        self._before = before
        self.asked: list[str] = []

    async def members(
        self, place: TeamsConversation, *, after: str = ""
    ) -> tuple[list[dict[str, Any]], str]:
        self.asked.append(after)
        self._before(len(self.asked))
        return await self._api.members(place, after=after)


# Conversations.


def spoken(here: Around, user: str = "ada", **more: str) -> TeamsConversation:
    """Where somebody has just spoken."""
    personal = TeamsConversation(
        LANE,
        here.teams.personal(user),
        here.teams.service_url(),
        user=user,
        teams_user=f"29:{user}",
    )
    return replace(personal, **more)


async def test_what_is_said_is_written_down_once(here: Around) -> None:
    await here.conversations.hear(spoken(here))
    written = here.store.used

    await here.conversations.hear(spoken(here))

    assert here.store.used == written
    assert here.store.personal(ADA) == spoken(here)


async def test_tenant_that_is_new_is_admitted(here: Around) -> None:
    lane = Lane("teams:another")

    await here.conversations.hear(spoken(here, lane=lane))

    with here.store.database.transaction() as db:
        assert db.workspaces.by_lane(lane) is not None


async def test_newest_address_is_written_down_at_once(here: Around) -> None:
    await here.conversations.hear(spoken(here))

    await here.conversations.hear(spoken(here, service_url="https://smba.example/new/"))

    kept = here.store.personal(ADA)
    assert kept is not None
    assert kept.service_url == "https://smba.example/new/"
    assert await here.conversations.personal(ADA) == kept


async def test_shared_conversation_is_nobodys_own(here: Around) -> None:
    await here.conversations.hear(spoken(here, id=CHANNEL, user="", teams_user=""))

    assert await here.conversations.personal(ADA) is None
    found = await here.conversations.find(LANE, f"{CHANNEL};messageid=7")
    assert found == TeamsConversation(
        LANE, f"{CHANNEL};messageid=7", here.teams.service_url(), "", ""
    )


async def test_conversation_that_was_left_is_forgotten(here: Around) -> None:
    here.knows("grace")
    await here.conversations.hear(spoken(here))

    await here.conversations.forget(LANE, "a:ada")

    assert here.store.personal(ADA) is None
    assert await here.conversations.personal(ADA) is None


async def test_conversation_that_another_process_heard_is_forgotten_too(here: Around) -> None:
    here.knows("ada")

    await here.conversations.forget(LANE, "a:ada")

    assert here.store.personal(ADA) is None


async def test_forgetting_an_old_conversation_keeps_the_new_one(here: Around) -> None:
    await here.conversations.hear(spoken(here, id="19:old@unq.gbl.spaces"))
    await here.conversations.hear(spoken(here))

    await here.conversations.forget(LANE, "19:old@unq.gbl.spaces")

    known = await here.conversations.personal(ADA)
    assert known is not None
    assert known.id == "a:ada"


async def test_what_another_process_learnt_is_known_after_a_while(here: Around) -> None:
    await here.conversations.hear(spoken(here))
    moved = TeamsConversation(LANE, "a:ada", "https://smba.example/new/", user="ada")
    here.store.hear(moved)

    assert await here.conversations.personal(ADA) != moved
    here.clock.now += REMEMBERED_FOR

    assert await here.conversations.personal(ADA) == moved


async def test_memory_begins_anew_when_it_is_full(here: Around) -> None:
    entry = (TeamsConversation(LANE, "a:x", ""), 0.0)
    here.conversations._recent = dict.fromkeys(range(conversations.REMEMBERED), entry)

    await here.conversations.hear(spoken(here))

    assert set(here.conversations._recent) == {ADA, (LANE, "a:ada")}


async def test_two_who_write_to_a_newcomer_open_one_conversation(here: Around) -> None:
    here.knows("grace")

    places = await asyncio.gather(*(here.conversations.with_person(ADA) for _ in range(5)))

    assert {place.id for place in places} == {"a:ada"}
    assert len(here.teams.called("open")) == 1
    assert len(here.conversations._opening) == 0


async def test_conversation_that_could_not_be_opened_is_tried_by_the_next(here: Around) -> None:
    here.knows("grace")
    here.teams.fails(403, "BotDisabledByAdmin", method="open")

    found = await asyncio.gather(
        *(here.conversations.with_person(ADA) for _ in range(2)), return_exceptions=True
    )

    assert [type(one) for one in found] == [Refusal, TeamsConversation]


async def test_two_who_find_a_conversation_gone_open_another_once(here: Around) -> None:
    old = TeamsConversation(
        LANE, "19:old@unq.gbl.spaces", here.teams.service_url(), user="ada", teams_user="29:ada"
    )
    here.store.hear(old)

    places = await asyncio.gather(*(here.conversations.reopened(old) for _ in range(3)))

    assert {place.id for place in places} == {"a:ada"}
    assert len(here.teams.called("open")) == 1
    with here.store.database.transaction() as db:
        assert db.teams.conversation(LANE, old.id) is None


async def test_address_survives_a_conversation_that_cannot_be_opened_again(here: Around) -> None:
    known = here.knows("ada")
    here.teams.fails(404, "ConversationNotFound", method="open")

    with pytest.raises(Refusal):
        await here.conversations.reopened(known)

    assert here.store.personal(ADA) == known


async def test_conversation_of_another_tenant_is_not_found(here: Around) -> None:
    here.knows("ada")

    with pytest.raises(CannotDeliver):
        await here.conversations.find(OTHER_LANE, "a:ada")


# Members.


async def test_everyone_is_read_in_pages_and_named_once(here: Around) -> None:
    for number in range(3):
        here.teams.person(f"p{number}", f"Person {number}")
    here.knows_channel(CHANNEL, "ada", "grace", "p0", "p1", "p2")
    here.knows_channel("19:chat@thread.v2", "ada", "ben")
    here.knows_channel("19:away@thread.tacv2", "olga", lane=OTHER_LANE)

    people = await here.members.everyone(LANE)

    assert [user for user, _ in people] == ["ada", "grace", "p0", "p1", "p2", "ben"]
    assert dict(people)["ada"] == Profile(
        "Ada Example", "ada@nhs.example", address="ada@leaders.example"
    )
    assert dict(people)["grace"].is_guest is True
    assert len(here.teams.called("members")) == 4


async def test_tenant_whose_teams_the_bot_is_not_in_lists_nobody(here: Around) -> None:
    assert await here.members.everyone(LANE) == ()


async def test_bots_and_people_without_an_account_are_left_out(here: Around) -> None:
    here.knows_channel(CHANNEL, "ada", "helper", "ghost")
    here.teams.person("helper", "A bot")
    here.teams.person("ghost", "Nobody")

    class Listing(type(here.teams.people["ada"])):  # type: ignore[misc]
        def shown(self) -> dict[str, object]:
            shown = super().shown()
            if self.user == "helper":
                return shown | {"id": "28:helper"}
            return shown | {"aadObjectId": None}

    for user in ("helper", "ghost"):
        here.teams.people[user] = Listing(user, user)

    assert [user for user, _ in await here.members.everyone(LANE)] == ["ada"]


@pytest.mark.parametrize("spelt", ["aadObjectId", "objectId"])
def test_member_is_read_however_the_connector_spells_it(spelt: str) -> None:
    member = {spelt: "ADA-1", "name": None, "email": None, "userRole": "guest"}

    assert activities.user(member) == "ada-1"
    assert activities.profile(member) == Profile(is_guest=True)


async def test_list_goes_on_where_a_limit_stopped_it(here: Around) -> None:
    here.knows_channel(CHANNEL, "ada", "grace", "ben")
    here.teams.fails(429, method="members", after_taking=True)

    with pytest.raises(TryLater) as later:
        await here.members.everyone(LANE)
    here.clock.now += later.value.after.total_seconds()
    first = await here.members.everyone(LANE)
    again = await here.members.everyone(LANE)

    assert [user for user, _ in first] == ["ada", "ben", "grace"]
    assert first == again
    assert len(here.teams.called("members")) == 1 + 2 + 2


async def test_second_page_alone_is_asked_again(here: Around) -> None:
    here.knows_channel(CHANNEL, "ada", "grace", "ben")
    pages = Pages(here.api, lambda page: here.teams.limit("members") if page == 2 else None)
    members = Members(pages, here.store, clock=here.clock)  # type: ignore[arg-type]

    with pytest.raises(TryLater) as later:
        await members.everyone(LANE)
    here.clock.now += later.value.after.total_seconds()
    people = await members.everyone(LANE)

    assert pages.asked == ["", "2", "2"]
    assert [user for user, _ in people] == ["ada", "ben", "grace"]


async def test_list_that_was_begun_long_ago_is_begun_anew(here: Around) -> None:
    here.knows_channel(CHANNEL, "ada")
    here.knows_channel("19:chat@thread.v2", "grace")
    here.teams.limit("members")
    with pytest.raises(TryLater):
        await here.members.everyone(LANE)
    with here.store.database.transaction() as db:
        db.teams.forget(LANE, CHANNEL)

    here.clock.now += STALE_AFTER + 1

    assert [user for user, _ in await here.members.everyone(LANE)] == ["grace"]


async def test_long_list_gives_way_before_delivery_gives_up(here: Around) -> None:
    here.knows_channel(CHANNEL, "ada", "grace", "ben")

    def slowly(_: int) -> None:
        here.clock.now += READ_WITHIN + 1

    members = Members(Pages(here.api, slowly), here.store, clock=here.clock)  # type: ignore[arg-type]

    with pytest.raises(TryLater) as later:
        await members.everyone(LANE)
    people = await members.everyone(LANE)

    assert later.value.whole_lane is False
    assert [user for user, _ in people] == ["ada", "ben", "grace"]


async def test_conversation_that_refuses_is_left_out_unless_all_do(here: Around) -> None:
    here.knows_channel(CHANNEL, "ada")
    here.knows_channel("19:chat@thread.v2", "grace")
    here.teams.fails(403, "BotNotInConversationRoster", method="members")

    assert [user for user, _ in await here.members.everyone(LANE)] == ["grace"]

    here.teams.fails(403, "BotNotInConversationRoster", method="members", times=2)
    with pytest.raises(Refusal):
        await here.members.everyone(LANE)


# Strangers.


async def test_stranger_is_introduced_with_name_and_addresses(here: Around) -> None:
    here.knows("ada")
    known = Met(here.store, here.members)

    heard = await known.introduced(said(here))

    assert heard.incoming.profile == Profile(
        "Ada Example", "ada@nhs.example", address="ada@leaders.example"
    )


@pytest.mark.parametrize("is_said", [True, False])
@pytest.mark.parametrize("is_listed", [True, False])
async def test_stranger_of_another_tenant_is_external_whoever_says_so(
    here: Around, is_said: bool, is_listed: bool
) -> None:
    here.knows_channel(CHANNEL, "olga")
    if not is_listed:
        here.teams.person("olga", "Olga Example")
    heard = said(here)
    incoming = replace(
        heard.incoming, account=Account(LANE, "olga"), profile=Profile(is_external=is_said)
    )
    heard = replace(heard, incoming=incoming, conversation=CHANNEL, teams_user="29:olga")

    known = await Met(here.store, here.members).introduced(heard)

    assert known.incoming.profile == Profile(
        "Olga Example", address="olga@leaders.example", is_external=is_said or is_listed
    )


async def test_people_of_another_tenant_in_a_shared_channel_are_left_out(here: Around) -> None:
    here.knows_channel(CHANNEL, "ada", "olga")

    assert [user for user, _ in await here.members.everyone(LANE)] == ["ada"]


def test_guest_is_at_home_where_they_are_a_guest() -> None:
    member = {"aadObjectId": "g", "tenantId": "another", "userRole": "guest"}

    assert activities.profile(member, tenant="t") == Profile(is_guest=True)


async def test_somebody_met_before_is_not_looked_up(here: Around) -> None:
    here.knows("ada")
    known = Met(here.store, here.members)
    become_a_member(here)

    heard = await known.introduced(said(here))
    used = here.store.used
    await known.introduced(said(here))

    assert heard == said(here)
    assert here.store.used == used
    assert here.teams.calls == []
    known.forget(ADA)
    await known.introduced(said(here))
    assert here.store.used == used + 1


async def test_memory_of_those_met_begins_anew_when_it_is_full(here: Around) -> None:
    known = Met(here.store, here.members)
    known._met = {Account(LANE, str(number)) for number in range(met.REMEMBERED)}
    become_a_member(here)

    assert await known.knows(ADA) is True
    assert known._met == {ADA}


async def test_stranger_who_leaves_is_not_looked_up(here: Around) -> None:
    known = Met(here.store, here.members)

    assert await known.introduced(event(here, "left")) == event(here, "left")
    assert here.teams.calls == []


async def test_stranger_whom_teams_does_not_name_keeps_the_name_they_came_with(
    here: Around,
) -> None:
    here.knows("ada")
    here.teams.fails(503, method="member")
    known = Met(here.store, here.members)

    heard = await known.introduced(said(here))

    assert heard.incoming.profile == Profile(name="A. Example")


async def test_newcomer_is_not_waited_for_longer_than_teams_waits(here: Around) -> None:
    class Silent:
        async def profile(self, *_: object) -> Profile:
            await asyncio.Event().wait()
            raise AssertionError

    known = Met(here.store, Silent(), profile_within=0.01)  # type: ignore[arg-type]

    heard = await known.introduced(said(here))

    assert heard.incoming.profile == Profile(name="A. Example")
