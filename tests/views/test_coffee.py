from datetime import datetime

import pytest

from bot.chat.messages import plain
from bot.domain.coffee import Met, Round, RoundState, Setup
from bot.domain.coffee_report import report
from bot.domain.pairing import Reason, ReasonKind
from bot.ids import CommunityId, GroupId, RoundId
from bot.views import coffee, coffee_answers, coffee_groups, coffee_review, coffee_rounds
from tests.builders import group, member

LABEL = datetime(2026, 11, 24, 9, 0)
OF = Round(
    RoundId(1), CommunityId(1), 3, LABEL, "Europe/London", RoundState.CLOSED, 1, None, LABEL, LABEL
)


def difference(kind: ReasonKind) -> Reason:
    return Reason(kind, 10, ("a", "b"))


@pytest.mark.parametrize(
    ("reasons", "people", "said"),
    [
        ((), 2, "You have not met here before, and that is reason enough."),
        ((difference(ReasonKind.PLACE),), 2, "You come from different boroughs."),
        (
            tuple(map(difference, list(ReasonKind)[:6])),
            2,
            "You come from different organisations, boroughs and sectors.",
        ),
        (
            (Reason(ReasonKind.INTERESTS, 15, ("NHS", "Frailty", "Digital tools", "Housing")),),
            3,
            "You all care about NHS, frailty and digital tools.",
        ),
        (
            (Reason(ReasonKind.SLOTS, 20, ("mon-early", "tue-late", "wed-late")),),
            2,
            "You both keep Monday 08:00 and Tuesday 17:00 free.",
        ),
        ((Reason(ReasonKind.THEME, 15, ("x",)),), 2, "You fit this round’s theme."),
        ((Reason(ReasonKind.PLATFORM, 5, ("web",)),), 2,
         "You have not met here before, and that is reason enough."),
    ],
)  # fmt: skip
def test_why_tells_what_carried_the_score(
    reasons: tuple[Reason, ...], people: int, said: str
) -> None:
    assert coffee_groups.why(reasons, of=people) == said


@pytest.mark.parametrize(
    ("weeks", "said"),
    [(1, "every week on Tuesday at 09:00"), (2, "every 2 weeks on Tuesday at 09:00")],
)
def test_rhythm_reads_as_people_say_it(weeks: int, said: str) -> None:
    assert coffee.rhythm(Setup(CommunityId(1), weeks=weeks)) == said


def test_welcome_names_the_rhythm_once_it_is_set_up() -> None:
    assert "Rounds go out every 2 weeks on Tuesday at 09:00." in plain(
        coffee.welcome(Setup(CommunityId(1), is_running=True))
    )


def test_history_of_partners_who_left_still_counts() -> None:
    page = plain(coffee.history([coffee.Past(LABEL.date(), [], Met.COULDNT)], has_joined=False))

    assert page.splitlines()[:2] == [
        "1 coffee, the newest first:",
        "- somebody who left, Tuesday 24 November: it did not work out",
    ]


def test_calendar_entry_names_everybody() -> None:
    title, _ = coffee_groups.calendar_entry(["Ada", "Ben"])

    assert title == "Coffee: Ada and Ben"


def test_couldnt_offers_not_to_be_matched_with_each_other_again() -> None:
    others = [member("Ben Lee", 2), member("Cy Poe", 3)]

    card = plain(coffee_answers.met_noted(Met.COULDNT, GroupId(1), others))

    assert "Don’t match me with Ben: type “coffee avoid #2”" in card
    assert "Don’t match me with Cy: type “coffee avoid #3”" in card


def test_report_shortens_long_lists() -> None:
    people = {
        each.id: each
        for each in (member(f"Leader {n}", n, organisation=f"Org {n:02}") for n in range(1, 27))
    }
    groups = [group(n, n + 1, number=n) for n in range(1, 26, 2)]
    left_out = [(f"Name {n}", "same team") for n in range(25)]
    figures = report(groups, people, [], left_out=left_out, repeats=2, quality="the best possible")

    page = plain(coffee_rounds.report(OF, figures, went_out=LABEL, numbers=[9, 8, 7, 6, 5, 4, 3]))

    assert "13 new ties between organisations" in page
    assert "and 3 more" in page
    assert "25 leaders without a group" in page
    assert "Name 19" in page
    assert "Name 20" not in page
    assert [line for line in page.splitlines() if line.startswith("Round ")][1:] == [
        f"Round {n}: type “coffee report {n}”" for n in (9, 8, 7, 6)
    ]


def test_report_of_one_pair_says_so_in_the_singular() -> None:
    people = {each.id: each for each in (member("Ada", 1), member("Ben", 2))}
    figures = report(
        [group(1, 2)], people, [], left_out=[("Cy", "same team")], repeats=1, quality="x"
    )

    page = plain(coffee_rounds.report(OF, figures, went_out=LABEL, numbers=[3]))

    assert "to 2 leaders in 1 group." in page
    assert "1 leader without a group\n- Cy: same team" in page
    assert "Met before: 1 pair" in page
    assert "new tie" not in page


def test_sent_shortens_those_who_cannot_be_reached() -> None:
    names = [f"Name {n}" for n in range(30)]

    page = plain(
        coffee_rounds.sent(
            OF, groups=1, people=2, quality="the best possible", left_out=[], unreachable=names
        )
    )

    assert "Name 19: they have no account here yet." in page
    assert "and 10 more" in page


def test_setup_without_anybody_kept_apart_shows_a_dash() -> None:
    page = plain(coffee_rounds.setup_saved(Setup(CommunityId(1), apart=frozenset()), None))

    assert "Never matched: –" in page
    assert "Next: not planned" in page


def test_left_out_says_how_many_more() -> None:
    left_out = [(f"Name {n}", "same team") for n in range(25)]

    page = plain(
        coffee_rounds.sent(OF, groups=1, people=2, quality="x", left_out=left_out, unreachable=[])
    )

    assert "and 5 more" in page


def test_removed_names_everybody_who_is_left_alone() -> None:
    page = plain(coffee_review.removed("Ada", ["Ben", "Cy"]))

    assert page.startswith("Ada is out of this round. Ben and Cy have no group now:")


def test_report_of_few_new_ties_lists_them_all() -> None:
    people = {
        each.id: each
        for each in (
            member("Ada", 1, organisation="Oxleas"),
            member("Ben", 2, organisation="King’s"),
        )
    }
    figures = report([group(1, 2)], people, [], left_out=[], repeats=0, quality="x")

    page = plain(coffee_rounds.report(OF, figures, went_out=LABEL, numbers=[3]))

    assert "1 new tie between organisations\n- King’s – Oxleas\nNotes" in page


def test_nobody_who_may_not_be_named_is_offered_to_be_written_to():
    assert plain(coffee_answers.met_noted(Met.NOT_YET, GroupId(1), ())) == (
        "No hurry. Tell me when you have:\nWe’ve met: type “coffee met 1 yes”"
    )
