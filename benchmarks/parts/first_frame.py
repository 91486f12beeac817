"""The first frame: what it costs from the start of the process, against the least that Textual can show."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import REPOSITORY, Ground, middle
from benchmarks.server import Order
from benchmarks.until_painted import COLUMNS, LINES

PART: Final = "frame"
RATIO: Final = Row(PART, "first frame: CPU, against one word in Textual", "× as much", 1.6)
_WRITTEN_AT_ONCE: Final = 1 << 16


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    yield Figure(RATIO, client.name, first_frame(ground, client, max(ground.runs, 9)))


def first_frame(ground: Ground, client: Client, runs: int) -> float:
    """One after the other, so that whatever else the machine does befalls both."""
    with ground.home() as home:
        seat = client.seat(home, ground.url, Order("mixed", 100, 0).model)
        environ = {**seat.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(REPOSITORY)}
        pairs = [(_cpu_s("deepchat", environ), _cpu_s("bare", environ)) for _ in range(runs + 1)]
    return middle(ours / bare for ours, bare in pairs[1:])  # the first fills caches


def _cpu_s(name: str, environ: Mapping[str, str]) -> float:
    return cpu_s_on_terminal([str(REPOSITORY / "benchmarks" / "until_painted.py"), name], environ)


def cpu_s_on_terminal(arguments: Sequence[str], environ: Mapping[str, str]) -> float:
    """The seconds that Python used to its end with these; raises RuntimeError when it was no good one."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, *arguments], environ)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        with suppress(OSError):  # so its end is told
            while os.read(terminal, _WRITTEN_AT_ONCE):
                pass
    finally:
        os.close(terminal)
        _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(
            f"{arguments[-1]} ended with {os.waitstatus_to_exitcode(status)} before it had painted anything"
        )
    return used.ru_utime + used.ru_stime
