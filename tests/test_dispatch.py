"""A request comes in: who is it, which route, may they, and what is answered when it goes wrong."""

import asyncio
import json
import re

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.chat.forms import Form, TextField
from bot.chat.messages import Account, Button, buttons, message, plain, text
from bot.chat.requests import Incoming, Kind, Outcome, Profile, Role
from bot.chat.routes import Routes
from bot.dispatch import MAX_WORDS, NOBODY, Dispatch
from bot.domain.members import MemberState
from bot.errors import FormErrors, MemberError
from bot.ids import Lane
from bot.views import common
from bot.views import community as community_views
from storage.tables import accounts
from tests.builders import slack_workspace
from tests.leaders import START, Community

SLACK, ELSEWHERE = Lane("slack:T1"), Lane("slack:T9")
ADA = Account(SLACK, "U1")
ASK = Form("Ask", "ask", (TextField("words", "Words"),))
CARD = message(text("Did you meet?"), buttons(Button("Yes", "count")))


class House:
    """A database with Ada in it, some routes and a dispatch over them."""

    def __init__(self, database) -> None:
        self.database = database
        self.now = START
        self.seen = []
        self.routes = Routes()
        self.dispatch = Dispatch(database, self.routes, clock=lambda: self.now, seed=1)
        with database.transaction() as db:
            self.community = db.communities.add("Leaders", zone="Europe/London", now=START)
            slack_workspace(db, self.community, "T1", now=START)
            self.ada = db.members.add(
                self.community,
                "Ada Obi",
                zone="America/New_York",
                email="ada@leaders.example",
                now=START,
            )
            db.members.add_account(self.community, self.ada, ADA, now=START)

    def route(self, name: str, **more):
        return self.routes.route(name, **more)

    async def says(self, words: str, *, account: Account = ADA, **more) -> Outcome:
        return await self.dispatch(Incoming(account, Kind.WORDS, text=words, **more))

    async def taps(self, route: str, value: str = "", *, kind: Kind = Kind.TAP, **more) -> Outcome:
        more.setdefault("account", ADA)
        return await self.dispatch(Incoming(kind=kind, route=route, text=value, **more))

    def member(self, account: Account = ADA):
        with self.database.transaction() as db:
            return db.members.account_owner(account)


@pytest.fixture
def house(database) -> House:
    made = House(database)

    @made.route("echo", help="Say it again.")
    def echo(request, db):
        made.seen.append(request)
        return message(text(request.text))

    @made.route("ask", once=True)
    def ask(request, db):
        return ASK

    @made.route("count", once=True, hidden=True)
    def count(request, db):
        made.seen.append(request)
        return CARD

    @made.route("secret", sensitive=True)
    def secret(request, db):
        made.seen.append(request)
        return message(text("Kept to ourselves."))

    @made.route("rule", role=Role.ORGANISER)
    def rule(request, db):
        made.seen.append(request)
        return message(text("Ruled."))

    @made.route("joined", event=True)
    def joined(request, db):
        made.seen.append(request)

    @made.route("refuse")
    def refuse(request, db):
        db.members.set_role(request.member, Role.ORGANISER)
        if request.is_submitted:
            raise FormErrors({"words": "Too long.", "more": "Too short."})
        raise MemberError("Not on a Sunday, <friend>.")

    @made.route("break")
    def broken(request, db):
        db.members.set_role(request.member, Role.ORGANISER)
        return message(text(1 / 0))

    return made


async def test_a_handler_sees_who_asked_what_and_when(house):
    house.now = START.replace(hour=3)

    outcome = await house.says("  Echo  What I said ", channel="C1", profile=Profile("Ada"))

    [request] = house.seen
    assert outcome == Outcome(message(text("What I said")))
    assert (request.community, request.member, request.name, request.role) == (
        house.community,
        house.ada,
        "Ada Obi",
        Role.MEMBER,
    )
    assert (request.account, request.route, request.text) == (ADA, "echo", "What I said")
    # At three in the morning in London it is still yesterday where Ada lives.
    assert (request.now, request.zone, request.today.isoformat()) == (
        house.now,
        "America/New_York",
        "2026-11-22",
    )
    assert (request.kind, request.channel, request.profile) == (Kind.WORDS, "C1", Profile("Ada"))


async def test_each_request_gets_dice_of_its_own(house):
    await house.says("echo")
    await house.says("echo")

    first, second = (request.rng.random() for request in house.seen)
    assert first != second


async def test_buttons_and_forms_carry_their_route(house):
    await house.taps("echo", "coffee pause")
    await house.taps("echo", "7", kind=Kind.SUBMIT, fields={"words": ("Hello",)})

    tap, submit = house.seen
    assert (tap.kind, tap.text) == (Kind.TAP, "coffee pause")
    assert (submit.kind, submit.text, submit.field("words")) == (Kind.SUBMIT, "7", "Hello")


async def test_unknown_words_are_answered_with_the_nearest_command(house):
    outcome = await house.says("ecko me")

    expected = common.not_understood("ecko me", house.routes.get("echo"))
    assert outcome.reply.blocks == expected.blocks
    assert outcome.reply.token
    assert outcome.keep is True


async def test_unknown_words_like_nothing_are_answered_with_help(house):
    outcome = await house.says("qqqq")

    assert outcome.reply.blocks == common.not_understood("qqqq", None).blocks


async def test_a_member_is_not_pointed_to_what_only_organisers_may(house):
    outcome = await house.says("rul")

    assert outcome.reply.blocks == common.not_understood("rul", None).blocks


async def test_no_words_mean_help(house):
    @house.route("help")
    def help_page(request, db):
        return message(text("Help."))

    assert (await house.says("   ")).reply == message(text("Help."))


async def test_a_wall_of_text_is_cut_before_anybody_looks_at_it(house):
    await house.says("echo " + "a" * 10 * MAX_WORDS)

    assert len(house.seen[0].text) == MAX_WORDS - len("echo ")


async def test_a_role_is_needed_where_a_route_says_so(house):
    refused = await house.says("rule")
    with house.database.transaction() as db:
        db.members.set_role(house.ada, Role.ORGANISER)
    allowed = await house.says("rule")

    assert refused == Outcome(
        message(text("Only organisers can do that. An organiser can give you that role."))
    )
    assert allowed == Outcome(message(text("Ruled.")))
    assert len(house.seen) == 1


async def test_sensitive_words_in_a_channel_are_neither_carried_out_nor_kept(house):
    outcome = await house.says("secret @Ben", channel="C1")

    assert outcome == Outcome(common.say_it_privately(), keep=False)
    assert house.seen == []


async def test_sensitive_words_in_private_are_carried_out_and_not_kept(house):
    outcome = await house.says("secret @Ben")

    assert outcome == Outcome(message(text("Kept to ourselves.")), keep=False)
    assert house.seen[0].text == "@Ben"


async def test_a_repeated_tap_has_one_effect(house):
    taps = [await house.taps("count", "7", token="t") for _ in range(3)]
    other = await house.taps("count", "8", token="t")

    assert [each.reply.blocks for each in taps] == [
        CARD.blocks,
        common.done_before().blocks,
        common.done_before().blocks,
    ]
    assert other.reply.blocks == CARD.blocks
    assert [request.text for request in house.seen] == ["7", "8"]


async def test_a_tap_that_only_opened_a_form_opens_it_again(house):
    opened = [(await house.taps("ask", token="t")).reply for _ in range(2)]

    assert [form.title for form in opened] == ["Ask", "Ask"]
    assert opened[0].token != opened[1].token


async def test_a_form_that_was_sent_in_counts_once_even_where_it_opens_another(house):
    first, second = [
        (await house.taps("ask", "7", kind=Kind.SUBMIT, token="t")).reply for _ in range(2)
    ]

    assert first.fields == ASK.fields
    assert second == common.done_before()


async def test_a_route_that_does_no_harm_twice_is_done_as_often_as_it_is_tapped(house):
    replies = [(await house.taps("echo", "7", token="t")).reply for _ in range(2)]

    assert replies == [message(text("7"))] * 2


async def test_two_taps_at_once_have_one_effect(house):
    await asyncio.gather(*(house.taps("count", "7", token="t") for _ in range(5)))

    assert len(house.seen) == 1


async def test_a_tap_that_was_refused_can_be_tapped_again(house):
    first = await house.taps("refuse", token="t")
    second = await house.taps("refuse", token="t")

    assert first == second == Outcome(common.sentence("Not on a Sunday, <friend>."))


async def test_cards_and_forms_get_a_fresh_token_and_plain_replies_none(house):
    cards = [(await house.taps("count", token=str(n))).reply for n in range(2)]
    form = (await house.says("ask")).reply

    assert len({each.token for each in (*cards, form)} - {""}) == 3
    assert form.fields == ASK.fields
    assert (await house.says("echo a")).reply.token == ""


async def test_a_members_error_is_shown_word_for_word_and_takes_all_back(house):
    outcome = await house.says("refuse")

    assert outcome == Outcome(message(text("Not on a Sunday, <friend>.")))
    assert house.member().role is Role.MEMBER


async def test_errors_of_a_form_mark_its_fields_and_take_all_back(house):
    outcome = await house.taps("refuse", kind=Kind.SUBMIT)

    assert outcome == Outcome(errors={"words": "Too long.", "more": "Too short."})
    assert house.member().role is Role.MEMBER


async def test_a_broken_handler_is_answered_with_the_reference_that_is_logged(house):
    with capture_logs() as logged:
        outcome = await house.says("break my very private words")

    [line] = logged
    assert re.fullmatch("[2-9A-HJ-NP-Z]{4}", line["reference"])
    assert outcome == Outcome(common.broken(line["reference"]))
    assert (line["event"], line["route"], line["kind"], line["log_level"]) == (
        "request_broke",
        "break",
        Kind.WORDS,
        "error",
    )
    assert "private" not in json.dumps(line, default=str)
    assert house.member().role is Role.MEMBER


async def test_a_database_that_breaks_is_answered_too(house):
    with house.database.transaction() as db:
        db.connection.exec_driver_sql("DROP TABLE accounts")

    with capture_logs() as logged:
        outcome = await house.says("echo")

    assert outcome == Outcome(common.broken(logged[0]["reference"]))


async def test_a_stranger_becomes_a_member_and_is_welcomed_before_they_are_answered(house):
    account = Account(SLACK, "U7")

    outcome = await house.says(
        "echo hello",
        account=account,
        profile=Profile("Zoe Ek", "zoe@leaders.example", "Asia/Tokyo"),
    )

    zoe = house.member(account)
    assert outcome == Outcome(message(text("hello")))
    assert (zoe.name, zoe.email, zoe.zone) == ("Zoe Ek", "zoe@leaders.example", "Asia/Tokyo")
    assert [(each.route, each.kind, each.member) for each in house.seen] == [
        ("joined", Kind.EVENT, zoe.id),
        ("echo", Kind.WORDS, zoe.id),
    ]


async def test_a_stranger_without_a_profile_is_a_leader_in_the_communitys_zone(house):
    account = Account(SLACK, "U7")

    await house.says("echo", account=account)

    found = house.member(account)
    assert (found.name, found.email, found.zone) == ("A leader", None, "Europe/London")


async def test_a_stranger_with_the_address_of_a_member_nobody_met_is_that_member(house):
    account = Account(SLACK, "U7")
    with house.database.transaction() as db:
        zoe = db.members.add(
            house.community, "Zoe Ek", zone="Asia/Tokyo", email="zoe@leaders.example", now=START
        )

    await house.says("echo", account=account, profile=Profile("Z. Ek", "ZOE@leaders.example"))

    assert (house.member(account).id, house.member(account).name) == (zoe, "Zoe Ek")
    assert [each.route for each in house.seen] == ["joined", "echo"]


async def test_a_stranger_with_the_address_of_somebody_met_is_asked_before_anything_else(house):
    @house.route("link question", hidden=True, sensitive=True)
    def question(request, db):
        return message(text("Are you Ada?"))

    @house.route("link no", hidden=True)
    def no(request, db):
        return message(text("Welcome."))

    @house.route("help")
    def help_page(request, db):
        return message(text("Help."))

    stranger = {
        "account": Account(SLACK, "U7"),
        "profile": Profile("A. Obi", "ADA@leaders.example", address="ada@nhs.example"),
    }

    asked = [await house.says(words, **stranger) for words in ("echo", "secret", "qqqq", "rule")]
    aloud = await house.says("echo", channel="C1", **stranger)
    answered = [await house.says(words, **stranger) for words in ("help", "link no")]
    await house.taps("joined", kind=Kind.EVENT, **stranger)

    member = house.member(stranger["account"])
    assert asked == [Outcome(message(text("Are you Ada?")), keep=False)] * 4
    assert aloud == Outcome(common.say_it_privately(), keep=False)
    assert answered == [Outcome(message(text("Help."))), Outcome(message(text("Welcome.")))]
    assert [each.route for each in house.seen] == ["joined"]
    assert (member.state, member.email, member.name) == (
        MemberState.UNCONFIRMED,
        None,
        "A. Obi",
    )
    with house.database.transaction() as db:
        assert db.accounts.suspected(member.id) == house.ada
        row = db.connection.execute(sa.select(accounts).where(accounts.c.user == "U7")).one()
        assert row.address == "ada@nhs.example"


async def test_somebody_from_another_workspace_is_told_so_and_never_kept(house):
    account = Account(SLACK, "U7")

    outcome = await house.says("echo", account=account, profile=Profile("Zoe", is_external=True))

    assert outcome == Outcome(community_views.from_elsewhere())
    assert "ask an organiser to invite you to the web chat" in plain(outcome.reply)
    assert (house.member(account), house.seen) == (None, [])


async def test_a_stranger_with_the_address_of_somebody_who_left_is_somebody_new(house):
    account = Account(SLACK, "U7")
    with house.database.transaction() as db:
        db.members.set_state(house.ada, MemberState.LEFT)

    await house.says("echo", account=account, profile=Profile("Ada", "ada@leaders.example"))

    found = house.member(account)
    assert (found.id == house.ada, found.state, found.email) == (False, MemberState.ACTIVE, None)


async def test_an_arrival_is_told_once(house):
    await house.taps("joined", kind=Kind.EVENT, account=Account(SLACK, "U7"))

    assert [each.route for each in house.seen] == ["joined"]


async def test_a_stranger_who_leaves_is_neither_kept_nor_greeted(house):
    account = Account(SLACK, "U7")

    @house.route("left", event=True)
    def left(request, db):
        house.seen.append(request)

    outcome = await house.taps(
        "left", kind=Kind.EVENT, account=account, profile=Profile("Zoe", "zoe@leaders.example")
    )

    assert outcome == Outcome()
    assert (house.member(account), house.seen) == (None, [])


async def test_without_a_joined_route_a_stranger_is_answered_all_the_same(database):
    house = House(database)

    @house.route("echo")
    def echo(request, db):
        return message(text(request.text))

    outcome = await house.says("echo hello", account=Account(SLACK, "U7"))

    assert outcome == Outcome(message(text("hello")))


async def test_an_unknown_workspace_is_answered_and_nothing_is_kept(house):
    outcome = await house.says("echo", account=Account(ELSEWHERE, "U1"))

    assert outcome == Outcome(common.not_connected())
    assert house.seen == []
    assert house.member(Account(ELSEWHERE, "U1")) is None


async def test_the_suspended_are_told_so_and_nothing_else(house):
    with house.database.transaction() as db:
        db.members.set_state(house.ada, MemberState.SUSPENDED)

    for words in ("echo", "secret", "qqqq", "rule"):
        assert await house.says(words) == Outcome(
            common.taken_out([], is_stopped=False), keep=False
        )
    assert house.seen == []


async def test_the_suspended_are_not_welcomed_on_another_platform(house):
    with house.database.transaction() as db:
        db.members.set_state(house.ada, MemberState.SUSPENDED)

    outcome = await house.says(
        "echo", account=Account(SLACK, "U7"), profile=Profile("Ada", "ada@leaders.example")
    )

    assert outcome == Outcome(common.taken_out([], is_stopped=False), keep=False)
    assert house.seen == []
    assert house.member(Account(SLACK, "U7")) is None


async def test_an_event_can_be_neither_typed_nor_tapped(house):
    await house.says("joined")
    await house.taps("joined")
    await house.taps("joined", kind=Kind.SUBMIT)

    assert house.seen == []


async def test_a_tap_on_a_card_of_another_version_is_answered(house):
    outcome = await house.taps("no such route", "echo 7")

    assert outcome.reply.blocks == (
        common.not_understood("echo 7", house.routes.get("echo")).blocks
    )


async def test_what_befalls_a_workspace_is_told_and_makes_nobody_a_member(house):
    await house.taps("joined", kind=Kind.EVENT, account=Account(SLACK, ""))

    [request] = house.seen
    assert (request.route, request.kind, request.member, request.zone) == (
        "joined",
        Kind.EVENT,
        NOBODY,
        "Europe/London",
    )
    with house.database.transaction() as db:
        assert db.members.count(house.community) == 1


@pytest.mark.parametrize(
    ("lane", "route"), [(ELSEWHERE, "joined"), (SLACK, "echo"), (SLACK, "no such route")]
)
async def test_nobody_can_ask_nothing(house, lane, route):
    outcome = await house.taps(route, kind=Kind.EVENT, account=Account(lane, ""))

    assert outcome == Outcome(common.not_connected())
    assert house.seen == []


async def test_organiser_named_by_an_account_alone_is_called_by_their_name(
    community: Community,
) -> None:
    account = Account(community.lanes["teams"], "0ada")
    with community.database.transaction() as db:
        number = db.members.add(community.id, "0ada", zone="Europe/London", now=community.now)
        db.members.add_account(community.id, number, account, now=community.now)
        assert not db.workspaces.knows(account)

    profile = Profile(name="Ada Obi", email="ada@leaders.example", address="ada@trust.example")
    await community.dispatch(Incoming(account, Kind.WORDS, text="help", profile=profile))

    with community.database.transaction() as db:
        found = db.members.get(number)
        assert (found.name, found.email) == ("Ada Obi", "ada@leaders.example")
        assert db.members.reachable([number])[number].address_in(account.lane) == (
            "ada@trust.example"
        )
        assert db.workspaces.knows(account)
