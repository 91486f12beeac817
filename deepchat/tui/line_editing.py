"""The terminal's own line editing, which takes keys for itself and makes Enter a line break, is off until the end."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import termios
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

_IFLAG: Final = 0
_LFLAG: Final = 3
_CC: Final = 6
_CHANGED: Final = termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR
"""What a terminal makes of keys: ctrl+s and ctrl+q hold its output, Enter and ctrl+j are one."""
_EDITING: Final = termios.ECHO | termios.ICANON | termios.IEXTEN
_found: Final[list[list[Any]]] = []
"""How the terminal was, as long as it is otherwise."""
_edited: Final[list[int]] = [0]


def switch_off() -> None:
    """From now on each key can be read as it was pressed, though Ctrl-C and Ctrl-Z do as ever; what waits there stays.

    Nothing happens where it is off already, without a terminal, and in the background, where it would be another's.
    """
    if _found:
        return
    with suppress(OSError, termios.error):
        if not os.isatty(2) or is_anothers():
            return
        changed, before = termios.tcgetattr(0), termios.tcgetattr(0)
        changed[_IFLAG] &= ~_CHANGED
        changed[_LFLAG] &= ~_EDITING
        changed[_CC][termios.VQUIT] = bytes([os.fpathconf(0, "PC_VDISABLE")])  # it would leave the terminal so
        changed[_CC][termios.VMIN], changed[_CC][termios.VTIME] = 1, 0
        _found.append(before)
        termios.tcsetattr(0, termios.TCSANOW, changed)
        if signal.getsignal(signal.SIGTSTP) == signal.SIG_DFL:
            signal.signal(signal.SIGTSTP, _step_aside)
        (_edited[0],) = struct.unpack("i", fcntl.ioctl(0, termios.FIONREAD, bytes(4)))


def is_anothers() -> bool:
    """The terminal is another program's now: a shell has put this one into the background."""
    with suppress(OSError):
        return os.tcgetpgrp(0) != os.getpgrp()
    return False


def is_on() -> bool:
    """The terminal edits lines, for somebody else."""
    with suppress(termios.error):
        return bool(termios.tcgetattr(0)[_LFLAG] & _EDITING)
    return False


def as_found() -> list[Any] | None:
    """How the terminal was when this was switched off; None when it is not."""
    return _found[-1] if _found else None


def take_edited() -> int:
    """So many bytes at the front of what waits were typed while it was on; they are counted once."""
    edited, _edited[0] = _edited[0], 0
    return edited


def put_back() -> None:
    """Leave the terminal as it was found, if it is not so already."""
    while _found:
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, _found[-1])
        _found.pop()
        if signal.getsignal(signal.SIGTSTP) == _step_aside:
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)


@contextmanager
def switched_off() -> Generator[None]:
    """Off while this lasts; whoever began it first puts it back, unless the app has done so when it left the screen."""
    is_first = not _found
    try:
        switch_off()
        yield
    finally:
        if is_first:
            put_back()


def _step_aside(number: int, _frame: FrameType | None) -> None:
    """Stop with the terminal as it was found, if there is a shell that can bring the program back."""
    put_back()
    signal.raise_signal(number)
    switch_off()
