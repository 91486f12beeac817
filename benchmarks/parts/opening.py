"""A conversation of 10,000 messages: opened, jumped about in, and resized."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.clients import Client, Seat
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground, started
from benchmarks.server import Order
from benchmarks.terminal import COLUMNS, LINES, Terminal

PART: Final = "opening"
MESSAGES: Final = 10_000
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
    with ground.home() as home:
        seat = client.seat(home, ground.url, ORDER.model)
        subprocess.run(
            [*seat.command, "import", str(_export(home))], env=seat.environ, cwd=home, check=True, capture_output=True
        )
        empty = ground.least(lambda: _cpu_to_open(seat, home, client.first))
        full = ground.least(lambda: _cpu_to_open(seat, home, _last_words(), "-c"))
        yield Figure(OPENED, client.name, 1000 * (full - empty))
        with started(seat, home, "-c") as terminal:
            terminal.wait_for(_last_words())
            terminal.settle(1.0)
            yield Figure(RESIDENT, client.name, terminal.tree.resident_mb())
            terminal.send(_TO_THE_TRANSCRIPT)
            terminal.settle()
            yield Figure(JUMP, client.name, _cpu_ms_each(terminal, lambda turn: terminal.send((_HOME, _END)[turn % 2])))
            sizes = ((COLUMNS - 10, LINES - 4), (COLUMNS, LINES))
            yield Figure(RESIZE, client.name, _cpu_ms_each(terminal, lambda turn: terminal.resize(*sizes[turn % 2])))


def _cpu_to_open(seat: Seat, home: Path, shown: str, *arguments: str) -> float:
    with started(seat, home, *arguments) as terminal:
        terminal.wait_for(shown)
        terminal.settle()
        return terminal.tree.cpu_s()


def _cpu_ms_each(terminal: Terminal, do: Callable[[int], object]) -> float:
    before = terminal.tree.cpu_s()
    for turn in range(TIMES):
        do(turn)
        terminal.stay(_PAUSE_S)
    return 1000 * (terminal.tree.cpu_s() - before) / TIMES


def _last_words() -> str:
    return f"number {MESSAGES - 1}"


def _export(folder: Path) -> Path:
    """A conversation as ChatGPT exports it."""
    words = "The keeper climbs the **stairs** and lights the lamp before the ships come home.\n\n- one\n- two\n\n" * 2
    nodes: dict[str, object] = {}
    for number in range(MESSAGES):
        said = {"content_type": "text", "parts": [f"{words}This is number {number}"]}
        nodes[str(number)] = {
            "id": str(number),
            "parent": str(number - 1) if number else None,
            "children": [str(number + 1)] if number < MESSAGES - 1 else [],
            "message": {
                "id": str(number),
                "author": {"role": ("user", "assistant")[number % 2]},
                "create_time": 1_700_000_000 + number,
                "content": said,
                "metadata": {},
            },
        }
    talk = {
        "id": "long",
        "title": "Ten thousand",
        "create_time": 1_700_000_000,
        "update_time": 1_700_100_000,
        "mapping": nodes,
        "current_node": str(MESSAGES - 1),
    }
    place = folder / "conversations.json"
    place.write_text(json.dumps([talk]))
    return place
