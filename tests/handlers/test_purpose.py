"""Why a community exists, in its organisers' own words."""

import pytest

from bot.chat.requests import Incoming, Kind
from bot.domain import purpose
from bot.errors import FormErrors
from bot.views import purpose as views
from tests.leaders import Community, words

NAME = "Leaders of South East London"
WORDS = "We look after one another, so that people are looked after well."


def audited(community: Community) -> list[str]:
    with community.database.transaction() as db:
        return [each.action for each in db.audit.latest(community.id, limit=20)]


async def test_organisers_say_why_and_everybody_who_arrives_reads_it(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    newcomer = community.stranger("Zoe Ek", platform=community.platform)

    empty = await ada.says("purpose")
    outcome = await olu.submits(
        await olu.taps(await olu.says("purpose"), "Change it"), purpose=f"  {WORDS}\n"
    )

    assert words(empty) == words(views.why(NAME, "", is_organiser=False))
    assert words(outcome.reply) == words(views.changed(WORDS))
    assert words(await ada.says("purpose")) == words(views.why(NAME, WORDS, is_organiser=False))
    assert words(await ada.says("home")).splitlines()[1] == f"This is {NAME}. {WORDS}"
    assert words(await ada.says("help")).splitlines()[0] == f"I look after {NAME}. {WORDS}"
    await newcomer.does("joined")
    assert words(newcomer.inbox[0]).splitlines()[0] == f"Welcome, Zoe. I look after {NAME}. {WORDS}"
    assert audited(community) == ["purpose changed"]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_only_organisers_change_it_and_never_to_what_names_somebody(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")

    refused = await ada.says(f"purpose change {WORDS}")
    typed = await olu.says(f"purpose change {WORDS}")
    named = await olu.submits(await olu.says("purpose change"), purpose="Ring 020 7946 0000.")
    typed_name = await olu.says("purpose change Ring 020 7946 0000.")
    bare = await community.dispatch(
        Incoming(olu.account, Kind.SUBMIT, route="purpose change", fields={"purpose": (" ",)})
    )

    assert words(refused).startswith("Only organisers can do that.")
    assert words(typed) == words(views.changed(WORDS))
    assert words(typed_name).startswith("I take “020 7946 0000” for a phone number.")
    assert list(named.errors) == ["purpose"]
    assert bare.errors == {"purpose": "Please say in a sentence or two why we are here."}
    assert words(await ada.says("purpose")) == words(views.why(NAME, WORDS, is_organiser=False))
    assert audited(community) == ["purpose changed"]


def test_purpose_is_short() -> None:
    assert purpose.checked("x" * purpose.LONGEST) == "x" * purpose.LONGEST
    with pytest.raises(FormErrors, match="to 300 characters"):
        purpose.checked("x" * (purpose.LONGEST + 1))
