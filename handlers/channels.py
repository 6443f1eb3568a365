"""Channels, when an organiser says where the bot is to post."""

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import channels as domain
from bot.domain.channels import Channel, Purpose
from bot.errors import NotFound
from bot.ids import ChannelId, platform_of
from bot.views import channels as views
from storage import channel_posts
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("channels", help="Where I post, in each workspace.", role=Role.ORGANISER)
def channels(request: Request, db: UnitOfWork) -> Reply:
    """What is posted where, and whether that works."""
    return views.overview(db.channels.places(request.community))


@routes.route(
    "channel", usage="introductions here", example="channel stories here",
    help="Post introductions, stories, announcements or "
    "prompts in the channel where you type this; “off” stops it.", role=Role.ORGANISER,
)  # fmt: skip
def channel(request: Request, db: UnitOfWork) -> Reply:
    """Set, move or stop where a purpose posts in the asker's workspace."""
    purpose, rest = domain.asked(request.text)
    first, _, number = rest.lower().partition(" ")
    if first == "off":
        return _stop(request, db, purpose, number)
    if first == "here" and request.channel is not None:
        return _choose(request, db, purpose, request.channel, request.channel_name)
    # Slack alone writes a channel's id into what is typed.
    if first not in {"", "here"} and platform_of(request.account.lane) == "slack":
        return _choose(request, db, purpose, *arguments.channel(rest))
    return _how(request, db, purpose)


@routes.route("channel check", hidden=True, role=Role.ORGANISER)
def check(request: Request, db: UnitOfWork) -> Reply:
    """Try a channel once more, perhaps after an invitation."""
    found = _found(request, db, request.text)
    again = db.channels.choose(
        request.community,
        found.purpose,
        found.lane,
        found.channel,
        name=found.name,
        by=request.member,
        now=request.now,
    )
    return _try(request, db, again)


def _choose(request: Request, db: UnitOfWork, purpose: Purpose, where: str, name: str) -> Reply:
    lane = request.account.lane
    # What a mention does not tell may be known from another purpose.
    known = [each.name for each in db.channels.at(request.community, lane, where) if each.name]
    chosen = db.channels.choose(
        request.community,
        purpose,
        lane,
        where,
        name=name or "".join(known[:1]),
        by=request.member,
        now=request.now,
    )
    _note(request, db, chosen, "channel set")
    return _try(request, db, chosen)


def _try(request: Request, db: UnitOfWork, chosen: Channel) -> Reply:
    community = db.communities.get(request.community)
    channel_posts.try_channel(db, chosen, views.first_post(chosen, community.name), now=request.now)
    return views.checking(chosen)


def _stop(request: Request, db: UnitOfWork, purpose: Purpose, number: str) -> Reply:
    lane = request.account.lane
    if number:
        found = _found(request, db, number)
    elif domain.has_own_channels(lane):
        return views.always_there(purpose)
    else:
        places = db.channels.places(request.community)
        (here,) = (place for place in places if place.lane == lane)
        set_here = here.channel(purpose)
        if set_here is None:
            return views.none_set(purpose)
        found = set_here
    db.channels.remove(found.id)
    _note(request, db, found, "channel off")
    return views.stopped(found)


def _how(request: Request, db: UnitOfWork, purpose: Purpose) -> Reply:
    own = platform_of(request.account.lane)
    others = [each.platform for each in db.channels.places(request.community)]
    is_own_only = not domain.has_own_channels(request.account.lane)
    return views.how(purpose, [own] if is_own_only else list(dict.fromkeys((own, *others))))


def _found(request: Request, db: UnitOfWork, words: str) -> Channel:
    number = arguments.identity(words)
    found = None if number is None else db.channels.find(request.community, ChannelId(number))
    if found is None:
        raise NotFound("That channel is not set any more. Type “channels” to see which are.")
    return found


def _note(request: Request, db: UnitOfWork, about: Channel, action: str) -> None:
    db.audit.add(
        request.community,
        request.member,
        action=action,
        subject=f"{about.purpose} {about.lane}",
        now=request.now,
    )
