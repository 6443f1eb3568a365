"""What the people of the example community do in a month, each act with its local time.

They plan and change sessions, tell stories, announce, ask, answer coffees, come, go and want to be
left in peace, by day and by night.
"""

from datetime import datetime, timedelta

from bot.chat.messages import Button, Buttons, Message
from bot.commands import example
from bot.domain.coffee import GroupState, PlaceState
from bot.ids import MemberId, SessionId
from tests.example_month import Act, Month
from tests.leaders import Leader, words

ORGANISER, OTHER_ORGANISER = 0, 1
# People by their place in the example: who stops, pauses, leaves and has hours of their own.
STOPS, PAUSES, LEAVES, BEST, LATE_RISER, STAYS_AWAY = 10, 11, 12, 13, 14, 15
AUTHORS = (20, 21, 22)
LISTENERS = range(2, 26)
MORE_LISTENERS = range(15, 45)
STORY = {"changed": "Falls dropped by half.", "whom": "Older people", "consent": "yes"}


async def sent_in(leader: Leader, asked: str, /, **answers: object) -> object:
    """The answer to a form that somebody filled in."""
    outcome = await leader.submits(await leader.says(asked), **answers)
    assert outcome.errors == {}, (asked, outcome)
    return outcome.reply


async def sets_all_up(month: Month) -> None:
    olu = month.person(ORGANISER)
    await sent_in(olu, "stories setup", digest="1", asked="3")
    await sent_in(olu, "prompts new", cadence="every week on Wednesday 10:00", way="direct")
    await month.person(BEST).says("best time 12:30")
    await month.person(LATE_RISER).says("quiet hours 18:00 to 9:30")


def plans(title: str, date: str, time: str, capacity: str = "") -> Act:
    """A session is planned."""

    async def act(month: Month) -> None:
        olu = month.person(ORGANISER)
        await sent_in(
            olu, "sessions create", title=title, date=date, time=time, capacity=capacity,
            link="https://meet.example/a",
        )  # fmt: skip

    return act


def sign_up(title: str, people: range) -> Act:
    """These people sign up for a session."""

    async def act(month: Month) -> None:
        for number in people:
            await does(month, number, f"sessions sign up {session(month, title)}")

    return act


def session(month: Month, title: str) -> SessionId:
    with month.community.database.transaction() as db:
        ahead = db.sessions.since(month.community.id, month.now - timedelta(days=9), limit=99)
    return next(each.id for each in ahead if each.details.title == title)


def said(number: int, typed: str) -> Act:
    """Somebody types words."""

    async def act(month: Month) -> None:
        await does(month, number, typed)

    return act


async def does(month: Month, number: int, typed: str) -> None:
    """What was typed was understood and done."""
    reply = words(await month.person(number).says(typed))
    assert not reply.startswith(NOT_DONE), (typed, reply)


def changes(title: str, **answers: str) -> Act:
    async def act(month: Month) -> None:
        about = session(month, title)
        await sent_in(month.person(ORGANISER), f"sessions edit {about}", **answers)

    return act


def cancels(title: str) -> Act:
    async def act(month: Month) -> None:
        about = session(month, title)
        await sent_in(month.person(ORGANISER), f"sessions cancel {about}", why="The host is ill.")

    return act


def gives_back(title: str, number: int) -> Act:
    async def act(month: Month) -> None:
        await does(month, number, f"sessions leave {session(month, title)}")

    return act


def adds_material(title: str) -> Act:
    async def act(month: Month) -> None:
        about = session(month, title)
        asked = f"sessions materials add {about}"
        await sent_in(month.person(ORGANISER), asked, title="Slides", url="https://a.example/s")

    return act


def announces(text: str, **answers: object) -> Act:
    """An announcement to everybody, by message."""

    async def act(month: Month) -> None:
        olu = month.person(ORGANISER)
        preview = await sent_in(olu, "announce", text=text, **answers)
        reply = await olu.taps(preview, "Send now")
        number = words(reply).split()[1]
        month.meant[f"announcement:{number}:"] = set(month.active())

    return act


def tells(number: int, title: str) -> Act:
    """A story is told and sent in."""

    async def act(month: Month) -> None:
        author = month.person(number)
        outcome = await author.submits(await author.says("story new"), title=title, **STORY)
        assert outcome.errors == {}, outcome

    return act


def publishes(title: str) -> Act:
    async def act(month: Month) -> None:
        olu = month.person(ORGANISER)
        card = await olu.says(f"story review {story(month, title)}")
        await olu.taps(card, "Approve")

    return act


def wants_to_try(title: str, number: int) -> Act:
    async def act(month: Month) -> None:
        await does(month, number, f"story try {story(month, title)}")

    return act


def story(month: Month, title: str) -> int:
    with month.community.database.transaction() as db:
        mine = [each for number in AUTHORS for each in db.stories.of(month.person(number).id)]
    return next(each.id for each in mine if each.title == title)


async def answer_their_coffees(month: Month) -> None:
    """In as many groups as meet somebody presses a button; in one they can't come."""
    groups = _open_groups(month)
    for at, (group, first) in enumerate(groups):
        leader = _leader(month, first)
        card = await leader.says(f"coffee card {group}")
        if at == 0:
            await leader.taps(card, "I can’t make it")
        elif at < len(groups) * example.MET:
            await _takes_a_time(leader, card)


async def writes_at_night(month: Month) -> None:
    """Somebody has the bot carry a line to their partner, late."""
    group, first = _open_groups(month)[-1]
    leader = _leader(month, first)
    form = await leader.says(f"coffee write {group}")
    assert (await leader.submits(form, words="Shall we say Friday?")).errors == {}


async def _takes_a_time(leader: Leader, card: Message) -> None:
    """The first time that is offered; where none is, they write a line."""
    taps = [
        item
        for block in card.blocks
        if isinstance(block, Buttons)
        for item in block.items
        if isinstance(item, Button)
    ]
    offered = next((each for each in taps if each.route == "coffee time"), None)
    if offered is not None:
        await leader.taps(card, offered.label)
        return
    form = await leader.taps(card, "Write")
    assert (await leader.submits(form, words="When would suit you?")).errors == {}


def _open_groups(month: Month) -> list[tuple[int, MemberId]]:
    with month.community.database.transaction() as db:
        newest = db.coffee.rounds(month.community.id)[0]
        groups = db.coffee.groups(newest.id)
    return [
        (each.id, each.people[0])
        for each in groups
        if each.state is GroupState.OPEN and each.place(each.people[0]).state is PlaceState.IN
    ]


def _leader(month: Month, member: MemberId) -> Leader:
    numbers = [each.id for each in month.community.people]
    return month.person(numbers.index(member))


async def comes_in(month: Month) -> None:
    """Somebody new is there, in the evening."""
    newcomer = month.community.stranger("Fay Newcomer", platform="web", user="")
    await newcomer.does("joined")


def is_silent(number: int, typed: str) -> Act:
    """Somebody wants to hear nothing from now on."""

    async def act(month: Month) -> None:
        await month.person(number).says(typed)
        month.fell_silent(month.person(number).id)

    return act


def leaves(number: int) -> Act:
    async def act(month: Month) -> None:
        leader = month.person(number)
        question = await leader.says("leave community")
        await leader.taps(question, "Leave")
        month.fell_silent(leader.id)

    return act


def hears_again(number: int) -> Act:
    async def act(month: Month) -> None:
        month.hears_again(month.person(number).id)
        await month.person(number).says("resume everything")

    return act


# How a reply begins that says that nothing was done.
NOT_DONE = ("I can’t", "I could not", "I don’t", "Did you mean", "Nobody", "You are not")
FRAILTY, WARDS, BREAKFAST, TALK = "Frailty at home", "Shared wards", "Early birds", "Talking money"

PLAN: tuple[tuple[datetime, str, Act], ...] = (
    (datetime(2026, 11, 23, 10, 5), "the setup", sets_all_up),
    (datetime(2026, 11, 24, 14, 0), "a session", plans(FRAILTY, "2026-12-03", "12:30")),
    (datetime(2026, 11, 24, 14, 5), "a session", plans(BREAKFAST, "2026-12-11", "08:30")),
    (datetime(2026, 11, 24, 14, 6), "a session", plans(WARDS, "2026-12-15", "16:00", "12")),
    (datetime(2026, 11, 24, 18, 0), "signing up", sign_up(FRAILTY, LISTENERS)),
    (datetime(2026, 11, 24, 19, 0), "coffee", answer_their_coffees),
    (datetime(2026, 11, 24, 21, 0), "signing up", sign_up(BREAKFAST, range(30, 40))),
    (datetime(2026, 11, 24, 21, 30), "coffee", writes_at_night),
    (datetime(2026, 11, 25, 9, 0), "signing up", sign_up(WARDS, MORE_LISTENERS)),
    (datetime(2026, 11, 25, 22, 30), "announcing", announces("Winter plan", acknowledge="yes")),
    (datetime(2026, 11, 26, 9, 30), "a story", tells(21, "One front door")),
    (datetime(2026, 11, 26, 20, 30), "a story", tells(20, "A calm ward")),
    (datetime(2026, 11, 27, 13, 0), "publishing", publishes("A calm ward")),
    (datetime(2026, 11, 30, 13, 0), "publishing", publishes("One front door")),
    (datetime(2026, 12, 2, 11, 0), "a change of a session", changes(FRAILTY, time="13:00")),
    (datetime(2026, 12, 2, 21, 0), "giving back", gives_back(WARDS, 16)),
    (datetime(2026, 12, 3, 16, 0), "materials", adds_material(FRAILTY)),
    (datetime(2026, 12, 3, 17, 0), "reminders", said(31, "sessions reminders 1 week")),
    (datetime(2026, 12, 4, 23, 0), "announcing at once", announces("Roads are closed", quiet=())),
    (datetime(2026, 12, 5, 21, 0), "somebody new", comes_in),
    (datetime(2026, 12, 7, 12, 0), "stop", is_silent(STOPS, "stop")),
    (datetime(2026, 12, 7, 12, 5), "a pause", is_silent(PAUSES, "pause everything 1 week")),
    (datetime(2026, 12, 7, 12, 10), "leaving", leaves(LEAVES)),
    (datetime(2026, 12, 8, 9, 30), "stop", is_silent(STAYS_AWAY, "stop")),
    (datetime(2026, 12, 8, 11, 0), "reminding", said(ORGANISER, "announce remind 6")),
    (datetime(2026, 12, 8, 12, 0), "coffee", answer_their_coffees),
    (datetime(2026, 12, 8, 21, 0), "quiet until", said(OTHER_ORGANISER, "quiet until 10 December")),
    (datetime(2026, 12, 10, 21, 0), "cancelling", cancels(BREAKFAST)),
    (datetime(2026, 12, 14, 15, 0), "hearing again", hears_again(STOPS)),
    (datetime(2026, 12, 16, 10, 0), "materials", adds_material(WARDS)),
    (datetime(2026, 12, 16, 22, 30), "announcing", announces("A mistake")),
    (datetime(2026, 12, 16, 22, 40), "cancelling it", said(ORGANISER, "announce cancel 8")),
    (datetime(2026, 12, 17, 12, 0), "trying", wants_to_try("A calm ward", 30)),
)
