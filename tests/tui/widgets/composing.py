"""A screen with nothing on it but a composer, which notes all that it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Static

from deepchat.tui.widgets.composer import Composer
from deepchat.tui.widgets.editor import Editor

M = TypeVar("M", bound=Message)


class Stage(App[None]):
    """Above the composer there is something for its list to lie over."""

    CSS = "#above { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Message] = []
        self.newly = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Static("above", id="above")
        yield Composer()

    @on(Composer.Sent)
    @on(Composer.Drafted)
    @on(Composer.Refused)
    @on(Composer.EditorWanted)
    @on(Composer.LastQuestionWanted)
    @on(Composer.StopWanted)
    def note(self, message: Message) -> None:
        self.heard.append(message)
        self.newly.set()


class Play:
    """What a test does with the stage."""

    def __init__(self, stage: Stage, pilot: Pilot[None]) -> None:
        self.stage = stage
        self.pilot = pilot
        self.composer = stage.query_one(Composer)
        self.editor = stage.query_one(Editor)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """As a terminal reports it: a key for each character, all at once."""
        for char in text:
            key = {"\r": "enter", "\t": "tab"}.get(char, char)
            self.stage.post_message(events.Key(key, char))
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        self.stage.post_message(events.Paste(text))
        await self.pilot.pause()

    def all_heard(self, kind: type[M]) -> list[M]:
        return [message for message in self.stage.heard if isinstance(message, kind)]

    async def hear(self, kind: type[M]) -> M:
        """The next one of this kind that was or will be said."""
        async with asyncio.timeout(60):
            while not self.all_heard(kind):
                self.stage.newly.clear()
                await self.stage.newly.wait()
        return self.all_heard(kind)[0]

    def screen_text(self) -> str:
        """What can be seen, row by row."""
        rows = self.stage.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage] - no other way to the rows
        return "\n".join(strip.text.rstrip() for strip in rows)


@asynccontextmanager
async def composing(columns: int = 80, rows: int = 24) -> AsyncGenerator[Play]:
    stage = Stage()
    async with stage.run_test(size=(columns, rows)) as pilot:
        play = Play(stage, pilot)
        play.composer.focus()
        await pilot.pause()
        yield play
