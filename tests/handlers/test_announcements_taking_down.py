"""“take down” removes an announcement wherever it stands, on every platform."""

from bot.chat.messages import Message
from tests.handlers.test_announcements import drafts
from tests.leaders import Community, words


async def test_another_organiser_takes_an_announcement_down(community: Community) -> None:
    olu, pat = await community.organiser("Olu Chair"), await community.organiser("Pat Lead")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu), "Send now")
    await community.settle()
    before = len(ada.inbox)

    listed = words(await pat.says("take down"))
    form = await pat.says("take down announcement 1")
    refused = words(await ada.says("take down announcement 1"))
    done = (await pat.submits(form, reason="The date was wrong.")).reply
    await community.settle()
    again = words(await pat.says("take down announcement 1"))

    assert "announcement 1" in listed
    assert before == 1
    assert ada.inbox == []
    assert isinstance(done, Message)
    assert refused.startswith("I can’t find that, or it is not yours.")
    assert again.startswith("I can’t find that, or it is not yours.")
    told = [words(each) for each in olu.inbox]
    assert [each for each in told if each.startswith("Your announcement 1 was taken down.")] == [
        (
            "Your announcement 1 was taken down.\nThe date was wrong.\n"
            "Show it: type “announce show 1”\nYou get this because you wrote it."
        )
    ]


async def test_its_author_takes_an_announcement_down_without_a_reason(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu), "Send now")
    await community.settle()

    question = await olu.says("take down announcement 1")
    await olu.taps(question, "Take it down")
    await community.settle()

    assert ada.inbox == []
