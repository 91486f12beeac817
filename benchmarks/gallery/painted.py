"""Waits until all that has changed on a screen can be seen."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final, cast

from textual.app import App

REST_S: Final = 0.005
LIMIT_S: Final = 1.0


async def until_painted(app: App[Any] | None, at_least_s: float = REST_S, at_most_s: float = LIMIT_S) -> None:
    """Until the app rests: it takes no time, nothing is ready to run, and all that has changed is painted.

    Textual asks for the first alone, which is as true of a process that gets no time from a busy machine, or waits for
    the time of its next frame; and it looks every 20 ms.
    """
    began, ready = time.monotonic(), vars(asyncio.get_running_loop())["_ready"]
    while True:
        taken = time.process_time()
        await asyncio.sleep(REST_S)
        rests = not ready and not _owes_a_frame(app) and time.process_time() - taken < REST_S / 20
        waited = time.monotonic() - began
        if waited >= at_most_s or (rests and waited > at_least_s):
            return


def _owes_a_frame(app: App[Any] | None) -> bool:
    screen = app.screen if app and app.screen_stack else None
    # Nothing tells it in public.
    return screen is not None and cast("asyncio.Event", vars(screen._update_timer)["_active"]).is_set()  # pyright: ignore[reportPrivateUsage]
