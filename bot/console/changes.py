"""What organisers change: always through the routes of the chat, never past them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aiohttp import web

from bot.chat.forms import Form
from bot.chat.messages import Button, Buttons, LinkButton, Message
from bot.chat.requests import Fields, Outcome
from bot.console import announcement, community, drafts, forms
from bot.console.checks import Sent, first, whole_number
from bot.console.front import TOO_OLD, Asker, Front, opening, said
from bot.console.refusals import no_such_page
from bot.console.seals import Flash
from bot.domain.vocabularies import Listed

ANNOUNCEMENTS = "/console/announcements"
COFFEE = "/console/coffee"
DELIVERIES = "/console/deliveries"
DOING = "/console/doing"
DOUBTS = "/console/deliveries?state=uncertain"
PROMPTS = "/console/prompts"
CHANGED = (
    "The draft has changed since this page was opened, so nothing was done. "
    "This is how it looks now."
)
CHANGED_WORDS = (
    "The announcement has changed since this page was opened, so it was not sent. "
    "This is how it looks now."
)
OTHER_FORM = (
    "This has gone out, or was changed by somebody else, since you opened it. "
    "This is what can be changed now."
)
# Buttons about the draft that is on the page count for that draft alone.
DRAFT_ROUTES = frozenset(
    {
        "coffee approve",
        "coffee cancel round",
        "coffee lock",
        "coffee redraft",
        "coffee remove",
        "coffee send now",
        "coffee swap",
    }
)
DOUBT_ROUTES = frozenset({"delivery again", "delivery leave"})
STOP = "deliveries stop"
SEND = "announce send"
ANNOUNCEMENT_ROUTES = frozenset(
    {
        "announce cancel",
        "announce copy",
        "announce remind",
        SEND,
        "announce take down",
    }
)
PROMPT_ROUTES = frozenset(
    {"prompts ask", "prompts resume", "prompts skip", "prompts skip undo", "prompts stop"}
)
ROUTES = (
    DRAFT_ROUTES
    | DOUBT_ROUTES
    | ANNOUNCEMENT_ROUTES
    | PROMPT_ROUTES
    | {
        STOP,
        "coffee ask",
        "coffee run",
        "coffee skip",
        "coffee skip undo",
        "coffee stop rounds",
    }
)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form of a programme that has a page of its own: its route, and where it leads back to.

    ``value`` is what its button would carry, unless that is the number in the address.
    """

    route: str
    back: str
    value: str = ""


FORMS: Mapping[str, FormPage] = {
    "coffee/setup": FormPage("coffee setup", COFFEE),
    "announcements/new": FormPage("announce", ANNOUNCEMENTS),
    "announcements/{number}/edit": FormPage("announce edit", ANNOUNCEMENTS),
    "prompts/new": FormPage("prompts new", PROMPTS),
    "prompts/{number}/edit": FormPage("prompts edit", PROMPTS),
    "prompts/{number}/pause": FormPage("prompts pause", PROMPTS),
    "community/settings": FormPage("settings change", community.ADDRESS),
    "community/organiser-add": FormPage("organiser add", community.ADDRESS),
    "community/organiser-remove": FormPage("organiser remove", community.ADDRESS),
    "community/curator-add": FormPage("curator add", community.ADDRESS),
    "community/curator-remove": FormPage("curator remove", community.ADDRESS),
    "community/organisation/sector": FormPage("organisation sector", community.ADDRESS),
    **{
        f"community/{which}/{act}": FormPage(f"vocabulary {act}", community.ADDRESS, which.value)
        for which in Listed
        for act in community.ACTS
    },
    "purpose": FormPage("purpose change", DOING),
}
"""By address. A programme's form gets its page by a line here, and nothing else."""
TITLES = {
    COFFEE: "Coffee",
    ANNOUNCEMENTS: "Announcements",
    PROMPTS: "Prompts",
    community.ADDRESS: "Community",
    DOING: "How we are doing",
}
"""What the menu calls the page that a form leads back to."""


class Changes:
    """Forms and buttons, handed to dispatch as if they had come from a chat."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def form(self, request: web.Request) -> web.StreamResponse:
        """A form as its route draws it now."""
        page = _form_page(request)
        asker = await self._front.asker(request)
        outcome = await self._front.tap(asker, page.route, value=page.value)
        if not isinstance(outcome.reply, Form):
            return self._told(outcome, page.back, page.value)
        return self._drawn(request, asker, page, outcome.reply)

    async def send_form(self, request: web.Request) -> web.StreamResponse:
        """A form that was filled in; it comes back with what was typed where something is wrong."""
        page = _form_page(request)
        asker, sent = await self._front.sent(request)
        fresh = await self._front.tap(asker, page.route, value=page.value)
        if not isinstance(fresh.reply, Form):
            return self._told(fresh, page.back, page.value)

        form = fresh.reply
        filled = forms.filled_in(form, sent)
        if first(sent, "form_route") != form.route:
            flash = Flash(OTHER_FORM, is_problem=True)
            return self._drawn(request, asker, page, form, flash=flash)
        if not self._front.is_ours(asker, sent):
            flash = Flash(TOO_OLD, is_problem=True)
            return self._drawn(request, asker, page, form, filled=filled, flash=flash)
        errors = forms.mistakes(form, filled)
        if errors:
            return self._drawn(request, asker, page, form, filled=filled, errors=errors)
        outcome = await self._front.submit(
            asker, form.route, filled, value=form.value, token=first(sent, "once")
        )
        if outcome.errors:
            return self._drawn(request, asker, page, form, filled=filled, errors=outcome.errors)
        return self._told(outcome, page.back, page.value)

    async def tap(self, request: web.Request) -> web.StreamResponse:
        """A button of a page."""
        asker, sent = await self._front.sent(request)
        route = first(sent, "route")
        if route not in ROUTES:
            raise no_such_page()
        back = _back(route, sent)
        if not self._front.is_ours(asker, sent):
            return self._front.see(back, Flash(TOO_OLD, is_problem=True))
        if route in DRAFT_ROUTES:
            _, mark = await self._front.read(request, drafts.mark)
            if mark != first(sent, "mark"):
                return self._front.see(back, Flash(CHANGED, is_problem=True))
        value = first(sent, "value")
        if route == SEND:
            # What goes out is what the organiser saw.
            _, mark = await self._front.read(
                request, lambda db, asker: announcement.mark(db, asker, value)
            )
            if mark != first(sent, "mark"):
                return self._front.see(f"{back}/{value}", Flash(CHANGED_WORDS, is_problem=True))
        outcome = await self._front.tap(asker, route, value=value, token=first(sent, "once"))
        return self._told(outcome, back, value)

    async def export(self, request: web.Request) -> web.StreamResponse:
        """The community's data: the browser is led to the address that the bot gives out."""
        asker, sent = await self._front.sent(request)
        if not self._front.is_ours(asker, sent):
            return self._front.see(community.ADDRESS, Flash(TOO_OLD, is_problem=True))
        outcome = await self._front.tap(asker, "export", token=first(sent, "once"))
        address = _address(outcome)
        return self._front.see(address) if address else self._told(outcome, community.ADDRESS, "")

    def _told(self, outcome: Outcome, back: str, value: str) -> web.Response:
        """Back to the page the change is about, with what the bot said."""
        reply = outcome.reply
        if reply is None or isinstance(reply, Form):
            return self._front.see(back)
        if back not in {ANNOUNCEMENTS, PROMPTS}:
            return self._front.see(back, said(reply))
        # These pages show the rest of what the chat would.
        page = _announcement(reply, value) if back == ANNOUNCEMENTS else back
        return self._front.see(page, opening(reply))

    def _drawn(
        self,
        request: web.Request,
        asker: Asker,
        page: FormPage,
        form: Form,
        *,
        filled: Fields | None = None,
        errors: Mapping[str, str] | None = None,
        flash: Flash | None = None,
    ) -> web.Response:
        return self._front.show(
            request,
            asker,
            "form",
            status=422 if errors or flash else 200,
            flash=flash,
            form=form,
            fields=forms.shown(form, filled, errors),
            errors=_listed(form, errors or {}),
            back=f"{page.back}/{page.value}" if page.back == ANNOUNCEMENTS else page.back,
            here=TITLES.get(page.back, ""),
        )


def _address(outcome: Outcome) -> str:
    """The address that a reply leads to; empty where it leads nowhere."""
    reply = outcome.reply
    blocks = reply.blocks if isinstance(reply, Message) else ()
    rows = [block for block in blocks if isinstance(block, Buttons)]
    return next(
        (item.url for row in rows for item in row.items if isinstance(item, LinkButton)), ""
    )


def _listed(form: Form, errors: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Errors for the top of the form: the address of the field, where it has one, and the words."""
    known = {field.name for field in form.fields}
    return tuple(
        (forms.PREFIX + name if name in known else "", sentence)
        for name, sentence in errors.items()
    )


def _form_page(request: web.Request) -> FormPage:
    address = request.path.removeprefix("/console/")
    number = request.match_info.get("number")
    if number is None:
        return FORMS[address]
    if whole_number(number) is None:
        raise no_such_page()
    return replace(FORMS[address.replace(f"/{number}/", "/{number}/")], value=number)


def _back(route: str, sent: Sent) -> str:
    """The page that the button stood on."""
    if route in DOUBT_ROUTES:
        return DOUBTS
    if route == STOP:
        return DELIVERIES
    if route in ANNOUNCEMENT_ROUTES:
        return ANNOUNCEMENTS
    if route in PROMPT_ROUTES:
        return PROMPTS
    page = whole_number(first(sent, "page"))
    return f"{COFFEE}?page={page}" if page and page > 1 else COFFEE


def _announcement(reply: Message, value: str) -> str:
    """The page of the announcement that a reply is about, else of the one that was meant."""
    about = [
        item.value
        for block in reply.blocks
        if isinstance(block, Buttons)
        for item in block.items
        if isinstance(item, Button) and item.route.startswith("announce ")
    ]
    number = whole_number(next(iter(about), value))
    return ANNOUNCEMENTS if number is None else f"{ANNOUNCEMENTS}/{number}"
