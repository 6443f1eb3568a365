"""An announcement on its way: the one place from which it reaches anybody but the asker."""

from datetime import datetime

from bot.chat.messages import Message
from bot.domain import channels
from bot.domain.announcements import Announcement
from bot.domain.calm import Programme, Weight
from bot.domain.channels import Channel, Purpose
from bot.ids import CommunityId, Lane
from storage import calm_many, channel_posts, organisers, recipients
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork


def channels_of(
    db: UnitOfWork, community: CommunityId, purpose: Purpose, lanes: tuple[Lane, ...]
) -> tuple[Channel, ...]:
    """The channels in which something is posted; without ``lanes``, those of all workspaces."""
    found = channels.open_to(community, purpose, db.channels.places(community))
    return tuple(each for each in found if not lanes or each.lane in lanes)


def send(
    db: UnitOfWork, announcement: Announcement, *, letter: Message, post: Message, now: datetime
) -> None:
    """Write down whom it is for, and a message for each of them and each channel."""
    subject = recipients.subject(announcement)
    if announcement.is_direct:
        db.recipients.write(announcement)
        calm_many.send(
            db,
            announcement.community,
            db.recipients.to(announcement),
            letter,
            programme=Programme.ANNOUNCEMENTS,
            weight=Weight.ALONE if announcement.respects_quiet else Weight.URGENT,
            key=subject,
            subject=subject,
            now=now,
        )
    if announcement.is_posted:
        _publish(db, announcement, post, now=now)


def reword(
    db: UnitOfWork,
    announcement: Announcement,
    *,
    letter: Message,
    confirmed: Message,
    reminder: Message,
    post: Message,
    now: datetime,
) -> None:
    """Say the new words wherever it is; who has confirmed it is not asked again."""
    subject = recipients.subject(announcement)
    has_confirmed = db.recipients.who_acknowledged(announcement)
    of = announcement.community
    db.bulk.revise(of, subject, confirmed, now=now, whose=has_confirmed)
    # Last, since whoever wants silence has not confirmed what waits for them.
    db.bulk.revise(of, subject, letter, now=now, whose=~has_confirmed)
    db.bulk.revise(of, _reminder(announcement), reminder, now=now)
    if announcement.is_posted:
        _publish(db, announcement, post, now=now)


def remind(db: UnitOfWork, announcement: Announcement, message: Message, *, now: datetime) -> int:
    """Ask those who have not confirmed it once more; how many."""
    people = db.recipients.count_unacknowledged(announcement)
    calm_many.send(
        db,
        announcement.community,
        db.recipients.unacknowledged(announcement),
        message,
        programme=Programme.ANNOUNCEMENTS,
        weight=Weight.ALONE if announcement.respects_quiet else Weight.URGENT,
        key=f"{_reminder(announcement)}:{now:%Y%m%d%H%M}",
        subject=_reminder(announcement),
        now=now,
        priority=Priority.REMINDER,
    )
    return people


def cancel(db: UnitOfWork, announcement: Announcement, *, now: datetime) -> int:
    """Send nothing more of it; how many messages that were."""
    subjects = (
        recipients.subject(announcement),
        recipients.channel_subject(announcement),
        _reminder(announcement),
    )
    return sum(db.outbox.cancel(announcement.community, each, now=now) for each in subjects)


def take_down(db: UnitOfWork, announcement: Announcement, *, now: datetime) -> None:
    """Let it be seen nowhere any more."""
    for subject in (
        recipients.subject(announcement),
        recipients.channel_subject(announcement),
        _reminder(announcement),
    ):
        db.bulk.take_down(announcement.community, subject, now=now)


def report(db: UnitOfWork, announcement: Announcement, card: Message, *, now: datetime) -> None:
    """Show the author how far it has come, on one card that changes."""
    subject = f"{recipients.subject(announcement)}:progress"
    if announcement.author is None:
        return
    known = db.posted.revise(announcement.community, subject, lambda _: card, now=now)
    if known:
        return
    db.calm.send(
        announcement.community,
        announcement.author,
        card,
        programme=Programme.ANNOUNCEMENTS,
        weight=Weight.ALONE,
        key=subject,
        subject=subject,
        now=now,
    )


def missed(db: UnitOfWork, announcement: Announcement, message: Message, *, key: str,
           now: datetime) -> None:  # fmt: skip
    """Tell the organisers that it did not go out."""
    organisers.tell(db, announcement.community, message, key=key, now=now, priority=Priority.URGENT)


def _publish(db: UnitOfWork, announcement: Announcement, post: Message, *, now: datetime) -> None:
    channel_posts.publish(
        db,
        announcement.community,
        Purpose.ANNOUNCEMENTS,
        lambda _: post,
        subject=recipients.channel_subject(announcement),
        now=now,
        lanes=announcement.lanes,
    )


def _reminder(announcement: Announcement) -> str:
    return f"{recipients.subject(announcement)}:reminder"
