"""Somebody at the chat page: what they do, mostly by keyboard alone, and what they see."""

from playwright.async_api import Locator, Page, expect

from bot.chat import messages
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.ids import Lane
from tests.platforms.web.fakes import ADA, LANE
from tests.platforms.web.place import Place

PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %


class Chat:
    """What somebody at the page does and sees."""

    def __init__(self, page: Page, place: Place) -> None:
        self.page = page
        self.place = place
        self.log = page.get_by_role("log")
        self.words = page.get_by_label("Your message")
        self.dialog = page.locator("dialog[open]")
        self.channel = page.get_by_role("region", name="Introductions")
        self.posts = self.channel.get_by_role("article")

    async def opens(self) -> None:
        self.place.browser.signs_in(self.place.store, ADA)
        url = self.place.browser.origin
        cookie = {"name": "leaders", "value": "session-1", "url": url}
        await self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        await self.page.goto(url)
        await expect(self.log).to_have_attribute("aria-busy", "false")

    async def says(self, words: str) -> None:
        # A page that has just been opened listens once its conversation is there.
        await expect(self.log).to_have_attribute("aria-busy", "false")
        await self.words.focus()
        await self.page.keyboard.type(words)
        await self.page.keyboard.press("Enter")

    async def hears(self, key: str, message: messages.Message) -> None:
        delivery = Delivery(key, LANE, DeliveryKind.POST, Destination(("1",)), message)
        await self.place.web.platform.send(delivery)

    async def goes_to(self, place: str) -> None:
        """Choose the conversation or a channel in the row above them."""
        channels = self.page.get_by_role("navigation", name="Conversation and channels")
        await channels.get_by_role("link", name=place).click()

    async def sees_posted(
        self, key: str, message: messages.Message, *, lane: Lane = LANE
    ) -> Receipt:
        where = Destination(channel="introductions")
        delivery = Delivery(key, lane, DeliveryKind.POST, where, message)
        return await self.place.web.platform.send(delivery)

    async def changes(self, receipt: Receipt, message: messages.Message | None) -> None:
        """A post is changed, or taken down without a message."""
        kind = DeliveryKind.UPDATE if message else DeliveryKind.DELETE
        where = Destination(channel="introductions")
        delivery = Delivery("later", LANE, kind, where, message, receipt)
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
