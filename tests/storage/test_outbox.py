"""The outbox: what is queued, claimed, settled and cancelled."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, Button, buttons, message, text
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.domain.calm import Programme, Weight
from bot.domain.members import Reachable
from bot.ids import Lane
from storage.drain import Settled
from storage.outbox import Priority, Row, State
from storage.tables import outbox
from storage.unit_of_work import Touched
from tests.leaders import START

SLACK, WEB = Lane("slack:T1"), Lane("web:1")
ADA, BEN = Account(SLACK, "U1"), Account(SLACK, "U2")
HELLO = message(text("Hello."))
CARD = message(text("Did you meet?"), buttons(Button("Yes", "coffee met", "7 yes")))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(any_database, community):
    """Queues a message to Ada."""

    def queue(key: str, **more) -> bool:
        more = {"message": HELLO, "subject": "s", "now": START, "account": ADA} | more
        with any_database.transaction() as db:
            return db.outbox.post(
                community, more.pop("account"), more.pop("message"), key=key, **more
            )

    return queue


@pytest.fixture
def claim(any_database):
    """Claims rows and tells their keys."""

    def taken(name: str, *, lane: Lane = SLACK, now=START, limit: int = 10) -> list[str]:
        with any_database.transaction() as db:
            return [each.delivery.key for each in db.drain.claim(lane, name, now=now, limit=limit)]

    return taken


def states(database, community) -> dict[str, State]:
    with database.transaction() as db:
        return {row.key: row.state for row in db.outbox.rows(community, limit=100)}


def test_a_key_counts_once_for_ever(post, claim):
    assert post("coffee:1") is True
    assert post("coffee:1", account=BEN) is False
    assert claim("a") == ["coffee:1"]
    assert post("coffee:1") is False


def test_queueing_tells_which_lanes_have_work(any_database, community):
    heard: list[Touched] = []
    any_database.listen(heard.append)

    with any_database.transaction() as db:
        db.outbox.post(community, ADA, HELLO, key="a", subject="s", now=START)
        db.outbox.post(community, Account(WEB, "7"), HELLO, key="b", subject="s", now=START)

    assert heard == [Touched(lanes={SLACK, WEB})]


def test_the_most_pressing_goes_first_and_then_the_oldest(post, claim):
    post("bulk", priority=Priority.BULK)
    post("first")
    post("second")
    post("reminder", priority=Priority.REMINDER)
    post("urgent", priority=Priority.URGENT)
    post("upkeep", priority=Priority.UPKEEP)

    assert claim("a", limit=4) == ["urgent", "first", "second", "reminder"]
    assert claim("b") == ["bulk", "upkeep"]
    assert claim("c") == []


def test_only_what_is_due_in_the_lane_is_claimed(post, claim):
    post("now")
    post("later", not_before=START + MINUTE)
    post("elsewhere", account=Account(WEB, "7"))

    assert claim("a") == ["now"]
    assert claim("b", now=START + MINUTE - timedelta(seconds=1)) == []
    assert claim("c", now=START + MINUTE) == ["later"]
    assert claim("d", lane=WEB) == ["elsewhere"]


def test_a_delivery_carries_all_that_a_platform_needs(any_database, community, post):
    post("hello")

    with any_database.transaction() as db:
        [row] = db.drain.claim(SLACK, "a", now=START, limit=1)

    assert (row.community, row.attempts) == (community, 1)
    assert row.delivery == Delivery(
        "hello", SLACK, DeliveryKind.POST, Destination(users=("U1",)), HELLO, Receipt()
    )


def test_a_request_without_a_message_can_be_queued(any_database, community):
    with any_database.transaction() as db:
        assert db.outbox.add(
            community,
            SLACK,
            DeliveryKind.FETCH_MEMBERS,
            Destination(),
            key="members",
            subject="members",
            now=START,
        )
        [row] = db.drain.claim(SLACK, "a", now=START, limit=1)

    assert row.delivery == Delivery("members", SLACK, DeliveryKind.FETCH_MEMBERS, Destination())


def test_cards_get_a_token_of_their_own_and_plain_messages_none(any_database, post):
    for key in ("one", "two"):
        post(key, message=CARD)
    post("plain")

    with any_database.transaction() as db:
        one, two, plain = db.drain.claim(SLACK, "a", now=START, limit=3)

    tokens = [each.delivery.message.token for each in (one, two)]
    assert len(set(tokens)) == 2
    assert all(len(token) == 16 for token in tokens)
    assert plain.delivery.message == HELLO


def test_lanes_with_something_to_send_or_to_settle_are_pending(any_database, post, claim):
    post("now")
    post("later", account=Account(WEB, "7"), not_before=START + MINUTE)

    with any_database.transaction() as db:
        before = db.drain.pending(START), set(db.drain.pending(START + MINUTE))
    claim("a")
    with any_database.transaction() as db:
        under_way = db.drain.pending(START)
        [(row, held)] = db.drain.take_over(SLACK, "b", now=START)
        taken_over = db.drain.pending(START)
        # Whoever took it over may die too before it has found out.
        again = db.drain.take_over(SLACK, "c", now=START)
        doubted = db.drain.doubt(row.id, held, now=START, reason="who knows")
        settled = db.drain.pending(START)

    assert before == ((SLACK,), {SLACK, WEB})
    assert (under_way, taken_over, settled) == ((SLACK,), (SLACK,), ())
    assert ([each.id for each, _ in again], doubted) == ([row.id], True)


def test_two_drainers_never_hold_the_same_row(any_database, post):
    for number in range(6):
        post(str(number))
    with any_database.transaction() as db:
        first = db.drain.claim(SLACK, "a", now=START, limit=4)
    with any_database.transaction() as db:
        second = db.drain.claim(SLACK, "b", now=START, limit=4)
        held = [(db.drain.holds(row.id, "a"), db.drain.holds(row.id, "b")) for row in second]

    assert [row.delivery.key for row in first] == ["0", "1", "2", "3"]
    assert [row.delivery.key for row in second] == ["4", "5"]
    assert held == [(False, True)] * 2


async def test_a_claim_passes_over_what_another_is_claiming(any_database, post):
    if any_database.is_sqlite:
        return  # One writer at a time: there is no other.
    post("one")
    post("two")

    with any_database.transaction() as db:
        first = db.drain.claim(SLACK, "a", now=START, limit=1)
        async with asyncio.timeout(5):
            second = await any_database.run(
                lambda other: other.drain.claim(SLACK, "b", now=START, limit=2)
            )

    assert [row.delivery.key for row in (*first, *second)] == ["one", "two"]


@pytest.mark.parametrize("state", [State.SENT, State.CANNOT, State.UNCERTAIN])
def test_a_settled_row_keeps_how_it_ended(any_database, community, post, state):
    post("hello")
    with any_database.transaction() as db:
        [row] = db.drain.claim(SLACK, "a", now=START, limit=1)
        receipt = Receipt("C1", "17.2") if state is State.SENT else Receipt()
        db.drain.settle("a", Settled(row, state, START + MINUTE, reason="why", receipt=receipt))

        assert db.outbox.rows(community, limit=5) == (
            Row("hello", SLACK, None, state, "why", START, START + MINUTE),
        )
        assert db.drain.holds(row.id, "a") is False
        kept = db.connection.execute(sa.select(outbox.c.receipt)).scalar_one()
        assert kept == (
            '{"conversation": "C1", "message": "17.2"}' if state is State.SENT else None
        )


def test_a_claim_that_was_taken_over_changes_nothing(any_database, community, post):
    post("hello")
    with any_database.transaction() as db:
        [row] = db.drain.claim(SLACK, "a", now=START, limit=1)
        db.drain.postpone(row.id, "a", until=START, reason="", counts=False)
        db.drain.claim(SLACK, "b", now=START, limit=1)

        db.drain.settle("a", Settled(row, State.SENT, START))
        db.drain.postpone(row.id, "a", until=START + MINUTE, reason="slow")

        assert db.drain.holds(row.id, "b") is True

    assert states(any_database, community) == {"hello": State.SENDING}


def test_attempts_count_what_was_tried_and_not_what_had_to_wait(any_database, post):
    post("hello")
    tried = []
    with any_database.transaction() as db:
        for number in range(4):
            now = START + number * MINUTE
            [row] = db.drain.claim(SLACK, str(number), now=now, limit=2)
            tried.append(row.attempts)
            until = now + MINUTE
            db.drain.postpone(row.id, str(number), until=until, reason="", counts=number > 1)

    assert tried == [1, 1, 1, 2]


def test_a_postponed_row_waits_with_its_reason(any_database, community, post, claim):
    post("hello")
    with any_database.transaction() as db:
        [row] = db.drain.claim(SLACK, "a", now=START, limit=1)
        db.drain.postpone(row.id, "a", until=START + MINUTE, reason="OSError")

        [seen] = db.outbox.rows(community, limit=1)

    assert (seen.state, seen.reason, seen.settled_at) == (State.QUEUED, "OSError", None)
    assert claim("b") == []
    assert claim("c", now=START + MINUTE) == ["hello"]


def test_a_lane_that_pauses_waits_and_what_was_to_wait_longer_still_does(any_database, post, claim):
    post("now")
    post("later", not_before=START + 2 * MINUTE)
    post("elsewhere", account=Account(WEB, "7"))
    with any_database.transaction() as db:
        db.drain.take_over(SLACK, "mine", now=START)
        db.drain.pause_lane(SLACK, until=START + MINUTE)
        pending = db.drain.pending(START)
        drains = db.drain.drains(SLACK, "mine")
    post("since")

    assert (pending, drains) == ((WEB,), True)
    assert claim("a") == []
    assert claim("b", now=START + MINUTE) == ["now", "since"]
    assert claim("c", now=START + 2 * MINUTE) == ["later"]
    assert claim("d", lane=WEB) == ["elsewhere"]


def test_whoever_takes_a_lane_over_finds_what_was_left_with_its_claims(any_database, post, claim):
    post("one")
    post("two")
    post("elsewhere", account=Account(WEB, "7"))
    claim("dead", limit=1)
    claim("broke")
    claim("other", lane=WEB)

    with any_database.transaction() as db:
        left = db.drain.take_over(SLACK, "new", now=START)

    assert [(row.delivery.key, held) for row, held in left] == [("one", "dead"), ("two", "broke")]


def test_a_lane_is_drained_by_whoever_took_it_over_last(any_database, post):
    post("one")
    found = []
    for drainer in ("first", "second"):
        with any_database.transaction() as db:
            db.drain.take_over(SLACK, drainer, now=START)
        with any_database.transaction() as db:
            found.append([db.drain.drains(SLACK, each) for each in ("first", "second")])
            found.append(db.drain.drains(WEB, drainer))

    assert found == [[True, False], False, [False, True], False]


def test_a_lane_with_nothing_to_do_is_not_taken_over(any_database, post):
    post("later", not_before=START + MINUTE)

    with any_database.transaction() as db:
        early = db.drain.take_over(SLACK, "a", now=START), db.drain.drains(SLACK, "a")
        db.drain.take_over(SLACK, "a", now=START + MINUTE)
        late = db.drain.drains(SLACK, "a")

    assert (early, late) == (((), False), True)


# SQLite takes one transaction at a time.
@pytest.mark.parametrize("any_database", ["postgres"], indirect=True)
async def test_a_take_over_waits_for_a_claim_under_way_and_finds_it(any_database, post):
    post("one")
    with any_database.transaction() as db:
        db.drain.take_over(SLACK, "old", now=START)

    with any_database.transaction() as db:
        assert db.drain.drains(SLACK, "old")
        taking = asyncio.ensure_future(
            any_database.run(lambda other: other.drain.take_over(SLACK, "new", now=START))
        )
        done, _ = await asyncio.wait([taking], timeout=0.2)
        db.drain.claim(SLACK, "old", now=START, limit=1)

    assert done == set()
    assert [held for _, held in await taking] == ["old"]


def test_a_late_answer_puts_right_what_a_successor_settled_and_nothing_else(
    any_database, community, post
):
    post("sent")
    post("late")
    with any_database.transaction() as db:
        sent, late = db.drain.claim(SLACK, "old", now=START, limit=2)
        for row, held in db.drain.take_over(SLACK, "new", now=START):
            db.drain.settle(held, Settled(row, State.UNCERTAIN, START))

    with any_database.transaction() as db:
        again = db.drain.settle("old", Settled(sent, State.UNCERTAIN, START))
        corrected = db.drain.settle("old", Settled(sent, State.SENT, START))
        twice = db.drain.settle("old", Settled(sent, State.CANNOT, START))
        db.drain.postpone(late.id, "old", until=START, reason="ratelimited")

    assert [bool(each) for each in (again, corrected, twice)] == [False, True, False]
    assert states(any_database, community) == {"late": State.UNCERTAIN, "sent": State.SENT}


def test_cancelling_stops_what_is_queued_about_a_subject(any_database, community, post, claim):
    post("under way", subject="round:7")
    claim("a")
    post("queued", subject="round:7")
    post("snoozed", subject="round:7", not_before=START + MINUTE)
    post("other", subject="round:8")

    with any_database.transaction() as db:
        stopped = db.outbox.cancel(community, "round:7", now=START + MINUTE)
        progress = db.outbox.progress(community, "round:7")

    assert stopped == 2
    assert progress == Counter({State.SENDING: 1, State.CANCELLED: 2})
    assert states(any_database, community)["other"] == State.QUEUED
    assert claim("b", now=START + MINUTE) == ["other"]


def test_rows_are_the_newest_first_of_the_states_asked_for(any_database, community, post, claim):
    post("one")
    claim("a")
    post("two")
    post("three")

    with any_database.transaction() as db:
        found = [
            [row.key for row in db.outbox.rows(community, limit=limit, states=wanted)]
            for limit, wanted in ((9, ()), (2, ()), (9, (State.SENDING,)), (9, (State.SENT,)))
        ]

    assert found == [["three", "two", "one"], ["three", "two"], ["one"], []]


def test_queue_ages_count_what_waits_and_how_long_it_is_overdue(any_database, post, claim):
    post("sent away")
    claim("a")
    post("one")
    post("two", not_before=START - MINUTE)
    post("snoozed", account=Account(WEB, "7"), not_before=START + 2 * MINUTE)

    with any_database.transaction() as db:
        assert db.outbox.queue_ages(START + MINUTE) == {
            SLACK: (2, 2 * MINUTE),
            WEB: (1, timedelta()),
        }


def leaders(any_database, community, *accounts: tuple[Account, ...]) -> list[Reachable]:
    with any_database.transaction() as db:
        numbers = [
            db.members.add(community, f"Leader {n}", zone="Europe/London", now=START)
            for n in range(len(accounts))
        ]
        for number, each in zip(numbers, accounts, strict=True):
            for account in each:
                db.members.add_account(community, number, account, now=START)
        return [
            Reachable(db.members.get(number), each)
            for number, each in zip(numbers, accounts, strict=True)
        ]


def test_each_gets_a_message_of_their_own_and_the_unreachable_are_counted(any_database, community):
    people = leaders(any_database, community, (ADA,), (), (Account(WEB, "3"),))

    with any_database.transaction() as db:
        missed = db.outbox.post_each(
            community,
            people,
            lambda member: message(text(member.name)),
            key="hello",
            subject="s",
            now=START,
        )
        rows = db.outbox.rows(community, limit=5)
        [slack] = db.drain.claim(SLACK, "a", now=START, limit=5)

    one, _, three = (each.member.id for each in people)
    assert missed == 1
    assert [(row.key, row.member) for row in rows] == [
        (f"hello:{three}", three),
        (f"hello:{one}", one),
    ]
    assert slack.delivery.message == message(text("Leader 0"))


def test_a_group_in_one_workspace_shares_a_conversation(any_database, community):
    people = leaders(any_database, community, (ADA, Account(WEB, "1")), (BEN,))

    with any_database.transaction() as db:
        db.calm.send_together(
            community,
            people,
            lambda member: message(text("all" if member is None else member.name)),
            programme=Programme.COFFEE,
            weight=Weight.ALONE,
            key="group:1",
            subject="s",
            now=START,
        )
        [row] = db.drain.claim(SLACK, "a", now=START, limit=5)
        assert db.drain.claim(SLACK, "b", now=START, limit=5) == ()
        assert db.drain.pending(START) == (SLACK,)

    assert row.delivery == Delivery(
        "group:1",
        SLACK,
        DeliveryKind.POST,
        Destination(users=("U1", "U2")),
        message(text("all")),
    )


def test_nobody_is_twice_in_a_conversation_for_having_two_accounts_there(any_database, community):
    people = leaders(any_database, community, (ADA, Account(SLACK, "U9")), (BEN,))

    with any_database.transaction() as db:
        db.calm.send_together(
            community,
            people,
            lambda _: message(text("all")),
            programme=Programme.COFFEE,
            weight=Weight.ALONE,
            key="group:1",
            subject="s",
            now=START,
        )
        [row] = db.drain.claim(SLACK, "a", now=START, limit=5)

    assert row.delivery.destination == Destination(users=("U1", "U2"))


def test_a_group_without_a_shared_workspace_is_written_to_one_by_one(any_database, community):
    people = leaders(any_database, community, (ADA,), (Account(WEB, "2"),))

    with any_database.transaction() as db:
        db.calm.send_together(
            community,
            people,
            lambda member: message(text("all" if member is None else member.name)),
            programme=Programme.COFFEE,
            weight=Weight.ALONE,
            key="group:1",
            subject="s",
            now=START,
        )
        [slack] = db.drain.claim(SLACK, "a", now=START, limit=5)
        [web] = db.drain.claim(WEB, "b", now=START, limit=5)

    assert slack.delivery.message == message(text("Leader 0"))
    assert web.delivery.message == message(text("Leader 1"))


def again(database, community, token: str, account: Account = ADA) -> bool:
    with database.transaction() as db:
        return db.outbox.again_later(community, token, account, at=START + MINUTE, now=START)


def sent(database, **more) -> str:
    """Claims all and tells the token of the first card."""
    with database.transaction() as db:
        rows = db.drain.claim(SLACK, "a", now=START, limit=10)
        return rows[0].delivery.message.token


def test_a_card_comes_again_with_a_token_of_its_own(any_database, community, post):
    post("question:7", message=CARD, subject="round:7")
    token = sent(any_database)

    assert again(any_database, community, token) is True

    with any_database.transaction() as db:
        [row] = db.drain.claim(SLACK, "b", now=START + MINUTE, limit=5)
    assert row.delivery.key.startswith("question:7:again:202611231001:")
    assert row.delivery.destination == Destination(users=("U1",))
    assert row.delivery.message.blocks == CARD.blocks
    assert row.delivery.message.token not in {"", token}


def test_a_card_can_come_again_and_again_but_once_for_a_minute(any_database, community, post):
    post("question:7", message=CARD)
    token = sent(any_database)
    again(any_database, community, token)

    assert again(any_database, community, token) is False
    with any_database.transaction() as db:
        [row] = db.drain.claim(SLACK, "b", now=START + MINUTE, limit=5)
        assert db.outbox.again_later(
            community,
            row.delivery.message.token,
            ADA,
            at=START + 2 * MINUTE,
            now=START + MINUTE,
        )
        keys = [each.key for each in db.outbox.rows(community, limit=1)]
    assert keys[0].startswith("question:7:again:202611231002:")
    assert keys[0].count(":again:") == 1


def test_typed_words_mean_the_newest_card(any_database, community, post):
    post("older", message=CARD)
    post("newer", message=CARD)
    post("plain")
    sent(any_database)

    assert again(any_database, community, "") is True

    with any_database.transaction() as db:
        [row] = db.outbox.rows(community, limit=1)
    assert row.key.startswith("newer:again:")


def test_nobody_gets_somebody_elses_card(any_database, community, post):
    post("question:7", message=CARD)
    token = sent(any_database)

    assert again(any_database, community, token, BEN) is False
    assert again(any_database, community, "", BEN) is False
    assert again(any_database, community, "made up") is False
    assert again(any_database, community + 1, token) is False
