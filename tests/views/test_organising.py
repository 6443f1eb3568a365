from bot.chat.forms import ChoiceField, TextField
from bot.chat.messages import plain
from bot.domain.community import Contact, Contacts, Settings
from bot.domain.vocabularies import MOST_OFFERED, Entry, Listed
from bot.views import community_settings, vocabularies


def test_settings_with_both_contacts_and_nothing_further() -> None:
    contact = Contact("Fay", "fay@trust.example")
    shown = community_settings.overview(Settings("Leaders", "UTC", Contacts(contact, contact)), ())

    assert plain(shown).splitlines()[-1] == "Change them: type “settings change”"


def test_choice_becomes_a_line_where_a_list_is_too_long() -> None:
    several = [Entry(number, f"Trust {number}") for number in range(MOST_OFFERED + 1)]

    kinds = [
        type(vocabularies.merge_form(Listed.ORGANISATION, some).fields[0])
        for some in (several[1:], several)
    ]

    assert kinds == [ChoiceField, TextField]


def test_listing_turns_its_pages() -> None:
    several = [Entry(number, f"Trust {number}") for number in range(100)]

    pages = [plain(vocabularies.listing(Listed.ORGANISATION, several, page=at)) for at in (1, 2, 9)]

    assert [each.splitlines()[0] for each in pages] == [
        "Organisations (page 1 of 3)", "Organisations (page 2 of 3)", "Organisations (page 3 of 3)"
    ]  # fmt: skip
    assert ["Earlier ones" in each for each in pages] == [False, True, True]
    assert plain(vocabularies.listing(Listed.ORGANISATION, ())).splitlines() == [
        "Organisations",
        "Nothing is in it yet.",
        "Add: type “vocabulary add organisation”",
    ]
