"""An audience in words, read and written as people say it.

As in "place Lewisham or Greenwich, and not sector Council". Values in a row after their attribute
are alternatives and belong together, whatever stands between them ("place Lewisham and Greenwich"
means the people of both). Whole conditions are combined: "and" binds closer than "or", and
brackets change that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from rapidfuzz import process

from bot.domain.audience import (
    EVERYONE,
    FIXED,
    Attribute,
    Audience,
    Both,
    Either,
    Everyone,
    Is,
    Known,
    Not,
    both,
    either,
)
from bot.domain.words import folded
from bot.errors import NotUnderstood

# Nobody says more than this of whom they mean; it also keeps the statement within limits.
MOST_PARTS = 60
MOST_WORDS = 2000
# The words of the longest name of an organisation, with room.
LONGEST_VALUE = 16
# Below this likeness (0-100) a suggestion confuses more than it helps.
LIKE = 60
CHANNELS = frozenset({"channel", "channels", "workspace", "workspaces"})
NO_CHANNEL = (
    "I don’t read who is in a channel or a workspace, so that can’t say whom a message is for. "
    "“announce” also posts in channels, and lets you choose in which workspaces’."
)
EXAMPLE = "Try “place Lewisham or Greenwich and not sector Council”, or “everyone”."

OTHER_NAMES: Mapping[str, Attribute] = {
    "borough": Attribute.PLACE,
    "professional group": Attribute.PROFESSION,
    "career stage": Attribute.STAGE,
    "leadership kind": Attribute.KIND,
    "priority": Attribute.INTEREST,
    "in": Attribute.PROGRAMME,
    "on": Attribute.PLATFORM,
}
"""What an attribute is called besides its own name."""

_EVERYONE = frozenset({"everyone", "everybody", "all"})
_SIGNS = frozenset({"(", ")", ","})
_GLUE = frozenset({"and", "or", "not", "(", ")"})
_JOINTS = frozenset({"and", "or", "not", "but"})
_TOKEN = re.compile(r"“[^”]*”|\"[^\"]*\"|[(),]|[^\s(),\"“”]+")
_QUOTES = '“”"'


def parse(words: str, known: Known) -> Audience:
    """The audience that the words mean; raises ``NotUnderstood`` with what can be said."""
    reading = _Reading(_tokens(words), known)
    if not reading.tokens or folded(words) in _EVERYONE:
        return EVERYONE
    found = reading.either()
    if reading.tokens:
        raise _unread(reading.tokens[0])
    return found


def said(audience: Audience) -> str:
    """The audience in words that :func:`parse` reads as the same one."""
    if isinstance(audience, Everyone):
        return "everyone"
    if isinstance(audience, Not):
        return f"not {_bracketed(audience.part, Both, Either)}"
    ones = (audience,) if isinstance(audience, Is) else audience.parts
    if _is_list(audience):
        return _said_list([one for one in ones if isinstance(one, Is)])
    if isinstance(audience, Both):
        return " and ".join(_bracketed(part, Both, Either) for part in ones)
    return " or ".join(_bracketed(part, Either) for part in ones)


def _is_list(audience: Audience) -> bool:
    """Whether it reads as one attribute with its values in a row."""
    ones = audience.parts if isinstance(audience, Either) else (audience,)
    names = {one.attribute if isinstance(one, Is) else None for one in ones}
    return len(names) == 1 and None not in names


def _said_list(parts: Sequence[Is]) -> str:
    return f"{parts[0].attribute} {' or '.join(_quoted(part.value) for part in parts)}"


def _bracketed(part: Audience, *kinds: type) -> str:
    return f"({said(part)})" if isinstance(part, kinds) and not _is_list(part) else said(part)


def _quoted(value: str) -> str:
    """The value, in quotes where it could be read as something else."""
    tokens = _tokens(value)
    is_plain = len(tokens) == 1 and tokens[0] == value and folded(value) not in _RESERVED
    return value if is_plain else f"“{value}”"


def _tokens(words: str) -> list[str]:
    if len(words) > MOST_WORDS:
        raise NotUnderstood(f"That is too much to say of whom you mean. {EXAMPLE}")
    found = _TOKEN.findall(words)
    # A comma before another such word is but a pause.
    pairs = zip_longest(found, found[1:], fillvalue="")
    return [each for each, after in pairs if each != "," or after.lower() not in _JOINTS]


def _unread(token: str) -> NotUnderstood:
    return NotUnderstood(f"I could not read “{token[:100]}” there. {EXAMPLE}")


_NAMES: Mapping[str, Attribute] = {**{each.value: each for each in Attribute}, **OTHER_NAMES}
_RESERVED = frozenset({*_GLUE, *_EVERYONE, *_NAMES, "is", "are", "but"})


@dataclass(slots=True)
class _Reading:
    """What is left to read of an audience's words."""

    tokens: list[str]
    known: Known
    count: int = 0
    values: dict[Attribute, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = {
            name: {folded(value): value for value in several}
            for name, several in {**self.known, **FIXED}.items()
        }

    def either(self) -> Audience:
        """Conditions of which one must be true."""
        parts = [self._both()]
        while self._takes("or", ","):
            parts.append(self._both())
        return either(parts)

    def _both(self) -> Audience:
        """Conditions that must all be true."""
        parts = [self._one()]
        while self._takes("and", "but") or self._next() == "not":
            parts.append(self._one())
        return both(parts)

    def _one(self) -> Audience:
        self.count += 1
        if self.count > MOST_PARTS:
            raise NotUnderstood(f"That is too much to say of whom you mean. {EXAMPLE}")
        if self._takes("not"):
            return Not(self._one())
        if self._takes("("):
            found = self.either()
            if not self._takes(")"):
                raise NotUnderstood(f"A bracket is missing at the end. {EXAMPLE}")
            return found
        if self._next() in _EVERYONE:
            self.tokens.pop(0)
            return EVERYONE
        return self._list()

    def _list(self) -> Audience:
        """The values of one attribute that stand in a row, as alternatives."""
        if self._next().rstrip(":") in CHANNELS:
            raise NotUnderstood(NO_CHANNEL)
        named = self._attribute()
        if not self.tokens:
            raise NotUnderstood(f"Something is missing at the end. {EXAMPLE}")
        # Without its attribute a value may still be known by itself.
        for attribute in [named] if named else self.values:
            first = self._known(attribute, at=0)
            if first is not None:
                return either([first, *self._more(attribute)])
        raise self._unknown(named)

    def _more(self, attribute: Attribute) -> Iterator[Is]:
        """Further values in the row."""
        while self._next() in {"or", "and", ","}:
            found = self._known(attribute, at=1)
            if found is None:
                return
            yield found

    def _attribute(self) -> Attribute | None:
        """The attribute that comes next; its name may have two words."""
        for length in (2, 1):
            name = _NAMES.get(" ".join(self.tokens[:length]).lower().rstrip(":"))
            if name is not None:
                del self.tokens[:length]
                self._takes("is", "are")
                return name
        return None

    def _known(self, attribute: Attribute, *, at: int) -> Is | None:
        """The longest run of words from there that is a value; it is read then."""
        values = self.values.get(attribute, {})
        for end in range(min(len(self.tokens), at + LONGEST_VALUE), at, -1):
            run = self.tokens[at:end]
            value = None if {run[0], run[-1]} & _SIGNS else values.get(folded(" ".join(run)))
            if value is not None:
                del self.tokens[:end]
                return Is(attribute, value)
        return None

    def _unknown(self, attribute: Attribute | None) -> NotUnderstood:
        is_end = (each.lower() in _GLUE or each == "," for each in self.tokens)
        run = self.tokens[: next((at for at, ends in enumerate(is_end) if ends), None)]
        if not run:
            return _unread(self.tokens[0])
        words = " ".join(run).strip(_QUOTES)[:100]
        there = [
            value
            for name in ([attribute] if attribute else self.values)
            for value in self.values.get(name, {}).values()
        ]
        near = process.extractOne(words, there, score_cutoff=LIKE)
        what = f"no {attribute} called “{words}”" if attribute else f"nothing called “{words}”"
        return NotUnderstood(f"I know {what}. {f'Did you mean “{near[0]}”?' if near else EXAMPLE}")

    def _next(self) -> str:
        return self.tokens[0].lower() if self.tokens else ""

    def _takes(self, *words: str) -> bool:
        """Whether one of these comes next; it is read then."""
        if self._next() in words:
            self.tokens.pop(0)
            return True
        return False
