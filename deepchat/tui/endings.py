"""The ends that come from outside: a signal ends the app in order, with a true exit status."""

from __future__ import annotations

import os
import signal
from asyncio import get_running_loop
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from deepchat.tui.terminal import give_back

if TYPE_CHECKING:
    from textual.app import App

_SIGNALS: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def shell_waits() -> bool:
    """Whether a shell with job control began this program, and can bring it back when it has stopped.

    Such a shell gives each of its jobs a group of its own; without one, all are in that of the session's first program.
    """
    return os.getpgrp() != os.getsid(0)


def install_endings(app: App[Any]) -> None:
    """From now on a signal ends the app as its user would, with 128 and its number; to be called when the app runs.

    A signal that is ignored, as after `nohup`, stays so. A second SIGTERM ends at once, should the first not be heard.
    A suspended app that is told to end does so where it is: it neither comes back for it, nor waits to be brought back.
    """
    loop = get_running_loop()
    came: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        is_first, is_second_term = not came, number == signal.SIGTERM and number in came
        came.append(number)
        if is_first:
            # A terminal that is the shell's by now would stop us for putting it right.
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            if not loop.is_closed():  # else the app is over, and what it heard is being saved
                loop.call_soon_threadsafe(lambda: app.exit(return_code=128 + number))
        elif is_second_term:  # a terminal that closes says SIGHUP twice, or both, and means one end
            give_back()
            os._exit(128 + number)

    for number in _SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)
