"""Every example on the help pages is said once, in a community where there is much to name."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.forms import Form
from bot.chat.messages import plain
from bot.chat.requests import Request, Role
from bot.chat.routes import Handler, Route, Routes
from bot.dispatch import Dispatch
from bot.errors import MemberError, NotUnderstood
from handlers import ROUTES
from storage.unit_of_work import UnitOfWork
from tests.leaders import Community, Leader
from tests.sessions import planned
from tests.storytelling import tells

DURING, AFTER = "during", "after"
# Everything else is said before the session begins.
WHEN = {
    "sessions here": DURING,
    "sessions feedback": AFTER,
    "sessions attendance": AFTER,
    "sessions report": AFTER,
    "sessions materials remove": AFTER,
}
# A number or code of one's own that no example can know, or what nobody has done here: it must be
# read, and is then not found.
NOT_THERE = {"link", "concern undo", "take down", "unsuspend", "start again for"}


def watched(refused: dict[str, Exception]) -> Routes:
    """The table, which notes what members are refused."""

    def watching(route: Route) -> Handler:
        def handler(request: Request, db: UnitOfWork) -> object:
            try:
                return route.handler(request, db)
            except MemberError as error:
                refused[route.name] = error
                raise

        return handler

    return Routes([replace(route, handler=watching(route)) for route in ROUTES])


async def rich(community: Community) -> tuple[Leader, Leader]:
    """Ada, who takes part in everything, and Olu, who organises it: a draft, sessions, stories."""
    olu = await community.organiser("Olu Chair")
    ada = await community.leader(
        "Ada Obi", also="slack", place="Lewisham", organisation="Guy's and St Thomas'"
    )
    others = [await community.leader(name) for name in ("Ben Lee", "Cy Poe")]
    others.append(await community.organiser("Di Roy"))
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    for leader in (ada, *others):
        await leader.says("coffee join")
    await olu.says("coffee run")
    for _ in range(4):
        form = await olu.says("announce")
        await olu.submits(form, text="Winter plans", acknowledge="yes")
    for number in (1, 4):
        await olu.says(f"announce send {number}")
    for _ in range(2):
        await olu.submits(await olu.says("prompts new"))
    await community.until(datetime(2026, 11, 23, 12))
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", review="hold"
    )
    await community.until(datetime(2026, 11, 25, 9, 1))
    for number in (1, 2, 3):
        assert await planned(olu) == number
        await ada.says(f"sessions sign up {number}")
    for topic in ("Housing", "Frailty"):
        await ada.says(f"sessions suggest {topic}")
    for title in ("A calm ward", "Warm homes"):
        await tells(ada, title=title)
        form = await olu.says("sessions materials add 3")
        await olu.submits(form, title=title, url="https://slides.example/1")
    await olu.submits(await olu.says("sessions repeat 2"))
    return ada, olu


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_every_example_is_understood_and_carried_out(community: Community):
    ada, olu = await rich(community)
    refused: dict[str, Exception] = {}
    community.dispatch = Dispatch(
        community.database, watched(refused), clock=lambda: community.now, seed=1
    )
    shown = {}

    async def say_those(when: str) -> None:
        for route in ROUTES:
            if route.example and WHEN.get(route.name, "") == when:
                asker = ada if route.role is Role.MEMBER else olu
                shown[route.name] = await asker.says(route.example)
                if route.name == "sessions leave":
                    await ada.says("sessions sign up 3")

    await say_those("")
    await community.until(datetime(2026, 12, 3, 12, 31))
    await say_those(DURING)
    await community.passes(timedelta(hours=3))
    await say_those(AFTER)

    assert {name: str(error) for name, error in refused.items() if name not in NOT_THERE} == {}
    assert [name for name, error in refused.items() if isinstance(error, NotUnderstood)] == []
    assert set(shown) == {route.name for route in ROUTES if route.example}
    assert [name for name, reply in shown.items() if not _is_an_answer(reply)] == []


def _is_an_answer(reply: object) -> bool:
    if isinstance(reply, Form):
        return True
    said = plain(reply)
    return not said.startswith(("I did not understand", "I know nothing called", "Something broke"))
