"""A bare app to look at one screen or widget in, and what is seen and said there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

Answer = TypeVar("Answer")
Said = TypeVar("Said", bound=Message)
PATIENCE_S = 60
_MOST_HOPS = 4


class Stage(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, widget: Widget | None = None) -> None:
        super().__init__()
        self._widget = widget

    def compose(self) -> ComposeResult:
        if self._widget is not None:
            yield self._widget


@dataclass
class Seen:
    pilot: Pilot[None]
    said: list[Message] = field(default_factory=list[Message])
    """Every message, in order, each once for each widget that it came by."""
    given_back: list[object] = field(default_factory=list[object])
    """What screens were left with."""

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Let messages of messages come to their ends."""
        for _ in range(_MOST_HOPS):
            await self.pilot.pause()

    async def answer(self) -> object:
        """What the screen was left with, once it was."""
        await self.until(lambda: bool(self.given_back))
        (answer,) = self.given_back
        return answer

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                await self.pilot.pause()

    def heard(self, kind: type[Said]) -> list[Said]:
        """The messages of a kind, each once."""
        found: list[Said] = []
        for message in self.said:
            if isinstance(message, kind) and not any(message is other for other in found):
                found.append(message)
        return found


@asynccontextmanager
async def on_stage(widget: Widget | None, width: int = 120, height: int = 40) -> AsyncGenerator[Seen]:
    """The widget, drawn in a terminal of that size."""
    said: list[Message] = []
    async with Stage(widget).run_test(size=(width, height), message_hook=said.append) as pilot:
        await pilot.pause()
        yield Seen(pilot, said)


@asynccontextmanager
async def opened(screen: Screen[Answer], width: int = 120, height: int = 40) -> AsyncGenerator[Seen]:
    """The screen, drawn in a terminal of that size."""
    async with on_stage(None, width, height) as seen:
        seen.pilot.app.push_screen(screen, seen.given_back.append)
        await seen.pilot.pause()
        yield seen


def lines(widget: Widget) -> list[str]:
    """The rows of the terminal that it fills."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
