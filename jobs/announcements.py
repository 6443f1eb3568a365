"""Announcements, when it is time: begin to send, and look how far it has come."""

from bot.chat.schedule import ALWAYS, ROUND, Run, Schedule
from bot.domain import announcements as rules
from bot.domain.announcements import Announcement, State
from bot.ids import AnnouncementId
from bot.times import local
from bot.views import announcements as views
from bot.views import announcements_sent as sent_views
from bot.views.common import moment
from storage import announcing, recipients
from storage.unit_of_work import UnitOfWork

schedule = Schedule()

SEND = "announcement send"
LOOK = "announcement look"


def not_sent(run: Run, db: UnitOfWork) -> None:
    """Its time had passed by too much: organisers are told, and it is a draft again."""
    found = _announcement(run, db)
    if found.state is State.SENDING:
        found = rules.cancelled(found, now=run.now)
        db.announcements.save(found)
    elif found.state is State.SCHEDULED and not found.is_repeating:
        db.schedule.stop_recurring(run.community, SEND, subject=run.subject, now=run.now)
        db.announcements.save(rules.moved(found, State.DRAFT))
    announcing.missed(
        db,
        found,
        sent_views.missed(found, moment(local(run.due, found.zone))),
        key=f"{run.subject}:missed:{run.label:%Y-%m-%dT%H:%M}",
        now=run.now,
    )


@schedule.job(SEND, catch_up=ROUND, missed=not_sent)
def send(run: Run, db: UnitOfWork) -> None:
    """It goes out to those who are meant now; of one that repeats, an occurrence of its own."""
    found = _announcement(run, db)
    if found.state is State.SCHEDULED and found.is_repeating:
        made = db.announcements.add(rules.occurrence(found, now=run.now), now=run.now)
        _begin(run, db, rules.moved(made, State.SENDING))
    elif found.state is State.SCHEDULED:
        db.schedule.stop_recurring(run.community, SEND, subject=run.subject, now=run.now)
        _begin(run, db, rules.moved(found, State.SENDING))
    elif found.state is State.SENDING and not found.has_begun:
        _begin(run, db, found)


@schedule.job(LOOK, catch_up=ALWAYS)
def look(run: Run, db: UnitOfWork) -> None:
    """The author's card shows how far it has come; once nothing waits, it is sent."""
    found = _announcement(run, db)
    if found.state is not State.SENDING or found.begun_at is None:
        return
    tally = db.recipients.tally(found)
    if tally.is_over:
        found = rules.ended(found, now=run.now)
        db.announcements.save(found)
    else:
        _look_again(run, db, found)
    card = sent_views.progress(found, tally, is_report=True)
    announcing.report(db, found, card, now=run.now)


def _begin(run: Run, db: UnitOfWork, sending: Announcement) -> None:
    begun = rules.begun(sending, now=run.now)
    name = db.communities.get(run.community).name
    db.announcements.save(begun)
    announcing.send(
        db,
        begun,
        letter=views.letter(begun, name),
        post=views.post(begun, name),
        now=run.now,
    )
    card = sent_views.progress(begun, db.recipients.tally(begun), is_report=True)
    announcing.report(db, begun, card, now=run.now)
    _look_again(run, db, begun)


def _look_again(run: Run, db: UnitOfWork, found: Announcement) -> None:
    since = run.now - (found.begun_at or run.now)
    db.schedule.add(
        run.community,
        LOOK,
        subject=recipients.subject(found),
        label=local(run.now + rules.next_look(since=since), "UTC"),
        zone="UTC",
    )


def _announcement(run: Run, db: UnitOfWork) -> Announcement:
    return db.announcements.get(AnnouncementId(int(run.subject.removeprefix("announcement:"))))
