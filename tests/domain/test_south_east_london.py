from collections import Counter

from bot.domain import south_east_london as sel
from bot.domain.members import Vocabulary
from bot.domain.pairing.model import Person, Theme
from bot.domain.pairing.score import theme_sides

# Slack refuses longer labels in a list of choices.
LONGEST_CHOICE = 75
CARD_LINES = ("what_we_do", "for_whom", "who_to_ask")


def test_words_fill_every_vocabulary_and_none_stands_twice() -> None:
    words = sel.seed_words()

    counts = Counter(word.vocabulary for word in words)

    assert set(counts) == set(Vocabulary)
    assert len({(word.vocabulary, word.label.lower()) for word in words}) == len(words)
    assert counts[Vocabulary.PLACE] == 6
    assert counts[Vocabulary.PRIORITY] <= 8


def test_labels_can_be_choices_and_carry_no_separator() -> None:
    labels = [word.label for word in sel.seed_words()]
    labels += [card.name for card in sel.seed_organisations()]

    # Lists in a spreadsheet's cell are parted by these signs.
    wrong = [
        label for label in labels if len(label) > LONGEST_CHOICE or any(c in label for c in ",;|")
    ]

    assert wrong == []


def test_only_priorities_say_why_and_each_in_one_sentence() -> None:
    words = sel.seed_words()

    reasons = {word.label: word.why for word in words if word.vocabulary is Vocabulary.PRIORITY}

    assert [why for why in reasons.values() if why.count(".") != 1 or not why.endswith(".")] == []
    assert [word for word in words if word.why and word.vocabulary is not Vocabulary.PRIORITY] == []


def test_themes_find_both_their_sides_among_the_kinds_and_stages() -> None:
    def sides(theme: Theme) -> dict[str, tuple[bool, bool]]:
        people = [
            *(Person(word, kind=word) for word in sel.KINDS),
            *(Person(word, stage=word) for word in sel.STAGES),
        ]
        found = {person.id: theme_sides(theme, person) for person in people}
        return {word: side for word, side in found.items() if any(side)}

    assert sides(Theme.CLINICIANS_WITH_EXECUTIVES) == {
        "Clinical": (True, False),
        "Care professional": (True, False),
        "Executive or manager": (False, True),
    }
    assert sides(Theme.EARLY_CAREER_WITH_EXPERIENCED) == {
        "Early career": (True, False),
        "Senior": (False, True),
        "Executive": (False, True),
    }
    assert sides(Theme.WITH_DIGITAL_AND_ESTATES) == {
        "Enabling": (True, False),
        **dict.fromkeys(set(sel.KINDS) - {"Enabling"}, (False, True)),
    }


def test_organisations_have_three_line_cards_and_known_sectors() -> None:
    cards = sel.seed_organisations()

    assert len({card.name.lower() for card in cards}) == len(cards)
    assert [
        card.name for card in cards if not all(getattr(card, line) for line in CARD_LINES)
    ] == []
    assert {card.sector for card in cards} - {*sel.SECTORS, ""} == set()


def test_other_names_stand_for_seeded_organisations() -> None:
    names = {card.name for card in sel.seed_organisations()}

    assert set(sel.OTHER_NAMES.values()) - names == set()
