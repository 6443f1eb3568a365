"""The figures in words, so that nobody is seen in them."""

import pytest

from bot.domain.community_report import (
    Coverage,
    Crossing,
    Miss,
    Quarter,
    RoundFigures,
    Share,
    Standing,
)
from bot.views import community_report as views
from tests.leaders import words


def figures(number: int, met: int, *, clinical: int = 10) -> RoundFigures:
    return RoundFigures(
        number,
        met=Share(met, 30),
        worth=Share(3, 12),
        answered=Share(58, 60),
        left_out=1,
        crossing={"clinical": Crossing(Share(clinical, 30), 0.8)},
    )


BEST = "80% would have been possible, as in the round before"
NOW = Quarter(12, 3, 1, Share(30, 50), 6, Share(3, 4), 1, 2)
BEFORE = Quarter(joined=20)


def test_report_tells_figures_changes_and_misses() -> None:
    standing = Standing(60, 48, 57, NOW, BEFORE, figures(4, 15), figures(3, 20))

    told = words(views.report(standing, "SEL"))

    assert told.splitlines() == [
        "How SEL is doing: the last 13 weeks, and in brackets the 13 weeks before.",
        "Members: 60",
        "Joined: 12 (20)",
        "Introduced: about 80% of 60 members",
        "In coffee: most or all of 60 members",
        "Met in round 4: about 50% of 30 groups, down from 65%",
        "Worth it?: at most a few of 12 answers said yes",
        f"Clinical with others: about 35% of 30 pairs; {BEST}",
        "Answers: most or all of 60 people said whether they met",
        "Learning sessions: 3 (none)",
        "Attendance: about 60% of 50 places were used; not known of 6",
        "Worth your time?: too few answers to tell",
        "Stories: 1 (none)",
        "Ideas tried: a few (none)",
        "What went less well",
        "- Too few of the groups said that they met.",
        "- Fewer groups met than in the round before.",
        "- Not everybody who wanted a coffee got a match.",
        "- Matches could have reached further: clinical with others.",
        "- Fewer people joined than in the 13 weeks before.",
        "- 1 session was called off.",
        "Who is here, and who is not: type “how are we doing who”",
        "Our priorities: type “priorities”",
        views.HOW,
    ]


def test_report_says_when_nothing_went_less_well_and_when_nothing_has_ended() -> None:
    well = Quarter(9, 1, came=Share(9, 10), stories=1, tried=1)
    round_of = RoundFigures(1, Share(6, 6), Share(), Share(), 0, {})
    good = words(views.report(Standing(9, 9, 9, well, well, round_of), "SEL"))
    young = words(views.report(Standing(3, 0, 0, Quarter(), Quarter()), "SEL"))

    assert "Nothing that figures show. Tell an organiser what they don’t." in good
    assert "Met in round 1: most or all of 6 groups\n" in good
    assert "Members: a few\n" in young
    assert "Last round of coffee: none has ended yet\n" in young
    assert "- No round of coffee has ended yet, so nobody has met through it.\n" in young


def test_change_is_told_where_both_rounds_can_be() -> None:
    up = Standing(60, 48, 57, NOW, BEFORE, figures(4, 20), figures(3, 15))
    hidden = Standing(60, 48, 57, NOW, BEFORE, figures(4, 2), figures(3, 15))

    assert "about 65% of 30 groups, up from 50%\n" in words(views.report(up, "SEL"))
    assert "at most a few of 30 groups\n" in words(views.report(hidden, "SEL"))


def test_who_is_here_is_told_in_steps_and_the_missing_are_named() -> None:
    many = tuple((f"Word {each}", 1) for each in range(views.MOST_WORDS + 2))
    standing = Standing(
        33, 0, 0, Quarter(), Quarter(),
        coverage=(
            Coverage("place", (("Bexley", 12), ("Bromley", 4), ("Lambeth", 0)), 6),
            Coverage("sector", ()),
            Coverage("profession", many, 2),
        ),
    )  # fmt: skip

    told = words(views.who(standing)).splitlines()

    assert told[:3] == [
        "Who is here, of 33 members:",
        "Boroughs: Bexley about 10, Bromley a few; nobody yet: Lambeth; about 5 have not said",
        "Sectors: nobody has said",
    ]
    assert told[3].endswith("Word 19 a few; and 2 more")
    empty = words(views.who(Standing(0, 0, 0, Quarter(), Quarter())))
    assert empty.startswith("Who is here, of a few members:\nHow we are doing: type")


@pytest.mark.parametrize("miss", [each for each in Miss if each not in
                                  {Miss.CANCELLED, Miss.CROSSING, Miss.NOBODY}])  # fmt: skip
def test_every_miss_has_a_sentence(miss: Miss) -> None:
    assert views._missed(miss, ()).endswith(".")


def test_misses_that_name_words_stay_short() -> None:
    labels = tuple(f"Word {each}" for each in range(views.MOST_WORDS + 2))

    assert views._missed(Miss.NOBODY, ("place", "Bexley")) == (
        "Boroughs with nobody here yet: Bexley."
    )
    assert views._missed(Miss.NOBODY, ("place", *labels)).endswith("Word 19 and 2 more.")
    assert views._missed(Miss.CANCELLED, ("2",)) == "2 sessions were called off."
