import pytest

from bot.chat.requests import Role
from bot.domain import acting
from bot.domain.acting import ALLOWED, Asked
from bot.errors import NotUnderstood
from handlers import ROUTES


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("@Ada Obi: coffee join", Asked("@Ada Obi", "coffee join")),
        (" <@U1> :  sessions   sign up 3", Asked("<@U1>", "sessions sign up 3")),
        ("Ada: coffee pause until 3:00", Asked("Ada", "coffee pause until 3:00")),
        ("Ada: " + "x" * 300, Asked("Ada", "x" * 200)),
    ],
)
def test_person_and_command_are_parted_by_the_first_colon(words: str, asked: Asked) -> None:
    assert acting.asked(words) == asked


@pytest.mark.parametrize("words", ["", ":", "Ada", "Ada:", ": coffee join", "@Ada coffee join"])
def test_without_person_or_command_there_is_an_example(words: str) -> None:
    with pytest.raises(NotUnderstood, match="Try “for @Ada Example: sessions sign up 3”"):
        acting.asked(words)


def test_only_open_commands_of_plain_members_are_allowed() -> None:
    found = {each.name: each for each in ROUTES if each.name in ALLOWED}

    assert {*found} == ALLOWED
    plain = Role.MEMBER
    assert [
        name
        for name, each in found.items()
        if each.sensitive or each.traceless or each.hidden or each.role is not plain
    ] == []
