"""Deliveries by e-mail: what arrives, and what each answer of a mail server means."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.chat import messages
from bot.chat.platform import RESENT, DeliveryKind, Receipt
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.platforms.mail import connection, reasons, send
from bot.platforms.mail.check import check
from bot.platforms.mail.server import server
from tests.platforms.mail.conftest import ADA, HELLO, Office, settings
from tests.smtp_stand_in import mail_server

LINK = "https://chat.leaders.example/enter/secret-1"
COPY = Receipt(conversation="web:1/1", message="1")


async def refusal(office: Office, *args, **more):
    with pytest.raises((CannotDeliver, TryLater, Uncertain)) as raised:
        await office.send(*args, **more)
    return raised.value


async def test_message_arrives_with_its_headers_and_both_bodies(office: Office) -> None:
    receipt = await office.send()

    ((sender, to, written),) = office.server.took
    assert (sender, to) == ("bot@leaders.example", ADA)
    assert dict(written.items()) == {
        "From": '"Leaders of South East London" <bot@leaders.example>'.replace('"', ""),
        "To": ADA,
        "Subject": "Hello Ada",
        "Date": "Mon, 23 Nov 2026 09:00:00 +0000",
        "Message-ID": send.message_id("hello:1", "bot@leaders.example"),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": written["Content-Type"],
    }
    assert written.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in written.iter_parts()] == ["text/plain", "text/html"]
    for body in (written.get_body(("plain",)), written.get_body(("html",))):
        assert body.get_content().count(LINK) == 1
        assert body.get_content().count("It is Monday.") == 1
    assert receipt == COPY
    assert office.store.copies == {"1": HELLO}
    assert office.server.encrypted == [True]


async def test_sender_may_have_a_name_of_its_own() -> None:
    async with mail_server() as server:
        office = Office(server, mail_from="Olu’s Leaders <bot@leaders.example>")
        await office.send()
        office.mail.stop()

    assert server.took[0][0] == "bot@leaders.example"
    assert str(server.took[0][2]["From"]) == "Olu’s Leaders <bot@leaders.example>"


async def test_resent_message_has_the_id_of_the_first(office: Office) -> None:
    await office.send("coffee:1")
    await office.send(f"coffee:1{RESENT}1")
    await office.send("coffee:2")

    first, again, other = [written["Message-ID"] for _, _, written in office.server.took]
    assert first == again
    assert first != other


async def test_link_lasts_as_long_as_is_said(office: Office) -> None:
    office.store.lasts, office.store.is_asked_for = timedelta(hours=1), True
    await office.send()
    office.store.lasts, office.store.is_asked_for = timedelta(days=14), False
    await office.send()

    asked, other = (each[2].get_body(("plain",)).get_content() for each in office.server.took)
    assert "once, within an hour." in asked
    assert "use none of its chats" not in asked
    assert "once, within 14 days." in other
    assert "You get this by e-mail because you are a member of Leaders of South East" in other


async def test_batch_goes_over_one_connection(office: Office) -> None:
    for number in range(3):
        await office.send(f"hello:{number}")

    assert office.server.connections == 1
    assert len(office.server.took) == 3


async def test_server_that_hung_up_meanwhile_is_called_again(office: Office) -> None:
    await office.send("hello:1")
    office.server.cut()

    await office.send("hello:2")

    assert office.server.connections == 2
    assert len(office.server.took) == 2


@pytest.mark.parametrize("wishes", [{"has_login": True}, {"has_login": True, "is_tls": True}])
async def test_user_and_password_are_percent_encoded_in_the_url(office: Office) -> None:
    await office.send()

    assert office.server.logins == ["in"]
    assert office.server.encrypted == [True]
    assert await check(office.settings, tls=office.server.trust) == []
    assert len(office.server.took) == 1


@pytest.mark.parametrize("wishes", [{"has_login": True}])
async def test_wrong_password_loses_nothing_and_is_told(office: Office) -> None:
    wrong = Office(office.server, smtp_url=office.server.url(password="wrong"))

    error = await refusal(wrong)

    assert isinstance(error, TryLater)
    assert (error.reason, error.whole_lane) == (reasons.NOT_LET_IN, True)
    assert await check(wrong.settings, tls=office.server.trust) == [
        f"E-mail (localhost, port {office.server.port}): {reasons.NOT_LET_IN}"
    ]
    assert office.server.took == []


@pytest.mark.parametrize("wishes", [{"offers_tls": False}])
async def test_server_on_this_machine_may_do_without_encryption(office: Office) -> None:
    await office.send()

    assert office.server.encrypted == [False]


@pytest.mark.parametrize("wishes", [{"offers_tls": False, "address": "127.0.0.2"}])
async def test_nothing_is_sent_elsewhere_without_encryption(office: Office) -> None:
    elsewhere = Office(office.server, smtp_url=office.server.url(host="127.0.0.2"))

    error = await refusal(elsewhere)

    assert (error.reason, error.whole_lane) == (reasons.OFFERS_LESS, True)
    assert (office.server.connections, office.server.took) == (1, [])


async def test_certificate_of_somebody_else_is_not_trusted(office: Office) -> None:
    async with mail_server() as other:
        error = await refusal(Office(office.server, smtp_url=other.url()))

    assert error.reason == reasons.NOT_TRUSTED
    assert other.took == []


@pytest.mark.parametrize(
    ("answer", "told", "is_gone"),
    [
        ("550 5.1.1 <ada@leaders.example>: unknown", "does not exist (550 5.1.1).", True),
        ("550 5.1.10 recipient not found", "does not exist (550 5.1.10).", True),
        ("550 5.7.1 relaying denied", "does not take this e-mail (550 5.7.1).", False),
        ("550 no such user", "does not take this e-mail (550).", False),
        ("552 5.2.2 over quota", "mailbox is full (552 5.2.2).", False),
        ("452 4.2.2 over quota", "mailbox is full (452 4.2.2).", False),
    ],
)
async def test_refused_address_is_told_in_words_without_the_address(
    office: Office, answer: str, told: str, is_gone: bool
) -> None:
    office.server.refused[ADA] = answer

    with capture_logs() as logs:
        error = await refusal(office)

    assert isinstance(error, CannotDeliver)
    assert error.reason.endswith(told)
    assert ADA not in error.reason
    assert error.account_gone is is_gone
    assert logs == []
    office.server.refused.clear()
    await office.send()
    assert len(office.server.took) == 1


@pytest.mark.parametrize(
    ("answer", "whole_lane"),
    [("450 4.7.1 greylisted", False), ("421 4.3.2 closing", True)],
)
async def test_server_that_asks_to_wait_is_asked_later(
    office: Office, answer: str, whole_lane: bool
) -> None:
    office.server.refused[ADA] = answer

    error = await refusal(office)

    assert isinstance(error, TryLater)
    assert (error.after, error.whole_lane) == (timedelta(minutes=5), whole_lane)


async def test_server_that_asks_to_wait_for_two_days_is_given_up(office: Office) -> None:
    office.server.refused[ADA] = "450 4.7.1 greylisted"
    waits = []

    error = await refusal(office)
    while isinstance(error, TryLater):
        waits.append(error.after)
        error = await refusal(office)

    assert waits == list(reasons.WAITS)
    assert waits == sorted(waits)
    assert timedelta(days=2) < sum(waits, timedelta()) < timedelta(days=2, hours=3)
    assert isinstance(error, CannotDeliver)
    assert error.account_gone is False
    assert error.reason == ("The mail server asks to wait (450 4.7.1). It was tried 18 times.")


async def test_greylisted_mail_arrives_when_it_is_tried_again(office: Office) -> None:
    office.server.refused[ADA] = "451 4.7.1 greylisted, come back in some minutes"

    error = await refusal(office)
    office.server.refused.clear()
    await office.send()

    assert isinstance(error, TryLater)
    assert error.after == timedelta(minutes=5)
    assert len(office.server.took) == 1


async def test_sender_that_is_refused_is_the_operators_to_mend(office: Office) -> None:
    office.server.sender_answer = "553 5.7.1 sender not allowed"

    error = await refusal(office)

    assert isinstance(error, TryLater)
    assert error.reason == reasons.NOT_READY.format(553)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("554 5.7.1 spam", CannotDeliver), ("451 4.3.0 disk", TryLater)],
)
async def test_content_may_be_refused(office: Office, answer: str, kind: type) -> None:
    office.server.content_answer = answer

    error = await refusal(office)

    assert type(error) is kind
    assert office.server.took == []


async def test_connection_lost_before_the_content_was_not_sent(office: Office) -> None:
    office.server.drops = "RCPT"

    error = await refusal(office)

    assert isinstance(error, TryLater)
    assert error.reason == reasons.UNREACHED
    assert office.server.took == []


async def test_connection_lost_after_the_content_is_uncertain(office: Office) -> None:
    office.server.drops = "DATA"

    error = await refusal(office)

    assert isinstance(error, Uncertain)
    assert error.reason == connection.LOST
    assert len(office.server.took) == 1


async def test_server_that_is_away_is_tried_later(office: Office) -> None:
    await office.server.stop()

    error = await refusal(office)

    assert isinstance(error, TryLater)
    assert (error.reason, error.after) == (reasons.UNREACHED, reasons.AWAY)
    assert await check(office.settings, tls=office.server.trust) == [
        f"E-mail (localhost, port {office.server.port}): The mail server can’t be reached."
    ]


@pytest.mark.parametrize(
    "address",
    ["", "ada", "ada@", "@leaders.example", "a@b\r\nBcc: x@y.example", "ädä@leaders.example"],
)
async def test_address_that_is_none_is_gone(office: Office, address: str) -> None:
    error = await refusal(office, to=(address,))

    assert (error.reason, error.account_gone) == (send.NOT_AN_ADDRESS, True)
    assert office.store.secrets == []
    assert office.server.connections == 0


async def test_nobody_is_written_to_who_is_no_member(office: Office) -> None:
    error = await refusal(office, to=("zed@leaders.example",))

    assert (error.reason, error.account_gone) == (send.NOBODY, False)
    assert office.server.connections == 0


async def test_changes_reach_the_copy_in_the_web_chat(office: Office) -> None:
    await office.send()
    changed = messages.message(messages.text("It is Tuesday."))

    receipt = await office.send(kind=DeliveryKind.UPDATE, message=changed, receipt=COPY)
    error = await refusal(office, kind=DeliveryKind.UPDATE, receipt=Receipt())

    assert receipt == COPY
    assert office.store.copies == {"1": changed}
    assert error.reason == send.UNCHANGED
    assert len(office.server.took) == 1


async def test_what_is_taken_down_leaves_the_web_chat_and_the_rest_is_told(office: Office) -> None:
    await office.send()

    error = await refusal(office, kind=DeliveryKind.DELETE, message=None, receipt=COPY)

    assert error.reason == send.STAYS
    assert office.store.copies == {}


@pytest.mark.parametrize("kind", [DeliveryKind.POST, DeliveryKind.UPDATE])
async def test_nothing_is_sent_without_a_message(office: Office, kind: DeliveryKind) -> None:
    assert (await refusal(office, kind=kind, message=None)).reason == send.NOTHING


async def test_what_a_mail_server_can_not_do_is_told(office: Office) -> None:
    lists = await refusal(office, kind=DeliveryKind.FETCH_MEMBERS)
    several = await refusal(office, to=(ADA, "ben@leaders.example"))

    assert lists.reason == "A mail server has no member list to read."
    assert several.reason == send.NOT_AN_ADDRESS


def test_password_is_not_shown() -> None:
    made = server(settings(smtp_url="smtps://olu:s%40cret@mail.example").smtp_url)

    assert (made.host, made.port, made.user, made.password) == (
        "mail.example",
        465,
        "olu",
        "s@cret",
    )
    assert "s@cret" not in repr(made)
    assert server("smtp://mail.example").port == 587
