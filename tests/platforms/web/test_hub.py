import pytest

from bot.chat.messages import Account
from bot.ids import Lane
from bot.platforms.web.hub import BACKLOG, MAX_WAITING, Hub, Subscription
from tests.platforms.web.fakes import ADA, BEN

A, B = ADA.account, BEN.account
SOON = 0.01


async def heard(subscription: Subscription) -> list[tuple[str, str]]:
    events = []
    while (event := await subscription.next(patience=SOON)) is not None:
        events.append((event.name, event.data))
    return events


async def last_id(hub: Hub, account: Account) -> str:
    """The id of an event that a page of the account has just heard."""
    with hub.subscribe(account, session="s", last=None) as page:
        hub.publish(account, "entry", "0")
        while (event := await page.next(patience=SOON)) is not None:
            found = event.id
    return found


async def test_hub_tells_every_page_of_the_account_and_no_other() -> None:
    hub = Hub()

    with (
        hub.subscribe(A, session="1", last=None) as first,
        hub.subscribe(A, session="2", last=None) as second,
        hub.subscribe(B, session="3", last=None) as other,
    ):
        hub.publish(A, "entry", "1")
        hub.publish(A, "entry", "2")

        assert await heard(first) == [("sync", "{}"), ("entry", "1"), ("entry", "2")]
        assert await heard(second) == [("sync", "{}"), ("entry", "1"), ("entry", "2")]
        assert await heard(other) == [("sync", "{}")]


async def test_hub_tells_everybody_of_a_community_and_nobody_of_another() -> None:
    hub = Hub()
    stranger = Account(Lane("web:2"), "1")

    with (
        hub.subscribe(A, session="1", last=None) as ada,
        hub.subscribe(B, session="2", last=None) as ben,
        hub.subscribe(stranger, session="3", last=None) as other,
    ):
        hub.publish(A.lane, "post", "1")

        assert await heard(ada) == [("sync", "{}"), ("post", "1")]
        assert await heard(ben) == [("sync", "{}"), ("post", "1")]
        assert await heard(other) == [("sync", "{}")]


async def test_hub_replays_what_a_community_missed() -> None:
    hub = Hub()
    last = await last_id(hub, A)
    hub.publish(A.lane, "post", "1")
    hub.publish(Lane("web:2"), "post", "theirs")

    with hub.subscribe(A, session="1", last=last) as page:
        assert await heard(page) == [("post", "1")]


async def test_hub_replays_what_a_page_missed() -> None:
    hub = Hub()
    last = await last_id(hub, A)
    hub.publish(A, "entry", "1")
    hub.publish(B, "entry", "Ben’s")

    with hub.subscribe(A, session="1", last=last) as page:
        hub.publish(A, "entry", "2")

        assert await heard(page) == [("entry", "1"), ("entry", "2")]


async def test_hub_says_nothing_to_a_page_that_missed_nothing() -> None:
    hub = Hub()
    last = await last_id(hub, A)

    with hub.subscribe(A, session="1", last=last) as page:
        assert await heard(page) == []


async def test_hub_asks_for_a_new_look_after_too_long() -> None:
    hub = Hub()
    last = await last_id(hub, A)
    for _ in range(BACKLOG):
        hub.publish(B, "entry", "Ben’s")

    with hub.subscribe(A, session="1", last=last) as in_time:
        pass
    hub.publish(B, "entry", "one more")
    with hub.subscribe(A, session="1", last=last) as too_late:
        assert await heard(too_late) == [("sync", "{}")]
    assert await heard(in_time) == []


@pytest.mark.parametrize("last", ["", "x", "-", "x-1", "{run}-", "{run}-x", "{run}-99", "{run}-٣"])
async def test_hub_asks_for_a_new_look_after_an_unknown_event(last: str) -> None:
    hub = Hub()
    run = (await last_id(hub, A)).split("-")[0]

    with hub.subscribe(A, session="1", last=last.format(run=run)) as page:
        assert await heard(page) == [("sync", "{}")]


async def test_hub_of_another_process_asks_for_a_new_look() -> None:
    last = await last_id(Hub(), A)
    after_restart = Hub()
    after_restart.publish(A, "entry", "1")

    with after_restart.subscribe(A, session="1", last=last) as page:
        assert await heard(page) == [("sync", "{}")]


async def test_slow_page_reads_everything_anew() -> None:
    hub = Hub()

    with hub.subscribe(A, session="1", last=None) as page:
        for number in range(MAX_WAITING + 1):
            hub.publish(A, "entry", str(number))

        events = await heard(page)

    assert events == [("sync", "{}"), ("entry", str(MAX_WAITING))]


async def test_closed_hub_closes_every_page_until_it_opens() -> None:
    hub = Hub()

    with hub.subscribe(A, session="1", last=None) as before:
        hub.close()
        with hub.subscribe(A, session="1", last=None) as meanwhile:
            pass
    hub.open()
    with hub.subscribe(A, session="1", last=None) as after:
        pass

    assert [page.is_closed for page in (before, meanwhile, after)] == [True, True, False]
    assert await before.next(patience=SOON) is None


async def test_session_that_ends_closes_its_pages_alone() -> None:
    hub = Hub()

    with (
        hub.subscribe(A, session="1", last=None) as ended,
        hub.subscribe(A, session="2", last=None) as going_on,
    ):
        hub.end_session("1")

    assert (ended.is_closed, going_on.is_closed) == (True, False)
