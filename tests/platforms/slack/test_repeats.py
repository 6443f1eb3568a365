from bot.platforms.slack import repeats
from bot.platforms.slack.repeats import REMEMBERED_FOR, RepeatsInMemory


async def test_event_is_new_once_and_again_when_it_can_be_no_retry() -> None:
    now = [0.0]
    heard = RepeatsInMemory(clock=lambda: now[0])

    assert [await heard.is_new("Ev1"), await heard.is_new("Ev2"), await heard.is_new("Ev1")] == [
        True,
        True,
        False,
    ]
    now[0] = REMEMBERED_FOR + 1
    assert await heard.is_new("Ev1") is True
    assert len(heard._heard) == 1


async def test_memory_keeps_the_newest(monkeypatch: object) -> None:
    heard = RepeatsInMemory(clock=lambda: 0.0)
    for number in range(repeats.REMEMBERED + 1):
        await heard.is_new(f"Ev{number}")

    assert await heard.is_new("Ev0") is True
    assert await heard.is_new(f"Ev{repeats.REMEMBERED}") is False
