"""People talk to the bot in Teams, and see what the community's own handlers answer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.chat.messages import plain
from bot.chat.requests import Role
from bot.platforms.teams import replies
from bot.platforms.teams.app import DECLINED
from bot.views import common
from bot.views import help as help_views
from handlers import PROGRAMMES
from storage.database import Database
from storage.tables import members
from tests import teams_cards
from tests.platforms.teams.talk import Talk, owner, talking
from tests.teams_stand_in import OTHER_TENANT, inputs_of

ELSEWHERE = "Please say where you work or whom you stand for."
NURSE = {"job": "Nurse", "organisation": "another", "consent": "yes"}


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    async with talking(database) as talk:
        yield talk


def shown(card: Any) -> str:
    """The words of a card."""
    return "\n".join(teams_cards.words(card))


def typed(card: Any, field: str) -> str:
    """What stands in a field of a form."""
    (value,) = (one.get("value", "") for one in inputs_of(card) if one["id"] == f"f.{field}")
    return str(value)


# In one's own chat.


async def test_newcomer_is_greeted_once_in_their_life(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example", email="ada@nhs.example", upn="ada@trust.example")

    await ada.uninstalls()
    await ada.installs()

    assert ada.sees == ["Welcome, Ada. I look after Leaders."]
    member = talk.in_database(lambda db: owner(db, "ada"))
    assert (member.name, member.email) == ("Ada Example", "ada@nhs.example")


async def test_help_lists_what_can_be_said(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example")

    answer = await ada.says("help")

    assert answer.text == plain(help_views.overview("Leaders", "", PROGRAMMES, Role.MEMBER))


async def test_slip_of_the_keyboard_is_understood_with_a_tap(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example")

    question = await ada.says("/leaders cofee")
    answer = await ada.taps(question, "Yes, coffee")

    assert question.text.splitlines()[0] == "I did not understand “cofee”. Did you mean coffee?"
    assert answer.text.splitlines()[0].startswith("Peer coffee: I introduce you")
    assert ada.notices == [replies.BELOW]


async def test_home_is_shown_when_it_is_asked_for(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example")

    home = await ada.says("home")

    assert home.text.splitlines()[:2] == ["Hello Ada", "This is Leaders."]


async def test_tap_replaces_the_card_for_good(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example")
    card = await ada.says("coffee")

    joined = await ada.taps(card, "Join coffee")

    assert joined is card
    assert joined.text.startswith("You are in. ")
    assert ada.notices == []


async def test_what_cannot_be_undone_is_asked_about_first(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example")
    await ada.says("introduce")
    await ada.submits(**NURSE, other_organisation="Oxleas")
    card = await ada.says("profile")
    (question,) = (
        one for one in teams_cards.objects(card.card) if one.get("type") == "Action.ShowCard"
    )
    assert shown(question["card"]).startswith("Nobody can find you any more until ")

    await ada.taps(card, question["title"])

    assert not talk.in_database(lambda db: owner(db, "ada").is_introduced)


# Forms.


async def test_form_in_the_chat_keeps_what_was_typed(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example")
    form = await ada.says("introduce")

    marked = await ada.submits(**NURSE, name="Ada Obi")

    assert ELSEWHERE in shown(marked)
    assert (typed(marked, "job"), typed(marked, "name")) == ("Nurse", "Ada Obi")

    await ada.submits(other_organisation="Oxleas")
    assert form.text.startswith("Thank you, Ada. You are introduced.")
    assert ada.sees[1:] == [form.text.splitlines()[0]]
    assert talk.in_database(lambda db: owner(db, "ada").name) == "Ada Obi"


async def test_the_same_form_is_a_dialog_where_a_button_opens_it(talk: Talk) -> None:
    ada = await talk.person("ada", "Ada Example")
    dialog = await ada.opens(ada.last, "Introduce myself")
    assert typed(dialog, "name") == "Ada Example"

    marked = await ada.submits(**NURSE)

    assert ELSEWHERE in shown(marked)
    assert typed(marked, "job") == "Nurse"
    done = await ada.submits(other_organisation="Oxleas")
    assert shown(done).startswith("Thank you, Ada. You are introduced.")
    # What a dialog says stays in it; the greeting stands as it was.
    assert ada.sees == ["Welcome, Ada. I look after Leaders."]


# Where others read along.


async def test_mention_is_answered_in_ones_own_chat(talk: Talk) -> None:
    ada, ben = await talk.person("ada", "Ada"), await talk.person("ben", "Ben")
    await talk.in_channel(ada, ben)

    line = await ada.mentions("coffee join")

    assert line == [replies.IN_OUR_CHAT]
    assert ada.last.text.startswith("You are in. ")
    assert ben.sees == ["Welcome, Ben. I look after Leaders."]


async def test_sensitive_words_in_a_channel_are_not_carried_out(talk: Talk) -> None:
    ada, ben = await talk.person("ada", "Ada"), await talk.person("ben", "Ben")
    await talk.in_channel(ada, ben)

    line = await ada.mentions("coffee avoid Ben")

    assert line == [replies.IN_OUR_CHAT]
    assert ada.last.text == plain(common.say_it_privately())
    avoided = talk.in_database(lambda db: db.coffee.avoided_by(owner(db, "ada").id))
    assert avoided == ()


async def test_introductions_channel_from_its_choice_to_a_hello(talk: Talk) -> None:
    olu = await talk.organiser("olu", "Olu")
    ada, ben = await talk.person("ada", "Ada"), await talk.person("ben", "Ben")
    await talk.in_channel(olu, ada, ben)

    assert await olu.mentions("channel introductions here") == [replies.IN_OUR_CHAT]
    assert olu.last.text.startswith("I post introductions in ")
    await ada.says("introduce")
    await ada.submits(**NURSE, other_organisation="Oxleas")
    first, post = talk.channel()
    assert first.text.startswith("Introductions will be posted here.")
    assert post.text.startswith("New among us:")

    form = await ben.opens(post, "Say hello")
    assert [one["id"] for one in inputs_of(form)] == ["f.words"]
    done = await ben.submits(words="Welcome!")
    assert shown(done) == "I have passed it on to Ada."
    assert ada.last.text.splitlines()[:2] == ["Ben says hello:", "“Welcome!”"]

    await ada.says("introduce withdraw")
    assert talk.channel() == [first]


# Who can't be reached or served.


async def test_nothing_is_carried_to_somebody_who_took_the_bot_away(talk: Talk) -> None:
    olu = await talk.organiser("olu", "Olu")
    ada, ben = await talk.person("ada", "Ada"), await talk.person("ben", "Ben")
    await talk.in_channel(olu, ben)
    await olu.mentions("channel introductions here")
    await ada.says("introduce")
    await ada.submits(**NURSE, other_organisation="Oxleas")
    _, post = talk.channel()
    seen = list(ada.sees)

    await ada.uninstalls()
    answer = await ben.opens(post, "Say hello")
    assert shown(answer) == "I can’t pass that on."
    assert ada.sees == seen

    ben.closes()
    await ada.installs()
    assert [one["id"] for one in inputs_of(await ben.opens(post, "Say hello"))] == ["f.words"]


async def test_tenant_that_is_not_served_is_told_so_and_not_kept(talk: Talk) -> None:
    eve = talk.stranger("eve", "Eve", tenant=OTHER_TENANT, installed=True)

    answer = await eve.says("help")

    assert answer.text == DECLINED
    assert talk.in_database(lambda db: db.connection.execute(members.select()).all()) == []
    assert [each.platform for each in talk.in_database(lambda db: db.workspaces.all())] == []


# One person with two accounts.


async def test_two_accounts_become_one_member_by_a_code(talk: Talk) -> None:
    ada, other = await talk.person("ada", "Ada Obi"), await talk.person("ada2", "Ada at the trust")
    await ada.says("coffee join")

    code = (await ada.says("link")).text.split()[3].rstrip(".")
    question = await other.says(f"link {code}")
    assert question.text.startswith("That code is from Ada Obi in Teams. Are both accounts yours?")
    joined = await other.taps(question, "Yes, both are mine")

    assert joined is question
    assert joined.text.startswith("You are one member now: Ada Obi.")
    found = talk.in_database(lambda db: (owner(db, "ada").id, owner(db, "ada2").id))
    assert found[0] == found[1]
    accounts = await other.taps(joined, "My accounts")
    removals = {
        each["title"]
        for each in teams_cards.objects(accounts.card)
        if each.get("title", "").startswith("Take off")
    }
    assert removals == {
        "Take off Teams (ada@leaders.example)",
        "Take off Teams (ada2@leaders.example)",
    }
