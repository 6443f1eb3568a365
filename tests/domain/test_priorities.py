import pytest

from bot.domain.priorities import LONGEST_LABEL, MOST, Priority, check_room, read
from bot.errors import FormErrors, MemberError
from bot.ids import TermId

WHY = "Because."


@pytest.mark.parametrize(
    ("label", "why", "errors"),
    [
        ("", WHY, {"label": "Please give it a name, in a few words."}),
        ("x" * (LONGEST_LABEL + 1), WHY, {"label": "Please keep it to 60 characters."}),
        ("a;b", WHY, {"label": "Please write it without commas and semicolons: lists are parted "
                      "by them."}),
        ("  rest ", WHY, {"label": "There is a priority of this name already."}),
        ("Joy", " ", {"why": "Please say in one sentence why it is a priority."}),
    ],
)  # fmt: skip
def test_read_says_what_is_wrong(label: str, why: str, errors: dict[str, str]) -> None:
    others = (Priority(TermId(1), "Rest", WHY),)

    with pytest.raises(FormErrors) as caught:
        read(label, why, others=others)

    assert caught.value.fields == errors


def test_there_are_eight_at_most() -> None:
    several = [Priority(TermId(each), str(each), WHY) for each in range(MOST)]

    check_room(several[1:])
    with pytest.raises(MemberError, match="There are 8 priorities"):
        check_room(several)
