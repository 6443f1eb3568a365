"""Words about accounts that no conversation brings about by itself."""

from dataclasses import replace

from bot.chat.messages import Account, plain
from bot.chat.requests import Role
from bot.domain.accounts import Linked
from bot.ids import Lane
from bot.views import accounts as views
from tests.builders import member

SLACK = Linked(1, Account(Lane("slack:T1"), "U1"), "South East London")
WEB = Linked(2, Account(Lane("web:1"), "1"), "Web chat", is_active=False)


def test_places_are_named_as_people_know_them():
    other = Linked(3, Account(Lane("fax:1"), "U1"))

    assert [views.place(each) for each in (SLACK, WEB, other)] == [
        "Slack (South East London)",
        "the web chat",
        "fax",
    ]
    assert views.places((SLACK, WEB, SLACK)) == "Slack (South East London) and the web chat"


def test_somebody_known_without_an_account_is_asked_about_all_the_same():
    asked = plain(views.question(member("Ada Obi"), ()))

    assert asked.splitlines()[0] == "Are you Ada Obi, whom I know already?"


def test_a_list_of_accounts_says_what_each_is():
    shown = plain(views.my_accounts((SLACK, WEB)))

    assert shown.splitlines() == [
        "I write to you in Slack (South East London).",
        "- 1 Slack (South East London), where I write to you",
        "- 2 the web chat, which does not work now",
        "Take off Slack (South East London): type “unlink #1”",
        "Take off the web chat: type “unlink #2”",
        "To join another account, type “link”. To leave this one behind, type “move me”.",
    ]


def test_the_one_account_is_not_listed():
    assert plain(views.my_accounts((SLACK,))).splitlines() == [
        "I write to you in Slack (South East London).",
        "To join another account, type “link”. To leave this one behind, type “move me”.",
    ]


def test_two_accounts_in_teams_are_told_apart_by_their_owner_alone():
    one = Linked(1, Account(Lane("teams:a"), "a"), address="ada@trust.example")
    other = Linked(2, Account(Lane("teams:b"), "b"), address="ada@icb.example")

    shown = plain(views.my_accounts((one, other))).splitlines()

    assert shown[0] == (
        "I write to you in Teams (ada@trust.example). I also know you in Teams (ada@icb.example)."
    )
    assert "Take off Teams (ada@icb.example): type “unlink #2”" in shown
    asked = plain(views.question(member("Ada Obi"), (one, other)))
    assert asked.splitlines()[0] == "Are you Ada Obi, whom I know from Teams?"


def test_who_is_reached_nowhere_is_told_so():
    assert plain(views.my_accounts((WEB,))).splitlines()[0] == "No account reaches you now."


def test_the_role_that_joining_brings_is_named():
    asked = views.sure("K7QM2VXT", member("Ada Obi"), SLACK, rises=Role.CURATOR, moves=False)

    assert plain(asked).splitlines()[0].endswith("with the history of both. It will be a curator.")


def test_organisers_are_told_of_the_role_that_a_move_brings():
    known = replace(member("Ada Obi"), role=Role.ORGANISER)

    asked = plain(views.is_it_them(known, member("A. Obi"), SLACK))

    assert asked.splitlines()[0] == (
        "A. Obi in Slack (South East London) says that they are Ada Obi and can’t get to the "
        "account I know. Ada is an organiser, and so will they be. "
        "Please ask them in a way you trust."
    )
