"""Being told to stop: SIGTERM and a terminal that closes do what Ctrl-C does, each with its own exit status."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Final

_came: Final[list[signal.Signals]] = []


def heed() -> None:
    """From now on SIGTERM and SIGHUP raise KeyboardInterrupt; one that is ignored, as after `nohup`, stays so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


def status() -> int:
    """The exit status of what was stopped: 128 and the signal's number, as in a shell."""
    return 128 + (_came[0] if _came else signal.SIGINT)


def status_or(otherwise: int) -> int:
    """That exit status, or this one when a signal had no part in it."""
    return status() if _came else otherwise


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _came:
        return  # a terminal that closes says so twice, and the second must not end what the first began
    _came.append(signal.Signals(number))
    ctrl_c = signal.getsignal(signal.SIGINT)
    if not callable(ctrl_c):
        raise KeyboardInterrupt
    ctrl_c(signal.SIGINT, frame)  # asyncio's own while it runs, which cancels what is awaited
