"""Organisers read who did what, in words that reveal nothing confidential."""

from datetime import timedelta

import pytest

from tests.handlers.test_organisers import NOT_FOR_YOU
from tests.leaders import Community, words


async def test_the_log_is_read_and_searched(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    assert words(await ada.says("audit")) == NOT_FOR_YOU
    assert words(await olu.says("audit")) == "The log is empty."
    with community.database.transaction() as db:
        db.audit.add(
            community.id, None, action="role curator", subject=f"member:{ada.id}",
            now=community.now - timedelta(days=30),
        )  # fmt: skip
        for action, subject in (
            ("coffee avoid", f"member:{ada.id}"),
            ("concern raised", f"member:{ada.id}"),
            ("sessions needs read", "session 4"),
            ("role member", "member:999"),
            ("story approved", "story:7"),
            ("prompt paused", ""),
        ):
            db.audit.add(community.id, olu.id, action=action, subject=subject, now=community.now)

    everything = words(await olu.says("audit")).splitlines()
    assert everything[:5] == [
        "Who did what: 4 entries.",
        "- 23 November 2026, 10:00: Olu Chair prompt paused",
        "- 23 November 2026, 10:00: Olu Chair approved a story (story 7)",
        "- 23 November 2026, 10:00: Olu Chair made a plain member of somebody who has left",
        "- 24 October 2026, 11:00: the command line made a curator of Ada Obi",
    ]
    for asked, expected in {
        "stories": [everything[2]],
        "olu chair role": [everything[3]],
        "ada": [everything[4]],
        "command since 1 october until 24 october": [everything[4]],
        "on sunday": [],
        "on today": everything[1:4],
        "concern": [],
        "avoid": [],
    }.items():
        lines = words(await olu.says(f"audit {asked}")).splitlines()
        assert [each for each in lines if each.startswith("- ")] == expected, asked
    nothing = await olu.says("audit nowhere")
    assert words(nothing).splitlines()[0] == "Nothing in the log fits “nowhere”."
    assert words(await olu.taps(nothing, "Show everything")).splitlines() == everything
    assert words(await olu.says("audit since teatime")) == (
        "I could not read “teatime” as a date. Try “audit since 3 March”."
    )


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_the_log_turns_its_pages(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    with community.database.transaction() as db:
        for number in range(45):
            action = "coffee run" if number else "stories setup"
            db.audit.add(
                community.id, olu.id, action=action, subject=f"round {number}", now=community.now
            )

    first = await olu.says("audit coffee")
    second = await olu.taps(first, "Older")
    third = await olu.taps(second, "Older")
    back = await olu.taps(third, "Newer")

    assert [words(each).splitlines()[0] for each in (first, second, third, back)] == [
        f"Who did what: 44 entries with “coffee”, page {page} of 3." for page in (1, 2, 3, 2)
    ]
    assert words(third).splitlines()[4] == (
        "- 23 November 2026, 10:00: Olu Chair started a round (round 1)"
    )
