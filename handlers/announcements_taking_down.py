"""Announcements, as “take down” sees them: organisers write them, and any of them may."""

from collections.abc import Sequence

from bot.chat.requests import Request
from bot.domain import announcements as rules
from bot.domain.announcements import Announcement, State
from bot.domain.calm import Programme, Weight
from bot.domain.taking_down import Gone, Item, Kind
from bot.ids import MemberId
from bot.views import announcements as views
from bot.views import taking_down
from handlers.announcements import note
from storage import announcing, recipients
from storage.unit_of_work import UnitOfWork

NAME = "announcement"
NEWEST = 100


def _recent(request: Request, db: UnitOfWork, member: MemberId | None) -> Sequence[Item]:
    newest = db.announcements.newest(request.community, limit=NEWEST)
    return [_item(each) for each in newest if _is_seen(each) and member in {None, each.author}]


def _find(request: Request, db: UnitOfWork, number: int) -> Item | None:
    found = db.announcements.find(request.community, number)
    return _item(found) if found is not None and _is_seen(found) else None


def _remove(request: Request, db: UnitOfWork, item: Item, reason: str) -> Gone:
    found = db.announcements.find(request.community, item.number)
    if found is None:
        return Gone(0)
    tally = db.recipients.tally(found)
    mailed = db.posted.mailed(found.community, recipients.subject(found))
    announcing.take_down(db, found, now=request.now)
    db.announcements.save(rules.taken_down(found, now=request.now))
    note(request, db, "announce take down", found)
    if found.author not in {None, request.member}:
        db.calm.send_each(
            found.community,
            [found.author],
            lambda _: taking_down.announcement_was_taken_down(found.number, reason),
            programme=Programme.ANNOUNCEMENTS,
            weight=Weight.ALONE,
            key=f"{recipients.subject(found)}:taken-down",
            subject="taken down",
            now=request.now,
        )
    return Gone(tally.delivered - mailed + tally.posted, mailed)


def _is_seen(announcement: Announcement) -> bool:
    return announcement.has_begun and announcement.state is not State.CANCELLED


def _item(announcement: Announcement) -> Item:
    title = views.excerpt(announcement.text)
    return Item(NAME, announcement.number, title, announcement.author, announcement.begun_at)


KIND = Kind(NAME, _recent, _find, _remove, elsewhere="what people copied or answered to it")
"""What announcements contribute to “take down”."""
