"""A real program on a real terminal of our own: typed at, looked at, listened to byte by byte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.tui.screen import Screen

LIMIT_S: Final = 90.0
"""A busy machine may be slow; what is waited for comes much sooner."""
_REPOSITORY: Final = Path(__file__).parents[2]


class PtyApp:
    """The program and its terminal; made by `on_pty`."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        terminal: int,
        attributes: list[Any],
        screen: Screen,
        answers: Mapping[bytes, bytes],
    ) -> None:
        self.process = process
        self.screen = screen
        self.raw = b""
        """Every byte that the program has written."""
        self._terminal = terminal
        self._answers = answers
        self._answered = 0
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._attributes = attributes

    def send(self, typed: str | bytes) -> None:
        """Type it, all at once."""
        left = typed.encode() if isinstance(typed, str) else typed
        while left:
            # A program that is writing itself may have to be listened to before it reads on.
            _, ready, _ = select.select([], [self._terminal], [], 0.02)
            left = left[os.write(self._terminal, left[:1024]) :] if ready else left
            self.listen(0)

    def wait_for(self, text: str, within_s: float = LIMIT_S) -> None:
        """Until this can be read on the screen, in one line or over several."""
        self.wait_until(lambda: text in self.screen.text, repr(text), within_s)

    def wait_for_bytes(self, sent: bytes, within_s: float = LIMIT_S) -> None:
        """Until the program has written this, seen or not."""
        self.wait_until(lambda: sent in self.raw, repr(sent), within_s)

    def wait_until(self, come: Callable[[], bool], what: str, within_s: float = LIMIT_S) -> None:
        give_up = time.monotonic() + within_s
        while not come():
            if time.monotonic() > give_up or not (self.listen(0.05) or self.process.poll() is None):
                raise AssertionError(f"{what} did not come; the screen:\n{self.screen.text}\n{self.raw[-2000:]!r}")

    def wait_exit(self, within_s: float = LIMIT_S) -> int:
        """Its exit status, once it has ended; with a minus, the signal that killed it."""
        give_up = time.monotonic() + within_s
        while self.process.poll() is None:
            if time.monotonic() > give_up:
                raise AssertionError(f"it did not end; the screen:\n{self.screen.text}")
            self.listen(0.02)
        while self.listen(0.02):
            pass
        return self.process.returncode

    def press_until_exit(self, key: str, within_s: float = LIMIT_S) -> int:
        """Its exit status; pressed until then, for on a machine that stands still two presses may be far apart."""
        give_up = time.monotonic() + within_s
        while self.process.poll() is None and time.monotonic() < give_up:
            self.send(key)
            again = time.monotonic() + 1.5
            while self.process.poll() is None and time.monotonic() < again:
                self.listen(0.02)
        return self.wait_exit()

    def listen(self, wait_s: float) -> bool:
        """Take in what has been written by now; whether there was anything."""
        if not select.select([self._terminal], [], [], wait_s)[0]:
            return False
        piece = b""
        with contextlib.suppress(OSError):  # Linux says so when the other side is closed
            piece = os.read(self._terminal, 65_536)
        self.raw += piece
        self.screen.feed(self._decode(piece))
        self._answer()
        return bool(piece)

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(columns, lines)
        _set_size(self._terminal, columns, lines)

    def kill(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def suspend(self, number: signal.Signals = signal.SIGTSTP) -> None:
        """Stop whatever is at the terminal, as Ctrl-Z does where the terminal reads keys itself."""
        os.killpg(os.tcgetpgrp(self._terminal), number)

    def hang_up(self) -> None:
        """Close the terminal, as its window does."""
        os.close(self._terminal)
        self._terminal = -1

    def wait_stopped(self, within_s: float = LIMIT_S) -> None:
        """Until the program is suspended."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        self.wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", "being suspended", within_s)

    def wait_for_keys(self, within_s: float = LIMIT_S) -> None:
        """Until the terminal gives the program each key as it is pressed."""
        self.wait_until(lambda: not self.edits_lines, "a terminal that edits no lines", within_s)

    @property
    def edits_lines(self) -> bool:
        """The terminal itself does, and gives the program whole ones."""
        return bool(termios.tcgetattr(self._terminal)[3] & termios.ICANON)

    @property
    def is_restored(self) -> bool:
        """The terminal is as the program found it."""
        attributes = termios.tcgetattr(self._terminal)
        return not self.screen.modes and self.screen.kitty_depth <= 0 and attributes == self._attributes

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self._terminal >= 0:
            self.hang_up()

    def _answer(self) -> None:
        """As a terminal does, when it is asked."""
        for question, answer in self._answers.items():
            at = self.raw.find(question, self._answered)
            if at >= 0:
                self._answered = at + len(question)
                os.write(self._terminal, answer)


@contextlib.contextmanager
def on_pty(
    *arguments: str,
    columns: int = 80,
    lines: int = 24,
    env: Mapping[str, str] | None = None,
    answers: Mapping[bytes, bytes] | None = None,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Generator[PtyApp]:
    """Run Python with these arguments on a terminal of that size, which answers the questions given.

    Standard input, output and error are the terminal, or what `subprocess.Popen` makes of the number given.
    """
    ours, theirs = pty.openpty()
    _set_size(theirs, columns, lines)
    attributes = termios.tcgetattr(theirs)

    def take_terminal() -> None:
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=theirs if stdin is None else stdin,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs if stderr is None else stderr,
        cwd=_REPOSITORY,
        env=_environment(env or {}),
        start_new_session=True,
        preexec_fn=take_terminal,  # noqa: PLW1509  # a terminal can be made its own only in the child
        pass_fds=(theirs,),
    )
    app = PtyApp(process, ours, attributes, Screen(columns, lines), answers or {})
    os.close(theirs)
    try:
        yield app
    finally:
        app.close()


def lines_of(path: Path) -> Sequence[str]:
    """What a program has noted in a file, line by line."""
    return path.read_text().splitlines() if path.exists() else []


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    outside = ("NO_COLOR", "COLORFGBG", "TEXTUAL", "ESCDELAY", "TMUX", "TERM_PROGRAM", "LC_", "SSH_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none", **changes}


def _set_size(terminal: int, columns: int, lines: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
