import pytest

from bot.domain import channels
from bot.domain.channels import Channel, ChannelState, Place, Purpose
from bot.errors import NotUnderstood
from bot.ids import CommunityId, Lane

US = CommunityId(1)
SLACK, TEAMS, WEB = Lane("slack:T1"), Lane("teams:nhs"), Lane("web:1")


def channel(state: ChannelState, purpose: Purpose = Purpose.STORIES) -> Channel:
    return Channel(US, purpose, SLACK, "C1", state=state)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("introductions here", (Purpose.INTRODUCTIONS, "here")),
        ("Introduction  here ", (Purpose.INTRODUCTIONS, "here")),
        ("stories", (Purpose.STORIES, "")),
        ("announcements <#C1|General>", (Purpose.ANNOUNCEMENTS, "<#C1|General>")),
        ("prompt off", (Purpose.PROMPTS, "off")),
    ],
)
def test_words_name_a_purpose(words: str, expected: tuple[Purpose, str]) -> None:
    assert channels.asked(words) == expected


@pytest.mark.parametrize("words", ["", "here", "story here", "introductionss"])
def test_other_words_are_answered_with_the_purposes(words: str) -> None:
    with pytest.raises(NotUnderstood) as error:
        channels.asked(words)

    assert str(error.value) == (
        "What is the channel for? Say “channel introductions”, “channel stories”, "
        "“channel announcements”, “channel prompts”."
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [(ChannelState.READY, True), (ChannelState.CHECKING, True), (ChannelState.CANNOT, False)],
)
def test_posts_go_to_channels_that_may_take_them(state: ChannelState, expected: bool) -> None:
    set_here = channel(state)
    places = (Place(SLACK, "", (set_here,)), Place(TEAMS, ""))

    found = channels.open_to(US, Purpose.STORIES, places)

    assert found == ((set_here,) if expected else ())


def test_the_web_chat_has_a_channel_for_every_purpose() -> None:
    (found,) = channels.open_to(US, Purpose.PROMPTS, [Place(WEB, "Web chat")])

    assert (found.lane, found.channel, found.state) == (WEB, "prompts", ChannelState.READY)
    assert channels.has_own_channels(WEB)
    assert not channels.has_own_channels(SLACK)


def test_a_place_knows_its_channels_and_platform() -> None:
    stories = channel(ChannelState.READY)
    place = Place(SLACK, "", (channel(ChannelState.READY, Purpose.PROMPTS), stories))

    assert (place.channel(Purpose.STORIES), place.channel(Purpose.ANNOUNCEMENTS)) == (stories, None)
    assert (place.platform, stories.platform) == ("slack", "slack")
