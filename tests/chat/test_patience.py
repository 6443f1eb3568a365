"""How long an answer is tried for that a platform does not take now."""

from datetime import timedelta

import pytest

from bot.chat.patience import FIRST, Answering


@pytest.mark.parametrize(
    ("waits", "tries"),
    [
        ([], 1),
        ([0, 0, 0, 0], 5),
        ([0, 0, 0, 0, 0], None),
        ([600], 2),
        ([601], None),
        ([300, 200, 100], 4),
        ([300, 200, 101], None),
    ],
)
def test_an_answer_is_tried_five_times_within_ten_minutes(waits, tries):
    tried: Answering | None = FIRST

    for wait in waits:
        assert tried is not None
        tried = tried.again(timedelta(seconds=wait))

    assert (tried and tried.tries) == tries
