"""Shows what dispatch answered, where Teams lets it be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from bot.chat.forms import Form
from bot.chat.messages import Buttons, Message, message, plain, text
from bot.chat.platform import Answer, TeamsConversation
from bot.chat.requests import Fields, Kind, Outcome, Reply
from bot.errors import BotError, CannotDeliver
from bot.platforms.teams import bodies, form, render
from bot.platforms.teams.api import Api, Refusal
from bot.platforms.teams.carry import Asked
from bot.platforms.teams.conversations import Conversations
from bot.platforms.teams.read import Heard, Where
from bot.platforms.teams.text import Json

log = structlog.get_logger(__name__)

# What a client shows beside a card is small, and gone when the card is looked at again.
MAX_BESIDE = 300
# Teams does not let the bot into a person's own chat, or knows none.
CLOSED_STATUSES = frozenset({403, 404})

DONE = "Done."
BELOW = "I have answered below."
FORM_BELOW = "The form is below."
IN_OUR_CHAT = "I have answered you in our own chat."
NO_CHAT = (
    "I answer in our own chat, and could not open it. "
    "Find me under Apps in Teams, choose Add, and ask me there."
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is to be shown. A form knows the request that opened it, and what was typed."""

    reply: Reply
    again: Asked
    values: Fields = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replies:
    """Shows outcomes. What ``show`` returns is the body that answers an invoke; None: no body.

    ``ask`` is dispatch: a form that was filled in wrongly is asked for again.
    """

    api: Api
    conversations: Conversations
    ask: Answer
    base_url: str

    async def show(self, heard: Heard, outcome: Outcome, *, is_late: bool = False) -> Json | None:
        """Show the outcome; with ``is_late`` everything as new messages, and no body.

        The latter is for a request that has been answered, and for a tap that came as a message.
        Raises what :class:`Api` raises where Teams does not take the reply.
        """
        shown = await self._shown(heard, outcome)
        if shown is None:
            return None if is_late else _nothing(heard)
        if heard.where is Where.SHARED:
            await self._answer_mention(heard, shown)
            return None
        if is_late or heard.where in {Where.PERSONAL, Where.EVENT}:
            await self._privately(heard, shown)
            return None
        if heard.where is not Where.CARD:
            return bodies.continued(self._task(shown))
        if heard.is_personal:
            return await self._on_card(heard, shown)
        return await self._on_shared_card(heard, shown)

    async def _shown(self, heard: Heard, outcome: Outcome) -> _Shown | None:
        incoming = heard.incoming
        asked = Asked(incoming.kind, incoming.route, incoming.text)
        if not outcome.errors:
            return _Shown(outcome.reply, asked) if outcome.reply is not None else None
        again = await self._form_again(heard)
        if again is None or heard.opened_by is None:
            return _Shown(message(text(" ".join(outcome.errors.values()))), asked)
        return _Shown(again, heard.opened_by, values=incoming.fields, errors=outcome.errors)

    async def _form_again(self, heard: Heard) -> Form | None:
        """The form that was sent in, by the request that opened it; None where it can't be."""
        asked = heard.opened_by
        # What a form carries comes from outside. It never makes an event, and what a form itself
        # was answered with can't be had again without that form.
        if asked is None or asked.kind not in {Kind.WORDS, Kind.TAP}:
            return None
        incoming = replace(
            heard.incoming,
            kind=Kind(asked.kind),
            route=asked.route,
            text=asked.text,
            fields={},
            token="",
        )
        found = (await self.ask(incoming)).reply
        return found if isinstance(found, Form) else None

    # In the person's own chat.

    async def _privately(self, heard: Heard, shown: _Shown) -> None:
        place = await self._own_chat(heard)
        await self.api.send(place, self._activity(shown))

    async def _own_chat(self, heard: Heard) -> TeamsConversation:
        account = heard.incoming.account
        if heard.is_personal:
            return heard.place
        return await self.conversations.with_person(account)

    async def _tell_privately(self, heard: Heard, shown: _Shown) -> str:
        """Send it to the person's own chat; the sentence that says so where they asked."""
        try:
            await self._privately(heard, shown)
        except (CannotDeliver, Refusal) as error:
            if isinstance(error, Refusal) and error.status not in CLOSED_STATUSES:
                raise
            log.info("teams_chat_closed", lane=heard.incoming.account.lane, reason=str(error))
            return NO_CHAT
        return IN_OUR_CHAT

    # Where others read along.

    async def _answer_mention(self, heard: Heard, shown: _Shown) -> None:
        """To the asker alone; in the thread stands one line that says nothing of it."""
        line = await self._tell_privately(heard, shown)
        try:
            there = replace(heard.place, id=heard.thread or heard.conversation)
            await self.api.send(there, render.sentence(line))
        except BotError as error:
            # The answer has arrived; another attempt would bring it twice.
            log.warning("teams_line_lost", lane=heard.incoming.account.lane, reason=str(error))

    async def _on_shared_card(self, heard: Heard, shown: _Shown) -> Json:
        if isinstance(shown.reply, Message) and _is_short(shown.reply):
            return bodies.beside(plain(shown.reply))
        return bodies.beside(await self._tell_privately(heard, shown))

    # On a card in the person's own chat.

    async def _on_card(self, heard: Heard, shown: _Shown) -> Json:
        reply = shown.reply
        if shown.errors and heard.is_form:
            return self._marked(shown)
        if isinstance(reply, Message) and (reply.replaces or heard.is_form):
            await self._replace(heard, shown)
            return bodies.in_place(self._card(shown))
        await self._privately(heard, shown)
        return bodies.beside(FORM_BELOW if isinstance(reply, Form) else BELOW)

    def _marked(self, shown: _Shown) -> Json:
        try:
            return bodies.in_place(self._card(shown))
        except form.TooLarge:
            # The form stands there still, with what was typed.
            return bodies.beside(" ".join(shown.errors.values()))

    async def _replace(self, heard: Heard, shown: _Shown) -> None:
        """So that the card stays changed: the answer to a tap alone is gone with the client."""
        if not heard.message:
            return
        try:
            await self.api.update(heard.place, heard.message, self._activity(shown))
        except BotError as error:
            log.warning("teams_card_kept", lane=heard.incoming.account.lane, reason=str(error))

    # As cards.

    def _card(self, shown: _Shown) -> Json:
        if isinstance(shown.reply, Message):
            return render.card(shown.reply, self.base_url)
        return self._filled_in(form.card, shown.reply, shown)

    def _activity(self, shown: _Shown) -> Json:
        if isinstance(shown.reply, Message):
            return render.activity(shown.reply, self.base_url)
        return self._filled_in(form.activity, shown.reply, shown)

    def _task(self, shown: _Shown) -> Json:
        if isinstance(shown.reply, Message):
            return render.task(shown.reply, self.base_url)
        return self._filled_in(form.task, shown.reply, shown)

    def _filled_in(self, make: Callable[..., Json], asked: Form, shown: _Shown) -> Json:
        """The form in one of its three shapes, with what was typed and what is wrong with it."""
        return make(
            asked, shown.again, base_url=self.base_url, values=shown.values, errors=shown.errors
        )


def _nothing(heard: Heard) -> Json | None:
    """The body where there is nothing to show: a client wants one for a tap, and for no event."""
    match heard.where:
        case Where.CARD:
            return bodies.beside(DONE)
        case Where.OPENS_DIALOG:
            return bodies.instead_of_dialog(DONE)
    return None


def _is_short(said: Message) -> bool:
    is_bare = not any(isinstance(block, Buttons) for block in said.blocks)
    return is_bare and len(plain(said)) <= MAX_BESIDE
