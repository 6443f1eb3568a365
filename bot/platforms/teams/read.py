"""Teams' activities as what was asked and where the answer can be shown.

Every function is pure and raises ``Malformed`` where Teams' own shape is not kept.
Sources: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/
subscribe-to-conversation-events, and the same site's pages on Universal Actions for Adaptive Cards
and on dialogs.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.chat.messages import Account
from bot.chat.platform import TeamsConversation
from bot.chat.requests import Incoming, Kind, Profile
from bot.platforms.teams import activities, carry
from bot.platforms.teams.activities import (
    Malformed,
    account,
    brings_us_in,
    channel_name,
    is_bot,
    lane,
    maybe,
    part,
    parts,
    place,
    profile,
    takes_us_away,
    tenant,
    user,
)
from bot.platforms.teams.carry import Asked
from bot.platforms.teams.text import Json
from bot.platforms.teams.words import typed

# What a message or a mention without words asks for.
NO_WORDS = "help"


class Where(StrEnum):
    """Where something was said or tapped, which decides how the reply is shown."""

    PERSONAL = "personal"
    SHARED = "shared"
    CARD = "card"
    OPENS_DIALOG = "opens_dialog"
    DIALOG = "dialog"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked, and what Teams gives us to show the answer with.

    ``conversation`` names no thread, ``thread`` is the whole id where there is one. ``message`` is
    what was said, or the card that was tapped; ``activity`` is the same when Teams tells of it
    again. ``opened_by`` is the request that opened a form that was sent in.
    """

    where: Where
    incoming: Incoming
    service_url: str
    conversation: str
    thread: str = ""
    message: str = ""
    teams_user: str = ""
    is_personal: bool = False
    is_form: bool = False
    opened_by: Asked | None = None
    activity: str = ""

    @property
    def place(self) -> TeamsConversation:
        """The conversation, as one writes to it."""
        return TeamsConversation(self.incoming.account.lane, self.conversation, self.service_url)


# Invoke -> where it was tapped, and where in its value the data of the action is.
_INVOKES = {
    "adaptiveCard/action": (Where.CARD, ("action", "data")),
    "task/fetch": (Where.OPENS_DIALOG, ("data",)),
    "task/submit": (Where.DIALOG, ("data",)),
}


def heard(activity: Json) -> Heard | None:
    """What an activity asks; None where it is nothing to us.

    Of several people who joined at once it is the first: see :func:`all_heard`.
    """
    return next(iter(all_heard(activity)), None)


def all_heard(activity: Json) -> tuple[Heard, ...]:
    """All that an activity asks: nothing, one thing, or a greeting for each who joined."""
    match maybe(activity, "type"):
        case activities.MESSAGE:
            return _only(_message(activity))
        case activities.INVOKE:
            return _only(_invoke(activity))
        case "installationUpdate" | "conversationUpdate":
            return _update(activity)
        case _:
            return ()


def _only(found: Heard | None) -> tuple[Heard, ...]:
    return () if found is None else (found,)


def _message(activity: Json) -> Heard | None:
    sender = account(activity)
    if sender is None:
        return None
    text, value = activity.get("text"), activity.get("value")
    if isinstance(value, dict) and (carry.KEY in value or not text):
        return _tap(activity, sender, value, where=Where.CARD)
    if text is not None and not isinstance(text, str):
        raise Malformed("A message whose text is none.")

    at = place(activity)
    bot = maybe(activity, "recipient", "id")
    words = typed(text or "", parts(activity, "entities"), bot=bot)
    return _heard(
        activity,
        Where.PERSONAL if at.is_personal else Where.SHARED,
        Incoming(
            account=sender,
            kind=Kind.WORDS,
            text=words or NO_WORDS,
            channel=None if at.is_personal else at.conversation,
            channel_name=channel_name(activity),
            profile=_sender(activity),
        ),
        message=maybe(activity, "id"),
    )


def _invoke(activity: Json) -> Heard | None:
    known = _INVOKES.get(maybe(activity, "name"))
    sender = account(activity)
    if known is None or sender is None:
        return None
    where, path = known
    data: object = part(activity, "value")
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return _tap(activity, sender, data, where=where)


def _tap(activity: Json, sender: Account, data: object, *, where: Where) -> Heard:
    try:
        carried = carry.read(data)
    except carry.NotOurs as error:
        raise Malformed(str(error)) from error

    at = place(activity)
    kind = Kind.TAP if carried.route else Kind.WORDS
    incoming = Incoming(
        account=sender,
        kind=Kind.SUBMIT if carried.is_form else kind,
        text=carried.value,
        route=carried.route,
        fields=carried.fields or {},
        token=carried.token,
        channel=None if at.is_personal else at.conversation,
        profile=_sender(activity),
    )
    return _heard(
        activity,
        where,
        incoming,
        message=maybe(activity, "replyToId"),
        is_form=carried.is_form and where is Where.CARD,
        opened_by=carried.opened_by,
    )


def _update(activity: Json) -> tuple[Heard, ...]:
    """Somebody came or went.

    A personal conversation tells of its own person. A team or group chat tells of those added
    later: greeting all who are in a team when the bot comes would write to a thousand at once.
    """
    at = place(activity)
    if at.is_personal:
        sender = account(activity)
        if sender is None:
            return ()
        if takes_us_away(activity):
            return (_event(activity, sender, "left", _sender(activity)),)
        if brings_us_in(activity):
            return (_event(activity, sender, "joined", _sender(activity)),)
        return ()

    added = [each for each in parts(activity, "membersAdded") if user(each)]
    if not added or brings_us_in(activity):
        return ()
    here = tenant(activity)
    return tuple(
        _event(
            activity,
            Account(lane(here), user(each)),
            "joined",
            profile(each, tenant=here),
            teams_user=maybe(each, "id"),
        )
        for each in added
        if not is_bot(activity, each)
    )


def _event(
    activity: Json, who: Account, route: str, known: Profile, *, teams_user: str = ""
) -> Heard:
    incoming = Incoming(account=who, kind=Kind.EVENT, route=route, profile=known)
    return _heard(activity, Where.EVENT, incoming, teams_user=teams_user)


def _heard(
    activity: Json,
    where: Where,
    incoming: Incoming,
    *,
    message: str = "",
    teams_user: str = "",
    is_form: bool = False,
    opened_by: Asked | None = None,
) -> Heard:
    at = place(activity)
    return Heard(
        where=where,
        incoming=incoming,
        service_url=at.service_url,
        conversation=at.conversation,
        thread=at.thread,
        message=message,
        teams_user=teams_user or maybe(activity, "from", "id"),
        is_personal=at.is_personal,
        is_form=is_form,
        opened_by=opened_by,
        activity=maybe(activity, "id"),
    )


def _sender(activity: Json) -> Profile:
    return profile(part(activity, "from"), tenant=tenant(activity))
