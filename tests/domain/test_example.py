from collections import Counter

from bot.chat.requests import Role
from bot.domain import example
from bot.domain import south_east_london as sel
from bot.domain.members import SLOTS, Vocabulary

PEOPLE = example.invent(7)


def counts(attribute: str) -> Counter[str]:
    return Counter(getattr(person.profile, attribute) for person in PEOPLE)


def test_invent_makes_the_same_people_of_the_same_seed_and_others_of_another() -> None:
    assert example.invent(7) == PEOPLE
    assert example.invent(8) != PEOPLE


def test_invent_makes_people_who_can_be_told_apart_and_reached_by_nobody() -> None:
    assert len({person.name for person in PEOPLE}) == 60
    assert len({person.email for person in PEOPLE}) == 60
    assert {person.email.split("@")[1] for person in PEOPLE} == {"leaders.example"}
    assert all(person.email.isascii() and " " not in person.email for person in PEOPLE)


def test_invent_gives_no_first_name_or_surname_twice_before_all_are_given() -> None:
    first = PEOPLE[:40]

    assert len({person.name.split()[0] for person in first}) == 40
    assert len({person.name.split()[1] for person in first}) == 40


def test_invent_spreads_people_over_boroughs_professions_stages_and_kinds() -> None:
    assert counts("place") == dict.fromkeys(sel.BOROUGHS, 10)
    assert set(counts("profession").values()) == {4}
    assert set(counts("stage")) == set(sel.STAGES)
    assert set(counts("kind")) == set(sel.KINDS)
    assert len(counts("organisation")) >= 15
    assert max(counts("organisation").values()) <= 10


def test_invent_writes_profiles_in_the_words_of_south_east_london() -> None:
    words = {(term.vocabulary, term.label) for term in sel.seed_words()}
    cards = {card.name: card.sector for card in sel.seed_organisations()}

    for person in PEOPLE:
        profile = person.profile
        assert (Vocabulary.PROFESSION, profile.profession) in words
        assert profile.sector == cards[profile.organisation]
        assert 2 <= len(profile.interests) <= 4
        assert {
            (Vocabulary.INTEREST, each) in words or (Vocabulary.PRIORITY, each) in words
            for each in profile.interests
        } == {True}
        assert 1 <= len(profile.slots) <= 4
        assert set(profile.slots) <= set(SLOTS)
        assert profile.job
        assert profile.ask_me_about


def test_invent_puts_people_where_their_organisation_works() -> None:
    homes = {(person.profile.organisation, person.profile.place) for person in PEOPLE}

    assert {place for name, place in homes if name == "Oxleas"} <= {
        "Bexley",
        "Bromley",
        "Greenwich",
    }
    assert {name.removeprefix("General practice in ") == place for name, place in homes
            if name.startswith("General practice in")} == {True}  # fmt: skip


def test_invent_makes_two_organisers_and_shows_some_addresses() -> None:
    assert [person.role for person in PEOPLE[:3]] == [Role.ORGANISER, Role.ORGANISER, Role.MEMBER]
    assert Counter(person.role for person in PEOPLE)[Role.ORGANISER] == 2
    assert 5 <= sum(person.show_email for person in PEOPLE) <= 25


def test_invent_has_two_who_speak_another_language_and_some_who_name_none() -> None:
    languages = Counter(person.profile.languages for person in PEOPLE)

    assert languages == {
        (): 38,
        ("English",): 20,
        ("English", "Polish"): 1,
        ("English", "British Sign Language"): 1,
    }


def test_invent_makes_a_few_teams_led_by_their_most_senior() -> None:
    teams: dict[str, list[example.Invented]] = {}
    for person in PEOPLE:
        if person.profile.team:
            teams.setdefault(person.profile.team, []).append(person)

    assert sorted(map(len, teams.values())) == [3, 3, 3, 3]
    for team in teams.values():
        leaders = [person for person in team if not person.profile.line_manager]
        assert len(leaders) == 1
        assert {person.profile.line_manager for person in team} == {"", leaders[0].email}
        assert len({person.profile.organisation for person in team}) == 1
        stages = [sel.STAGES.index(person.profile.stage) for person in team]
        assert sel.STAGES.index(leaders[0].profile.stage) == max(stages)


def test_invent_makes_any_number_up_to_every_name_there_is() -> None:
    assert example.invent(7, 0) == ()
    assert len(example.invent(7, 1)) == 1
    assert len({person.email for person in example.invent(7, 5000)}) == 2500
