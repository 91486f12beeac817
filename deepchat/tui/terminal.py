"""What the terminal is, asked before the app draws on it, and how it is given back."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from deepchat.errors import UsageError
from deepchat.tui import line_editing

RESET: Final = (
    "\x1b[?2026l"  # painting in one go
    "\x1b[<u"  # kitty's keys; each screen has its own, so before the screen is left
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # the mouse
    "\x1b[?2004l\x1b[?1004l\x1b[?2048l"  # reports of pastes, of the focus, of the size
    "\x1b[?7h\x1b[0m"  # long lines wrap, in plain colours
    "\x1b[?1049l\x1b[?25h"  # the screen as it was, the cursor in sight
)
"""Gives a terminal back as it was found, whatever the app had switched on; harmless where nothing was."""
ANSWER_WAIT_S: Final = 0.05
MOST_PIPED: Final = 16 << 20
"""Bytes of standard input that are taken in before the app starts."""
_NO_QUESTIONS: Final = frozenset({"", "dumb", "linux", "unknown"})
"""Terminals that know no answer, or print the question."""
_CANT_DRAW: Final = frozenset({"", "dumb", "unknown"})
"""A name that nobody knows is no matter: all that is drawn is what every terminal of today understands."""
_QUESTION: Final = b"\x1b]11;?\x1b\\\x1b[c"
"""The background's colour; then what every terminal answers, so that one which knows no colour is not waited for."""
_LAST_ANSWER: Final = re.compile(rb"\x1b\[\?[\d;]*c")
_BACKGROUND: Final = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_BRIGHT_COLOURS: Final = frozenset({"7", "15"})
_NO_TERMINAL: Final = "use `deepchat ask` where there is no terminal"


@dataclass(frozen=True, slots=True)
class Background:
    """What was found out about the terminal's own colours."""

    dark: bool
    heard: bytes = b""
    """All that was read: the answers, and among them what the user typed meanwhile; the driver sorts it out."""


@dataclass(frozen=True, slots=True)
class Piped:
    """What stood on standard input before the terminal took its place."""

    text: str
    cut: bool
    """There was more than is taken in."""


def require_terminal() -> None:
    """Make sure that the app can be drawn and typed at; else UsageError."""
    if sys.__stderr__ is None or not sys.__stderr__.isatty():
        raise UsageError("the app draws on standard error, and that is not a terminal here", _NO_TERMINAL)
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError as error:
        raise UsageError("there is no terminal to type at", _NO_TERMINAL) from error
    term = os.environ.get("TERM", "")
    if term in _CANT_DRAW:
        says = f"says that nothing can be drawn on it (TERM={term})"
        says = says if term else "does not say what it is (TERM is empty)"
        raise UsageError(f"this terminal {says}", "`deepchat --plain` talks in plain lines")
    sys.__stderr__.reconfigure(encoding="utf-8", errors="replace")


def take_piped(most: int = MOST_PIPED) -> Piped | None:
    """What is piped in, to its end or to the most; from then on standard input is the terminal. None if it was before.

    UsageError when there is no terminal.
    """
    if sys.__stdin__ is not None and sys.__stdin__.isatty():
        return None
    content = b"" if sys.__stdin__ is None else _read_bounded(most + 1)
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise UsageError("there is no terminal to type at", _NO_TERMINAL) from error
    if terminal != 0:
        os.dup2(terminal, 0)
        os.close(terminal)
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # noqa: SIM115  # standard input is never closed
    return Piped(content[:most].decode(errors="replace"), len(content) > most) if content else None


def find_background(environ: Mapping[str, str], wait_s: float = ANSWER_WAIT_S) -> Background:
    """Whether the terminal is dark: asked of itself, else of COLORFGBG, else taken to be so."""
    said = environ.get("COLORFGBG", "").rpartition(";")[2]
    dark = said not in _BRIGHT_COLOURS
    if environ.get("TERM", "") in _NO_QUESTIONS or not (os.isatty(0) and os.isatty(2)):
        return Background(dark)
    heard = _ask(wait_s)
    found = _BACKGROUND.search(heard)
    return Background(_is_dark(found) if found else dark, heard)


def come_to_front() -> None:
    """Stop, as whatever wants a terminal that is another's, until a shell makes it ours; without a shell, go on."""
    if line_editing.is_anothers():
        os.killpg(0, signal.SIGTTOU)


def give_back() -> None:
    """Leave the terminal as it was found, when the app could not end in order; never waits for the terminal."""
    with suppress(OSError, ValueError):
        if select.select([], [2], [], 0)[1]:
            os.write(2, RESET.encode())
    line_editing.put_back()


def size() -> tuple[int, int]:
    """Columns and lines of the terminal that the app draws on."""
    try:
        found = os.get_terminal_size(2)
    except OSError:
        return 80, 24
    return found.columns or 80, found.lines or 24


def _is_dark(colour: re.Match[bytes]) -> bool:
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in colour.groups())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5


def _read_bounded(most: int) -> bytes:
    pieces: list[bytes] = []
    left = most
    while left > 0 and (piece := os.read(0, min(left, 1 << 16))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _ask(wait_s: float) -> bytes:
    """What came within that time, up to the last answer."""
    heard = b""
    with suppress(OSError), line_editing.switched_off():
        if line_editing.as_found() is None:  # no terminal to be asked after all
            return b""
        os.write(2, _QUESTION)
        give_up = time.monotonic() + wait_s
        while (left := give_up - time.monotonic()) > 0 and not _LAST_ANSWER.search(heard):
            if select.select([0], [], [], left)[0]:
                piece = os.read(0, 4096)
                if not piece:
                    break
                heard += piece
    return heard
