"""Calm, when organisers set it for a community or hold everything for a while."""

from dataclasses import replace
from datetime import datetime, time

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import calm, coffee
from bot.domain.calm import Setup
from bot.errors import FormErrors, MemberError, NotUnderstood
from bot.times import instant, local
from bot.views import calm as views
from handlers import coffee_dates
from handlers.calm import submitted_hours
from storage.unit_of_work import UnitOfWork

routes = Routes()

OVER = "quiet over"


@routes.route(
    "calm setup",
    help="How many messages a week, quiet hours, and when “Your week” comes.",
    role=Role.ORGANISER,
)
def setup(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in."""
    ways = db.calm_setups.of(request.community)
    if not request.is_submitted:
        return views.setup_form(ways)
    chosen = replace(
        ways,
        weekly_limit=_limit(request),
        weekday=_weekday(request),
        time=_time(request),
        hours=submitted_hours(request),
    )
    db.calm_setups.save(chosen)
    _note(request, db, "calm setup")
    _plan_cards(request, db)
    return views.setup_saved(chosen)


@routes.route(
    "quiet until",
    usage="date [because ...]",
    example="quiet until 1 March because winter pressure",
    help="Hold what is not urgent, for everybody.",
    role=Role.ORGANISER,
)
def keep_quiet(request: Request, db: UnitOfWork) -> Reply:
    """Nothing that can wait goes out, and no round, until the morning of a date."""
    words, _, why = request.text.partition(" because ")
    if request.is_submitted:
        words, why = request.field("until"), request.field("why")
    if not words.strip():
        return views.quiet_form(request.today)
    ways = db.calm_setups.of(request.community)
    zone = db.communities.get(request.community).zone
    until = _ends(request, ways, words, zone)
    kept = replace(
        ways,
        quiet_since=ways.quiet_since if ways.is_quiet(request.now) else request.now,
        quiet_until=until,
        quiet_why=" ".join(why.split())[: views.MOST_REASON],
    )
    db.calm_setups.save(kept)
    if ways.quiet_until is not None and ways.is_quiet(request.now):
        db.your_week.release_for_all(request.community, held_until=ways.quiet_until, at=until)
    db.your_week.hold_for_all(request.community, until=until, now=request.now)
    db.schedule.add(
        request.community, OVER, subject=_subject(kept), label=local(until, zone), zone=zone
    )
    _shift_rounds(request, db, until)
    _note(request, db, "quiet until", f"{local(until, zone):%Y-%m-%d}")
    upcoming = coffee_dates.next_round(db, request.community)
    return views.quiet_kept(local(until, zone), upcoming)


@routes.route("quiet over", help="End a quiet time before its date.", role=Role.ORGANISER)
def end_quiet(request: Request, db: UnitOfWork) -> Reply:
    """What was held goes out now; in quiet hours once they end."""
    ways = db.calm_setups.of(request.community)
    if ways.quiet_until is None or not ways.is_quiet(request.now):
        raise MemberError("No quiet time is kept now. “quiet until 3 March” begins one.")
    zone = db.communities.get(request.community).zone
    goes = ways.hours.end_after(local(request.now, zone))
    at = max(instant(goes, zone), request.now)
    db.your_week.release_for_all(request.community, held_until=ways.quiet_until, at=at)
    db.calm_setups.save(replace(ways, quiet_until=request.now))
    db.schedule.hasten(request.community, OVER, subject=_subject(ways), now=request.now)
    _note(request, db, "quiet over")
    return views.quiet_ended()


def _subject(ways: Setup) -> str:
    return f"quiet:{ways.quiet_since:%Y-%m-%dT%H:%M:%S}"


def _ends(request: Request, ways: Setup, words: str, zone: str) -> datetime:
    """The morning of the day that the words name."""
    try:
        day = arguments.until(words, today=request.today)
    except NotUnderstood as error:
        if request.is_submitted:
            raise FormErrors({"until": str(error)}) from error
        raise
    return instant(ways.hours.end_after(datetime.combine(day, time())), zone)


def _shift_rounds(request: Request, db: UnitOfWork, until: datetime) -> None:
    """A round that would begin in the quiet time goes out on the first fitting day after it."""
    planned = coffee_dates.next_round(db, request.community)
    rounds = db.coffee.setup(request.community)
    if planned is None or instant(planned, rounds.zone) - rounds.lead >= until:
        return
    after = local(until, rounds.zone) + rounds.lead
    db.schedule.set_recurring(
        request.community,
        coffee_dates.JOB,
        coffee.recurrence(rounds, after=after),
        lead=rounds.lead,
        now=request.now,
    )


def _plan_cards(request: Request, db: UnitOfWork) -> None:
    """Cards that wait may come at another time now."""
    people = db.members.many(db.your_week.those_waiting(request.community))
    readers = db.calm_setups.readers(request.community, people.values())
    for reader in readers.values():
        db.calm.plan_card(request.community, reader, now=request.now)


def _limit(request: Request) -> int:
    try:
        limit = arguments.number(request.field("limit"), what="messages")
    except NotUnderstood as error:
        raise FormErrors({"limit": str(error)}) from error
    if limit > calm.MOST_A_WEEK:
        raise FormErrors({"limit": f"More than {calm.MOST_A_WEEK} a week is not calm any more."})
    return limit


def _weekday(request: Request) -> int:
    chosen = request.field("weekday")
    if chosen not in {str(each) for each in range(7)}:
        raise FormErrors({"weekday": "Please choose one of these."})
    return int(chosen)


def _time(request: Request) -> time:
    try:
        return arguments.clock(request.field("time"))
    except NotUnderstood as error:
        raise FormErrors({"time": str(error)}) from error


def _note(request: Request, db: UnitOfWork, action: str, subject: str = "") -> None:
    db.audit.add(request.community, request.member, action=action, subject=subject, now=request.now)
