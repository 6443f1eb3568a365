"""Shows what dispatch answered, where Slack lets it be shown."""

from dataclasses import dataclass, replace

import structlog

from bot.chat.forms import Form
from bot.chat.messages import Button, Message, Paragraph, buttons, message, spans
from bot.chat.requests import Outcome
from bot.errors import TryLater, Uncertain
from bot.ids import Lane
from bot.platforms.slack import modal, render
from bot.platforms.slack.api import Api, Refusal
from bot.platforms.slack.heard import Heard, Where
from bot.platforms.slack.text import Json, Place

log = structlog.get_logger(__name__)

# A form needs a tap: Slack opens a modal only for a command or a button.
FORM_IN_WORDS = "“{title}” opens as a form."
OPEN_FORM = "Open the form"
TOO_SLOW = "That took too long for Slack to open the form. Please try once more."
BROKE = "Something broke (ref {ref}). Please try again in a moment."
NOT_SHOWN = "I could not open the form in Slack. Please try once more."

# Slack's codes for a tap that is more than three seconds old or was used before.
TRIGGER_CODES = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"}
)
NOT_HERE_CODES = frozenset(
    {"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived", "no_permission"}
)


@dataclass(frozen=True, slots=True)
class Replies:
    """Shows outcomes. What ``show`` returns is the body that acknowledges Slack's request."""

    api: Api
    base_url: str

    async def show(self, heard: Heard, outcome: Outcome, *, is_late: bool = False) -> Json:
        """Show the outcome; with ``is_late`` the request has been acknowledged already.

        Raises what :class:`Api` raises where Slack does not take the reply.
        """
        if heard.where is Where.FORM:
            body = self._submitted(heard, outcome)
            if is_late and (outcome.reply is not None or outcome.errors):
                await self._direct(heard, _spoken(outcome))
            return {} if is_late else body
        if outcome.reply is None:
            return {}
        if isinstance(outcome.reply, Form):
            return await self._form(heard, outcome.reply, is_late=is_late)
        return await self._message(heard, outcome.reply, is_late=is_late)

    def _submitted(self, heard: Heard, outcome: Outcome) -> Json:
        if outcome.errors and heard.blocks:
            return {"response_action": "errors", "errors": _errors(heard, outcome)}
        if outcome.reply is None and not outcome.errors:
            return {"response_action": "clear"}
        shown = outcome.reply or _spoken(outcome)
        return {"response_action": "update", "view": self._view(heard, shown)}

    async def _form(self, heard: Heard, form: Form, *, is_late: bool) -> Json:
        # What was tapped is answered by the bot it belongs to.
        lane = heard.via or self._lane(heard)
        if heard.where is Where.MODAL:
            await self.api.call(
                lane, "views.update", view_id=heard.view, view=self._view(heard, form)
            )
            return {}
        if not heard.trigger:
            return await self._message(heard, _in_words(heard, form), is_late=is_late)
        try:
            await self.api.call(
                lane, "views.open", trigger_id=heard.trigger, view=self._view(heard, form)
            )
        except (Refusal, TryLater, Uncertain) as error:
            is_slow = isinstance(error, Refusal) and error.code in TRIGGER_CODES
            log.warning("slack_form_not_opened", lane=lane, error=_code(error))
            sorry = message(Paragraph(spans(TOO_SLOW if is_slow else NOT_SHOWN)))
            return await self._message(heard, sorry, is_late=is_late)
        return {}

    async def _message(self, heard: Heard, said: Message, *, is_late: bool) -> Json:
        match heard.where:
            case Where.COMMAND:
                content = {"response_type": "ephemeral", **self._content(heard, said)}
                if not is_late:
                    return content
                await self.api.respond(heard.response_url, content)
            case Where.MENTION:
                await self._privately(heard, said)
            case Where.CARD:
                await self._on_card(heard, said)
            case Where.MODAL:
                await self.api.call(
                    heard.via or self._lane(heard),
                    "views.update",
                    view_id=heard.view,
                    view=self._view(heard, said),
                )
            case Where.HOME:
                await self._over_home(heard, said)
            case Where.HOME_OPENED:
                await self.publish(heard, said)
            case _:
                await self._direct(heard, said)
        return {}

    async def publish(self, heard: Heard, said: Message) -> None:
        """Show the message as the asker's App Home."""
        user = heard.incoming.account.user
        view = render.home(said, self._place(heard))
        await self.api.call(self._lane(heard), "views.publish", user_id=user, view=view)

    async def _on_card(self, heard: Heard, said: Message) -> None:
        if not heard.is_private:
            await self._beside(heard, said, is_replacing=False)
        elif said.replaces or heard.is_ephemeral:
            await self._beside(heard, said, is_replacing=said.replaces)
        else:
            await self._direct(heard, said)

    async def _beside(self, heard: Heard, said: Message, *, is_replacing: bool) -> None:
        content = {
            "response_type": "ephemeral",
            "replace_original": is_replacing,
            **self._content(heard, said),
        }
        try:
            await self.api.respond(heard.response_url, content)
        except Refusal as error:
            log.warning("slack_response_refused", lane=self._lane(heard), error=error.code)
            if is_replacing and not heard.is_ephemeral:
                await self._replace(heard, said)
            else:
                await self._privately(heard, said)

    async def _replace(self, heard: Heard, said: Message) -> None:
        await self.api.call(
            self._lane(heard),
            "chat.update",
            channel=heard.conversation,
            ts=heard.card,
            **self._content(heard, said),
        )

    async def _over_home(self, heard: Heard, said: Message) -> None:
        await self.api.call(
            self._lane(heard), "views.open", trigger_id=heard.trigger, view=self._view(heard, said)
        )

    async def _privately(self, heard: Heard, said: Message) -> None:
        """To the asker alone, in the conversation where possible."""
        if heard.is_private:
            await self._direct(heard, said)
            return
        thread = {"thread_ts": heard.thread} if heard.thread else {}
        try:
            await self.api.call(
                heard.via or self._lane(heard),
                "chat.postEphemeral",
                channel=heard.conversation,
                user=heard.incoming.account.user,
                **thread,
                **self._content(heard, said),
            )
        except Refusal as error:
            # Nobody of another workspace can be written to directly.
            if error.code not in NOT_HERE_CODES or heard.incoming.profile.is_external:
                raise
            await self._direct(replace(heard, thread=""), said)

    async def _direct(self, heard: Heard, said: Message) -> None:
        thread = {"thread_ts": heard.thread} if heard.thread and heard.is_private else {}
        await self.api.call(
            self._lane(heard),
            "chat.postMessage",
            channel=heard.incoming.account.user,
            unfurl_links=False,
            unfurl_media=False,
            **thread,
            **self._content(heard, said),
        )

    def _view(self, heard: Heard, reply: Message | Form) -> Json:
        place = self._place(heard)
        if isinstance(reply, Form):
            return modal.form(reply, place, from_home=heard.from_home)
        return render.modal(reply, place, from_home=heard.from_home)

    def _content(self, heard: Heard, said: Message) -> Json:
        shown = render.message(said, self._place(heard))
        return {"text": shown.text, "blocks": shown.blocks}

    def _place(self, heard: Heard) -> Place:
        return Place(self._lane(heard), self.base_url)

    @staticmethod
    def _lane(heard: Heard) -> Lane:
        return heard.incoming.account.lane


def sorry(ref: str) -> Message:
    """What somebody is told when we broke; ``ref`` finds the traceback in the log."""
    return message(Paragraph(spans(BROKE.format(ref=ref))))


def _errors(heard: Heard, outcome: Outcome) -> dict[str, str]:
    """The errors at the inputs of the form; Slack refuses one at a field it does not know."""
    marked: dict[str, str] = {}
    for name, sentence in outcome.errors.items():
        block = name if name in heard.blocks else heard.blocks[0]
        marked[block] = f"{marked[block]} {sentence}" if block in marked else sentence
    return marked


def _spoken(outcome: Outcome) -> Message:
    if isinstance(outcome.reply, Message):
        return outcome.reply
    words = " ".join(outcome.errors.values()) or TOO_SLOW
    return message(Paragraph(spans(words)))


def _in_words(heard: Heard, form: Form) -> Message:
    """A message whose button says the same words again, this time with a tap."""
    words = FORM_IN_WORDS.format(title=form.title)
    again = Button(OPEN_FORM, route="", value=heard.incoming.text)
    return message(Paragraph(spans(words)), buttons(again))


def _code(error: BaseException) -> str:
    if isinstance(error, Refusal):
        return error.code
    return type(error).__name__
