"""Forms in a real browser."""

import re

from playwright.async_api import expect

from bot.chat.requests import Kind
from tests.platforms.web.chat_page import Chat


async def test_form_is_filled_in_by_keyboard_alone(chat: Chat) -> None:
    chat.place.store.names = (("#3", "Priya Nair, Lambeth"), ("#4", "Priyanka Shah, Bexley"))
    await chat.opens()
    press = chat.page.keyboard.press

    await chat.says("introduce")
    await expect(chat.dialog.get_by_role("heading")).to_have_text("Introduce yourself")
    await expect(chat.dialog.get_by_label("Your role")).to_be_focused()
    await press("Enter")

    role = chat.dialog.get_by_label("Your role")
    await expect(role).to_be_focused()
    await expect(role).to_have_attribute("aria-invalid", "true")
    described = (await role.get_attribute("aria-describedby") or "").split()
    texts = [await chat.page.locator(f"#{one}").inner_text() for one in described]
    assert texts[0] == "For example: district nurse"
    assert "Fill in “Your role”." in texts[1]
    assert chat.place.bot.heard[1:] == []

    await chat.page.keyboard.type("Nurse")
    await chat.types("Ask me about", "falls\nsleep")
    await chat.types("E-mail", "ada@example.org")
    await chat.tabs_to(chat.dialog.get_by_label("In this role since"))
    await chat.dialog.get_by_label("In this role since").fill("2021-03-31")
    await chat.dialog.get_by_label("Best time for a call").fill("09:30")
    await chat.types("Years in health and care", "400")
    await chat.tabs_to(chat.dialog.get_by_label("Early"))
    await press("ArrowDown")
    await press("ArrowDown")
    await chat.tabs_to(chat.dialog.get_by_label("Place"))
    await chat.page.keyboard.type("Lew")
    await chat.tabs_to(chat.dialog.get_by_label("Estates"))
    await press("Space")
    person = chat.dialog.get_by_role("combobox", name="Who leads your team?")
    await chat.tabs_to(person)
    await chat.page.keyboard.type("priya")
    options = chat.dialog.locator("[role=option]")
    await expect(options).to_have_count(2)
    await press("Escape")
    await expect(options.first).to_be_hidden()
    await expect(chat.dialog).to_have_count(1)
    await press("ArrowDown")
    await expect(options.first).to_be_visible()
    await press("ArrowUp")
    await press("ArrowUp")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await press("Enter")
    await expect(person).to_have_value("Priya Nair, Lambeth")
    await chat.tabs_to(chat.dialog.get_by_label("Publish my introduction"))
    await press("Space")
    await press("Enter")

    years = chat.dialog.get_by_label("Years in health and care")
    await expect(years).to_be_focused()
    await expect(chat.dialog.get_by_text("Nobody works that long.")).to_be_visible()
    await expect(role).to_have_value("Nurse")
    await expect(role).not_to_have_attribute("aria-invalid", "true")
    borough = chat.dialog.get_by_label("Place")
    await expect(borough).not_to_have_attribute("aria-describedby", re.compile("."))
    await years.press("ControlOrMeta+a")
    await chat.page.keyboard.type("4")
    await press("Enter")

    await expect(chat.line("Hello, Nurse.")).to_have_count(1)
    await expect(chat.dialog).to_have_count(0)
    sent = chat.place.bot.heard[-1]
    assert (sent.kind, sent.route, sent.text) == (Kind.SUBMIT, "introduce", "7")
    assert sent.token == "form-token"
    assert sent.fields == {
        "role": ("Nurse",),
        "story": ("falls\nsleep",),
        "email": ("ada@example.org",),
        "since": ("2021-03-31",),
        "best": ("09:30",),
        "years": ("4",),
        "stage": ("Senior",),
        "place": ("lewisham",),
        "interests": ("Estates", "Digital"),
        "lead": ("#3",),
        "consent": ("yes",),
    }


async def test_form_keeps_what_was_typed_when_the_network_fails(chat: Chat) -> None:
    await chat.opens()
    await chat.says("introduce")
    await chat.dialog.get_by_label("Your role").fill("Nurse")
    await chat.dialog.get_by_label("Place").select_option("bexley")
    await chat.dialog.get_by_label("Publish my introduction").check()
    await chat.page.route("**/chat/submit*", lambda route: route.abort())

    await chat.dialog.get_by_role("button", name="Introduce me").click()

    alert = chat.dialog.get_by_role("alert")
    await expect(alert).to_contain_text("We could not reach the server.")
    await expect(alert).to_contain_text("What you filled in is still here.")
    await chat.page.keyboard.press("Escape")
    await chat.log.get_by_role("button", name="Open it again").click()
    await expect(chat.dialog.get_by_label("Your role")).to_have_value("Nurse")
    await chat.page.unroute("**/chat/submit*")
    await chat.dialog.get_by_role("button", name="Introduce me").click()
    await expect(chat.line("Hello, Nurse.")).to_have_count(1)
