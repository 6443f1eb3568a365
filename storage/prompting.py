"""A prompt on its way: the one place from which a question reaches people."""

from datetime import datetime

from bot.chat.messages import Message
from bot.domain.announcements import Way
from bot.domain.calm import Programme, Weight
from bot.domain.channels import Channel, Purpose
from bot.domain.prompts import Series
from storage import announcing, channel_posts, prompts
from storage.unit_of_work import UnitOfWork


def ask(
    db: UnitOfWork,
    series: Series,
    *,
    in_channel: Message,
    to_person: Message,
    weight: Weight,
    label: datetime,
    now: datetime,
) -> bool:
    """Post the question where the series asks; False where there is nowhere and nobody."""
    subject = f"{prompts.subject(series)}:{label:%Y-%m-%dT%H:%M}"
    posts = 0
    if series.way is not Way.DIRECT:
        posts = channel_posts.publish(
            db, series.community, Purpose.PROMPTS, lambda _: in_channel,
            subject=subject, now=now, lanes=series.lanes,
        )  # fmt: skip
    if series.way is Way.CHANNELS:
        return posts > 0
    to = prompts.to(series, has_mail=db.has_mail)
    asked = db.prompts.people(to)
    db.calm.send_each(
        series.community, asked, lambda _: to_person,
        programme=Programme.PROMPTS, weight=weight,
        key=f"{subject}:person", subject=f"{subject}:person", now=now,
    )  # fmt: skip
    return posts > 0 or bool(asked)


def people(db: UnitOfWork, series: Series) -> int:
    """How many would be asked in a message now."""
    if series.way is Way.CHANNELS:
        return 0
    return db.prompts.count(prompts.to(series, has_mail=db.has_mail))


def channels(db: UnitOfWork, series: Series) -> tuple[Channel, ...]:
    """The channels in which it is asked."""
    if series.way is Way.DIRECT:
        return ()
    return announcing.channels_of(db, series.community, Purpose.PROMPTS, series.lanes)


def tell(db: UnitOfWork, series: Series, message: Message, *, key: str, now: datetime) -> None:
    """Tell the organisers that a question was not asked."""
    db.calm.send_each(
        series.community, [each.id for each in db.members.organisers(series.community)],
        lambda _: message, programme=Programme.PROMPTS, weight=Weight.ORDINARY,
        key=key, subject="organisers", now=now,
    )  # fmt: skip
