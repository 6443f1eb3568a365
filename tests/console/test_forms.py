"""Any form of the chat becomes fields of a page, and what was filled in comes back."""

import pytest

from bot.chat.forms import (
    CheckField,
    ChoiceField,
    Form,
    PersonField,
    TextField,
    TextKind,
    options,
)
from bot.chat.messages import bold, link, spans
from bot.chat.requests import Role
from bot.chat.routes import Route, Routes
from bot.console import changes, forms
from bot.console.changes import FormPage
from bot.errors import FormErrors
from bot.views import common
from handlers import ROUTES
from tests.console.conftest import Place
from tests.leaders import Leader

EVERYTHING = Form(
    title="Everything",
    route="everything",
    value="42",
    submit="Go",
    intro=spans("Please ", bold("do"), " read ", link("this", "https://example.org/a?b&c")),
    fields=(
        TextField("line", "Line", hint="Short.", required=True, initial="a"),
        TextField("lines", "Lines", multiline=True, initial="\n one\ntwo", max_length=10),
        TextField("mail", "Mail", kind=TextKind.EMAIL),
        TextField("day", "Day", kind=TextKind.DATE, initial="2026-12-01"),
        TextField("hour", "Hour", kind=TextKind.TIME),
        TextField("many", "How many", kind=TextKind.NUMBER),
        ChoiceField("few", "Few", options("one", "two"), initial=("two",), hint="One of them."),
        ChoiceField("long", "Long", options(*"abcdefg"), required=True),
        ChoiceField("maybe", "Maybe", options(*"abcdefg")),
        ChoiceField("several", "Several", options(*"abc"), initial=("a", "c"), multiple=True),
        CheckField("consent", "I agree", hint="Needed.", required=True),
        CheckField("news", "Send news", initial=True),
        PersonField("who", "Who", required=True),
    ),
)


@pytest.fixture
def submitted(place: Place, olu: Leader, monkeypatch: pytest.MonkeyPatch) -> list:
    """A route that answers with a form of everything, and what was sent in to it."""
    sent: list = []

    def everything(request, _db):
        if not request.is_submitted:
            return EVERYTHING
        sent.append((request.text, dict(request.fields)))
        if request.field("line") == "wrong":
            raise FormErrors({"line": "Not this.", "elsewhere": "Nor that."})
        return common.sentence("Thank you.")

    def no_form(_request, _db):
        return common.sentence("There is nothing to fill in.")

    def nothing(_request, _db):
        return None

    handlers = {"everything": everything, "no form": no_form, "nothing": nothing}
    more = [Route(name, handler, role=Role.ORGANISER) for name, handler in handlers.items()]
    monkeypatch.setattr(place.community.dispatch, "_routes", Routes([*ROUTES, *more]))
    monkeypatch.setitem(changes.FORMS, "coffee/setup", FormPage("everything", "/console/members"))
    return sent


async def test_any_form_is_drawn_and_sent_in(place: Place, olu: Leader, submitted: list) -> None:
    page = await place.opens("/console/coffee/setup")
    form = page.form_with("Go")

    sight = await place.presses(
        page,
        "Go",
        field_lines="\r\nthree\r\nfour  ",
        field_mail="a@example.org",
        field_long="g",
        field_consent="yes",
        field_who="Ada",
        field_hour="09:30",
        field_many="-1.5",
    )

    begun = {name: values for name, values in form.fields.items() if name.startswith("field-")}
    assert begun == {
        "field-line": ["a"],
        "field-lines": ["\n one\ntwo"],
        "field-mail": [""],
        "field-day": ["2026-12-01"],
        "field-hour": [""],
        "field-many": [""],
        "field-few": ["two"],
        "field-long": [""],
        "field-maybe": [""],
        "field-several": ["a", "c"],
        "field-news": ["yes"],
        "field-who": [""],
    }
    assert 'Please <strong>do</strong> read <a href="https://example.org/a?b&amp;c">this</a>' in (
        page.html
    )
    assert (sight.url, sight.flash) == ("/console/members", "Thank you.")
    assert submitted == [
        (
            "42",
            {
                "line": ("a",),
                "lines": ("three\nfour",),
                "mail": ("a@example.org",),
                "day": ("2026-12-01",),
                "hour": ("09:30",),
                "many": ("-1.5",),
                "few": ("two",),
                "long": ("g",),
                "several": ("a", "c"),
                "consent": ("yes",),
                "news": ("yes",),
                "who": ("Ada",),
            },
        )
    ]


async def test_every_wrong_field_is_marked(place: Place, olu: Leader, submitted: list) -> None:
    page = await place.opens("/console/coffee/setup")

    sight = await place.presses(
        page,
        "Go",
        field_line="",
        field_lines="x" * 11,
        field_mail="nobody",
        field_day="2026-13-01",
        field_hour="late",
        field_many="1e5",
        field_several=["a", "z"],
        field_who="",
    )

    assert sight.status == 422
    for sentence in (
        "Fill in “Line”.",
        "Use at most 10 characters.",
        "Enter an e-mail address, like name@example.org.",
        "Enter the whole date: day, month and year.",
        "Enter the whole time, like 09:00.",
        "Enter a number in digits, like 12.",
        "Choose “Long”.",
        "Choose from the list.",
        "Tick this box to go on.",
        "Name “Who”.",
    ):
        assert sight.text.count(sentence) == 2, sentence
    assert submitted == []


async def test_handler_s_errors_stand_beside_their_fields(
    place: Place, olu: Leader, submitted: list
) -> None:
    page = await place.opens("/console/coffee/setup")

    sight = await place.presses(
        page, "Go", field_line="wrong", field_long="b", field_consent="yes", field_who="Ada"
    )

    assert sight.text.count("Not this.") == 2
    assert sight.text.count("Nor that.") == 1
    again = sight.form_with("Go").fields
    assert (again["field-line"], again["field-consent"], again["field-long"]) == (
        ["wrong"],
        ["yes"],
        ["b"],
    )


async def test_boxes_that_are_unticked_stay_so(place: Place, olu: Leader, submitted: list) -> None:
    page = await place.opens("/console/coffee/setup")

    await place.presses(
        page, "Go", field_news=[], field_several=[], field_few=[], field_long="b",
        field_consent="yes", field_who="x" * 201,
    )  # fmt: skip
    sight = await place.presses(
        page, "Go", field_news=[], field_several=[], field_few=[], field_long="b",
        field_consent="yes", field_who="x" * 200,
    )  # fmt: skip

    assert sight.flash == "Thank you."
    assert len(submitted) == 1
    assert not {"news", "several", "few"} & set(submitted[0][1])


@pytest.mark.parametrize(
    ("route", "flash"), [("no form", "There is nothing to fill in."), ("nothing", "")]
)
async def test_route_without_a_form_says_what_it_has_to_say(
    place: Place, submitted: list, monkeypatch: pytest.MonkeyPatch, route: str, flash: str
) -> None:
    page = await place.opens("/console/coffee/setup")
    monkeypatch.setitem(changes.FORMS, "coffee/setup", FormPage(route, "/console/members"))

    opened = await place.opens("/console/coffee/setup")
    sent = await place.presses(page, "Go")

    assert (opened.url, opened.flash) == ("/console/members", flash)
    assert (sent.url, sent.flash) == ("/console/members", flash)


def test_what_was_not_asked_for_is_dropped() -> None:
    sent = {"field-line": ("a", "b"), "field-else": ("c",), "line": ("d",)}

    assert forms.filled_in(EVERYTHING, sent) == {"line": ("a",)}
