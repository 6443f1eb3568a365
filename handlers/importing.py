"""Members from a spreadsheet: the file is brought in the console, and imported all or nothing."""

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import importing
from bot.domain.importing import Outcome
from bot.errors import MemberError, NotFound
from bot.views import importing as views
from storage import taking_in
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("import members", help="Bring members in from a spreadsheet.", role=Role.ORGANISER)
def import_members(request: Request, db: UnitOfWork) -> Reply:
    """Where a file can be brought: chats can't take one on every platform."""
    return views.where()


@routes.route("import members sure", hidden=True, role=Role.ORGANISER, once=True)
def import_sure(request: Request, db: UnitOfWork) -> Reply:
    """Write the table that was looked at; checked once more, as somebody may have joined since."""
    token, _, choice = request.text.partition(" ")
    draft = db.import_drafts.find(request.member)
    if draft is None or draft.token != token:
        raise NotFound(views.NOT_THERE)
    checked = importing.check(
        importing.sheet(draft.rows, draft.columns), taking_in.known(db, request.community)
    )
    bad = checked.counts[Outcome.PROBLEM]
    if bad and choice != "skip":
        raise MemberError(views.refused(bad))
    taking_in.write(
        db,
        db.communities.get(request.community),
        checked,
        actor=request.member,
        now=request.now,
    )
    db.import_drafts.remove(request.member)
    return views.imported(taking_in.counted(checked))
