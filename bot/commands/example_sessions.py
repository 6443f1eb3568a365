"""The example's learning sessions: one that was, a full one, an open chair, and wishes for more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bot.domain import sessions, sessions_places
from bot.domain.members import Member
from bot.domain.sessions import Details, Kind, Session, Witness
from bot.domain.sessions_after import Feedback, Worth
from bot.ids import CommunityId
from bot.times import at, local
from handlers import sessions_places as places
from storage import sessions_planning
from storage.unit_of_work import UnitOfWork

WAS = Details(
    title="What care homes wish hospitals knew",
    minutes=60,
    about="Three managers and a discharge nurse tell of one week.",
    speakers="A panel of four",
    link="https://meet.example/care-homes",
    priority="Care close to home",
    capacity=30,
)
FULL = Details(
    title="Virtual wards without new walls",
    minutes=45,
    about="How two boroughs share one team, what it cost and what they would do differently.",
    speakers="The shared team of two boroughs",
    place="Civic Centre, room 2; step-free from the side entrance",
    link="https://meet.example/virtual-wards",
    dial_in="020 7946 0000, code 2021",
    priority="Timely emergency care",
    capacity=8,
)
CHAIR = Details(
    title="Sit beside a chief executive for a day",
    minutes=240,
    kind=Kind.OPEN_CHAIR,
    speakers="A chief executive",
    place="Where they happen to be that day",
    capacity=2,
)
TOPICS = (
    "Running a meeting that ends early",
    "Data that a borough can share",
    "Estates for beginners",
)
WORDS = ("I will ring the home before, not after.", "More of this, and shorter slides.", "")
CAME, TOPIC_VOTES, NAMES_IN, ASKED = 0.8, 12, 5, 11


def make(
    db: UnitOfWork, community: CommunityId, people: Sequence[Member], *, now: datetime, rng: Random
) -> None:
    """Plan them, let the people sign up, and let those who came say how it was."""
    zone = db.communities.get(community).zone
    [organiser, *_] = db.members.organisers(community)
    today = local(now, zone).date()
    for details, days, asking in ((WAS, -9, 20), (FULL, 8, ASKED), (CHAIR, 15, NAMES_IN)):
        starts = at(today + timedelta(days=days), 12, 30)
        new = Session(sessions_planning.NOBODY_YET, community, details, starts, zone, organiser.id)
        before = min(now, new.begins - timedelta(days=7))
        session = db.sessions.add(replace(new, draws_at=sessions.draw_time(new, now=before)))
        for each in rng.sample(people, asking):
            places.take(db, session.id, each.id, now=before)
        if session.is_ahead(now):
            sessions_planning.plan(db, session, now=now)
        else:
            _look_back(db, session, rng)
    for title in TOPICS:
        voters = rng.sample(people, rng.randrange(2, TOPIC_VOTES))
        topic = db.session_topics.add(community, voters[0].id, title)
        for each in voters:
            db.session_topics.vote(community, topic, each.id)


def _look_back(db: UnitOfWork, session: Session, rng: Random) -> None:
    """Most came, and most of those say that it was worth it."""
    db.session_answers.add_material(
        session.community, session.id, title="Slides", url="https://files.example/care-homes"
    )
    for each in db.sessions.register(session).going:
        came = rng.random() < CAME
        noted = sessions_places.attendance(each, was_there=came, witness=Witness.ORGANISER)
        db.sessions.save_signup(session, noted)
        if came:
            said = Feedback(rng.choice((Worth.YES, Worth.YES, Worth.PARTLY)), rng.choice(WORDS))
            db.session_answers.save_feedback(session.community, session.id, each.member, said)
