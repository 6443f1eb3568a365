"""A community's settings, and where organisers find the rest of what they can set."""

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import community as domain
from bot.domain.community import Settings
from bot.errors import FormErrors
from bot.ids import CommunityId
from bot.views import community_settings as views
from storage.unit_of_work import UnitOfWork

# What else organisers can set, in this order; shown where there is such a route.
OTHERS = (
    "organisers", "curators", "purpose", "priorities", "vocabulary", "channels", "calm setup",
    "coffee setup", "stories setup", "import members", "export", "audit",
)  # fmt: skip


def settings_beside(programmes: Routes) -> Routes:
    """The routes of the settings, which lead to those of the programmes."""
    routes = Routes()

    @routes.route("settings", help="The community’s settings, all of them.", role=Role.ORGANISER)
    def settings(request: Request, db: UnitOfWork) -> Reply:
        """What is set, and where the rest is."""
        others = [found for name in OTHERS if (found := programmes.get(name)) is not None]
        return views.overview(_settings(db, request.community), others)

    @routes.route("settings change", hidden=True, role=Role.ORGANISER)
    def change(request: Request, db: UnitOfWork) -> Reply:
        """The form, or what it says is kept."""
        before = _settings(db, request.community)
        if not request.is_submitted:
            return views.form(before)
        chosen = domain.read(request.fields)
        if not db.communities.save_settings(request.community, chosen):
            raise FormErrors({"name": views.TAKEN})
        if chosen != before:
            db.audit.add(
                request.community, request.member, action="settings change",
                subject=", ".join(_changed(before, chosen)), now=request.now,
            )  # fmt: skip
        return views.saved(chosen)

    return routes


def _settings(db: UnitOfWork, community: CommunityId) -> Settings:
    found = db.communities.get(community)
    return Settings(found.name, found.zone, db.communities.contacts(community))


def _changed(before: Settings, after: Settings) -> list[str]:
    """What is another now; who was named stands in the settings, not in the log."""
    parts = (
        ("name", before.name != after.name),
        ("time zone", before.zone != after.zone),
        ("guardian", before.contacts.guardian != after.contacts.guardian),
        (
            "safeguarding lead",
            before.contacts.safeguarding_lead != after.contacts.safeguarding_lead,
        ),
    )
    return [name for name, is_changed in parts if is_changed]
