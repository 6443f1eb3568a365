"""Stories, when it is time: the digest, "What went well?", and how it went with a story."""

from bot.chat.schedule import PROMPT, ROUND, Run, Schedule
from bot.domain import stories_adoption, stories_rotation
from bot.domain.stories_adoption import Tried
from bot.ids import MemberId, StoryId
from bot.views import stories as views
from bot.views import stories_telling as telling_views
from storage import stories_telling
from storage.stories_telling import Telling
from storage.unit_of_work import UnitOfWork

schedule = Schedule()


@schedule.job("stories digest", catch_up=ROUND)
def digest(run: Run, db: UnitOfWork) -> None:
    """What was published since the last digest, to everybody; each story once, ever."""
    stories = db.stories.untold(run.community, limit=stories_rotation.MOST_IN_A_DIGEST)
    if not stories:
        return
    label = f"{run.community}:{run.label:%Y-%m-%dT%H:%M}"
    db.stories.set_digest((each.id for each in stories), label)
    numbers = [each.id for each in stories]
    celebrated, tries = db.stories.celebrations(numbers), db.stories.tries(numbers)
    told = [
        (
            each,
            views.spread_words(
                stories_adoption.spread(celebrated.get(each.id, 0), tries.get(each.id, ()))
            ),
        )
        for each in stories
    ]
    stories_telling.tell(
        db,
        run.community,
        _willing(run, db),
        lambda _: telling_views.digest(told),
        telling=Telling.DIGEST,
        key=f"stories digest:{label}",
        subject=f"stories digest:{label}",
        now=run.now,
    )


@schedule.job("stories question", catch_up=PROMPT)
def question(run: Run, db: UnitOfWork) -> None:
    """What went well? Those are asked whose turn it is."""
    many = db.stories.setup(run.community).asked_each_week
    reached = db.members.accounts(_willing(run, db))
    chosen = stories_rotation.to_be_asked(
        sorted(reached), db.stories.turns(run.community), many=many, now=run.now, rng=run.rng
    )
    db.stories.set_asked(run.community, chosen, run.now)
    stories_telling.tell(
        db,
        run.community,
        chosen,
        telling_views.question,
        telling=Telling.QUESTION,
        key=f"stories:{run.community}:question:{run.label:%Y-%m-%dT%H:%M}",
        subject="stories question",
        now=run.now,
    )


@schedule.job("story try question", catch_up=ROUND)
def how_did_it_go(run: Run, db: UnitOfWork) -> None:
    """Whoever wanted to try a story's idea, and has not said more, is asked once."""
    _, number, who = run.subject.split(":")
    story, member = db.stories.find(run.community, StoryId(int(number))), MemberId(int(who))
    if story is None or not story.is_published:
        return
    part = stories_adoption.try_of(db.stories.tries([story.id]).get(story.id, ()), member)
    if part is None or part.state is not Tried.WANTS:
        return
    stories_telling.tell(
        db,
        run.community,
        [member],
        lambda _: telling_views.how_did_it_go(story),
        telling=Telling.HOW_DID_IT_GO,
        key=f"{run.subject}:question",
        subject=f"story:{story.id}:people",
        now=run.now,
    )


def _willing(run: Run, db: UnitOfWork) -> list[MemberId]:
    """The members who have not turned stories off."""
    off = db.stories.off(run.community)
    return [each.id for each in db.members.everybody(run.community) if each.id not in off]
