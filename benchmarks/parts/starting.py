"""From nothing to the first frame, and to the echo of the first key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from benchmarks.asking import LETTERS
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground, middle, started
from benchmarks.server import Order
from benchmarks.terminal import LIMIT_S, Terminal

PART: Final = "start"
FRAME: Final = Row(PART, "start to first frame", "ms")
KEY: Final = Row(PART, "start to echo of a typed key", "ms")
CPU: Final = Row(PART, "CPU until it is ready", "s")
RESIDENT: Final = Row(PART, "memory when it is ready", "MB")
_TRY_AGAIN_S: Final = 0.05


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    with ground.home() as home:
        seat = client.seat(home, ground.url, Order("mixed", 100, 0).model)
        frames: list[float] = []
        keys: list[float] = []
        cpus: list[float] = []
        resident = 0.0
        for run in range(ground.runs + 1):
            with started(seat, home) as terminal:
                frame = terminal.wait_for(client.first) - terminal.began
                key = _first_echo(terminal) - terminal.began
                terminal.settle()
                if run:  # the first fills caches
                    frames.append(frame)
                    keys.append(key)
                    cpus.append(terminal.tree.cpu_s())
                    resident = terminal.tree.resident_mb()
    yield Figure(FRAME, client.name, 1000 * middle(frames))
    yield Figure(KEY, client.name, 1000 * middle(keys))
    yield Figure(CPU, client.name, min(cpus))
    yield Figure(RESIDENT, client.name, resident)


def _first_echo(terminal: Terminal) -> float:
    """A program may pass over keys that come too early for it: somebody would type them again."""
    mark, give_up = terminal.mark, time.monotonic() + LIMIT_S
    for letter in LETTERS * 10:
        terminal.send(letter)
        terminal.stay(0.0)
        again = time.monotonic() + _TRY_AGAIN_S
        while time.monotonic() < again:
            terminal.read(0.005)
            if set(terminal.text_since(mark)) & set(LETTERS):
                return time.monotonic()
        if time.monotonic() > give_up:
            break
    return float("inf")
