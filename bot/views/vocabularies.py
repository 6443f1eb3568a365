"""The lists that profiles are written in, as organisers see and change them."""

from collections.abc import Mapping, Sequence

from bot.chat.forms import CheckField, ChoiceField, Field, Form, Option, TextField, options
from bot.chat.messages import (
    Button,
    Message,
    Style,
    bold,
    bullets,
    buttons,
    message,
    note,
    spans,
    text,
)
from bot.domain.vocabularies import (
    LONGEST_LABEL,
    LONGEST_ORGANISATION,
    MOST_OFFERED,
    NAMES,
    Entry,
    Listed,
)
from bot.views.common import count, listed

# Lines of a card that can be taken in.
MOST_LINES = 40
# A text field holds the lines of a whole list.
LONGEST_LIST = 3000
FOLLOW = "I know that the profiles of those who have it follow"
THEMED = (
    "Themed rounds of coffee know some of these by their words; renamed, they count for no theme."
)


def overview(numbers: Mapping[Listed, int]) -> Message:
    """Which lists there are."""
    return message(
        text(bold("The words that profiles are written in")),
        bullets(*((f"{_title(which)}: {number}",) for which, number in numbers.items())),
        buttons(*(Button(_title(which), "vocabulary", which.value) for which in numbers)),
        note("Type “vocabulary interests” for one of them."),
    )


def listing(which: Listed, entries: Sequence[Entry], *, page: int = 1) -> Message:
    """A page of a list with how many members have each word, and what can be done."""
    pages = max(1, -(-len(entries) // MOST_LINES))
    at = min(max(page, 1), pages)
    shown = entries[(at - 1) * MOST_LINES : at * MOST_LINES]
    where = f" (page {at} of {pages})" if pages > 1 else ""
    turning = [
        Button(label, "vocabulary", f"{which} {number}")
        for label, number in (("Earlier ones", at - 1), ("More", at + 1))
        if 1 <= number <= pages
    ]
    return message(
        text(bold(_title(which)), where),
        bullets(*((_line(each),) for each in shown)) if shown else text("Nothing is in it yet."),
        buttons(*_actions(which, entries), *turning),
        *((note(THEMED),) if which in {Listed.STAGE, Listed.KIND} else ()),
    )


def add_form(which: Listed) -> Form:
    """New words."""
    return _form(
        "add", which, "Add",
        TextField(
            "words", "New ones, one a line", required=True, multiline=True,
            max_length=LONGEST_LIST,
        ),
    )  # fmt: skip


def rename_form(which: Listed, entries: Sequence[Entry]) -> Form:
    """Other words for one of them."""
    return _form(
        "rename", which, "Rename",
        _choice("entry", "Which", entries),
        TextField(
            "words", "What it is called from now on", required=True,
            max_length=LONGEST_ORGANISATION if which.is_organisations else LONGEST_LABEL,
        ),
        CheckField("sure", FOLLOW, required=True),
    )  # fmt: skip


def merge_form(which: Listed, entries: Sequence[Entry]) -> Form:
    """Two of them that are one."""
    return _form(
        "merge", which, "Merge",
        _choice("entry", "Which goes", entries),
        _choice("into", "Which stays", entries),
        CheckField("sure", FOLLOW, required=True),
    )  # fmt: skip


def retire_form(which: Listed, entries: Sequence[Entry]) -> Form:
    """One that is to be offered no more."""
    return _form(
        "retire", which, "Retire",
        _choice("entry", "Which", [each for each in entries if not each.is_retired]),
        intro="Those who have it keep it. It is offered to nobody else.",
    )  # fmt: skip


def restore_form(which: Listed, entries: Sequence[Entry]) -> Form:
    """One that is to be offered again."""
    return _form(
        "restore", which, "Offer it again",
        _choice("entry", "Which", [each for each in entries if each.is_retired]),
    )  # fmt: skip


def order_form(which: Listed, entries: Sequence[Entry]) -> Form:
    """The words in another order."""
    return _form(
        "order", which, "Keep this order",
        TextField(
            "words", "One a line, in the order in which they are offered", required=True,
            multiline=True, max_length=LONGEST_LIST,
            initial="\n".join(each.label for each in entries),
            hint="Those you leave out come after the others.",
        ),
    )  # fmt: skip


def sector_form(entries: Sequence[Entry], sectors: Sequence[str]) -> Form:
    """To which sector an organisation belongs."""
    return Form(
        title="Sector of an organisation",
        route="organisation sector",
        fields=(
            _choice("entry", "Which organisation", entries),
            ChoiceField("sector", "Its sector", options(*sectors), required=True),
        ),
    )


def may_rename(which: Listed, entry: Entry, words: str) -> Message:
    """Asked before profiles follow a rename."""
    return message(
        text("Call ", bold(entry.label), " from now on ", bold(words), "?"),
        text(_followed(entry)),
        buttons(
            Button(
                "Rename it", "vocabulary rename sure", f"{which} {entry.id} {words}",
                style=Style.PRIMARY,
            ),
            Button("No", "vocabulary", which.value),
        ),
    )  # fmt: skip


def may_merge(which: Listed, entry: Entry, into: Entry) -> Message:
    """Asked before two are one."""
    return message(
        text("Merge ", bold(entry.label), " into ", bold(into.label), "?"),
        text(f"{_followed(entry)} It can’t be undone."),
        buttons(
            Button(
                "Merge them", "vocabulary merge sure", f"{which} {entry.id} {into.id}",
                style=Style.DANGER,
            ),
            Button("No", "vocabulary", which.value),
        ),
    )  # fmt: skip


def added(which: Listed, labels: Sequence[str]) -> Message:
    """New words are in the list."""
    if not labels:
        return _done(which, "All of that is there already, perhaps retired.")
    return _done(which, f"Added: {listed(labels)}.")


def renamed(which: Listed, entry: Entry, words: str) -> Message:
    """An entry has other words."""
    return _done(which, f"“{entry.label}” is called “{words}” from now on.{_has_followed(entry)}")


def merged(which: Listed, entry: Entry, into: Entry) -> Message:
    """Two are one."""
    return _done(which, f"“{entry.label}” is part of “{into.label}” now.{_has_followed(entry)}")


def retired(which: Listed, entry: Entry) -> Message:
    """A word is offered no more."""
    keep = f" Those who have it ({count(entry.uses, 'member')}) keep it." if entry.uses else ""
    return _done(which, f"“{entry.label}” is offered no more.{keep}")


def restored(which: Listed, entry: Entry) -> Message:
    """A word is offered again."""
    return _done(which, f"“{entry.label}” is offered again.")


def reordered(which: Listed) -> Message:
    """The order is another."""
    return _done(which, "That is the order now.")


def moved(entry: Entry, sector: str) -> Message:
    """An organisation belongs to another sector."""
    return _done(Listed.ORGANISATION, f"“{entry.label}” belongs to the sector “{sector}” now.")


def _done(which: Listed, words: str) -> Message:
    return message(
        text(words),
        buttons(Button(f"See the {NAMES[which]}", "vocabulary", which.value)),
        replaces=True,
    )


def _form(act: str, which: Listed, submit: str, *fields: Field, intro: str = "") -> Form:
    verb = {"restore": "offer again"}.get(act, act)
    return Form(
        title=f"{_title(which)}: {verb}",
        route=f"vocabulary {act}",
        value=which.value,
        submit=submit,
        fields=fields,
        intro=spans(intro) if intro else (),
    )


def _choice(name: str, words: str, entries: Sequence[Entry]) -> Field:
    if len(entries) > MOST_OFFERED:
        return TextField(
            name, words, required=True, max_length=LONGEST_ORGANISATION,
            hint="Its whole name, as it stands in the list",
        )  # fmt: skip
    shown = tuple(Option(str(each.id), _line(each)) for each in entries)
    return ChoiceField(name, words, shown, required=True)


def _actions(which: Listed, entries: Sequence[Entry]) -> list[Button]:
    offered = [each for each in entries if not each.is_retired]
    acts = [("Add", "add", True), ("Rename", "rename", bool(entries))]
    acts.append(("Merge two", "merge", len(entries) > 1))
    if not which.is_organisations:
        acts.append(("Retire", "retire", bool(offered)))
        acts.append(("Offer again", "restore", len(offered) < len(entries)))
        acts.append(("Reorder", "order", len(entries) > 1))
    found = [
        Button(label, f"vocabulary {act}", which.value, opens_form=True)
        for label, act, is_possible in acts
        if is_possible
    ]
    if which.is_organisations and entries:
        found.append(Button("Change a sector", "organisation sector", opens_form=True))
    return found


def _line(entry: Entry) -> str:
    sector = f", {entry.sector}" if entry.sector else ""
    retired = ", retired" if entry.is_retired else ""
    return f"{entry.label} ({count(entry.uses, 'member')}{sector}{retired})"


def _followed(entry: Entry) -> str:
    return f"The profiles of {count(entry.uses, 'member')} follow. Nobody is told."


def _has_followed(entry: Entry) -> str:
    return f" The profiles of {count(entry.uses, 'member')} followed." if entry.uses else ""


def _title(which: Listed) -> str:
    return NAMES[which].capitalize()
