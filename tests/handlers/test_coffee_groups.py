from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.messages import Account, person, plain
from bot.domain.coffee import Group, GroupState, Met, PlaceState
from bot.views import coffee_groups as views
from tests.leaders import Community, Leader, words

TUESDAY = datetime(2026, 11, 24, 9, 0)


async def pair(community: Community, **more: object) -> tuple[Leader, Leader]:
    """Ada and Ben, matched this minute."""
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    slots = ("tue-lunch", "thu-late")
    ada = await community.leader(
        "Ada Obi", job="Matron", organisation="Oxleas", place="Bexley", stage="Senior",
        pronouns="she/her", ask_me_about="frailty", interests=("Frailty", "Digital"),
        slots=slots, **more,
    )  # fmt: skip
    ben = await community.leader(
        "Ben Lee", organisation="King’s", place="Lambeth", stage="Early career",
        interests=("Frailty",), slots=slots,
    )  # fmt: skip
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)
    return ada, ben


async def test_card_says_who_why_and_how_to_begin(community: Community) -> None:
    ada, ben = await pair(community)

    card = words(ben.last)

    assert "Ada Obi (she/her): Matron, Oxleas, Bexley. Ask about: frailty" in card
    assert (
        "Why you two: You come from different organisations, boroughs and career stages, "
        "you both keep Tuesday 12:30 and Thursday 17:00 free and you both care about frailty."
    ) in card
    assert "To begin: " in card
    assert "Tuesday 1 December, 12:30: type “coffee time 1 tue-lunch”" in card
    assert card.endswith(
        "You get this because you joined coffee. "
        "Pause with “coffee pause 2 weeks”, stop with “coffee leave”."
    )
    if community.platform == "slack":
        assert ada.last == ben.last
        assert "Ada, would you write first? A line is enough." in card
        mention = person("Ada Obi", ada.account)
        assert any(mention in getattr(block, "spans", ()) for block in ben.last.blocks)
    else:
        assert "I have asked Ada to write first; don’t wait if you’d like to." in card
        assert "Would you write first? A line is enough." in words(ada.last)
        assert "How to reach Ada: Press “Write to …” and I pass it on" in card


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_card_shows_an_email_only_with_consent(community: Community) -> None:
    _, ben = await pair(community, show_email=True)

    assert "How to reach Ada: ada.obi@leaders.example" in words(ben.last)
    assert "ben.lee@leaders.example" not in "".join(map(words, (ben.last, _.last)))


async def test_first_time_that_suits_both_is_agreed(community: Community) -> None:
    ada, ben = await pair(community)

    first = await ada.taps(ada.last, "Thursday 26")
    second = await ada.taps(ada.last, "Tuesday 1")
    agreed = await ben.taps(ben.last, "Tuesday 1")

    assert words(first) == (
        "Noted: Thursday 26 November at 17:00 suits you. "
        "As soon as it suits Ben too, it is in the calendar.\n"
        "It does not suit me after all: type “coffee no time 1 thu-late”"
    )
    assert words(second).startswith("Noted: Tuesday 1 December at 12:30 suits you.")
    assert words(agreed) == "Noted: Tuesday 1 December at 12:30 suits all of you."
    for leader, other in ((ada, "Ben Lee"), (ben, "Ada Obi")):
        whom = ": Ada Obi and Ben Lee" if community.platform == "slack" else f", with {other}"
        assert words(leader.last).startswith(
            f"You are meeting on Tuesday 1 December at 12:30{whom}.\nAdd to my calendar: /calendar/"
        )
    assert "on Tuesday 1 December at 12:30" in words(await ada.says("coffee next"))
    card = await ada.says("coffee card 1")
    assert "You are meeting on Tuesday 1 December at 12:30." in words(card)


async def test_time_can_be_taken_back(community: Community) -> None:
    ada, ben = await pair(community)
    await ada.says("coffee time 1 tue-lunch")

    assert words(await ada.says("coffee no time 1 tue-lunch")).startswith(
        "I have taken Tuesday 1 December at 12:30 off your times."
    )
    assert "As soon as it suits Ada too" in words(await ben.says("coffee time 1 tue-lunch"))


async def test_time_that_was_not_offered_is_refused(community: Community) -> None:
    ada, _ = await pair(community)

    assert words(await ada.says("coffee time 1 mon-early")) == (
        "That time is not offered any more. Type “coffee next”."
    )


async def test_repeated_tap_has_one_effect(community: Community) -> None:
    ada, ben = await pair(community)
    card = ada.last

    assert await ada.taps(card, "Tuesday 1") != await ada.taps(card, "I can’t make it")
    again = await ada.taps(card, "I can’t make it")

    assert words(again) == "That is done already; nothing was done twice."
    assert len([each for each in ben.inbox if "can’t make this coffee" in words(each)]) == 1


async def test_tapping_a_time_again_changes_nothing(community: Community) -> None:
    ada, _ = await pair(community)
    card = ada.last

    first, again = await ada.taps(card, "Tuesday 1"), await ada.taps(card, "Tuesday 1")

    assert words(first) == words(again)
    with community.database.transaction() as db:
        (_, group), *_ = db.coffee.groups_of(ada.id)
    assert group.place(ada.id).slots == ("tue-lunch",)


async def test_cannot_tells_the_other_at_once_without_blame(community: Community) -> None:
    ada, ben = await pair(community)

    reply = await ada.taps(ada.last, "I can’t make it")

    assert words(reply) == "I have told Ben. See you in the next round."
    assert words(ben.last).startswith(
        "Ada Obi can’t make this coffee after all. "
        "That happens in full weeks, and says nothing about you."
    )
    with community.database.transaction() as db:
        (_, group), *_ = db.coffee.groups_of(ada.id)
    assert group.state is GroupState.ENDED
    assert group.place(ada.id).met is Met.COULDNT
    assert words(await ada.says("coffee cannot 1")) == (
        "You are not in that coffee any more. Type “coffee next”."
    )


async def test_someone_else_sounds_the_same_to_the_other_as_cannot(community: Community) -> None:
    ada, ben = await pair(community)

    reply = await ada.taps(ada.last, "Find me someone else")

    assert words(reply).startswith("Nobody new is free right now.")
    assert replace(ben.last, token="") == views.cannot_come(
        (await _member(community, ada)), (await _group(community, ada)).id, remaining=1
    )


async def test_two_who_seek_meet_each_other_and_never_a_repeat(community: Community) -> None:
    ada, ben = await pair(community)
    await ada.taps(ada.last, "Find me someone else")
    await ben.taps(ben.last, "Find me someone else")
    assert words(ada.last).startswith(("Coffee:", "Ben Lee can’t"))
    cy, di = await community.leader("Cy Poe"), await community.leader("Di Roy")
    for leader in (cy, di):
        await leader.says("coffee join")
    olu = await community.organiser("Second Chair")
    await community.passes(timedelta(minutes=1))
    await olu.says("coffee run")
    await community.passes(timedelta(minutes=1))

    with community.database.transaction() as db:
        (round_two, *_) = db.coffee.rounds(community.id)
        groups = db.coffee.groups(round_two.id)
    assert {ada.id, ben.id} not in [set(group.people) for group in groups]


async def test_someone_else_is_found_among_those_free(community: Community) -> None:
    ada, ben = await pair(community)
    cy, di = await community.leader("Cy Poe"), await community.leader("Di Roy")
    olu = await community.organiser("Second Chair")
    for leader in (cy, di):
        await leader.says("coffee join")
    await community.passes(timedelta(minutes=1))
    await olu.says("coffee run")
    cards = {leader.name: leader.last for leader in (ada, ben, cy, di)}
    with community.database.transaction() as db:
        of = db.coffee.rounds(community.id)[0]
        groups = db.coffee.groups(of.id)
    assert len(groups) == 2
    # Ada and the newcomer whom Ben was matched with have not met.
    one = ada
    other = next(leader for leader in (cy, di) if {leader.id, ben.id} in map(_people, groups))

    await one.taps(cards[one.name], "Find me someone else")
    await other.taps(cards[other.name], "Find me someone else")

    assert words(one.last).startswith("Coffee: ")
    assert other.name in words(one.last)
    assert one.name in words(other.last)
    with community.database.transaction() as db:
        newest = db.coffee.groups(of.id)[-1]
    assert set(newest.people) == {one.id, other.id}
    assert newest.present == newest.people


async def test_writing_is_carried_between_those_who_share_no_chat(community: Community) -> None:
    ada, ben = await pair(community)
    form = await ada.says("coffee write 1")

    outcome = await ada.submits(form, words="Shall we say Thursday? <@everyone>")

    assert words(outcome.reply) == "Sent to Ben."
    assert words(ben.last) == (
        "Ada Obi writes about your coffee:\n"
        "Shall we say Thursday? <@everyone>\n"
        "Answer Ada: type “coffee write 1”"
    )
    assert (await ben.taps(ben.last, "Answer Ada")).fields[0].label == "To Ada"


async def test_nobody_is_left_to_write_to(community: Community) -> None:
    ada, ben = await pair(community)
    await ben.says("coffee cannot 1")

    assert words(await ada.says("coffee write 1")) == (
        "Nobody else is in this group any more. Type “coffee next”."
    )
    assert words(await ada.says("coffee cannot 1")) == (
        "I have noted it. See you in the next round."
    )


async def test_met_leads_to_worth_it_and_a_note_for_oneself(community: Community) -> None:
    ada, ben = await pair(community)

    lovely = await ada.taps(ada.last, "We’ve met")
    thanks = await ada.taps(lovely, "Worth it")
    form = await ada.taps(lovely, "Add a note")
    noted = await ada.submits(form, note="Met by the river")

    assert words(lovely).startswith("Lovely. Was it worth it?")
    assert lovely.replaces
    assert words(thanks) == "Thank you. That is what this is for."
    assert words(noted.reply).startswith("Noted, for your eyes only.")
    place = (await _group(community, ada)).place(ada.id)
    assert (place.met, place.worth, place.note) == (Met.YES, True, "Met by the river")
    assert "river" not in "".join(words(each) for each in ben.inbox)


async def test_not_yet_and_couldnt_have_their_own_answers(community: Community) -> None:
    ada, ben = await pair(community)

    not_yet = await ada.says("coffee met 1 not yet")
    couldnt = await ben.says("coffee met 1 couldn't")

    assert words(not_yet).startswith("No hurry. Tell me when you have:")
    assert words(couldnt).startswith("That happens. The next round brings somebody new.")
    await ben.taps(couldnt, "Don’t match me with Ada")
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ben.id) == (ada.id,)
    assert words(await ben.taps(await ben.says("coffee met 1 yes"), "Not really")).startswith(
        "Thank you for saying so."
    )


async def test_another_persons_coffee_is_out_of_reach(community: Community) -> None:
    ada, _ = await pair(community)
    eve = await community.leader("Eve Sly")
    sentence = "I can’t find that coffee. Type “coffee next” for yours."

    for asked in ("coffee met 1 yes", "coffee card 1", "coffee note 1", "coffee met 99 yes",
                  "coffee met x yes"):  # fmt: skip
        assert words(await eve.says(asked)) == sentence
    assert (await _group(community, ada)).place(ada.id).met is None


async def test_answer_that_is_no_answer_gets_a_sentence(community: Community) -> None:
    ada, _ = await pair(community)

    assert words(await ada.says("coffee met 1 maybe")) == (
        "Did you meet? Answer “coffee met 1 yes” or “coffee met 1 not yet” "
        "or “coffee met 1 couldn't”."
    )


async def test_draft_is_no_coffee_yet(community: Community) -> None:
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", review="hold"
    )
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(datetime(2026, 11, 25, 9, 0))

    assert words(await ada.says("coffee met 1 yes")).startswith("I can’t find that coffee.")
    assert "Ben" not in words(await ada.says("coffee next"))
    assert ada.inbox == []


async def test_card_of_a_closed_round_says_so_but_met_still_counts(community: Community) -> None:
    ada, ben = await pair(community)
    card = ada.last
    olu = await community.organiser("Second Chair")
    await olu.says("coffee stop rounds")
    await community.passes(timedelta(weeks=3))

    assert words(await ada.taps(card, "I can’t make it")) == (
        "That round of coffee is over. Type “coffee next” for the one to come."
    )
    assert words(await ben.says("coffee met 1 yes")).startswith("Lovely.")


async def test_trio_goes_on_when_one_cannot(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    people = [await community.leader(name) for name in ("Ada Obi", "Ben Lee", "Cy Poe")]
    for leader in people:
        await leader.says("coffee join")
    await community.until(TUESDAY)

    reply = await people[0].says("coffee cannot 1")

    assert words(reply) == "I have told Ben and Cy. See you in the next round."
    assert words(people[1].last) == (
        "Ada Obi can’t make this coffee after all. The rest of you can still meet."
    )
    assert (await _group(community, people[1])).place(people[0].id).state is PlaceState.OUT
    assert "Cy Poe" in words(await people[1].says("coffee next"))


async def test_group_of_a_slack_workspace_gets_one_conversation(community: Community) -> None:
    await pair(community)
    fake = community.platforms[community.platform]

    cards = [each for each in fake.deliveries if plain(each.message).startswith("Coffee:")]

    if community.platform == "slack":
        assert [len(each.destination.users) for each in cards] == [2]
    else:
        assert [len(each.destination.users) for each in cards] == [1, 1]


@pytest.mark.parametrize("community", ["slack"], indirect=True)
async def test_pair_across_platforms_learns_how_to_reach_each_other(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    ada = await community.leader("Ada Obi", platform="slack")
    ben = await community.leader("Ben Lee", platform="web")
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)

    assert words(ada.last).splitlines()[0] == "Coffee: Ben Lee"
    assert words(ben.last).splitlines()[0] == "Coffee: Ada Obi"
    assert isinstance(ada.account, Account)
    assert "Write to Ada" in words(ben.last)


def _people(group: Group) -> set[int]:
    return set(group.people)


async def _member(community: Community, leader: Leader):
    with community.database.transaction() as db:
        return db.members.get(leader.id)


async def _group(community: Community, leader: Leader):
    with community.database.transaction() as db:
        return db.coffee.groups_of(leader.id)[0][1]
