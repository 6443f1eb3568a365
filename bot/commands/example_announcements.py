"""The example's announcements, sent, scheduled and drafted, and a question every week."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from bot.chat.messages import Account
from bot.chat.platform import Receipt
from bot.domain import announcements as rules
from bot.domain import example_announcements as invented
from bot.domain import prompts as prompt_rules
from bot.domain.announcements import Announcement, State, Way
from bot.domain.cadences import Cadence
from bot.domain.calm import Weight
from bot.domain.example_announcements import Invented
from bot.domain.members import Member
from bot.domain.opt_outs import Unasked
from bot.domain.prompt_questions import Pack
from bot.domain.prompts import Series
from bot.ids import AnnouncementId, CommunityId, PromptSeriesId
from bot.platforms.web import posts, send
from bot.times import instant, local
from bot.views import announcements as views
from bot.views import prompts as prompt_views
from bot.views.common import moment
from storage import announcing, prompting, prompts, recipients
from storage.drain import Claimed, Settled
from storage.outbox import State as Sending
from storage.unit_of_work import UnitOfWork
from storage.web import web_account

CLAIM = "example"
# More than the example's people and channels together.
MOST = 500
TOOK = timedelta(minutes=2)
# Whoever confirms does so within these minutes.
CONFIRMED_WITHIN = 2 * 24 * 60
ASKED = 5
ASKED_AT = time(9, 30)
MONDAY, WEDNESDAY = 0, 2


def make(
    db: UnitOfWork, community: CommunityId, people: Sequence[Member], *, now: datetime, rng: Random
) -> None:
    """Announce and ask what was invented, the oldest first."""
    zone = db.communities.get(community).zone
    [organiser, *_] = db.members.organisers(community)
    of = Announcement(
        AnnouncementId(0), community, 0, organiser.id, "", zone=zone, state=State.SENDING
    )
    # Somebody asked for none, so that a reason is to be seen.
    db.opt_outs.add(community, people[-1].id, Unasked.ANNOUNCEMENTS)
    for each in invented.SENT:
        _announce(db, of, each, at=now - each.ago, rng=rng)
    _schedule(db, of, now=now)
    draft = replace(of, text=invented.DRAFT, state=State.DRAFT, way=Way.BOTH)
    db.announcements.add(draft, now=now)
    _ask(db, community, organiser, now=now)


def _announce(
    db: UnitOfWork, of: Announcement, what: Invented, *, at: datetime, rng: Random
) -> None:
    """It went out then, arrived and was confirmed."""
    name = db.communities.get(of.community).name
    text = replace(
        of,
        text=what.text,
        audience=what.audience,
        way=what.way,
        wants_acknowledgement=what.wants_acknowledgement,
    )
    begun = rules.begun(db.announcements.add(text, now=at), now=at)
    letter = views.letter(begun, name)
    announcing.send(db, begun, letter=letter, post=views.post(begun, name), now=at)
    arrived = _arrive(db, of.community, at=at)
    db.announcements.save(rules.ended(begun, now=at + TOOK))
    silent = views.letter(begun, name, asks=False)
    for account, line in arrived:
        if rng.random() < what.confirmed:
            when = at + timedelta(minutes=rng.randrange(1, CONFIRMED_WITHIN))
            card = views.confirmed(silent, moment(local(when, of.zone)))
            db.web.replace_message(account, line, card)
            member = db.members.account_owner(account)
            if member is not None:
                db.recipients.acknowledge(begun, member.id, now=when)


def _schedule(db: UnitOfWork, of: Announcement, *, now: datetime) -> None:
    """One that goes out on the Monday of next week."""
    today = local(now, of.zone).date()
    monday = today + timedelta(days=7 - today.weekday() + MONDAY)
    when = Cadence(datetime.combine(monday, time(9, 0)))
    made = replace(of, text=invented.SCHEDULED, state=State.DRAFT, when=when)
    waiting = rules.scheduled(db.announcements.add(made, now=now))
    db.announcements.save(waiting)
    db.schedule.set_recurring(
        of.community, "announcement send", when.recurrence(of.zone, of.if_off),
        subject=recipients.subject(waiting), now=now,
    )  # fmt: skip


def _ask(db: UnitOfWork, community: CommunityId, organiser: Member, *, now: datetime) -> None:
    """A question every Wednesday in the prompts channel, some of them asked already."""
    kept = db.communities.get(community)
    zone, name = kept.zone, kept.name
    here = local(now, zone)
    last = datetime.combine(
        here.date() - timedelta(days=(here.weekday() - WEDNESDAY) % 7), ASKED_AT
    )
    last -= timedelta(weeks=last >= here)
    labels = [last - timedelta(weeks=ago) for ago in reversed(range(ASKED))]
    series = db.prompts.add(
        Series(
            PromptSeriesId(0), community, 0, organiser.id,
            Cadence(labels[0], "FREQ=WEEKLY;BYDAY=WE"), packs=(Pack.LEARNING, Pack.CONNECTION),
            own=invented.OWN_QUESTIONS, zone=zone,
        ),
        now=instant(labels[0], zone) - timedelta(days=1),
    )  # fmt: skip
    for label in labels:
        question = prompt_rules.next_question(series, db.prompts.asked(series))
        at = instant(label, zone)
        prompting.ask(
            db,
            series,
            in_channel=prompt_views.asked_in_channel(question, series, name),
            to_person=prompt_views.asked_of_person(question, series, name),
            weight=Weight.CAN_WAIT,
            label=label,
            now=at,
        )
        db.prompts.note(series, question, label=label)
        _arrive(db, community, at=at)
    db.schedule.set_recurring(
        community, "prompt ask", series.cadence.recurrence(zone, series.if_off),
        subject=prompts.subject(series), now=now,
    )  # fmt: skip


def _arrive(db: UnitOfWork, community: CommunityId, *, at: datetime) -> list[tuple[Account, int]]:
    """What waits in the web chat arrived then; the lines of people."""
    [organiser, *_] = db.members.organisers(community)
    lane = web_account(community, organiser.id).lane
    lines: list[tuple[Account, int]] = []
    for claimed in db.drain.claim(lane, CLAIM, now=at, limit=MOST):
        receipt = _kept(db, claimed, lines, at=at)
        db.drain.settle(CLAIM, Settled(claimed, Sending.SENT, at, receipt=receipt))
    return lines


def _kept(
    db: UnitOfWork, claimed: Claimed, lines: list[tuple[Account, int]], *, at: datetime
) -> Receipt:
    """Where a message stands from now on."""
    delivery = claimed.delivery
    said = posts.message(delivery)
    channel = delivery.destination.channel
    if channel:
        post = db.web.keep_post(delivery.lane, channel, said, key=delivery.key, now=at)
        return posts.receipt(channel, post)
    [user] = delivery.destination.users
    account = Account(delivery.lane, user)
    line = db.web.keep_message(account, said, key=delivery.key, now=at)
    lines.append((account, line.id))
    return send.receipt(lines[-1:])
