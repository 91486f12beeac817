"""A change of the terminal's size is painted once, and whole, however much of the screen it changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.pilot import Pilot
from textual.screen import Screen

from benchmarks.gallery.hanging import Frame, Hanging
from benchmarks.gallery.states import STATES
from deepchat.conversation.events import TextDelta
from deepchat.tui.themes import DARK
from tests.tui import screen
from tests.tui.test_states import rows

SIZES: Final = ((110, 36), (120, 40), (90, 30), (300, 80), (50, 20), (20, 10), (120, 40))
PATIENCE_S: Final = 60
LONG_ENOUGH_S: Final = 0.1
"""For a frame that should not come."""


class OnATerminal(Frame):
    """Written on a terminal of ours, frame by frame."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(DARK)
        self.terminal = screen.Screen(columns, lines)
        self.frames = 0

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.frames += 1
            self.terminal.feed(renderable.render_segments(self.console))
        super()._display(screen, renderable)  # pyright: ignore[reportUnknownMemberType]  # any Screen


@asynccontextmanager
async def shown(state: str) -> AsyncGenerator[tuple[OnATerminal, Pilot[int], Hanging]]:
    app = OnATerminal(*SIZES[1])
    async with app.run_test(size=SIZES[1], notifications=True) as pilot:
        hanging = Hanging(app, pilot)
        await STATES[state](hanging)
        await pilot.pause(LONG_ENOUGH_S)
        yield app, pilot, hanging


async def resize(app: OnATerminal, pilot: Pilot[int], size: tuple[int, int]) -> None:
    app.terminal.resize(*size)
    await pilot.resize_terminal(*size)


async def resized(app: OnATerminal, pilot: Pilot[int], size: tuple[int, int]) -> int:
    """How many frames it took."""
    app.frames = 0
    await resize(app, pilot, size)
    await pilot.pause(LONG_ENOUGH_S)
    return app.frames


async def untorn(app: OnATerminal, pilot: Pilot[int]) -> None:
    """Until the terminal shows what is to be seen: some boxes fit their size in several frames."""
    async with asyncio.timeout(PATIENCE_S):
        while app.terminal.lines != [row.rstrip() for row in rows(app)]:
            await pilot.pause()


@pytest.mark.parametrize("state", ["empty", "whole", "streaming", "scrolled"])
async def test_one_frame_shows_all_of_it_at_every_size(state: str) -> None:
    async with shown(state) as (app, pilot, _):
        for size in SIZES:
            assert await resized(app, pilot, size) == 1, size
            assert app.terminal.lines == [row.rstrip() for row in rows(app)]


@pytest.mark.parametrize("state", ["confirm", "compare"])
async def test_what_lies_over_the_chat_is_painted_with_what_is_seen_of_it(state: str) -> None:
    async with shown(state) as (app, pilot, _):
        for size in SIZES[:2]:
            assert await resized(app, pilot, size) == 1, size


@pytest.mark.parametrize("state", ["finding", "picker", "confirm", "compare", "welcome", "help"])
async def test_nothing_is_left_behind_of_another_size(state: str) -> None:
    async with shown(state) as (app, pilot, _):
        for size in SIZES:
            await resize(app, pilot, size)
            await untorn(app, pilot)
            await pilot.pause()
            assert app.terminal.lines == [row.rstrip() for row in rows(app)]


async def test_an_answer_that_streams_meanwhile_leaves_nothing_torn() -> None:
    async with shown("streaming") as (app, pilot, hanging):
        for size in SIZES:
            await resize(app, pilot, size)
            for _ in range(3):
                hanging.chat.hear([TextDelta("One more sentence of it. ")], 1000)
                await pilot.pause()
        await untorn(app, pilot)
