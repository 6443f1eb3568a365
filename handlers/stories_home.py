"""What of stories stands on the home page."""

from collections.abc import Iterator

from bot.chat.requests import Request, Role
from bot.chat.routes import may
from bot.domain.stories import Consent, State
from bot.views import stories_home as views
from bot.views.home import Line
from storage.unit_of_work import UnitOfWork

# Before they are sent in, co-authors have not been asked.
ASKED_IN = frozenset({State.SUBMITTED, State.APPROVED, State.PUBLISHED})


def lines(request: Request, db: UnitOfWork) -> Iterator[Line]:
    """What waits for me as an author, a co-author or a curator, and whether I am told stories."""
    for story in db.stories.of(request.member):
        if story.consent_of(request.member) is Consent.ASKED and story.state in ASKED_IN:
            author = None if story.author is None else db.members.get(story.author)
            if author is not None:
                yield views.will_you_be_named(story, author.name)
        elif story.author == request.member and story.state in {State.DRAFT, State.CHANGES_ASKED}:
            yield views.unfinished(story)
    if may(request.role, Role.CURATOR):
        waiting = len(db.stories.in_state(request.community, State.SUBMITTED))
        if waiting:
            yield views.to_review(waiting)
    if request.member in db.stories.off(request.community):
        yield views.told_nothing()
