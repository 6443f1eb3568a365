"""The figures of a community's stories."""

from datetime import UTC, datetime

from bot.domain.stories import CoAuthor, Consent, Story
from bot.domain.stories_adoption import Spread, Tried, Try
from bot.domain.stories_report import MOST_SHOWN, Report, report
from bot.ids import CommunityId, MemberId, StoryId

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ADA, BEN, CY, DEE = map(MemberId, (1, 2, 3, 4))


def story(number: int, **more) -> Story:
    return Story(CommunityId(1), ADA, id=StoryId(number), **more)


def tried(*people: MemberId, state: Tried = Tried.TRIED) -> tuple[Try, ...]:
    return tuple(Try(each, state, NOW) for each in people)


def test_nothing_told_is_all_noughts():
    assert report([], waiting=2, celebrations={}, tries={}, organisations={}) == Report(
        0, 2, 0, 0, 0, 0, ()
    )


def test_figures_are_added_up_and_the_most_tried_come_first():
    one, two, three = story(1), story(2), story(3)
    tries = {
        one.id: tried(BEN),
        two.id: (*tried(BEN, CY), *tried(DEE, state=Tried.WANTS)),
        three.id: tried(BEN, state=Tried.NOT_FOR_US),
    }

    got = report(
        [one, two, three], waiting=0, celebrations={one.id: 3, two.id: 1}, tries=tries,
        organisations={},
    )  # fmt: skip

    assert got == Report(
        published=3,
        waiting=0,
        celebrated=4,
        wanted=1,
        tried=3,
        elsewhere=0,
        most_tried=((two, Spread(1, 1, 2)), (one, Spread(3, 0, 1))),
    )


def test_elsewhere_counts_another_organisation_where_both_are_known():
    told = story(1, coauthors=(CoAuthor(BEN, Consent.AGREED),))
    tries = {told.id: (*tried(CY, DEE), *tried(MemberId(5), state=Tried.WANTS))}

    def elsewhere(**organisations: str) -> int:
        names = dict(zip((ADA, BEN, CY, DEE, MemberId(5)), organisations.values(), strict=True))
        return report(
            [told], waiting=0, celebrations={}, tries=tries, organisations=names
        ).elsewhere

    assert elsewhere(ada="Oxleas", ben="", cy="King’s", dee="Oxleas", eve="Guy’s") == 1
    assert elsewhere(ada="Oxleas", ben="King’s", cy="King’s", dee="", eve="Guy’s") == 0
    assert elsewhere(ada="", ben="", cy="King’s", dee="Guy’s", eve="Guy’s") == 0


def test_only_so_many_are_shown():
    many = [story(at) for at in range(1, 9)]
    tries = {each.id: tried(BEN) for each in many}

    got = report(many, waiting=0, celebrations={}, tries=tries, organisations={})

    assert [each.id for each, _ in got.most_tried] == [1, 2, 3, 4, 5][:MOST_SHOWN]
