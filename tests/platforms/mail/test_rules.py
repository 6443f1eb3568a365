"""Every answer that a mail server gives to a recipient or a message, and what becomes of it.

Sources: RFC 5321 (4.2.3), RFC 3463 (3.2 to 3.8), RFC 1870, RFC 4954, RFC 7504, RFC 7505.
"""

import pytest
from aiosmtplib import SMTPResponseException

from bot.errors import CannotDeliver, NotNow, TryLater
from bot.platforms.mail import reasons

CANNOT = "cannot"
GONE = "the address is gone"
SERVER_WAITS = "the mail server waits"
PUT_OFF = "put off, for two days at most"

RULES = {
    (421, "4.3.2 closing"): SERVER_WAITS,
    (450, "4.2.1 mailbox busy"): PUT_OFF,
    (450, "4.7.1 greylisted"): PUT_OFF,
    (450, ""): PUT_OFF,
    (451, "4.3.0 local error"): PUT_OFF,
    (451, "4.7.0 try later"): PUT_OFF,
    (452, "4.3.1 no room on the server"): PUT_OFF,
    (452, "4.5.3 too many recipients"): PUT_OFF,
    (454, "4.7.0 not now"): PUT_OFF,
    (455, ""): PUT_OFF,
    (452, "4.2.2 mailbox full"): CANNOT,
    (500, "5.5.2 what?"): CANNOT,
    (501, "5.1.3 bad address"): GONE,
    (501, "5.5.4 bad arguments"): CANNOT,
    (503, "5.5.1 bad sequence"): CANNOT,
    (504, "5.5.4"): CANNOT,
    (521, "5.3.2 takes no mail"): CANNOT,
    (530, "5.7.0 log in first"): CANNOT,
    (550, "5.1.1 unknown"): GONE,
    (550, "5.1.2 no such system"): GONE,
    (550, "5.1.6 moved away"): GONE,
    (550, "5.2.1 disabled"): GONE,
    (550, "5.7.1 policy"): CANNOT,
    (550, ""): CANNOT,
    (551, "5.1.6 try elsewhere"): GONE,
    (552, "5.2.2 mailbox full"): CANNOT,
    (552, "5.2.3 too long"): CANNOT,
    (552, "5.3.4 too long"): CANNOT,
    (552, ""): CANNOT,
    (553, "5.1.3 not allowed"): GONE,
    (553, "5.1.7 bad sender"): CANNOT,
    (554, "5.7.1 spam"): CANNOT,
    (554, "5.6.0 bad content"): CANNOT,
    (555, "5.5.4"): CANNOT,
    (556, "5.1.10 takes no mail"): GONE,
}


def rule(code: int, answer: str) -> str:
    error = reasons.of_message(SMTPResponseException(code, answer))
    if isinstance(error, NotNow):
        return PUT_OFF
    if isinstance(error, TryLater):
        return SERVER_WAITS if error.whole_lane else "unknown"
    assert isinstance(error, CannotDeliver)
    return GONE if error.account_gone else CANNOT


def test_every_answer_has_its_rule() -> None:
    assert {asked: rule(*asked) for asked in RULES} == RULES


@pytest.mark.parametrize(("code", "answer"), sorted(RULES))
def test_every_answer_has_words_that_name_the_code_and_repeat_nothing(
    code: int, answer: str
) -> None:
    told = str(reasons.of_message(SMTPResponseException(code, answer)))

    enhanced, _, words = answer.partition(" ")
    assert told.endswith(f"({' '.join(filter(None, (str(code), enhanced)))}).")
    assert not words or words not in told


@pytest.mark.parametrize("answer", ["5.3.4 too big", "5.2.3 too big"])
def test_message_that_is_too_long_is_not_taken_for_a_full_mailbox(answer: str) -> None:
    told = str(reasons.of_message(SMTPResponseException(552, answer)))

    assert told == f"The e-mail is longer than the mail server takes (552 {answer[:5]})."
