"""Typing into a client, and what its answer costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.clients import Client
from benchmarks.server import END
from benchmarks.terminal import EndedTooSoon, Terminal

ANSWER_LIMIT_S: Final = 90.0
REST_S: Final = 5.0
MOST_AT_REST: Final = 0.15
"""Of a core: some never rest altogether."""
LEAST_SHOWN: Final = 2_000
"""Characters on the terminal, before which no answer can be at its end."""
LETTERS: Final = "".join(
    chr(code) for first, last in ("αω", "ая", "АЯ", "աֆ") for code in range(ord(first), ord(last) + 1)
)
"""Letters that no answer and no program writes: one of them on the terminal is the echo of the key."""
BETWEEN_KEYS_S: Final = 0.08


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one answer, from the key that sends the question until the terminal is quiet again."""

    cpu_s: float
    wall_s: float
    """Until the last words of the answer are on the terminal."""
    written: int
    """Bytes that went to the terminal."""


def warm_up(terminal: Terminal, client: Client) -> Cost:
    """A question with a short answer: whatever is loaded late is loaded then."""
    return cost_of_answer(terminal, client, 0)


def ask(terminal: Terminal, client: Client, number: int = 1) -> int:
    """Type a question and send it; the mark of what comes after it."""
    terminal.send(f"Go on #{number}")
    terminal.settle(0.3)
    mark = terminal.mark
    terminal.send(client.send)
    return mark


def cost_of_answer(terminal: Terminal, client: Client, number: int = 1, limit_s: float = ANSWER_LIMIT_S) -> Cost:
    """Ask, and hear all of the answer; raises EndedTooSoon when it takes longer."""
    terminal.send(f"Go on #{number}")
    terminal.settle(0.3)
    mark, cpu_s, written, began = terminal.mark, terminal.tree.cpu_s(), terminal.written, time.monotonic()
    terminal.send(client.send)
    ended = _heard(terminal, f"{END}-{number}", mark, limit_s)
    terminal.settle()
    return Cost(terminal.tree.cpu_s() - cpu_s, ended - began, terminal.written - written)


def _heard(terminal: Terminal, end: str, mark: int, limit_s: float) -> float:
    """Until the end is on the terminal, or the program rests: not everyone scrolls to the end. When that was."""
    give_up = time.monotonic() + limit_s
    while True:
        cpu_s, since = terminal.tree.cpu_s(), time.monotonic()
        try:
            return terminal.wait_for(end, mark, REST_S)
        except EndedTooSoon:
            if time.monotonic() > give_up or not terminal.is_running:
                raise
            if terminal.mark > mark + LEAST_SHOWN and terminal.tree.cpu_s() - cpu_s < MOST_AT_REST * REST_S:
                return since


def echoes(terminal: Terminal, limit_s: float) -> Iterator[float]:
    """Type letter after letter; the seconds until each is seen."""
    give_up = time.monotonic() + limit_s
    for letter in LETTERS:
        mark, began = terminal.mark, time.monotonic()
        if began > give_up:
            return
        terminal.send(letter)
        yield terminal.wait_for(letter, mark) - began
        terminal.stay(BETWEEN_KEYS_S)
