"""The community's page: its settings, roles and words, changed by the routes of the chat."""

from bot.chat.requests import Role
from bot.domain.members import Vocabulary
from bot.domain.vocabularies import Listed
from tests.console.conftest import Place
from tests.handlers.test_organisers import log
from tests.leaders import Leader


async def test_settings_and_roles_are_changed_on_the_page(place: Place, olu: Leader) -> None:
    ada = await place.community.leader("Ada Obi")
    before = await place.opens("/console/community")
    form = await place.opens("/console/community/settings")
    saved = await place.presses(
        form, "Save", field_guardian_name="Fay Guard", field_guardian_reach="020 7946 0000"
    )
    adding = await place.opens("/console/community/organiser-add")
    unsure = await place.presses(adding, "Add", field_person="Ada Obi")
    added = await place.presses(adding, "Add", field_person="Ada Obi", field_sure="yes")

    assert "Freedom to Speak Up Guardian Now Nobody named yet" in before.text
    assert "Organisers: Olu Adeyemi" in before.text
    assert saved.flash.startswith("Saved. ")
    assert "Freedom to Speak Up Guardian Now Fay Guard 020 7946 0000" in saved.text
    assert "Tick this box to go on." in unsure.text
    assert added.flash == "Ada Obi is an organiser now, and has been told."
    assert "Organisers: Ada Obi and Olu Adeyemi" in added.text
    assert place.community.member(ada).role is Role.ORGANISER


async def test_words_are_changed_on_the_page(place: Place, olu: Leader) -> None:
    ada = await place.community.leader("Ada Obi", place="Bexley")
    page = await place.opens("/console/community/place/rename")
    with place.community.database.transaction() as db:
        entries = {
            each.label: str(each.id)
            for each in db.vocabularies.entries(place.community.id, Listed.PLACE)
        }

    renamed = await place.presses(
        page, "Rename", field_entry=entries["Bexley"], field_words="Sidcup", field_sure="yes"
    )
    retiring = await place.opens("/console/community/place/retire")
    await place.presses(retiring, "Retire", field_entry=entries["Bromley"])
    after = await place.opens("/console/community")

    assert renamed.flash == (
        "“Bexley” is called “Sidcup” from now on. The profiles of 1 member followed."
    )
    assert place.community.member(ada).profile.place == "Sidcup"
    assert "Boroughs Offered 5 Retired 1" in after.text
    with place.community.database.transaction() as db:
        assert "Bromley" not in db.communities.terms(place.community.id, Vocabulary.PLACE)


async def test_data_is_downloaded_from_the_page(place: Place, olu: Leader) -> None:
    page = await place.opens("/console/community")
    form = page.form_with("Download the data")
    sent = {name: values[0] for name, values in form.fields.items()}

    unsealed = await place.posts("/console/community/export", {"once": "x"})
    led = await place.posts(form.action, sent, allow_redirects=False)

    assert "open for too long" in unsealed.flash
    assert led.status == 303
    assert led.headers["Location"].startswith("/export/")
    assert led.headers["Location"].endswith("/leaders.zip")
    assert log(place.community) == [("Olu Adeyemi", "export", "")]
