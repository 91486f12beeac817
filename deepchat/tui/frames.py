"""When what was heard is set: at once, unless the last frame was just before, and rarer where that is dear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from textual.app import App

FRAME_S: Final = 1 / 30
"""What is heard comes a little rarer, so that as a rule nothing waits for the next frame."""
FRAME_OVER_SSH_S: Final = 1 / 12
TAKEN_LIMIT_S: Final = 0.5
"""A terminal that takes in nothing keeps nobody from his conversations."""
_LOOK_AGAIN_S: Final = 0.001
REST: Final = 3
"""Times as long as the last frame took: keys that are typed meanwhile come first."""


async def until_taken(is_behind: Callable[[], bool]) -> None:
    """Wait until what was painted is with the terminal, or it has had its time: a thread of its own writes it,
    which gets no turn as long as this one loads what comes next.
    """
    given_up = time.monotonic() + TAKEN_LIMIT_S
    while is_behind() and time.monotonic() < given_up:  # noqa: ASYNC110  # the thread that writes tells nobody
        await asyncio.sleep(_LOOK_AGAIN_S)


class Frames:
    """Painted by the app, wanted from any thread."""

    def __init__(self, app: App[int], paint: Callable[[], bool], every_s: float) -> None:
        """`paint` says whether it could: a terminal that is behind is tried again later."""
        self._app = app
        self._paint = paint
        self._every_s = every_s
        self._loop = asyncio.get_running_loop()
        self._not_before = 0.0
        self._is_wanted = False

    def want(self) -> None:
        """There is something to paint, which lies there already: a frame that is to come will find it."""
        if not self._is_wanted:  # waking the loop costs more than an event does
            self._is_wanted = True
            with suppress(RuntimeError):  # the app is over, and an answer is still being saved
                self._loop.call_soon_threadsafe(self._plan)

    def _plan(self) -> None:
        self._loop.call_at(self._not_before, self._app.call_next, self._frame)

    def _frame(self) -> None:
        self._is_wanted = False
        began = time.thread_time()
        is_painted = self._paint()
        self._not_before = self._loop.time() + max(self._every_s, REST * (time.thread_time() - began))
        if not is_painted:
            self.want()
