"""Introductions, when a member introduces themselves or looks for others."""

from datetime import datetime

from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import identifiable, introductions
from bot.domain.channels import Purpose
from bot.domain.introductions import Words
from bot.domain.members import Member, Organisation, Vocabulary
from bot.domain.south_east_london import OTHER_NAMES
from bot.ids import CommunityId, MemberId
from bot.views import introductions as views
from storage import channel_posts
from storage.unit_of_work import UnitOfWork

routes = Routes()

# So much of what was typed is searched for and repeated.
LONGEST_SEARCH = 200


@routes.route("introduce", help="Introduce yourself, or change what others see of you.")
def introduce(request: Request, db: UnitOfWork) -> Reply:
    """The form, with what is known of the member."""
    return views.form(db.members.get(request.member), _words(db, request.community))


@routes.route("introduce save", hidden=True)
def save(request: Request, db: UnitOfWork) -> Reply:
    """Keep what the member agreed to have shown."""
    if not request.is_submitted:
        return introduce(request, db)

    member = db.members.get(request.member)
    told = introductions.read(request.fields, member, _words(db, request.community))
    written = {name: request.field(name) for name in introductions.FREE_TEXT}
    identifiable.refuse(written, today=request.today, known=(told.name,))
    organisation = Organisation(told.profile.organisation, told.profile.sector)
    db.communities.add_organisations(request.community, [organisation])
    # A change is no second introduction: the first date stays.
    db.members.introduce(
        member.id,
        name=told.name,
        profile=told.profile,
        show_email=told.show_email,
        now=member.introduced_at or request.now,
    )
    shown = db.members.get(member.id)
    return views.introduced(
        shown,
        in_coffee=db.coffee.participation(member.id).has_joined,
        is_new=not member.is_introduced,
        is_posted=post(db, shown, now=request.now) > 0,
    )


@routes.route("introduce withdraw", help="Take your introduction back.")
def withdraw(request: Request, db: UnitOfWork) -> Reply:
    """Nobody finds the member any more; what they wrote waits for their return."""
    posts = take_back(db, request.community, request.member, now=request.now)
    return views.withdrawn(was_posted=posts > 0)


@routes.route("profile", help="What others see of you.")
def profile(request: Request, db: UnitOfWork) -> Reply:
    """The member's own profile."""
    return views.profile(db.members.get(request.member))


@routes.route(
    "who",
    usage="[words]",
    example="who lewisham",
    help="Find people and organisations: “who lewisham”.",
)
def who(request: Request, db: UnitOfWork) -> Reply:
    """Members who have introduced themselves, and organisations, by any words."""
    words = _words(db, request.community)
    people = db.members.everybody(request.community)
    asked = " ".join(request.text.split())[:LONGEST_SEARCH]
    if not introductions.can_search(asked):
        introduced = sum(member.is_introduced for member in people)
        return views.whom(introduced, words.vocabularies[Vocabulary.PLACE])

    results = introductions.search(asked, people, words)
    where = db.members.accounts(member.id for member in results.people)
    accounts = {
        member: account
        for member, several in where.items()
        for account in several
        if account.lane == request.account.lane
    }
    return views.found(asked, results, introductions.named(asked, words), accounts)


def post(db: UnitOfWork, member: Member, *, now: datetime) -> int:
    """Post an introduction in every introductions channel, or change it where it stands.

    How many channels show it.
    """
    accounts = {each.lane: each for each in db.members.accounts_of(member.id)}
    return channel_posts.publish(
        db,
        member.community,
        Purpose.INTRODUCTIONS,
        lambda lane: views.post(member, accounts.get(lane)),
        subject=_subject(member.id),
        now=now,
        member=member.id,
    )


def take_back(db: UnitOfWork, community: CommunityId, member: MemberId, *, now: datetime) -> int:
    """Show an introduction to nobody any more; in how many channels it stood."""
    db.members.withdraw(member)
    return db.posted.take_down(community, _subject(member), now=now)


def renamed(db: UnitOfWork, member: Member, *, now: datetime) -> None:
    """Change an introduction where it stands; nothing is posted anew."""
    accounts = {each.lane: each for each in db.members.accounts_of(member.id)}
    if member.is_introduced:
        db.posted.revise(
            member.community,
            _subject(member.id),
            lambda lane: views.post(member, accounts.get(lane)),
            now=now,
        )


def take_down(db: UnitOfWork, member: Member, *, now: datetime) -> int:
    """Take an introduction out of every channel; how many posts it leaves."""
    return db.posted.take_down(member.community, _subject(member.id), now=now)


def take_over(db: UnitOfWork, member: Member, other: MemberId, *, now: datetime) -> None:
    """What stands in the channels of somebody who is this member is theirs, and there once."""
    subject, left = _subject(member.id), _subject(other)
    is_posted = db.posted.take_over(member.community, subject, other=left, now=now)
    if is_posted and member.is_introduced:
        post(db, member, now=now)


def _subject(member: MemberId) -> str:
    return f"introduction:{member}"


def _words(db: UnitOfWork, community: CommunityId) -> Words:
    return Words(
        vocabularies={name: db.communities.terms(community, name) for name in Vocabulary},
        organisations=db.communities.organisations(community),
        other_names=OTHER_NAMES,
    )
