"""Calm, when a member wants less, later or nothing at all."""

from dataclasses import replace
from datetime import MINYEAR, datetime, time

from bot.chat import arguments
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain.calm import NO_HOURS, Hours, Silence, Wishes
from bot.domain.coffee import GroupState, Met, PlaceState, RoundState
from bot.errors import FormErrors, MemberError, NotFound, NotUnderstood
from bot.ids import HeldId
from bot.times import instant
from bot.views import calm as views
from bot.views import your_week as week_views
from storage.unit_of_work import UnitOfWork

routes = Routes()

GONE = "That is not there any more. Type “your week” to see what is."
# A Monday, to look at a time of a working day.
A_MONDAY = datetime(MINYEAR, 1, 1)  # noqa: DTZ001 - labels are naive.


@routes.route(
    "your week",
    usage="[page]",
    example="your week 1",
    help="What waited for you, instead of a message each.",
)
def your_week(request: Request, db: UnitOfWork) -> Reply:
    """All that waits or was in the last "Your week", a page at a time."""
    kept = db.your_week.readable(request.member, now=request.now)
    if not kept:
        return week_views.nothing(db.calm_setups.of(request.community).weekly_limit)
    entries = [week_views.Entry(each.id, each.programme, each.title, each.why) for each in kept]
    number = arguments.number(request.text, what="the page") if request.text else 1
    number = min(max(number, 1), week_views.pages_of(len(entries)))
    shown = [HeldId(each) for each in week_views.on_page(entries, number)]
    db.your_week.set_told(shown, now=request.now)
    return week_views.page(entries, number=number)


@routes.route("your week show", hidden=True)
def show(request: Request, db: UnitOfWork) -> Reply:
    """The message behind a line of "Your week"."""
    number = arguments.identity(request.text)
    found = None if number is None else db.your_week.find(request.member, HeldId(number))
    if found is None:
        raise NotFound(GONE)
    return week_views.opened(found.message)


@routes.route("stop", help="Silence at once; then choose what is next.")
def stop(request: Request, db: UnitOfWork) -> Reply:
    """Nothing is sent any more, what is queued included, until the member says so."""
    wishes = replace(
        db.calm_setups.wishes(request.member), silence=Silence.STOPPED, silent_until=None
    )
    kept = db.your_week.silence(request.community, wishes, now=request.now)
    return views.stopped(
        db.members.get(request.member),
        kept=kept,
        in_coffee=db.coffee.participation(request.member).has_joined,
        partners=_partners(request, db),
    )


@routes.route(
    "pause everything",
    usage="[until when]",
    example="pause everything until 3 March",
    help="No messages and no matches for a while.",
)
def pause(request: Request, db: UnitOfWork) -> Reply:
    """Silence until a date; asked for without one, a form asks for it."""
    words = request.field("until") if request.is_submitted else request.text
    if not words:
        return views.pause_form(request.today)
    try:
        until = arguments.until(words, today=request.today)
    except NotUnderstood as error:
        if request.is_submitted:
            raise FormErrors({"until": str(error)}) from error
        raise
    ends = instant(datetime.combine(until, time()), request.zone)
    wishes = replace(
        db.calm_setups.wishes(request.member), silence=Silence.PAUSED, silent_until=ends
    )
    kept = db.your_week.silence(request.community, wishes, now=request.now)
    _plan_card(request, db)
    return views.paused(until, kept=kept)


@routes.route("resume everything", help="Hear from me again, after a pause or a stop.")
def resume(request: Request, db: UnitOfWork) -> Reply:
    """Messages and matches as before; what waited can be read at once."""
    wishes = db.calm_setups.wishes(request.member)
    was_silent = wishes.is_silent(request.now)
    if wishes.silence is not Silence.NONE:
        wanted = replace(wishes, silence=Silence.NONE, silent_until=None)
        db.calm_setups.save_wishes(request.community, wanted)
        _plan_card(request, db)
    waiting = db.your_week.waiting([request.member]).get(request.member, ())
    return views.resumed(kept=len(waiting), was_silent=was_silent)


@routes.route(
    "best time",
    usage="[12:30 or off]",
    example="best time 12:30",
    help="When what is not urgent suits you.",
)
def best_time(request: Request, db: UnitOfWork) -> Reply:
    """The local time of what is not urgent; a form asks for it."""
    wishes = db.calm_setups.wishes(request.member)
    words = request.field("time") if request.is_submitted else request.text
    if not words and not request.is_submitted:
        return views.best_time_form(wishes.best_time)
    try:
        chosen = None if words.lower() in {"", "off"} else arguments.clock(words)
        _check_is_awake(chosen, wishes.hours or db.calm_setups.of(request.community).hours)
    except MemberError as error:
        if request.is_submitted:
            raise FormErrors({"time": str(error)}) from error
        raise
    _save(request, db, replace(wishes, best_time=chosen))
    return views.best_time(chosen)


@routes.route(
    "quiet hours",
    usage="[20:00 to 08:00, off or usual]",
    example="quiet hours 19:00 to 09:00",
    help="When I leave you in peace.",
)
def quiet_hours(request: Request, db: UnitOfWork) -> Reply:
    """The member's own quiet hours; a form asks for them."""
    wishes = db.calm_setups.wishes(request.member)
    usual = db.calm_setups.of(request.community).hours
    if not request.is_submitted and not request.text:
        return views.quiet_hours_form(wishes.hours or usual)
    chosen = submitted_hours(request) if request.is_submitted else _typed_hours(request.text)
    # A best time that has become quiet would never come.
    is_kept = wishes.best_time is None or not _is_quiet(wishes.best_time, chosen or usual)
    best = wishes.best_time if is_kept else None
    _save(request, db, replace(wishes, hours=chosen, best_time=best))
    return views.quiet_hours(chosen or usual, is_own=chosen is not None)


def submitted_hours(request: Request) -> Hours:
    """The quiet hours of a form; raises ``FormErrors`` for what is no time."""
    times: dict[str, time] = {}
    for name in ("starts", "ends"):
        try:
            times[name] = arguments.clock(request.field(name))
        except NotUnderstood as error:
            raise FormErrors({name: str(error)}) from error
    return Hours(times["starts"], times["ends"], request.is_checked("weekends"))


def _typed_hours(words: str) -> Hours | None:
    """Hours as they were typed; None for the community's."""
    asked = words.strip().lower()
    if asked == "usual":
        return None
    return NO_HOURS if asked == "off" else Hours(*arguments.hours(words))


def _check_is_awake(chosen: time | None, hours: Hours) -> None:
    if chosen is not None and _is_quiet(chosen, hours):
        raise MemberError(
            f"{chosen:%H:%M} is in your quiet hours, {views.hours_in_words(hours)}. "
            "Choose another time, or change them with “quiet hours”."
        )


def _is_quiet(chosen: time, hours: Hours) -> bool:
    return hours.hold(datetime.combine(A_MONDAY.date(), chosen))


def _save(request: Request, db: UnitOfWork, wishes: Wishes) -> None:
    db.calm_setups.save_wishes(request.community, wishes)
    _plan_card(request, db)


def _plan_card(request: Request, db: UnitOfWork) -> None:
    """The next "Your week" of the member may come at another time now."""
    member = db.members.get(request.member)
    reader = db.calm_setups.readers(request.community, [member])[member.id]
    db.calm.plan_card(request.community, reader, now=request.now)


def _partners(request: Request, db: UnitOfWork) -> list[tuple[str, list[str]]]:
    """The open coffees of the member: what names each, and who waits for them there."""
    found = []
    for of, group in db.coffee.groups_of(request.member):
        mine, others = group.place(request.member), group.others(request.member)
        is_open = of.state is RoundState.SENT and group.state is GroupState.OPEN
        if is_open and mine.state is PlaceState.IN and mine.met not in {Met.YES, Met.COULDNT}:
            people = db.members.many(others)
            names = [people[each].first_name for each in others]
            found.append((str(group.id), names))
    return [each for each in found if each[1]]
