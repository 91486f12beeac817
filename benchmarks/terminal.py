"""A program in a terminal of our own: typed at, read, and accounted for, down to the byte."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from benchmarks.process_tree import ProcessTree

COLUMNS: Final = 120
LINES: Final = 40
LIMIT_S: Final = 60.0
QUIET_BYTES: Final = 500
"""A cursor may blink in a terminal that is quiet."""
_KEPT: Final = 60_000
"""So many characters of what was written are remembered."""
_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_X^][^\x07\x1b]*(?:\x07|\x1b\\)|[()].|[0-~])")
_BEGUN: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]P_X^][^\x07]*|[()]?)$")
"""A sequence whose end is still to come."""
_QUESTIONS: Final = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?(?!2048)(\d+)\$p"), b"\x1b[?\\1;2$y"),
    (re.compile(rb"\x1b\]10;\?"), b"\x1b]10;rgb:ffff/ffff/ffff\x07"),
    (re.compile(rb"\x1b\]11;\?"), b"\x1b]11;rgb:0000/0000/0000\x07"),
)
"""What programs ask a terminal at their start, and what it answers: some wait for it."""


class EndedTooSoon(Exception):
    """The program did not do what was waited for; says what was on its terminal."""


class Terminal:
    """A program and its terminal; a context manager that ends both."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        *,
        columns: int = COLUMNS,
        lines: int = LINES,
        bytes_per_s: float = 0.0,
    ) -> None:
        """Start it in this folder; with `bytes_per_s` the line to the terminal is that slow, else it takes all."""
        self._ours, theirs = pty.openpty()
        self.resize(columns, lines)
        self.began = time.monotonic()
        self.written = 0
        """Bytes that the program wrote to its terminal."""
        self.bytes_per_s = bytes_per_s
        self._plain: str = ""
        self._forgotten = 0
        self._rest: str = ""
        """A sequence whose end is still to come."""
        self._decode: Callable[[bytes], str] = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env={**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # only the child can
        )
        os.close(theirs)
        self.tree = ProcessTree(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tree.kill()
        self._process.wait()
        os.close(self._ours)

    def send(self, typed: str) -> None:
        """Type it."""
        os.write(self._ours, typed.encode())

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def mark(self) -> int:
        """Where the text that is written from now on begins."""
        return self._forgotten + len(self._plain)

    def text_since(self, mark: int) -> str:
        """What was written since then, without what only moves and colours."""
        return self._plain[max(0, mark - self._forgotten) :]

    def wait_for(self, text: str, mark: int = 0, limit_s: float = LIMIT_S) -> float:
        """Until this is written after the mark; when that was, by the monotonic clock. Raises EndedTooSoon."""
        give_up = time.monotonic() + limit_s
        while text not in self.text_since(mark):
            mark = max(mark, self.mark - len(text))
            if not self.read(0.05) or time.monotonic() > give_up:
                raise EndedTooSoon(f"no {text!r} within {limit_s:.0f} s: …{self._plain[-1500:]}")
        return time.monotonic()

    def settle(self, quiet_s: float = 0.5, limit_s: float = LIMIT_S) -> float:
        """Until nothing but a cursor was painted for a while; when that began, by the monotonic clock."""
        give_up = time.monotonic() + limit_s
        since, size = time.monotonic(), self.written
        while time.monotonic() - since < quiet_s:
            if not self.read(0.02) or time.monotonic() > give_up:
                raise EndedTooSoon(f"not quiet within {limit_s:.0f} s")
            if self.written - size > QUIET_BYTES:
                since, size = time.monotonic(), self.written
        return since

    def stay(self, seconds: float) -> None:
        """Go on reading for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self.read(min(left, 0.05)):
            pass

    def read(self, wait_s: float) -> bool:
        """Take in what has been written by now; False once the program has ended."""
        if not select.select([self._ours], [], [], wait_s)[0]:
            return self._process.poll() is None
        most = 1 << 16
        if self.bytes_per_s:
            most = 1 << 10
            time.sleep(most / self.bytes_per_s)
        data = b""
        with contextlib.suppress(OSError):  # Linux says so when the other side is closed
            data = os.read(self._ours, most)
        self.written += len(data)
        self._take(self._decode(data))
        for question, reply in _QUESTIONS:
            for found in question.finditer(data):
                os.write(self._ours, found.expand(reply))
        return bool(data)

    def _take(self, came: str) -> None:
        text = self._rest + came
        begun = _BEGUN.search(text, max(0, text.rfind("\x1b")))
        whole = begun.start() if begun else len(text)
        self._rest = text[whole:]
        self._plain += _ESCAPE.sub("", text[:whole])
        if (too_many := len(self._plain) - 2 * _KEPT) > 0:
            self._plain = self._plain[too_many + _KEPT :]
            self._forgotten += too_many + _KEPT
