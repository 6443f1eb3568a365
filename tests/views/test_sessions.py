"""What is said of sessions, and that every platform can carry the longest of it."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.chat.forms import Form
from bot.chat.messages import Message, plain
from bot.chat.requests import Kind
from bot.domain import sessions as sessions_domain
from bot.domain.sessions import (
    Details,
    Register,
    Session,
    SignUp,
    SignUpState,
)
from bot.domain.sessions_after import Feedback, Material, Report, Worth, report
from bot.domain.sessions_record import Entry, Record
from bot.domain.sessions_topics import Topic, TopicState
from bot.ids import CommunityId, Lane, MemberId, SeriesId, SessionId, TopicId
from bot.platforms.slack import modal, render
from bot.platforms.slack.text import Place
from bot.platforms.teams import form as teams_form
from bot.platforms.teams import render as teams_render
from bot.platforms.teams.carry import Asked
from bot.views import (
    deliveries,
    sessions,
    sessions_answers,
    sessions_forms,
    sessions_organising,
    sessions_record,
    sessions_told,
    sessions_topics,
)
from tests import slack_limits, teams_cards
from tests.builders import member

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 3, 12, 30)
SLACK = Place(Lane("slack:T1"), "https://bot.example")
ADA = MemberId(1)
READER = sessions.Reader(ADA, "Europe/London", NOW)
LONG = Details(
    title="T" * 120,
    minutes=60,
    about="a" * 1500,
    speakers="s" * 200,
    place="p" * 300,
    link=f"https://{'l' * 992}",
    dial_in="d" * 200,
    priority="Care closer to home",
    capacity=5000,
)
MATERIAL = Material(1, SessionId(1), "m" * 100, f"https://{'u' * 992}")


def session(number: int = 1, **more) -> Session:
    known = {"details": Details("Frailty", 60), "starts": STARTS, "zone": "Europe/London"}
    return Session(
        **{"id": SessionId(number), "community": CommunityId(1), "organiser": None, **known, **more}
    )


def register(of: Session, *states: SignUpState) -> Register:
    return Register(
        of,
        tuple(
            SignUp(MemberId(at), state, at, calendar=f"secret{at}" * 4)
            for at, state in enumerate(states, start=1)
        ),
    )


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 minutes"), (1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (120, "2 hours"),
     (90, "1 hour 30 minutes")],
)  # fmt: skip
def test_length_reads_as_people_say_it(minutes: int, said: str) -> None:
    assert sessions.length(minutes) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/London", "Thursday 3 December at 12:30"),
        ("Europe/Lisbon", "Thursday 3 December at 12:30"),
        ("America/New_York", "Thursday 3 December at 12:30 in London (07:30 for you)"),
        (
            "Pacific/Auckland",
            "Thursday 3 December at 12:30 in London (Friday 4 December at 01:30 for you)",
        ),
    ],
)
def test_time_is_told_in_the_readers_zone_too(zone: str, said: str) -> None:
    assert sessions.when(session(), zone) == said


GOING, WAITING, LEFT = SignUpState
BEGUN = READER.__class__(ADA, "Europe/London", datetime(2026, 12, 3, 13, 0, tzinfo=UTC))
OVER = READER.__class__(ADA, "Europe/London", datetime(2026, 12, 3, 14, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("capacity", "states", "reader", "said"),
    [
        (None, (), READER, "There is room for everybody."),
        (2, (), READER, "2 places of 2 are free."),
        (2, (LEFT, GOING), READER, "1 place of 2 is free."),
        (1, (LEFT, GOING), READER, "It is full; nobody waits yet."),
        (1, (LEFT, GOING, WAITING), READER, "It is full; 1 person waits."),
        (1, (LEFT, GOING, WAITING, WAITING), READER, "It is full; 2 people wait."),
        (1, (GOING,), READER, "You have a place."),
        (1, (WAITING, GOING), READER, "You are number 1 on the waitlist."),
        (1, (GOING,), BEGUN, "It is under way."),
        (1, (), OVER, "It is over."),
    ],
)
def test_standing_is_told_in_a_sentence(capacity, states, reader, said) -> None:
    of = session(details=Details("Frailty", 60, capacity=capacity))

    assert sessions.standing(register(of, *states), reader) == said


def test_list_is_cut_and_says_how_to_find_the_rest() -> None:
    several = [register(session(number)) for number in range(1, 13)]

    said = plain(sessions.listing(several, READER, total=15))

    assert said.startswith("15 learning sessions to come, the soonest first:")
    assert "And 3 more: type “sessions” and a word of the title." in said


def test_topics_are_cut_and_counted() -> None:
    several = [
        Topic(TopicId(number), f"Topic {number}", TopicState.OPEN, ()) for number in range(17)
    ]

    said = plain(sessions_topics.listing(several, ADA, is_organiser=False))

    assert "And 2 topics with fewer votes." in said


def test_names_are_cut_and_counted() -> None:
    of = register(session(), *[GOING] * 45)
    names = {MemberId(each): member(f"Leader {each}", each) for each in range(1, 46)}

    assert "and 5 more" in plain(sessions_organising.people(of, names))


def test_record_is_cut_and_the_file_has_the_rest() -> None:
    entries = [Entry(date(2026, 1, 1), "Frailty", "", 60) for _ in range(32)]

    said = plain(
        sessions_record.certificate(
            Record(tuple(entries)), name="Ada", community="Leaders", year=None, secret="x",
            today=date(2026, 12, 1),
        )
    )  # fmt: skip

    assert "2 earlier entries in the file." in said
    assert said.count("- Thursday 1 January 2026: Frailty, 1 hour") == 30


@pytest.mark.parametrize("subject", ["session:3", "session:3:reminder", "session:3:1:60"])
def test_delivery_about_a_session_says_which(subject: str) -> None:
    assert deliveries.subject(subject, {}) == "Learning session 3"


def test_report_counts_and_names_nobody() -> None:
    of = register(session(), GOING, GOING, WAITING, LEFT)

    figures = report(of, [Feedback(Worth.YES), Feedback(Worth.NO, "Too long.")])

    assert figures == Report(
        going=2, waited=1, gave_up=1, here=0, missing=0, unknown=2,
        worth={Worth.YES: 1, Worth.PARTLY: 0, Worth.NO: 1}, words=("Too long.",),
    )  # fmt: skip


CHAIR = session(
    details=Details("T" * 120, 60, sessions_domain.Kind.OPEN_CHAIR, capacity=3, speakers="s" * 200),
    draws_at=NOW + timedelta(days=1),
)
BIGGEST = session(details=LONG)
READ_BY = {MemberId(each): member("N" * 60, each) for each in range(1, 101)}
CARDS = {
    "list": sessions.listing(
        [register(session(at, details=LONG)) for at in range(12)], READER, total=20
    ),
    "mine": sessions.mine([register(session(at, details=LONG), GOING) for at in range(12)], READER),
    "card": sessions.card(register(BIGGEST, GOING), READER, [MATERIAL] * 5),
    "chair": sessions.card(register(CHAIR, WAITING), READER),
    "past": sessions.past([(BIGGEST, [MATERIAL])] * 12),
    "signed up": sessions.signed_up(register(BIGGEST, GOING), READER, leads=(60, 1440)),
    "changed": sessions_told.changed(
        register(BIGGEST, GOING), BIGGEST, tuple(sessions_told.CHANGED), member("Ada"), now=NOW
    ),
    "cancelled": sessions_told.cancelled(register(BIGGEST, GOING), "w" * 500, member("Ada")),
    "reminder": sessions_told.reminder(register(BIGGEST, GOING), member("Ada"), now=NOW),
    "promoted": sessions_told.promoted(register(BIGGEST, GOING), member("Ada"), now=NOW),
    "feedback": sessions_answers.feedback_question(BIGGEST, [MATERIAL] * 5),
    "people": sessions_organising.people(register(BIGGEST, *[GOING] * 59), READ_BY),
    "needs": sessions_organising.needs(BIGGEST, [("Ada Obi", "n" * 1000)] * 5),
    "materials": sessions_organising.material_kept(BIGGEST, [MATERIAL] * 5),
    "topics": sessions_topics.listing(
        [Topic(TopicId(at), "t" * 120, TopicState.OPEN, (ADA,)) for at in range(20)],
        ADA,
        is_organiser=True,
    ),
}
FORMS = {
    "create": sessions_forms.create_form(
        title="T" * 120, value="topic 5", zone="Europe/London",
        priorities=["p" * 80 for _ in range(8)], tomorrow=date(2026, 12, 3),
    ),
    "edit": sessions_forms.edit_form(
        session(details=LONG, series=SeriesId(1)), priorities=[LONG.priority]
    ),
    "repeat": sessions_forms.repeat_form(BIGGEST),
    "cancel": sessions_forms.cancel_form(register(BIGGEST, GOING)),
    "attendance": sessions_forms.attendance_form(
        BIGGEST, register(BIGGEST, *[GOING] * 100).going, READ_BY, value="1 0 100"
    ),
    "material": sessions_forms.material_form(BIGGEST),
    "needs": sessions_answers.needs_form(BIGGEST, "n" * 1000),
    "feedback": sessions_answers.feedback_form(BIGGEST, Feedback(Worth.YES, "w" * 1000)),
    "reminders": sessions_answers.reminders_form((60,)),
    "suggest": sessions_topics.suggest_form(),
}  # fmt: skip


@pytest.mark.parametrize("said", CARDS.values(), ids=CARDS)
def test_longest_card_is_taken_by_slack_and_teams(said: Message) -> None:
    rendered = render.message(said, SLACK)
    content = {"text": rendered.text, "blocks": rendered.blocks}
    activity = teams_render.activity(said, "https://bot.example")

    assert slack_limits.wrong_with_message(content) == ""
    assert teams_cards.faults(activity["attachments"][0]["content"]) == []
    assert len(json.dumps(activity).encode()) <= teams_cards.MAX_MESSAGE


@pytest.mark.parametrize("asked", FORMS.values(), ids=FORMS)
def test_longest_form_is_taken_by_slack_and_teams(asked: Form) -> None:
    view = modal.form(asked, SLACK)
    again = Asked(Kind.TAP, asked.route, asked.value)
    card = teams_form.card(asked, again, base_url="https://bot.example")

    assert slack_limits.wrong_with_view(view) == []
    assert teams_cards.faults(card) == []


def test_list_and_topics_keep_all_their_buttons_on_slack() -> None:
    # What a platform has no room for gives way; a button that can't be tapped is no help.
    for name, expected in (("list", 12), ("topics", 15)):
        blocks = render.message(CARDS[name], SLACK).blocks
        rows = [each for each in blocks if each["type"] == "actions"]
        assert len(rows) == expected + 1
