"""What an announcement and its forms say in the cases that no dialogue comes to."""

from datetime import datetime

import pytest

from bot.chat import forms
from bot.chat.messages import plain
from bot.chat.requests import Kind
from bot.domain.announcement_reach import Reach, Tally
from bot.domain.announcements import Announcement, State, Way
from bot.domain.audience import Attribute, Is, Not
from bot.domain.cadences import Cadence
from bot.domain.channels import Place
from bot.domain.prompts import Series
from bot.ids import AnnouncementId, CommunityId, Lane, SeriesId
from bot.platforms.slack import modal as slack_modal
from bot.platforms.slack.text import Place as SlackPlace
from bot.platforms.teams import form as teams_form
from bot.platforms.teams.carry import Asked
from bot.views import announcements as views
from bot.views import announcements_forms as form_views
from bot.views import announcements_sent as sent_views
from bot.views import prompts as prompt_views
from bot.views.announcements_forms import Choice
from bot.views.prompts import Standing
from tests import slack_limits, teams_cards

LEWISHAM = Is(Attribute.PLACE, "Lewisham")
OFFERED = [Choice(Attribute.PLACE, ("Lewisham", "Bexley"))]
ASKED_BY = Asked(Kind.WORDS, "", "announce")
FIRST = datetime(2026, 12, 2, 9, 30)


def announcement(**more: object) -> Announcement:
    return Announcement(AnnouncementId(1), CommunityId(1), 7, None, "Hello", **more)


def initial(form, name: str):
    return next(field.initial for field in form.fields if field.name == name)


def test_form_shows_what_its_fields_can_say_there_and_the_rest_in_words() -> None:
    in_fields = form_views.form(announcement(audience=LEWISHAM), OFFERED, ())
    in_words = form_views.form(announcement(audience=Not(LEWISHAM)), OFFERED, ())
    not_offered = form_views.form(announcement(audience=Is(Attribute.STAGE, "Senior")), OFFERED, ())

    assert (initial(in_fields, "place"), initial(in_fields, "audience")) == (("Lewisham",), "")
    assert (initial(in_words, "place"), initial(in_words, "audience")) == (
        (),
        "not place Lewisham",
    )
    assert initial(not_offered, "audience") == "stage Senior"


def test_workspaces_are_asked_for_where_there_are_several() -> None:
    slack, web = Place(Lane("slack:T1"), "Trust"), Place(Lane("web:1"), "")

    one, several = (form_views.form(None, OFFERED, places) for places in ((web,), (slack, web)))

    assert "lanes" not in [field.name for field in one.fields]
    (lanes,) = [field for field in several.fields if field.name == "lanes"]
    assert [option.label for option in lanes.options] == ["Slack: Trust", "Web chat"]


def test_post_that_has_no_channel_says_how_to_set_one() -> None:
    found = announcement(way=Way.CHANNELS)

    card = plain(views.preview(found, views.post(found, "Leaders"), Reach(), ()))

    assert "Channels: none is set" in card.splitlines()
    assert "No channel is set for announcements. “channel announcements” says how." in (
        card.splitlines()
    )


def test_draft_of_a_repeating_announcement_says_its_rhythm() -> None:
    found = announcement(when=Cadence(FIRST, "FREQ=WEEKLY;BYDAY=WE"))

    drafted = plain(views.preview(found, views.letter(found, "Leaders"), Reach(2), ()))

    assert "When: every week on Wednesday 09:30, first on Wednesday 2 December at 09:30" in (
        drafted.splitlines()
    )


def test_progress_of_posts_alone_counts_channels() -> None:
    found = announcement(way=Way.CHANNELS, state=State.SENT)

    card = plain(sent_views.progress(found, Tally(posted=1, posts_could_not=1)))

    assert "Channels: 1 of 2" in card.splitlines()
    assert "CSV" not in card


def test_audience_of_alternatives_is_counted_in_words() -> None:
    card = plain(views.audience_count("place Lewisham or Bexley", Reach(3, no_account=1)))

    assert card == "Place Lewisham or Bexley: 4 members. No account reaches 1 of them yet."


def test_long_text_is_cut_to_an_excerpt() -> None:
    assert views.excerpt("**word** " * 20) == f"{'word ' * 11}word…"


def test_prompts_without_a_channel_say_how_to_set_one() -> None:
    series = Series(SeriesId(1), CommunityId(1), 2, None, Cadence(FIRST, "FREQ=DAILY"))

    card = plain(prompt_views.standing(Standing(series, FIRST)))

    assert "No channel is set for prompts. “channel prompts” says how." in card.splitlines()


@pytest.mark.parametrize("letter", ["x", "é"])
def test_forms_fit_into_what_each_platform_takes(letter: str) -> None:
    labels = [
        Choice(
            attribute,
            [f"An organisation with a name {number}" for number in range(form_views.MOST_OPTIONS)],
        )
        if attribute is Attribute.ORGANISATION
        else Choice(attribute, [f"{attribute} {number}" for number in range(18)])
        for attribute in form_views.ASKED
    ]
    places = [Place(Lane(f"slack:T{number}"), "A trust") for number in range(8)]

    for shown in (
        form_views.form(None, labels, places, words=letter * 3000),
        form_views.reword_form(announcement()),
        prompt_views.form(None, places),
    ):
        stamped = forms.stamped(shown, "token")
        view = slack_modal.form(stamped, SlackPlace(Lane("slack:T1"), "https://bot.example"))
        card = teams_form.activity(stamped, ASKED_BY, base_url="https://bot.example")
        assert slack_limits.wrong_with_view(view) == []
        assert teams_cards.faults_of_message(card) == []
