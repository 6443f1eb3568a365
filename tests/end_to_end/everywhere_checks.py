"""What must be true of a round over all platforms, by the messages that people see."""

import json
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from tests import teams_cards
from tests.end_to_end import people
from tests.end_to_end.everywhere import INSTALLED, LANGUAGES, Everywhere, links, object_id, upn
from tests.end_to_end.people import SECRETLY
from tests.end_to_end.place import SECRET_KEY, Entered
from tests.slack_stand_in import BOT_TOKEN, SECRET
from tests.slack_workspaces import CLIENT_SECRET
from tests.teams_connector import cards_of
from tests.teams_identity import PASSWORD
from tests.teams_stand_in import inputs_of

SPEAKING = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.update", "response_url"})
CHAT = "https://teams.microsoft.com/l/chat/0/0"
# What people write to each other, and nobody else is to read.
CANTEEN, GLADLY = "Shall we say the zebra canteen?", "The zebra canteen it is."


def everybody_is_in_one_group(place: Everywhere, groups: dict[str, list[frozenset[str]]]) -> None:
    by_name = {leader.name: leader for leader in place.leaders}
    assert {name: len(each) for name, each in groups.items()} == dict.fromkeys(by_name, 1)
    distinct = {group for each in groups.values() for group in each}
    # Whoever is named was told of the same group.
    assert sum(map(len, distinct)) == len(place.leaders)
    assert Counter(map(len, distinct)) == {2: 29, 3: 1}
    bound = {frozenset(map(people.name_of, pair)) for pair in LANGUAGES.values()}
    assert bound <= distinct

    together = {
        frozenset(name for name, leader in by_name.items() if leader.user in inside)
        for channel, inside in place.slack.channels.items()
        if channel.startswith("G")
    }
    # Those who can talk in one conversation share it, and nobody else does.
    in_one_workspace = {
        group
        for group in distinct
        if len({by_name[name].lane for name in group}) == 1
        and all(by_name[name].is_in_slack for name in group)
    }
    assert together == in_one_workspace
    on_web = {leader.name for leader, _ in place.cards_on_web()}
    assert on_web == {leader.name for leader in place.leaders if leader.platform == "web"}
    assert place.slack.seen_by("USTRANGER") == []


def each_is_told_how_to_reach_the_others(
    place: Everywhere, groups: dict[str, list[frozenset[str]]]
) -> None:
    """A chat where both are in one tenant, in words and as a link; else the bot carries."""
    by_name = {leader.name: leader for leader in place.leaders}
    told = [(leader, card["body"], json.dumps(card)) for leader, card in place.cards_in_teams()]
    by_direct = {place.slack.direct(each.user): each for each in place.leaders if each.is_in_slack}
    told += [
        (by_direct[said.channel], said.blocks, json.dumps(said.blocks))
        for said in place.cards_in_slack()
        if said.channel in by_direct
    ]
    counted: Counter[str] = Counter()
    for leader, shown, written in told:
        others = [by_name[name] for name in sorted(groups[leader.name][0] - {leader.name})]
        near = [each for each in others if place.tenants(leader) & place.tenants(each)]
        expected = sorted(upn(each.number) for each in near)
        opened = chats(links(shown))
        assert sorted(address for users in opened for address in users) == expected, leader
        # One chat with everybody where that is possible, else one with each.
        assert len(opened) == (1 if len(near) == len(others) else len(near))
        carried = [each for each in others if each not in near and each.lane != leader.lane]
        assert json.dumps(shown).count("and I pass it on") == len(carried), leader
        counted["chat"] += len(near)
        counted["carried"] += len(carried)
        others_addresses = {upn(each.number) for each in others} | {each.email for each in others}
        assert {each for each in others_addresses if each in written} == set(expected)
    assert counted["chat"] >= 6
    assert counted["carried"] >= 6


def each_conversation_was_opened_as_it_needs(place: Everywhere) -> None:
    """Who added the bot has a conversation; the others are opened one by the id of their team."""
    asked = [call.body["members"][0]["id"] for call in place.teams.called("open")]
    in_teams = {leader.user for leader in place.leaders if leader.is_in_teams}
    silent = in_teams - {object_id(number) for number in INSTALLED}
    assert len(silent) >= 10
    by_list = Counter(each.removeprefix("29:") for each in asked if each.startswith("29:"))
    assert by_list == dict.fromkeys(silent, 1)
    assert {each.removeprefix("29:") for each in asked} == silent


def teams_takes_everything(place: Everywhere) -> None:
    """By the schema of Adaptive Cards and Teams' limit; and every request bore our token."""
    sent = [
        *(call.body for call in place.teams.called("send")),
        *(call.body for call in place.teams.called("update")),
    ]
    assert len(sent) > 30
    assert [fault for each in sent for fault in teams_cards.faults_of_message(each)] == []
    shown = {json.dumps(card): card for card in place.cards}
    assert [fault for each in shown.values() for fault in teams_cards.faults(each)] == []
    assert "<!channel>" in json.dumps(sent)

    assert len(place.authorizations) == len(place.teams.calls)
    assert [each for each in place.authorizations if not place.identity.takes(each)] == []


def everything_is_read_without_its_buttons(place: Everywhere) -> None:
    """What a notification or a screen reader says of a message holds all that its card shows.

    In Teams the summary begins as the card does. A form can't be read without its fields: what is
    said instead names it.
    """
    spoken = [
        (call.arguments["text"], _shown_in_slack(place, call.arguments["blocks"]))
        for call in place.slack.calls
        if call.method in SPEAKING and call.arguments.get("blocks")
    ]
    spoken += [(said.text, _shown_in_slack(place, said.blocks)) for said in place.slack.said]
    assert len(spoken) > 20
    sent = [call.body for call in (*place.teams.called("send"), *place.teams.called("update"))]
    cards = [(body["summary"], card) for body in sent for card in cards_of(body)]
    cards += [(card["fallbackText"], card) for card in place.cards]
    assert len(cards) > 60
    begun = [(text, lines) for text, card in cards if (lines := _shown_in_teams(card))]
    spoken += [(text, lines[:1]) for text, lines in begun]
    spoken += [(card["fallbackText"], _shown_in_teams(card)) for card in place.cards]

    assert [text for text, _ in (*spoken, *cards) if not _letters(text)] == []
    unsaid = [
        (line, text)
        for text, lines in spoken
        for line in lines
        if _letters(line) not in _letters(text)
    ]
    assert unsaid == []
    odd = [text for text, lines in begun if not _letters(text).startswith(_letters(lines[0])[:20])]
    assert odd == []


def _shown_in_slack(place: Everywhere, blocks: list[Any]) -> list[str]:
    """What the blocks say, people by their names."""
    shown = [each["text"]["text"] for each in blocks if "text" in each]
    for user, person in place.slack.users.items():
        name = person["profile"]["real_name"]
        shown = [each.replace(f"<@{user}>", name) for each in shown]
    return shown


def _shown_in_teams(card: Any) -> list[str]:
    """What a card says before anything is tapped; nothing of a form."""
    return [] if list(inputs_of(card)) else teams_cards.words(_without_actions(card))


def _without_actions(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: _without_actions(each) for name, each in thing.items() if name != "actions"}
    return [_without_actions(each) for each in thing] if isinstance(thing, list) else thing


def _letters(text: str) -> str:
    """The letters and digits alone: signs of emphasis and spacing differ."""
    return "".join(each for each in unescape(text) if each.isalnum())


def those_who_asked_for_patience_were_given_it(place: Everywhere) -> None:
    """A 429 in Slack, one as Teams opened a conversation and one as it took a message.

    What was under way beside them waited too.
    """
    lines = [line for text in place.printed for line in text.splitlines()]
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    waited = [line["lane"] for line in logged if line["event"] == "delivery_delayed"]
    counted = Counter(lane.partition(":")[0] for lane in waited)
    assert set(counted) == {"slack", "teams"}
    assert (counted["slack"] >= 1, counted["teams"] >= 2) == (True, True)


def nothing_secret_was_logged(place: Everywhere, *entered: Entered, code: str) -> None:
    printed = "\n".join(place.printed)
    assert '"event": "started"' in printed
    secrets = {BOT_TOKEN, SECRET, SECRET_KEY, CLIENT_SECRET, PASSWORD, code, code.replace("-", "")}
    secrets |= {*place.slack.tokens, *place.identity.issued, *place.minted}
    secrets |= {secret for each in entered for secret in (each.link, each.session)}
    addresses = {leader.email for leader in place.leaders}
    addresses |= {upn(leader.number) for leader in place.leaders}
    words = {SECRETLY, "Blursday", "coffee avoid", "zebra canteen"}
    words |= {leader.name for leader in place.leaders}
    assert [each for each in secrets | addresses | words if each in printed] == []
    assert "Traceback" not in printed


def chats(addresses: Iterator[str]) -> list[list[str]]:
    """With whom each link to a Teams chat opens it; all links carry their addresses encoded."""
    found = []
    for address in addresses:
        if address.startswith(CHAT):
            users = dict(part.split("=", 1) for part in urlsplit(address).query.split("&"))["users"]
            assert "@" not in users
            assert "+" not in users
            found.append(unquote(users).split(","))
    return found
