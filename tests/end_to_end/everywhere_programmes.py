"""Every programme but coffee, over all platforms: who says what where, and what is then seen."""

import json
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from bot.chat.requests import Role
from bot.domain.south_east_london import INTERESTS, PROFESSIONS
from tests.end_to_end.bot_process import Bot, until
from tests.end_to_end.everywhere import LISTED, TEAMS, WITHIN, Everywhere
from tests.end_to_end.people import SHARED_INTERESTS
from tests.end_to_end.web_chat import WebChat, text_of, web_chat
from tests.slack_stand_in import Said as SaidInSlack
from tests.teams_stand_in import Said as SaidInTeams

# One in Teams, one in Slack and one on the web. An announcement is for these three alone: they are
# of three professions and have an interest in common.
IN_TEAMS, IN_SLACK, ON_WEB = THREE = (8, 26, 53)
MEANT = {
    "profession": ",".join(PROFESSIONS[number // 3 % len(PROFESSIONS)] for number in THREE),
    "audience": f"interest “{INTERESTS[IN_TEAMS % 3 * SHARED_INTERESTS]}”",
}
# Looks after the channels of the Slack workspace, one for each purpose.
SLACK_ORGANISER = 12
SLACK_CHANNELS = {
    "introductions": "C0HELLO",
    "stories": "C0STORY",
    "announcements": "C0NEWS",
    "prompts": "C0ASK",
}
TEAMS_CHANNEL = LISTED[TEAMS][0]
SESSION = "Virtual wards in plain words"
STORY = "Every home on our list rings one number now, and a nurse answers."
TWO = "2 celebrate it"
CLOSED, OPEN = "The bridge at Invented Lane is closed.", "The bridge at Invented Lane is open."
QUESTION = "Which door did somebody open for you?"


async def programmes(place: Everywhere, bot: Bot, session: str) -> None:
    """One after the other, as one week may have them."""
    async with web_chat(bot, session) as web:
        before = await what_came_before(place, web)
        await channels_are_set(place)
        await introduced(place, web)
        await held(place, web)
        await told(place, web)
        await announced(place, web)
        await asked(place, web)
        await inboxes_show_what_was_said(place, web, before)


async def channels_are_set(place: Everywhere) -> None:
    """By an organiser in Teams and by one in Slack; the web chat has channels of its own."""
    organiser = place.leaders[SLACK_ORGANISER]
    with place.database.transaction() as db:
        member = db.members.by_email(db.communities.all()[0].id, organiser.email)
        assert member is not None
        # As “python -m bot organiser add” does, without another process to start.
        db.members.set_role(member.id, Role.ORGANISER)
    for purpose, channel in SLACK_CHANNELS.items():
        place.slack.channel(channel, place.leaders[IN_SLACK].user, organiser.user)
        words = f"/leaders channel {purpose} here"
        await place.slack.command(organiser.user, words, channel=channel)
        words = f"channel {purpose} here"
        await place.teams.mentions(place.organiser, words, conversation=TEAMS_CHANNEL)
    for purpose in SLACK_CHANNELS:
        await in_channels(place, purpose, first_post(purpose))


def first_post(purpose: str) -> str:
    """How the trial of a channel begins."""
    return f"{purpose.capitalize()} will be posted here."


async def in_channels(
    place: Everywhere, purpose: str, beginning: str
) -> tuple[SaidInSlack, SaidInTeams]:
    """The posts that begin so in the channels of Slack and Teams, once they are there."""
    reader = place.leaders[IN_SLACK].user
    in_slack = await place.in_slack(reader, beginning, channel=SLACK_CHANNELS[purpose])
    in_teams = await until(
        lambda: next(
            (
                said
                for said in place.teams.seen_by("", TEAMS_CHANNEL)
                if said.text.startswith(beginning)
            ),
            None,
        ),
        what=f"“{beginning}” in a channel of Teams",
        within=WITHIN,
    )
    return in_slack, in_teams


async def introduced(place: Everywhere, web: WebChat) -> None:
    """Somebody in Teams introduces themselves, to everybody wherever they are."""
    leader = place.leaders[IN_TEAMS]
    await place.teams.says(leader.user, "introduce")
    await place.teams.submits(leader.user, job="Renal nurse", consent="yes")

    await place.in_teams(leader.user, f"Thank you, {leader.name.split()[0]}.")
    posts = await in_channels(place, "introductions", "New among us:")
    on_web = await web.sees("New among us:", channel="introductions")
    shown = [*(said.text for said in posts), text_of(on_web)]
    assert [(leader.name in each, "Renal nurse" in each) for each in shown] == [(True, True)] * 3


async def held(place: Everywhere, web: WebChat) -> None:
    """A session is planned in Teams, signed up for on each platform, and moved."""
    in_teams, in_slack = place.leaders[IN_TEAMS].user, place.leaders[IN_SLACK].user
    day = datetime.now(UTC) + timedelta(days=9)
    await place.teams.says(place.organiser, "sessions create")
    await place.teams.submits(
        place.organiser, title=SESSION, date=f"{day:%Y-%m-%d}", time="12:30", place="Room 1"
    )
    planned = await place.in_teams(place.organiser, "Planned.")
    await place.teams.taps(place.organiser, planned, "Post it in the channels")

    await place.teams.says(in_teams, "sessions sign up 1")
    await place.slack.command(in_slack, "/leaders sessions sign up 1")
    await web.says("sessions sign up 1")
    await place.in_teams(in_teams, "You have a place")
    await place.in_slack(in_slack, "You have a place")
    await web.sees("You have a place")

    await place.teams.says(place.organiser, "sessions edit 1")
    await place.teams.submits(place.organiser, place="Room 2")
    told = [
        (await place.in_teams(in_teams, f"{SESSION} has ")).text,
        (await place.in_slack(in_slack, f"{SESSION} has ")).text,
        text_of(await web.sees(f"{SESSION} has ")),
    ]
    assert ["Room 2" in each for each in told] == [True] * 3


async def told(place: Everywhere, web: WebChat) -> None:
    """A story is told in Slack, approved in Teams, and celebrated on the web and in Slack."""
    author, reader = place.leaders[IN_SLACK], place.leaders[SLACK_ORGANISER]
    await place.slack.command(author.user, "/leaders story")
    await place.slack.submits(
        author.user, changed=STORY, whom="People in care homes", consent=["yes"]
    )
    waits = await place.in_teams(place.organiser, "A story waits for you:")
    await place.teams.taps(place.organiser, waits, "Read it")
    read = await place.in_teams(place.organiser, f"“{STORY[:20]}")
    await place.teams.taps(place.organiser, read, "Approve")

    in_slack, in_teams = await in_channels(place, "stories", STORY[:20])
    await place.in_slack(author.user, "Your story is published")
    on_web = await web.sees(STORY[:20], channel="stories")
    assert [author.name in each for each in (in_slack.text, in_teams.text, text_of(on_web))] == [
        True
    ] * 3
    await web.taps(on_web, "Celebrate")
    await place.slack.taps(reader.user, in_slack, "Celebrate")
    for post in (in_slack, in_teams):
        await until(lambda post=post: TWO in post.text, what="two who celebrate", within=WITHIN)
    assert TWO in text_of(await web.sees(STORY[:20], channel="stories"))


async def announced(place: Everywhere, web: WebChat) -> None:
    """To three people and the channels; confirmed everywhere, reworded and taken down."""
    organiser = place.organiser
    in_teams, in_slack = place.leaders[IN_TEAMS].user, place.leaders[IN_SLACK].user
    await place.teams.says(organiser, "announce")
    await place.teams.submits(
        organiser, text=CLOSED, **MEANT, way="both", acknowledge="yes", quiet=""
    )
    preview = await place.in_teams(organiser, "Announcement 1 is a draft.")
    await place.teams.taps(organiser, preview, "Send now")
    await place.in_teams(organiser, "Announcement 1 is on its way to 3 people and 3 channels.")

    letter = await place.in_teams(in_teams, CLOSED)
    note = await place.in_slack(in_slack, CLOSED)
    line = await web.sees(CLOSED)
    await in_channels(place, "announcements", CLOSED)
    await web.sees(CLOSED, channel="announcements")
    await place.teams.taps(in_teams, letter, "I have read this")
    await place.slack.taps(in_slack, note, "I have read this")
    await web.taps(line, "I have read this")
    await confirmed(place, 3)

    await place.teams.says(organiser, "announce edit 1")
    await place.teams.submits(organiser, text=OPEN)
    changed = [
        json.dumps((await place.in_teams(in_teams, OPEN)).seen_by(in_teams)),
        json.dumps((await place.in_slack(in_slack, OPEN)).blocks),
        json.dumps(await web.sees(OPEN)),
    ]
    # Nobody is asked again for what they confirmed.
    assert ["I have read this" in each for each in changed] == [False] * 3
    await in_channels(place, "announcements", OPEN)
    await web.sees(OPEN, channel="announcements")

    await place.teams.says(organiser, "announce take down 1")
    await until(lambda: nowhere(place, OPEN), what="end of it", within=WITHIN)
    await until(lambda: not_on_web(web, OPEN), what="end of it on the web", within=WITHIN)
    assert nowhere(place, CLOSED)


async def confirmed(place: Everywhere, people: int) -> None:
    """So many have confirmed it, as the organiser is told."""
    await place.teams.says(place.organiser, "announce people 1")
    await place.in_teams(place.organiser, "Announcement 1: ")
    with place.database.transaction() as db:
        found = db.announcements.find(db.communities.all()[0].id, 1)
        assert found is not None
        tally = db.recipients.tally(found)
    assert (tally.people, tally.acknowledged) == (3, people)


def nowhere(place: Everywhere, beginning: str) -> bool:
    """Whether nobody sees a message that begins so in Slack or Teams."""
    said = [*place.slack.said, *place.teams.said]
    return not [each for each in said if each.text.startswith(beginning)]


async def not_on_web(web: WebChat, beginning: str) -> bool:
    shown = [*await web.entries(), *await web.posts("announcements")]
    return not [each for each in shown if text_of(each).startswith(beginning)]


async def asked(place: Everywhere, web: WebChat) -> None:
    """A question of a series is asked in every channel."""
    await place.teams.says(place.organiser, "prompts new")
    # Nothing is asked by itself while this runs.
    day = f"{datetime.now(UTC) + timedelta(days=3):%A}"
    await place.teams.submits(
        place.organiser, cadence=f"every week on {day} 09:30", packs="", own=QUESTION
    )
    await place.in_teams(place.organiser, "Prompts 1 are set up.")
    await place.teams.says(place.organiser, "prompts ask 1")

    await in_channels(place, "prompts", QUESTION)
    await web.sees(QUESTION, channel="prompts")


async def inboxes_show_what_was_said(place: Everywhere, web: WebChat, before: list[int]) -> None:
    """What three people see of it in the end, and what stands in the channels."""
    inboxes = [
        [said.text for said in place.teams.seen_by(place.leaders[IN_TEAMS].user)],
        [said.text for said in place.slack.seen_by(place.leaders[IN_SLACK].user)],
        [text_of(entry) for entry in await web.entries() if text_of(entry)],
    ]
    signed_up, moved = f"You have a place in {SESSION}, ", f"{SESSION} has another place."
    expected = [
        ["Thank you, Ada. You are introduced.", signed_up, moved],
        [signed_up, moved, f"Your story is published: “{STORY[:20]}"],
        [signed_up, moved, f"Noted, with joy: 1 person celebrates “{STORY[:20]}"],
    ]
    seen = [texts[number:] for texts, number in zip(inboxes, before, strict=True)]
    assert shortened(seen, expected) == expected

    posts = {
        "introductions": ["New among us:"],
        "stories": [STORY[:20]],
        "announcements": [SESSION],
        "prompts": [QUESTION],
    }
    reader = place.leaders[IN_SLACK].user
    on_web = [[text_of(each) for each in await web.posts(purpose)] for purpose in posts]
    assert shortened(on_web, [*posts.values()]) == [*posts.values()]
    in_slack = [
        [said.text for said in place.slack.seen_by(reader, SLACK_CHANNELS[purpose])][1:]
        for purpose in posts
    ]
    assert shortened(in_slack, [*posts.values()]) == [*posts.values()]
    in_teams = [
        said.text
        for said in place.teams.seen_by("", TEAMS_CHANNEL)
        if not said.text.startswith(("I have answered you in", *map(first_post, posts)))
    ]
    order = ("introductions", "announcements", "stories", "prompts")
    there = [[words for purpose in order for words in posts[purpose]]]
    assert shortened([in_teams], there) == there


async def what_came_before(place: Everywhere, web: WebChat) -> list[int]:
    """How many messages the three see now."""
    return [
        len(place.teams.seen_by(place.leaders[IN_TEAMS].user)),
        len(place.slack.seen_by(place.leaders[IN_SLACK].user)),
        sum(bool(text_of(entry)) for entry in await web.entries()),
    ]


def shortened(seen: list[list[str]], expected: list[list[str]]) -> list[list[str]]:
    """The messages of each list, cut to the length of what they should begin with."""
    return [
        [text[: len(words)] for text, words in zip_longest(texts, beginnings, fillvalue="missing")]
        for texts, beginnings in zip(seen, expected, strict=True)
    ]
