"""Keys are looked at in the order in which they were pressed, each after the one before it has done its work."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual import events, on
from textual.driver import Driver
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from deepchat.tui.thrift import ThriftyApp

LONGEST_WAIT_S: Final = 1.0
"""Then the next key is looked at, whatever the one before it still does."""
_LOOK_AGAIN_S: Final = 0.02


class KeysInTurn(ThriftyApp):
    """Textual runs what is bound to a key after the key went up to the app, when later keys may be typed already."""

    @dataclass
    class Settled(Message):
        """Follows a key on its way up, so whatever hears it has heard the key before."""

        turn: int
        again: bool
        """What the key has set off goes up as messages too; they are followed once more."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._pressed: deque[events.Key | events.Paste] = deque()
        self._turn = 0
        self._followed: Widget | None = None
        """Where a key went that has not settled."""
        self._is_opening: Callable[[], bool] = lambda: False
        self._waits_until_s = 0.0
        self._soon: Timer | None = None
        self._asked: object = None
        """The screen that was waited for because nothing in it had the focus."""

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._pressed.append(event)
            await self.next_keys()
        else:
            await super().on_event(event)

    @on(Settled)
    async def _go_on(self, event: Settled) -> None:
        event.stop()
        if event.turn != self._turn:
            return
        target, self._followed = self._followed, None
        if event.again and target:  # from where it began: it must not be ahead of what the key has set off there
            self._follow(target)
        await self.next_keys()

    async def next_keys(self) -> None:
        """Look at what was pressed, as far as nothing has to be waited for."""
        while self._pressed:
            if time.monotonic() < self._waits_until_s and (self._is_settling or self._is_opening()):
                self._soon = self._soon or self.set_timer(_LOOK_AGAIN_S, self._look_again)
                return
            target = self.focused or self.screen
            if target is self.screen and self._asked is not target:  # it may be about to give somebody the focus
                self._asked = target
                self._follow(target)
                continue
            event = self._pressed.popleft()
            await super().on_event(event)
            if isinstance(event, events.Key) and not target.check_consume_key(event.key, event.character):
                self._follow(target, again=not event.is_printable)

    def hold_keys(self, is_opening: Callable[[], bool], longest_s: float = LONGEST_WAIT_S) -> None:
        """Look at no further key as long as this is so, though not for ever."""
        self._is_opening = is_opening
        self._waits_until_s = time.monotonic() + longest_s

    @property
    def _is_settling(self) -> bool:
        """What is taken away tells nothing any more."""
        return self._followed is not None and self._followed.is_attached

    async def _look_again(self) -> None:
        self._soon = None
        await self.next_keys()

    def _follow(self, target: Widget, *, again: bool = False) -> None:
        self._turn += 1
        self._followed = target if target.post_message(self.Settled(self._turn, again)) else None
        self._waits_until_s = max(self._waits_until_s, time.monotonic() + LONGEST_WAIT_S)
