"""What follows from a delivery, in the transaction that writes down how it ended.

Each result looks whether the delivery is its business; most are nobody's.
"""

from dataclasses import replace

from bot.chat.messages import Account, Message
from bot.chat.platform import DeliveryKind
from bot.domain import channels as domain
from bot.domain.channels import Channel, ChannelState
from bot.domain.members import MAIL
from bot.ids import MemberId, platform_of
from bot.views import channels as views
from bot.views import common, signing_in
from bot.views import deliveries as told
from jobs import coffee_telling, concerns
from storage import channel_posts, met, nudges, organisers
from storage.drain import Settled
from storage.outbox import CONFIDENTIAL, Priority, State
from storage.unit_of_work import UnitOfWork


def members_met(db: UnitOfWork, settled: Settled) -> None:
    """A workspace's list of people was read."""
    asked = settled.row.delivery
    if asked.kind is DeliveryKind.FETCH_MEMBERS and settled.state is State.SENT:
        met.take_in(
            db.connection,
            settled.row.community,
            asked.lane,
            settled.receipt.people,
            now=settled.now,
        )


def address_works(db: UnitOfWork, settled: Settled) -> None:
    """A mail server said whether an address exists; it is written to no more, or again."""
    asked = settled.row.delivery
    if asked.lane == MAIL and (settled.account_gone or settled.state is State.SENT):
        for address in asked.destination.users:
            db.mail.set_works(address, works=not settled.account_gone)


def account_gone(db: UnitOfWork, settled: Settled) -> None:
    """An account can't be reached any more: its message takes another way, if there is one.

    Organisers are told that there are such people, once a day, however many.
    """
    asked = settled.row.delivery
    users = asked.destination.users
    if not settled.account_gone or len(users) != 1:
        return
    is_news = asked.lane == MAIL or db.gone.mark(
        Account(asked.lane, users[0]), common.as_sentence(settled.reason), now=settled.now
    )
    to = db.elsewhere.send_on(settled)
    if to is not None:
        db.elsewhere.note(settled, told.sent_elsewhere(settled.reason, platform_of(to.lane)))
    if is_news:
        organisers.tell(
            db,
            settled.row.community,
            told.lost_some(),
            key=f"unreached:{settled.row.community}:{settled.now:%Y%m%d}",
            subject="unreached",
            now=settled.now,
        )


def group_apart(db: UnitOfWork, settled: Settled) -> None:
    """A group that can't be written to together is written to one by one.

    A coffee group is told how to find each other, since they share no conversation.
    """
    is_group = len(settled.row.delivery.destination.users) > 1
    if not is_group or not db.elsewhere.is_wanted(settled):
        return
    if not coffee_telling.tell_apart(db, settled):
        db.elsewhere.apart(settled)


def nudged(db: UnitOfWork, settled: Settled) -> None:
    """Whom only the web chat reaches is told by e-mail that something waits there.

    Not while they look in, and at most once a day.
    """
    asked = settled.row.delivery
    is_post = asked.kind is DeliveryKind.POST and settled.state is State.SENT
    if not (db.has_mail and is_post and domain.has_own_channels(asked.lane)):
        return
    for user in asked.destination.users:
        member = MemberId(int(user))
        to, at = db.mail.address_of(member), db.mail.next_nudge(member, now=settled.now)
        accounts = db.members.accounts_of(member)
        is_elsewhere = any(each.lane != asked.lane for each in accounts)
        if to is None or at is None or is_elsewhere or not db.web.unread(Account(asked.lane, user)):
            continue
        community = db.communities.get(settled.row.community)
        db.outbox.post(
            settled.row.community,
            to,
            signing_in.something_new(community.name),
            key=f"{nudges.subject(member)}:{settled.row.id}",
            subject=nudges.subject(member),
            now=settled.now,
            member=member,
            priority=Priority.REMINDER,
            not_before=at,
        )


def left_uncertain(db: UnitOfWork, settled: Settled) -> None:
    """Organisers are told that messages may not have arrived: once an hour, however many."""
    row = settled.row
    is_post = row.delivery.kind is DeliveryKind.POST and settled.state is State.UNCERTAIN
    # Who tries a channel is told of the trial by itself, and of nudges there are more.
    is_told = row.subject.startswith(("channel:", "doubts")) or nudges.is_nudge(row.subject)
    is_told = is_told or row.subject == CONFIDENTIAL
    if not is_post or is_told:
        return
    organisers.tell(
        db,
        row.community,
        told.doubted(),
        key=f"doubts:{row.community}:{settled.now:%Y%m%d%H}",
        subject="doubts",
        now=settled.now,
        priority=Priority.URGENT,
    )


def made_up_for(db: UnitOfWork, settled: Settled) -> None:
    """What was changed or taken down while it was being sent is changed or taken down now."""
    db.posted.catch_up(settled)


def not_deleted(db: UnitOfWork, settled: Settled) -> None:
    """Where a platform keeps a message, at least its words go."""
    asked = settled.row.delivery
    if asked.kind is DeliveryKind.DELETE and settled.state is State.CANNOT:
        db.posted.instead(settled, common.taken_back())


def channel_tried(db: UnitOfWork, settled: Settled) -> None:
    """Whether the bot can post in a channel is kept, and those concerned are told.

    Who chose the channel is told how its trial went. That posts fail later is told to all
    organisers, once.
    """
    asked = settled.row.delivery
    where = asked.destination.channel
    if not where or asked.kind is not DeliveryKind.POST:
        return
    for channel in db.channels.at(settled.row.community, asked.lane, where):
        is_trial = settled.row.subject == channel_posts.check_subject(channel)
        if settled.state is State.SENT:
            _works(db, settled, channel, is_trial=is_trial)
        elif settled.state is State.CANNOT or is_trial:
            _fails(db, settled, channel, is_trial=is_trial)


def _works(db: UnitOfWork, settled: Settled, channel: Channel, *, is_trial: bool) -> None:
    if channel.state is not ChannelState.READY:
        db.channels.set_state(channel.id, ChannelState.READY)
    if is_trial:
        _tell(db, settled, channel, views.ready(channel))


def _fails(db: UnitOfWork, settled: Settled, channel: Channel, *, is_trial: bool) -> None:
    reason = common.as_sentence(settled.reason)
    broken = replace(channel, state=ChannelState.CANNOT, reason=reason)
    db.channels.set_state(channel.id, broken.state, reason=reason)
    if is_trial:
        is_sure = settled.state is State.CANNOT
        _tell(db, settled, broken, views.cannot(broken) if is_sure else views.unsure(broken))
    elif channel.state is ChannelState.READY:
        key = f"{settled.row.delivery.key}:lost:{channel.purpose}"
        organisers.tell(
            db,
            channel.community,
            views.lost(broken),
            key=key,
            now=settled.now,
            priority=Priority.URGENT,
        )


def _tell(db: UnitOfWork, settled: Settled, channel: Channel, message: Message) -> None:
    """Tell whoever chose a channel, where they chose it if they can be reached there."""
    chosen_by = () if channel.set_by is None else db.members.accounts_of(channel.set_by)
    here = [account for account in chosen_by if account.lane == channel.lane]
    for account in (*here, *chosen_by)[:1]:
        db.outbox.post(
            channel.community,
            account,
            message,
            key=f"{settled.row.delivery.key}:told",
            subject="organisers",
            now=settled.now,
            member=channel.set_by,
            priority=Priority.URGENT,
        )


RESULTS = (
    members_met,
    # First whether an address works, then whether there is another way.
    address_works,
    account_gone,
    group_apart,
    nudged,
    left_uncertain,
    made_up_for,
    not_deleted,
    channel_tried,
    concerns.not_told,
)
