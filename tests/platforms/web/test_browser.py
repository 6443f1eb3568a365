"""The pages in a real browser, mostly by keyboard alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.chat import messages
from bot.chat.messages import Button
from bot.chat.platform import Delivery, DeliveryKind, Destination
from bot.chat.requests import Kind, Outcome
from bot.platforms.web import sessions
from tests.platforms.web.conftest import NOW, Place
from tests.platforms.web.fakes import ADA, BEN, LANE, MATCH, said

ROOT = Path(__file__).parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
EVIL = '<img src=x onerror="document.title=1"><script>document.title=1</script>'


class Chat:
    """What somebody at the page does and sees."""

    def __init__(self, page: Page, place: Place) -> None:
        self.page = page
        self.place = place
        self.log = page.get_by_role("log")
        self.words = page.get_by_label("Your message")
        self.dialog = page.locator("dialog[open]")

    async def opens(self) -> None:
        self.place.browser.signs_in(self.place.store, ADA)
        url = self.place.browser.origin
        cookie = {"name": "leaders", "value": "session-1", "url": url}
        await self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        await self.page.goto(url)
        await expect(self.log).to_have_attribute("aria-busy", "false")

    async def says(self, words: str) -> None:
        await self.words.focus()
        await self.page.keyboard.type(words)
        await self.page.keyboard.press("Enter")

    async def hears(self, key: str, message: messages.Message) -> None:
        delivery = Delivery(key, LANE, DeliveryKind.POST, Destination(("1",)), message)
        await self.place.web.platform.send(delivery)

    def line(self, words: str) -> Locator:
        return self.log.locator(".line", has_text=words)

    async def types(self, label: str, words: str) -> None:
        """Go on by Tab until the field has the focus, then type."""
        await self.tabs_to(self.dialog.get_by_label(label))
        await self.page.keyboard.type(words)

    async def tabs_to(self, target: Locator) -> None:
        for _ in range(60):
            if await target.evaluate("element => element === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} can't be reached by keyboard.")


@pytest.fixture
async def chat(browser_page: Page, place: Place) -> Chat:
    return Chat(browser_page, place)


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is."""
    if not AXE.exists():
        pytest.skip("axe-core is missing (npm ci)")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}"
        for one in found["violations"]
    ]


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
    await chat.hears("a", said("Your match is here."))

    await expect(chat.line("Your match is here.")).to_have_count(1)
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
    await chat.page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    await chat.opens()

    await chat.says("hello")

    await expect(chat.line("You said “hello”.")).to_be_in_viewport()


@pytest.mark.parametrize("size", [PHONE, DESKTOP, {"width": 320, "height": 256}])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_have_no_accessibility_faults(
    chat: Chat, scheme: str, size: dict[str, int]
) -> None:
    page, place = chat.page, chat.place
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.add_init_script("addEventListener('securitypolicyviolation', () => { broken = 1 })")
    place.store.links[sessions.hashed("secret")] = BEN
    place.store.names = (("#3", "Priya Nair, Lambeth"),)
    place.store.keep_message(ADA.account, MATCH, key=None, now=NOW)
    found: dict[str, list[str]] = {}

    async def look(what: str) -> None:
        wide = "document.documentElement.scrollWidth > innerWidth"
        found[what] = await violations(page)
        found[what] += ["wider than the window"] * await page.evaluate(wide)
        found[what] += ["against the policy"] * await page.evaluate("'broken' in window")

    for path in ("/", "/enter/secret", "/enter/old"):
        await page.goto(place.browser.origin + path)
        await look(path)
    example = replace(ADA, is_example=True)
    place.store.examples = (example, replace(BEN, is_example=True))
    await page.goto(f"{place.browser.origin}/act")
    await look("people")
    await page.get_by_role("button", name="Act as Ada Okafor").click()
    await expect(chat.line("Meet Ben Adeyemi")).to_have_count(1)
    await chat.says("avoid")
    await expect(chat.line("You won’t be matched.")).to_have_count(1)
    await look("chat")
    if size["width"] < DESKTOP["width"]:
        await page.get_by_text("Home", exact=True).click()
        await look("home")
    await chat.log.get_by_role("button", name="Find me someone else").click()
    await expect(chat.dialog).to_have_count(1)
    await look("question")
    await page.keyboard.press("Escape")
    await chat.says("introduce")
    await expect(chat.dialog).to_have_count(1)
    await look("form")
    await chat.dialog.get_by_role("button", name="Introduce me").click()
    await expect(chat.dialog.get_by_text("Fill in “Your role”.")).to_have_count(1)
    await look("errors")
    await chat.dialog.get_by_role("combobox", name="Who leads").press_sequentially("pri")
    await expect(chat.dialog.locator("[role=option]")).to_have_count(1)
    await look("suggestions")

    assert found == {what: [] for what in found}
