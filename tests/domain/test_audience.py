"""Who is meant, read from words and written so that it is read as the same again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import audience
from bot.domain.audience import (
    EVERYONE,
    Attribute,
    Audience,
    Both,
    Either,
    Is,
    Known,
    Not,
    Platform,
    Position,
    Programme,
)
from bot.domain.audience_words import MOST_PARTS, MOST_WORDS, NO_CHANNEL, parse, said
from bot.errors import NotUnderstood

KNOWN: Known = {
    Attribute.PLACE: ("Lewisham", "Greenwich", "all"),
    Attribute.SECTOR: ("Council", "Acute", "Voluntary, community and social enterprise"),
    Attribute.ORGANISATION: ("Oxleas", "Guy’s and St Thomas’ NHS Foundation Trust"),
    Attribute.STAGE: ("Early career",),
    Attribute.KIND: (),
}
LEWISHAM, GREENWICH = Is(Attribute.PLACE, "Lewisham"), Is(Attribute.PLACE, "Greenwich")
COUNCIL, ACUTE = Is(Attribute.SECTOR, "Council"), Is(Attribute.SECTOR, "Acute")
VOLUNTARY = Is(Attribute.SECTOR, "Voluntary, community and social enterprise")
TRUST = Is(Attribute.ORGANISATION, "Guy’s and St Thomas’ NHS Foundation Trust")
EARLY = Is(Attribute.STAGE, "Early career")
IN_COFFEE = Is(Attribute.PROGRAMME, Programme.COFFEE)
ON_WEB = Is(Attribute.PLATFORM, Platform.WEB)
EXAMPLE = "Try “place Lewisham or Greenwich and not sector Council”, or “everyone”."


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("", EVERYONE),
        ("everyone", EVERYONE),
        ("Everybody!", EVERYONE),
        ("Lewisham", LEWISHAM),
        ("borough: lewisham", LEWISHAM),
        ("place is Lewisham", LEWISHAM),
        ("place “all”", Is(Attribute.PLACE, "all")),
        ("place Lewisham or Greenwich", Either((LEWISHAM, GREENWICH))),
        ("place Lewisham and Greenwich", Either((LEWISHAM, GREENWICH))),
        ("place Lewisham, Greenwich", Either((LEWISHAM, GREENWICH))),
        ("place Lewisham and place Greenwich", Both((LEWISHAM, GREENWICH))),
        ("place Lewisham or Greenwich and not sector Council",
         Both((Either((LEWISHAM, GREENWICH)), Not(COUNCIL)))),
        ("Lewisham, and not Council", Both((LEWISHAM, Not(COUNCIL)))),
        ("Lewisham not Council", Both((LEWISHAM, Not(COUNCIL)))),
        ("Lewisham but not Council", Both((LEWISHAM, Not(COUNCIL)))),
        ("Lewisham and Acute or Council and Greenwich",
         Both((LEWISHAM, Either((ACUTE, COUNCIL)), GREENWICH))),
        ("Lewisham and Acute, or Oxleas",
         Either((Both((LEWISHAM, ACUTE)), Is(Attribute.ORGANISATION, "Oxleas")))),
        ("not (Lewisham and Acute)", Not(Both((LEWISHAM, ACUTE)))),
        ("not Lewisham or Greenwich", Not(Either((LEWISHAM, GREENWICH)))),
        ("everyone and not on Web Chat", Both((EVERYONE, Not(ON_WEB)))),
        ("in coffee", IN_COFFEE),
        ("role organiser or curator", Either((Is(Attribute.ROLE, Position.ORGANISER),
                                               Is(Attribute.ROLE, Position.CURATOR)))),
        ("career stage early career", EARLY),
        ("sector voluntary, community and social enterprise or acute", Either((VOLUNTARY, ACUTE))),
        ("organisation Guy's and St Thomas' NHS Foundation Trust and in coffee",
         Both((TRUST, IN_COFFEE))),
    ],
)  # fmt: skip
def test_words_are_read_as_people_mean_them(words: str, meant: Audience) -> None:
    assert parse(words, KNOWN) == meant


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("lewishm", "I know nothing called “lewishm”. Did you mean “Lewisham”?"),
        ("place Lewishm or Acute", "I know no place called “Lewishm”. Did you mean “Lewisham”?"),
        ("kind clinical", f"I know no kind called “clinical”. {EXAMPLE}"),
        ("place", f"Something is missing at the end. {EXAMPLE}"),
        ("Lewisham and", f"Something is missing at the end. {EXAMPLE}"),
        ("place Lewisham)", f"I could not read “)” there. {EXAMPLE}"),
        ("(Lewisham", f"A bracket is missing at the end. {EXAMPLE}"),
        ("or Lewisham", f"I could not read “or” there. {EXAMPLE}"),
        ("Lewisham Greenwich", f"I could not read “Greenwich” there. {EXAMPLE}"),
        ("Lewisham, Greenwi", "I know nothing called “Greenwi”. Did you mean “Greenwich”?"),
        ("channel general", NO_CHANNEL),
        ("place Lewisham and not Workspaces: Trust", NO_CHANNEL),
        ("x" * (MOST_WORDS + 1), f"That is too much to say of whom you mean. {EXAMPLE}"),
        ("not " * MOST_PARTS + "Lewisham", f"That is too much to say of whom you mean. {EXAMPLE}"),
    ],
)
def test_words_that_mean_nobody_known_are_told_with_what_could_be_meant(
    words: str, sentence: str
) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse(words, KNOWN)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("meant", "words"),
    [
        (EVERYONE, "everyone"),
        (TRUST, "organisation “Guy’s and St Thomas’ NHS Foundation Trust”"),
        (Is(Attribute.PLACE, "all"), "place “all”"),
        (Not(Either((LEWISHAM, GREENWICH))), "not place Lewisham or Greenwich"),
        (Both((LEWISHAM, Either((ACUTE, EARLY)))),
         "place Lewisham and (sector Acute or stage “Early career”)"),
        (Either((Both((LEWISHAM, ACUTE)), EARLY)),
         "place Lewisham and sector Acute or stage “Early career”"),
        (Not(Not(ACUTE)), "not not sector Acute"),
    ],
)  # fmt: skip
def test_audience_is_said_in_words(meant: Audience, words: str) -> None:
    assert said(meant) == words


ONES = st.sampled_from([LEWISHAM, GREENWICH, COUNCIL, ACUTE, VOLUNTARY, TRUST, EARLY, IN_COFFEE])
AUDIENCES: st.SearchStrategy[Audience] = st.recursive(
    ONES | st.just(EVERYONE),
    lambda parts: (
        st.builds(Not, parts)
        | st.builds(Both, st.lists(parts, min_size=2, max_size=3).map(tuple))
        | st.builds(Either, st.lists(parts, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


def holds(meant: Audience, true: frozenset[Is]) -> bool:
    """Whether somebody of whom just these are true is meant."""
    match meant:
        case Not(part=part):
            return not holds(part, true)
        case Both(parts=parts):
            return all(holds(part, true) for part in parts)
        case Either(parts=parts):
            return any(holds(part, true) for part in parts)
    return meant == EVERYONE or meant in true


@given(AUDIENCES, st.frozensets(ONES))
def test_what_is_said_of_an_audience_means_the_same(meant: Audience, true: frozenset[Is]) -> None:
    words = said(meant)

    again = parse(words, KNOWN)

    assert holds(again, true) == holds(meant, true)
    assert said(again) == words


@given(st.text("Lewisham Acute place sector and or not (),“”", max_size=80))
def test_any_words_are_read_or_refused_with_a_sentence(words: str) -> None:
    try:
        told = said(parse(words, KNOWN))
    except NotUnderstood as error:
        told = str(error)

    assert told


def test_chosen_values_of_one_attribute_are_alternatives_and_attributes_add_up() -> None:
    values = {Attribute.PLACE: ("Lewisham", "Greenwich"), Attribute.STAGE: ()}

    assert audience.chosen({}) == EVERYONE
    assert audience.chosen(values) == Either((LEWISHAM, GREENWICH))
    assert audience.chosen(values, Not(COUNCIL)) == Both(
        (Either((LEWISHAM, GREENWICH)), Not(COUNCIL))
    )


@pytest.mark.parametrize(
    ("meant", "values"),
    [
        (EVERYONE, {}),
        (LEWISHAM, {Attribute.PLACE: ("Lewisham",)}),
        (Both((Either((LEWISHAM, GREENWICH)), ACUTE)),
         {Attribute.PLACE: ("Lewisham", "Greenwich"), Attribute.SECTOR: ("Acute",)}),
        (Not(LEWISHAM), None),
        (Both((LEWISHAM, GREENWICH)), None),
        (Either((LEWISHAM, ACUTE)), None),
        (Both((LEWISHAM, Not(ACUTE))), None),
    ],
)  # fmt: skip
def test_choices_are_what_a_form_would_have_to_be_filled_in_with(
    meant: Audience, values: dict | None
) -> None:
    assert audience.choices(meant) == values
