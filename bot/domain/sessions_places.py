"""Places in a learning session: who gets one, who waits, who gives theirs back, who was there."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from random import Random

from bot.domain.sessions import Register, SignUp, SignUpState, Witness, check_ahead
from bot.errors import MemberError
from bot.ids import MemberId


def signed_up(register: Register, member: MemberId, *, now: datetime) -> SignUp:
    """Somebody's sign-up after they asked for a place: going, or waiting where there is none.

    Raises ``MemberError`` where it is too late or there is nothing to come to.
    """
    check_ahead(register.session, now=now)
    mine = register.of(member)
    if mine is not None and _holds(register, mine, now=now):
        return mine
    has_place = _has_place_for_one_more(register, now=now)
    last = max((each.position for each in register.signups), default=0)
    position = last + 1
    if mine is not None and mine.state is SignUpState.WAITING:
        position = mine.position
    return SignUp(
        member,
        SignUpState.GOING if has_place else SignUpState.WAITING,
        position,
        sequence=mine.sequence + 1 if mine else 0,
        calendar=mine.calendar if mine else "",
    )


def given_up(register: Register, member: MemberId, *, now: datetime) -> SignUp:
    """Somebody's sign-up after they came away from it; raises ``MemberError`` without one."""
    check_ahead(register.session, now=now)
    mine = register.of(member)
    if mine is None or mine.state is SignUpState.LEFT:
        raise MemberError(
            f"You have no place in “{register.session.title}”, so there is nothing to give back."
        )
    return replace(mine, state=SignUpState.LEFT, sequence=mine.sequence + 1)


def promoted(register: Register, *, now: datetime) -> tuple[SignUp, ...]:
    """Those who wait and get a place that is free now, as they are then.

    Nobody at short notice, and nobody before the places are drawn.
    """
    session = register.session
    if not session.is_ahead(now) or session.is_to_be_drawn or session.is_at_short_notice(now):
        return ()
    free = len(register.waiting) if register.free is None else register.free
    return tuple(_promoted(each) for each in register.waiting[:free])


def drawn(
    register: Register, had_one: Iterable[MemberId], *, rng: Random
) -> tuple[tuple[SignUp, ...], tuple[SignUp, ...]]:
    """The places of an open chair drawn: those who get one, and those who wait, in their order.

    Those who never had an open chair are drawn before those who did (``had_one``), so that a
    place comes round to everybody.
    """
    earlier = set(had_one)
    hopeful = sorted(register.waiting, key=lambda each: each.member)
    rng.shuffle(hopeful)
    hopeful.sort(key=lambda each: each.member in earlier)
    free = len(hopeful) if register.free is None else register.free
    ordered = [replace(each, position=at) for at, each in enumerate(hopeful, start=1)]
    return tuple(map(_promoted, ordered[:free])), tuple(ordered[free:])


def attendance(mine: SignUp, *, was_there: bool, witness: Witness) -> SignUp:
    """Whether somebody was there; an organiser's word is not changed by the member's own."""
    if witness is Witness.SELF and mine.attended_by is Witness.ORGANISER:
        return mine
    return replace(mine, attended=was_there, attended_by=witness)


def came(signup: SignUp) -> SignUp:
    """The place of somebody who was there, whatever they had before."""
    if signup.state is SignUpState.GOING:
        return signup
    return replace(signup, state=SignUpState.GOING, sequence=signup.sequence + 1)


def _holds(register: Register, mine: SignUp, *, now: datetime) -> bool:
    """Whether asking again changes nothing: a place, or the same turn on the waitlist."""
    if mine.state is SignUpState.GOING:
        return True
    return mine.state is SignUpState.WAITING and not _has_place_for_one_more(register, now=now)


def _has_place_for_one_more(register: Register, *, now: datetime) -> bool:
    if register.session.is_to_be_drawn or register.free == 0:
        return False
    # Until short notice a free place belongs to those who wait, and there it is nobody's turn.
    return not register.waiting or register.session.is_at_short_notice(now)


def _promoted(waiting: SignUp) -> SignUp:
    return replace(waiting, state=SignUpState.GOING, sequence=waiting.sequence + 1)
