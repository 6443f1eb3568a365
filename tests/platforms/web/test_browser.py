"""The chat page in a real browser."""

import re

from playwright.async_api import expect

from bot.chat import messages
from bot.chat.messages import Button
from bot.chat.platform import Delivery, DeliveryKind, Destination
from bot.chat.requests import Outcome
from bot.platforms.web import sessions
from tests.platforms.web.chat_page import PHONE, ZOOMED, Chat
from tests.platforms.web.fakes import ADA, LANE, MATCH, said
from tests.platforms.web.place import NOW

EVIL = '<img src=x onerror="document.title=1"><script>document.title=1</script>'


async def test_words_are_answered_once_by_keyboard(chat: Chat) -> None:
    await chat.opens()

    await chat.says("good morning")

    await expect(chat.line("You said “good morning”.")).to_have_count(1)
    await expect(chat.log.locator(".line")).to_have_count(2)
    await expect(chat.words).to_have_value("")
    await expect(chat.words).to_be_focused()


async def test_what_members_typed_is_never_markup(chat: Chat) -> None:
    card = messages.message(
        messages.Heading(EVIL),
        messages.text(EVIL, messages.link("press", "javascript:document.title=1")),
        messages.facts(messages.fact(EVIL, EVIL)),
        messages.buttons(Button(EVIL, "help", confirm=EVIL)),
    )
    chat.place.store.names = (("#9", EVIL),)
    await chat.opens()

    await chat.hears("evil", card)
    await chat.says(EVIL)
    await expect(chat.line(f"You said “{EVIL}”.")).to_have_count(1)
    await chat.log.get_by_role("button").first.click()
    await expect(chat.dialog.get_by_role("heading")).to_have_text(EVIL)

    assert await chat.page.title() != "1"
    assert await chat.page.locator("main img, main script, dialog img, [href^=java]").count() == 0


async def test_tap_replaces_the_card_after_a_question(chat: Chat) -> None:
    chat.place.store.keep_message(ADA.account, MATCH, key=None, now=NOW)
    await chat.opens()
    button = chat.log.get_by_role("button", name="Find me someone else")

    await button.focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.dialog).to_have_attribute("role", "alertdialog")
    await expect(chat.dialog.get_by_role("button", name="No, go back")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.dialog).to_have_count(0)
    await expect(button).to_be_focused()
    assert chat.place.bot.heard == []

    await chat.page.keyboard.press("Enter")
    await chat.tabs_to(chat.dialog.get_by_role("button", name="Find me someone else"))
    await chat.page.keyboard.press("Enter")

    await expect(chat.line("We found you somebody else.")).to_be_focused()
    await expect(chat.log.locator(".line")).to_have_count(1)
    assert [one.token for one in chat.place.bot.heard] == ["card-token"]


async def test_repeated_tap_waits_for_the_answer(chat: Chat) -> None:
    chat.place.store.keep_message(ADA.account, MATCH, key=None, now=NOW)
    await chat.opens()
    button = chat.log.get_by_role("button", name="Choose a time")
    chat.place.bot.go.clear()

    await button.click()
    await expect(button).to_have_attribute("aria-disabled", "true")
    await expect(chat.page.get_by_role("status").first).to_have_text("Working on it…")
    await button.press("Enter")
    await button.click(force=True)
    chat.place.bot.go.set()

    await expect(chat.line("You said “coffee time”.")).to_have_count(1)
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    assert len(chat.place.bot.heard) == 1


async def test_words_come_back_when_the_network_fails(chat: Chat) -> None:
    await chat.opens()
    await chat.page.route("**/chat/say*", lambda route: route.abort())

    await chat.says("good morning")

    await expect(chat.page.locator("#trouble")).to_contain_text("We could not reach the server.")
    await expect(chat.words).to_have_value("good morning")
    await expect(chat.log.locator(".line")).to_have_count(0)


async def test_pushed_message_appears_counts_and_is_read(chat: Chat) -> None:
    await chat.opens()
    other_tab = await chat.page.context.new_page()
    await other_tab.goto(chat.place.browser.origin)

    await chat.hears("a", said("Your match is here."))
    await chat.line("Your match is here.").evaluate("line => { line.isUntouched = true }")
    await chat.hears("a", said("Your match is here."))
    await chat.hears("b", said("Another one."))

    await expect(chat.line("Another one.")).to_have_count(1)
    await expect(chat.line("Your match is here.")).to_have_count(1)
    assert await chat.line("Your match is here.").evaluate("line => line.isUntouched")
    await expect(other_tab.get_by_text("Your match is here.")).to_have_count(1)
    await expect(chat.page).to_have_title("Chat – Leaders")
    assert chat.place.store.unread(ADA.account) == 0


async def test_unread_messages_are_counted_in_the_title(chat: Chat) -> None:
    for number in range(40):
        text = f"Message {number}" + "\nand more" * 3
        chat.place.store.keep_message(ADA.account, said(text), key=None, now=NOW)
    await chat.opens()
    await expect(chat.page).to_have_title("Chat – Leaders")
    scroller = chat.page.get_by_role("region", name="Messages")
    await scroller.evaluate("element => { element.scrollTop = 300 }")

    await chat.hears("a", said("Your match is here."))

    await expect(chat.page).to_have_title("(1) Chat – Leaders")
    await chat.page.get_by_role("button", name="New messages").click()
    await expect(chat.line("Your match is here.")).to_be_in_viewport()
    await expect(chat.page).to_have_title("Chat – Leaders")


async def test_older_messages_come_by_scrolling_without_a_jump(chat: Chat) -> None:
    for number in range(70):
        chat.place.store.keep_message(ADA.account, said(f"Message {number}."), key=None, now=NOW)
    await chat.opens()
    lines = chat.log.locator(".line")
    await expect(lines).to_have_count(30)
    await expect(chat.line("Message 69.")).to_be_in_viewport()

    await chat.page.get_by_role("button", name="Show older messages").press("Enter")
    await expect(lines).not_to_have_count(30)
    await chat.page.get_by_role("region", name="Messages").press("Home")
    await expect(lines).to_have_count(70)

    numbers = [
        int(re.sub(r"\D", "", text))
        for text in await lines.locator("p + p, .bubble p").all_inner_texts()
    ]
    assert numbers == list(range(70))
    await expect(chat.page.get_by_role("button", name="Show older messages")).to_be_hidden()


async def test_replaced_and_removed_messages_change_on_the_open_page(chat: Chat) -> None:
    await chat.opens()
    destination = Destination(("1",))
    first = await chat.place.web.platform.send(
        Delivery("a", LANE, DeliveryKind.POST, destination, said("First."))
    )
    await chat.hears("b", said("Second."))
    await expect(chat.line("Second.")).to_have_count(1)

    await chat.place.web.platform.send(
        Delivery("c", LANE, DeliveryKind.UPDATE, destination, said("Changed."), first)
    )
    await expect(chat.log.locator(".bubble p")).to_have_text(["Changed.", "Second."])
    await chat.place.web.platform.send(
        Delivery("d", LANE, DeliveryKind.DELETE, destination, receipt=first)
    )

    await expect(chat.log.locator(".bubble p")).to_have_text(["Second."])


async def test_lost_stream_comes_back_without_loss_or_doubles(chat: Chat) -> None:
    await chat.opens()
    await chat.hears("1", said("Number 1."))
    await expect(chat.line("Number 1.")).to_have_count(1)

    chat.place.web._hub.close()
    await chat.hears("2", said("Number 2."))
    chat.place.web._hub.open()
    await chat.hears("3", said("Number 3."))

    await expect(chat.log.locator(".bubble p")).to_have_text(
        ["Number 1.", "Number 2.", "Number 3."]
    )


async def test_restarted_bot_is_asked_for_everything_anew(chat: Chat) -> None:
    await chat.opens()
    for number in (1, 2):
        await chat.hears(str(number), said(f"Number {number}."))
    await expect(chat.line("Number 2.")).to_have_count(1)

    chat.place.web._hub.close()
    chat.place.web._hub._run = "after the restart"
    chat.place.store.remove_message(ADA.account, 1)
    chat.place.store.keep_message(ADA.account, said("Number 3."), key=None, now=NOW)
    chat.place.web._hub.open()

    await expect(chat.log.locator(".bubble p")).to_have_text(["Number 2.", "Number 3."])


async def test_unkept_words_are_marked_and_gone_after_a_reload(chat: Chat) -> None:
    await chat.opens()

    await chat.says("avoid")

    await expect(chat.line("You won’t be matched.")).to_contain_text("Not kept: shown here once.")
    await chat.page.reload()
    await expect(chat.page.get_by_text("Nothing has been said here yet.")).to_be_visible()


async def test_home_panel_is_refreshed_and_its_buttons_work(chat: Chat) -> None:
    await chat.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await chat.opens()
    await expect(
        chat.page.get_by_role("list", name="Suggestions").get_by_role("button")
    ).to_have_count(5)
    new = messages.message(
        messages.Heading("Good evening"), messages.buttons(Button("What now?", "help"))
    )
    chat.place.bot.outcomes["home"] = Outcome(new)

    await chat.page.get_by_role("button", name="Sessions").click()

    await expect(chat.line("You said “sessions”.")).to_be_in_viewport()
    await chat.page.get_by_text("Home", exact=True).click()
    await expect(chat.page.get_by_role("heading", name="Good evening")).to_be_visible()
    await chat.page.locator("#panel").get_by_role("button", name="What now?").click()
    await expect(chat.line("You said “help”.")).to_be_in_viewport()


async def test_signed_out_page_says_so(chat: Chat) -> None:
    await chat.opens()
    chat.place.store.sessions.clear()

    await chat.says("hello")

    trouble = chat.page.locator("#trouble")
    await expect(trouble).to_contain_text("You are signed out.")
    await trouble.get_by_role("link", name="Go to the start page").click()
    await expect(chat.page.get_by_role("heading")).to_have_text("Come in with your personal link")


async def test_personal_link_leads_into_the_chat_and_out_again(chat: Chat) -> None:
    chat.place.store.links[sessions.hashed("secret")] = ADA
    await chat.page.goto(f"{chat.place.browser.origin}/enter/secret")

    await chat.page.get_by_role("button", name="Come in as Ada Okafor").press("Enter")
    await chat.says("hello")
    await expect(chat.line("You said “hello”.")).to_have_count(1)
    await chat.page.get_by_role("button", name="Leave").click()

    await expect(chat.page.get_by_role("heading")).to_have_text("Come in with your personal link")


async def test_skip_link_leads_to_the_message_box(chat: Chat) -> None:
    await chat.opens()

    await chat.page.keyboard.press("Tab")
    await chat.page.keyboard.press("Tab")
    await chat.page.keyboard.press("Enter")

    await expect(chat.words).to_be_focused()


async def test_low_window_scrolls_as_one_page(chat: Chat) -> None:
    for number in range(10):
        chat.place.store.keep_message(ADA.account, said(f"Message {number}."), key=None, now=NOW)
    await chat.page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    await chat.opens()

    await chat.says("hello")

    await expect(chat.line("You said “hello”.")).to_be_in_viewport()
