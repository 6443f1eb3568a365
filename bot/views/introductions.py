"""What introductions say: the form, a person and an organisation as others see them, the search."""

from collections.abc import Mapping, Sequence

from bot.chat.forms import CheckField, ChoiceField, Field, Form, Option, TextField, options
from bot.chat.messages import (
    Account,
    Block,
    Button,
    Divider,
    Message,
    Paragraph,
    Style,
    Words,
    bold,
    buttons,
    fact,
    facts,
    message,
    note,
    person,
    spans,
    text,
)
from bot.domain.introductions import ANOTHER, CHOICES, LONGEST, Found
from bot.domain.introductions import Words as Vocabularies
from bot.domain.members import SLOTS, Member, Organisation, Profile, slot_name
from bot.ids import MemberId
from bot.views.common import count, listed

# A platform's list of choices holds a hundred, and one stands for all others.
MOST_ORGANISATIONS = 99
# Buttons of places to begin a search with.
MOST_BEGINNINGS = 6
CARD_LINES = (
    ("What we do", "what_we_do"),
    ("For whom", "for_whom"),
    ("Who to ask", "who_to_ask"),
)
LABELS = {
    "place": "Borough",
    "sector": "Sector",
    "profession": "Professional group",
    "stage": "Career stage",
    "kind": "I lead as",
}
CONSENT = "I agree that members of this community see what I have written here."


def form(member: Member, words: Vocabularies) -> Form:
    """The one form of an introduction, with what is known filled in."""
    told = member.profile
    shown: tuple[Field, ...] = (
        (
            CheckField(
                "show_email",
                f"Show my e-mail address ({member.email}) to members",
                initial=member.show_email,
            ),
        )
        if member.email
        else ()
    )
    return Form(
        title="Introduce yourself",
        route="introduce save",
        submit="Introduce me",
        intro=spans("Only your role, your organisation and your consent are needed."),
        fields=(
            _line("job", "Your role", told.job, hint="For example “District nurse”", required=True),
            *_organisation(told, words.organisations),
            _line("name", "Your name, as others see it", member.name),
            _line("pronouns", "Pronouns", told.pronouns),
            *(
                ChoiceField(
                    name,
                    LABELS[name],
                    _choices(words.vocabularies.get(vocabulary, ()), getattr(told, name)),
                    initial=_given(getattr(told, name)),
                )
                for name, vocabulary in CHOICES.items()
            ),
            ChoiceField(
                "interests",
                "Interests and priorities",
                _choices(words.interests, *told.interests),
                initial=told.interests,
                multiple=True,
            ),
            TextField(
                "ask_me_about",
                "Ask me about",
                initial=told.ask_me_about,
                multiline=True,
                max_length=LONGEST["ask_me_about"],
            ),
            _line(
                "languages",
                "Languages you can meet in",
                ", ".join(told.languages),
                hint="All of them, with commas between; nothing means English",
            ),
            ChoiceField(
                "slots",
                "Times of the week that usually suit you",
                tuple(Option(slot, slot_name(slot)) for slot in SLOTS),
                hint="Half an hour each; only used to find a time with somebody",
                initial=told.slots,
                multiple=True,
            ),
            *shown,
            CheckField("consent", CONSENT, required=True, initial=member.is_introduced),
        ),
    )


def introduced(
    member: Member, *, in_coffee: bool, is_new: bool, is_posted: bool = False
) -> Message:
    """Somebody introduced themselves, or changed their introduction."""
    thanks = f"Thank you, {member.first_name}."
    opening = "You are introduced." if is_new else "Your introduction is changed."
    steps = [Button("What else can I do", "help")]
    if not in_coffee:
        steps.insert(0, Button("Join coffee", "coffee join", style=Style.PRIMARY))
    return message(
        text(bold(f"{thanks} {opening}"), " This is what others see:"),
        card(member),
        buttons(*steps),
        note(
            "It stands in the introductions channel too. " if is_posted else "",
            "Change it with “introduce”, take it back with “introduce withdraw”.",
        ),
    )


def post(member: Member, account: Account | None = None) -> Message:
    """An introduction in a channel, where everybody of the community may see it."""
    return message(
        text(bold("New among us:")),
        card(member, account),
        buttons(Button("Say hello", "hello", str(member.id), opens_form=True)),
        note(f"“Say hello” opens a line to {member.first_name}, which I pass on."),
    )


def profile(member: Member) -> Message:
    """A member's own profile, with what others see of it."""
    if not member.is_introduced:
        return message(
            text(bold("Nobody can find you yet."), " Introduce yourself, and others can."),
            card(member),
            buttons(Button("Introduce myself", "introduce", style=Style.PRIMARY, opens_form=True)),
            note("Until then what is written here is shown to nobody."),
        )
    told = member.profile
    rows = (
        *((LABELS[name], getattr(told, name)) for name in CHOICES if name != "place"),
        ("Languages", listed(told.languages or ("English",))),
        ("Times", ", ".join(map(slot_name, told.slots))),
    )
    return message(
        text(bold("This is what others see of you:")),
        card(member),
        text("This helps to match you, and may be named as the reason for a match:"),
        facts(*(fact(label, words) for label, words in rows if words)),
        buttons(
            Button("Edit", "introduce", style=Style.PRIMARY, opens_form=True),
            Button(
                "Take it back",
                "introduce withdraw",
                confirm="Nobody can find you any more until you introduce yourself again.",
            ),
        ),
        note(_about_email(member)),
    )


def withdrawn(*, was_posted: bool = False) -> Message:
    """An introduction was taken back."""
    return message(
        text(
            "Your introduction is taken back: nobody can find you with “who” any more"
            + (", and it leaves the introductions channel." if was_posted else "."),
        ),
        buttons(Button("Introduce myself again", "introduce", opens_form=True)),
        replaces=True,
    )


def card(member: Member, account: Account | None = None) -> Paragraph:
    """A person as others see them; a mention where the reader's platform knows the account."""
    told = member.profile
    words: list[Words] = [person(member.name, account)]
    words.extend([f" ({told.pronouns})"] if told.pronouns else [])
    where = ", ".join(filter(None, (told.job, told.organisation, told.place)))
    words.extend([f"\n{where}"] if where else [])
    words.extend([f"\nInterests: {', '.join(told.interests)}"] if told.interests else [])
    words.extend([f"\nAsk me about: {told.ask_me_about}"] if told.ask_me_about else [])
    words.extend([f"\n{member.email}"] if member.show_email and member.email else [])
    return text(*words)


def organisation_card(card: Organisation) -> tuple[Block, ...]:
    """An organisation in three lines: what it does, for whom, and who to ask."""
    lines = [(label, getattr(card, name)) for label, name in CARD_LINES]
    told = [fact(label, words) for label, words in lines if words]
    return (text(bold(card.name)), *([facts(*told)] if told else []))


def found(
    asked: str,
    results: Found,
    organisations: Sequence[Organisation],
    accounts: Mapping[MemberId, Account],
) -> Message:
    """Who and which organisations match the words."""
    cards = [block for each in organisations for block in organisation_card(each)]
    if not results.people:
        return message(*cards, *_nobody(asked, results, is_known=bool(cards)))
    total = len(results.people) + results.more
    first = f", here are the first {len(results.people)}" if results.more else ""
    last = (
        "Add a word to find fewer. Only people who have introduced themselves are shown."
        if results.more
        else "Only people who have introduced themselves are shown."
    )
    return message(
        *cards,
        *([Divider()] if cards else []),
        text(f"{count(total, 'person matches', 'people match')} “{asked}”{first}:"),
        *(card(each, accounts.get(each.id)) for each in results.people),
        note(last),
    )


def whom(introduced: int, places: Sequence[str]) -> Message:
    """How to search, to somebody who named nothing to look for."""
    beginnings = [Button(place, "who", place) for place in places[:MOST_BEGINNINGS]]
    return message(
        text(
            bold("Whom are you looking for?"),
            " Add any words: a name, a borough, an organisation, a profession or an interest. "
            "For example “who lewisham mental health”.",
        ),
        *([buttons(*beginnings)] if beginnings else []),
        note(f"{count(introduced, 'person has', 'people have')} been introduced so far."),
    )


def _nobody(asked: str, results: Found, *, is_known: bool) -> Sequence[Block]:
    """Nobody matches: what would find somebody."""
    opening = "Nobody from there" if is_known else "Nobody"
    hints = [
        Button(f"{word} ({count(number, 'person', 'people')})", "who", word)
        for word, number in results.instead
    ]
    return (
        text(
            f"{opening} who has been introduced matches “{asked}”. ",
            "These words alone find somebody:" if hints else "Try fewer or other words.",
        ),
        *([buttons(*hints)] if hints else []),
        note("Know somebody who should be here? Tell them about “introduce”."),
    )


def _organisation(told: Profile, cards: Sequence[Organisation]) -> tuple[Field, ...]:
    label = "Your organisation, or whom you stand for"
    if len(cards) > MOST_ORGANISATIONS or not cards:
        return (_line("other_organisation", label, told.organisation, required=True),)
    names = [card.name for card in cards]
    known = told.organisation in names
    other = told.organisation if not known else ""
    initial = told.organisation if known else ANOTHER if other else ""
    return (
        ChoiceField(
            "organisation",
            label,
            (*options(*names), Option(ANOTHER, "Another (write it below)")),
            required=True,
            initial=_given(initial),
        ),
        _line("other_organisation", "If another: its name", other),
    )


def _line(
    name: str, label: str, initial: str, *, hint: str = "", required: bool = False
) -> TextField:
    return TextField(
        name, label, hint=hint, required=required, initial=initial, max_length=LONGEST[name]
    )


def _choices(words: Sequence[str], *chosen: str) -> tuple[Option, ...]:
    """The words of a vocabulary, and what is chosen already even if it has left the list."""
    return options(*dict.fromkeys((*words, *filter(None, chosen))))


def _given(word: str) -> tuple[str, ...]:
    return (word,) if word else ()


def _about_email(member: Member) -> str:
    if member.show_email:
        return "Your e-mail address is shown, as you chose."
    return "Your e-mail address is not shown to other members."
