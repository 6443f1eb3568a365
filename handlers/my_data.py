"""A member's own data: seen, taken along, erased."""

from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain.my_data import Row, Section
from bot.ids import MemberId
from bot.views import coffee as coffee_views
from bot.views import my_data as views
from handlers import leaving
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("my data", help="What I keep of you, to see and take along.", sensitive=True)
def my_data(request: Request, db: UnitOfWork) -> Reply:
    """What is kept, and links to all of it."""
    secret = db.my_data.make_link(request.community, request.member, now=request.now)
    return views.overview(sections(db, request.member), secret)


@routes.route("my data erase", help="Have what I keep of you erased.", sensitive=True)
def erase(request: Request, db: UnitOfWork) -> Reply:
    """After a second tap nothing is left but that somebody was there."""
    leaving.check_may_leave(request, db)
    if not request.text.startswith("yes"):
        return views.erasing(has_stories=leaving.has_stories(request, db))
    leaving.take_leave(request, db, keep=leaving.keeps_stories(request))
    db.my_data.erase(request.member, now=request.now)
    return views.erased()


def sections(db: UnitOfWork, member: MemberId) -> tuple[Section, ...]:
    """All that is kept of a member, with the people they met by name."""
    met: list[Row] = []
    for of, group in db.coffee.groups_of(member):
        people = db.members.many(each for each in group.people if each != member)
        told = group.place(member).met
        met.append(
            (
                ("round", str(of.number)),
                ("date", of.label.date().isoformat()),
                ("with", ", ".join(each.name for each in people.values())),
                ("met", coffee_views.MET[told] if told else ""),
            )
        )
    return (*db.my_data.sections(member), Section("Whom you met", tuple(met)))
