"""Posts in channels: said, changed and taken down in every workspace of a community."""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from bot.chat.messages import Message
from bot.chat.platform import DeliveryKind, Destination
from bot.domain import channels
from bot.domain.channels import Channel, Purpose
from bot.ids import CommunityId, Lane, MemberId
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork


def publish(
    db: UnitOfWork,
    community: CommunityId,
    purpose: Purpose,
    message: Callable[[Lane], Message],
    *,
    subject: str,
    now: datetime,
    member: MemberId | None = None,
    priority: Priority = Priority.PERSONAL,
    lanes: Collection[Lane] = (),
) -> int:
    """Post in the channel of every workspace, or those named; the channels where it is to be seen.

    ``message`` is asked for each lane, so that a platform's own people are mentioned. A workspace
    that has a post about the subject gets that one changed and none besides.
    """
    known = db.posted.revise(community, subject, message, now=now)
    found = channels.open_to(community, purpose, db.channels.places(community))
    wanted = [each for each in found if not lanes or each.lane in lanes]
    for each in wanted:
        if each.lane not in known:
            db.outbox.add(
                community,
                each.lane,
                DeliveryKind.POST,
                Destination(channel=each.channel),
                # Taken down and said anew is another post, at the same instant too.
                key=f"{subject}:{each.lane}:{secrets.token_hex(6)}",
                subject=subject,
                now=now,
                message=message(each.lane),
                member=member,
                priority=priority,
            )
    return len(known | {each.lane for each in wanted})


def try_channel(db: UnitOfWork, channel: Channel, message: Message, *, now: datetime) -> None:
    """Find out at once whether the bot can post in a channel, by posting there."""
    subject = check_subject(channel)
    db.outbox.cancel(channel.community, subject, now=now)
    db.outbox.add(
        channel.community,
        channel.lane,
        DeliveryKind.POST,
        Destination(channel=channel.channel),
        key=f"{subject}:{secrets.token_hex(6)}",
        subject=subject,
        now=now,
        message=message,
        priority=Priority.URGENT,
    )


def check_subject(channel: Channel) -> str:
    """What the trial of a channel is about in the outbox."""
    return f"channel:{channel.id}"
