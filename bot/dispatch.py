"""A request comes in: who is it, which route, may they; one transaction, one reply.

Every platform and the organisers' console ask here. An answer is always something to show: a
member's error is its sentence, anything else a reference to the logged traceback.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random

import structlog

from bot import times
from bot.chat import forms, messages
from bot.chat.forms import Form
from bot.chat.messages import Message, has_buttons
from bot.chat.requests import Incoming, Kind, Outcome, Reply, Request, Role
from bot.chat.routes import Route, Routes, may
from bot.domain.members import APART, Member, MemberState
from bot.errors import DatabaseUnready, FormErrors, MemberError, NotAllowed
from bot.ids import CommunityId, MemberId
from bot.times import utc_now
from bot.views import accounts as account_views
from bot.views import common
from bot.views import community as community_views
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

# A wall of text is no command; it is cut before anything looks at it.
MAX_WORDS = 4000
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
HELP = "help"
JOINED = "joined"
LEFT = "left"
# A platform says something new of an account.
CHANGED = "changed"
# Whoever shares an e-mail address with somebody known is asked whether they are that person.
QUESTION = "link question"
# What they can do before they have answered.
LINK = "link"
# Whoever has left is asked whether they come back, and may do no more than see to their data.
COME_BACK = "come back"
MY_DATA = "my data"
# Stands for the member where a workspace itself is meant.
NOBODY = MemberId(0)

Clock = Callable[[], datetime]


class Dispatch:
    """Answers what platforms hear; see the module."""

    def __init__(
        self, database: Database, routes: Routes, *, clock: Clock = utc_now, seed: int | None = None
    ) -> None:
        self._database = database
        self._routes = routes
        self._clock = clock
        self._dice = Random(seed)

    async def __call__(self, incoming: Incoming) -> Outcome:
        """The outcome to show; of what was heard before there is nothing to show.

        It is there once everything it says is committed, and with it the marks of what was heard:
        a repeat of what was rolled back is new. Raises ``DatabaseUnready``, with nothing changed,
        where the database takes nothing now: it is for the platform to have it asked again.
        Raises nothing else.
        """
        route, words = self._route(incoming)
        keep = not (route and route.sensitive)
        try:
            return await self._database.run(lambda db: self._answer(db, incoming, route, words))
        except FormErrors as error:
            return Outcome(errors=error.fields, keep=keep)
        except MemberError as error:
            return Outcome(common.sentence(str(error)), keep=keep)
        except DatabaseUnready as error:
            log.warning("database_unready", reason=str(error), cause=repr(error.__cause__))
            raise
        except Exception:
            reference = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(4))
            name = route.name if route else ""
            log.exception("request_broke", reference=reference, route=name, kind=incoming.kind)
            return Outcome(common.broken(reference), keep=keep)

    def _route(self, incoming: Incoming) -> tuple[Route | None, str]:
        if incoming.kind is not Kind.WORDS:
            route = self._routes.get(incoming.route)
            # Only what a platform saw by itself is an event; a forged tap is not.
            is_forged = route is not None and route.event and incoming.kind is not Kind.EVENT
            return (None, incoming.route) if is_forged else (route, incoming.text)
        # Who knows Slack's command types it elsewhere too.
        words = re.sub(r"^/(leaders\b)?", "", incoming.text[:MAX_WORDS].strip()).strip()
        matched = self._routes.match(words or HELP)
        return matched or (None, words)

    def _answer(
        self, db: UnitOfWork, incoming: Incoming, route: Route | None, words: str
    ) -> Outcome:
        now = self._clock()
        is_kept = route is None or not route.traceless
        # Before anything else: of two at once on two replicas the second waits here for the first.
        if is_kept and not db.repeats.are_new(incoming.marks, now=now):
            log.info("heard_before", kind=incoming.kind)
            return Outcome()
        if not incoming.account.user:
            return self._tell(db, incoming, route, now=now)
        member = self._member(db, incoming, now=now)
        if isinstance(member, Outcome):
            return member
        standing = db.accounts.standing(incoming.account)
        if not standing.is_active and incoming.kind is not Kind.EVENT:
            # Whoever speaks can be spoken to, whatever a platform said before.
            db.members.set_account_active(incoming.account, is_active=True)
        if standing.is_retired and not _may_ask_retired(route, words):
            return Outcome(account_views.left_behind(), keep=False)
        return self._carried_out(db, incoming, route, words, member, now=now)

    def _carried_out(
        self,
        db: UnitOfWork,
        incoming: Incoming,
        route: Route | None,
        words: str,
        member: Member,
        *,
        now: datetime,
    ) -> Outcome:
        keep = not (route and route.sensitive)
        if member.state is MemberState.UNCONFIRMED and not _may_ask_unconfirmed(route):
            route = self._routes.get(QUESTION)
        if member.state is MemberState.LEFT and not _may_ask_left(route):
            route, words = self._routes.get(COME_BACK), ""
        if route is None:
            nearest = self._routes.nearest(words, role=member.role)
            return Outcome(_stamped(common.not_understood(words, nearest)))
        if not may(member.role, route.role):
            raise NotAllowed(messages.plain(common.not_for_you(route.role)))
        if route.sensitive and incoming.channel is not None:
            if route.overheard is not None:
                route.overheard(self._request(incoming, route, words, member, now=now), db)
            return Outcome(common.say_it_privately(), keep=False)
        is_counted = route.once and bool(incoming.token)
        if is_counted and not db.taps.use(
            member.community,
            member.id,
            incoming.token,
            route=route.name,
            value=incoming.text,
            now=now,
        ):
            return Outcome(common.done_before())

        request = self._request(incoming, route, words, member, now=now)
        reply = route.handler(request, db)
        if is_counted and incoming.kind is Kind.TAP and isinstance(reply, Form):
            # It has only opened a form, which may be closed and opened again.
            db.taps.give_back(member.id, incoming.token, route=route.name, value=incoming.text)
        return Outcome(_stamped(reply), keep=keep and not route.sensitive)

    def _tell(
        self, db: UnitOfWork, incoming: Incoming, route: Route | None, *, now: datetime
    ) -> Outcome:
        """What befell a workspace rather than one of its people; nobody is answered."""
        workspace = db.workspaces.by_lane(incoming.account.lane)
        if workspace is None or route is None or not route.event:
            return Outcome(common.not_connected())
        zone = db.communities.get(workspace.community).zone
        request = Request(
            community=workspace.community,
            member=NOBODY,
            name="",
            role=Role.MEMBER,
            account=incoming.account,
            route=route.name,
            text="",
            now=now,
            today=times.today(now, zone),
            zone=zone,
            rng=Random(self._dice.getrandbits(64)),
            kind=incoming.kind,
        )
        return Outcome(route.handler(request, db))

    def _member(self, db: UnitOfWork, incoming: Incoming, *, now: datetime) -> Member | Outcome:
        """Whose account it is, or what is said to somebody who can't be answered here."""
        member = db.members.account_owner(incoming.account)
        if member is None and incoming.route == LEFT:
            # Nobody becomes a member by leaving.
            return Outcome()
        if member is None:
            workspace = db.workspaces.by_lane(incoming.account.lane)
            if workspace is None:
                return Outcome(common.not_connected())
            if incoming.profile.is_external:
                return Outcome(community_views.from_elsewhere())
            # Whoever arrives may be told of twice at once, and becomes one member.
            db.repeats.take_turns(incoming.account)
            member = db.members.account_owner(incoming.account) or self._newcomer(
                db, incoming, workspace.community, now=now
            )
        elif member.name == incoming.account.user and incoming.profile.name:
            # An organiser named in the settings by their account alone.
            member = db.members.get_to_know(member, incoming.profile)
            if incoming.profile.address:
                db.members.set_account_address(incoming.account, incoming.profile.address)
        if member.state in APART and not _is_about_the_account(incoming):
            names = [each.name for each in db.members.organisers(member.community)]
            is_stopped = member.state is MemberState.STOPPED
            return Outcome(common.taken_out(names, is_stopped=is_stopped), keep=False)
        return member

    def _newcomer(
        self, db: UnitOfWork, incoming: Incoming, community: CommunityId, *, now: datetime
    ) -> Member:
        """A stranger in a known workspace becomes a member, or is one already.

        The workspace's own directory vouches for an e-mail address, which is enough to be a
        member whom nobody has met, such as one an organiser imported. It only suggests that they
        are a member with an account elsewhere: then they are asked, and until they have proved it
        they are somebody new.
        """
        profile = incoming.profile
        found = db.members.by_email(community, profile.email) if profile.email else None
        if found is not None and found.state in APART:
            # Not by another account either; nothing is kept of it.
            return found
        is_taken = found is not None and db.members.is_met(found.id)
        is_asked = is_taken and found is not None and found.state is MemberState.ACTIVE
        if found is not None and not is_taken:
            number = found.id
        else:
            number = db.members.add(
                community,
                profile.name or "A leader",
                now=now,
                zone=profile.zone or db.communities.get(community).zone,
                email=None if is_taken else profile.email or None,
                state=MemberState.UNCONFIRMED if is_asked else MemberState.ACTIVE,
            )
        if found is not None and is_asked:
            db.accounts.suspect(community, number, found.id)
        db.members.add_account(
            community,
            number,
            incoming.account,
            now=now,
            name=profile.name,
            address=profile.address,
            is_guest=profile.is_guest,
        )
        member = db.members.get(number)
        joined = self._routes.get(JOINED)
        # The question is the answer to whatever else they said.
        is_welcome = incoming.route != JOINED and member.state is not MemberState.UNCONFIRMED
        if joined is not None and is_welcome:
            request = self._request(incoming, joined, "", member, now=now)
            joined.handler(replace(request, kind=Kind.EVENT), db)
        return db.members.get(number)

    def _request(
        self, incoming: Incoming, route: Route, words: str, member: Member, *, now: datetime
    ) -> Request:
        return Request(
            community=member.community,
            member=member.id,
            name=member.name,
            role=Role(member.role),
            account=incoming.account,
            route=route.name,
            text=words,
            now=now,
            today=times.today(now, member.zone),
            zone=member.zone,
            rng=Random(self._dice.getrandbits(64)),
            fields=incoming.fields,
            kind=incoming.kind,
            channel=incoming.channel,
            channel_name=incoming.channel_name,
            token=incoming.token,
            profile=incoming.profile,
        )


def _may_ask_unconfirmed(route: Route | None) -> bool:
    """Whether a route is carried out for somebody who has not said yet who they are."""
    if route is None:
        return False
    return route.event or route.name == HELP or route.programme == LINK


def _may_ask_left(route: Route | None) -> bool:
    """Whether a route is carried out for somebody who has left the community."""
    if route is None:
        return False
    return route.event or route.name == COME_BACK or route.name.startswith(MY_DATA)


def _is_about_the_account(incoming: Incoming) -> bool:
    """Whether a platform tells of an account itself; nobody is answered, and nothing is sent."""
    return incoming.kind is Kind.EVENT and incoming.route in {LEFT, CHANGED}


def _may_ask_retired(route: Route | None, words: str) -> bool:
    """Whether a route is carried out for an account that its owner has moved away from.

    Whoever has that account now may be somebody else; only a code from the new one brings it back.
    """
    return route is not None and (route.event or (route.name == LINK and bool(words)))


def _stamped(reply: Reply | None) -> Reply | None:
    """The reply with a one-time token where a tap or submission could be repeated."""
    if isinstance(reply, Form):
        return forms.stamped(reply, secrets.token_urlsafe(12))
    if isinstance(reply, Message) and has_buttons(reply):
        return messages.stamped(reply, secrets.token_urlsafe(12))
    return reply
