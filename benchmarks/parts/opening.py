"""A conversation of 10,000 messages: opened, jumped about in, and resized."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.asking import ANSWER_LIMIT_S
from benchmarks.clients import DEEPCHAT, Client, Seat
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground, started
from benchmarks.long_talks import LAST_WORDS, WAYS, Way
from benchmarks.server import Order
from benchmarks.terminal import COLUMNS, LINES, EndedTooSoon, Terminal

PART: Final = "opening"
OPENED: Final = Row(PART, "opening 10,000 messages: CPU above an empty start", "ms", 100)
RESIDENT: Final = Row(PART, "10,000 messages open: memory", "MB", 90)
JUMP: Final = Row(PART, "a jump from end to end: CPU", "ms", 20)
RESIZE: Final = Row(PART, "a resize: CPU", "ms", 40)
TIMES: Final = 20
ORDER: Final = Order("mixed", 100, 0)
_PAUSE_S: Final = 0.25
_TO_THE_TRANSCRIPT: Final = "\t"
_HOME, _END = "\x1b[H", "\x1b[F"


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    way = WAYS[client.name]
    with ground.home() as home:
        seat = client.seat(home, ground.url, ORDER.model)
        empty = _cpu_to_start(seat, home, client)
        way.put(seat, home)
        if client.name != DEEPCHAT.name:  # once is enough for minutes
            yield _opened_by_a_peer(seat, home, client, empty)
            return
        empty = ground.least(lambda: _cpu_to_start(seat, home, client))
        full = ground.least(lambda: _cpu_to_open(seat, home, client, way))
        yield Figure(OPENED, client.name, 1000 * (full - empty))
        with started(seat, home, *way.arguments) as terminal:
            terminal.wait_for(LAST_WORDS)
            terminal.settle(1.0)
            yield Figure(RESIDENT, client.name, terminal.tree.resident_mb())
            terminal.send(_TO_THE_TRANSCRIPT)
            terminal.settle()
            yield Figure(JUMP, client.name, _cpu_ms_each(terminal, lambda turn: terminal.send((_HOME, _END)[turn % 2])))
            sizes = ((COLUMNS - 10, LINES - 4), (COLUMNS, LINES))
            yield Figure(RESIZE, client.name, _cpu_ms_each(terminal, lambda turn: terminal.resize(*sizes[turn % 2])))


def _opened_by_a_peer(seat: Seat, home: Path, client: Client, empty_s: float) -> Figure:
    try:
        return Figure(OPENED, client.name, 1000 * (_cpu_to_open(seat, home, client, WAYS[client.name]) - empty_s))
    except EndedTooSoon:
        return Figure(OPENED, client.name, None, f"not open after {ANSWER_LIMIT_S:.0f} s")


def _cpu_to_start(seat: Seat, home: Path, client: Client) -> float:
    with started(seat, home) as terminal:
        terminal.wait_for(client.first)
        terminal.settle()
        return terminal.tree.cpu_s()


def _cpu_to_open(seat: Seat, home: Path, client: Client, way: Way) -> float:
    with started(seat, home, *way.arguments) as terminal:
        if way.keys:
            terminal.wait_for(client.first)
            terminal.settle()
            terminal.send(way.keys)
        terminal.wait_for(LAST_WORDS, limit_s=ANSWER_LIMIT_S)
        terminal.settle(limit_s=ANSWER_LIMIT_S)
        return terminal.tree.cpu_s()


def _cpu_ms_each(terminal: Terminal, do: Callable[[int], object]) -> float:
    before = terminal.tree.cpu_s()
    for turn in range(TIMES):
        do(turn)
        terminal.stay(_PAUSE_S)
    return 1000 * (terminal.tree.cpu_s() - before) / TIMES
