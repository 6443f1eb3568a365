"""An organiser acts for a member who asked; told from both sides."""

import pytest

from bot.chat.messages import plain
from bot.chat.requests import Role
from bot.views import common
from tests.leaders import Community, words
from tests.sessions import planned, standing

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)


async def test_command_is_the_members_own_and_they_are_told(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    number = await planned(olu, capacity="1")

    reply = await olu.says(f"for Ada Obi: sessions sign up {number}")

    assert standing(community, number) == {"going": ["Ada"], "waiting": []}
    lines = words(reply).splitlines()
    assert lines[0] == "Done for Ada Obi"
    assert lines[-1] == "“You” is Ada here. They are told that you did this, and what."
    assert "type “sessions" not in words(reply)
    command = f"sessions sign up {number}"
    assert words(ada.last).startswith(f"Olu Chair did this for you: “{command}”.")
    assert words(await ada.says("for me")) == (
        "Organisers did this for you, because you asked:\n"
        f"Monday 23 November at 10:00: “{command}”, by Olu Chair\n"
        "Is one of them not yours? Tell another organiser."
    )
    assert words(await ben.says("for me")) == "Nobody has done anything in your name."
    assert (olu.inbox, ben.inbox) == ([], [])
    with community.database.transaction() as db:
        newest = db.audit.latest(community.id, limit=1)[0]
    assert (newest.actor, newest.action, newest.subject) == (
        "Olu Chair", "acted for a member", f"member:{ada.id}",
    )  # fmt: skip


@ON_WEB
@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ("coffee avoid Ben", "“coffee avoid” is for them alone to do."),
        ("concern Ben", "“concern” is for them alone to do."),
        ("link", "“link” is for them alone to do."),
        ("coffee history", "“coffee history” is for them alone to do."),
        ("coffee met 1 yes", "“coffee met” is for them alone to do."),
        ("coffee setup", "“coffee setup” is for them alone to do."),
        ("for Ben: coffee join", "I did not understand “for Ben: coffee join”."),
        ("coffee pause", "“coffee pause” asks with a form, which is for them alone to fill in."),
        ("left", "I did not understand “left”."),
        ("sessions sign up 99", "I can’t find that session."),
    ],
)
async def test_what_is_theirs_alone_is_refused_and_leaves_nothing(
    community: Community, command: str, refusal: str
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi", role=Role.ORGANISER)
    await community.leader("Ben Lee")

    assert words(await olu.says(f"for Ada Obi: {command}")).startswith(refusal)
    assert ada.inbox == []
    assert words(await ada.says("for me")) == "Nobody has done anything in your name."


@ON_WEB
async def test_only_organisers_act_for_others_and_not_for_themselves(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    alone = await community.leader("Cy Poe")
    await alone.does("left")

    refused = await ada.says("for Olu Chair: coffee join")
    mine = await olu.says("for Olu Chair: coffee join")
    in_channel = await olu.says("for Ada Obi: coffee join", channel="C1")
    unreached = await olu.says("for Cy Poe: coffee join")

    assert refused == common.sentence(plain(common.not_for_you("organiser")))
    assert words(mine) == "That is you: just type the command."
    assert in_channel == common.say_it_privately()
    assert words(unreached).startswith("Done for Cy Poe")
    with community.database.transaction() as db:
        joined = [db.coffee.participation(each.id).has_joined for each in (olu, ada, alone)]
        db.connection.exec_driver_sql("UPDATE done_for SET by = NULL")
    assert joined == [False, False, True]
    assert "by somebody who was an organiser" in words(await alone.says("for me"))
