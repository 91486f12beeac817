"""What is heard is painted soon, in one frame for all of it, and never so often that keys have to wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import cast

from textual.app import App

from deepchat.tui.frames import REST, TAKEN_LIMIT_S, Frames, until_taken

EVERY_S = 0.02
COST_S = 0.03
PATIENCE_S = 30


class Pump:
    """Does at once what an app does next."""

    def call_next(self, work: Callable[[], None]) -> None:
        work()


async def painted(count: int, paint: Callable[[], bool], *, wants_more: bool) -> list[float]:
    """When so many frames were painted, of which each but the first is wanted during the one before."""
    at: list[float] = []
    enough = asyncio.Event()

    def painting() -> bool:
        at.append(asyncio.get_running_loop().time())
        if wants_more and len(at) < count:
            frames.want()
        is_painted = paint()
        if len(at) == count:
            enough.set()
        return is_painted

    frames = Frames(cast("App[int]", Pump()), painting, EVERY_S)
    for _ in range(5):
        frames.want()
    async with asyncio.timeout(PATIENCE_S):
        await enough.wait()
    return at


async def test_what_is_wanted_several_times_is_painted_once_and_the_next_frame_comes_later() -> None:
    first, second = await painted(2, lambda: True, wants_more=True)
    assert second - first >= EVERY_S


async def test_frames_that_are_dear_leave_most_of_the_time_to_others() -> None:
    def work() -> bool:
        end = time.thread_time() + COST_S
        while time.thread_time() < end:
            pass
        return True

    first, second = await painted(2, work, wants_more=True)
    assert second - first >= (1 + REST) * COST_S


async def test_a_frame_that_could_not_be_painted_is_tried_again() -> None:
    tries = iter((False, False, True))
    assert len(await painted(3, lambda: next(tries), wants_more=False)) == 3


async def test_what_comes_after_a_frame_waits_until_the_terminal_has_it() -> None:
    looks = iter((True, True, False))
    async with asyncio.timeout(PATIENCE_S):
        await until_taken(lambda: next(looks))
    assert next(looks, None) is None


async def test_a_terminal_that_takes_in_nothing_is_not_waited_for_long() -> None:
    began = time.monotonic()
    async with asyncio.timeout(PATIENCE_S):
        await until_taken(lambda: True)
    assert time.monotonic() - began >= TAKEN_LIMIT_S
