"""Why a community exists, in its organisers' own words."""

from bot.domain.words import clean
from bot.errors import FormErrors

# The greeting, the home page and the help begin with it: more than two sentences would hide them.
LONGEST = 300


def checked(words: str) -> str:
    """The words as they are kept; raises ``FormErrors`` where they are none or too many."""
    told = " ".join(clean(words).split())
    if not told:
        raise FormErrors({"purpose": "Please say in a sentence or two why we are here."})
    if len(told) > LONGEST:
        raise FormErrors(
            {
                "purpose": f"Please keep it to {LONGEST} characters: everybody who arrives "
                "reads it first."
            }
        )
    return told
