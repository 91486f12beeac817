"""How long a server may say nothing, on a clock that jumps instead of waiting."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine

import pytest

from deepchat.wire.silence import STOOD_STILL_S, Silence


class JumpingLoop(asyncio.SelectorEventLoop):
    """Where others sleep, it puts its clock forward."""

    def __init__(self) -> None:
        super().__init__(_Sleepless(self))
        self.now = 0.0

    def time(self) -> float:
        return self.now


class _Sleepless(selectors.DefaultSelector):
    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._loop.now += max(0.0, timeout or 0.0)
        return super().select(0)


Story = Callable[[Silence], Coroutine[None, None, None]]


def ends_after(story: Story, limit_s: float = 10, deadline: float = 1000) -> float:
    """When the silence ended this story; the story's own end is a failure."""

    async def tell() -> float:
        silence = Silence(limit_s, deadline)
        try:
            with pytest.raises(TimeoutError):
                await story(silence)
        finally:
            silence.close()
        return round(asyncio.get_running_loop().time(), 3)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(tell())


async def hear(silence: Silence, after_s: float) -> None:
    """Bytes come after so long."""
    async with silence.wait():
        await asyncio.sleep(after_s)
    silence.heard()


def test_nothing_at_all_is_waited_for_as_long_as_allowed() -> None:
    async def story(silence: Silence) -> None:
        await hear(silence, 999)

    assert ends_after(story) == 10


def test_each_word_begins_the_wait_anew() -> None:
    async def story(silence: Silence) -> None:
        for _ in range(5):
            await hear(silence, 4)
            silence.ended(5)
        await hear(silence, 999)

    assert ends_after(story) == 25


def test_a_shorter_limit_counts_at_once() -> None:
    async def story(silence: Silence) -> None:
        await hear(silence, 1)
        silence.ended(120)
        await hear(silence, 1)
        silence.ended(3)
        await hear(silence, 999)

    assert ends_after(story) == 5


def test_comments_stretch_the_wait_but_not_for_ever() -> None:
    async def story(silence: Silence) -> None:
        while True:
            await hear(silence, 2)
            silence.went_on(30)

    assert ends_after(story) == 30


def test_comments_never_shorten_the_wait() -> None:
    async def story(silence: Silence) -> None:
        await hear(silence, 1)
        silence.went_on(5)
        await hear(silence, 999)

    assert ends_after(story) == 10


def test_the_whole_has_an_end_however_much_is_said() -> None:
    async def story(silence: Silence) -> None:
        while True:
            await hear(silence, 3)
            silence.ended(10)

    assert ends_after(story, deadline=100) == 100


def test_the_end_can_be_brought_nearer() -> None:
    async def story(silence: Silence) -> None:
        await hear(silence, 3)
        silence.end_within(2)
        while True:
            await hear(silence, 0.5)
            silence.ended(10)

    assert ends_after(story) == 5


def test_a_slow_listener_is_not_a_silent_server() -> None:
    async def story(silence: Silence) -> None:
        await hear(silence, 1)
        await asyncio.sleep(500)
        silence.ended(10)
        await hear(silence, 9)
        silence.ended(10)
        await hear(silence, 999)

    assert ends_after(story) == 520


def stand_still(at: float, for_s: float) -> None:
    """The program is stopped then, and its clock goes on."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JumpingLoop)

    def stop() -> None:
        loop.now += for_s

    loop.call_at(at, stop)


async def hear_from_the_socket(silence: Silence, after_s: float) -> None:
    """Bytes came by then; what was stopped needs some rounds of the loop to get at them."""
    async with silence.wait():
        await asyncio.sleep(after_s)
        for _ in range(9):
            await asyncio.sleep(0)
    silence.heard()


def test_what_came_while_the_program_stood_still_is_heard() -> None:
    async def story(silence: Silence) -> None:
        stand_still(2, 500)
        await hear_from_the_socket(silence, 3)
        silence.ended(10)
        await hear(silence, 9)
        silence.ended(10)
        await hear(silence, 999)

    assert ends_after(story) == 521


def test_after_standing_still_nothing_at_all_is_waited_for_once_more() -> None:
    async def story(silence: Silence) -> None:
        stand_still(2, 500)
        await hear(silence, 999)

    assert ends_after(story) == 512


def test_each_silence_is_waited_for_once_more() -> None:
    async def story(silence: Silence) -> None:
        for at in (2, 503):
            stand_still(at, 500)
            await hear_from_the_socket(silence, 3)
            silence.ended(10)
        await hear(silence, 999)

    assert ends_after(story, deadline=9000) == 1013


def test_a_machine_that_is_always_late_waits_only_once_more() -> None:
    async def story(silence: Silence) -> None:
        for at in range(9, 999, 14):
            stand_still(at, 5)
        await hear(silence, 999)

    assert ends_after(story) == 28


def test_a_timer_that_rings_a_little_late_ends_the_wait() -> None:
    async def story(silence: Silence) -> None:
        stand_still(9.5, 0.4 + STOOD_STILL_S)
        await hear(silence, 999)

    assert ends_after(story) == 10.9


def test_the_whole_begins_anew_once_when_its_end_passed_while_the_program_stood_still() -> None:
    async def story(silence: Silence) -> None:
        stand_still(95, 500)
        stand_still(690, 500)
        while True:
            await hear_from_the_socket(silence, 3)
            silence.ended(10)

    assert ends_after(story, deadline=100) == 1190


def test_the_whole_begins_anew_also_when_nobody_waited_for_bytes_just_then() -> None:
    async def story(silence: Silence) -> None:
        await hear(silence, 1)
        stand_still(2, 500)
        await asyncio.sleep(2)
        silence.ended(10)
        await hear(silence, 999)

    assert ends_after(story, deadline=100) == 512


def test_a_slow_listener_gets_no_more_time_for_the_whole() -> None:
    async def story(silence: Silence) -> None:
        await hear(silence, 1)
        await asyncio.sleep(500)
        silence.ended(10)
        await hear(silence, 999)

    assert ends_after(story, deadline=100) == 501
