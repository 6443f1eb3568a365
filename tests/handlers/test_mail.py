"""Members with an e-mail address and no chat: reached, let in, and brought back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from typing import Any

import pytest

from bot.chat import messages
from bot.domain.members import MAIL, Member
from bot.errors import CannotDeliver
from bot.ids import MemberId
from bot.platforms.mail.send import MailPlatform
from bot.views import signing_in as views
from handlers import signing_in
from storage.outbox import Row, State
from storage.web import web_account
from tests.leaders import Community, Leader

BASE = "https://chat.leaders.example"
HELLO = messages.message(messages.text("Hello."))
MINUTE = timedelta(minutes=1)


class Postbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.took: list[tuple[str, EmailMessage]] = []
        self.troubles: list[Exception] = []

    async def hand_over(self, sender: str, to: str, content: bytes) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.took.append((to, message_from_bytes(content, policy=default)))

    def told(self) -> list[tuple[str, str]]:
        return [(to, str(each["Subject"])) for to, each in self.took]


class Place:
    """A community that has mail, with one leader whom nothing but mail reaches."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.postbox = Postbox()
        community.database.has_mail = True
        community.platforms["mail"] = MailPlatform(
            self.postbox,
            self._store,
            sender="bot@leaders.example",
            base_url=BASE,
            clock=lambda: community.now,
        )
        community.lanes["mail"] = MAIL
        with community.database.transaction() as db:
            self.ada: MemberId = db.members.add(
                community.id,
                "Ada Obi",
                email="ada@leaders.example",
                zone="Europe/London",
                now=community.now,
            )

    async def _store(self, act: Any) -> Any:
        return await self.community.database.run(lambda db: act(db.mail))

    async def post(self, member: MemberId, key: str = "hello:1", *, lane: str = "") -> None:
        """Say hello to a member wherever they are reached."""
        with self.community.database.transaction() as db:
            people = db.members.reachable([member])
            db.outbox.post_each(
                self.community.id,
                people.values(),
                lambda _: HELLO,
                key=key,
                subject="hello",
                now=self.community.now,
            )
        await self.community.settle()

    async def asks_for_link(self, address: str) -> None:
        with self.community.database.transaction() as db:
            signing_in.send_link(db, address, now=self.community.now)
        await self.community.settle()

    def comes_in(self, at: int = -1) -> Leader:
        """Ada, having opened the link of an e-mail."""
        text = self.postbox.took[at][1].get_body(("plain",)).get_content()
        secret = re.findall(rf"{BASE}/enter/(\S+)", text)[0]
        link, session = (sha256(each.encode()).hexdigest() for each in (secret, f"s{secret}"))
        with self.community.database.transaction() as db:
            visitor = db.web.enter(link, session, now=self.community.now)
        assert visitor is not None
        return Leader(self.community, self.ada, visitor.name, visitor.account)

    def rows(self) -> list[Row]:
        with self.community.database.transaction() as db:
            return list(reversed(db.outbox.rows(self.community.id, limit=99)))

    def keeps(self) -> list[messages.Message | None]:
        """What is in Ada's web chat."""
        account = web_account(self.community.id, self.ada)
        with self.community.database.transaction() as db:
            return [each.message for each in db.web.entries(account, before=None, limit=9)]

    def member(self) -> Member:
        with self.community.database.transaction() as db:
            return db.members.get(self.ada)

    def looks(self, up_to: int) -> None:
        """Ada's page shows the message that was delivered."""
        account = web_account(self.community.id, self.ada)
        with self.community.database.transaction() as db:
            line = db.web.keep_message(account, HELLO, key=f"line:{up_to}", now=self.community.now)
            db.web.mark_read(account, line.id)

    def left_unread(self, number: int) -> None:
        """The web chat keeps a message, as its platform would."""
        account = web_account(self.community.id, self.ada)
        with self.community.database.transaction() as db:
            db.web.keep_message(account, HELLO, key=f"line:{number}", now=self.community.now)


@pytest.fixture
def place(database) -> Iterator[Place]:
    made = Place(Community(database, "slack"))
    yield made
    made.community.pool.shutdown()


async def test_whoever_has_an_address_alone_gets_e_mail_and_finds_it_on_the_web(
    place: Place,
) -> None:
    await place.post(place.ada)
    ada = place.comes_in()
    await place.post(place.ada, "hello:2")

    assert place.postbox.told() == [("ada@leaders.example", "Hello")]
    assert place.keeps() == [HELLO]
    assert ada.account == web_account(place.community.id, place.ada)
    assert ada.inbox == [HELLO]


async def test_no_secret_is_in_the_outbox(place: Place) -> None:
    await place.post(place.ada)
    await place.asks_for_link("ada@leaders.example")

    with place.community.database.transaction() as db:
        kept = str(db.connection.exec_driver_sql("SELECT * FROM outbox").all())
        hashes = str(db.connection.exec_driver_sql("SELECT * FROM web_links").all())
    for _, written in place.postbox.took:
        text = written.get_body(("plain",)).get_content()
        secret = re.findall(rf"{BASE}/enter/(\S+)", text)[0]
        assert sha256(secret.encode()).hexdigest() in hashes
        assert secret not in kept + hashes
    assert len(place.postbox.took) == 2


async def test_address_that_does_not_exist_is_tried_once_until_it_works(place: Place) -> None:
    place.postbox.troubles = [CannotDeliver("it does not exist", account_gone=True)]
    await place.post(place.ada)
    await place.post(place.ada, "hello:2")
    gone = [(row.state, row.reason) for row in place.rows()]

    # Whoever asks for a link shows that the address works after all.
    await place.asks_for_link("ada@leaders.example")
    await place.post(place.ada, "hello:3")

    assert gone == [(State.CANNOT, "it does not exist")]
    assert [subject for _, subject in place.postbox.told()] == [
        "Your link to the web chat",
        "Hello",
    ]


async def test_link_is_sent_to_members_alone_and_lets_them_in_once(place: Place) -> None:
    await place.asks_for_link("zed@leaders.example")
    await place.asks_for_link(" ADA@leaders.example ")

    ada = place.comes_in()

    assert place.postbox.told() == [("ada@leaders.example", "Your link to the web chat")]
    assert ada.name == "Ada Obi"
    assert place.keeps() == []
    text = place.postbox.took[0][1].get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert messages.plain(views.link_asked_for("Leaders of South East London")) in text
    assert "once, within an hour" in text


async def test_link_is_sent_at_most_every_ten_minutes(place: Place) -> None:
    took = []
    for _ in range(20):
        await place.asks_for_link("ada@leaders.example")
        took.append(len(place.postbox.took))
        await place.community.passes(MINUTE)

    assert took == [1] * 10 + [2] * 10


async def test_somebody_in_two_communities_gets_a_link_for_each(place: Place) -> None:
    with place.community.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=place.community.now)
        db.members.add(
            other, "Ada", email="ada@leaders.example", zone="Europe/London", now=place.community.now
        )

    await place.asks_for_link("ada@leaders.example")

    bodies = [each.get_body(("plain",)).get_content() for _, each in place.postbox.took]
    assert sorted(re.findall(r"web chat of ([^.]+)\.", body)[0] for body in bodies) == [
        "Leaders of South East London",
        "Others",
    ]


async def test_who_does_not_look_into_the_web_chat_is_nudged_once_a_day(place: Place) -> None:
    await place.post(place.ada)
    place.comes_in()
    place.postbox.took.clear()
    told = []

    for hour in range(50):
        if hour in {0, 1, 2, 30}:
            place.left_unread(hour)
            await place.post(place.ada, f"hour:{hour}")
        told.append(len(place.postbox.took))
        await place.community.passes(60 * MINUTE)

    subjects = {subject for _, subject in place.postbox.told()}
    assert subjects == {"There is something for you in the web chat"}
    # The one of the first hours; a day later for the second; for the third not before a day again.
    assert [hour for hour in range(1, 50) if told[hour] > told[hour - 1]] == [1, 25, 49]


async def test_who_looks_in_meanwhile_is_not_nudged(place: Place) -> None:
    await place.post(place.ada)
    place.comes_in()
    place.postbox.took.clear()
    place.left_unread(1)
    await place.post(place.ada, "hello:2")
    waiting = [row.state for row in place.rows() if row.lane == MAIL][1:]
    place.looks(2)
    await place.post(place.ada, "hello:3")
    await place.community.passes(timedelta(days=2))

    assert waiting == [State.QUEUED]
    assert place.postbox.took == []
    assert [row.state for row in place.rows() if row.lane == MAIL][1:] == [State.CANCELLED]


async def test_who_is_in_another_chat_too_is_not_nudged(place: Place) -> None:
    ben = await place.community.leader("Ben Cole", platform="web", also="slack")
    with place.community.database.transaction() as db:
        db.accounts.prefer(ben.id, ben.account)
        db.web.keep_message(ben.account, HELLO, key="x", now=place.community.now)

    await place.post(ben.id)
    await place.community.passes(timedelta(days=1))

    assert ben.inbox == [HELLO]
    assert place.postbox.took == []


async def test_nobody_is_nudged_where_mail_is_not_set_up(place: Place) -> None:
    await place.post(place.ada)
    place.comes_in()
    place.community.database.has_mail = False
    place.left_unread(1)

    await place.post(place.ada, "hello:2")

    assert [row.lane for row in place.rows()] == [MAIL, "web:1"]
