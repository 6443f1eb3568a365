"""What the chat page is told of the community's channels."""

from typing import Any

from bot.chat.messages import Message
from bot.ids import Lane
from bot.platforms.web import render
from bot.platforms.web.channels import PAGE
from tests.platforms.web.fakes import LANE, MemoryStore, said
from tests.platforms.web.place import NOW, Browser, Place


def keep(store: MemoryStore, key: str, message: Message, *, lane: Lane = LANE) -> dict[str, Any]:
    post = store.keep_post(lane, "introductions", message, key=key, now=NOW)
    return render.post(post)


async def test_channels_are_named_with_how_many_posts_they_have(ada: Browser, place: Place) -> None:
    keep(place.store, "a", said("Ben"))
    place.store.keep_post(LANE, "stories", said("A story"), key="b", now=NOW)
    keep(place.store, "c", said("Theirs"), lane=Lane("web:2"))

    assert await ada.reads("/chat/channels") == {
        "channels": [
            {"name": "introductions", "title": "Introductions", "posts": 1},
            {"name": "stories", "title": "Stories", "posts": 1},
        ]
    }


async def test_posts_come_newest_first_in_pages(ada: Browser, place: Place) -> None:
    kept = [keep(place.store, str(number), said(str(number))) for number in range(PAGE + 2)]
    kept.reverse()

    newest = await ada.reads("/chat/posts?channel=introductions")
    older = await ada.reads(f"/chat/posts?channel=introductions&before={kept[PAGE - 1]['id']}")

    assert newest == {"posts": kept[:PAGE], "more": True}
    assert older == {"posts": kept[PAGE:], "more": False}


async def test_posts_of_another_community_are_not_there(ada: Browser, place: Place) -> None:
    keep(place.store, "a", said("Theirs"), lane=Lane("web:2"))

    shown = await ada.reads("/chat/posts?channel=introductions")

    assert shown == {"posts": [], "more": False}


async def test_channels_are_for_members_alone(place: Place) -> None:
    keep(place.store, "a", said("Ben"))

    answers = [
        (await place.browser.get(path)).status
        for path in ("/chat/channels", "/chat/posts?channel=introductions")
    ]

    assert answers == [401, 401]


async def test_posts_need_a_channel_and_a_number(ada: Browser) -> None:
    asked = {
        path: (await ada.get(f"/chat/posts{path}")).status
        for path in ("", "?channel=", "?channel=introductions&before=x", f"?channel={'x' * 201}")
    }

    assert asked == dict.fromkeys(asked, 400)


async def test_a_channel_nobody_knows_is_empty(ada: Browser) -> None:
    assert await ada.reads("/chat/posts?channel=nothing") == {"posts": [], "more": False}
