"""Processor time and memory of a process and all below it, as Linux accounts for them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1_000_000
_TICKS_S: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_PROC: Final = Path("/proc")
_PEAK: Final = re.compile(r"VmHWM:\s+(\d+) kB")
_SCHED: Final = 2
"""CPUCLOCK_SCHED of the kernel: with a process's number it makes the clock of all its threads, in nanoseconds."""
_GONE: Final = (OSError, IndexError)
"""What is raised when a process ends while it is looked at."""


class ProcessTree:
    """A process by its number, with its children and theirs."""

    def __init__(self, root: int) -> None:
        self._root = root

    def cpu_s(self) -> float:
        """User and system seconds so far, of the living and of the dead that were waited for."""
        total = 0.0
        for pid in self._living():
            with contextlib.suppress(*_GONE):
                total += time.clock_gettime((~pid << 3) | _SCHED)
                total += sum(map(int, _stat(pid)[13:15])) / _TICKS_S
        return total

    def resident_mb(self) -> float:
        """What it holds in memory now."""
        total = 0
        for pid in self._living():
            with contextlib.suppress(*_GONE):
                total += int((_PROC / str(pid) / "statm").read_text().split()[1])
        return total * _PAGE / MEGABYTE

    def peak_mb(self) -> float:
        """The most that each of the living ever held, together."""
        total = 0
        for pid in self._living():
            with contextlib.suppress(*_GONE):
                total += int(_PEAK.findall((_PROC / str(pid) / "status").read_text())[0])
        return total * 1024 / MEGABYTE

    def kill(self) -> None:
        """End all of it at once."""
        for pid in [*self._living()][::-1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _living(self) -> Iterator[int]:
        children: dict[int, list[int]] = {}
        for place in _PROC.iterdir():
            if place.name.isdecimal():
                with contextlib.suppress(*_GONE):
                    children.setdefault(int(_stat(int(place.name))[1]), []).append(int(place.name))
        waiting = [self._root]
        while waiting:
            yield (pid := waiting.pop())
            waiting += children.get(pid, [])


def _stat(pid: int) -> list[str]:
    """Its fields after the name, which may have spaces in it."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
