"""The community's channels on the chat page, in a real browser."""

import re

from playwright.async_api import expect

from bot.chat import messages
from bot.chat.messages import Button, Message
from bot.ids import Lane
from bot.platforms.web.channels import PAGE
from tests.platforms.web.chat_page import PHONE, Chat
from tests.platforms.web.fakes import said


def introduction(name: str) -> Message:
    return messages.message(
        messages.text(messages.bold(name)),
        messages.buttons(
            Button("Say hello", "introduce", "7", opens_form=True),
            Button("Celebrate", "celebrate", name),
        ),
    )


async def tabs(chat: Chat) -> list[str]:
    names = await chat.page.locator("#channels a").all_inner_texts()
    return [" ".join(name.split()) for name in names]


async def test_channel_shows_its_posts_newest_first_by_keyboard(chat: Chat) -> None:
    for name in ("Ben Adeyemi", "Priya Nair"):
        await chat.sees_posted(name, introduction(name))
    await chat.opens()
    link = chat.page.get_by_role("link", name="Introductions 2 posts")

    await chat.tabs_to(link)
    await chat.page.keyboard.press("Enter")

    await expect(chat.posts).to_have_count(2)
    await expect(chat.posts.first).to_contain_text("Priya Nair")
    await expect(chat.channel.get_by_role("heading", name="Introductions")).to_be_focused()
    await expect(chat.words).to_be_hidden()
    await expect(link).to_have_attribute("aria-current", "true")


async def test_channel_without_posts_says_so(chat: Chat) -> None:
    await chat.opens()

    await chat.goes_to("Introductions")

    await expect(chat.channel.get_by_text("Nothing has been posted here yet.")).to_be_visible()
    assert await tabs(chat) == ["Conversation", "Introductions"]


async def test_posts_come_change_and_go_on_the_open_page(chat: Chat) -> None:
    await chat.opens()
    await chat.goes_to("Introductions")

    receipt = await chat.sees_posted("a", introduction("Ben Adeyemi"))
    await expect(chat.posts).to_have_text([re.compile("Ben Adeyemi")])
    await expect(chat.page.get_by_role("link", name="Introductions 1 post")).to_be_visible()
    await chat.changes(receipt, introduction("Ben Adeyemi-Lane"))
    await expect(chat.posts).to_have_text([re.compile("Ben Adeyemi-Lane")])
    await chat.changes(receipt, None)

    await expect(chat.posts).to_have_count(0)
    await expect(chat.channel.get_by_text("Nothing has been posted here yet.")).to_be_visible()


async def test_post_of_another_community_is_not_seen(chat: Chat) -> None:
    await chat.opens()
    await chat.goes_to("Introductions")

    await chat.sees_posted("theirs", introduction("Stranger"), lane=Lane("web:2"))
    await chat.sees_posted("ours", introduction("Ben Adeyemi"))

    await expect(chat.posts).to_have_text([re.compile("Ben Adeyemi")])


async def test_tapped_post_is_answered_in_the_conversation(chat: Chat) -> None:
    await chat.sees_posted("a", introduction("Ben Adeyemi"))
    await chat.opens()
    await chat.goes_to("Introductions")

    await chat.posts.get_by_role("button", name="Celebrate").click()

    await expect(chat.line("You said “celebrate”.")).to_be_focused()
    await expect(chat.channel).to_be_hidden()
    await chat.page.go_back()
    await expect(chat.posts).to_have_count(1)


async def test_form_of_a_post_is_filled_in_over_it_and_answered_in_the_conversation(
    chat: Chat,
) -> None:
    await chat.sees_posted("a", introduction("Ben Adeyemi"))
    await chat.opens()
    await chat.goes_to("Introductions")

    await chat.posts.get_by_role("button", name="Say hello").click()
    await expect(chat.dialog).to_have_count(1)
    await expect(chat.channel).to_be_visible()
    await chat.dialog.get_by_label("Your role").fill("Nurse")
    await chat.dialog.get_by_label("Place").select_option("bexley")
    await chat.dialog.get_by_label("Publish my introduction").check()
    await chat.dialog.get_by_role("button", name="Introduce me").click()

    await expect(chat.line("Hello, Nurse.")).to_be_focused()
    await expect(chat.dialog).to_have_count(0)


async def test_form_that_was_closed_can_be_opened_again_in_the_conversation(chat: Chat) -> None:
    await chat.sees_posted("a", introduction("Ben Adeyemi"))
    await chat.opens()
    await chat.goes_to("Introductions")
    await chat.posts.get_by_role("button", name="Say hello").click()
    await chat.dialog.get_by_label("Your role").fill("Nurse")

    await chat.page.keyboard.press("Escape")

    await expect(chat.line("You closed “Introduce yourself”")).to_be_visible()


async def test_older_posts_come_when_asked_for(chat: Chat) -> None:
    for number in range(PAGE + 3):
        await chat.sees_posted(f"{number}", introduction(f"Leader {number:02}"))
    await chat.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await chat.opens()
    await chat.goes_to("Introductions")
    await expect(chat.posts).to_have_count(PAGE)

    await chat.channel.get_by_role("button", name="Show older posts").click()

    await expect(chat.posts).to_have_count(PAGE + 3)
    await expect(chat.posts.last).to_contain_text("Leader 00")
    await expect(chat.channel.get_by_role("button", name="Show older posts")).to_be_hidden()
    await expect(chat.posts.nth(PAGE)).to_be_focused()


async def test_messages_that_came_meanwhile_are_counted_and_read_on_return(chat: Chat) -> None:
    await chat.opens()
    await chat.goes_to("Introductions")

    await chat.hears("news", said("You have a match."))
    await expect(chat.page.get_by_role("link", name="Conversation 1 unread")).to_be_visible()
    await expect(chat.page).to_have_title("(1) Chat – Leaders")
    await chat.goes_to("Conversation")

    await expect(chat.line("You have a match.")).to_be_visible()
    await expect(chat.page).to_have_title("Chat – Leaders")
    await expect(chat.page.locator("#channels a").first).to_have_text("Conversation")


async def test_channel_is_there_after_a_reload_and_after_a_skip_link_is_not(chat: Chat) -> None:
    await chat.sees_posted("a", introduction("Ben Adeyemi"))
    await chat.opens()
    await chat.goes_to("Introductions")

    await chat.page.reload()
    await expect(chat.posts).to_have_count(1)
    await chat.page.locator(".skip").nth(1).focus()
    await chat.page.keyboard.press("Enter")

    await expect(chat.words).to_be_focused()
    await expect(chat.channel).to_be_hidden()


async def test_posts_missed_while_the_stream_was_lost_are_there(chat: Chat) -> None:
    await chat.sees_posted("a", introduction("Ben Adeyemi"))
    await chat.opens()
    await chat.goes_to("Introductions")
    await expect(chat.posts).to_have_count(1)
    kept = chat.place.store.keep_post
    kept(Lane("web:1"), "introductions", introduction("Priya Nair"), key="b", now=chat.place.now)

    await chat.page.evaluate("window.dispatchEvent(new Event('online'))")

    await expect(chat.posts).to_have_count(2)
    await expect(chat.posts.first).to_contain_text("Priya Nair")
