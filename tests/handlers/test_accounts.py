"""One person, several accounts: who they are, codes, where to reach them, moving."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, Message
from bot.chat.requests import Role
from bot.domain import accounts
from bot.domain.coffee import PlaceState
from bot.domain.members import MemberState
from bot.domain.members import Profile as MemberProfile
from bot.views import accounts as views
from bot.views import coffee_groups, common
from bot.views import community as community_views
from storage import tables
from storage.web import web_account
from tests.builders import set_profile, slack_workspace
from tests.leaders import Community, Leader, words

COMMUNITY = "Leaders of South East London"
MINUTE = timedelta(minutes=1)
QUESTION = (
    "Are you Ada Obi, whom I know from {}?\n"
    "Your e-mail address is the same. Everything else waits until I know.\n"
    "Yes, that is me: type “link yes”\n"
    "No, I am somebody else: type “link no”\n"
    "I ask so that you are one member here, and hear everything once."
)

PLACES = {"slack": "Slack", "teams": "Teams", "web": "the web chat"}
EMAIL = "ada.obi@leaders.example"


def elsewhere(community: Community) -> str:
    """A chat platform other than the one where the community's leaders are."""
    return "slack" if community.platform == "teams" else "teams"


async def known_and_newcomer(community: Community, **more) -> tuple[Leader, Leader]:
    """Ada, and somebody on another platform with the same e-mail address."""
    ada = await community.leader("Ada Obi", **more)
    return ada, community.stranger("A. Obi", platform=elsewhere(community), email=EMAIL)


def code_in(reply: Message) -> str:
    [code] = re.findall(r"Your code is (\S{4}-\S{4})\.", words(reply))
    return code


def accounts_of(leader: Leader) -> tuple[Account, ...]:
    member = leader.community.member(leader)
    with leader.community.database.transaction() as db:
        return db.members.accounts_of(member.id)


async def joined(community: Community) -> tuple[Leader, Leader]:
    """Ada at two accounts that are hers."""
    ada, other = await known_and_newcomer(community)
    await other.says("home")
    await other.says(f"link {code_in(await ada.says('link'))}")
    return ada, other


async def test_somebody_perhaps_known_is_asked_whatever_they_say(community):
    _, newcomer = await known_and_newcomer(community)

    replies = [await newcomer.says(each) for each in ("coffee join", "hello?", "link", "home")]

    expected = QUESTION.format(PLACES[community.platform])
    assert [words(reply) for reply in replies] == [expected] * 4
    assert newcomer.inbox == []
    assert community.member(newcomer).state is MemberState.UNCONFIRMED


async def test_somebody_perhaps_known_who_arrives_silently_is_asked_once(community):
    ada, newcomer = await known_and_newcomer(community)

    await newcomer.does("joined")
    await newcomer.does("joined")

    assert [words(each) for each in newcomer.inbox] == [QUESTION.format(PLACES[community.platform])]
    assert ada.inbox == []


async def test_help_is_there_before_the_question_is_answered(community):
    _, newcomer = await known_and_newcomer(community)

    assert words(await newcomer.says("help")).startswith(f"I look after {COMMUNITY}.")


async def test_the_unconfirmed_are_nowhere(community):
    _, newcomer = await known_and_newcomer(community)
    await newcomer.says("home")

    with community.database.transaction() as db:
        unconfirmed = db.members.account_owner(newcomer.account)
        assert [each.name for each in db.members.everybody(community.id)] == ["Ada Obi"]
        assert [each.name for each in db.members.named(community.id, "Obi", limit=9)] == ["Ada Obi"]
        assert db.members.count(community.id) == 1
        assert db.members.organisers(community.id) == ()
    olu = await community.organiser("Olu Chair")
    found = await olu.says(f"coffee remove #{unconfirmed.id}")
    assert words(found) == f"I know nobody called “{unconfirmed.id}” here. Try part of the name."


async def test_a_newcomer_who_is_known_is_joined_by_a_code_from_the_account_known(community):
    ada, newcomer = await known_and_newcomer(community)
    card = await newcomer.says("home")

    look = await newcomer.taps(card, "Yes, that is me")
    [asked] = ada.inbox
    code = code_in(await ada.taps(ada.last, "Show the code"))
    reply = await newcomer.says(f"link {code.lower().replace('-', ' ')}")

    there = PLACES[community.platform]
    here = PLACES[elsewhere(community)]
    assert words(look).splitlines()[0] == (
        f"I have written to you in {there}. Press “Show the code” there, then "
        "type here “link” and the code."
    )
    assert words(asked).splitlines()[0] == (
        f"Somebody in {here} says that they are you. If that is so, press for a code and type it "
        "there; if not, ignore this."
    )
    first, second = (here, there) if community.platform == "web" else (there, here)
    assert words(reply).splitlines()[0] == (
        f"You are one member now: Ada Obi. I write to you in {first}. I also know you in {second}."
    )
    assert reply.replaces is True
    assert community.member(newcomer) == community.member(ada)
    assert community.member(ada).email == EMAIL
    # Neither is told anything more.
    assert (len(ada.inbox), newcomer.inbox) == (1, [])


async def test_the_account_known_is_written_to_once_an_hour(community):
    ada, newcomer = await known_and_newcomer(community)
    await newcomer.says("home")

    for _ in range(3):
        await newcomer.says("link yes")
    before = len(ada.inbox)
    await community.passes(60 * MINUTE)
    await newcomer.says("link yes")

    assert (before, len(ada.inbox)) == (1, 2)


async def test_no_code_is_ever_in_the_outbox_or_kept_readable(community):
    ada, newcomer = await known_and_newcomer(community)
    await newcomer.says("link yes")
    code = code_in(await ada.says("link me"))

    with community.database.transaction() as db:
        kept = [
            str(tuple(row))
            for table in tables.metadata.sorted_tables
            for row in db.connection.execute(sa.select(table))
        ]
    assert len(kept) >= 2
    assert [each for each in kept if code in each or code.replace("-", "") in each] == []


async def test_a_newcomer_who_is_somebody_else_is_greeted_without_the_shared_address(community):
    ada, newcomer = await known_and_newcomer(community)
    card = await newcomer.says("home")

    reply = await newcomer.taps(card, "No, I am")
    again = await newcomer.says("link no")

    member = community.member(newcomer)
    assert words(reply) == "Thank you, A.; then you are new here, and welcome."
    assert (member.state, member.email, member.id == ada.id) == (MemberState.ACTIVE, None, False)
    assert newcomer.inbox == [community_views.greeting(member, COMMUNITY, "")]
    assert ada.inbox == []
    assert words(again) == (
        "I am not asking you who you are. To join two accounts, type “link” at the one "
        "you have had for longer."
    )
    assert words(await newcomer.says("coffee join")).startswith("You are in")


async def test_a_newcomer_whose_double_is_gone_is_welcome(community):
    ada, newcomer = await known_and_newcomer(community)
    await newcomer.says("home")
    with community.database.transaction() as db:
        db.connection.execute(tables.members.delete().where(tables.members.c.id == ada.id))

    reply = await newcomer.says("coffee")

    assert words(reply) == "Thank you, A.; then you are new here, and welcome."
    assert community.member(newcomer).state is MemberState.ACTIVE


@pytest.mark.parametrize("said", ["link yes", "link stuck"])
async def test_where_the_known_account_can_not_be_asked_an_organiser_is(community, said):
    olu = await community.organiser("Olu Chair")
    ada, newcomer = await known_and_newcomer(community)
    await newcomer.says("home")
    if said == "link yes":
        await ada.does("left")

    replies = [await newcomer.says(said) for _ in range(2)]
    [asked] = olu.inbox
    moved = await olu.taps(olu.last, "Yes, move them")

    assert [words(reply) for reply in replies] == [
        (
            "I have asked the organisers whether you are Ada Obi. "
            "Once one of them says so, everything of yours is here."
        )
    ] * 2
    assert words(asked).splitlines()[0] == (
        f"A. Obi in {PLACES[elsewhere(community)]} says that they are Ada Obi and can’t get to "
        "the account I know. Please ask them in a way you trust."
    )
    assert words(moved) == "Ada Obi is moved, and has been told there."
    assert community.member(newcomer).id == ada.id
    assert accounts_of(newcomer) == (newcomer.account,)
    assert [words(each).splitlines()[0] for each in newcomer.inbox] == [
        (
            "An organiser has moved you here. Your history and settings came along, "
            "and I write to your old accounts no more."
        )
    ]
    assert ada.inbox == []


async def test_two_members_are_asked_whether_both_accounts_are_theirs(community):
    ada = await community.organiser("Ada Obi")
    again = await community.leader("Ada O", platform=elsewhere(community))
    code = code_in(await ada.says("link"))

    asked = await again.says(f"link {code}")
    done = await again.taps(asked, "Yes, both are mine")

    assert words(asked).splitlines() == [
        (
            f"That code is from Ada Obi in {PLACES[community.platform]}. Are both accounts yours? "
            "Then they become one member, with the history of both. It will be an organiser."
        ),
        f"Yes, both are mine: type “link {code} yes”",
        "If somebody else gave you the code, do nothing: nothing is joined.",
    ]
    assert words(done).startswith("You are one member now: Ada Obi.")
    member = community.member(again)
    assert (member.id, member.role, member.email) == (ada.id, Role.ORGANISER, EMAIL)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("link hello", ("A code has eight letters and digits, such as “K7QM-2VXT”. "
                       "Type “link” at the account I know to get one.")),
        ("link K7QM-2VXO", ("A code has eight letters and digits, such as “K7QM-2VXT”. "
                           "Type “link” at the account I know to get one.")),
        ("link K7QM-2VXT", ("I don’t know that code. "
                           "Type “link” at the account I know to get a new one.")),
    ],
)  # fmt: skip
async def test_what_is_no_code_is_answered_with_what_to_do(community, typed, answer):
    ada = await community.leader("Ada Obi")

    assert words(await ada.says(typed)) == answer


async def test_a_code_works_for_fifteen_minutes(community):
    ada, newcomer = await known_and_newcomer(community)
    await newcomer.says("home")
    code = code_in(await ada.says("link"))

    await community.passes(15 * MINUTE)
    late = await newcomer.says(f"link {code}")

    assert words(late) == (
        "That code has run out: it works for 15 minutes. Type “link” there for a new one."
    )
    assert community.member(newcomer).state is MemberState.UNCONFIRMED


async def test_a_code_works_once(community):
    ada, newcomer = await known_and_newcomer(community)
    third = await community.leader("Cy Poe")
    await newcomer.says("home")
    code = code_in(await ada.says("link"))
    await newcomer.says(f"link {code}")

    again = await third.says(f"link {code}")

    assert words(again) == (
        "That code was used already; each works once. Type “link” there for a new one."
    )
    assert community.member(third).id == third.id


async def test_a_new_code_takes_the_place_of_the_old(community):
    ada, newcomer = await known_and_newcomer(community)
    await newcomer.says("home")
    old, new = [code_in(await ada.says("link")) for _ in range(2)]

    refused = await newcomer.says(f"link {old}")
    taken = await newcomer.says(f"link {new}")

    assert words(refused).startswith("I don’t know that code.")
    assert words(taken).startswith("You are one member now: Ada Obi.")


async def test_a_code_is_of_no_use_where_it_was_made_or_is_joined_already(community):
    ada, other = await joined(community)
    code = code_in(await ada.says("link"))

    replies = [await each.says(f"link {code}") for each in (ada, other)]

    assert [words(reply) for reply in replies] == [
        "That code was made here. Type it to me at your other account, within its 15 minutes.",
        "That account is yours already. Type “reach” to see all of them.",
    ]


async def test_codes_are_neither_made_nor_taken_where_others_read_along(community):
    ada = await community.leader("Ada Obi")

    for said in ("link", "link K7QM-2VXT", "move me", "reach"):
        assert await ada.says(said, channel="C1") == common.say_it_privately()


async def test_a_code_that_others_could_read_joins_nothing_any_more(community):
    ada, new = await known_and_newcomer(community)
    code = code_in(await ada.says("link"))

    assert await new.says(f"link {code}", channel="C1") == common.say_it_privately()
    eve = await community.leader("Eve Sly", platform=elsewhere(community))
    replies = [words(await each.says(f"link {code} yes")) for each in (new, eve)]

    assert replies == [accounts.USED_CODE] * 2
    assert community.member(eve).id == eve.id


async def test_a_code_of_another_community_is_unknown(community):
    ada = await community.leader("Ada Obi")
    with community.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=community.now)
        lane = slack_workspace(db, other, "T9", now=community.now)
        zoe = db.members.add(other, "Zoe Ek", zone="Europe/London", now=community.now)
        db.members.add_account(other, zoe, Account(lane, "U9"), now=community.now)
        code = db.accounts.make_code(other, zoe, Account(lane, "U9"), now=community.now)

    assert words(await ada.says(f"link {code}")).startswith("I don’t know that code.")
    assert community.member(ada).id == ada.id


async def test_a_suspended_member_gets_nowhere_by_another_account(community):
    ada, newcomer = await known_and_newcomer(community)
    await newcomer.says("home")
    code = code_in(await ada.says("link"))
    with community.database.transaction() as db:
        db.members.set_state(ada.id, MemberState.SUSPENDED)

    replies = [await newcomer.says(each) for each in (f"link {code}", "link yes")]

    assert words(replies[0]) == (
        "One of these accounts is not part of the community now. Please ask an organiser."
    )
    assert words(replies[1]).startswith("I have asked the organisers")
    assert community.member(newcomer).state is MemberState.UNCONFIRMED
    assert ada.inbox == []


async def test_my_accounts_are_listed_and_one_is_chosen(community):
    _, other = await joined(community)
    here, there = PLACES[elsewhere(community)], PLACES[community.platform]
    first = here if community.platform == "web" else there

    listing = await other.says("reach")
    chosen = await other.says("reach here")
    second = await other.says("reach 1")

    lines = words(listing).splitlines()
    used = {place: ", where I write to you" if place == first else "" for place in (here, there)}
    assert lines[1:3] == [f"- 1 {there}{used[there]}", f"- 2 {here}{used[here]}"]
    assert words(chosen) == f"I write to you in {here} from now on."
    assert words(second) == f"I write to you in {there} from now on."


async def test_messages_go_where_a_member_chose_and_fall_back_by_themselves(community):
    ada, other = await joined(community)

    await other.says("reach here")
    chosen = accounts_of(ada)
    await other.does("left")
    fallen = accounts_of(ada)
    refused = await ada.says("reach 2")
    await other.does("joined")
    back = accounts_of(ada)

    assert (chosen, fallen, back) == (
        (other.account, ada.account),
        (ada.account,),
        (other.account, ada.account),
    )
    assert words(refused) == (
        f"I can’t reach {PLACES[elsewhere(community)]} now. Type “reach” for the others."
    )


async def test_buttons_of_the_list_name_their_account_for_good(community):
    ada, other = await joined(community)
    card = await other.says("reach")

    reply = await other.taps(card, f"Take off {PLACES[community.platform]}")
    again = await other.taps(card, f"Take off {PLACES[community.platform]}")

    here = PLACES[elsewhere(community)]
    gone = PLACES[community.platform]
    assert words(reply) == (
        f"{gone[0].upper()}{gone[1:]} is not yours any more. I write to you in {here}."
    )
    assert words(again) == (
        "I can’t find that account of yours. Type “reach” to see them with a number."
    )
    assert accounts_of(other) == (other.account,)
    with community.database.transaction() as db:
        assert db.members.account_owner(ada.account) is None


async def test_the_last_account_is_not_taken_off(community):
    ada = await community.leader("Ada Obi")

    replies = [await ada.says(each) for each in ("unlink 1", "unlink 7", "unlink")]

    assert [words(reply).splitlines()[0] for reply in replies] == [
        (
            "That is the only account I reach you at, so I keep it. Join another one first: "
            "type “link” here, and the code there."
        ),
        "I can’t find that account of yours. Type “reach” to see them with a number.",
        f"I write to you in {PLACES[community.platform]}.",
    ]
    assert accounts_of(ada) == (ada.account,)


async def test_moving_takes_everything_along_and_leaves_the_old_account_behind(community):
    ada = await community.leader("Ada Obi", job="Matron")
    await ada.says("coffee join")
    new = community.stranger("Ada O", platform=elsewhere(community), email="ada@trust.example")
    await new.says("home")
    greeted = len(new.inbox)

    made = await ada.says("move me")
    asked = await new.says(f"link {code_in(made)}")
    reply = await new.taps(asked, "Yes, both are mine")
    for event in ("joined", "changed"):
        await ada.does(event)

    old, here = PLACES[community.platform], PLACES[elsewhere(community)]
    assert "Everything of yours goes there, and I write to this account no more." in words(made)
    assert f" I write to {old} no more." in words(asked).splitlines()[0]
    assert words(reply).splitlines()[0] == (
        "You have moved, Ada. Your history and settings are here. "
        f"I write to you in {here}. I write to {old} no more."
    )
    member = community.member(new)
    assert (member.id, member.email, member.profile.job) == (ada.id, "ada@trust.example", "Matron")
    assert accounts_of(new) == (new.account,)
    assert words(await new.says("coffee join")).startswith("You are in")
    assert (len(new.inbox), ada.inbox) == (greeted, [])
    assert f"- 1 {old}, which you have left behind" in words(await new.says("reach")).splitlines()
    # Whoever has it now may be somebody else; only a code from the new account brings it back.
    for asked in ("reach here", "link", "home", "coffee join"):
        assert words(await ada.says(asked)) == words(views.left_behind())
    await ada.says(f"link {code_in(await new.says('move me'))}")
    assert accounts_of(ada) == (ada.account,)


async def test_moving_between_ones_own_accounts_joins_nothing(community):
    ada, other = await joined(community)

    reply = await other.says(f"link {code_in(await ada.says('move me'))}")

    assert words(reply).startswith("You have moved, Ada.")
    assert accounts_of(ada) == (other.account,)
    assert community.member(ada).email == EMAIL


async def test_what_waits_for_an_account_left_behind_reaches_the_new_one(community):
    ada, other = await joined(community)
    await ada.says("reach here")
    with community.database.transaction() as db:
        db.outbox.post(
            community.id, ada.account, common.sentence("Hello."), key="hello", subject="hello",
            now=community.now, member=ada.id, not_before=community.now + 60 * MINUTE,
        )  # fmt: skip

    await other.says(f"link {code_in(await ada.says('move me'))}")
    await community.passes(61 * MINUTE)

    assert (ada.inbox, other.inbox) == ([], [common.sentence("Hello.")])


async def test_a_person_on_two_platforms_is_never_twice_in_a_round_and_never_told_twice(community):
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    ada, newcomer = await known_and_newcomer(community)
    ben = await community.leader("Ben Lee")
    for leader in (ada, ben, newcomer):
        await leader.says("coffee join")
    await newcomer.says("link yes")
    await newcomer.says(f"link {code_in(await ada.says('link'))}")
    await newcomer.says("coffee join")
    before = len(ada.inbox) + len(newcomer.inbox)

    await community.until(datetime(2026, 11, 24, 9, 0))

    with community.database.transaction() as db:
        [of] = db.coffee.rounds(community.id)
        assert [group.people for group in db.coffee.groups(of.id)] == [(ada.id, ben.id)]
    assert len(ada.inbox) + len(newcomer.inbox) == before + 1


async def both_joined(community: Community, count: int = 2, **answers):
    """Ada at two accounts, unknown to the bot, and others, all in coffee."""
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", **answers
    )
    ada = await community.leader("Ada Obi", team="one")
    again = await community.leader("Ada O", platform=elsewhere(community), team="one")
    names = ("Ben Lee", "Cy Poe", "Di Roy")[:count]
    others = [await community.leader(name, team=name) for name in names]
    for leader in (ada, again, *others):
        await leader.says("coffee join")
    return ada, again, others


def seats(community: Community) -> list[tuple[int, ...]]:
    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id)[0]
        return [group.present for group in db.coffee.groups(of.id)]


async def test_joining_in_a_round_under_way_gives_one_place_back(community):
    ada, again, others = await both_joined(community)
    await community.until(datetime(2026, 11, 27, 9, 0))
    before = {each.id: len(each.inbox) for each in (ada, again, *others)}
    [partner] = [each for each in others if {again.id, each.id} in map(set, seats(community))]

    asked = await again.says(f"link {code_in(await ada.says('link'))}")
    await again.taps(asked, "Yes, both")

    [rest] = [each for each in others if each is not partner]
    assert sorted(map(set, seats(community)), key=len) == [{partner.id}, {ada.id, rest.id}]
    told = {each.id: len(each.inbox) - before[each.id] for each in (ada, again, *others)}
    assert told == {ada.id: 0, again.id: 0, partner.id: 1, rest.id: 0}
    assert words(partner.last).splitlines()[0] == (
        "Ada O can’t make this coffee after all. That happens in full weeks, "
        "and says nothing about you."
    )


async def test_joining_while_a_round_is_drafted_leaves_nobody_alone(community):
    ada, again, others = await both_joined(community, review="send")
    await community.until(datetime(2026, 11, 25, 9, 1))
    drafted = seats(community)

    asked = await again.says(f"link {code_in(await ada.says('link'))}")
    await again.taps(asked, "Yes, both")

    assert len(drafted) == 2
    assert [set(each) for each in seats(community)] == [{ada.id, *(each.id for each in others)}]
    await community.until(datetime(2026, 11, 27, 9, 0))
    heard = [len(each.inbox) for each in (ada, again)]
    assert sum(heard) == 1


async def test_who_was_matched_with_their_own_account_is_left_over(community):
    ada, again, _ = await both_joined(community, 0)
    with community.database.transaction() as db:
        for leader, team in ((ada, "one"), (again, "two")):
            set_profile(db, leader.id, MemberProfile(team=team))
    await community.until(datetime(2026, 11, 27, 9, 0))
    matched = seats(community)

    asked = await again.says(f"link {code_in(await ada.says('link'))}")
    await again.taps(asked, "Yes, both")

    assert (matched, seats(community)) == ([(ada.id, again.id)], [])
    with community.database.transaction() as db:
        [gap] = db.coffee.rounds(community.id)[0].unmatched
    assert (gap.id, gap.reason) == (
        str(ada.id),
        "the other account in their group was their own",
    )


async def test_a_wish_of_the_one_holds_for_the_draft_of_the_other(community):
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", review="send"
    )
    ada = await community.leader("Ada Obi")
    again = await community.leader("Ada O", platform=elsewhere(community))
    ben = await community.leader("Ben Lee")
    for leader in (again, ben):
        await leader.says("coffee join")
    await ada.says("coffee avoid @Ben Lee")
    await community.until(datetime(2026, 11, 25, 9, 1))
    drafted = seats(community)

    asked = await again.says(f"link {code_in(await ada.says('link'))}")
    await again.taps(asked, "Yes, both")
    await community.until(datetime(2026, 11, 27, 9, 0))

    assert (drafted, seats(community)) == ([(again.id, ben.id)], [])
    with community.database.transaction() as db:
        gaps = db.coffee.rounds(community.id)[0].unmatched
    assert {gap.id: gap.reason for gap in gaps} == {
        str(ada.id): "cannot be paired",
        str(ben.id): "cannot be paired",
    }
    assert [words(each).splitlines()[0] for each in ben.inbox[-1:]] == [
        words(coffee_groups.nobody_this_time()).splitlines()[0]
    ]


@pytest.mark.parametrize("seeker", [0, 1])
async def test_who_looks_for_someone_else_at_one_account_looks_no_more(community, seeker):
    ada, again, others = await both_joined(community)
    await community.until(datetime(2026, 11, 27, 9, 0))
    # Where nobody is free, they go on looking.
    looking = (ada, again)[seeker]
    number = next(group for group, people in groups(community).items() if looking.id in people)
    await looking.says(f"coffee someone else {number}")

    asked = await again.says(f"link {code_in(await ada.says('link'))}")
    await again.taps(asked, "Yes, both")

    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id)[0]
        mine = [group.place(ada.id).state for group in db.coffee.groups(of.id)]
    assert sorted(mine) == [PlaceState.IN, PlaceState.OUT]
    assert len(others) == 2


def groups(community: Community) -> dict[int, tuple[int, ...]]:
    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id)[0]
        return {group.id: group.people for group in db.coffee.groups(of.id)}


async def test_signing_in_to_the_web_chat_goes_on_after_joining(database):
    community = Community(database, "slack")
    ada = await community.leader("Ada Obi")
    again = await community.leader("Ada O", platform="web")

    asked = await again.says(f"link {code_in(await ada.says('link'))}")
    await again.taps(asked, "Yes, both")
    here = web_account(community.id, ada.id)

    assert accounts_of(ada) == (ada.account, here)
    with community.database.transaction() as db:
        secret = db.web.make_link(community.id, ada.id, now=community.now)
        assert len(secret) > 20
    ada_on_web = Leader(community, ada.id, "Ada Obi", here)
    assert words(await ada_on_web.says("home")).startswith("Hello Ada")
    community.pool.shutdown()
