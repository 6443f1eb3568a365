"""Coffee, when somebody acts on the card of their group."""

from dataclasses import replace
from datetime import datetime

from bot.chat import arguments
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import coffee_meeting, coffee_reach
from bot.domain.calm import Programme, Weight
from bot.domain.coffee import Group, GroupState, Met, Place, PlaceState, RoundState
from bot.domain.coffee_meeting import Meeting
from bot.domain.members import Vocabulary
from bot.errors import FormErrors, MemberError, NotFound, NotUnderstood
from bot.ids import GroupId, MemberId
from bot.times import instant, local
from bot.views import coffee_answers as answers
from bot.views import coffee_groups as views
from bot.views import coffee_reach as reach_views
from bot.views import common
from storage.unit_of_work import UnitOfWork

routes = Routes()

ROUND_IS_OVER = "That round of coffee is over. Type “coffee next” for the one to come."


@routes.route("coffee card", hidden=True)
def card(request: Request, db: UnitOfWork) -> Reply:
    """The card of my group once more; addresses are not told where others read along."""
    group = _open_group(request, db)
    meeting = _meeting(request, db, group)
    if request.channel is not None and coffee_reach.names_addresses(meeting, request.member):
        return common.say_it_privately()
    return views.invitation(meeting, to=db.members.get(request.member), can_wait=False)


@routes.route("coffee time", hidden=True)
def time(request: Request, db: UnitOfWork) -> Reply:
    """A time suits me; the first that suits everybody is agreed, and all are told."""
    group = _open_group(request, db)
    slot, start, meeting = _offered(request, db, group)
    mine = _pressed(request, group)
    group = _with_place(group, replace(mine, slots=tuple({*mine.slots, slot})))
    waiting = [
        each.first_name
        for each in meeting.others(request.member)
        if slot not in group.place(each.id).slots
    ]
    agreed = coffee_meeting.agreed_slot(group)
    when = dict(meeting.times)[agreed] if agreed else None
    if when is None or when == group.meets_at:
        db.coffee.save_group(group)
        return views.slot_taken(start, value=request.text, waiting_for=waiting)

    group = replace(group, meets_at=when, sequence=group.sequence + 1)
    db.coffee.save_group(group)
    db.calm.send_together(
        request.community,
        meeting.people,
        lambda to: views.agreed(meeting, when, to=to),
        programme=Programme.COFFEE,
        weight=Weight.CARRIED,
        key=f"coffee:{group.id}:agreed:{group.sequence}",
        subject=f"round:{group.round}",
        now=request.now,
    )
    return views.slot_taken(start, value=request.text, waiting_for=())


@routes.route("coffee no time", hidden=True)
def no_time(request: Request, db: UnitOfWork) -> Reply:
    """A time does not suit me after all; one that was agreed stays agreed."""
    group = _open_group(request, db)
    slot, start, _ = _offered(request, db, group)
    mine = _pressed(request, group)
    db.coffee.save_place(
        group.id, replace(mine, slots=tuple(each for each in mine.slots if each != slot))
    )
    return views.slot_given_back(start, value=request.text)


@routes.route("coffee cannot", hidden=True, once=True)
def cannot(request: Request, db: UnitOfWork) -> Reply:
    """I can't make it: the others are told at once."""
    names = _step_out(request, db, PlaceState.OUT)
    return views.told_them(names)


@routes.route("coffee someone else", hidden=True, once=True)
def someone_else(request: Request, db: UnitOfWork) -> Reply:
    """Another match, without blame: the others hear the same words as for "I can't make it"."""
    group = _step_out_group(request, db, PlaceState.SEEKING)
    of = db.coffee.round(group.round)
    db.schedule.add(
        request.community,
        "coffee rematch",
        subject=f"round:{of.id}:seeker:{group.id}:{request.member}",
        label=local(request.now, of.zone),
        zone=of.zone,
    )
    return views.looking()


@routes.route("coffee write", hidden=True, once=True)
def write(request: Request, db: UnitOfWork) -> Reply:
    """A short message to the others of my group, carried by the bot."""
    group = _open_group(request, db)
    others = db.members.reachable(group.others(request.member)).values()
    if not others:
        raise MemberError("Nobody else is in this group any more. Type “coffee next”.")
    reached = [each for each in others if coffee_reach.is_reached(each)]
    readers = [each.member for each in reached]
    names = [each.first_name for each in readers]
    missed = [each.member.first_name for each in others if each not in reached]
    if not request.is_submitted:
        if not reached:
            raise MemberError(reach_views.cannot_reach(missed))
        return answers.write_form(group.id, names)

    words = _words(request)
    if not reached:
        raise FormErrors({"words": reach_views.cannot_reach(missed)})
    sender = db.members.get(request.member)
    db.coffee.save_place(group.id, _pressed(request, group))
    db.calm.send_each(
        request.community,
        [each.id for each in readers],
        lambda to: answers.carried(
            sender, words, group.id, [each for each in readers if each != to]
        ),
        programme=Programme.COFFEE,
        weight=Weight.CARRIED,
        key=f"coffee:{group.id}:words:{request.member}:{request.now:%Y%m%d%H%M%S%f}",
        subject=f"round:{group.round}",
        now=request.now,
    )
    return answers.sent_on(names, missed)


@routes.route("coffee share", hidden=True, once=True)
def share(request: Request, db: UnitOfWork) -> Reply:
    """My address for those of my group whom it brings nearer, and for nobody else."""
    if request.channel is not None:
        return common.say_it_privately()
    group = _open_group(request, db)
    meeting = _meeting(request, db, group)
    mine = _pressed(request, group)
    offers = coffee_reach.offers(meeting, request.member)
    if not offers:
        names = [each.first_name for each in meeting.others(request.member)]
        raise MemberError(reach_views.nothing_to_share(names, given=bool(mine.shares)))

    given = dict.fromkeys([*mine.shares, *(offer.reach.address for offer in offers)])
    db.coffee.save_place(group.id, replace(mine, shares=tuple(given)))
    giver = db.members.get(request.member)
    by_reader = {offer.reader.member.id: offer for offer in offers}
    db.calm.send_each(
        request.community,
        by_reader,
        lambda to: reach_views.shared(giver, by_reader[to.id]),
        programme=Programme.COFFEE,
        weight=Weight.CARRIED,
        key=f"coffee:{group.id}:address:{giver.id}:{len(given)}",
        subject=f"round:{group.round}",
        now=request.now,
    )
    return reach_views.address_given(offers)


@routes.route("coffee met", hidden=True)
def met(request: Request, db: UnitOfWork) -> Reply:
    """The answer to "Did you meet?", at any time while the round is open."""
    group = _group(request, db)
    said = request.text.partition(" ")[2]
    if said not in set(Met):
        choices = " or ".join(f"“coffee met {group.id} {each}”" for each in Met)
        raise NotUnderstood(f"Did you meet? Answer {choices}.")
    answer = Met(said)
    place = replace(_pressed(request, group), met=answer)
    db.coffee.save_place(group.id, place)
    others = db.members.many(each for each in group.people if each != request.member)
    named = tuple(each for each in others.values() if each.may_be_named)
    return answers.met_noted(answer, group.id, named)


@routes.route("coffee worth", hidden=True)
def worth(request: Request, db: UnitOfWork) -> Reply:
    """One tap: was it worth it."""
    group = _group(request, db)
    is_worth = request.text.partition(" ")[2] == "yes"
    db.coffee.save_place(group.id, replace(_pressed(request, group), worth=is_worth))
    return answers.worth_noted(worth=is_worth)


@routes.route("coffee note", hidden=True)
def note(request: Request, db: UnitOfWork) -> Reply:
    """One optional note, for the member alone."""
    group = _group(request, db)
    if not request.is_submitted:
        return answers.note_form(group.id)
    place = replace(_pressed(request, group), note=request.required("note"))
    db.coffee.save_place(group.id, place)
    return answers.note_kept()


def _group(request: Request, db: UnitOfWork) -> Group:
    """The member's group that the words name; nobody reaches another's."""
    number = arguments.identity(request.text.partition(" ")[0])
    group = None if number is None else db.coffee.group(request.community, GroupId(number))
    if group is None or request.member not in group.people:
        raise NotFound("I can’t find that coffee. Type “coffee next” for yours.")
    if not db.coffee.round(group.round).was_sent:
        raise NotFound("I can’t find that coffee. Type “coffee next” for yours.")
    return group


def _open_group(request: Request, db: UnitOfWork) -> Group:
    group = _group(request, db)
    if db.coffee.round(group.round).state is not RoundState.SENT:
        raise MemberError(ROUND_IS_OVER)
    if group.place(request.member).state is not PlaceState.IN:
        raise MemberError("You are not in that coffee any more. Type “coffee next”.")
    return group


def _offered(request: Request, db: UnitOfWork, group: Group) -> tuple[str, datetime, Meeting]:
    """The offered time that the words name, its local start, and what the card tells."""
    slot = request.text.partition(" ")[2]
    meeting = _meeting(request, db, group)
    start = dict(meeting.times).get(slot)
    if start is None:
        raise MemberError("That time is not offered any more. Type “coffee next”.")
    return slot, start, meeting


def _pressed(request: Request, group: Group) -> Place:
    """The member's place, marked as one that pressed something."""
    return replace(group.place(request.member), pressed_at=request.now)


def _words(request: Request) -> str:
    """What to pass on, word for word; a form that can't be carried keeps what was typed."""
    words = request.required("words", "Please write a line to pass on.")
    if len(words) > answers.LONGEST_WORDS:
        raise FormErrors({"words": answers.too_long(len(words))})
    return words


def _with_place(group: Group, place: Place) -> Group:
    places = (place if each.member == place.member else each for each in group.places)
    return replace(group, places=tuple(places))


def _meeting(request: Request, db: UnitOfWork, group: Group) -> Meeting:
    stages = db.communities.terms(request.community, Vocabulary.STAGE, with_retired=True)
    people = db.members.reachable(group.present)
    names = {each.member.profile.organisation for each in people.values()}
    return coffee_meeting.meeting(
        group,
        db.coffee.round(group.round),
        people,
        stages,
        today=request.today,
        cards=db.organisation_cards.of(request.community, names),
    )


def _step_out(request: Request, db: UnitOfWork, state: PlaceState) -> list[str]:
    group = _step_out_group(request, db, state)
    others = db.members.many(group.others(request.member))
    return [member.first_name for member in others.values()]


def _step_out_group(request: Request, db: UnitOfWork, state: PlaceState) -> Group:
    return step_out(db, _open_group(request, db), request.member, state, now=request.now)


def given_up(group: Group, member: MemberId) -> Place:
    """The place of somebody who looks for nobody else any more."""
    return replace(group.place(member), state=PlaceState.OUT, met=Met.COULDNT)


def step_out(
    db: UnitOfWork,
    group: Group,
    member: MemberId,
    state: PlaceState,
    *,
    now: datetime,
    is_named: bool = True,
) -> Group:
    """Leave the place in a group and tell the others, in the same words for every reason.

    Where the member is not to be named (they are ill, or an organiser took them out), the words
    are others, again the same for all of those. What waits to go out about it is called back.
    """
    place = replace(group.place(member), pressed_at=now, state=state)
    if state is PlaceState.OUT:
        place = replace(place, met=Met.COULDNT)
    group = _with_place(group, place)
    others = db.members.reachable(group.others(member))
    if len(others) < 2:
        group = replace(group, state=GroupState.ENDED, sequence=group.sequence + 1)
    db.coffee.save_group(group)

    me = db.members.get(member)
    cards = (f"coffee:{group.round}:{group.id}", f"coffee:{group.id}:agreed",
             f"coffee:{group.id}:nudge", f"coffee:{group.id}:met")  # fmt: skip
    is_over = group.state is GroupState.ENDED
    db.outbox.call_back(me.community, *cards, now=now, member=None if is_over else member)
    say = views.cannot_come(me, group.id, remaining=len(others))
    if not is_named:
        say = views.one_fewer(group.id, remaining=len(others))
    zone = db.coffee.round(group.round).zone
    db.calm.send_each(
        me.community,
        others,
        lambda _: say,
        programme=Programme.COFFEE,
        # Without an agreed time nobody waits anywhere, so that it can wait for the morning.
        weight=Weight.URGENT if group.meets_at else Weight.ALONE,
        key=f"coffee:{group.id}:without:{me.id}",
        subject=f"round:{group.round}",
        now=now,
        about=instant(group.meets_at, zone) if group.meets_at else None,
    )
    return group
