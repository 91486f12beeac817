"""The app as its user has it: drawn without a terminal, but with the real engine, store and simulator behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from deepchat.conversation.tree import Node
from deepchat.tui.app import DeepChat
from deepchat.tui.bridge import Bridge
from deepchat.tui.stage import Stage
from deepchat.tui.starting import Start
from deepchat.tui.wardrobe import Wardrobe
from deepchat.workspace.workspace import Workspace
from tests.tui.stage import lines

PATIENCE_S = 60
LOOK_S = 0.01
_KEYS = {" ": "space", "/": "slash", "\n": "ctrl+j", "@": "at", ".": "full_stop", "-": "minus", "?": "question_mark"}


@dataclass
class Seat:
    """Before the app."""

    app: DeepChat
    pilot: Pilot[int]

    @property
    def stage(self) -> Stage:
        assert self.app.stage is not None
        return self.app.stage

    @property
    def path(self) -> list[Node]:
        """The messages that are shown."""
        return [entry.node for entry in self.stage.front.page.entries]

    @property
    def transcript(self) -> str:
        """What is seen of the conversation."""
        return "\n".join(lines(self.app.chat.transcript))

    @property
    def screen(self) -> str:
        """All that is seen."""
        strips = self.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def notices(self) -> str:
        """What was told at the side."""
        return "\n".join(str(one.message) for one in self.app._notifications)  # pyright: ignore[reportPrivateUsage]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for it, and when it had to be waited for, until what came with it is done as well."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                if await _waited(is_so):
                    await self.pilot.pause(0)
        except TimeoutError:
            held = self.stage.held if self.app.stage else None
            waiting = [message.text for message in held.queue] if held else None
            told = f"told: {self.notices!r}; written: {self.app.chat.composer.text!r}; waiting: {waiting}"
            raise AssertionError(f"it never came so; {told}; seen:\n{self.screen}") from None

    async def sees(self, *words: str) -> None:
        """Wait until all of this is on the screen."""
        await self.until(lambda: all(each in self.screen for each in words))

    async def reads(self, *words: str) -> None:
        """Wait until all of this is in the conversation."""
        await self.until(lambda: all(each in self.transcript for each in words))

    async def is_told(self, *words: str) -> None:
        """Wait until all of this was told at the side."""
        await self.until(lambda: all(each in self.notices for each in words))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Key by key."""
        await self.press(*(_KEYS.get(char, char) for char in text))

    async def say(self, text: str) -> None:
        """Write it, and send it."""
        self.app.chat.composer.focus()
        self.app.chat.composer.put_text(text)
        await self.press("enter")

    async def ask(self, text: str) -> Node:
        """Say it, and wait for the end of its answer."""
        await self.say(text)
        await self.until(lambda: bool(self.path) and self.path[-1].message.role == "assistant")
        await self.quiet()
        return self.path[-1]

    async def quiet(self) -> None:
        """Wait until nothing streams."""
        await self.until(lambda: not any(self.stage.desk.streaming()))

    async def to_messages(self) -> None:
        """Let single letters be keys."""
        await self.press("tab")


async def _waited(is_so: Callable[[], bool]) -> bool:
    """Until it is so; whether that took any time. The app has most of it: some looks draw all of the screen."""
    has_waited = False
    while True:
        began = time.monotonic()
        if is_so():
            return has_waited
        has_waited = True
        await asyncio.sleep(max(LOOK_S, 2 * (time.monotonic() - began)))


@asynccontextmanager
async def seated(
    start: Start | None = None,
    width: int = 120,
    height: int = 40,
    *,
    opens: bool = True,
    preset: str = "",
    wanted: Mapping[str, object] | None = None,
    early: str = "",
) -> AsyncGenerator[Seat]:
    """Sit down before an app whose first conversation is open, or before one that does not come to that.

    A command may have been wanted before it could be obeyed.
    """
    workspace, start = Workspace(wanted, preset), start or Start()
    bridge = Bridge(workspace)
    app = DeepChat(bridge, start, Wardrobe(workspace.paths.themes_dir, start.theme, dark=True))
    if early:
        app.action_obey(early)
    try:
        async with app.run_test(size=(width, height)) as pilot:
            seat = Seat(app, pilot)
            await seat.until(lambda: not opens or (app.stage is not None and app.stage.held is not None))
            await pilot.pause()
            yield seat
    finally:
        app.close()
        await asyncio.to_thread(bridge.close)
        assert bridge.failure is None
