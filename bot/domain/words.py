"""Words as people write them: cleaned, compared and taken apart."""

import re
import unicodedata
from functools import lru_cache

# The same words are compared again and again, in a table of members as in a search.
REMEMBERED = 4096
# Words that one writes and another leaves out of an organisation's name.
_LEFT_OUT = frozenset({"the", "nhs", "foundation", "trust", "ft"})


def clean(text: str) -> str:
    """A text without signs that no database takes and no eye sees, and without spare spaces."""
    if text.isprintable():
        return " ".join(text.split())
    kept = (sign if sign.isprintable() or sign == "\n" else _instead(sign) for sign in text)
    return "\n".join(" ".join(line.split()) for line in "".join(kept).split("\n")).strip()


def _instead(sign: str) -> str:
    # A mark without width (a byte order mark, a soft hyphen) may stand inside a word.
    return "" if unicodedata.category(sign) == "Cf" else " "


@lru_cache(maxsize=REMEMBERED)
def folded(text: str) -> str:
    """A text as it is compared: no case, accents or signs, one space between the words."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = (sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’‘`")
    return " ".join("".join(sign if sign.isalnum() else " " for sign in kept).split())


def organisation_key(name: str) -> str:
    """An organisation's name as it is compared: "Oxleas NHS Foundation Trust" is "Oxleas"."""
    words = folded(name)
    return " ".join(word for word in words.split() if word not in _LEFT_OUT) or words


def several(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list, each once."""
    parts = (part.strip() for part in re.split(r"[;,|\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def language(text: str) -> str:
    """A language's name as we write it; one in capitals (BSL) stays so."""
    return text[:1].upper() + (text[1:] if len(text) <= 4 else text[1:].lower())
