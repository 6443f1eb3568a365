"""Places in learning sessions: given, given back, and passed on to those who wait."""

from datetime import datetime

from bot.domain import sessions_places
from bot.domain.calm import Weight
from bot.domain.members import Member
from bot.domain.sessions import Register, SignUp, SignUpState
from bot.ids import MemberId, SessionId
from bot.views import sessions_told as told
from storage import sessions_telling
from storage.unit_of_work import UnitOfWork


def take(db: UnitOfWork, number: SessionId, member: MemberId, *, now: datetime) -> Register:
    """The register after somebody asked for a place; see the rules for what they got."""
    register = db.sessions.held(number)
    register = _keep(db, register, sessions_places.signed_up(register, member, now=now))
    # A place may have been left over, where two members who both had one were joined.
    return _promote(db, register, now=now)


def give_back(db: UnitOfWork, number: SessionId, member: MemberId, *, now: datetime) -> SignUp:
    """What somebody has after they came away; a place that is free now is passed on."""
    register = db.sessions.held(number)
    mine = sessions_places.given_up(register, member, now=now)
    register = _keep(db, register, mine)
    db.session_answers.save_need(register.session.community, number, member, "")
    pass_on(db, register, cause=f"{member}:{mine.sequence}", now=now)
    return mine


def see_off(db: UnitOfWork, leaving: Member, *, now: datetime) -> None:
    """For whoever leaves the community: their places are passed on, their sessions offered.

    Nobody waits for a place that stays empty, and no session is left without an organiser unseen.
    Whether they leave for a while or for good is not said.
    """
    for session in db.sessions.of_member(leaving.id, SignUpState.GOING, SignUpState.WAITING):
        if session.is_ahead(now):
            give_back(db, session.id, leaving.id, now=now)
    others = [each.id for each in db.members.organisers(leaving.community) if each != leaving]
    for session in db.sessions.organised_by(leaving.community, leaving.id, now=now):
        sessions_telling.tell(
            db,
            session,
            others,
            lambda to, session=session: told.without_organiser(session, to),  # type: ignore[misc]
            what=f"orphaned:{leaving.id}",
            weight=Weight.ALONE,
            now=now,
        )


def pass_on(db: UnitOfWork, register: Register, *, cause: str, now: datetime) -> Register:
    """Give the free places to those who wait, and tell them.

    At short notice they are told that there is one instead. ``cause`` names what freed it.
    """
    session = register.session
    register = _promote(db, register, now=now)
    is_offered = session.is_at_short_notice(now) and register.free != 0
    if is_offered and session.is_ahead(now) and not session.is_to_be_drawn:
        sessions_telling.tell(
            db,
            session,
            [each.member for each in register.waiting],
            lambda to: told.free_at_short_notice(session, to),
            what=f"free:{cause}",
            weight=Weight.URGENT,
            now=now,
        )
    return register


def _promote(db: UnitOfWork, register: Register, *, now: datetime) -> Register:
    for each in sessions_places.promoted(register, now=now):
        register = _keep(db, register, each)
        after = register
        sessions_telling.tell(
            db,
            register.session,
            (each.member,),
            lambda to, after=after: told.promoted(after, to, now=now),  # type: ignore[misc]
            what=f"promoted:{each.sequence}",
            weight=Weight.ALONE,
            now=now,
        )
    return register


def _keep(db: UnitOfWork, register: Register, signup: SignUp) -> Register:
    return register.with_signup(db.sessions.save_signup(register.session, signup))
