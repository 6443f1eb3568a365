"""Topics for learning sessions: suggested, voted for, planned or set aside."""

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import sessions_topics
from bot.domain.sessions_topics import Topic, TopicState
from bot.errors import FormErrors, MemberError, NotFound
from bot.ids import TopicId
from bot.views import sessions_topics as views
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("sessions topics", help="Topics that members would like; vote for yours.")
def topics(request: Request, db: UnitOfWork) -> Reply:
    """Those that wait for a session, the most wanted first."""
    return views.listing(
        db.session_topics.open(request.community),
        request.member,
        is_organiser=request.role is Role.ORGANISER,
    )


@routes.route(
    "sessions suggest",
    usage="[topic]",
    example="sessions suggest Working with housing",
    help="Suggest a topic for a session.",
    once=True,
)
def suggest(request: Request, db: UnitOfWork) -> Reply:
    """A topic, typed or by a form; one that is there already gets a vote."""
    title = request.field("title") if request.is_submitted else request.text
    if not title and not request.is_submitted:
        return views.suggest_form()
    try:
        title = sessions_topics.checked(title)
    except MemberError as error:
        if request.is_submitted:
            raise FormErrors({"title": str(error)}) from error
        raise
    known = sessions_topics.same(title, db.session_topics.open(request.community))
    if known is None:
        number = db.session_topics.add(request.community, request.member, title)
        return views.suggested(number, title)
    db.session_topics.vote(request.community, known.id, request.member)
    return views.voted(_topic(request, db, str(known.id)))


@routes.route(
    "sessions vote",
    usage="number of the topic",
    example="sessions vote 2",
    help="Say that you want a topic too.",
)
def vote(request: Request, db: UnitOfWork) -> Reply:
    """One vote a member and topic."""
    topic = _topic(request, db, request.text)
    db.session_topics.vote(request.community, topic.id, request.member)
    return views.voted(_topic(request, db, request.text))


@routes.route("sessions vote back", hidden=True)
def take_vote_back(request: Request, db: UnitOfWork) -> Reply:
    """I want it no more."""
    topic = _topic(request, db, request.text)
    db.session_topics.take_vote_back(topic.id, request.member)
    return views.vote_taken_back(topic)


@routes.route(
    "sessions topics close", usage="number of the topic", example="sessions topics close 2",
    help="Set a topic aside.",
    role=Role.ORGANISER,
)  # fmt: skip
def close(request: Request, db: UnitOfWork) -> Reply:
    """It is listed no more."""
    topic = _topic(request, db, request.text)
    db.session_topics.settle(topic.id, TopicState.CLOSED)
    db.audit.add(
        request.community, request.member, action="sessions topics close",
        subject=f"topic {topic.id}", now=request.now,
    )  # fmt: skip
    return views.closed(topic)


def _topic(request: Request, db: UnitOfWork, words: str) -> Topic:
    """The open topic of this number."""
    number = arguments.identity(words)
    found = None if number is None else db.session_topics.find(request.community, TopicId(number))
    if found is None or found.state is not TopicState.OPEN:
        raise NotFound("I can’t find that topic. Type “sessions topics” for all of them.")
    return found
