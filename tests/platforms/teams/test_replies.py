"""Where an answer is shown in Teams, and to whom."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.chat.forms import Form, TextField
from bot.chat.messages import Button, Heading, Message, buttons, message, text
from bot.chat.requests import Incoming, Kind, Outcome
from bot.errors import TryLater
from bot.platforms.teams import replies
from bot.platforms.teams.api import Refusal
from bot.platforms.teams.carry import Asked
from bot.platforms.teams.read import Heard, Where
from bot.platforms.teams.replies import MAX_BESIDE, Replies
from storage.database import Database
from tests.platforms.teams.around import ADA, BASE, CHANNEL, Around, around
from tests.teams_stand_in import Said, actions_of, everything, inputs_of

CARD = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"

WORDS = message(text("You are in."))
CHOICE = message(
    Heading("A round"), text("A round begins."), buttons(Button("Join", "coffee join"))
)
FORM = Form(
    "Introduce yourself",
    "introduce save",
    (TextField("role", "Role", required=True), TextField("about", "About you")),
    token="fresh",
)
ERRORS = Outcome(errors={"role": "Please shorten this."})


@dataclass
class Dispatch:
    """Answers what it was told to; remembers what it was asked."""

    outcome: Outcome = field(default_factory=lambda: Outcome(FORM))
    asked: list[Incoming] = field(default_factory=list)

    async def __call__(self, incoming: Incoming) -> Outcome:
        self.asked.append(incoming)
        return self.outcome


@dataclass
class Shown:
    """What shows outcomes, what it asks, and where it arrives."""

    world: Around
    dispatch: Dispatch
    replies: Replies

    async def show(self, heard: Heard, outcome: Outcome | Message | Form, **more: Any) -> Any:
        if not isinstance(outcome, Outcome):
            outcome = Outcome(outcome)
        return await self.replies.show(heard, outcome, **more)

    def own(self) -> list[Said]:
        """Ada's own chat."""
        return self.world.teams.seen_by("ada")

    def channel(self) -> list[Said]:
        return self.world.teams.seen_by("ada", CHANNEL)

    def heard(self, where: Where, **more: Any) -> Heard:
        kind = {Where.CARD: Kind.TAP, Where.OPENS_DIALOG: Kind.TAP, Where.DIALOG: Kind.SUBMIT}
        return replace(
            Heard(
                where,
                Incoming(ADA, kind.get(where, Kind.WORDS), text="42", route="coffee join"),
                self.world.teams.service_url(),
                "a:ada",
                teams_user="29:ada",
                is_personal=True,
            ),
            **more,
        )

    def in_channel(self, where: Where, **more: Any) -> Heard:
        return self.heard(where, conversation=CHANNEL, is_personal=False, **more)

    def submitted(self, where: Where, **more: Any) -> Heard:
        asked = Asked(Kind.TAP, "introduce", "again")
        incoming = Incoming(
            ADA,
            Kind.SUBMIT,
            route="introduce save",
            fields={"role": ("x" * 40,), "about": ("Tea.",)},
            token="old",
        )
        return self.heard(where, incoming=incoming, opened_by=asked, **more)


@pytest.fixture
async def shown(database: Database) -> AsyncIterator[Shown]:
    async with around(database) as world:
        world.knows("ada")
        world.knows_channel(CHANNEL, "ada", "ben")
        dispatch = Dispatch()
        shows = Replies(world.api, world.conversations, dispatch, BASE)
        yield Shown(world, dispatch, shows)


def card_of(body: Any) -> Any:
    """The card in the answer to a dialog."""
    assert body["task"]["type"] == "continue"
    assert body["task"]["value"]["card"]["contentType"] == CARD
    return body["task"]["value"]["card"]["content"]


def labels(card: Any) -> list[str]:
    return [one["label"] for one in inputs_of(card)]


def values(card: Any) -> list[str]:
    return [one.get("value", "") for one in inputs_of(card)]


def says(card: Any, words: str) -> bool:
    """Whether the words stand anywhere on the card."""
    shown = (one.get(name, "") for one in everything(card) for name in ("text", "label"))
    return any(words in str(one) for one in shown)


def carried(card: Any) -> Any:
    """What the one action of a form carries."""
    (action,) = actions_of(card)
    return action["data"]["leaders"]


def kinds(card: Any) -> set[str]:
    return {one["type"] for one in actions_of(card)}


# Words in one's own chat.


async def test_words_are_answered_in_the_chat(shown: Shown) -> None:
    body = await shown.show(shown.heard(Where.PERSONAL), WORDS)

    assert body is None
    assert [one.text for one in shown.own()] == ["You are in."]


async def test_form_asked_for_in_words_is_a_card_with_inputs(shown: Shown) -> None:
    heard = shown.heard(Where.PERSONAL, incoming=Incoming(ADA, Kind.WORDS, text="introduce"))

    assert await shown.show(heard, FORM) is None

    (said,) = shown.own()
    assert said.activity["summary"] == "Introduce yourself"
    assert labels(said.card) == ["Role", "About you"]
    assert kinds(said.card) == {"Action.Execute"}
    assert carried(said.card)["again"] == {"k": "words", "r": "", "v": "introduce"}


@pytest.mark.parametrize("where", [Where.PERSONAL, Where.SHARED, Where.EVENT, Where.DIALOG])
async def test_nothing_to_say_is_an_empty_answer(shown: Shown, where: Where) -> None:
    assert await shown.show(shown.heard(where), Outcome()) is None
    assert shown.world.teams.said == []


async def test_newcomer_of_a_team_is_answered_in_a_chat_of_their_own(shown: Shown) -> None:
    await shown.show(shown.in_channel(Where.EVENT), WORDS)

    assert [one.text for one in shown.own()] == ["You are in."]
    assert shown.channel() == []


# Cards in one's own chat.


async def test_reply_that_replaces_changes_the_card_for_good(shown: Shown) -> None:
    await shown.show(shown.heard(Where.PERSONAL), CHOICE)
    (said,) = shown.own()

    body = await shown.show(shown.heard(Where.CARD, message=said.id), replace(WORDS, replaces=True))

    assert (body["statusCode"], body["type"]) == (200, CARD)
    assert body["value"] == said.card
    assert [one.text for one in shown.own()] == ["You are in."]


async def test_form_in_the_chat_is_replaced_by_its_reply(shown: Shown) -> None:
    await shown.show(shown.heard(Where.PERSONAL), FORM)
    (said,) = shown.own()

    body = await shown.show(shown.submitted(Where.CARD, message=said.id, is_form=True), WORDS)

    assert body["value"] == said.card
    assert said.text == "You are in."


async def test_card_that_cannot_be_changed_still_shows_the_reply(shown: Shown) -> None:
    heard = shown.heard(Where.CARD, message="1")

    body = await shown.show(heard, replace(WORDS, replaces=True))
    unknown = await shown.show(replace(heard, message=""), replace(WORDS, replaces=True))

    assert body == unknown
    assert body["value"]["fallbackText"] == "You are in."
    assert len(shown.world.teams.called("update")) == 1


async def test_other_reply_to_a_tap_is_a_new_message(shown: Shown) -> None:
    body = await shown.show(shown.heard(Where.CARD, message="1"), CHOICE)

    assert body == {"statusCode": 200, "type": SENTENCE, "value": "I have answered below."}
    assert [one.text.splitlines()[0] for one in shown.own()] == ["A round"]


async def test_form_that_a_tap_opens_stands_below(shown: Shown) -> None:
    body = await shown.show(shown.heard(Where.CARD), FORM)

    assert body == {"statusCode": 200, "type": SENTENCE, "value": "The form is below."}
    (said,) = shown.own()
    assert carried(said.card)["again"] == {
        "k": "tap",
        "r": "coffee join",
        "v": "42",
    }


async def test_tap_without_a_reply_is_done(shown: Shown) -> None:
    body = await shown.show(shown.heard(Where.CARD), Outcome())

    assert body == {"statusCode": 200, "type": SENTENCE, "value": "Done."}
    assert shown.own() == []


# Forms with errors.


async def test_form_with_errors_is_asked_for_again_and_keeps_what_was_typed(
    shown: Shown,
) -> None:
    heard = shown.submitted(Where.CARD, message="1", is_form=True)

    body = await shown.show(heard, ERRORS)

    assert shown.dispatch.asked == [Incoming(ADA, Kind.TAP, text="again", route="introduce")]
    assert (body["statusCode"], body["type"]) == (200, CARD)
    assert says(body["value"], "Please shorten this.")
    assert values(body["value"]) == ["x" * 40, "Tea."]
    again = {"k": "tap", "r": "introduce", "v": "again"}
    assert (carried(body["value"])["t"], carried(body["value"])["again"]) == ("fresh", again)
    assert shown.world.teams.calls == []


async def test_form_that_grew_too_large_says_what_is_wrong_and_stays(shown: Shown) -> None:
    heard = shown.submitted(Where.CARD, message="1", is_form=True)
    names = tuple(f"field {number}" for number in range(9))
    shown.dispatch.outcome = Outcome(
        replace(FORM, fields=tuple(TextField(name, name) for name in names))
    )
    long = replace(heard.incoming, fields=dict.fromkeys(names, ("x" * 3000,)))

    body = await shown.show(replace(heard, incoming=long), ERRORS)

    assert body == {"statusCode": 200, "type": SENTENCE, "value": "Please shorten this."}


async def test_dialog_with_errors_goes_on_with_the_marked_form(shown: Shown) -> None:
    body = await shown.show(shown.submitted(Where.DIALOG), ERRORS)

    assert body["task"]["value"]["title"] == "Introduce yourself"
    assert says(card_of(body), "Please shorten this.")
    assert values(card_of(body)) == ["x" * 40, "Tea."]
    assert kinds(card_of(body)) == {"Action.Submit"}


async def test_marked_form_that_comes_late_is_a_new_message(shown: Shown) -> None:
    heard = replace(shown.submitted(Where.DIALOG), conversation=CHANNEL, is_personal=False)

    assert await shown.show(heard, ERRORS, is_late=True) is None

    (said,) = shown.own()
    assert says(said.card, "Please shorten this.")
    assert values(said.card) == ["x" * 40, "Tea."]


# What a form carries comes from outside: it never makes an event of itself.
@pytest.mark.parametrize("kind", [Kind.EVENT, Kind.SUBMIT])
async def test_form_that_cannot_be_had_again_says_what_is_wrong(shown: Shown, kind: Kind) -> None:
    heard = replace(shown.submitted(Where.DIALOG), opened_by=Asked(kind, "left", ""))

    body = await shown.show(heard, ERRORS)

    assert shown.dispatch.asked == []
    assert card_of(body)["fallbackText"] == "Please shorten this."


async def test_form_that_is_not_given_again_says_what_is_wrong(shown: Shown) -> None:
    shown.dispatch.outcome = Outcome(message(text("Not for you.")))

    body = await shown.show(shown.submitted(Where.CARD, is_form=True, message="1"), ERRORS)

    assert body["value"]["fallbackText"] == "Please shorten this."


async def test_errors_of_typed_words_are_said(shown: Shown) -> None:
    await shown.show(shown.heard(Where.PERSONAL), ERRORS)

    assert [one.text for one in shown.own()] == ["Please shorten this."]


# Dialogs.


async def test_dialog_opens_with_the_form(shown: Shown) -> None:
    body = await shown.show(shown.heard(Where.OPENS_DIALOG), FORM)

    assert body["task"]["value"]["title"] == "Introduce yourself"
    assert carried(card_of(body))["again"] == {
        "k": "tap",
        "r": "coffee join",
        "v": "42",
    }
    assert shown.own() == []


@pytest.mark.parametrize("where", [Where.OPENS_DIALOG, Where.DIALOG])
@pytest.mark.parametrize(("said", "title"), [(CHOICE, "A round"), (WORDS, "Leaders")])
async def test_message_is_shown_in_the_dialog(
    shown: Shown, where: Where, said: Message, title: str
) -> None:
    body = await shown.show(shown.heard(where), said)

    assert body["task"]["value"]["title"] == title
    assert kinds(card_of(body)) <= {"Action.Submit"}
    assert shown.own() == []


async def test_dialog_that_opens_on_nothing_says_done(shown: Shown) -> None:
    body = await shown.show(shown.heard(Where.OPENS_DIALOG), Outcome())

    assert body == {"task": {"type": "message", "value": "Done."}}


@pytest.mark.parametrize("where", [Where.CARD, Where.OPENS_DIALOG, Where.DIALOG])
async def test_late_reply_is_a_new_message_in_ones_own_chat(shown: Shown, where: Where) -> None:
    late = await shown.show(shown.in_channel(where), replace(WORDS, replaces=True), is_late=True)
    nothing = await shown.show(shown.in_channel(where), Outcome(), is_late=True)

    assert (late, nothing) == (None, None)
    assert [one.text for one in shown.own()] == ["You are in."]
    assert shown.channel() == []


# Where others read along.


async def test_mention_is_answered_privately_with_a_neutral_line(shown: Shown) -> None:
    heard = shown.in_channel(Where.SHARED, thread=f"{CHANNEL};messageid=7")

    assert await shown.show(heard, CHOICE) is None

    assert [one.text.splitlines()[0] for one in shown.own()] == ["A round"]
    assert [(one.text, one.thread) for one in shown.channel()] == [(replies.IN_OUR_CHAT, "7")]


async def test_mention_by_somebody_without_a_chat_says_how_to_open_one(shown: Shown) -> None:
    shown.world.teams.shared[CHANNEL].discard("ben")
    heard = shown.in_channel(Where.SHARED)
    ben = replace(heard.incoming, account=replace(ADA, user="ben"))

    await shown.show(replace(heard, incoming=ben), CHOICE)

    assert [one.text for one in shown.channel()] == [replies.NO_CHAT]
    assert shown.world.teams.seen_by("ben") == []


async def test_message_that_teams_does_not_take_is_no_closed_chat(shown: Shown) -> None:
    shown.world.teams.fails(413, "MessageSizeTooBig")

    with pytest.raises(Refusal):
        await shown.show(shown.in_channel(Where.SHARED), WORDS)

    assert shown.world.teams.said == []


async def test_answer_that_arrived_is_not_sent_again_for_want_of_the_line(shown: Shown) -> None:
    del shown.world.teams.shared[CHANNEL]

    await shown.show(shown.in_channel(Where.SHARED), WORDS)

    assert [one.text for one in shown.own()] == ["You are in."]


async def test_mention_whose_answer_must_wait_is_not_announced(shown: Shown) -> None:
    shown.world.teams.limit()

    with pytest.raises(TryLater):
        await shown.show(shown.in_channel(Where.SHARED), WORDS)

    assert shown.world.teams.said == []


async def test_short_reply_to_a_shared_card_is_seen_by_the_tapper_alone(shown: Shown) -> None:
    body = await shown.show(shown.in_channel(Where.CARD), replace(WORDS, replaces=True))

    assert body == {"statusCode": 200, "type": SENTENCE, "value": "You are in."}
    assert shown.world.teams.calls == []


@pytest.mark.parametrize("reply", [CHOICE, FORM, message(text("x" * (MAX_BESIDE + 1)))])
async def test_larger_reply_to_a_shared_card_goes_to_ones_own_chat(
    shown: Shown, reply: Message | Form
) -> None:
    body = await shown.show(shown.in_channel(Where.CARD), reply)

    assert body == {"statusCode": 200, "type": SENTENCE, "value": replies.IN_OUR_CHAT}
    assert len(shown.own()) == 1
    assert shown.channel() == []


async def test_tapper_of_a_shared_card_without_a_chat_hears_how_to_open_one(
    shown: Shown,
) -> None:
    shown.world.teams.blocked.add("ada")

    body = await shown.show(shown.in_channel(Where.CARD), CHOICE)

    assert body["value"] == replies.NO_CHAT
    assert shown.world.teams.said == []


async def test_tap_on_a_shared_card_without_a_reply_is_done(shown: Shown) -> None:
    body = await shown.show(shown.in_channel(Where.CARD), Outcome())

    assert body["value"] == "Done."
