"""What each row of a table says, in the words of the community."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.importing import cells
from bot.domain.importing.columns import Column, Sheet
from bot.domain.importing.known import Known
from bot.domain.members import Profile, Vocabulary
from bot.domain.words import folded, language, organisation_key, several
from bot.errors import NotUnderstood

T = TypeVar("T")

# Organisations' names are long and share words, so only a slip of the keyboard is near.
SAME_ORGANISATION = 90
_PLATFORMS = {"slack": "slack", "teams": "teams", "microsoft teams": "teams", "web": "web"}
_WORDS = {
    Column.PLACE: Vocabulary.PLACE,
    Column.SECTOR: Vocabulary.SECTOR,
    Column.PROFESSION: Vocabulary.PROFESSION,
    Column.STAGE: Vocabulary.STAGE,
    Column.KIND: Vocabulary.KIND,
}


@dataclass(frozen=True, slots=True)
class Given:
    """One row; empty means not said. ``problems`` forbid it, ``notes`` only explain."""

    number: int
    name: str
    email: str
    profile: Profile
    is_organiser: bool
    in_coffee: bool
    platforms: tuple[str, ...]
    slack: str
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The community's words by what is compared."""

    words: Mapping[Vocabulary, Mapping[str, str]]
    interests: Mapping[str, str]


def read(table: Sheet, known: Known) -> tuple[Given, ...]:
    """The rows, with one spelling for each organisation and managers' addresses for names."""
    lexicon = _lexicon(known)
    given = [_read(number, table.cells(row), lexicon) for number, row in table.rows]
    addresses = _addresses(given, known)
    spelled = _Spellings(known)
    return tuple(spelled(_with_manager(each, addresses)) for each in given)


class _Spellings:
    """Gives each organisation the name it is known by, or else its first spelling."""

    def __init__(self, known: Known) -> None:
        names = {organisation_key(card.name): card.name for card in known.organisations}
        others = {
            organisation_key(other): name
            for other, name in known.other_names.items()
            if names.get(organisation_key(name)) == name
        }
        self._known = {**others, **names}
        self._names = dict(self._known)

    def __call__(self, row: Given) -> Given:
        asked = row.profile.organisation
        key = organisation_key(asked)
        if not key:
            return row
        if key not in self._names:
            self._names[key] = asked
            row = replace(row, notes=(*row.notes, self._is_new(asked, key)))
        return replace(row, profile=replace(row.profile, organisation=self._names[key]))

    def _is_new(self, asked: str, key: str) -> str:
        near = cells.nearest(key, self._known, likeness=SAME_ORGANISATION)
        hint = f" If “{near}” is meant, change the cell." if near else ""
        return f"The organisation “{asked}” is new.{hint}"


def _lexicon(known: Known) -> _Lexicon:
    words = {
        vocabulary: {folded(label): label for label in labels}
        for vocabulary, labels in known.words.items()
    }
    # Priorities are chosen as interests.
    priorities, interests = words.get(Vocabulary.PRIORITY, {}), words.get(Vocabulary.INTEREST, {})
    return _Lexicon(words, {**priorities, **interests})


class _Cells:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, row: Mapping[Column, str], lexicon: _Lexicon) -> None:
        self._row = row
        self._lexicon = lexicon
        self.problems: list[str] = []

    def said(self, column: Column, reading: Callable[[str], T], otherwise: T) -> T:
        """What a cell says; ``otherwise`` where it is empty or can't be read."""
        text = self._row.get(column)
        if text is None:
            return otherwise
        try:
            return reading(cells.short(text, what=column))
        except NotUnderstood as error:
            self.problems.append(str(error))
            return otherwise

    def text(self, column: Column) -> str:
        """The cell as it is."""
        return self.said(column, str, "")

    def word(self, column: Column) -> str:
        """The vocabulary's own word."""
        labels = self._lexicon.words.get(_WORDS[column], {})
        return self.said(column, lambda text: cells.word(text, labels, what=column), "")

    def each(self, column: Column, reading: Callable[[str], str]) -> tuple[str, ...]:
        """The parts of a list, each once."""

        def parts(text: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(map(reading, several(text))))

        return self.said(column, parts, ())

    def is_yes(self, column: Column) -> bool:
        """Whether the cell says yes."""
        return self.said(column, lambda text: cells.yes(text, what=column), otherwise=False)

    def profile(self) -> Profile:
        """Everything that belongs into a profile."""
        interests = self._lexicon.interests
        address = self.said(Column.MANAGER_EMAIL, cells.email, "")
        return Profile(
            pronouns=self.text(Column.PRONOUNS),
            job=self.text(Column.JOB),
            place=self.word(Column.PLACE),
            organisation=self.text(Column.ORGANISATION),
            sector=self.word(Column.SECTOR),
            profession=self.word(Column.PROFESSION),
            stage=self.word(Column.STAGE),
            kind=self.word(Column.KIND),
            team=self.text(Column.TEAM),
            line_manager=address or self.said(Column.LINE_MANAGER, cells.person, ""),
            ask_me_about=self.text(Column.ASK_ME_ABOUT),
            interests=self.each(
                Column.INTERESTS, lambda part: cells.word(part, interests, what="interest")
            ),
            system_roles=self.each(Column.SYSTEM_ROLES, str),
            languages=self.each(Column.LANGUAGES, language),
            slots=self.each(Column.SLOTS, cells.slot),
        )


def _read(number: int, row: Mapping[Column, str], lexicon: _Lexicon) -> Given:
    said = _Cells(row, lexicon)
    parts = (said.text(Column.FIRST_NAME), said.text(Column.LAST_NAME))
    name = said.text(Column.NAME) or " ".join(filter(None, parts))
    if not name:
        said.problems.append("The name is missing.")
    if Column.EMAIL not in row:
        said.problems.append("The e-mail address is missing.")
    return Given(
        number=number,
        name=" ".join(name.split()),
        email=said.said(Column.EMAIL, cells.email, ""),
        profile=said.profile(),
        is_organiser=said.is_yes(Column.ORGANISER),
        in_coffee=said.is_yes(Column.COFFEE),
        platforms=said.each(
            Column.PLATFORM, lambda part: cells.word(part, _PLATFORMS, what="platform")
        ),
        slack=said.said(Column.SLACK, cells.slack_user, ""),
        problems=tuple(said.problems),
    )


def _addresses(given: Iterable[Given], known: Known) -> Mapping[str, str]:
    """The e-mail address of everybody whose name only one person bears."""
    found: dict[str, set[str]] = {}
    people = [*((each.name, each.email) for each in given)]
    people += [(member.name, member.email or "") for member in known.members]
    for name, address in people:
        found.setdefault(folded(name), set()).add(address)
    return {name: several.pop() for name, several in found.items() if len(several) == 1}


def _with_manager(row: Given, addresses: Mapping[str, str]) -> Given:
    name = folded(row.profile.line_manager)
    if not name or not addresses.get(name):
        return row
    return replace(row, profile=replace(row.profile, line_manager=addresses[name]))
