"""A round of coffee over two Slack workspaces, two Teams tenants and the web, by the whole bot."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from storage.outbox import State
from tests.end_to_end import everywhere, people
from tests.end_to_end.bot_process import Bot, until
from tests.end_to_end.everywhere import (
    ACROSS_TEAMS,
    AVOIDING,
    DOUBLE,
    HOMES,
    IN_SLACK,
    INSTALLED,
    LISTED,
    OTHER_TEAM,
    OTHER_TEAMS_AND_WEB,
    PAGE,
    TEAMS_AND_SLACK,
    TEAMS_AND_WEB,
    WITHIN,
    Everywhere,
    links,
)
from tests.end_to_end.everywhere_checks import (
    CANTEEN,
    GLADLY,
    each_conversation_was_opened_as_it_needs,
    each_is_told_how_to_reach_the_others,
    everybody_is_in_one_group,
    everything_is_read_without_its_buttons,
    nothing_secret_was_logged,
    teams_takes_everything,
    those_who_asked_for_patience_were_given_it,
)
from tests.end_to_end.everywhere_programmes import programmes
from tests.end_to_end.people import ORGANISER
from tests.end_to_end.place import (
    Entered,
    met_on_web,
    nobody_is_with_whom_they_may_not,
    slack_takes_everything,
    tapped,
)
from tests.slack_stand_in import TEAM
from tests.teams_stand_in import everything

# All messages of the round, at four a second in each Slack workspace, with a 429 and a restart.
ROUND_WITHIN = 40


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/leaders.db"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Everywhere]:
    async with everywhere.everywhere(tmp_path, database_url) as place:
        yield place


async def test_round_reaches_everybody_once_wherever_they_are(place: Everywhere) -> None:
    if not place.database.is_sqlite:
        await place.runs("migrate")

    async with place.bot() as bot:
        await connected(place)
        await imported(place)
        await arrived_in_teams(place)
        code = await joined_by_code(place)
        await avoided(place)
        await set_up(place)
        await run(place)
        # Most of it still waits: each Slack workspace takes four messages a second.
        await until(place.cards_in_slack, what="begun round", within=ROUND_WITHIN)
        # A restart in mid-round, as when a new version is put in place.
        assert await bot.ended() == 0
    assert place.states()[State.SENDING] == 0
    assert place.states()[State.QUEUED] > 0

    async with place.bot() as bot:
        await until(place.is_round_out, what="round that is out", within=ROUND_WITHIN)
        groups = everywhere.told_everywhere(place)
        everybody_is_in_one_group(place, groups)
        nobody_is_with_whom_they_may_not(place, groups)
        each_is_told_how_to_reach_the_others(place, groups)
        each_conversation_was_opened_as_it_needs(place)

        await words_are_carried(place)
        visitor = await words_are_carried_to_the_web(place, bot)
        await a_time_is_agreed(place)
        await met_in_teams(place)
        await met_in_slack(place)
        secrets = await met_on_web(place, bot, place.leaders[OTHER_TEAMS_AND_WEB[1]])
        await place.teams.says(place.organiser, "coffee report")
        report = await place.in_teams(place.organiser, "Round 1 of coffee: under way")
        assert "Met: 10% of groups (3 of 30)" in report.text
        assert "Answered: 3 of 61 people" in report.text

        await programmes(place, bot, secrets.session)
        await until(place.is_quiet, what="end of all that waits", within=WITHIN)
        assert await bot.ended() == 0

    assert set(place.states()) <= {State.SENT, State.CANCELLED}
    slack_takes_everything(place.slack)
    teams_takes_everything(place)
    everything_is_read_without_its_buttons(place)
    # Each of the two starts asked for one.
    assert len(place.identity.issued) <= 2
    nothing_secret_was_logged(place, secrets, visitor, code=code)
    those_who_asked_for_patience_were_given_it(place)


async def connected(place: Everywhere) -> None:
    """The bot comes into both workspaces by the community's link, and into both teams."""
    told = await place.runs("community", "links")
    (link,) = re.findall(r"Slack: (http\S+)", told)
    place.slack.workspaces.revoke(TEAM)
    for team in (TEAM, OTHER_TEAM):
        page = await everywhere.installed_in_slack(place, link, team)
        assert place.slack.workspaces.all[team].name in page
    # The organiser, appointed by their account alone, is called by their name from now on.
    await place.teams.installs(place.organiser)
    await place.in_teams(place.organiser, f"Welcome, {place.leaders[ORGANISER].name.split()[0]}.")
    for conversation, numbers in LISTED.values():
        await place.teams.adds_bot(everywhere.object_id(numbers[0]), conversation)


async def imported(place: Everywhere) -> None:
    """The spreadsheet becomes members, who are found by their e-mail wherever they are."""
    table = people.write(place.leaders, place.folder / "leaders.csv")

    told = await place.runs("import", "members", str(table))

    assert told.splitlines()[-1] == "60 added, 1 updated, 0 unchanged, 0 with problems."
    known = Counter(lane for lane in HOMES if lane.startswith("slack:"))
    for lane, (_, numbers) in LISTED.items():
        assert len(numbers) >= 2 * PAGE
        known[lane] = len({*numbers, ORGANISER} if lane == HOMES[ORGANISER] else numbers)
    for lane, number in known.items():
        await until(
            lambda lane=lane, number=number: place.accounts(lane) == number,
            what=f"everybody in {lane}",
            within=WITHIN,
        )


async def arrived_in_teams(place: Everywhere) -> None:
    """Some add the bot for themselves and are greeted; the organiser joins coffee."""
    for number in INSTALLED:
        if number != ORGANISER:
            leader = place.leaders[number]
            await place.teams.installs(leader.user)
            await place.in_teams(leader.user, f"Welcome, {leader.name.split()[0]}.")
    await place.teams.says(place.organiser, "coffee join")
    await place.in_teams(place.organiser, "You are in")


async def joined_by_code(place: Everywhere) -> str:
    """Somebody known in Slack comes to Teams, is asked who they are, and proves it."""
    leader, there = place.leaders[DOUBLE], everywhere.object_id(DOUBLE)
    await place.teams.installs(there)
    question = await place.in_teams(there, f"Are you {leader.name}, whom I know from Slack")
    await place.teams.taps(there, question, "Yes, that is me")
    asked = await place.in_slack(leader.user, "Somebody in Teams says that they are you.")
    await place.slack.taps(leader.user, asked, "Show the code")
    shown = await place.in_slack(leader.user, "Your code is")
    (code,) = re.findall(r"Your code is (\w{4}-\w{4})\.", shown.text)

    await place.teams.says(there, f"link {code}")

    await place.in_teams(there, f"You are one member now: {leader.name}.")
    return str(code)


async def avoided(place: Everywhere) -> None:
    """One in Teams and one in Slack say whom they avoid on the other; Teams tells it again."""
    (first, its), (second, other) = (
        (place.leaders[one], place.leaders[another]) for one, another in AVOIDING
    )
    await place.teams.says(first.user, f"coffee avoid {its.name}")
    for is_new in (False, True):
        assert (await place.teams.repeats(new_id=is_new)).status == 200
    await place.slack.command(second.user, f"/coffee avoid @{other.name}")

    await place.in_slack(second.user, f"I will not match you with {other.name}.")
    said = [each.text for each in place.teams.seen_by(first.user)]
    answers = [text for text in said if text.startswith("I will not match you with ")]
    assert answers == [answers[0]]
    assert its.name in answers[0]


async def set_up(place: Everywhere) -> None:
    """The form stands in the chat, and keeps what was filled in where it is not understood."""
    organiser = place.organiser
    # No round by itself while this runs.
    day = f"{datetime.now(UTC) + timedelta(days=3):%A}"
    await place.teams.says(organiser, "coffee setup")

    await place.teams.submits(organiser, rhythm="every Blursday", size="2", theme="none")
    (form,) = (one for one in place.teams.seen_by(organiser) if one.seen)
    marked = json.dumps(form.seen_by(organiser), ensure_ascii=False)
    assert ("every Blursday" in marked, "Please look again at: " in marked) == (True, True)

    await place.teams.submits(
        organiser, rhythm=f"every 2 weeks on {day} 09:00", size="2", theme="none"
    )
    assert form.text.startswith("Coffee is set up.")
    assert form == await place.in_teams(organiser, "Coffee is set up.")


async def run(place: Everywhere) -> None:
    """The organiser has everybody matched; both platforms once ask for patience."""
    place.slack.limit("chat.postMessage", retry_after=1)
    place.teams.limit("open", retry_after=1)
    card = await place.in_teams(place.organiser, "Coffee is set up.")
    await place.teams.taps(place.organiser, card, "Run a round now")
    await place.in_teams(place.organiser, "I am matching everybody now.")


async def words_are_carried(place: Everywhere) -> None:
    """From Teams to Slack in a dialog, which Teams sends twice, and the answer back in a modal."""
    writer, reader = (place.leaders[number] for number in TEAMS_AND_SLACK)
    first_name = reader.name.split()[0]
    await place.teams.opens(writer.user, place.coffee_card(writer), f"Write to {first_name}")
    await place.teams.submits(writer.user, words=CANTEEN)
    await place.teams.repeats(new_id=True)
    carried = await place.in_slack(reader.user, f"{writer.name} writes about your coffee:")
    assert CANTEEN in carried.text

    place.teams.limit("send", retry_after=1)
    await place.slack.taps(reader.user, carried, f"Answer {writer.name.split()[0]}")
    await place.slack.submits(reader.user, words=GLADLY)
    answer = await place.in_teams(writer.user, f"{reader.name} writes about your coffee:")
    assert GLADLY in answer.text
    arrived = [said.text for said in place.slack.seen_by(reader.user)]
    assert sum(CANTEEN in text for text in arrived) == 1


async def words_are_carried_to_the_web(place: Everywhere, bot: Bot) -> Entered:
    """From Teams to the web chat and back."""
    writer, reader = (place.leaders[number] for number in TEAMS_AND_WEB)
    first_name, page = reader.name.split()[0], {"Origin": bot.address}
    await place.teams.opens(writer.user, place.coffee_card(writer), f"Write to {first_name}")
    await place.teams.submits(writer.user, words=CANTEEN)

    link = (await place.runs("invite", reader.email)).strip()
    async with aiohttp.ClientSession(headers=page) as http:
        async with http.post(link, allow_redirects=False) as response:
            session = response.cookies["leaders"].value
        cookies = {"leaders": session}

        async def arrived() -> dict[str, Any] | None:
            async with http.get(f"{bot.address}/chat/entries", cookies=cookies) as response:
                entries = (await response.json())["entries"]
            return next((each for each in entries if CANTEEN in each["card"]["text"]), None)

        carried = await until(arrived, what="words on the web", within=WITHIN)
        asked = tapped(carried, f"Answer {writer.name.split()[0]}")
        async with http.post(f"{bot.address}/chat/tap", json=asked, cookies=cookies) as response:
            form = (await response.json())["form"]
        sent = {name: form[name] for name in ("route", "value", "token")}
        sent["fields"] = {"words": [GLADLY]}
        async with http.post(f"{bot.address}/chat/submit", json=sent, cookies=cookies) as response:
            assert (await response.json())["errors"] == {}
    answer = await place.in_teams(writer.user, f"{reader.name} writes about your coffee:")
    assert GLADLY in answer.text
    return Entered(link.rpartition("/")[2], session)


async def a_time_is_agreed(place: Everywhere) -> None:
    """Tapped in Teams and in Slack, and the same for both."""
    one, other = (place.leaders[number] for number in TEAMS_AND_SLACK)
    card = place.coffee_card(one)
    slots = [
        action["title"]
        for action in everything(card.card)
        if action.get("data", {}).get("leaders", {}).get("r") == "coffee time"
    ]
    invitation = await place.in_slack(other.user, f"Coffee: {one.name}")

    await place.teams.taps(one.user, card, slots[0])
    await place.in_teams(one.user, "Noted: ")
    await place.slack.taps(other.user, invitation, slots[0])

    agreed = await place.in_teams(one.user, "You are meeting on ")
    in_slack = await place.in_slack(other.user, "You are meeting on ")
    calendar = {
        *(url for url in links(agreed.card) if "/calendar/" in url),
        *(url for url in links(in_slack.blocks) if "/calendar/" in url),
    }
    (address,) = calendar
    async with aiohttp.ClientSession() as http, http.get(address) as file:
        assert (file.status, file.content_type) == (200, "text/calendar")
        written = await file.text()
    assert (one.name in written, other.name in written) == (True, True)


async def met_in_teams(place: Everywhere) -> None:
    """A tap changes the card for good; told again, it changes nothing more."""
    leader = place.leaders[ACROSS_TEAMS[0]]
    card = place.coffee_card(leader)
    before = len(place.teams.seen_by(leader.user))

    await place.teams.taps(leader.user, card, "We’ve met")
    for is_new in (False, True):
        assert (await place.teams.repeats(new_id=is_new)).status == 200

    assert card.text.startswith("Lovely.")
    assert {call.conversation for call in place.teams.called("update")} >= {card.conversation}
    assert len(place.teams.seen_by(leader.user)) == before


async def met_in_slack(place: Everywhere) -> None:
    one = place.leaders[IN_SLACK[0]]
    (channel,) = (
        channel
        for channel, inside in place.slack.channels.items()
        if channel.startswith("G") and one.user in inside
    )
    card = await place.in_slack(one.user, "Coffee: ", channel=channel)
    await place.slack.taps(one.user, card, "We’ve met")
    assert (await place.in_slack(one.user, "Lovely.", channel=channel)).only_for == one.user
